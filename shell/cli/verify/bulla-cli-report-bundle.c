/* bulla-cli-report-bundle.c - reports on a bundle: its resources and their signers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bundle-internal.h"
#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli.h"
#include "bulla-cli-report.h"
#include "bulla-explain-time.h"
#include "bulla-package-door.h"
#include "bulla-printable.h"

/* most rows shown without --full */
#define MAX_ROWS 20
#define MAX_VOUCHERS 64
#define ROW "  %-16s %3s"

/**
 * bulla_cli_report_find_primary: (skip)
 * @self: a report on a bundle
 *
 * Returns: (nullable): the finding for its primary URL
 */
const BullaBundleFinding *
bulla_cli_report_find_primary (const BullaCliReport *self)
{
  const char *url = bulla_bundle_get_primary_url (self->bundle);
  gint primary = url != NULL ? bulla_bundle_find (self->bundle, url) : -1;

  for (guint i = 0; primary >= 0 && i < self->check->findings->len; i++) {
    const BullaBundleFinding *each = &g_array_index (self->check->findings, BullaBundleFinding, i);
    if (each->resource == (guint)primary && each->range.length > 0)
      return each;
  }
  return NULL;
}

static void
add_resource (JsonBuilder *builder, BullaBundle *bundle, const BullaBundleFinding *finding)
{
  g_autofree char *url = bulla_bundle_dup_url (bundle, finding->resource);
  guint n_variants = bulla_bundle_get_n_variants (bundle, finding->resource);

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "url", url);
  bulla_cli_json_number (builder, "offset", finding->range.offset);
  bulla_cli_json_number (builder, "length", finding->range.length);
  if (n_variants > 1) {
    bulla_cli_json_number (builder, "variant", finding->variant);
    bulla_cli_json_number (builder, "variants", n_variants);
  }
  json_builder_set_member_name (builder, "status");
  if (finding->status != 0)
    json_builder_add_int_value (builder, finding->status);
  else
    json_builder_add_null_value (builder);
  bulla_cli_json_string (builder, "vouched_by", finding->vouched_by);
  bulla_cli_json_time (builder, "vouched_until", finding->vouched_until);
  bulla_cli_json_time (builder, "date", finding->date);
  bulla_cli_json_string (builder, "outcome", bulla_outcome_get_nick (finding->outcome));
  bulla_cli_json_string (builder, "reason", bulla_reason_get_nick (finding->reason));
  if (bulla_bundle_is_passed_over (bundle, finding->resource)) {
    json_builder_set_member_name (builder, "passed_over");
    json_builder_add_boolean_value (builder, TRUE);
  }
  json_builder_end_object (builder);
}

/* Finds the first and the last date of all resources that have one. Returns: their number */
static guint
find_dates (const GArray *findings, gint64 *earliest, gint64 *latest)
{
  guint n = 0;

  for (guint i = 0; i < findings->len; i++) {
    gint64 date = g_array_index (findings, BullaBundleFinding, i).date;
    if (date < 0)
      continue;
    *earliest = n == 0 ? date : MIN (*earliest, date);
    *latest = n == 0 ? date : MAX (*latest, date);
    n++;
  }
  return n;
}

/* Adds the dates between which all resources lie; null if none has a date. */
static void
add_composition (JsonBuilder *builder, const GArray *findings)
{
  gint64 earliest = -1, latest = -1;

  if (find_dates (findings, &earliest, &latest) == 0) {
    bulla_cli_json_string (builder, "composition", NULL);
    return;
  }
  bulla_cli_json_begin (builder, "composition");
  bulla_cli_json_time (builder, "earliest", earliest);
  bulla_cli_json_time (builder, "latest", latest);
  bulla_cli_json_number (builder, "skew_s", (guint64)(latest - earliest));
  json_builder_end_object (builder);
}

/**
 * bulla_cli_report_add_resources: (skip)
 * @self: a report on a bundle
 * @builder: a builder inside the object of the report
 */
void
bulla_cli_report_add_resources (const BullaCliReport *self, JsonBuilder *builder)
{
  bulla_cli_json_string (builder, "version", bulla_bundle_get_version (self->bundle));
  bulla_cli_json_string (builder, "primary_url", bulla_bundle_get_primary_url (self->bundle));
  bulla_cli_json_string (builder, "manifest_url", bulla_bundle_get_manifest_url (self->bundle));
  bulla_cli_json_string (builder, "web_bundle_id", bulla_bundle_get_web_bundle_id (self->bundle));
  bulla_cli_json_string (builder, "digest", bulla_bundle_get_digest (self->bundle));
  add_composition (builder, self->check->findings);
  bulla_cli_json_begin_array (builder, "resources");
  for (guint i = 0; i < self->check->findings->len; i++) {
    const BullaBundleFinding *each = &g_array_index (self->check->findings, BullaBundleFinding, i);
    if (each->range.length > 0 || each->reason != BULLA_REASON_NONE) /* or no response */
      add_resource (builder, self->bundle, each);
  }
  json_builder_end_array (builder);
}

