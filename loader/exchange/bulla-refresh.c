/* bulla-refresh.c - asks at a validity URL, and verifies the new signatures that come
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each new signature is put into a copy of the exchange's head, and that head takes the walk of any
 * exchange: so a new signature counts if the exchange that has it alone would be accepted. */
#include "bulla-refresh.h"

#include <string.h>

#include "bulla-load-private.h"
#include "bulla-validity.h"

#define MAX_FETCHES 8 /* most chain fetches for all new signatures together */

struct _BullaRefresh {
  GObject parent_instance;
  char *url; /* owned; the validity URL */
  BullaRefreshContext
      context; /* of a vouched subset only @outer; the rest is NULL down to @members */
  BullaRefreshFunc begin;
  GBytes *chain;   /* owned; chain that the exchange has; NULL if it was not fetched */
  char *chain_url; /* owned; where it was fetched from */
  GBytes *request_url, *signature, *headers; /* owned; parts of the head */
  guint64 signature_offset;                  /* of @signature in the package */
  GPtrArray *members;                        /* owned; of BullaSfMember */
  BullaValidity *answer;                     /* owned; NULL before it came */
  guint next;                                /* index of the signature that is verified next */
  BullaLoad *candidate;                      /* owned; exchange with that one; NULL between two */
  BullaLoad *fresh;                          /* owned; NULL before one is new and valid */
  GBytes *fresh_signature;                   /* owned; that one */
  guint n_fetches;
  BullaValidityFacts facts; /* without strings */
  char *error;              /* owned; NULL if nothing went wrong */
  gint64 began;             /* monotonic time in µs */
  gboolean done;
};

static void bulla_refresh_wanter_init (BullaWanterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaRefresh, bulla_refresh, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_WANTER, bulla_refresh_wanter_init))

static void
bulla_refresh_finalize (GObject *object)
{
  BullaRefresh *self = BULLA_REFRESH (object);

  g_free (self->url);
  bulla_outer_unref (self->context.outer);
  g_clear_pointer (&self->context.profile, bulla_profile_unref);
  g_clear_object (&self->context.trust);
  g_clear_pointer (&self->context.by_hand, g_bytes_unref);
  g_clear_pointer (&self->chain, g_bytes_unref);
  g_free (self->chain_url);
  g_clear_pointer (&self->request_url, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_clear_pointer (&self->headers, g_bytes_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_clear_pointer (&self->answer, bulla_validity_free);
  g_clear_object (&self->candidate);
  g_clear_object (&self->fresh);
  g_clear_pointer (&self->fresh_signature, g_bytes_unref);
  g_free (self->error);
  G_OBJECT_CLASS (bulla_refresh_parent_class)->finalize (object);
}

static void
bulla_refresh_class_init (BullaRefreshClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_refresh_finalize;
}

static void
bulla_refresh_init (BullaRefresh *self)
{
  self->facts = (BullaValidityFacts)BULLA_VALIDITY_FACTS_NONE;
}

static GBytes *
dup_span (BullaSpan span)
{
  return g_bytes_new (span.data, span.length);
}

/**
 * bulla_refresh_new_for_subset: (skip)
 * @outer: the outer response of a bundle
 * @url: the validity URL of a vouched subset
 * @blocking: whether the verdict waits for the answer
 *
 * IMPL 3.6 defines new signatures for exchanges alone, so those in the answer are not verified.
 *
 * Returns: (transfer full): a question that was not sent
 */
BullaRefresh *
bulla_refresh_new_for_subset (BullaOuter *outer, const char *url, gboolean blocking)
{
  BullaRefresh *self = g_object_new (BULLA_TYPE_REFRESH, NULL);

  self->context.outer = bulla_outer_ref (outer);
  self->url = g_strdup (url);
  self->facts.blocking = blocking;
  return self;
}

/**
 * bulla_refresh_new: (skip)
 * @load: an exchange whose Signature was parsed
 * @url: the validity URL of one of its signatures
 * @blocking: whether the verdict waits for the answer
 * @begin: makes the load that verifies a new signature
 *
 * Returns: (transfer full): a question that was not sent
 */
BullaRefresh *
bulla_refresh_new (BullaLoad *load, const char *url, gboolean blocking, BullaRefreshFunc begin)
{
  BullaRefresh *self = bulla_refresh_new_for_subset (load->outer, url, blocking);
  BullaSpan signature = bulla_sxg_reader_get_signature (load->reader);

  self->begin = begin;
  self->context.profile = bulla_profile_ref (load->profile);
  self->context.trust = g_object_ref (load->trust);
  self->context.by_hand = load->by_hand != NULL ? g_bytes_ref (load->by_hand) : NULL;
  self->context.now = load->now;
  self->context.asks_dns = load->asks_dns;
  self->context.asks_store = load->asks_store;
  if (load->chain != NULL) {
    self->chain = g_bytes_ref (load->chain);
    self->chain_url = g_strdup (load->facts->signature.cert_url);
  }
  self->request_url = dup_span (bulla_sxg_reader_get_url (load->reader));
  self->signature = dup_span (signature);
  self->signature_offset = signature.offset;
  self->headers = dup_span (bulla_sxg_reader_get_headers (load->reader));
  self->members = g_ptr_array_ref (load->members);
  return self;
}

/* --- the head with another Signature */

static void
append_be (GByteArray *out, gsize number, guint width)
{
  while (width-- > 0) {
    guint8 byte = (guint8)(number >> (8 * width));
    g_byte_array_append (out, &byte, 1);
  }
}

static void
append_bytes (GByteArray *out, GBytes *bytes)
{
  g_byte_array_append (out, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
}

/* Spec: IMPL 5.3. */
static GBytes *
build_head (BullaRefresh *self, GBytes *signature)
{
  static const guint8 magic[8] = "sxg1-b3";
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, magic, sizeof magic);
  append_be (out, g_bytes_get_size (self->request_url), 2);
  append_bytes (out, self->request_url);
  append_be (out, g_bytes_get_size (signature), 3);
  append_be (out, g_bytes_get_size (self->headers), 3);
  append_bytes (out, signature);
  append_bytes (out, self->headers);
  return g_byte_array_free_to_bytes (out);
}

static gboolean
is_replaced (BullaRefresh *self, const BullaSfMember *member)
{
  const BullaSfParameter *url = bulla_sf_member_find (member, "validity-url");

  return url != NULL && url->type == BULLA_SF_STRING && g_str_equal (url->text, self->url);
}

/**
 * bulla_refresh_dup_head: (skip)
 * @self: a question with an answer
 *
 * The new signature stands in for every signature with that validity URL; others stay. Spec: IMPL
 * 3.6.
 *
 * Returns: (transfer full) (nullable): the head of the exchange with the new signature; %NULL if
 *   there is none
 */
GBytes *
bulla_refresh_dup_head (BullaRefresh *self)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gboolean placed = FALSE;

  if (self->fresh == NULL)
    return NULL;
  for (guint i = 0; i < self->members->len; i++) {
    const BullaSfMember *member = self->members->pdata[i];
    gboolean replaced = is_replaced (self, member);
    if (replaced && placed)
      continue;
    if (out->len > 0)
      g_byte_array_append (out, (const guint8 *)", ", 2);
    g_autoptr (GBytes) old = g_bytes_new_from_bytes (
        self->signature, member->range.offset - self->signature_offset, member->range.length);
    append_bytes (out, replaced ? self->fresh_signature : old);
    placed |= replaced;
  }
  g_autoptr (GBytes) signature = g_byte_array_free_to_bytes (g_steal_pointer (&out));
  return build_head (self, signature);
}

/* --- verifying the signatures that came */

/* Returns: whether the bytes are one member, as IMPL 3.6 has it */
static gboolean
is_one_member (GBytes *signature)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (signature, &length);
  g_autoptr (GPtrArray) members = bulla_sf_parse_parameterised_list (
      (BullaSpan){data, length, 0}, BULLA_REASON_SIGNATURE_SYNTAX, NULL);

  return length <= BULLA_SXG_SIGNATURE_MAX && members != NULL && members->len == 1;
}

