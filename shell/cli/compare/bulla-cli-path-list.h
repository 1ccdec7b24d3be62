/* bulla-cli-path-list.h - lists packages one after the other, from arguments and standard input
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BullaCliPathList BullaCliPathList;

BullaCliPathList *bulla_cli_path_list_new (char **arguments);
void bulla_cli_path_list_free (BullaCliPathList *self);
char *bulla_cli_path_list_next (BullaCliPathList *self, GError **error);
guint64 bulla_cli_path_list_get_n_skipped (const BullaCliPathList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliPathList, bulla_cli_path_list_free)

G_END_DECLS
