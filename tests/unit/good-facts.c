/* good-facts.c - provides facts of valid packages, and for each reason one change that breaks them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: it has one case for each reason of an exchange or a bundle */
#include "good-facts.h"

#include <string.h>

void
good_facts_set_header (BullaFacts *facts, const char *name, const char *value)
{
  BullaHeader *header = (BullaHeader *)bulla_facts_find_header (facts, name);

  if (header == NULL)
    header = &facts->header[facts->n_headers++];
  *header = (BullaHeader){name, value, {700, 5}};
}

static void
remove_header (BullaFacts *facts, const char *name)
{
  BullaHeader *header = (BullaHeader *)bulla_facts_find_header (facts, name);

  if (header != NULL)
    *header = facts->header[--facts->n_headers];
}

static void
set_parts_ok (BullaFacts *facts)
{
  BullaPart *parts[] = {&facts->outer.read, &facts->prologue, &facts->signature.read,
                        &facts->headers,    &facts->chain,    &facts->body};

  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    bulla_part_set_ok (parts[i]);
}

BullaFacts *
good_facts_new (void)
{
  BullaFacts *facts = bulla_facts_new ();

  facts->outer = (BullaOuterFacts){.url = "https://aggregator.test/a.sxg",
                                   .secure = BULLA_YES,
                                   .exchange = BULLA_YES,
                                   .content_type = "application/signed-exchange;v=b3",
                                   .version = "b3",
                                   .nosniff = BULLA_YES,
                                   .attachment = BULLA_NO};
  facts->version = "sxg1-b3";
  facts->request_url = GOOD_URL;
  facts->request_host = "publisher.test";
  facts->request_origin = "https://publisher.test";
  facts->url_range = (BullaRange){10, 35};
  facts->signature_range = (BullaRange){51, 300};
  facts->headers_range = (BullaRange){351, 200};
  facts->signature = (BullaSignatureFacts){.count = 1,
                                           .label = "label",
                                           .integrity = "digest/mi-sha256-03",
                                           .cert_url = "https://certificates.test/chain.cbor",
                                           .validity_url = "https://publisher.test/validity",
                                           .date = GOOD_NOW - GOOD_DAY,
                                           .expires = GOOD_NOW + 5 * GOOD_DAY,
                                           .validity_same_origin = BULLA_YES,
                                           .key = BULLA_KEY_P256,
                                           .key_name = "id-ecPublicKey on prime256v1",
                                           .hash_matches = BULLA_YES,
                                           .valid = BULLA_YES};
  facts->status = 200;
  facts->header = g_new0 (BullaHeader, 16);
  good_facts_set_header (facts, "content-type", "text/html");
  good_facts_set_header (facts, "content-encoding", "mi-sha256-03");
  good_facts_set_header (facts, "digest", "mi-sha256-03=…");
  facts->digest = BULLA_DIGEST_FOUND;
  facts->cert = (BullaCertFacts){.known = BULLA_YES,
                                 .flags = BULLA_CERT_FLAG_CAN_SIGN | BULLA_CERT_FLAG_SYSTEM_ROOT,
                                 .names = "publisher.test",
                                 .name_matches = BULLA_YES,
                                 .listed = BULLA_NO,
                                 .not_before = GOOD_NOW - 10 * GOOD_DAY,
                                 .not_after = GOOD_NOW + 80 * GOOD_DAY,
                                 .path_end = GOOD_NOW + 80 * GOOD_DAY};
  facts->ocsp = (BullaOcspFacts){.known = BULLA_YES,
                                 .this_update = GOOD_NOW - GOOD_DAY,
                                 .produced_at = GOOD_NOW - GOOD_DAY,
                                 .next_update = GOOD_NOW + 3 * GOOD_DAY,
                                 .revoked_at = -1,
                                 .responder_end = G_MAXINT64};
  facts->sct = (BullaSctFacts){
      .known = BULLA_YES, .n_found = 2, .n_valid = 1, .earliest = GOOD_NOW - 9 * GOOD_DAY};
  facts->caa.exchanges = BULLA_CAA_PERMITTED;
  facts->caa.dnssec = BULLA_DNSSEC_SECURE;
  facts->validity.outcome = BULLA_VALIDITY_NOTHING_NEW;
  facts->history = (BullaHistoryFacts){.known = BULLA_YES, .newest = -1};
  set_parts_ok (facts);
  return facts;
}

