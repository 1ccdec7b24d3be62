/* bulla-load.c - reads and judges an exchange, from its first byte to its verdict
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Steps: bytes in, parse, verify, judge, deliver; one function each. This file does no I/O:
 * bulla-loader-load.c supplies the bytes.
 *
 * Whole because: the steps share the state of the load */
#include "bulla-load.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bulla-body-stream.h"
#include "bulla-data-url.h"
#include "bulla-field.h"
#include "bulla-header-map.h"
#include "bulla-judge.h"
#include "bulla-load-private.h"
#include "bulla-mi-sha256.h"
#include "bulla-outer-internal.h"
#include "bulla-refresh.h"
#include "bulla-settings.h"
#include "bulla-signed-message.h"
#include "bulla-sxg-reader.h"
#include "bulla-sxg-signature.h"
#include "bulla-trust-internal.h"
#include "bulla-wanter.h"

#define MAX_FETCHES 8 /* most chain fetches of one load; a Signature may name many hosts */

enum { BODY_ENDED, VALIDITY_ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void bulla_load_wanter_init (BullaWanterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaLoad, bulla_load, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_WANTER, bulla_load_wanter_init))

static void
bulla_load_finalize (GObject *object)
{
  BullaLoad *self = BULLA_LOAD (object);

  bulla_profile_unref (self->profile);
  g_clear_object (&self->trust);
  g_clear_object (&self->bundle);
  bulla_outer_unref (self->outer);
  g_clear_pointer (&self->by_hand, g_bytes_unref);
  g_clear_pointer (&self->chain, g_bytes_unref);
  g_clear_pointer (&self->verified, g_bytes_unref);
  bulla_facts_unref (self->facts);
  g_clear_pointer (&self->reader, bulla_sxg_reader_free);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_ptr_array_unref (self->cert_urls);
  g_ptr_array_unref (self->cert_addresses);
  bulla_sxg_signature_clear (&self->signature);
  g_clear_pointer (&self->without_caa, bulla_verdict_unref);
  g_clear_pointer (&self->first, bulla_verdict_unref);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  g_clear_pointer (&self->head, bulla_verdict_unref);
  g_clear_object (&self->body);
  g_clear_object (&self->refresh);
  g_clear_pointer (&self->pending, bulla_verdict_unref);
  g_clear_pointer (&self->earlier, g_ptr_array_unref);
  G_OBJECT_CLASS (bulla_load_parent_class)->finalize (object);
}

