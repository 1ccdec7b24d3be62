/* bulla-cli.h - the frame of the `bulla` command, in which each verb is a table entry
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* exit statuses of the command */
typedef enum {
  BULLA_EXIT_FINE = 0,          /* the work is done, and every judgement was positive */
  BULLA_EXIT_JUDGED = 1,        /* the work is done, and a judgement was negative */
  BULLA_EXIT_FAILED = 2,        /* the work could not be done */
  BULLA_EXIT_INTERRUPTED = 130, /* the user interrupted the work; value for SIGINT in shells */
} BullaCliExit;

typedef struct {
  const char *command; /* command as typed, including "bulla "; not translated */
  const char *meaning; /* N_(): what the command does, one line */
} BullaExample;

typedef struct _BullaVerb BullaVerb;

/* A verb. Help, man page and completion are generated from it; the frame parses @options before
 * it calls @run. */
struct _BullaVerb {
  const char *name;             /* name as typed */
  const char *synopsis;         /* N_(): the arguments behind the options; nullable */
  const char *summary;          /* N_(): one line without a full stop */
  const char *description;      /* N_(): unwrapped paragraphs, separated by empty lines; nullable */
  const BullaExample *examples; /* nullable; ended by { NULL } */
  const GOptionEntry *options;  /* nullable; ended by { NULL }; texts in N_() */
  /* The verbs of a family, ended by NULL; NULL if this is not a family. A family with a
   * @synopsis takes arguments itself, if the first of them does not name one of its verbs. */
  const BullaVerb *const *verbs;
  /* Returns: (transfer full): words that may follow, besides files, separated by spaces, for
   * completion; nullable */
  char *(*list_words) (void);
  /* Runs the verb; NULL for a family without arguments. @arguments: borrowed, without options,
   * ended by NULL. Returns BULLA_EXIT_FAILED with @error set, or without it if the verb has
   * already reported the failure on stderr. */
  BullaCliExit (*run) (char **arguments, GError **error);
};

/* Misuse of a verb; bulla_cli_main() adds a reference to the help of the verb. */
#define BULLA_CLI_ERROR (bulla_cli_error_quark ())
typedef enum {
  BULLA_CLI_ERROR_USAGE,
} BullaCliError;
GQuark bulla_cli_error_quark (void);
void bulla_cli_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

int bulla_cli_main (const BullaVerb *root, char **argv);

/* Help texts, generated from the verb tables; @path is "bulla verify". */
void bulla_cli_append_wrapped (GString *out, const char *text, size_t indent);
char *bulla_cli_help_text (const BullaVerb *verb, const char *path);
char *bulla_cli_man_text (const BullaVerb *verb, const char *path);
char *bulla_cli_completion_text (const BullaVerb *root, const char *shell);
const BullaVerb *bulla_cli_closest_verb (const BullaVerb *family, const char *typed);
const char *bulla_cli_closest_option (const BullaVerb *verb, char **arguments);
GOptionContext *bulla_cli_option_context (const BullaVerb *verb, gboolean *help);
void bulla_cli_add_entries (GOptionContext *context, const GOptionEntry *entries);

/* Parsers of arguments and values. */

#define BULLA_CLI_TIME_MAX G_GINT64_CONSTANT (253402300799) /* Unix seconds: the end of 9999 */

gboolean bulla_cli_require_arguments (char **arguments, guint count, const char *synopsis,
                                      GError **error);
const char *bulla_cli_require_output (char **arguments, const char *out, const char *synopsis,
                                      GError **error);
gboolean bulla_cli_require_option (gconstpointer value, const char *name, GError **error);
char *bulla_cli_format_utc (gint64 seconds);
char *bulla_cli_format_time (gint64 seconds, gint64 now);
gboolean bulla_cli_parse_choice (const char *text, const char *option, const char *const *choices,
                                 int *index, GError **error);
gboolean bulla_cli_parse_time (const char *option, const char *text, int64_t *seconds,
                               GError **error);
gboolean bulla_cli_is_time (const char *text);
gboolean bulla_cli_parse_time_within (const char *option, const char *text, int64_t min,
                                      int64_t max, int64_t *seconds, GError **error);
gboolean bulla_cli_parse_duration (const char *option, const char *text, int64_t max,
                                   int64_t *seconds, GError **error);
gboolean bulla_cli_check_folder_url (const char *url, GError **error);
gboolean bulla_cli_parse_number (const char *option, const char *text, double *number,
                                 GError **error);
gboolean bulla_cli_parse_header (const char *text, char **name, char **value, GError **error);

/* The tables: main.c has the root, each verb-*.c has one. */
extern const BullaVerb bulla_cli_root;
extern const BullaVerb bulla_verb_bundle;
extern const BullaVerb bulla_verb_caa;
extern const BullaVerb bulla_verb_calendar;
extern const BullaVerb bulla_verb_chain;
extern const BullaVerb bulla_verb_clients;
extern const BullaVerb bulla_verb_compare;
extern const BullaVerb bulla_verb_conform;
extern const BullaVerb bulla_verb_explain;
extern const BullaVerb bulla_verb_create;
extern const BullaVerb bulla_verb_forge;
extern const BullaVerb bulla_verb_gateway;
extern const BullaVerb bulla_verb_help;
extern const BullaVerb bulla_verb_history;
extern const BullaVerb bulla_verb_profiles;
extern const BullaVerb bulla_verb_vulnerable;
extern const BullaVerb bulla_verb_inspect;
extern const BullaVerb bulla_verb_issuers;
extern const BullaVerb bulla_verb_ledger;
extern const BullaVerb bulla_verb_log;
extern const BullaVerb bulla_verb_logs;
extern const BullaVerb bulla_verb_ocsp;
extern const BullaVerb bulla_verb_revocations;
extern const BullaVerb bulla_verb_sign;
extern const BullaVerb bulla_verb_variants;
extern const BullaVerb bulla_verb_verify;

G_END_DECLS