BullaFacts *
good_facts_new_bundle (void)
{
  BullaFacts *facts = bulla_facts_new ();

  facts->form = BULLA_FORM_BUNDLE;
  facts->outer = (BullaOuterFacts){.url = "https://aggregator.test/a/a.wbn",
                                   .secure = BULLA_YES,
                                   .exchange = BULLA_NO,
                                   .bundle = BULLA_YES,
                                   .content_type = "application/webbundle;v=b2",
                                   .version = "b2",
                                   .nosniff = BULLA_YES,
                                   .attachment = BULLA_NO,
                                   .status = 200,
                                   .redirected = BULLA_NO};
  facts->bundle = (BullaBundleFacts){.version = "b2",
                                     .url = facts->outer.url,
                                     .primary_url = GOOD_URL,
                                     .manifest_url = GOOD_URL,
                                     .primary_found = BULLA_YES,
                                     .manifest_found = BULLA_YES,
                                     .n_resources = 3,
                                     .n_authorities = 2,
                                     .n_subsets = 1,
                                     .total_length = 5000};
  facts->integrity.present = BULLA_NO;
  bulla_part_set_ok (&facts->outer.read);
  bulla_part_set_ok (&facts->bundle.head);
  bulla_part_set_ok (&facts->bundle.length);
  return facts;
}

BullaFacts *
good_facts_new_response (void)
{
  BullaFacts *facts = good_facts_new ();
  g_autoptr (BullaFacts) bundle = good_facts_new_bundle ();

  facts->form = BULLA_FORM_RESPONSE;
  facts->outer = bundle->outer;
  facts->bundle = bundle->bundle;
  facts->integrity = bundle->integrity;
  facts->prologue = (BullaPart){0};
  facts->version = NULL;
  facts->signature.integrity = NULL;
  facts->response = (BullaResponseFacts){.range = {300, 900},
                                         .payload_length = 600,
                                         .in_scope = BULLA_NO,
                                         .scope = "https://aggregator.test/a/",
                                         .vouched = BULLA_YES,
                                         .header_matches = BULLA_YES,
                                         .payload_integrity = "digest/mi-sha256-03"};
  bulla_part_set_ok (&facts->response.item);
  return facts;
}

void
good_facts_add_integrity (BullaFacts *facts)
{
  facts->integrity = (BullaIntegrityFacts){.present = BULLA_YES,
                                           .version = "2b",
                                           .web_bundle_id = "aaaqeaye…",
                                           .n_signatures = 2,
                                           .n_known = 1,
                                           .n_valid = 1,
                                           .first_known = BULLA_YES,
                                           .id_derived = BULLA_YES,
                                           .pinned = BULLA_NO};
  bulla_part_set_ok (&facts->integrity.block);
  bulla_part_set_ok (&facts->integrity.signatures);
}

static void
spoil_part (BullaFacts *facts, BullaPart *part, BullaReason reason)
{
  GError *fault = NULL;

  bulla_fault_set (&fault, reason, (BullaRange){4, 2}, "seen in %s",
                   bulla_reason_get_nick (reason));
  bulla_facts_take_fault (facts, part, fault);
}

