/* bulla-dns-climb.c - looks up the CAA records of a host and then of its parent names (RFC 8659)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-dns-anchors.h"
#include "bulla-dns-evidence-collection.h"
#include "bulla-dns-message.h"
#include "bulla-dns-private.h"
#include "bulla-wait.h"

#define RCODE_NXDOMAIN 3
#define PURPOSE "caa"

/* State of one climb; it is the data of its task. */
typedef struct {
  BullaDns *dns;                /* borrowed from the task */
  BullaUnboundContext *context; /* owned; NULL if DNS is not asked */
  BullaCaaClimb *climb;         /* owned; NULL once it was returned */
  BullaCause *cause;            /* owned */
  BullaDnsCollection *kept;     /* owned; NULL if no evidence is collected */
  guint timeout_ms;
  BullaDnsQuery *query;       /* borrowed; NULL unless a look-up is pending */
  BullaContact *contact;      /* owned; NULL unless recorded; contact of that look-up */
  char *name;                 /* owned; NULL before the first look-up; the name looked up */
  guint16 type;               /* record type looked up */
  GSource *timer, *cancelled; /* owned; nullable */
} Climb;

static void ask_next (GTask *task);

static void
source_clear (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
end_lookup (Climb *self, const char *error)
{
  if (self->contact != NULL && error != NULL)
    bulla_ledger_fail (self->dns->ledger, self->contact, error);
  else if (self->contact != NULL)
    bulla_ledger_finish (self->dns->ledger, self->contact);
  g_clear_object (&self->contact);
  g_clear_pointer (&self->query, bulla_dns_query_cancel);
}

static void
climb_free (gpointer data)
{
  Climb *self = data;

  source_clear (&self->timer);
  source_clear (&self->cancelled);
  g_clear_pointer (&self->context, bulla_unbound_context_unref);
  g_clear_pointer (&self->climb, bulla_caa_climb_unref);
  g_clear_pointer (&self->kept, bulla_dns_collection_free);
  bulla_cause_free (self->cause);
  g_free (self->name);
  g_free (self);
}

/* @task: (transfer full) */
static void
end_climb (GTask *task)
{
  Climb *self = g_task_get_task_data (task);

  source_clear (&self->timer);
  source_clear (&self->cancelled);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&self->climb),
                           (GDestroyNotify)bulla_caa_climb_unref);
  g_object_unref (task);
}

/* --- converting responses */

static BullaCaaAnswer *
new_no_answer (const char *name, int rcode, char *detail)
{
  BullaCaaAnswer *answer = bulla_caa_answer_new (name, BULLA_DNSSEC_NO_ANSWER, rcode);

  answer->detail = detail;
  return answer;
}

static char *
dup_canonical (const char *name, const char *canonical)
{
  if (canonical == NULL)
    return NULL;
  g_autofree char *lower = g_ascii_strdown (canonical, -1);
  if (g_str_has_suffix (lower, "."))
    lower[strlen (lower) - 1] = '\0';
  return g_str_equal (lower, name) ? NULL : g_steal_pointer (&lower);
}

static void
read_records (BullaCaaAnswer *answer, const BullaDnsReply *reply)
{
  for (guint i = 0; i < reply->n_records; i++) {
    BullaCaaRecord *record = bulla_caa_record_read ((const guint8 *)reply->records[i],
                                                    (gsize)MAX (reply->lengths[i], 0));
    if (record != NULL)
      g_ptr_array_add (answer->records, record);
    else
      answer->unreadable++;
  }
}

static const char *
name_rcode (int rcode)
{
  static const char *const names[] = {
      [1] = "FORMERR", [2] = "SERVFAIL", [4] = "NOTIMP", [5] = "REFUSED"};

  return rcode > 0 && rcode < (int)G_N_ELEMENTS (names) && names[rcode] != NULL ? names[rcode]
                                                                                : "an error";
}

/* Returns: Unix time in s of the first expiration of the signatures on which the answer rests; 0 if
 * it has none */
static gint64
find_end (Climb *self, const char *name, const BullaDnsReply *reply)
{
  gint64 now = self->dns->time != 0 ? self->dns->time : g_get_real_time () / G_USEC_PER_SEC;

  if (self->dns->evidence != NULL)
    return bulla_dns_evidence_find_end (self->dns->evidence, name, BULLA_CAA_TYPE);
  g_autoptr (BullaDnsMessage) message =
      bulla_dns_message_read (reply->message, reply->message_length);
  return message != NULL ? bulla_dns_message_find_end (message, now) : 0;
}

/* The order matters: a bogus response has data, too, and only the response code distinguishes an
 * error from an unsigned zone's response. */
