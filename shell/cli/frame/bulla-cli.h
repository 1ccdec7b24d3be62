/* bulla-cli.h - the frame of the `bulla` command: a verb is data
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* what the command tells its caller */
typedef enum {
  BULLA_EXIT_FINE = 0,   /* done, and every judgement was positive */
  BULLA_EXIT_JUDGED = 1, /* done, and some judgement was negative */
  BULLA_EXIT_FAILED = 2, /* the work could not be done */
} BullaCliExit;

typedef struct {
  const char *command; /* as typed, "bulla " included; not translated */
  const char *meaning; /* N_(): what it does, a line */
} BullaExample;

typedef struct _BullaVerb BullaVerb;

/* Help, man page and completion are made of this; the frame parses @options before @run is called.
 */
struct _BullaVerb {
  const char *name;              /* as typed */
  const char *synopsis;          /* N_(): what follows the options, or NULL */
  const char *summary;           /* N_(): one line, no full stop */
  const char *description;       /* N_(): paragraphs apart by an empty line, unwrapped; or NULL */
  const BullaExample *examples;  /* ended by { NULL }, or NULL */
  const GOptionEntry *options;   /* ended by { NULL }, or NULL; texts in N_() */
  const BullaVerb *const *verbs; /* ended by NULL: what this verb is a family of; or NULL */
  /* @arguments: what the options left, ended by NULL, borrowed. Returns BULLA_EXIT_FAILED with
   * @error set, or without it when the verb has already said on stderr what failed. NULL for a
   * family. */
  BullaCliExit (*run) (char **arguments, GError **error);
};

/* the misuse of a verb: the frame adds where to read how it is used */
#define BULLA_CLI_ERROR (bulla_cli_error_quark ())
typedef enum {
  BULLA_CLI_ERROR_USAGE,
} BullaCliError;
GQuark bulla_cli_error_quark (void);
void bulla_cli_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

int bulla_cli_main (const BullaVerb *root, char **argv);

/* help: texts made of the verb tables; @path is "bulla verify" */
void bulla_cli_append_wrapped (GString *out, const char *text, size_t indent);
char *bulla_cli_help_text (const BullaVerb *verb, const char *path);
char *bulla_cli_man_text (const BullaVerb *verb, const char *path);
char *bulla_cli_completion_text (const BullaVerb *root);
const BullaVerb *bulla_cli_closest_verb (const BullaVerb *family, const char *typed);
const char *bulla_cli_closest_option (const BullaVerb *verb, char **arguments);
GOptionContext *bulla_cli_option_context (const BullaVerb *verb, gboolean *help);

/* arguments and values that several verbs take */

#define BULLA_CLI_TIME_MAX G_GINT64_CONSTANT (253402300799) /* the end of 9999 */

gboolean bulla_cli_require_arguments (char **arguments, guint count, const char *synopsis,
                                      GError **error);
gboolean bulla_cli_require_option (gconstpointer value, const char *name, GError **error);
gboolean bulla_cli_parse_time (const char *option, const char *text, int64_t *seconds,
                               GError **error);
gboolean bulla_cli_parse_time_within (const char *option, const char *text, int64_t min,
                                      int64_t max, int64_t *seconds, GError **error);
gboolean bulla_cli_parse_header (const char *text, char **name, char **value, GError **error);

/* the tables: main.c holds the root, verb-*.c one each */
extern const BullaVerb bulla_cli_root;
extern const BullaVerb bulla_verb_bundle;
extern const BullaVerb bulla_verb_explain;
extern const BullaVerb bulla_verb_create;
extern const BullaVerb bulla_verb_gateway;
extern const BullaVerb bulla_verb_help;
extern const BullaVerb bulla_verb_inspect;
extern const BullaVerb bulla_verb_ledger;
extern const BullaVerb bulla_verb_logs;
extern const BullaVerb bulla_verb_ocsp;
extern const BullaVerb bulla_verb_revocations;
extern const BullaVerb bulla_verb_sign;
extern const BullaVerb bulla_verb_verify;

G_END_DECLS