static void
bulla_load_class_init (BullaLoadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_load_finalize;

  /**
   * BullaLoad::body-ended:
   * @error: (nullable): why the body ended early; %NULL if it was read completely and matches the
   *   signature
   *
   * Emitted once, in the thread that reads the body; never for a body that is not read to its end.
   */
  signals[BODY_ENDED] = g_signal_new ("body-ended", BULLA_TYPE_LOAD, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  /**
   * BullaLoad::validity-ended:
   *
   * Once, when the publisher's answer at the validity URL came after the verdict, or was given up.
   */
  signals[VALIDITY_ENDED] = g_signal_new ("validity-ended", BULLA_TYPE_LOAD, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bulla_load_init (BullaLoad *self)
{
  self->cert_urls = g_ptr_array_new_with_free_func (g_free);
  self->cert_addresses = g_ptr_array_new_with_free_func (g_free);
}

/**
 * bulla_load_new: (skip)
 * @profile: the profile that decides
 * @trust: the trusted roots and logs
 * @outer: the outer response
 * @chain_by_hand: (nullable): a chain to use instead of the one at cert-url
 * @now: Unix seconds
 *
 * Returns: (transfer full): a load that wants bytes
 */
BullaLoad *
bulla_load_new (BullaProfile *profile, BullaTrust *trust, BullaOuter *outer, GBytes *chain_by_hand,
                gint64 now)
{
  BullaLoad *self = g_object_new (BULLA_TYPE_LOAD, NULL);

  self->facts = bulla_facts_new ();
  self->facts->url_reading = bulla_profile_get_settings (profile)->url_reading;
  self->reader = bulla_sxg_reader_new (self->facts);
  self->profile = bulla_profile_ref (profile);
  self->trust = g_object_ref (trust);
  self->outer = bulla_outer_ref (outer);
  self->by_hand = chain_by_hand != NULL ? g_bytes_ref (chain_by_hand) : NULL;
  self->now = now;
  bulla_outer_fill_facts (outer, self->facts);
  return self;
}

/**
 * bulla_load_set_asks_dns: (skip)
 * @self: a load that has not received any bytes
 * @asks_dns: whether the caller can supply CAA records; initially it cannot
 */
void
bulla_load_set_asks_dns (BullaLoad *self, gboolean asks_dns)
{
  self->asks_dns = asks_dns;
}

/**
 * bulla_load_set_asks_store: (skip)
 * @self: a load that was not given any bytes
 * @asks_store: whether whoever drives it can ask the store; by default it cannot
 */
void
bulla_load_set_asks_store (BullaLoad *self, gboolean asks_store)
{
  self->asks_store = asks_store;
}

/* Station: judge. Also called before a chain is fetched, because a failed rule makes the fetch
 * unnecessary. */
static BullaVerdict *
judge (BullaLoad *self)
{
  return bulla_judge_package (self->facts, self->profile, self->now);
}

static void
decide (BullaLoad *self, BullaVerdict *verdict)
{
  if (bulla_load_begin_refresh (self)) {
    self->pending = verdict;
    self->state = BULLA_LOAD_WANTS_VALIDITY;
    return;
  }
  self->verdict = verdict;
  self->state = BULLA_LOAD_JUDGED;
  bulla_load_note_verdict (self);
}

/* Called when something came that the question to the publisher waited for. */
static void
continue_refresh (BullaLoad *self)
{
  if (!bulla_refresh_is_done (self->refresh))
    return;
  self->verdict = bulla_load_end_refresh (self, g_steal_pointer (&self->pending));
  self->state = BULLA_LOAD_JUDGED;
  bulla_load_note_verdict (self);
}

/**
 * bulla_load_end_late_answer: (skip)
 * @self: a load that was judged before the publisher answered, and whose question is done
 */
void
bulla_load_end_late_answer (BullaLoad *self)
{
  bulla_load_take_late_answer (self);
  g_signal_emit (self, signals[VALIDITY_ENDED], 0);
}

static void begin_member (BullaLoad *self);

/* Called when the member is judged. If the profile tries all members in order, the next one may
 * pass. */
static void
end_member (BullaLoad *self, BullaVerdict *verdict)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  gboolean fine = bulla_verdict_get_reason (verdict) == BULLA_REASON_NONE;
  gboolean more =
      settings->members == BULLA_MEMBERS_TRY_IN_ORDER && self->member + 1 < self->members->len;

  bulla_load_note_validity_url (self, verdict);
  if (!fine && self->first == NULL)
    self->first = bulla_verdict_ref (verdict);
  if (!fine && more) {
    bulla_verdict_unref (verdict);
    self->member++;
    self->refetching = FALSE;
    begin_member (self);
    return;
  }
  if (!fine) {
    bulla_verdict_unref (verdict);
    verdict = g_steal_pointer (&self->first);
  }
  decide (self, verdict);
}

/* Continues without CAA records, because DNS cannot be asked. */
static void
skip_caa (BullaLoad *self)
{
  self->facts->caa.unasked = BULLA_REASON_CAA_OFFLINE;
  bulla_facts_conclude_caa (self->facts);
}

/* Station: verify. Turns the contents of the chain and the signature into facts. */
static void
verify (BullaLoad *self, GBytes *bytes)
{
  GError *fault = NULL;

  bulla_facts_forget_chain (self->facts);
  g_clear_pointer (&self->verified, g_bytes_unref);
  self->verified = g_bytes_ref (bytes);
  g_autoptr (BullaChain) chain = bulla_trust_verify_chain (self->trust, bytes, self->now, &fault);
  if (chain == NULL) {
    bulla_facts_take_fault (self->facts, &self->facts->chain, fault);
    return;
  }
  bulla_chain_fill_facts (chain, self->facts);
  if (!self->asks_dns)
    skip_caa (self);
  BullaSignatureFacts *facts = &self->facts->signature;
  if (facts->read.read != BULLA_YES)
    return;
  gsize n_hash = 0, n_sig = 0;
  const guint8 *hash = g_bytes_get_data (self->signature.cert_sha256, &n_hash);
  const guint8 *sig = g_bytes_get_data (self->signature.sig, &n_sig);
  gboolean same = n_hash == BULLA_SHA256_SIZE
                  && memcmp (hash, bulla_chain_get_leaf_sha256 (chain), n_hash) == 0;
  facts->hash_matches = same ? BULLA_YES : BULLA_NO;
  const EVP_MD_CTX *verifier = bulla_chain_get_verifier (chain);
  if (verifier == NULL)
    return;
  BullaSignedMessage message = {bulla_sxg_reader_get_url (self->reader),
                                bulla_sxg_reader_get_headers (self->reader),
                                {hash, n_hash, 0},
                                facts->validity_url,
                                facts->date,
                                facts->expires};
  gboolean valid = bulla_signed_message_verify (&message, verifier, sig, n_sig);
  facts->valid = valid ? BULLA_YES : BULLA_NO;
  bulla_chain_note_signed (chain, self->facts);
}

/* --- CAA records of the leaf's names */

/* A failed rule makes the DNS look-ups unnecessary, which would disclose the publisher. @verdict:
 * (transfer full): verdict without CAA records */
static void
ask_dns_or_end (BullaLoad *self, BullaVerdict *verdict)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);

  if (!self->asks_dns || settings->caa == BULLA_CAA_OFF
      || bulla_facts_find_next_caa_host (self->facts) == NULL
      || bulla_verdict_is_broken (verdict)) {
    end_member (self, verdict);
    return;
  }
  self->without_caa = verdict;
  self->state = BULLA_LOAD_WANTS_CAA;
}