/* Returns the part whose reading ends with that reason; NULL if it is not a reading fault. */
static BullaPart *
part_of (BullaFacts *facts, BullaReason reason)
{
  if (reason == BULLA_REASON_OUTER_TRANSPORT)
    return &facts->outer.read;
  if (reason >= BULLA_REASON_SXG_TRUNCATED && reason <= BULLA_REASON_SXG_HEADERS_TOO_LONG)
    return &facts->prologue;
  if (reason >= BULLA_REASON_SIGNATURE_SYNTAX && reason <= BULLA_REASON_SIGNATURE_TIME_RANGE)
    return reason != BULLA_REASON_SIGNATURE_COUNT ? &facts->signature.read : NULL;
  if (reason >= BULLA_REASON_HEADERS_MALFORMED && reason <= BULLA_REASON_HEADERS_STATUS_SYNTAX)
    return &facts->headers;
  if (reason >= BULLA_REASON_CHAIN_FETCH && reason <= BULLA_REASON_CHAIN_CERTIFICATE)
    return &facts->chain;
  if (reason >= BULLA_REASON_BODY_RECORD_SIZE && reason <= BULLA_REASON_BODY_TRUNCATED)
    return &facts->body;
  if (reason == BULLA_REASON_BUNDLE_LENGTH)
    return &facts->bundle.length;
  if (reason == BULLA_REASON_BUNDLE_PRIMARY_MISSING)
    return NULL;
  if (reason >= BULLA_REASON_BUNDLE_TRUNCATED && reason <= BULLA_REASON_SUBSET_URL)
    return reason != BULLA_REASON_BUNDLE_OUT_OF_SCOPE ? &facts->bundle.head : NULL;
  if (reason >= BULLA_REASON_RESPONSE_MALFORMED && reason <= BULLA_REASON_RESPONSE_LENGTH)
    return &facts->response.item;
  if (reason == BULLA_REASON_INTEGRITY_SIGNATURE)
    return &facts->integrity.signatures;
  if (reason >= BULLA_REASON_INTEGRITY_TRUNCATED && reason <= BULLA_REASON_INTEGRITY_KEY)
    return &facts->integrity.block;
  return NULL;
}

static gboolean
spoil_coding (BullaFacts *facts, BullaReason reason)
{
  if (reason != BULLA_REASON_BODY_CODING)
    return FALSE;
  facts->coding = BULLA_NO;
  facts->coding_name = "gzip";
  return TRUE;
}

