/* bulla-cli-create.h - what the verbs that make things share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli.h"

G_BEGIN_DECLS

extern const BullaVerb bulla_verb_create_authority;
extern const BullaVerb bulla_verb_create_bundle;
extern const BullaVerb bulla_verb_create_chain;
extern const BullaVerb bulla_verb_create_exchange;

/* a page published in three commands; ended by { NULL } */
extern const BullaExample bulla_cli_publish_examples[];

#define BULLA_CLI_SECRET_MODE 0600
#define BULLA_CLI_PUBLIC_MODE 0644

#define BULLA_CLI_SIGNED_MAX (7 * 86400) /* seconds from a signature's date to its end */

/* of the certificates and responses: clocks elsewhere may be late */
#define BULLA_CLI_BACKDATE 3600

gboolean bulla_cli_require_arguments (char **arguments, guint count, const char *synopsis,
                                      GError **error);
gboolean bulla_cli_require_option (gconstpointer value, const char *name, GError **error);
/* @text: or NULL for now */
gboolean bulla_cli_parse_date (const char *text, int64_t *seconds, GError **error);
char *bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with);
gboolean bulla_cli_check_absent (const char *path, gboolean force, GError **error);
gboolean bulla_cli_write_file (const char *path, const void *data, gsize size, int mode,
                               GError **error);

/* Returns FALSE with @error set if @out cannot be filled. */
typedef gboolean (*BullaWriteFunc) (GOutputStream *out, gpointer user_data, GError **error);
gboolean bulla_cli_write_atomically (const char *path, int mode, gboolean force,
                                     BullaWriteFunc write, gpointer user_data, GError **error);
gboolean bulla_cli_read_text (const char *path, char **text, GError **error);

G_END_DECLS