static void
begin_candidate (BullaRefresh *self, GBytes *signature)
{
  g_autoptr (GBytes) head = build_head (self, signature);

  self->candidate = self->begin (&self->context, head);
}

/* A signature that the exchange has already, or an earlier one, is not new. */
static gboolean
is_new (BullaRefresh *self, BullaLoad *load)
{
  for (guint i = 0; i < self->members->len; i++) {
    const BullaSfMember *member = self->members->pdata[i];
    const BullaSfParameter *sig = bulla_sf_member_find (member, "sig");
    const BullaSfParameter *date = bulla_sf_member_find (member, "date");
    if (!is_replaced (self, member))
      continue;
    if (sig != NULL && sig->bytes != NULL && g_bytes_equal (sig->bytes, load->signature.sig))
      return FALSE;
    if (date != NULL && date->type == BULLA_SF_INTEGER
        && load->facts->signature.date < date->integer)
      return FALSE;
  }
  return TRUE;
}

static void
end_candidate (BullaRefresh *self, GBytes *signature)
{
  g_autoptr (BullaLoad) load = g_steal_pointer (&self->candidate);

  self->next++;
  if (bulla_verdict_get_reason (load->verdict) != BULLA_REASON_NONE)
    return;
  self->facts.n_valid++;
  if (self->fresh != NULL || !is_new (self, load))
    return;
  self->fresh = g_steal_pointer (&load);
  self->fresh_signature = g_bytes_ref (signature);
}

/* A chain that the exchange has already is not fetched again, unless it has to be fresh. Returns:
 * whether the candidate waits for something */
static gboolean
candidate_waits (BullaRefresh *self)
{
  BullaWanter *wanter = (BullaWanter *)self->candidate;
  BullaWant want;

  while (bulla_wanter_get_next (wanter, &want)) {
    BullaBrought brought = {.detail = "not fetched: too many chains"};
    if (want.kind == BULLA_WANT_CHAIN && !want.fresh && g_strcmp0 (self->chain_url, want.url) == 0)
      brought = (BullaBrought){.body = self->chain, .cached = TRUE};
    else if (want.kind != BULLA_WANT_CHAIN || self->n_fetches < MAX_FETCHES)
      return TRUE;
    bulla_wanter_take (wanter, want.kind, &brought);
  }
  return FALSE;
}