static gboolean
spoil_outer (BullaOuterFacts *outer, BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_OUTER_CONTENT_TYPE:
    outer->exchange = outer->bundle = BULLA_NO;
    return TRUE;
  case BULLA_REASON_OUTER_ERROR_STATUS:
    outer->exchange = outer->bundle = BULLA_NO;
    outer->status = 404;
    return TRUE;
  case BULLA_REASON_OUTER_STATUS:
    outer->status = 404;
    return TRUE;
  case BULLA_REASON_OUTER_REDIRECTED:
    outer->redirected = BULLA_YES;
    return TRUE;
  case BULLA_REASON_OUTER_VERSION:
    outer->version = "b9";
    return TRUE;
  case BULLA_REASON_OUTER_NOSNIFF:
    outer->nosniff = BULLA_NO;
    return TRUE;
  case BULLA_REASON_OUTER_INSECURE:
    outer->secure = BULLA_NO;
    return TRUE;
  case BULLA_REASON_OUTER_ATTACHMENT:
    outer->attachment = BULLA_YES;
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
spoil_signature (BullaSignatureFacts *signature, BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_SIGNATURE_COUNT:
    signature->count = 2;
    return TRUE;
  case BULLA_REASON_SIGNATURE_EXPIRES_BEFORE_DATE:
    signature->date = signature->expires = GOOD_NOW;
    return TRUE;
  case BULLA_REASON_SIGNATURE_CERT_SHA256:
    signature->hash_matches = BULLA_NO;
    return TRUE;
  case BULLA_REASON_SIGNATURE_KEY_TYPE:
    signature->key = BULLA_KEY_OTHER;
    return TRUE;
  case BULLA_REASON_SIGNATURE_LIFETIME:
    signature->date = signature->expires - 7 * GOOD_DAY - 1;
    return TRUE;
  case BULLA_REASON_SIGNATURE_NOT_YET_VALID:
    signature->date = GOOD_NOW + 1;
    return TRUE;
  case BULLA_REASON_SIGNATURE_EXPIRED:
    signature->expires = GOOD_NOW - 1;
    return TRUE;
  case BULLA_REASON_SIGNATURE_INVALID:
    signature->valid = BULLA_NO;
    return TRUE;
  case BULLA_REASON_SIGNATURE_INTEGRITY:
    signature->integrity = "digest/sha-256";
    return TRUE;
  case BULLA_REASON_TRUST_VALIDITY_ORIGIN:
    signature->validity_same_origin = BULLA_NO;
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
spoil_headers (BullaFacts *facts, BullaReason reason)
{
  static const struct {
    BullaReason reason;
    const char *name, *value;
  } headers[] = {
      {BULLA_REASON_HEADERS_NESTED, "content-type", "application/signed-exchange;v=b3"},
      {BULLA_REASON_TRUST_NOT_SHARED, "cache-control", "no-store"},
      {BULLA_REASON_TRUST_CACHE_CONTROL, "cache-control", "="},
      {BULLA_REASON_TRUST_HOP_BY_HOP, "connection", "close"},
      {BULLA_REASON_TRUST_NO_CACHE_FIELD, "cache-control", "no-cache=\"x-other, digest\""},
      {BULLA_REASON_TRUST_STATEFUL, "set-cookie", "a=b"},
      {BULLA_REASON_BODY_CONTENT_ENCODING, "content-encoding", "gzip"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (headers); i++)
    if (headers[i].reason == reason) {
      good_facts_set_header (facts, headers[i].name, headers[i].value);
      return TRUE;
    }
  if (reason == BULLA_REASON_HEADERS_CONTENT_TYPE)
    remove_header (facts, "content-type");
  else if (reason == BULLA_REASON_HEADERS_STATUS)
    facts->status = 301;
  else if (reason == BULLA_REASON_BODY_DIGEST_MISSING)
    facts->digest = BULLA_DIGEST_ABSENT;
  else if (reason == BULLA_REASON_BODY_DIGEST)
    facts->digest = BULLA_DIGEST_MALFORMED;
  else
    return FALSE;
  return TRUE;
}

static gboolean
spoil_flags (BullaFacts *facts, BullaReason reason)
{
  static const struct {
    BullaReason reason;
    guint cert, ocsp, sct;
  } flags[] = {
      {BULLA_REASON_CERT_MALFORMED, BULLA_CERT_FLAG_MALFORMED, 0, 0},
      {BULLA_REASON_CERT_UNTRUSTED, BULLA_CERT_FLAG_UNTRUSTED, 0, 0},
      {BULLA_REASON_CERT_EXPIRED, BULLA_CERT_FLAG_EXPIRED, 0, 0},
      {BULLA_REASON_CERT_NOT_YET_VALID, BULLA_CERT_FLAG_NOT_YET_VALID, 0, 0},
      {BULLA_REASON_CERT_CRITICAL_EXTENSION, BULLA_CERT_FLAG_CRITICAL_EXTENSION, 0, 0},
      {BULLA_REASON_CERT_IS_CA, BULLA_CERT_FLAG_IS_CA, 0, 0},
      {BULLA_REASON_CERT_USAGE, BULLA_CERT_FLAG_USAGE, 0, 0},
      {BULLA_REASON_CERT_CAN_SIGN_VALUE, BULLA_CERT_FLAG_CAN_SIGN_VALUE, 0, 0},
      {BULLA_REASON_CERT_CAN_SIGN_CRITICAL, BULLA_CERT_FLAG_CAN_SIGN_CRITICAL, 0, 0},
      {BULLA_REASON_OCSP_MALFORMED, 0, BULLA_OCSP_FLAG_MALFORMED, 0},
      {BULLA_REASON_OCSP_UNSUCCESSFUL, 0, BULLA_OCSP_FLAG_UNSUCCESSFUL, 0},
      {BULLA_REASON_OCSP_OTHER_CERTIFICATE, 0, BULLA_OCSP_FLAG_OTHER_CERTIFICATE, 0},
      {BULLA_REASON_OCSP_SIGNER, 0, BULLA_OCSP_FLAG_SIGNER, 0},
      {BULLA_REASON_OCSP_SIGNATURE, 0, BULLA_OCSP_FLAG_SIGNATURE, 0},
      {BULLA_REASON_OCSP_CRITICAL_EXTENSION, 0, BULLA_OCSP_FLAG_CRITICAL_EXTENSION, 0},
      {BULLA_REASON_OCSP_REVOKED, 0, BULLA_OCSP_FLAG_REVOKED, 0},
      {BULLA_REASON_OCSP_STATUS_UNKNOWN, 0, BULLA_OCSP_FLAG_STATUS_UNKNOWN, 0},
      {BULLA_REASON_SCT_MALFORMED, 0, 0, BULLA_SCT_FLAG_MALFORMED},
      {BULLA_REASON_SCT_UNKNOWN_LOG, 0, 0, BULLA_SCT_FLAG_UNKNOWN_LOG},
      {BULLA_REASON_SCT_SIGNATURE, 0, 0, BULLA_SCT_FLAG_SIGNATURE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (flags); i++)
    if (flags[i].reason == reason) {
      facts->cert.flags |= flags[i].cert;
      facts->ocsp.flags |= flags[i].ocsp;
      facts->sct.flags |= flags[i].sct;
      if (flags[i].sct != 0)
        facts->sct.n_valid = 0;
      if (reason == BULLA_REASON_OCSP_REVOKED)
        facts->ocsp.revoked_at = GOOD_NOW - 8 * GOOD_DAY;
      return TRUE;
    }
  return FALSE;
}

static gboolean
spoil_chain (BullaFacts *facts, BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_CERT_NAME:
    facts->cert.name_matches = BULLA_NO;
    return TRUE;
  case BULLA_REASON_CERT_CAN_SIGN_MISSING:
    facts->cert.flags &= ~BULLA_CERT_FLAG_CAN_SIGN;
    return TRUE;
  case BULLA_REASON_CERT_LOCALLY_REVOKED:
    facts->cert.listed = BULLA_YES;
    facts->cert.listed_as = "an intermediate, CN=Other, by its spki";
    return TRUE;
  case BULLA_REASON_CERT_KEY_IN_TLS:
    facts->cert.tls_host = "www.publisher.test";
    return TRUE;
  case BULLA_REASON_CERT_VALIDITY_TOO_LONG:
    facts->cert.not_before = facts->cert.not_after - 90 * GOOD_DAY - 1;
    return TRUE;
  case BULLA_REASON_OCSP_NOT_YET_VALID:
    facts->ocsp.this_update = GOOD_NOW + 1;
    return TRUE;
  case BULLA_REASON_OCSP_NO_NEXT_UPDATE:
    facts->ocsp.next_update = -1;
    return TRUE;
  case BULLA_REASON_OCSP_STALE:
    facts->ocsp.next_update = GOOD_NOW - 1;
    return TRUE;
  case BULLA_REASON_OCSP_LIFETIME:
    facts->ocsp.next_update = facts->ocsp.this_update + 7 * GOOD_DAY;
    return TRUE;
  case BULLA_REASON_OCSP_TOO_OLD:
    facts->ocsp.this_update = GOOD_NOW - 7 * GOOD_DAY - 1;
    return TRUE;
  case BULLA_REASON_OCSP_PRODUCED_AT:
    facts->ocsp.produced_at = facts->cert.not_before - 1;
    return TRUE;
  case BULLA_REASON_SCT_UNKNOWN:
    facts->sct.known = BULLA_UNKNOWN;
    return TRUE;
  case BULLA_REASON_SCT_MISSING:
    facts->sct.n_found = facts->sct.n_valid = 0;
    return TRUE;
  case BULLA_REASON_SCT_FUTURE:
    facts->sct.earliest = GOOD_NOW + 1;
    return TRUE;
  case BULLA_REASON_CHAIN_UNKNOWN:
    bulla_facts_forget_chain (facts);
    bulla_facts_skip (facts, &facts->chain, "not fetched");
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
spoil_bundle (BullaFacts *facts, BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_BUNDLE_PRIMARY_MISSING:
    facts->bundle.primary_found = BULLA_NO;
    return TRUE;
  case BULLA_REASON_BUNDLE_OUT_OF_SCOPE:
    facts->response.vouched = BULLA_NO;
    return TRUE;
  case BULLA_REASON_INTEGRITY_ID_MISMATCH:
    facts->integrity.id_derived = BULLA_NO;
    return TRUE;
  case BULLA_REASON_INTEGRITY_PIN:
    facts->integrity.pinned = BULLA_YES;
    facts->integrity.pin_found = BULLA_NO;
    return TRUE;
  case BULLA_REASON_RESPONSE_STATUS:
    facts->status = 103;
    return TRUE;
  case BULLA_REASON_RESPONSE_CONTENT_TYPE:
    remove_header (facts, "content-type");
    return TRUE;
  case BULLA_REASON_SUBSET_HEADER_SHA256:
    facts->response.header_matches = BULLA_NO;
    return TRUE;
  case BULLA_REASON_SUBSET_PAYLOAD_INTEGRITY:
    facts->response.payload_integrity = "digest/sha-256";
    return TRUE;
  default:
    return reason == BULLA_REASON_PROFILE_NO_SUBSTITUTION;
  }
}

static gboolean
is_about_caa (BullaReason reason)
{
  return g_str_has_prefix (bulla_reason_get_nick (reason), "caa.");
}

static gboolean
is_about_history (BullaReason reason)
{
  return reason == BULLA_REASON_HISTORY_OLDER || reason == BULLA_REASON_VERSION_VULNERABLE;
}

gboolean
good_facts_has_reason (BullaForm form, BullaReason reason)
{
  gboolean is_new = reason >= BULLA_REASON_OUTER_STATUS;

  if (is_about_history (reason))
    return form != BULLA_FORM_BUNDLE;
  if (g_str_has_prefix (bulla_reason_get_nick (reason), "request.")
      || reason >= BULLA_REASON_PREFETCH_FULL || reason == BULLA_REASON_SUBSET_MIXED
      || reason == BULLA_REASON_RESPONSE_STATEFUL)
    return FALSE;
  if (is_about_caa (reason) || reason == BULLA_REASON_VALIDITY_WITHDRAWN)
    return form == BULLA_FORM_EXCHANGE;
  if (form == BULLA_FORM_EXCHANGE)
    return !is_new || reason == BULLA_REASON_PROFILE_NO_SUBSTITUTION;
  if (form == BULLA_FORM_RESPONSE)
    return is_new || reason <= BULLA_REASON_OUTER_TRANSPORT
           || (reason >= BULLA_REASON_HEADERS_MALFORMED
               && reason <= BULLA_REASON_HEADERS_STATUS_SYNTAX)
           || (reason >= BULLA_REASON_CHAIN_UNKNOWN && reason <= BULLA_REASON_BODY_TRUNCATED
               && reason != BULLA_REASON_SIGNATURE_INTEGRITY);
  return (reason <= BULLA_REASON_OUTER_TRANSPORT || is_new)
         && reason != BULLA_REASON_BUNDLE_OUT_OF_SCOPE
         && reason != BULLA_REASON_SUBSET_HEADER_SHA256
         && reason != BULLA_REASON_SUBSET_PAYLOAD_INTEGRITY
         && reason != BULLA_REASON_PROFILE_NO_SUBSTITUTION
         && !g_str_has_prefix (bulla_reason_get_nick (reason), "response.");
}

/* Says whether a rule is broken for @reason; otherwise one could not be checked. */
gboolean
good_facts_breaks (BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_CHAIN_UNKNOWN:
  case BULLA_REASON_SCT_UNKNOWN:
  case BULLA_REASON_CAA_DEPENDS:
  case BULLA_REASON_CAA_ISSUER_UNKNOWN:
  case BULLA_REASON_CAA_NO_ANSWER:
  case BULLA_REASON_CAA_OFFLINE:
    return FALSE;
  default:
    return TRUE;
  }
}

static gboolean
spoil_caa (BullaFacts *facts, BullaReason reason)
{
  if (!is_about_caa (reason))
    return FALSE;
  if (reason == BULLA_REASON_CAA_INSECURE) {
    facts->caa.dnssec = BULLA_DNSSEC_INSECURE;
    return TRUE;
  }
  facts->caa.exchanges = good_facts_breaks (reason) && reason != BULLA_REASON_CAA_BOGUS
                             ? BULLA_CAA_FORBIDDEN
                             : BULLA_CAA_NOT_KNOWN;
  facts->caa.reason = reason;
  facts->caa.detail = "publisher.test: what DNS says";
  if (reason == BULLA_REASON_CAA_BOGUS)
    facts->caa.dnssec = BULLA_DNSSEC_BOGUS;
  return TRUE;
}

static gboolean
spoil_validity (BullaFacts *facts, BullaReason reason)
{
  if (reason != BULLA_REASON_VALIDITY_WITHDRAWN)
    return FALSE;
  facts->validity.outcome = BULLA_VALIDITY_WITHDRAWN;
  return TRUE;
}

static gboolean
spoil_history (BullaFacts *facts, BullaReason reason)
{
  if (!is_about_history (reason))
    return FALSE;
  if (reason == BULLA_REASON_HISTORY_OLDER)
    bulla_facts_take_newest (facts, facts->signature.date + 1, FALSE);
  else
    facts->history.vulnerable = "body-digest of an entry";
  return TRUE;
}

gboolean
good_facts_spoil (BullaFacts *facts, BullaReason reason)
{
  if (reason >= BULLA_REASON_INTEGRITY_TRUNCATED && reason <= BULLA_REASON_INTEGRITY_PIN)
    good_facts_add_integrity (facts);
  BullaPart *part = part_of (facts, reason);
  if (part != NULL) {
    spoil_part (facts, part, reason);
    if (reason >= BULLA_REASON_SXG_URL_ENCODING && reason <= BULLA_REASON_SXG_URL_AMBIGUOUS)
      facts->request_url = NULL;
    return TRUE;
  }
  return spoil_outer (&facts->outer, reason) || spoil_signature (&facts->signature, reason)
         || spoil_headers (facts, reason) || spoil_flags (facts, reason)
         || spoil_chain (facts, reason) || spoil_caa (facts, reason)
         || spoil_validity (facts, reason) || spoil_history (facts, reason)
         || spoil_coding (facts, reason) || spoil_bundle (facts, reason);
}

const char *
good_facts_profile_for (BullaReason reason)
{
  if (is_about_caa (reason) || is_about_history (reason)
      || reason == BULLA_REASON_VALIDITY_WITHDRAWN || reason == BULLA_REASON_CERT_KEY_IN_TLS)
    return "strict";
  switch (reason) {
  case BULLA_REASON_SIGNATURE_COUNT:
  case BULLA_REASON_SIGNATURE_EXPIRES_BEFORE_DATE:
    return "loading";
  case BULLA_REASON_PROFILE_NO_SUBSTITUTION:
    return "separate-origin";
  case BULLA_REASON_CERT_KEY_IN_TLS:
    return "strict";
  case BULLA_REASON_OUTER_REDIRECTED:
  case BULLA_REASON_OCSP_TOO_OLD:
  case BULLA_REASON_OCSP_PRODUCED_AT:
    return "chromium";
  default:
    return "draft-b3";
  }
}