/**
 * bulla_load_give_caa: (skip)
 * @self: a load that wants CAA records
 * @climb: (nullable): the DNS answers for the name; %NULL if DNS was not queried
 * @reason: why there is no @climb; %BULLA_REASON_NONE otherwise
 */
void
bulla_load_give_caa (BullaLoad *self, BullaCaaClimb *climb, BullaReason reason)
{
  g_return_if_fail (self->state == BULLA_LOAD_WANTS_CAA);
  bulla_facts_take_caa (self->facts, climb, reason, self->now);
  if (bulla_facts_find_next_caa_host (self->facts) != NULL)
    return;
  g_autoptr (BullaVerdict) before = g_steal_pointer (&self->without_caa);
  end_member (self, bulla_judge_caa (before));
}

/* --- what the store knows */

/**
 * bulla_load_fill_version: (skip)
 * @self: an exchange whose head was read
 *
 * Names the version that the store is asked about.
 */
void
bulla_load_fill_version (BullaLoad *self)
{
  BullaFacts *facts = self->facts;

  if (self->version.url != NULL)
    return;
  g_autofree char *digest = bulla_facts_dup_body_digest (facts);
  self->version = (BullaVersion){.url = facts->request_url,
                                 .header_integrity = bulla_load_get_header_integrity (self),
                                 .body_digest = bulla_facts_intern (facts, digest)};
}

/* Called when the chain is verified. Only a version that would be accepted is compared with those
 * seen before. @verdict: (transfer full): verdict without the store */
