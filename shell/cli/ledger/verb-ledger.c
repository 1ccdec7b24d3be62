/* verb-ledger.c - bulla ledger: lists who was contacted, and what each of them learnt
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-cli.h"
#include "bulla-composition.h"
#include "bulla-explain-time.h"
#include "bulla-json.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"

static gboolean option_before, option_after, option_json;
static int option_view;
static char *option_har;

static const GOptionEntry OPTIONS[] = {
    {"before", 'b', 0, G_OPTION_ARG_NONE, &option_before,
     N_ ("Show only contacts before the last click"), NULL},
    {"after", 'a', 0, G_OPTION_ARG_NONE, &option_after,
     N_ ("Show only contacts from the last click on"), NULL},
    {"view", 0, 0, G_OPTION_ARG_INT, &option_view,
     N_ ("Show this view (default: the view of the last click)"), N_ ("NUMBER")},
    {"har", 0, 0, G_OPTION_ARG_FILENAME, &option_har, N_ ("Also write the ledger as HAR 1.2"),
     N_ ("FILE")},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object"), NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla-shell --ledger visit.jsonl https://news.example/",
     N_ ("Write the ledger while browsing:")},
    {"bulla ledger visit.jsonl", N_ ("Show what each party learned, and when:")},
    {"bulla ledger --after visit.jsonl", N_ ("Show only what the last click revealed:")},
    {"bulla ledger --har visit.har visit.jsonl", N_ ("Export it for the tools of other browsers:")},
    {NULL},
};

static BullaLedger *
read_ledger (const char *name, GError **error)
{
  g_autoptr (GInputStream) in = bulla_cli_open_file (name, error);
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();

  if (in != NULL && bulla_ledger_load (ledger, in, NULL, error))
    return g_steal_pointer (&ledger);
  bulla_cli_prefix_path (error, name);
  return NULL;
}

static gboolean
write_har (BullaLedger *ledger, GError **error)
{
  g_autofree char *text = bulla_ledger_to_har (ledger, (guint)option_view);

  return g_file_set_contents (option_har, text, -1, error);
}

static gboolean
is_wanted (BullaPhase phase)
{
  if (option_after)
    return phase == BULLA_PHASE_AFTER;
  return !option_before || phase != BULLA_PHASE_AFTER;
}

/* --- for people */

static void
print_wrapped (const char *text, size_t indent)
{
  g_autofree char *printable = bulla_printable_dup (text);
  g_autoptr (GString) out = g_string_new (NULL);

  bulla_cli_append_wrapped (out, printable, indent);
  bulla_cli_print ("%s", out->str);
}

static void
print_count (BullaParty *party, BullaPhase phase, const char *when)
{
  g_autofree char *text = bulla_party_describe_count (party, phase);

  if (is_wanted (phase))
    bulla_cli_print ("  %s: %s\n", when, text);
}

static void
print_party (BullaParty *party)
{
  g_autofree char *host = bulla_printable_dup (bulla_party_get_host (party));
  g_autofree char *knows = bulla_party_dup_knows (party);
  g_autofree char *does_not = bulla_party_dup_does_not_know (party);
  g_auto (GStrv) cookies = bulla_party_dup_cookies (party);
  g_autofree char *names = g_strjoinv (", ", cookies);
  guint n_left_out = bulla_party_get_n_cookies_left_out (party);

  bulla_cli_print ("\n%s%s%s\n", bulla_party_get_title (party), *host != '\0' ? "  " : "", host);
  print_wrapped (knows, 2);
  print_wrapped (does_not, 2);
  print_count (party, BULLA_PHASE_BEFORE, _ ("before the click"));
  print_count (party, BULLA_PHASE_AFTER, _ ("after the click"));
  if (*names != '\0') {
    g_autofree char *line = g_strdup_printf (_ ("cookies: %s"), names);
    print_wrapped (line, 2);
  }
  if (n_left_out > 0) {
    g_autofree char *line = g_strdup_printf (_ ("cookies not listed: %u"), n_left_out);
    print_wrapped (line, 2);
  }
}

static void
print_contact (BullaContact *contact, gint64 start)
{
  g_autofree char *text = bulla_contact_describe (contact);
  g_autofree char *printable = bulla_printable_dup (text);
  gboolean click = bulla_contact_get_kind (contact) == BULLA_CONTACT_CLICK;
  const char *purpose = click ? NULL : bulla_contact_get_purpose (contact);
  gint64 duration = bulla_contact_get_duration (contact);
  double seconds = (double)(bulla_contact_get_time (contact) - start) / G_USEC_PER_SEC;
  g_autofree char *took =
      duration > 0 ? g_strdup_printf ("%.1f ms", (double)duration / 1000) : g_strdup ("");
  g_autofree char *shown = bulla_printable_dup (purpose != NULL ? purpose : "");

  bulla_cli_print ("  %+9.3f s %11s  %-11s  %s\n", seconds, took, shown, printable);
}

