/* bulla-cli-extract-path.h - where in a folder the response of a URL is put
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_PATH_SEGMENT_MAX 200 /* bytes; file systems take 255 */
#define BULLA_PATH_SEGMENTS_MAX 64

char *bulla_cli_path_for_url (const char *url);

/* paths that are all different, none of them the folder of another */
typedef struct {
  GHashTable *files;   /* owned; set of char * */
  GHashTable *folders; /* owned; set of char * */
} BullaCliPaths;

BullaCliPaths *bulla_cli_paths_new (void);
void bulla_cli_paths_free (BullaCliPaths *self);
void bulla_cli_paths_add_folders (BullaCliPaths *self, const char *path);
char *bulla_cli_paths_take (BullaCliPaths *self, const char *path, const char *suffix,
                            const char *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliPaths, bulla_cli_paths_free)

G_END_DECLS