static BullaCaaAnswer *
read_reply (Climb *self, const char *name, const BullaDnsReply *reply)
{
  const char *asked = self->dns->asked;

  if (reply->error != NULL)
    return new_no_answer (name, -1, g_strdup_printf ("%s: %s", name, reply->error));
  gboolean failed = reply->rcode != 0 && reply->rcode != RCODE_NXDOMAIN;
  if (failed && self->dns->replay != NULL) /* the code is that of the replay, and nobody's answer */
    return new_no_answer (
        name, -1,
        g_strdup_printf ("%s: the evidence has no answer; save it again with this host", name));
  if (failed)
    return new_no_answer (
        name, reply->rcode,
        g_strdup_printf ("%s: %s from %s, or no response; try again, or ask another resolver", name,
                         name_rcode (reply->rcode), asked));
  if (reply->n_records > BULLA_CAA_RECORDS_MAX)
    return new_no_answer (
        name, reply->rcode,
        g_strdup_printf ("%s: more than %d CAA records", name, BULLA_CAA_RECORDS_MAX));
  BullaCaaAnswer *answer = bulla_caa_answer_new (
      name, reply->secure ? BULLA_DNSSEC_SECURE : BULLA_DNSSEC_INSECURE, reply->rcode);
  answer->alias = dup_canonical (name, reply->canonical);
  answer->valid_until = find_end (self, name, reply);
  if (reply->bogus) {
    answer->dnssec = BULLA_DNSSEC_BOGUS;
    answer->detail = g_strdup_printf (
        "%s: %s", name, reply->why_bogus != NULL ? reply->why_bogus : "its signatures are wrong");
  } else {
    read_records (answer, reply);
  }
  return answer;
}

static void
take_answer (Climb *self, BullaCaaAnswer *answer)
{
  if (answer->dnssec == BULLA_DNSSEC_NO_ANSWER && self->context != NULL)
    bulla_dns_retire_context (self->dns, self->context);
  bulla_caa_climb_take (self->climb, answer);
}

/* --- sending look-ups */

/* Names the root, which otherwise has an empty name, for display outside of this file. */
static const char *
spell (const char *name)
{
  return name[0] != '\0' ? name : ".";
}

static const char *
name_type (guint16 type)
{
  return type == BULLA_CAA_TYPE ? "CAA" : type == BULLA_DNS_TYPE_DS ? "DS" : "DNSKEY";
}

static void
begin_contact (Climb *self)
{
  if (self->dns->ledger == NULL || self->dns->replay != NULL
      || (!self->dns->named && bulla_dns_name_is_local (self->name)))
    return;
  self->contact =
      bulla_ledger_begin (self->dns->ledger, BULLA_CONTACT_DNS, self->cause, spell (self->name), 0);
  bulla_contact_set_text (&self->contact->record, name_type (self->type));
  bulla_contact_set_text (&self->contact->resolver, self->dns->asked);
}

static const char *
describe_failure (const BullaDnsReply *reply)
{
  if (reply->error != NULL)
    return reply->error;
  return reply->rcode != 0 && reply->rcode != RCODE_NXDOMAIN ? name_rcode (reply->rcode) : NULL;
}

static void
replied_cb (const BullaDnsReply *reply, gpointer user_data)
{
  GTask *task = user_data;
  Climb *self = g_task_get_task_data (task);

  self->query = NULL;
  end_lookup (self, describe_failure (reply));
  if (self->kept != NULL)
    bulla_dns_collection_add (self->kept, self->name, self->type, reply);
  if (bulla_caa_climb_get_next (self->climb) != NULL)
    take_answer (self, read_reply (self, self->name, reply));
  ask_next (task);
}

/* Returns: whether there is a name to look up: first the names of the climb, then those that the
 * evidence needs for their proofs */
static gboolean
choose_next (Climb *self)
{
  const char *name = bulla_caa_climb_get_next (self->climb);

  g_clear_pointer (&self->name, g_free);
  self->type = BULLA_CAA_TYPE;
  if (name == NULL)
    return self->kept != NULL
           && bulla_dns_collection_take_next (self->kept, &self->name, &self->type);
  self->name = g_strdup (name);
  return TRUE;
}

static void
ask_next (GTask *task)
{
  Climb *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  while (choose_next (self)) {
    begin_contact (self);
    self->query = bulla_unbound_context_ask (self->context, spell (self->name), self->type,
                                             replied_cb, task, &error);
    if (self->query != NULL)
      return;
    const BullaDnsReply failed = {.error = error->message};
    end_lookup (self, error->message);
    if (self->kept != NULL)
      bulla_dns_collection_add (self->kept, self->name, self->type, &failed);
    if (bulla_caa_climb_get_next (self->climb) != NULL)
      take_answer (self, read_reply (self, self->name, &failed));
    g_clear_error (&error);
  }
  end_climb (task);
}

/* --- time limit */

