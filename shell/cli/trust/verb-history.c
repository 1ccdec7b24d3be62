/* verb-history.c - bulla history: lists the newest version of each URL that was seen
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-store.h"
#include "bulla-cli.h"
#include "bulla-history.h"
#include "bulla-printable.h"

static gboolean option_json, option_quiet, option_all, option_yes;

static const GOptionEntry OPTIONS[] = {
    BULLA_CLI_STORE_ENTRY,
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {NULL},
};

static const GOptionEntry FORGET_OPTIONS[] = {
    BULLA_CLI_STORE_ENTRY,
    {"all", 0, 0, G_OPTION_ARG_NONE, &option_all, N_ ("Forget every URL; needs --yes"), NULL},
    {"yes", 0, 0, G_OPTION_ARG_NONE, &option_yes, N_ ("Confirm --all"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla history", N_ ("Show every URL that was seen:")},
    {"bulla history https://example.com/tides",
     N_ ("Show which version of a page is the newest one seen:")},
    {"bulla history --json https://example.com", N_ ("Show all URLs of an origin, as JSON:")},
    {"bulla history forget https://example.com", N_ ("Forget an origin:")},
    {NULL},
};

static const BullaExample FORGET_EXAMPLES[] = {
    {"bulla history forget https://example.com/tides", N_ ("Forget one URL:")},
    {"bulla history forget https://example.com", N_ ("Forget an origin:")},
    {"bulla history forget --all --yes", N_ ("Forget everything:")},
    {NULL},
};

static void
print_json (const BullaHistoryEntry *entry)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "url", entry->url);
  bulla_cli_json_time (builder, "newest", entry->newest);
  bulla_cli_json_string (builder, "source", bulla_seen_source_get_nick (entry->source));
  bulla_cli_json_time (builder, "seen", entry->seen);
  bulla_cli_json_string (builder, "distributor", entry->distributor);
  bulla_cli_json_time (builder, "signature_date", entry->signature_date);
  bulla_cli_json_string (builder, "header_integrity", entry->header_integrity);
  bulla_cli_json_number (builder, "versions", entry->versions);
  bulla_cli_json_number (builder, "refused", entry->refused);
  bulla_cli_json_time (builder, "last_refused", entry->last_refused);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

static void
print_text (const BullaHistoryEntry *entry)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *url = bulla_printable_dup (entry->url);
  g_autofree char *newest = bulla_cli_format_time (entry->newest, now);

  bulla_cli_print ("%s   %s, ", url, newest);
  bulla_cli_print (ngettext ("%lu version", "%lu versions", entry->versions),
                   (gulong)entry->versions);
  if (entry->refused > 0)
    bulla_cli_print (
        ngettext (", %lu older one refused", ", %lu older ones refused", entry->refused),
        (gulong)entry->refused);
  bulla_cli_print ("\n");
}

/* Returns: the number of entries; -1 with @error set */
static int
print_entries (BullaStore *store, const char *place, GError **error)
{
  g_autoptr (GPtrArray) entries = bulla_history_list (store, place, error);

  if (entries == NULL)
    return -1;
  for (guint i = 0; !option_quiet && i < entries->len; i++)
    (option_json ? print_json : print_text) (entries->pdata[i]);
  return (int)entries->len;
}

/* Returns: (transfer full) (nullable): the URLs and origins in the store */
static char **
read_places (char **arguments, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; arguments[i] != NULL; i++) {
    g_autoptr (GError) refused = NULL;
    g_autofree char *place = bulla_history_dup_place (arguments[i], &refused);
    if (place == NULL) {
      bulla_cli_usage_error (error, "%s", refused->message);
      return NULL;
    }
    g_strv_builder_add (builder, place);
  }
  return g_strv_builder_end (builder);
}

static void
print_absent (const char *place)
{
  g_autofree char *text = bulla_printable_dup (place);

  bulla_cli_print_error (_ ("bulla: no version of %s was seen\n"), text);
}