static void
ask_store_or_go_on (BullaLoad *self, BullaVerdict *verdict)
{
  BullaFacts *facts = self->facts;
  gboolean asked = facts->history.known != BULLA_UNKNOWN;

  if (!self->asks_store || asked || facts->signature.read.read != BULLA_YES
      || bulla_verdict_is_broken (verdict)) {
    ask_dns_or_end (self, verdict);
    return;
  }
  bulla_load_fill_version (self);
  bulla_verdict_unref (verdict);
  self->state = BULLA_LOAD_WANTS_MEMORY;
}

/**
 * bulla_load_give_version_memory: (skip)
 * @self: a load that wants to know what the store knows
 * @memory: (nullable): what it knows about the URL and the version; %NULL if it failed
 * @detail: (nullable): without @memory: why it failed
 */
void
bulla_load_give_version_memory (BullaLoad *self, const BullaVersionMemory *memory,
                                const char *detail)
{
  g_return_if_fail (self->state == BULLA_LOAD_WANTS_MEMORY);
  bulla_version_memory_fill_facts (memory, detail, self->facts);
  ask_dns_or_end (self, judge (self));
}

/* Station: choose the source of the chain. */
static void
find_chain (BullaLoad *self)
{
  BullaFacts *facts = self->facts;

  if (facts->signature.read.read == BULLA_YES && self->signature.is_data) {
    GError *fault = NULL;
    g_autoptr (GBytes) chain = bulla_data_url_decode_chain (facts->signature.cert_url, &fault);
    if (chain != NULL)
      verify (self, chain);
    else
      bulla_facts_take_fault (facts, &facts->chain, fault);
    ask_store_or_go_on (self, judge (self));
    return;
  }
  if (self->by_hand != NULL) {
    verify (self, self->by_hand);
    ask_store_or_go_on (self, judge (self));
    return;
  }
  gboolean enough = self->n_fetches >= MAX_FETCHES;
  bulla_facts_skip (facts, &facts->chain,
                    enough ? N_ ("not fetched: the profile’s limit was reached")
                           : N_ ("not fetched"));
  BullaVerdict *verdict = judge (self);
  if (enough || bulla_verdict_is_broken (verdict)) {
    end_member (self, verdict);
    return;
  }
  bulla_verdict_unref (verdict);
  self->n_fetches++;
  self->state = BULLA_LOAD_WANTS_CHAIN;
}

/* Records the cert-url of each member once, for reports. */
static void
note_cert_url (BullaLoad *self)
{
  const char *url = self->facts->signature.cert_url;

  if (url != NULL && self->cert_urls->len < MAX_FETCHES
      && !g_ptr_array_find_with_equal_func (self->cert_urls, url, g_str_equal, NULL))
    g_ptr_array_add (self->cert_urls, g_strdup (url));
}

static void
begin_member (BullaLoad *self)
{
  bulla_facts_forget_signature (self->facts);
  bulla_facts_forget_chain (self->facts);
  bulla_sxg_signature_clear (&self->signature);
  self->facts->signature.index = self->member;
  self->facts->signature.count = self->members->len;
  bulla_sxg_signature_read (&self->signature, self->members->pdata[self->member], self->facts);
  if (self->facts->history.known == BULLA_YES && self->facts->signature.read.read == BULLA_YES)
    bulla_facts_take_newest (self->facts, self->facts->history.newest, self->facts->history.live);
  note_cert_url (self);
  find_chain (self);
}

static void
read_digest (BullaLoad *self)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  const BullaHeader *header = bulla_facts_find_header (self->facts, "digest");

  if (header != NULL)
    self->facts->digest = bulla_field_read_digest (
        header->value, settings->digest == BULLA_DIGEST_PREFIX, self->facts->proof);
}

