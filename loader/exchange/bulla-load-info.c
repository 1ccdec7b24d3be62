/* bulla-load-info.c - getters for the data of a load: URL, headers, signature, certificate, verdict
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-field-kind.h"
#include "bulla-field.h"
#include "bulla-hasher.h"
#include "bulla-judge.h"
#include "bulla-key-hash.h"
#include "bulla-load-private.h"
#include "bulla-settings.h"
#include "bulla-trust-internal.h"

BullaFacts *
bulla_load_get_facts (BullaLoad *self)
{
  return self->facts;
}

/**
 * bulla_load_get_header_integrity:
 * @self: an exchange whose head was read, or a response of a bundle
 *
 * Made when somebody asks: of parts of other pages, and of versions that are compared with others.
 *
 * Returns: (transfer none) (nullable): `sha256-…` of the signed headers, as `allowed-alt-sxg` has
 *   it; %NULL for a response that no signed subset covers
 */
const char *
bulla_load_get_header_integrity (BullaLoad *self)
{
  guint8 digest[BULLA_HASH_MAX];

  if (self->facts->header_integrity == NULL && self->reader != NULL) {
    BullaSpan headers = bulla_sxg_reader_get_headers (self->reader);
    size_t size = bulla_hash_bytes (BULLA_HASH_SHA256, headers.data, headers.length, digest);
    g_autofree char *base64 = g_base64_encode (digest, size);
    g_autofree char *text = g_strconcat ("sha256-", base64, NULL);
    self->facts->header_integrity = bulla_facts_intern (self->facts, text);
  }
  return self->facts->header_integrity;
}

/**
 * bulla_load_dup_certificate_sha256: (skip)
 * @self: a load
 *
 * Returns: (transfer full) (nullable): the SHA-256 of the signing certificate in lower-case hex, as
 *   stated by the signature
 */
char *
bulla_load_dup_certificate_sha256 (BullaLoad *self)
{
  gsize size = 0;
  const guint8 *bytes = self->signature.cert_sha256 != NULL
                            ? g_bytes_get_data (self->signature.cert_sha256, &size)
                            : NULL;
  GString *hex = bytes != NULL ? g_string_new (NULL) : NULL;

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  return hex != NULL ? g_string_free (hex, FALSE) : NULL;
}

/* Returns the body even if it must not be delivered, because inspection reads it. */
GInputStream *
bulla_load_peek_body (BullaLoad *self)
{
  return self->body;
}

/* An unsigned response may be shown in the bundle's own origin. */
static gboolean
is_shown (BullaLoad *self)
{
  if (self->verdict == NULL)
    return FALSE;
  BullaOutcome outcome = bulla_verdict_get_outcome (self->verdict);
  return outcome == BULLA_OUTCOME_SUBSTITUTE
         || (outcome == BULLA_OUTCOME_SEPARATE_ORIGIN && self->facts->form == BULLA_FORM_RESPONSE);
}

/**
 * bulla_load_get_body:
 * @self: a load
 *
 * Each record of a signed body is returned only after its proof was verified; a wrong record ends
 * the stream with a %BULLA_FAULT.
 *
 * Returns: (transfer none) (nullable): the decoded body; %NULL if it must not be shown
 */
GInputStream *
bulla_load_get_body (BullaLoad *self)
{
  return is_shown (self) ? self->body : NULL;
}

/**
 * bulla_load_judge_body: (skip)
 * @self: a load whose body has ended
 *
 * Step: judge again. The new verdict includes faults found in the body. The verdict on the head
 * stays valid as long as the load.
 */
void
bulla_load_judge_body (BullaLoad *self)
{
  if (!is_shown (self) || self->head != NULL || self->facts->body.read == BULLA_UNKNOWN)
    return;
  self->head = self->verdict;
  self->verdict = bulla_judge_body (self->head);
}

/**
 * bulla_load_judge_coding: (skip)
 * @self: a load whose body was read to its end
 * @good: whether the body could be decoded; %BULLA_UNKNOWN if it is too long for that
 * @coding: the content coding
 *
 * Step: judge again, with the content coding. Earlier verdicts stay valid as long as the load.
 */
void
bulla_load_judge_coding (BullaLoad *self, BullaKnown good, const char *coding)
{
  self->facts->coding = good;
  self->facts->coding_name = bulla_facts_intern (self->facts, coding);
  if (!is_shown (self))
    return;
  bulla_load_replace_verdict (self, bulla_judge_coding (self->verdict));
}

/**
 * bulla_load_get_verdict:
 * @self: a load
 *
 * Says whether the exchange may represent its origin. When the body has ended there is a new
 * verdict, which includes faults found in the body; the earlier one stays valid.
 *
 * Returns: (transfer none): the verdict
 */
BullaVerdict *
bulla_load_get_verdict (BullaLoad *self)
{
  return self->verdict;
}

