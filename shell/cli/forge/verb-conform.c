/* verb-conform.c - bulla conform: runs another verifier over a conformance suite
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "bulla-cli-json-text.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-manifest.h"
#include "bulla-cli-pool.h"
#include "bulla-cli-print.h"
#include "bulla-cli-verifier.h"
#include "bulla-cli.h"
#include "bulla-json.h"
#include "bulla-loader.h"
#include "bulla-printable.h"

#define TIMEOUT_DEFAULT 30 /* seconds */
#define DEFAULT_PROFILE "draft-b3"

static char *option_command, *option_profile;
static double option_timeout = TIMEOUT_DEFAULT;
static gboolean option_all, option_json, option_quiet;

static const GOptionEntry OPTIONS[] = {
    {"command", 'c', 0, G_OPTION_ARG_STRING, &option_command,
     N_ ("The verifier and its arguments; {} is the package"), N_ ("“COMMAND {}”")},
    {"profile", 'p', 0, G_OPTION_ARG_STRING, &option_profile,
     N_ ("Expect the verdicts of this profile (default: draft-b3)"), N_ ("PROFILE")},
    {"timeout", 0, 0, G_OPTION_ARG_DOUBLE, &option_timeout,
     N_ ("End the verifier if one package takes longer (default: 30)"), N_ ("SECONDS")},
    {"all", 'a', 0, G_OPTION_ARG_NONE, &option_all,
     N_ ("Also show packages on which both agree, and those that are left out"), NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla conform --command 'dump-signedexchange -verify -i {}' suite/",
     N_ ("Show where another verifier differs, by its exit status:")},
    {"bulla conform --profile chromium --command 'bulla verify --json --offline "
     "--profile {profile} --at {at} --trust {root} --ct-logs {logs} --chain {chain} "
     "--url={delivered} --header={header} --request-header={request-header} --set={set} {}' suite/",
     N_ ("Compare outcomes and reasons too, and pass on what surrounds each package:")},
    {NULL},
};

typedef enum { AGREES, DIFFERS, LEFT_OUT, FAILED, N_RESULTS } Result;

/* How the verifier did on one package. */
typedef struct {
  JsonObject *package; /* borrowed */
  Result result;
  BullaCliFinding finding;
  char *obstacle; /* owned; why the package is left out; nullable */
  GError *error;  /* owned; why the verifier could not be run; nullable */
} Trial;

typedef struct {
  const BullaCliVerifier *verifier; /* borrowed */
  JsonArray *packages;              /* borrowed */
  guint next;
  guint counts[N_RESULTS];
  GError *error; /* owned; the first one */
  gboolean progress;
} Suite;

static gpointer
next_package (gpointer data, GError **error)
{
  Suite *self = data;

  if (self->next >= json_array_get_length (self->packages))
    return NULL;
  Trial *trial = g_new0 (Trial, 1);
  trial->package = bulla_json_get_element (self->packages, self->next++);
  return trial;
}

static gpointer
begin_worker (gpointer data)
{
  return data;
}

/* Browsers show what is not a package as it is; verifiers report “refuse” for such files. */
static gboolean
is_same_outcome (const char *found, const char *expected)
{
  return g_str_equal (found, expected)
         || (g_str_equal (expected, "not-a-package") && g_str_equal (found, "refuse"));
}

/* Without an object, status 0 says that nothing is wrong with the package. */
static gboolean
agrees_with (const BullaCliFinding *finding, const char *outcome, const char *reason)
{
  if (finding->signal != 0 || finding->late || finding->cut)
    return FALSE;
  if (finding->outcome == NULL)
    return (finding->status == 0) == (reason == NULL);
  return is_same_outcome (finding->outcome, outcome)
         && (!finding->reasoned || g_strcmp0 (finding->reason, reason) == 0);
}

static gpointer
try_package (gpointer worker, gpointer item)
{
  const Suite *suite = worker;
  const BullaCliVerifier *verifier = suite->verifier;
  Trial *self = item;

  if (self->package != NULL)
    self->obstacle = bulla_cli_verifier_dup_obstacle (verifier, self->package);
  if (self->package == NULL || self->obstacle != NULL) {
    self->result = LEFT_OUT;
    return self;
  }
  if (!bulla_cli_verifier_judge (verifier, self->package, &self->finding, &self->error)) {
    self->result = FAILED;
    return self;
  }
  const char *profile = verifier->profile;
  const char *outcome = bulla_cli_manifest_get_expected (self->package, profile, "outcome");
  const char *reason = bulla_cli_manifest_get_expected (self->package, profile, "reason");
  self->result = agrees_with (&self->finding, outcome, reason) ? AGREES : DIFFERS;
  return self;
}