/* Station: parse. The head is complete. */
static void
parse (BullaLoad *self)
{
  GError *fault = NULL;
  BullaFacts *facts = self->facts;

  bulla_header_map_read (bulla_sxg_reader_get_headers (self->reader), facts);
  read_digest (self);
  self->members = bulla_sf_parse_parameterised_list (bulla_sxg_reader_get_signature (self->reader),
                                                     BULLA_REASON_SIGNATURE_SYNTAX, &fault);
  if (self->members != NULL) {
    begin_member (self);
    return;
  }
  bulla_facts_take_fault (facts, &facts->signature.read, fault);
  if (self->by_hand != NULL)
    verify (self, self->by_hand);
  else
    bulla_facts_skip (facts, &facts->chain, N_ ("not fetched"));
  decide (self, judge (self));
}

static void
leave_head (BullaLoad *self)
{
  BullaSxgState state = bulla_sxg_reader_get_state (self->reader);

  if (state == BULLA_SXG_HEAD)
    parse (self);
  else if (state == BULLA_SXG_FAULTED)
    decide (self, judge (self));
}

/**
 * bulla_load_push: (skip)
 * @self: a load that wants bytes
 * @data: the next bytes
 * @length: number of bytes
 *
 * Step: bytes in.
 *
 * Returns: the number of bytes that belong to the head
 */
size_t
bulla_load_push (BullaLoad *self, const guint8 *data, size_t length)
{
  g_return_val_if_fail (self->state == BULLA_LOAD_WANTS_BYTES, 0);
  size_t used = bulla_sxg_reader_push (self->reader, data, length);
  leave_head (self);
  return used;
}

/**
 * bulla_load_end: (skip)
 * @self: a load that wants bytes
 *
 * Ends the input: no more bytes will be pushed.
 */
void
bulla_load_end (BullaLoad *self)
{
  g_return_if_fail (self->state == BULLA_LOAD_WANTS_BYTES);
  bulla_sxg_reader_end (self->reader);
  leave_head (self);
}

/**
 * bulla_load_fail: (skip)
 * @self: a load that wants bytes
 * @transport: why no more bytes will arrive
 */
void
bulla_load_fail (BullaLoad *self, const GError *transport)
{
  g_return_if_fail (self->state == BULLA_LOAD_WANTS_BYTES);
  GError *fault = NULL;
  bulla_fault_set (&fault, BULLA_REASON_OUTER_TRANSPORT, (BullaRange){0, 0}, "%s",
                   transport->message);
  bulla_facts_take_fault (self->facts, &self->facts->outer.read, fault);
  decide (self, judge (self));
}

/* IMPL 4: if the certificate is not trusted, the chain is fetched once more, bypassing caches. */
static gboolean
is_worth_a_refetch (BullaLoad *self, const BullaVerdict *verdict)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  const char *nick = bulla_reason_get_nick (bulla_verdict_get_reason (verdict));

  return settings->refetch_once == BULLA_CHOICE_YES && !self->refetching && nick != NULL
         && (g_str_has_prefix (nick, "cert.") || g_str_has_prefix (nick, "ocsp.")
             || g_str_has_prefix (nick, "sct.")
             || bulla_verdict_get_reason (verdict) == BULLA_REASON_SIGNATURE_CERT_SHA256);
}

/**
 * bulla_load_give_chain: (skip)
 * @self: a load that wants its chain
 * @chain: the response body at cert-url
 */
void
bulla_load_give_chain (BullaLoad *self, GBytes *chain)
{
  g_return_if_fail (self->state == BULLA_LOAD_WANTS_CHAIN);
  self->fetched = TRUE;
  g_clear_pointer (&self->chain, g_bytes_unref);
  self->chain = g_bytes_ref (chain);
  verify (self, chain);
  BullaVerdict *verdict = judge (self);
  if (is_worth_a_refetch (self, verdict)) {
    self->refetching = TRUE;
    bulla_verdict_unref (verdict);
    return;
  }
  ask_store_or_go_on (self, verdict);
}

/**
 * bulla_load_reuse_chain: (skip)
 * @self: a load that wants its chain
 * @chain: the response body that was fetched from cert-url earlier
 *
 * Like bulla_load_give_chain(), for a cached chain.
 */
