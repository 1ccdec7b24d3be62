/* bulla-cli-names.h - finds the packages that arguments name, in folders too
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bulla_cli_names_collect (char **names, GPtrArray *into, guint *n_skipped, GError **error);

G_END_DECLS