static void
end (BullaRefresh *self, BullaValidityOutcome outcome)
{
  self->facts.outcome = outcome;
  self->done = TRUE;
}

static void
verify_next (BullaRefresh *self)
{
  GPtrArray *signatures = self->answer->signatures;

  while (self->headers != NULL && self->next < signatures->len) {
    GBytes *signature = signatures->pdata[self->next];
    if (self->candidate == NULL && !is_one_member (signature)) {
      self->next++;
      continue;
    }
    if (self->candidate == NULL)
      begin_candidate (self, signature);
    if (candidate_waits (self))
      return;
    end_candidate (self, signature);
  }
  end (self, self->fresh != NULL                 ? BULLA_VALIDITY_REFRESHED
             : self->answer->update == BULLA_YES ? BULLA_VALIDITY_UPDATE_AVAILABLE
                                                 : BULLA_VALIDITY_NOTHING_NEW);
}

static void
take_answer (BullaRefresh *self, const BullaBrought *brought)
{
  g_autoptr (GError) error = NULL;

  self->began = brought->began;
  self->facts.http_status = brought->status;
  self->facts.started = brought->started;
  self->facts.duration = brought->ended - brought->began;
  if (brought->body == NULL) {
    self->error = g_strdup (brought->detail);
    end (self, brought->too_large ? BULLA_VALIDITY_MALFORMED : BULLA_VALIDITY_UNREACHABLE);
    return;
  }
  self->answer = bulla_validity_parse (brought->body, &error);
  if (self->answer == NULL) {
    self->error = g_strdup (error->message);
    end (self, BULLA_VALIDITY_MALFORMED);
    return;
  }
  self->facts.n_signatures = self->answer->signatures->len;
  self->facts.update = self->answer->update;
  self->facts.update_size = self->answer->update_size;
  if (self->answer->has_signatures == BULLA_NO)
    end (self, BULLA_VALIDITY_WITHDRAWN);
  else
    verify_next (self);
}

/* --- wants */

static guint
bulla_refresh_list_wants (BullaWanter *wanter, BullaWant wants[BULLA_N_WANTS])
{
  BullaRefresh *self = BULLA_REFRESH (wanter);

  if (self->done)
    return 0;
  if (self->candidate != NULL)
    return BULLA_WANTER_GET_IFACE (self->candidate)
        ->list_wants ((BullaWanter *)self->candidate, wants);
  wants[0] = (BullaWant){.kind = BULLA_WANT_VALIDITY, .url = self->url, .fresh = TRUE};
  return 1;
}

static gsize
bulla_refresh_take (BullaWanter *wanter, BullaWantKind kind, const BullaBrought *brought)
{
  BullaRefresh *self = BULLA_REFRESH (wanter);

  if (kind == BULLA_WANT_VALIDITY) {
    take_answer (self, brought);
    return 0;
  }
  g_return_val_if_fail (self->candidate != NULL, 0);
  if (kind == BULLA_WANT_CHAIN && !brought->cached)
    self->n_fetches++;
  bulla_wanter_take ((BullaWanter *)self->candidate, kind, brought);
  verify_next (self);
  return 0;
}

static BullaOuter *
bulla_refresh_get_outer (BullaWanter *wanter)
{
  return BULLA_REFRESH (wanter)->context.outer;
}

static void
bulla_refresh_wanter_init (BullaWanterInterface *iface)
{
  iface->list_wants = bulla_refresh_list_wants;
  iface->take = bulla_refresh_take;
  iface->get_outer = bulla_refresh_get_outer;
}

/* --- the result */

gboolean
bulla_refresh_is_done (BullaRefresh *self)
{
  return self->done;
}

/**
 * bulla_refresh_abandon: (skip)
 * @self: a question
 *
 * Ends it without an answer, because it was cancelled.
 */
void
bulla_refresh_abandon (BullaRefresh *self)
{
  if (self->done)
    return;
  self->error = g_strdup ("cancelled");
  end (self, BULLA_VALIDITY_UNREACHABLE);
}

/**
 * bulla_refresh_get_fresh: (skip)
 * @self: a question
 *
 * Returns: (transfer none) (nullable): the exchange with the first signature that is new and valid
 */
BullaLoad *
bulla_refresh_get_fresh (BullaRefresh *self)
{
  return self->fresh;
}

/**
 * bulla_refresh_fill_facts: (skip)
 * @self: a question that is done
 * @facts: facts about the exchange or response
 * @decided: when the verdict was given, monotonic time in µs; -1 if it waits for this
 */
void
bulla_refresh_fill_facts (BullaRefresh *self, BullaFacts *facts, gint64 decided)
{
  facts->validity = self->facts;
  facts->validity.url = bulla_facts_intern (facts, self->url);
  facts->validity.error = bulla_facts_intern (facts, self->error);
  facts->validity.delivered = facts->body_length;
  if (decided >= 0 && self->began > 0)
    facts->validity.verdict = MAX (decided - self->began, 0);
}
