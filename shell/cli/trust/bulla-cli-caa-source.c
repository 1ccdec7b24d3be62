/* bulla-cli-caa-source.c - answers CAA queries from a text, recorded evidence, or DNS
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "bulla-bytes.h"
#include "bulla-caa-records.h"
#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-trust.h"
#include "bulla-cli-write.h"
#include "bulla-dns.h"

#define PURPOSE "caa"

struct _BullaCliCaaSource {
  const BullaCliCaaOptions *options; /* borrowed */
  BullaCaaRecords *records;          /* owned; records of a text; NULL if none was given */
  BullaDns *dns;                     /* owned; NULL if DNS is not asked */
  BullaLedger *ledger;               /* owned; contacts made; NULL without DNS */
  BullaDnsEvidence *evidence;        /* owned; NULL if neither read nor to be saved */
  gint64 deadline;                   /* g_get_monotonic_time() at which all lookups end */
};

/* the lookups in progress */
typedef struct {
  GMainLoop *loop;           /* owned */
  GCancellable *cancellable; /* owned */
  guint n_running;
  gboolean interrupted;
  GError *error; /* owned; the first error; NULL if there is none */
} Round;

/* one lookup */
typedef struct {
  Round *round;                  /* borrowed */
  BullaCliCaaQuestion *question; /* borrowed */
} Turn;

static gboolean
check_options (const BullaCliCaaOptions *options, GError **error)
{
  if (options->records != NULL && options->evidence != NULL)
    bulla_cli_usage_error (error, _ ("--records and --evidence cannot be combined"));
  else if (options->save != NULL
           && (options->records != NULL || options->evidence != NULL || options->offline))
    bulla_cli_usage_error (
        error, _ ("--save keeps answers from the network; it cannot be combined with --records, "
                  "--evidence or --offline"));
  else
    return options->save == NULL || bulla_cli_check_output (options->save, options->force, error);
  return FALSE;
}

static gboolean
read_records (BullaCliCaaSource *self, GError **error)
{
  g_autoptr (GBytes) bytes =
      bulla_cli_read_file (self->options->records, BULLA_CAA_RECORDS_SIZE_MAX, error);
  gsize length = 0;

  if (bytes == NULL)
    return FALSE;
  const char *text = g_bytes_get_data (bytes, &length);
  self->records = bulla_caa_records_parse (text, length, error);
  if (self->records == NULL)
    bulla_cli_prefix_path (error, self->options->records);
  return self->records != NULL;
}

static gboolean
read_evidence (BullaCliCaaSource *self, GError **error)
{
  g_autoptr (GBytes) bytes =
      bulla_cli_read_file (self->options->evidence, BULLA_DNS_EVIDENCE_SIZE_MAX, error);

  self->evidence = bytes != NULL ? bulla_dns_evidence_read (bytes, error) : NULL;
  if (bytes != NULL && self->evidence == NULL)
    bulla_cli_prefix_path (error, self->options->evidence);
  return self->evidence != NULL;
}

/* @dns: (out) */
static gboolean
read_dns_options (const BullaCliCaaOptions *options, BullaDnsOptions *dns, GError **error)
{
  int64_t at = 0;

  *dns = (BullaDnsOptions){.resolvers = (const char *const *)options->resolvers,
                           .anchor_file = options->trust_anchor};
  if (options->at != NULL && !bulla_cli_parse_time ("at", options->at, &at, error))
    return FALSE;
  dns->time = options->at != NULL ? MAX (at, 1) : 0; /* 0 stands for now */
  return TRUE;
}

/* A wrong option is an error even if DNS is not asked. */
static gboolean
check_dns_options (const BullaCliCaaOptions *options, GError **error)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  BullaDnsOptions dns;

  if (!read_dns_options (options, &dns, error))
    return FALSE;
  dns.offline = TRUE;
  g_autoptr (BullaDns) nobody = bulla_dns_new (&dns, ledger, error);
  return nobody != NULL;
}

static gboolean
open_dns (BullaCliCaaSource *self, GError **error)
{
  const BullaCliCaaOptions *options = self->options;
  BullaDnsOptions dns;

  if (!read_dns_options (options, &dns, error))
    return FALSE;
  if (options->evidence != NULL) {
    if (read_evidence (self, error))
      self->dns = bulla_dns_new_for_evidence (self->evidence, &dns, error);
    return self->dns != NULL;
  }
  self->ledger = bulla_ledger_new ();
  if (options->ledger != NULL
      && !bulla_ledger_follow_file (self->ledger, options->ledger, TRUE, error))
    return FALSE;
  if (options->save != NULL)
    self->evidence = bulla_dns_evidence_new (g_get_real_time () / G_USEC_PER_SEC);
  self->dns = bulla_dns_new (&dns, self->ledger, error);
  return self->dns != NULL;
}

/**
 * bulla_cli_caa_source_new: (skip)
 * @options: the options, which must outlive the source
 * @error: set if the options contradict each other, or a file cannot be read
 *
 * Returns: (transfer full) (nullable): the source of answers
 */