static gboolean
timed_out_cb (gpointer user_data)
{
  GTask *task = user_data;
  Climb *self = g_task_get_task_data (task);
  const char *name = bulla_caa_climb_get_next (self->climb);

  end_lookup (self, "no answer in time");
  if (self->kept != NULL)
    bulla_dns_collection_give_up (self->kept);
  if (name != NULL)
    take_answer (
        self, new_no_answer (name, -1,
                             g_strdup_printf ("%s: no answer from %s within %.3g s; check the "
                                              "connection, wait longer, or ask another resolver",
                                              name, self->dns->asked, self->timeout_ms / 1000.0)));
  end_climb (task);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  end_lookup (g_task_get_task_data (task), "cancelled");
  end_climb (task);
  return G_SOURCE_REMOVE;
}

static void
attach_timeout (GTask *task, Climb *self)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->timer = g_timeout_source_new (self->timeout_ms);
  g_source_set_callback (self->timer, timed_out_cb, task, NULL);
  g_source_attach (self->timer, g_task_get_context (task));
  if (cancellable == NULL)
    return;
  self->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), task, NULL);
  g_source_attach (self->cancelled, g_task_get_context (task));
}

/* --- starting a climb */

static Climb *
climb_new (BullaDns *dns, const char *host, gboolean wildcard, const BullaDnsClimbOptions *options)
{
  Climb *self = g_new0 (Climb, 1);
  BullaCause cause = options->cause;

  cause.purpose = cause.purpose != NULL ? cause.purpose : PURPOSE;
  self->dns = dns;
  self->climb = bulla_caa_climb_new (host, wildcard);
  self->cause = bulla_cause_copy (&cause);
  self->timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : BULLA_DNS_TIMEOUT_MS;
  if (options->evidence == NULL || dns->offline)
    return self;
  self->kept = bulla_dns_collection_new (options->evidence);
  for (guint i = 0; i < dns->anchors->len; i++) {
    const BullaDnsAnchor *anchor = g_ptr_array_index (dns->anchors, i);
    bulla_dns_evidence_add_anchor (options->evidence, anchor->record);
  }
  return self;
}

/**
 * bulla_dns_climb_async: (skip)
 * @self: what asks
 * @host: a DNS name in lower-case A-labels, without a final dot and without "*."
 * @wildcard: whether the certificate names "*." and @host; the same names are looked up
 * @options: (nullable): options of the climb, copied
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called in the caller's thread-default main context when the climb has
 *   ended; @self may be released before
 * @user_data: for @callback
 *
 * Looks up the CAA records of @host, then of each parent name, until one has records, or an answer
 * is bogus or missing (RFC 8659 section 3). A name without an answer within the time limit, or that
 * cannot be looked up, gets %BULLA_DNSSEC_NO_ANSWER, with a remedy in its detail. Each look-up is
 * recorded in the ledger. Look-ups for evidence follow within the same time limit.
 */
void
bulla_dns_climb_async (BullaDns *self, const char *host, gboolean wildcard,
                       const BullaDnsClimbOptions *options, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  static const BullaDnsClimbOptions defaults = {0};
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Climb *climb = climb_new (self, host, wildcard, options != NULL ? options : &defaults);
  g_autoptr (GError) error = NULL;

  g_task_set_source_tag (task, bulla_dns_climb_async);
  g_task_set_task_data (task, climb, climb_free);
  if (!self->offline && (climb->context = bulla_dns_dup_context (self, &error)) != NULL) {
    attach_timeout (task, climb);
    ask_next (task);
    return;
  }
  take_answer (climb,
               new_no_answer (host, -1,
                              error != NULL ? g_strdup_printf ("%s: %s", host, error->message)
                                            : g_strdup_printf ("%s: not asked (--offline)", host)));
  end_climb (task);
}

/**
 * bulla_dns_climb_finish: (skip)
 * @self: what asked
 * @result: the result of bulla_dns_climb_async()
 * @error: only %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the finished climb
 */
BullaCaaClimb *
bulla_dns_climb_finish (BullaDns *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bulla_dns_climb: (skip)
 * @self: what asks
 * @host: see bulla_dns_climb_async()
 * @wildcard: see bulla_dns_climb_async()
 * @options: (nullable): see bulla_dns_climb_async()
 * @cancellable: (nullable): cancels the call
 * @error: only %G_IO_ERROR_CANCELLED
 *
 * Like bulla_dns_climb_async(), but blocks, running the caller's thread-default main context.
 *
 * Returns: (transfer full) (nullable): the finished climb
 */
BullaCaaClimb *
bulla_dns_climb (BullaDns *self, const char *host, gboolean wildcard,
                 const BullaDnsClimbOptions *options, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_dns_climb_async (self, host, wildcard, options, cancellable, bulla_wait_cb, &result);
  return bulla_dns_climb_finish (self, bulla_wait_for (&result), error);
}