static void
print_time_line (BullaLedger *ledger, BullaExposureReport *report)
{
  BullaContact *click = bulla_exposure_report_get_click (report);
  GListModel *list = G_LIST_MODEL (ledger);
  gint64 start = click != NULL ? bulla_contact_get_time (click) : -1;
  BullaPhase phase;

  bulla_cli_print ("\n%s\n", _ ("Time line"));
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (list, i);
    if (!bulla_exposure_report_place (report, contact, &phase) || !is_wanted (phase))
      continue;
    if (start < 0)
      start = bulla_contact_get_time (contact);
    print_contact (contact, start);
  }
}

/* Returns: (transfer full): what the page of the last click is made of */
static BullaComposition *
compose (BullaLedger *ledger, BullaExposureReport *report)
{
  BullaComposition *composition = bulla_composition_new ();
  GListModel *list = G_LIST_MODEL (ledger);
  BullaPhase phase;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (list, i);
    if (bulla_exposure_report_place (report, contact, &phase) && phase == BULLA_PHASE_AFTER)
      bulla_composition_add (composition, contact);
  }
  return composition;
}

static void
print_component (const BullaComponent *component)
{
  g_autofree char *date = bulla_cli_format_utc (component->date);
  g_autofree char *url = bulla_printable_dup (component->url);

  bulla_cli_print ("  %s  %-8s  %s\n", date, bulla_contact_source_get_nick (component->source),
                   url);
}

static void
print_composition (BullaLedger *ledger, BullaExposureReport *report)
{
  g_autoptr (BullaComposition) composition = compose (ledger, report);
  g_autofree char *skew = bulla_explain_duration (bulla_composition_get_skew (composition));

  if (composition->components->len == 0)
    return;
  bulla_cli_print ("\n%s\n", _ ("Versions on the page"));
  for (guint i = 0; i < composition->components->len; i++)
    print_component (composition->components->pdata[i]);
  if (composition->components->len > 1)
    bulla_cli_print (_ ("  from first to last: %s\n"), skew);
}

static void
print_text (BullaLedger *ledger, BullaExposureReport *report)
{
  BullaContact *click = bulla_exposure_report_get_click (report);
  const char *url = bulla_exposure_report_get_page (report);

  if (click != NULL) {
    g_autofree char *page = bulla_printable_dup (url != NULL ? url : "");
    g_autofree char *text = bulla_contact_describe (click);
    g_autofree char *printable = bulla_printable_dup (text);
    bulla_cli_print (_ ("Page        %s\nLast click  %s\n"), page, printable);
  } else {
    bulla_cli_print (
        _ ("This ledger records no click, so every contact counts as after the click.\n"));
  }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (report)); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (G_LIST_MODEL (report), i);
    print_party (party);
  }
  print_composition (ledger, report);
  print_time_line (ledger, report);
}

/* --- for programs */

static void
add_count (JsonBuilder *builder, BullaParty *party, BullaPhase phase, const char *member)
{
  BullaPartyCount count;

  if (!is_wanted (phase))
    return;
  bulla_party_count (party, phase, &count);
  bulla_json_begin (builder, member);
  bulla_json_add_number (builder, "connections", count.connections);
  bulla_json_add_number (builder, "requests", count.requests);
  bulla_json_add_number (builder, "answered", count.answered);
  bulla_json_add_number (builder, "withheld", count.withheld);
  bulla_json_add_number (builder, "lookups", count.lookups);
  bulla_json_add_number (builder, "bytes_sent", (gint64)count.bytes_sent);
  bulla_json_add_number (builder, "bytes_received", (gint64)count.bytes_received);
  json_builder_end_object (builder);
}