static BullaCliExit
run_history (char **arguments, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BullaStore) store = bulla_cli_open_store (BULLA_STORE_CHECK, &failure);
  BullaCliExit exit = BULLA_EXIT_FINE;

  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return BULLA_EXIT_FAILED;
  }
  if (arguments[0] == NULL)
    return store == NULL || print_entries (store, NULL, error) >= 0 ? exit : BULLA_EXIT_FAILED;
  for (guint i = 0; arguments[i] != NULL; i++) {
    g_autoptr (GError) refused = NULL;
    g_autofree char *place = bulla_history_dup_place (arguments[i], &refused);
    int n = place != NULL && store != NULL ? print_entries (store, place, error) : 0;
    if (n < 0)
      return BULLA_EXIT_FAILED;
    if (place == NULL) {
      g_autofree char *message = bulla_printable_dup (refused->message);
      bulla_cli_print_error ("bulla history: %s\n", message);
      exit = BULLA_EXIT_FAILED;
    } else if (n == 0) {
      print_absent (place);
      exit = MAX (exit, BULLA_EXIT_JUDGED);
    }
  }
  return exit;
}

/* --- bulla history forget */

static gboolean
check_forget (char **arguments, GError **error)
{
  if (option_all && arguments[0] != NULL)
    bulla_cli_usage_error (error, _ ("--all cannot be combined with URLs or origins"));
  else if (option_all && !option_yes)
    bulla_cli_usage_error (error, _ ("--all forgets every URL; confirm it with --yes"));
  else if (!option_all && arguments[0] == NULL)
    bulla_cli_usage_error (error, _ ("name the URLs or origins to forget, or use --all --yes"));
  else
    return TRUE;
  return FALSE;
}

/* @place: (nullable): URL or origin to forget; NULL for all; Returns: FALSE with @error set */
static gboolean
forget_one (BullaStore *store, const char *place, BullaCliExit *exit, GError **error)
{
  guint n = 0;

  if (store != NULL && !bulla_history_forget (store, place, &n, error))
    return FALSE;
  if (n == 0 && place != NULL) {
    print_absent (place);
    *exit = BULLA_EXIT_JUDGED;
  } else if (!option_quiet) {
    bulla_cli_print (ngettext ("Forgot %u URL\n", "Forgot %u URLs\n", n), n);
  }
  return TRUE;
}

static BullaCliExit
run_forget (char **arguments, GError **error)
{
  BullaCliExit exit = BULLA_EXIT_FINE;
  g_autoptr (GError) failure = NULL;

  if (!check_forget (arguments, error))
    return BULLA_EXIT_FAILED;
  g_auto (GStrv) places = read_places (arguments, error);
  if (places == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaStore) store = bulla_cli_open_store (BULLA_STORE_CHECK, &failure);
  if (failure == NULL && option_all)
    forget_one (store, NULL, &exit, &failure);
  for (guint i = 0; failure == NULL && places[i] != NULL; i++)
    forget_one (store, places[i], &exit, &failure);
  if (failure == NULL)
    return exit;
  g_propagate_error (error, g_steal_pointer (&failure));
  return BULLA_EXIT_FAILED;
}

static const BullaVerb FORGET = {
    .name = "forget",
    .synopsis = N_ ("URL|ORIGIN… | --all --yes"),
    .summary = N_ ("Forget which versions of URLs were seen"),
    .description = N_ ("Overwrites the entries of these URLs in the store. The local transparency "
                       "log does not change.\n\n"
                       "Exit status: 0 if every URL and origin was forgotten; 1 if the store had "
                       "no entry for one of them; 2 if the command failed."),
    .examples = FORGET_EXAMPLES,
    .options = FORGET_OPTIONS,
    .run = run_forget,
};

static const BullaVerb *const VERBS[] = {&FORGET, NULL};

const BullaVerb bulla_verb_history = {
    .name = "history",
    .synopsis = N_ ("[URL|ORIGIN…]"),
    .summary = N_ ("Show the newest version seen of each URL"),
    .description =
        N_ ("The browser and the gateway remember the newest version of each page that they met: "
            "the date of the signature of an exchange, or the Date of a live response. “bulla "
            "verify” adds to it only with --remember.\n\n"
            "An origin is a URL without a path; it stands for all of its URLs.\n\n"
            "Exit status: 0 if every URL and origin named is known; 1 if nothing is known of one; "
            "2 if the command failed."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .verbs = VERBS,
    .run = run_history,
};