static void
end_worker (gpointer worker)
{
}

static void
show_progress (guint64 n_done, gpointer data)
{
  Suite *self = data;

  self->progress = TRUE;
  bulla_cli_print_progress ("%u / %u", (guint)n_done, json_array_get_length (self->packages));
}

static void
clear_progress (Suite *self)
{
  if (self->progress)
    bulla_cli_clear_progress ();
  self->progress = FALSE;
}

static void
append_found (GString *out, const BullaCliFinding *finding)
{
  bulla_cli_json_text_append_name (out, "found");
  g_string_append_c (out, '{');
  if (finding->signal != 0)
    bulla_cli_json_text_append_number (out, "signal", finding->signal);
  else
    bulla_cli_json_text_append_number (out, "status", finding->status);
  if (finding->late)
    bulla_cli_json_text_append_member (out, "error", "timeout");
  else if (finding->cut)
    bulla_cli_json_text_append_member (out, "error", "object-too-long");
  if (finding->outcome != NULL)
    bulla_cli_json_text_append_member (out, "outcome", finding->outcome);
  if (finding->reasoned)
    bulla_cli_json_text_append_member (out, "reason", finding->reason);
  g_string_append_c (out, '}');
}

static void
print_json (const Suite *suite, const Trial *self)
{
  static const char *const words[] = {"agrees", "differs", "left-out"};
  const char *profile = suite->verifier->profile;
  const char *outcome = bulla_cli_manifest_get_expected (self->package, profile, "outcome");
  g_autoptr (GString) out = g_string_new ("{");

  bulla_cli_json_text_append_member (out, "name", bulla_json_get_text (self->package, "name"));
  bulla_cli_json_text_append_member (out, "file", bulla_json_get_text (self->package, "file"));
  bulla_cli_json_text_append_member (out, "result", words[self->result]);
  bulla_cli_json_text_append_name (out, "expected");
  g_string_append_c (out, '{');
  bulla_cli_json_text_append_member (out, "outcome", outcome);
  bulla_cli_json_text_append_member (
      out, "reason", bulla_cli_manifest_get_expected (self->package, profile, "reason"));
  g_string_append_c (out, '}');
  if (self->result <= DIFFERS)
    append_found (out, &self->finding);
  bulla_cli_print ("%s}\n", out->str);
}

/* Returns: (transfer full): what the verifier said, for people */
static char *
dup_found (const BullaCliFinding *finding)
{
  if (finding->late)
    return g_strdup (_ ("not finished in time"));
  if (finding->signal != 0)
    return g_strdup_printf (_ ("ended by signal %d"), finding->signal);
  if (finding->cut)
    return g_strdup (_ ("an object of more than 1 MiB"));
  if (finding->outcome != NULL && finding->reason != NULL)
    return g_strconcat (finding->outcome, " ", finding->reason, NULL);
  if (finding->outcome != NULL)
    return g_strdup (finding->outcome);
  return g_strdup_printf (finding->status == 0 ? _ ("accepted (status %d)")
                                               : _ ("rejected (status %d)"),
                          finding->status);
}

static void
print_text (const Suite *suite, const Trial *self)
{
  const char *profile = suite->verifier->profile;
  const char *reason = bulla_cli_manifest_get_expected (self->package, profile, "reason");
  const char *outcome = bulla_cli_manifest_get_expected (self->package, profile, "outcome");
  const char *name = bulla_json_get_text (self->package, "name");
  g_autofree char *shown = bulla_printable_dup (name != NULL ? name : "?");

  if (self->result == LEFT_OUT) {
    g_autofree char *why = bulla_printable_dup (self->obstacle);
    bulla_cli_print (_ ("%s: left out: %s\n"), shown, why);
    return;
  }
  g_autofree char *raw = dup_found (&self->finding);
  g_autofree char *found = bulla_printable_dup (raw);
  g_autofree char *raw_expected =
      g_strconcat (outcome, reason != NULL ? " " : "", reason != NULL ? reason : "", NULL);
  g_autofree char *expected = bulla_printable_dup (raw_expected);
  bulla_cli_print (_ ("%s: expected %s, found %s\n"), shown, expected, found);
}

static void
take_trial (gpointer result, gpointer data)
{
  Trial *self = result;
  Suite *suite = data;

  suite->counts[self->result]++;
  if (self->result == FAILED && suite->error == NULL)
    suite->error = g_steal_pointer (&self->error);
  if (self->package != NULL && self->result != FAILED && !option_quiet
      && (self->result == DIFFERS || option_all)) {
    clear_progress (suite);
    (option_json ? print_json : print_text) (suite, self);
  }
  bulla_cli_finding_clear (&self->finding);
  g_free (self->obstacle);
  g_clear_error (&self->error);
  g_free (self);
}

