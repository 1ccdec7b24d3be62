/* main.c - the bulla command: the table of its verbs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"
#include "bulla-cli-print.h"
#include "bulla-cli-unfinished.h"

#include <glib/gi18n.h>
#include <locale.h>

static gboolean option_version;

static const GOptionEntry OPTIONS[] = {
    {"version", 0, 0, G_OPTION_ARG_NONE, &option_version, N_ ("Show the version"), NULL},
    {NULL},
};

/* the verbs, in the order of the help text: those that newcomers need come first */
/* clang-format off */
static const BullaVerb *const VERBS[] = {
    &bulla_verb_verify,
    &bulla_verb_inspect,
    &bulla_verb_explain,
    &bulla_verb_bundle,
    &bulla_verb_create,
    &bulla_verb_sign,
    &bulla_verb_gateway,
    &bulla_verb_ledger,
    &bulla_verb_caa,
    &bulla_verb_issuers,
    &bulla_verb_ocsp,
    &bulla_verb_logs,
    &bulla_verb_revocations,
    &bulla_verb_history,
    &bulla_verb_log,
    &bulla_verb_vulnerable,
    &bulla_verb_calendar,
    &bulla_verb_chain,
    &bulla_verb_variants,
    &bulla_verb_clients,
    &bulla_verb_profiles,
    &bulla_verb_compare,
    &bulla_verb_forge,
    &bulla_verb_conform,
    &bulla_verb_help,
    NULL,
};
/* clang-format on */

static BullaCliExit
run_root (char **arguments, GError **error)
{
  if (!option_version) {
    bulla_cli_usage_error (error, _ ("a command is missing"));
    return BULLA_EXIT_FAILED;
  }
  bulla_cli_print ("bulla %s\n", BULLA_VERSION);
  return BULLA_EXIT_FINE;
}

const BullaVerb bulla_cli_root = {
    .name = "bulla",
    .summary = N_ ("Load, judge and create web packages: signed HTTP exchanges and web bundles"),
    .description = N_ ("A web package is content that someone other than its publisher may "
                       "deliver. Bulla decides whether a package can be shown in its publisher’s "
                       "origin, names the rule that decided, and creates packages for tests."),
    .examples = bulla_cli_publish_examples,
    .options = OPTIONS,
    .verbs = VERBS,
    .run = run_root,
};

/* Returns: (transfer full): the folder with the translations: that of the build tree, if the
 * program is run from there */
static char *
find_translations (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;

  if (folder == NULL || !g_str_has_suffix (folder, "/shell/cli"))
    return g_strdup (LOCALEDIR);
  g_autofree char *built = g_build_filename (folder, "..", "..", "po", NULL);
  return g_file_test (built, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&built) : g_strdup (LOCALEDIR);
}

/* Sets the parts of the locale that messages depend on; the C library would open a file for each of
 * eight others. */
static void
set_locale (void)
{
  static const int categories[] = {LC_CTYPE, LC_MESSAGES, LC_NUMERIC, LC_TIME};

  for (gsize i = 0; i < G_N_ELEMENTS (categories); i++)
    setlocale (categories[i], "");
}

int
main (int argc, char **argv)
{
  set_locale ();
  g_autofree char *translations = find_translations ();
  bindtextdomain (GETTEXT_PACKAGE, translations);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("bulla");
  /* files and stores are whole at any moment; verbs with work left, such as the gateway, handle
   * signals themselves */
  bulla_cli_unfinished_watch (BULLA_EXIT_INTERRUPTED);
  return bulla_cli_main (&bulla_cli_root, argv);
}