void
bulla_load_reuse_chain (BullaLoad *self, GBytes *chain)
{
  gboolean fetched = self->fetched;

  bulla_load_give_chain (self, chain);
  self->fetched = fetched;
}

/**
 * bulla_load_give_no_chain: (skip)
 * @self: a load that wants its chain
 * @reason: why the response was not usable; %BULLA_REASON_NONE if no request was sent
 * @detail: the reason in words
 */
void
bulla_load_give_no_chain (BullaLoad *self, BullaReason reason, const char *detail)
{
  g_return_if_fail (self->state == BULLA_LOAD_WANTS_CHAIN);
  bulla_facts_forget_chain (self->facts);
  if (reason == BULLA_REASON_NONE) {
    bulla_facts_skip (self->facts, &self->facts->chain, detail);
  } else {
    GError *fault = NULL;
    bulla_fault_set (&fault, reason, (BullaRange){0, 0}, "%s", detail);
    bulla_facts_take_fault (self->facts, &self->facts->chain, fault);
  }
  end_member (self, judge (self));
}

/**
 * bulla_load_wants_fresh_chain: (skip)
 * @self: a load that wants its chain
 *
 * Returns: whether the chain must be fetched without caches
 */
gboolean
bulla_load_wants_fresh_chain (BullaLoad *self)
{
  return self->refetching;
}

BullaLoadState
bulla_load_get_state (BullaLoad *self)
{
  return self->state;
}

/* --- wants */

static guint
bulla_load_list_wants (BullaWanter *wanter, BullaWant wants[BULLA_N_WANTS])
{
  BullaLoad *self = BULLA_LOAD (wanter);

  switch (self->state) {
  case BULLA_LOAD_WANTS_BYTES:
    wants[0] = (BullaWant){.kind = BULLA_WANT_BYTES};
    return 1;
  case BULLA_LOAD_WANTS_CHAIN:
    wants[0] = (BullaWant){.kind = BULLA_WANT_CHAIN,
                           .url = self->facts->signature.cert_url,
                           .fresh = self->refetching,
                           .leaf = self->signature.cert_sha256};
    return 1;
  case BULLA_LOAD_WANTS_MEMORY:
    wants[0] = (BullaWant){.kind = BULLA_WANT_MEMORY, .version = &self->version};
    return 1;
  case BULLA_LOAD_WANTS_CAA:
    wants[0] =
        (BullaWant){.kind = BULLA_WANT_CAA, .host = bulla_facts_find_next_caa_host (self->facts)};
    return 1;
  case BULLA_LOAD_WANTS_VALIDITY:
    return BULLA_WANTER_GET_IFACE (self->refresh)->list_wants (BULLA_WANTER (self->refresh), wants);
  case BULLA_LOAD_JUDGED:
  default:
    return 0;
  }
}

static gsize
take_bytes (BullaLoad *self, const BullaBrought *brought)
{
  if (brought->error != NULL)
    bulla_load_fail (self, brought->error);
  else if (brought->length == 0)
    bulla_load_end (self);
  else
    return bulla_load_push (self, brought->data, brought->length);
  return 0;
}

static gsize
take_chain (BullaLoad *self, const BullaBrought *brought)
{
  bulla_load_note_chain_server (self, brought->address);
  if (brought->body == NULL)
    bulla_load_give_no_chain (self, brought->reason, brought->detail);
  else if (brought->cached)
    bulla_load_reuse_chain (self, brought->body);
  else
    bulla_load_give_chain (self, brought->body);
  return 0;
}

static gsize
take_caa (BullaLoad *self, const BullaBrought *brought)
{
  bulla_load_give_caa (self, brought->climb, brought->reason);
  return 0;
}

static gsize
take_memory (BullaLoad *self, const BullaBrought *brought)
{
  bulla_load_give_version_memory (self, brought->memory, brought->detail);
  return 0;
}