/* a signature, and the number of resources that it covers */
typedef struct {
  const char *names; /* borrowed */
  gint64 until;
  guint n;
} Voucher;

static void
count_voucher (GArray *vouchers, const BullaBundleFinding *finding)
{
  for (guint i = 0; i < vouchers->len; i++) {
    Voucher *each = &g_array_index (vouchers, Voucher, i);
    if (each->until == finding->vouched_until && strcmp (each->names, finding->vouched_by) == 0) {
      each->n++;
      return;
    }
  }
  Voucher voucher = {finding->vouched_by, finding->vouched_until, 1};
  if (vouchers->len < MAX_VOUCHERS)
    g_array_append_val (vouchers, voucher);
}

/* Lists each signer of resources, the number that it signed, and the end of validity. */
static void
append_vouchers (GString *text, const GArray *findings, gint64 now)
{
  g_autoptr (GArray) vouchers = g_array_new (FALSE, FALSE, sizeof (Voucher));
  guint n_unvouched = 0;

  for (guint i = 0; i < findings->len; i++) {
    const BullaBundleFinding *each = &g_array_index (findings, BullaBundleFinding, i);
    if (each->vouched_by != NULL)
      count_voucher (vouchers, each);
    else
      n_unvouched++;
  }
  for (guint i = 0; i < vouchers->len; i++) {
    const Voucher *each = &g_array_index (vouchers, Voucher, i);
    g_autofree char *names = bulla_printable_dup (each->names);
    g_autofree char *until = bulla_cli_format_time (each->until, now);
    g_string_append_printf (text,
                            ngettext ("  %u resource signed by %s, valid until %s\n",
                                      "  %u resources signed by %s, valid until %s\n", each->n),
                            each->n, names, until);
  }
  if (vouchers->len > 0 && n_unvouched > 0)
    g_string_append_printf (
        text, ngettext ("  %u resource not signed\n", "  %u resources not signed\n", n_unvouched),
        n_unvouched);
}

/* Appends the ID of the bundle's key, and the URL at which the shell opens it, unless it is the
 * publisher's. */
static void
append_address (GString *text, const BullaCliReport *self)
{
  const char *id = bulla_bundle_get_web_bundle_id (self->bundle);

  if (id != NULL) {
    g_autofree char *shown_id = bulla_printable_dup (id);
    g_string_append_printf (text, _ ("  web bundle ID %s\n"), shown_id);
  }
  if (bulla_cli_report_get_outcome (self) != BULLA_OUTCOME_SEPARATE_ORIGIN)
    return;
  g_autofree char *url = bulla_package_dup_start_url (self->bundle);
  if (url == NULL)
    return;
  g_autofree char *shown = bulla_printable_dup (url);
  g_string_append_printf (text, _ ("  opens at %s\n"), shown);
  if (id != NULL && !g_str_has_prefix (url, BULLA_ISOLATED_SCHEME "://"))
    g_string_append (text, _ ("  not an isolated app: its URLs name another origin\n"));
}

/* Appends the dates between which all resources lie, where they differ. */
static void
append_dates (GString *text, const GArray *findings)
{
  gint64 earliest = -1, latest = -1;

  if (find_dates (findings, &earliest, &latest) < 2 || earliest == latest)
    return;
  g_autofree char *first = bulla_cli_format_utc (earliest);
  g_autofree char *last = bulla_cli_format_utc (latest);
  g_autofree char *skew = bulla_explain_duration (latest - earliest);
  g_string_append_printf (text, _ ("  resources dated from %s to %s (%s apart)\n"), first, last,
                          skew);
}

/* Returns: whether the response was accepted for its publisher, or is older than one seen */
static gboolean
is_memorable (const BullaBundleFinding *finding)
{
  return (finding->vouched_by != NULL && finding->outcome == BULLA_OUTCOME_SUBSTITUTE)
         || finding->reason == BULLA_REASON_HISTORY_OLDER;
}

/**
 * bulla_cli_report_dup_loads: (skip)
 * @self: a report
 * @error: set if a response of a bundle could not be read again
 *
 * Returns: (transfer full) (element-type BullaLoad): the versions that the store is to remember;
 *   perhaps none
 */