BullaCliCaaSource *
bulla_cli_caa_source_new (const BullaCliCaaOptions *options, GError **error)
{
  g_autoptr (BullaCliCaaSource) self = g_new0 (BullaCliCaaSource, 1);

  self->options = options;
  if (!check_options (options, error) || !check_dns_options (options, error)
      || !bulla_cli_find_deadline (&self->deadline, error))
    return NULL;
  if (options->records != NULL)
    return read_records (self, error) ? g_steal_pointer (&self) : NULL;
  if (options->offline && options->evidence == NULL)
    return g_steal_pointer (&self);
  return open_dns (self, error) ? g_steal_pointer (&self) : NULL;
}

void
bulla_cli_caa_source_free (BullaCliCaaSource *self)
{
  g_clear_pointer (&self->records, bulla_caa_records_free);
  g_clear_object (&self->dns);
  if (self->ledger != NULL)
    bulla_ledger_close (self->ledger);
  g_clear_object (&self->ledger);
  g_clear_pointer (&self->evidence, bulla_dns_evidence_unref);
  g_free (self);
}

/* --- DNS, or evidence, which is judged like DNS */

static void
climbed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Turn *turn = user_data;
  Round *round = turn->round;
  g_autoptr (GError) error = NULL;

  turn->question->climb = bulla_dns_climb_finish (BULLA_DNS (source), result, &error);
  if (error != NULL && round->error == NULL)
    round->error = g_steal_pointer (&error);
  if (--round->n_running == 0)
    g_main_loop_quit (round->loop);
}

static gboolean
interrupt_cb (gpointer user_data)
{
  Round *round = user_data;

  round->interrupted = TRUE;
  g_cancellable_cancel (round->cancellable);
  return G_SOURCE_CONTINUE;
}

static void
begin (BullaCliCaaSource *self, Round *round, BullaCliCaaQuestion *question)
{
  gint64 left = (self->deadline - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND;
  BullaDnsClimbOptions climb = {
      .cause = {.purpose = PURPOSE},
      .timeout_ms = (guint)MAX (left, 1),
      .evidence = self->options->save != NULL ? self->evidence : NULL,
  };
  Turn *turn = g_new (Turn, 1);

  *turn = (Turn){round, question};
  round->n_running++;
  bulla_dns_climb_async (self->dns, question->host, question->wildcard, &climb, round->cancellable,
                         climbed_cb, turn);
}

/* Looks up all hosts at once, so that the time limit holds for all of them together. */
static gboolean
look_up_hosts (BullaCliCaaSource *self, GPtrArray *questions, gboolean *interrupted, GError **error)
{
  Round round = {g_main_loop_new (NULL, FALSE), g_cancellable_new (), 0, FALSE, NULL};
  guint signal_source = g_unix_signal_add (SIGINT, interrupt_cb, &round);

  for (guint i = 0; i < questions->len; i++) {
    BullaCliCaaQuestion *question = g_ptr_array_index (questions, i);
    if (question->host != NULL)
      begin (self, &round, question);
  }
  if (round.n_running > 0)
    g_main_loop_run (round.loop);
  g_source_remove (signal_source);
  g_main_loop_unref (round.loop);
  g_object_unref (round.cancellable);
  *interrupted = round.interrupted;
  if (round.interrupted)
    g_clear_error (&round.error);
  if (round.error != NULL)
    g_propagate_error (error, round.error);
  return !round.interrupted && round.error == NULL;
}

/**
 * bulla_cli_caa_source_answer: (skip)
 * @self: the source of answers
 * @questions: #BullaCliCaaQuestion elements; each one with a host receives a climb
 * @interrupted: (out): whether the user interrupted the look-ups; @error is then unset
 * @error: set if lookups are impossible; a missing answer is not an error
 */
gboolean
bulla_cli_caa_source_answer (BullaCliCaaSource *self, GPtrArray *questions, gboolean *interrupted,
                             GError **error)
{
  *interrupted = FALSE;
  if (self->dns != NULL)
    return look_up_hosts (self, questions, interrupted, error);
  for (guint i = 0; i < questions->len; i++) {
    BullaCliCaaQuestion *question = g_ptr_array_index (questions, i);
    if (question->host == NULL)
      continue;
    question->climb = bulla_caa_climb_new (question->host, question->wildcard);
    if (self->records != NULL)
      bulla_caa_records_climb (self->records, question->climb);
  }
  return TRUE;
}

/* --- evidence */

/**
 * bulla_cli_caa_source_save: (skip)
 * @self: a source after its answers
 * @error: set if the file cannot be written
 *
 * Writes the evidence to the file given by --save, if any.
 */
gboolean
bulla_cli_caa_source_save (BullaCliCaaSource *self, GError **error)
{
  if (self->options->save == NULL)
    return TRUE;
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (self->evidence);
  return bulla_cli_write_bytes (self->options->save, bytes, self->options->force, error);
}

/**
 * bulla_cli_caa_source_dup_evidence: (skip)
 * @self: a source after its answers
 * @climb: (nullable): the lookups of a host
 *
 * Returns: (transfer full) (nullable): the file name and description of the evidence for the host
 */
JsonNode *
bulla_cli_caa_source_dup_evidence (BullaCliCaaSource *self, const BullaCaaClimb *climb)
{
  const char *file = self->options->save != NULL ? self->options->save : self->options->evidence;

  return self->evidence != NULL && climb != NULL
             ? bulla_cli_caa_evidence_to_json (self->evidence, file, climb)
             : NULL;
}