/**
 * bulla_load_get_outer:
 * @self: a load
 *
 * Returns: (transfer none): the outer response of the package
 */
BullaOuter *
bulla_load_get_outer (BullaLoad *self)
{
  return self->outer;
}

BullaProfile *
bulla_load_get_profile (BullaLoad *self)
{
  return self->profile;
}

/**
 * bulla_load_get_chain_fetched:
 * @self: a load
 *
 * Returns: whether the host of the certificate chain was contacted
 */
gboolean
bulla_load_get_chain_fetched (BullaLoad *self)
{
  return self->fetched;
}

BullaSxgReader *
bulla_load_get_reader (BullaLoad *self)
{
  return self->reader;
}

/**
 * bulla_load_judge_request:
 * @self: a load
 * @request: facts about the request
 * @now: Unix seconds
 *
 * Spec: LOAD "Request matching".
 *
 * Returns: (transfer full): a verdict whose reply counts
 */
BullaVerdict *
bulla_load_judge_request (BullaLoad *self, const BullaRequestFacts *request, gint64 now)
{
  return bulla_judge_request (bulla_load_get_facts (self), bulla_load_get_profile (self), request,
                              now);
}

/**
 * bulla_load_get_url:
 * @self: a load
 *
 * Returns: (nullable): the URL of the exchange, which is also its fallback URL; %NULL if it has no
 *   usable one
 */
const char *
bulla_load_get_url (BullaLoad *self)
{
  return bulla_load_get_facts (self)->request_url;
}

/**
 * bulla_load_get_origin:
 * @self: a load
 *
 * Returns: (nullable): the origin of that URL
 */
const char *
bulla_load_get_origin (BullaLoad *self)
{
  return bulla_load_get_facts (self)->request_origin;
}

/**
 * bulla_load_get_status:
 * @self: a load
 *
 * Returns: the signed status; 0 if the headers could not be read
 */
guint
bulla_load_get_status (BullaLoad *self)
{
  return bulla_load_get_facts (self)->status;
}

/**
 * bulla_load_foreach_header:
 * @self: a load
 * @func: (scope call): called for each header of the response to be delivered
 * @user_data: for @func
 *
 * Includes only content codings that remain after verification, no length of the coded body, and
 * always nosniff (IMPL 3.5, Fetch). Leaves out hop-by-hop fields, and fields that would change the
 * state of an origin that the response may not represent.
 */
void
bulla_load_foreach_header (BullaLoad *self, BullaHeaderFunc func, gpointer user_data)
{
  static const char *const ours[] = {"content-encoding", "content-length", "x-content-type-options",
                                     NULL};
  const BullaFacts *facts = bulla_load_get_facts (self);
  gboolean stateful = self->verdict == NULL
                      || bulla_verdict_get_outcome (self->verdict) != BULLA_OUTCOME_SEPARATE_ORIGIN;

  for (guint i = 0; i < facts->n_headers; i++)
    if (!g_strv_contains (ours, facts->header[i].name)
        && !bulla_field_is_for_connection (facts->header[i].name)
        && (stateful || !bulla_header_is_stateful (facts->header[i].name)))
      func (facts->header[i].name, facts->header[i].value, user_data);
  const BullaHeader *coding = bulla_facts_find_header (facts, "content-encoding");
  gboolean coded = facts->form != BULLA_FORM_RESPONSE || bulla_load_facts_are_coded (facts);
  g_autofree char *inner =
      coding != NULL && coded ? bulla_field_dup_inner_codings (coding->value) : NULL;
  if (inner != NULL || (coding != NULL && !coded))
    func ("content-encoding", inner != NULL ? inner : coding->value, user_data);
  func ("x-content-type-options", "nosniff", user_data);
}

/**
 * bulla_load_get_cert_url:
 * @self: a load
 *
 * Returns: (nullable): the URL of the certificate chain
 */
const char *
bulla_load_get_cert_url (BullaLoad *self)
{
  return bulla_load_get_facts (self)->signature.cert_url;
}

/**
 * bulla_load_get_validity_url:
 * @self: a load
 *
 * Returns: (nullable): the URL of the validity data, where the publisher can withdraw the signature
 */
const char *
bulla_load_get_validity_url (BullaLoad *self)
{
  return bulla_load_get_facts (self)->signature.validity_url;
}

/**
 * bulla_load_get_subject:
 * @self: a load
 *
 * Returns: (nullable): the host names in the certificate
 */
const char *
bulla_load_get_subject (BullaLoad *self)
{
  return bulla_load_get_facts (self)->cert.names;
}

/**
 * bulla_load_dup_reach:
 * @self: a load
 *
 * Returns: (transfer full): every host name and address that the certificate is for, at most 4096.
 *   Its key can sign for each path and each port of them; `*` stands for one label
 */
