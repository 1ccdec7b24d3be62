/* verb-variants.c - bulla variants: shows which variant of each resource each client gets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "bulla-cli-loader.h"
#include "bulla-cli-names.h"
#include "bulla-cli-print.h"
#include "bulla-cli-variants-json.h"
#include "bulla-cli-variants-read.h"
#include "bulla-cli-variants-text.h"
#include "bulla-loader-clients.h"
#include "bulla-printable.h"

static gboolean option_all_clients, option_json, option_quiet;
static char **option_clients, **option_urls;

static const GOptionEntry OPTIONS[] = {
    {"client", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_clients,
     N_ ("Show what this client gets; may be repeated (default: all)"), N_ ("NAME|FILE")},
    {"all-clients", 0, 0, G_OPTION_ARG_NONE, &option_all_clients,
     N_ ("Show what every known client gets"), NULL},
    {"url", 'u', 0, G_OPTION_ARG_STRING_ARRAY, &option_urls,
     N_ ("Show only this URL; may be repeated"), N_ ("URL")},
    BULLA_CLI_JUDGE_ENTRIES,
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print only the summary"), NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla variants --all-clients site/", N_ ("Show who gets what of a folder of packages:")},
    {"bulla variants --client kaios-2.5 --client webkitgtk-2.50 article.wbn",
     N_ ("Compare two clients:")},
    {NULL},
};

/* --- the packages */

/* Replaces “-” by the paths on standard input, one on each line. */
static GStrv
expand_arguments (char **arguments)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; arguments[i] != NULL; i++) {
    if (!g_str_equal (arguments[i], "-")) {
      g_strv_builder_add (paths, arguments[i]);
      continue;
    }
    g_autofree char *line = NULL;
    size_t size = 0;
    ssize_t length = 0;
    while ((length = getline (&line, &size, stdin)) > 0) {
      g_autofree char *path = g_strndup (line, (gsize)length);
      g_strchomp (path);
      if (*path != '\0')
        g_strv_builder_add (paths, path);
    }
  }
  return g_strv_builder_end (paths);
}

/* Reads all packages; those that cannot be read are named. Returns: whether all were read */
static gboolean
read_packages (BullaLoader *loader, const GPtrArray *names, BullaCliVariantsSet *into)
{
  gboolean fine = TRUE;

  for (guint i = 0; i < names->len; i++) {
    g_autoptr (GError) error = NULL;
    if (bulla_cli_variants_read (loader, names->pdata[i], into, &error))
      continue;
    g_autofree char *name = bulla_printable_dup (names->pdata[i]);
    g_autofree char *message = bulla_printable_dup (error->message);
    bulla_cli_print_error ("bulla variants: %s%s%s\n", strstr (message, name) == NULL ? name : "",
                           strstr (message, name) == NULL ? ": " : "", message);
    fine = FALSE;
  }
  bulla_cli_variants_set_finish (into);
  return fine;
}

static gboolean
is_url_shown (const BullaCliGroup *group)
{
  return option_urls == NULL || g_strv_contains ((const char *const *)option_urls, group->url);
}

static GPtrArray *
select_groups (const GPtrArray *all)
{
  GPtrArray *groups = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    if (is_url_shown (all->pdata[i]))
      g_ptr_array_add (groups, all->pdata[i]);
  return groups;
}

/* --- the clients */

static GPtrArray *
load_clients (GError **error)
{
  g_autoptr (GPtrArray) clients =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_client_unref);
  g_auto (GStrv) all = option_clients == NULL || option_all_clients ? bulla_client_list () : NULL;
  char **names = all != NULL ? all : option_clients;

  for (guint i = 0; names[i] != NULL; i++) {
    BullaClient *client = bulla_client_load (names[i], error);
    if (client == NULL)
      return NULL;
    g_ptr_array_add (clients, client);
  }
  return g_steal_pointer (&clients);
}

/* --- output */

static void
print_choices (const BullaCliChoices *choices)
{
  const BullaCliGroup *last = NULL;

  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++) {
    const BullaCliChoice *choice = bulla_cli_choices_get (choices, i);
    g_autofree char *line =
        option_json ? bulla_cli_choice_to_json (choice) : bulla_cli_choice_to_text (choice);
    if (!option_json && choice->group != last) {
      g_autofree char *heading = bulla_cli_group_to_heading (choice->group);
      bulla_cli_print ("%s%s\n", last != NULL ? "\n" : "", heading);
    }
    last = choice->group;
    bulla_cli_print ("%s\n", line);
  }
}

static BullaCliExit
report (const GPtrArray *groups, const GPtrArray *clients, const BullaSettings *settings)
{
  g_autoptr (BullaCliChoices) choices = bulla_cli_choices_new (groups, clients, settings);
  BullaCliVariantsSummary summary;

  bulla_cli_choices_summarise (choices, clients->len, &summary);
  if (!option_quiet)
    print_choices (choices);
  fflush (stdout);
  g_autofree char *text = bulla_cli_variants_summary_to_text (&summary);
  bulla_cli_print_error ("%s\n", text);
  return summary.n_left_out + summary.n_undecodable + summary.n_unread > 0 ? BULLA_EXIT_JUDGED
                                                                           : BULLA_EXIT_FINE;
}

static BullaCliExit
run_variants (char **arguments, GError **error)
{
  g_auto (GStrv) paths = expand_arguments (arguments);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  guint n_skipped = 0;

  if (paths[0] == NULL) {
    bulla_cli_usage_error (error, _ ("no package given; name a file or a folder"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (GPtrArray) clients = load_clients (error);
  bulla_cli_loader_options.offline = TRUE;
  g_autoptr (BullaLoader) loader = clients != NULL ? bulla_cli_new_loader (trust, error) : NULL;
  if (loader == NULL || !bulla_cli_names_collect (paths, names, &n_skipped, error))
    return BULLA_EXIT_FAILED;
  const BullaSettings *settings = bulla_profile_get_settings (bulla_loader_get_profile (loader));
  g_autoptr (BullaCliVariantsSet) set = bulla_cli_variants_set_new (settings);
  gboolean whole = read_packages (loader, names, set);
  g_autoptr (GPtrArray) groups = select_groups (bulla_cli_variants_set_get_groups (set));
  if (groups->len == 0) {
    bulla_cli_print_error (_ ("bulla variants: no package was found\n"));
    return BULLA_EXIT_FAILED;
  }
  BullaCliExit exit = report (groups, clients, settings);
  bulla_ledger_close (bulla_loader_get_ledger (loader));
  return whole ? exit : BULLA_EXIT_FAILED;
}

const BullaVerb bulla_verb_variants = {
    .name = "variants",
    .synopsis = N_ ("PATH…"),
    .summary = N_ ("Show which variant of each resource each client gets"),
    .description = N_ (
        "A path is an exchange, a bundle, or a folder, which is searched; “-” reads paths from "
        "standard input, one on each line. All exchanges of a URL compete with each other; in a "
        "bundle the responses of a URL do. Signatures are not checked, and nothing is fetched.\n\n"
        "Each choice has a grade: first-choice; later-choice, if the package lacks an earlier "
        "possible variant; wildcard, if a value matches only a range with a star; default, if "
        "nothing matched; only, if nothing is negotiated; nothing; or not-asked, if the client "
        "never requests such a resource. A chosen variant is unusable if the client cannot decode "
        "its coding or its media type, or if the person does not read its language.\n\n"
        "Exit status: 0 if every client that requests a resource gets one that it can use, as far "
        "as is known; 1 if some client gets nothing, or nothing that it can use; 2 if no package "
        "was found, or one could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_variants,
};