static gsize
bulla_load_take (BullaWanter *wanter, BullaWantKind kind, const BullaBrought *brought)
{
  static gsize (*const takes[BULLA_N_WANTS]) (BullaLoad *, const BullaBrought *) = {
      [BULLA_WANT_BYTES] = take_bytes,
      [BULLA_WANT_CHAIN] = take_chain,
      [BULLA_WANT_CAA] = take_caa,
      [BULLA_WANT_MEMORY] = take_memory,
  };

  BullaLoad *self = BULLA_LOAD (wanter);

  if (self->state != BULLA_LOAD_WANTS_VALIDITY)
    return takes[kind](self, brought);
  bulla_wanter_take (BULLA_WANTER (self->refresh), kind, brought);
  continue_refresh (self);
  return 0;
}

static BullaOuter *
bulla_load_get_wanting_outer (BullaWanter *wanter)
{
  return BULLA_LOAD (wanter)->outer;
}

static void
bulla_load_wanter_init (BullaWanterInterface *iface)
{
  iface->list_wants = bulla_load_list_wants;
  iface->take = bulla_load_take;
  iface->get_outer = bulla_load_get_wanting_outer;
}

/* --- the body */

static void
ended_cb (BullaBodyStream *body, GError *error, gpointer user_data)
{
  bulla_load_judge_body (user_data);
  g_signal_emit (user_data, signals[BODY_ENDED], 0, error);
}

/**
 * bulla_load_set_rest: (skip)
 * @self: a load that is judged
 * @rest: the stream after the head
 * @ahead: (nullable): bytes after the head that were already read
 * @length: number of bytes in @ahead
 *
 * Step: deliver. Each record is returned after its proof was verified.
 */
void
bulla_load_set_rest (BullaLoad *self, GInputStream *rest, const guint8 *ahead, gsize length)
{
  if (self->facts->digest != BULLA_DIGEST_FOUND)
    return;
  BullaRange headers = self->facts->headers_range;
  g_autoptr (BullaMiSha256) decoder =
      bulla_mi_sha256_new (self->facts->proof, headers.offset + headers.length, self->facts);
  g_clear_object (&self->body);
  self->body = bulla_body_stream_new (rest, ahead, length, G_CONVERTER (decoder));
  g_signal_connect_object (self->body, "ended", G_CALLBACK (ended_cb), self, 0);
}

/**
 * bulla_load_drop_body: (skip)
 * @self: a load whose exchange will not be delivered
 *
 * Ends the transfer of the rest of the body.
 */
void
bulla_load_drop_body (BullaLoad *self)
{
  if (BULLA_IS_BODY_STREAM (self->body))
    bulla_body_stream_abandon (BULLA_BODY_STREAM (self->body));
  g_clear_object (&self->body);
}

/* --- a response in a bundle */

/**
 * bulla_load_new_for_response: (skip)
 * @bundle: the bundle that contains the response; the load keeps a reference
 * @outer: the outer response of the bundle
 * @profile: the profile that judged it
 * @facts: (transfer full): facts about the response
 * @verdict: (transfer full): the verdict on @facts
 * @body: (transfer full) (nullable): the response body, a stream with a signal `ended`; %NULL if
 *   its location is unknown
 *
 * Returns: (transfer full): a judged load
 */
BullaLoad *
bulla_load_new_for_response (BullaBundle *bundle, BullaOuter *outer, BullaProfile *profile,
                             BullaFacts *facts, BullaVerdict *verdict, GInputStream *body)
{
  BullaLoad *self = g_object_new (BULLA_TYPE_LOAD, NULL);

  self->bundle = g_object_ref (bundle);
  self->profile = bulla_profile_ref (profile);
  self->outer = bulla_outer_ref (outer);
  self->facts = facts;
  self->verdict = verdict;
  self->now = bulla_verdict_get_time (verdict);
  self->state = BULLA_LOAD_JUDGED;
  self->body = body;
  if (body != NULL)
    g_signal_connect_object (body, "ended", G_CALLBACK (bulla_load_judge_body), self,
                             G_CONNECT_SWAPPED);
  return self;
}