GStrv
bulla_load_dup_reach (BullaLoad *self)
{
  const GPtrArray *reach = bulla_load_get_facts (self)->cert.reach;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; reach != NULL && i < reach->len; i++)
    g_strv_builder_add (names, reach->pdata[i]);
  return g_strv_builder_end (names);
}

/**
 * bulla_load_update_tls_host: (skip)
 * @self: a load
 *
 * A server may have used the signing key in TLS since the chain was read. Called before an exchange
 * is judged once more.
 */
void
bulla_load_update_tls_host (BullaLoad *self)
{
  BullaCertFacts *cert = &bulla_load_get_facts (self)->cert;
  guint8 hash[BULLA_KEY_HASH_SIZE];

  if (self->trust == NULL || cert->tls_host != NULL
      || !bulla_key_hash_read_hex (cert->key_sha256, hash))
    return;
  g_autofree char *host =
      bulla_seen_keys_dup_tls_host (bulla_trust_get_seen_keys (self->trust), hash);
  cert->tls_host = bulla_facts_intern (self->facts, host);
}

/**
 * bulla_load_get_tls_host:
 * @self: a load
 *
 * Returns: (nullable): a server that uses the signing key in TLS too, as far as was seen until now,
 *   even if that was after the verdict
 */
const char *
bulla_load_get_tls_host (BullaLoad *self)
{
  bulla_load_update_tls_host (self);
  return bulla_load_get_facts (self)->cert.tls_host;
}

/**
 * bulla_load_get_date:
 * @self: a load
 *
 * Returns: the Unix time in seconds at which the signature was made; 0 if it could not be read
 */
gint64
bulla_load_get_date (BullaLoad *self)
{
  return bulla_load_get_facts (self)->signature.date;
}

/**
 * bulla_load_get_older:
 * @self: a load
 *
 * Returns: (nullable): the date of its signature, and that of a newer version that was seen before,
 *   in words; %NULL if none was seen, or the profile ignores it
 */
const char *
bulla_load_get_older (BullaLoad *self)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);

  return settings->rollback != BULLA_ROLLBACK_IGNORE ? bulla_load_get_facts (self)->history.older
                                                     : NULL;
}

/**
 * bulla_load_get_skew_max:
 * @self: a load
 *
 * Returns: how far the dates of a page's parts may be apart in its profile, seconds; 0 if any
 *   distance is allowed
 */
gint64
bulla_load_get_skew_max (BullaLoad *self)
{
  return bulla_profile_get_settings (self->profile)->skew_max;
}

/**
 * bulla_load_get_expires:
 * @self: a load
 *
 * Returns: the Unix time in seconds at which the signature expires; 0 if it could not be read
 */
gint64
bulla_load_get_expires (BullaLoad *self)
{
  return bulla_load_get_facts (self)->signature.expires;
}

/* Returns: (nullable): the bundle; NULL for an exchange */
BullaBundle *
bulla_load_peek_bundle (BullaLoad *self)
{
  return self->bundle;
}

/**
 * bulla_load_note_chain_server: (skip)
 * @self: a load that wants its chain
 * @address: (nullable): the IP address of the server that returned the chain
 */
void
bulla_load_note_chain_server (BullaLoad *self, const char *address)
{
  if (address != NULL
      && !g_ptr_array_find_with_equal_func (self->cert_addresses, address, g_str_equal, NULL))
    g_ptr_array_add (self->cert_addresses, g_strdup (address));
}

/**
 * bulla_load_get_cert_urls: (skip)
 * @self: a load
 *
 * Spec: LOAD "Signed Exchange report", cert URL list.
 *
 * Returns: (element-type utf8): the cert-urls of all signatures that were tried
 */
const GPtrArray *
bulla_load_get_cert_urls (BullaLoad *self)
{
  return self->cert_urls;
}

/**
 * bulla_load_get_cert_addresses: (skip)
 * @self: a load
 *
 * Spec: LOAD "Signed Exchange report", cert server IP list.
 *
 * Returns: (element-type utf8): the IP addresses of the servers that responded at these URLs
 */
const GPtrArray *
bulla_load_get_cert_addresses (BullaLoad *self)
{
  return self->cert_addresses;
}

/**
 * bulla_load_facts_are_coded: (skip)
 * @facts: facts about a response in a bundle
 *
 * Spec: MICE 03. Without a digest the records cannot be verified.
 *
 * Returns: whether each record of the body is returned only after its proof was verified
 */
gboolean
bulla_load_facts_are_coded (const BullaFacts *facts)
{
  const BullaHeader *coding = bulla_facts_find_header (facts, "content-encoding");

  return facts->digest == BULLA_DIGEST_FOUND && coding != NULL
         && bulla_field_codings_are_decodable (coding->value, FALSE);
}