static BullaCliExit
try_all (Suite *self, GError **error)
{
  BullaCliPool pool = {.next = next_package,
                       .begin = begin_worker,
                       .work = try_package,
                       .end = end_worker,
                       .take = take_trial,
                       .tick = !option_quiet && isatty (STDERR_FILENO) ? show_progress : NULL,
                       .data = self};

  if (!bulla_cli_pool_run (&pool, 0, error))
    return BULLA_EXIT_FAILED;
  clear_progress (self);
  if (self->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&self->error));
    return BULLA_EXIT_FAILED;
  }
  guint n = self->counts[AGREES] + self->counts[DIFFERS];
  if (!option_quiet)
    bulla_cli_print_error (ngettext ("bulla: %u package: %u differs, %u left out\n",
                                     "bulla: %u packages: %u differ, %u left out\n", n),
                           n, self->counts[DIFFERS], self->counts[LEFT_OUT]);
  if (n == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         self->counts[LEFT_OUT] > 0
                             ? _ ("the command can judge none of the packages")
                             : _ ("no packages found"));
    return BULLA_EXIT_FAILED;
  }
  return self->counts[DIFFERS] > 0 ? BULLA_EXIT_JUDGED : BULLA_EXIT_FINE;
}

static gboolean
check_options (GError **error)
{
  g_auto (GStrv) profiles = bulla_profile_list ();

  if (!bulla_cli_require_option (option_command, "command", error))
    return FALSE;
  if (option_profile != NULL && !g_strv_contains ((const char *const *)profiles, option_profile)) {
    g_autofree char *names = g_strjoinv (", ", profiles);
    bulla_cli_usage_error (error, _ ("--profile takes one of %s, not “%s”"), names, option_profile);
    return FALSE;
  }
  return bulla_cli_check_timeout (option_timeout, error);
}

static BullaCliExit
run_conform (char **arguments, GError **error)
{
  if (!bulla_cli_require_arguments (arguments, 1, N_ ("FOLDER"), error) || !check_options (error))
    return BULLA_EXIT_FAILED;
  BullaCliVerifier verifier = {
      .folder = arguments[0],
      .profile = option_profile != NULL ? option_profile : DEFAULT_PROFILE,
      .timeout = (guint)(option_timeout * 1000) + 1,
  };
  BullaCliExit exit = BULLA_EXIT_FAILED;
  g_autoptr (JsonNode) manifest = bulla_cli_manifest_read (arguments[0], error);
  if (manifest != NULL && bulla_cli_verifier_init (&verifier, option_command, error)) {
    Suite suite = {.verifier = &verifier, .packages = bulla_cli_manifest_get_packages (manifest)};
    exit = try_all (&suite, error);
  }
  bulla_cli_verifier_clear (&verifier);
  return exit;
}

const BullaVerb bulla_verb_conform = {
    .name = "conform",
    .synopsis = N_ ("FOLDER"),
    .summary = N_ ("Run another verifier over packages of bulla forge, and show where it differs"),
    .description = N_ (
        "The command is run once for each package of FOLDER/manifest.json, on all cores, without a "
        "shell. Its placeholders are {}, the package; {chain}, {root} and {logs}, the files beside "
        "it; {at}, the Unix time of the judgement; {url}, the signed URL; {delivered}, the URL of "
        "the delivery; {name} and {profile}. A word with {header}, {request-header} or {set} is "
        "repeated for each header of the delivery, each header of the request and each changed "
        "setting; a word with a placeholder that has no value is left out. If the delivery lacks "
        "Content-Type or X-Content-Type-Options, {header} is that name and a colon.\n\n"
        "If the command prints a JSON object with “outcome”, and maybe “reason”, these are "
        "compared with what the profile expects; “refuse” also matches “not-a-package”. Otherwise "
        "exit status 0 means that nothing is wrong with the package, and any other that something "
        "is. A verifier that crashes, does not end in time or prints an object of more than 1 MiB "
        "differs. A package is left out if the "
        "command has no placeholder for a header, URL or setting that the package needs, or if "
        "files and options cannot express it; --all says why.\n\n"
        "--json prints an object for each difference, with --all for every package: “name”, "
        "“file”, “result” (“agrees”, “differs” or “left-out”), “expected”, with “outcome” and "
        "“reason”, and “found”, with “status” or “signal”, “error” (“timeout” or "
        "“object-too-long”), and what the command printed.\n\n"
        "Exit status: 0 if the verifier agrees on every package, 1 if it differs on one, 2 if the "
        "manifest cannot be read, or the command cannot be run or can judge none of the packages."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_conform,
};