static void
add_party (JsonBuilder *builder, BullaParty *party)
{
  g_autofree char *knows = bulla_party_dup_knows (party);
  g_autofree char *does_not = bulla_party_dup_does_not_know (party);
  g_auto (GStrv) cookies = bulla_party_dup_cookies (party);

  json_builder_begin_object (builder);
  bulla_json_add_text (builder, "role", bulla_party_role_get_nick (bulla_party_get_role (party)));
  bulla_json_add_text (builder, "host", bulla_party_get_host (party));
  bulla_json_add_text (builder, "knows", knows);
  bulla_json_add_text (builder, "does_not_know", does_not);
  bulla_json_add_names (builder, "cookies", (const char *const *)cookies);
  if (bulla_party_get_n_cookies_left_out (party) > 0)
    bulla_json_add_number (builder, "cookies_left_out", bulla_party_get_n_cookies_left_out (party));
  add_count (builder, party, BULLA_PHASE_EARLIER, "earlier");
  add_count (builder, party, BULLA_PHASE_BEFORE, "before");
  add_count (builder, party, BULLA_PHASE_AFTER, "after");
  json_builder_end_object (builder);
}

static void
add_component (JsonBuilder *builder, const BullaComponent *component)
{
  json_builder_begin_object (builder);
  bulla_json_add_text (builder, "url", component->url);
  bulla_json_add_number (builder, "date", component->date);
  bulla_json_add_text (builder, "source", bulla_contact_source_get_nick (component->source));
  bulla_json_add_text (builder, "deliverer", component->deliverer);
  json_builder_end_object (builder);
}

static void
add_composition (JsonBuilder *builder, const BullaComposition *composition)
{
  if (composition->components->len == 0) {
    json_builder_set_member_name (builder, "composition");
    json_builder_add_null_value (builder);
    return;
  }
  bulla_json_begin (builder, "composition");
  bulla_json_add_number (builder, "earliest", composition->earliest);
  bulla_json_add_number (builder, "latest", composition->latest);
  bulla_json_add_number (builder, "skew_s", bulla_composition_get_skew (composition));
  json_builder_set_member_name (builder, "resources");
  json_builder_begin_array (builder);
  for (guint i = 0; i < composition->components->len; i++)
    add_component (builder, composition->components->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_json (BullaLedger *ledger, BullaExposureReport *report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (BullaComposition) composition = compose (ledger, report);
  BullaContact *click = bulla_exposure_report_get_click (report);

  json_builder_begin_object (builder);
  bulla_json_add_number (builder, "view", bulla_exposure_report_get_view (report));
  bulla_json_add_text (builder, "page", bulla_exposure_report_get_page (report));
  if (click != NULL) {
    bulla_json_add_number (builder, "click_us", bulla_contact_get_time (click));
    bulla_json_add_text (builder, "from", bulla_contact_get_page (click));
  }
  json_builder_set_member_name (builder, "parties");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (report)); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (G_LIST_MODEL (report), i);
    add_party (builder, party);
  }
  json_builder_end_array (builder);
  add_composition (builder, composition);
  g_autofree char *text = bulla_json_end (builder, FALSE);
  bulla_cli_print ("%s\n", text);
}

static BullaCliExit
run_ledger (char **arguments, GError **error)
{
  if (arguments[0] == NULL || arguments[1] != NULL) {
    bulla_cli_usage_error (error, _ ("name exactly one ledger file, or “-” for standard input"));
    return BULLA_EXIT_FAILED;
  }
  if ((option_before && option_after) || option_view < 0) {
    bulla_cli_usage_error (error, option_view < 0 ? _ ("--view takes a number from 1")
                                                  : _ ("--before and --after cannot be combined"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaLedger) ledger = read_ledger (arguments[0], error);
  if (ledger == NULL || (option_har != NULL && !write_har (ledger, error)))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaExposureReport) report = bulla_exposure_report_new (ledger, (guint)option_view);
  if (option_json)
    print_json (ledger, report);
  else
    print_text (ledger, report);
  guint n = (guint)MIN (bulla_ledger_get_n_dropped (ledger), G_MAXUINT);
  if (n > 0)
    bulla_cli_print_error (
        ngettext ("%u older contact was omitted.\n", "%u older contacts were omitted.\n", n), n);
  return BULLA_EXIT_FINE;
}

const BullaVerb bulla_verb_ledger = {
    .name = "ledger",
    .synopsis = N_ ("FILE"),
    .summary = N_ ("Show who was contacted, and what each party knows"),
    .description = N_ (
        "FILE is the output of bulla-shell --ledger or bulla gateway --ledger: one contact per "
        "line, as JSON. The report covers the page that the last click led to. For each party "
        "(publisher, aggregator, certificate hosts and others) it says what the party knows and "
        "does not know about you, and lists its requests before and after the click on a time line "
        "that starts at the click. Cookies are listed by name, without their values.\n\n"
        "Versions on the page are listed by the date of their signature or, without one, by the "
        "Date of the response: parts that the publisher never served together lie far apart."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_ledger,
};
