/* bulla-cli-extract-path.h - maps the URL of a response to a file path for extraction
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_PATH_SEGMENT_MAX 200 /* most bytes of one path segment; file systems take 255 */
#define BULLA_PATH_SEGMENTS_MAX 64

char *bulla_cli_path_for_url (const char *url);

/* distinct file paths, none of which is a folder of another */
typedef struct {
  GHashTable *files;   /* owned; set of file paths */
  GHashTable *folders; /* owned; set of their folders */
} BullaCliPaths;

BullaCliPaths *bulla_cli_paths_new (void);
void bulla_cli_paths_free (BullaCliPaths *self);
void bulla_cli_paths_add_folders (BullaCliPaths *self, const char *path);
char *bulla_cli_paths_take (BullaCliPaths *self, const char *path, const char *suffix,
                            const char *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliPaths, bulla_cli_paths_free)

G_END_DECLS