GPtrArray *
bulla_cli_report_dup_loads (const BullaCliReport *self, GError **error)
{
  GPtrArray *loads = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean older = bulla_cli_report_get_reason (self) == BULLA_REASON_HISTORY_OLDER;

  if (self->load != NULL && (older || bulla_cli_report_is_fit (self)))
    g_ptr_array_add (loads, g_object_ref (self->load));
  for (guint i = 0; self->check != NULL && i < self->check->findings->len; i++) {
    const BullaBundleFinding *each = &g_array_index (self->check->findings, BullaBundleFinding, i);
    BullaLoad *load = is_memorable (each) ? bulla_bundle_load (self->bundle, each->resource,
                                                               each->variant, NULL, error)
                                          : NULL;
    if (load != NULL)
      g_ptr_array_add (loads, load);
    else if (*error != NULL)
      break;
  }
  return loads;
}

/**
 * bulla_cli_report_append_bundle: (skip)
 * @self: a report on a bundle
 * @text: receives the summary of the bundle
 */
void
bulla_cli_report_append_bundle (const BullaCliReport *self, GString *text)
{
  BullaBundle *bundle = self->bundle;
  guint n = bulla_bundle_get_n_resources (bundle);
  const char *version = bulla_bundle_get_version (bundle);
  g_autofree char *shown = bulla_printable_dup (version != NULL ? version : "?");

  g_string_append_printf (
      text, ngettext ("  bundle %s, %u resource", "  bundle %s, %u resources", n), shown, n);
  if (bulla_bundle_get_digest (bundle) != NULL)
    g_string_append_printf (text, ", sha256 %s", bulla_bundle_get_digest (bundle));
  g_string_append_c (text, '\n');
  append_address (text, self);
  append_dates (text, self->check->findings);
  append_vouchers (text, self->check->findings,
                   bulla_verdict_get_time (bulla_cli_report_get_verdict (self)));
}

/* Appends the trace of a resource with a fault. */
static void
append_trace (GString *text, BullaBundle *bundle, const BullaBundleFinding *finding)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load =
      bulla_bundle_load (bundle, finding->resource, finding->variant, NULL, &error);

  if (load == NULL) {
    g_autofree char *message = bulla_printable_dup (error->message);
    g_string_append_printf (text, "    %s\n", message);
    return;
  }
  g_autofree char *steps = bulla_explain_verdict (bulla_load_get_verdict (load), FALSE);
  g_auto (GStrv) lines = g_strsplit (steps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0')
      g_string_append_printf (text, "  %s\n", lines[i]);
}

static void
append_row (GString *text, BullaBundle *bundle, const BullaBundleFinding *finding)
{
  g_autofree char *url = bulla_bundle_dup_url (bundle, finding->resource);
  g_autofree char *shown = bulla_printable_dup (url);

  g_autofree char *status =
      finding->status != 0 ? g_strdup_printf ("%u", finding->status) : g_strdup ("-");
  g_string_append_printf (text, ROW, bulla_outcome_get_nick (finding->outcome), status);
  g_string_append_printf (text, " %10" G_GUINT64_FORMAT "  %s", finding->body_length, shown);
  if (bulla_bundle_get_n_variants (bundle, finding->resource) > 1)
    g_string_append_printf (text, _ (" (variant %u)"), finding->variant);
  if (finding->reason != BULLA_REASON_NONE)
    g_string_append_printf (text, "  %s", bulla_reason_get_nick (finding->reason));
  else if (finding->vouched_by != NULL) {
    g_autofree char *names = bulla_printable_dup (finding->vouched_by);
    g_string_append_printf (text, "  (%s)", names);
  }
  if (bulla_bundle_is_passed_over (bundle, finding->resource))
    g_string_append (text, _ ("  (passed over: an earlier entry of the index is this URL)"));
  g_string_append_c (text, '\n');
}

/**
 * bulla_cli_report_append_resources: (skip)
 * @self: a report on a bundle
 * @text: receives a table of its resources
 * @explain: whether to list all resources, with the traces of faulty ones
 */
void
bulla_cli_report_append_resources (const BullaCliReport *self, GString *text, gboolean explain)
{
  const GArray *findings = self->check->findings;
  guint n_shown = 0, n_left = 0;

  for (guint i = 0; i < findings->len; i++) {
    const BullaBundleFinding *each = &g_array_index (findings, BullaBundleFinding, i);
    if (each->range.length == 0 && each->reason == BULLA_REASON_NONE)
      continue;
    if (n_shown >= MAX_ROWS && !explain) {
      n_left++;
      continue;
    }
    if (n_shown == 0 && bulla_cli_has_headings ()) {
      g_string_append_printf (text, "  %-15s %4s %10s  %s\n", _ ("Outcome"), _ ("HTTP"),
                              _ ("Bytes"), _ ("URL"));
    }
    append_row (text, self->bundle, each);
    if (explain && each->reason != BULLA_REASON_NONE)
      append_trace (text, self->bundle, each);
    n_shown++;
  }
  if (n_left > 0)
    g_string_append_printf (text,
                            ngettext ("  … and %u more; --explain shows it\n",
                                      "  … and %u more; --explain shows them\n", n_left),
                            n_left);
}
