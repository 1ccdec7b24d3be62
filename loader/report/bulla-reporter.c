/* bulla-reporter.c - reports exchanges to their distributors, if the profile allows it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD "Wait and queue a report" and "Queuing signed exchange report" */
#include "bulla-reporter.h"

#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-report-delivery.h"

struct _BullaReporter {
  GObject parent_instance;
  BullaLoader *loader;        /* owned */
  BullaNelPolicies *policies; /* owned */
  GCancellable *cancellable;  /* owned; cancels all deliveries */
  guint n_deliveries;
};

enum { REPORT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaReporter, bulla_reporter, G_TYPE_OBJECT)

static void
bulla_reporter_finalize (GObject *object)
{
  BullaReporter *self = BULLA_REPORTER (object);

  g_object_unref (self->loader);
  bulla_nel_policies_free (self->policies);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (bulla_reporter_parent_class)->finalize (object);
}

static void
bulla_reporter_class_init (BullaReporterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_reporter_finalize;

  /**
   * BullaReporter::report:
   * @view: (nullable): the view for which the exchange was loaded
   * @collector: (nullable): the URL that the report is or would be sent to; %NULL if the
   *   distributor named none
   * @text: the complete text of the report
   * @fate: `sent`, `withheld` by the profile, or `undelivered`
   *
   * Emitted once for each report that is due.
   */
  signals[REPORT] =
      g_signal_new ("report", BULLA_TYPE_REPORTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
bulla_reporter_init (BullaReporter *self)
{
  self->policies = bulla_nel_policies_new ();
  self->cancellable = g_cancellable_new ();
}

/**
 * bulla_reporter_new: (skip)
 * @loader: provides profile, clock and network
 *
 * Returns: (transfer full): a reporter
 */
BullaReporter *
bulla_reporter_new (BullaLoader *loader)
{
  BullaReporter *self = g_object_new (BULLA_TYPE_REPORTER, NULL);

  self->loader = g_object_ref (loader);
  return self;
}

static const BullaSettings *
settings_of (BullaReporter *self)
{
  return bulla_profile_get_settings (bulla_loader_get_profile (self->loader));
}

/* --- delivery of a report */

typedef struct {
  BullaReporter *reporter;                /* owned */
  char *partition, *view, *about, *group; /* owned; @view is nullable */
  char *collector;                        /* owned; NULL before the first; collector being tried */
  JsonNode *report;                       /* owned */
  char *text;                             /* owned; the report as last sent */
  gint64 made;                            /* monotonic time in µs at which the report was made */
  guint n_attempts;
} Delivery;

static void
delivery_free (Delivery *self)
{
  g_object_unref (self->reporter);
  g_free (self->partition);
  g_free (self->view);
  g_free (self->about);
  g_free (self->group);
  g_free (self->collector);
  json_node_unref (self->report);
  g_free (self->text);
  g_free (self);
}

static void
write_text (Delivery *self)
{
  gint64 age = (g_get_monotonic_time () - self->made) / 1000;

  json_object_set_int_member (json_node_get_object (self->report), "age", age);
  g_free (self->text);
  self->text = bulla_sxg_report_to_text (self->report);
}

/* @self: (transfer full) */
static void
end_delivery (Delivery *self, const char *fate)
{
  g_signal_emit (self->reporter, signals[REPORT], 0, self->view, self->collector, self->text, fate);
  delivery_free (self);
}

static void try_next (Delivery *self);

static void
delivered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Delivery *self = user_data;
  BullaReporter *reporter = self->reporter;
  g_autoptr (GError) error = NULL;
  guint status = bulla_report_deliver_finish (BULLA_FETCHER (source), result, &error);

  reporter->n_deliveries--;
  bulla_nel_policies_note_delivery (reporter->policies, self->partition, self->about, self->group,
                                    self->collector, status,
                                    bulla_loader_get_time (reporter->loader));
  if (status / 100 == 2)
    end_delivery (self, "sent");
  else
    try_next (self);
}

/* A distributor may name several collectors; at most one gets the report. */
static void
try_next (Delivery *self)
{
  BullaReporter *reporter = self->reporter;
  g_autofree char *collector =
      bulla_nel_policies_choose (reporter->policies, self->partition, self->about, self->group,
                                 g_random_double (), bulla_loader_get_time (reporter->loader));

  write_text (self);
  if (collector == NULL || self->n_attempts == BULLA_REPORTER_ATTEMPTS_MAX) {
    end_delivery (self, "undelivered");
    return;
  }
  g_free (self->collector);
  self->collector = g_steal_pointer (&collector);
  if (settings_of (reporter)->send != BULLA_CHOICE_YES) {
    end_delivery (self, "withheld");
    return;
  }
  if (bulla_loader_get_offline (reporter->loader)
      || g_cancellable_is_cancelled (reporter->cancellable)
      || reporter->n_deliveries >= BULLA_REPORTER_DELIVERIES_MAX) {
    end_delivery (self, "undelivered");
    return;
  }
  self->n_attempts++;
  reporter->n_deliveries++;
  BullaLedger *ledger = bulla_loader_get_ledger (reporter->loader);
  guint view = self->view != NULL ? bulla_ledger_number_view (ledger, self->view) : 0;
  bulla_report_deliver_async (bulla_loader_get_fetcher (reporter->loader), self->collector,
                              self->about, self->text, view, reporter->cancellable, delivered_cb,
                              self);
}

/* --- queueing reports */

static void
queue (BullaReporter *self, const BullaReportOccasion *occasion, const BullaSxgFinding *finding)
{
  const BullaSettings *settings = settings_of (self);
  BullaSxgTransfer transfer = occasion->transfer;
  BullaNelOccasion asked = {transfer.url, transfer.server_ip,
                            bulla_sxg_report_is_success (&transfer, finding, settings)};
  double fraction = 0.0;
  g_autofree char *group = NULL;

  if (bulla_nel_policies_ask (self->policies, occasion->partition, &asked, g_random_double (),
                              bulla_loader_get_time (self->loader), &fraction, &group)
      != BULLA_NEL_DUE)
    return;
  Delivery *delivery = g_new0 (Delivery, 1);
  delivery->reporter = g_object_ref (self);
  delivery->partition = g_strdup (occasion->partition);
  delivery->view = g_strdup (occasion->view);
  delivery->about = g_strdup (transfer.url);
  delivery->group = g_steal_pointer (&group);
  delivery->made = g_get_monotonic_time ();
  transfer.elapsed = (delivery->made - occasion->started) / 1000;
  delivery->report =
      bulla_sxg_report_build (&transfer, finding, settings, fraction, occasion->user_agent, 0);
  try_next (delivery);
}

/* --- waiting for the end of the body */

typedef struct {
  BullaReporter *reporter; /* owned */
  GStringChunk *strings;   /* owned; keeps the strings of the transfer */
  BullaReportOccasion occasion;
} Waiting;

static const char *
keep_text (GStringChunk *strings, const char *text)
{
  return text != NULL ? g_string_chunk_insert (strings, text) : NULL;
}

static Waiting *
waiting_new (BullaReporter *reporter, const BullaReportOccasion *occasion)
{
  Waiting *self = g_new (Waiting, 1);
  GStringChunk *strings = g_string_chunk_new (512);
  const BullaSxgTransfer *transfer = &occasion->transfer;

  self->reporter = g_object_ref (reporter);
  self->strings = strings;
  self->occasion = *occasion;
  self->occasion.partition = keep_text (strings, occasion->partition);
  self->occasion.view = keep_text (strings, occasion->view);
  self->occasion.user_agent = keep_text (strings, occasion->user_agent);
  self->occasion.transfer.url = keep_text (strings, transfer->url);
  self->occasion.transfer.method = keep_text (strings, transfer->method);
  self->occasion.transfer.referrer = keep_text (strings, transfer->referrer);
  self->occasion.transfer.protocol = keep_text (strings, transfer->protocol);
  self->occasion.transfer.server_ip = keep_text (strings, transfer->server_ip);
  return self;
}

static void
waiting_free (gpointer data, GClosure *closure)
{
  Waiting *self = data;

  g_object_unref (self->reporter);
  g_string_chunk_free (self->strings);
  g_free (self);
}

static void
body_ended_cb (BullaLoad *load, GError *error, gpointer user_data)
{
  Waiting *self = user_data;
  BullaSxgFinding finding;

  bulla_sxg_finding_of_load (&finding, load);
  if (error != NULL)
    finding.result = "mi_error";
  if (finding.result != NULL)
    queue (self->reporter, &self->occasion, &finding);
}

/**
 * bulla_reporter_note_response: (skip)
 * @self: a reporter
 * @partition: network partition
 * @response: a response from the network
 */
void
bulla_reporter_note_response (BullaReporter *self, const char *partition,
                              const BullaNelResponse *response)
{
  bulla_nel_policies_note (self->policies, partition, response,
                           bulla_loader_get_time (self->loader));
}

/**
 * bulla_reporter_note_exchange: (skip)
 * @self: a reporter
 * @occasion: the transfer that delivered the exchange, for a navigation or a prefetch
 * @load: the judged exchange
 *
 * Reports a fault at once, and success when the body has ended. A body that is not read to its end
 * is not reported.
 */
void
bulla_reporter_note_exchange (BullaReporter *self, const BullaReportOccasion *occasion,
                              BullaLoad *load)
{
  BullaSxgFinding finding;

  bulla_sxg_finding_of_load (&finding, load);
  if (finding.result == NULL)
    return;
  if (g_str_equal (finding.result, "ok") && bulla_load_get_facts (load)->body.read == BULLA_UNKNOWN)
    g_signal_connect_data (load, "body-ended", G_CALLBACK (body_ended_cb),
                           waiting_new (self, occasion), waiting_free, 0);
  else
    queue (self, occasion, &finding);
}

/**
 * bulla_reporter_note_mismatch: (skip)
 * @self: a reporter
 * @occasion: the transfer that delivered the exchange
 * @load: an exchange without faults that cannot answer its request
 * @mismatch: the verdict that names the expectation it does not meet
 *
 * Reports nothing unless the profile enables Chromium's additional report types.
 */
void
bulla_reporter_note_mismatch (BullaReporter *self, const BullaReportOccasion *occasion,
                              BullaLoad *load, BullaReportMismatch mismatch)
{
  BullaSxgFinding finding;

  if (settings_of (self)->mismatches != BULLA_CHOICE_YES)
    return;
  bulla_sxg_finding_of_load (&finding, load);
  finding.result =
      mismatch == BULLA_REPORT_VARIANT_MISMATCH ? "variant_mismatch" : "header_integrity_mismatch";
  queue (self, occasion, &finding);
}

/**
 * bulla_reporter_forget: (skip)
 * @self: a reporter
 * @prefix: common prefix of the partitions
 *
 * Removes the policies of these partitions.
 */
void
bulla_reporter_forget (BullaReporter *self, const char *prefix)
{
  bulla_nel_policies_forget (self->policies, prefix);
}

guint
bulla_reporter_get_n_origins (BullaReporter *self)
{
  return bulla_nel_policies_get_n_origins (self->policies);
}

/**
 * bulla_reporter_close: (skip)
 * @self: a reporter
 *
 * Cancels all deliveries and sends nothing more.
 */
void
bulla_reporter_close (BullaReporter *self)
{
  g_cancellable_cancel (self->cancellable);
}
