/* bulla-chain.c - verifies a certificate chain and keeps the results
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-chain-private.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <string.h>

#include "bulla-certificate-names.h"
#include "bulla-issuer-certificate.h"
#include "bulla-key-hash.h"
#include "bulla-ocsp.h"
#include "bulla-openssl.h"
#include "bulla-path.h"
#include "bulla-sct.h"
#include "bulla-signed-message.h"
#include "bulla-verification-scope.h"

#define SHA256_SIZE 32

struct _BullaChain {
  GBytes *bytes;        /* owned; NULL if the caller parsed the chain */
  X509 *leaf;           /* owned */
  EVP_MD_CTX *verifier; /* owned; NULL if the key may not verify exchanges */
  BullaKeyType key_type;
  char *key_name;         /* owned */
  char *names;            /* owned */
  GStrv hosts;            /* owned; DNS names of the leaf */
  GStrv issuers;          /* owned; NULL if unknown; domains that name the issuer in CAA records */
  char *issuer;           /* owned; nullable; distinguished name of the issuer */
  const char *matched_by; /* static; NULL if @issuers is NULL; how the issuer was found */
  char *subject;          /* owned */
  guint8 leaf_sha256[SHA256_SIZE];
  guint8 key_hash[BULLA_KEY_HASH_SIZE];
  char *key_sha256;         /* owned; @key_hash in hex */
  GPtrArray *reach;         /* owned; char *, host names and addresses of the leaf */
  BullaSeenKeys *seen_keys; /* owned */
  BullaPath path;
  BullaOcsp ocsp;
  BullaScts scts;
  gboolean have_logs;
  gboolean have_revocations;
};

static void
blame_certificate (BullaSpan der, GError **error)
{
  bulla_fault_set (error, BULLA_REASON_CHAIN_CERTIFICATE, bulla_span_range (der),
                   "not a certificate in DER");
}

static X509 *
read_certificate (BullaSpan der, GError **error)
{
  const unsigned char *at = der.data;
  X509 *certificate = d2i_X509 (NULL, &at, (long)der.length);

  ERR_clear_error ();
  if (certificate != NULL && at == der.data + der.length)
    return certificate;
  X509_free (certificate);
  blame_certificate (der, error);
  return NULL;
}

/* Only named curves are accepted: explicit parameters can describe any curve. */
static void
read_key (BullaChain *self)
{
  char group[64] = "";
  size_t length = 0;
  g_autoptr (EVP_PKEY) key = X509_get_pubkey (self->leaf);

  ERR_clear_error ();
  self->key_type = BULLA_KEY_OTHER;
  if (key == NULL) {
    self->key_name = g_strdup ("a key that cannot be read");
    return;
  }
  const char *name = OBJ_nid2sn (EVP_PKEY_get_base_id (key));
  char encoding[32] = "";
  gboolean named = EVP_PKEY_get_base_id (key) == EVP_PKEY_EC
                   && EVP_PKEY_get_group_name (key, group, sizeof group, &length) == 1
                   && EVP_PKEY_get_utf8_string_param (key, OSSL_PKEY_PARAM_EC_ENCODING, encoding,
                                                      sizeof encoding, NULL)
                          == 1
                   && strcmp (encoding, OSSL_PKEY_EC_ENCODING_GROUP) == 0;
  if (named && strcmp (group, "prime256v1") == 0) {
    self->key_type = BULLA_KEY_P256;
    self->verifier = bulla_signed_message_prepare (key);
  }
  self->key_name = named ? g_strdup_printf ("%s on %s", name, group) : g_strdup (name);
}

static STACK_OF (X509)
    * read_hints (const BullaCertChain *chain, BullaKnownIssuers *known, GError **error)
{
  STACK_OF (X509) *hints = sk_X509_new_null ();
  for (guint i = 1; i < chain->n_entries; i++) {
    X509 *certificate = bulla_known_issuers_read (known, chain->entries[i].cert);
    if (certificate == NULL) {
      blame_certificate (chain->entries[i].cert, error);
      sk_X509_pop_free (hints, X509_free);
      return NULL;
    }
    sk_X509_push (hints, certificate);
  }
  return hints;
}

static void
look_at_leaf (BullaChain *self)
{
  read_key (self);
  self->names = bulla_certificate_names_to_text (self->leaf);
  self->hosts = bulla_certificate_names_dup_hosts (self->leaf, BULLA_CAA_HOSTS_MAX + 1);
  self->reach = bulla_certificate_names_list_reach (self->leaf);
  bulla_key_hash_of (self->leaf, self->key_hash);
  self->key_sha256 = bulla_key_hash_dup_hex (self->key_hash);
  char *subject = X509_NAME_oneline (X509_get_subject_name (self->leaf), NULL, 0);
  self->subject = g_strdup (subject);
  OPENSSL_free (subject);
}

/* Finds the domains by which CAA records name the issuer of the leaf. */
static void
find_issuer (BullaChain *self, BullaAnchors *anchors)
{
  const BullaIssuers *issuers = bulla_anchors_get_issuers (anchors);
  g_auto (BullaIssuerNames) names = {0};

  bulla_issuer_names_read (&names, self->leaf, self->path.issuer);
  self->issuer = g_strdup (names.dn);
  const BullaIssuer *found = issuers != NULL ? bulla_issuers_find (issuers, &names) : NULL;
  if (found == NULL)
    return;
  self->issuers = g_strdupv (found->domains);
  self->matched_by = bulla_issuer_kind_get_nick (found->kind);
}

/**
 * bulla_chain_verify_parsed: (skip)
 * @chain: certificates, the leaf first
 * @anchors: roots and logs
 * @now: Unix seconds
 * @error: a %BULLA_FAULT if a certificate is malformed; a chain that fails verification is not an
 *   error
 *
 * Returns: (transfer full) (nullable): the chain with the results of its verification; it does not
 *   borrow from @chain
 */
BullaChain *
bulla_chain_verify_parsed (const BullaCertChain *chain, BullaAnchors *anchors, gint64 now,
                           GError **error)
{
  g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
  BullaKnownIssuers *known = bulla_anchors_get_known_issuers (anchors);
  g_autoptr (X509) leaf = read_certificate (chain->entries[0].cert, error);

  STACK_OF (X509) *hints = leaf != NULL ? read_hints (chain, known, error) : NULL;
  if (hints == NULL)
    return NULL;
  BullaChain *self = g_atomic_rc_box_new0 (BullaChain);
  self->bytes = chain->bytes != NULL ? g_bytes_ref (chain->bytes) : NULL;
  self->leaf = g_steal_pointer (&leaf);
  BullaSpan der = chain->entries[0].cert;
  EVP_Digest (der.data, der.length, self->leaf_sha256, NULL, EVP_sha256 (), NULL);
  look_at_leaf (self);
  self->seen_keys = bulla_seen_keys_ref (bulla_anchors_get_seen_keys (anchors));
  bulla_path_build (&self->path, anchors, self->leaf, hints, now);
  sk_X509_pop_free (hints, X509_free);
  bulla_ocsp_read (&self->ocsp, chain->entries[0].ocsp, self->leaf, self->path.issuer, now);
  const BullaSctSources sources = {der, chain->entries[0].sct, self->ocsp.scts};
  bulla_scts_read (&self->scts, anchors, self->leaf, self->path.issuer, &sources, now);
  self->have_logs = bulla_anchors_have_logs (anchors);
  self->have_revocations = bulla_anchors_get_revocations (anchors) != NULL;
  find_issuer (self, anchors);
  return self;
}

/**
 * bulla_chain_verify: (skip)
 * @bytes: an `application/cert-chain+cbor` resource
 * @anchors: roots and logs
 * @now: Unix seconds
 * @error: a %BULLA_FAULT if the chain is malformed; a chain that fails verification is not an error
 *
 * Returns: (transfer full) (nullable): the chain with the results of its verification
 */
BullaChain *
bulla_chain_verify (GBytes *bytes, BullaAnchors *anchors, gint64 now, GError **error)
{
  g_autoptr (BullaCertChain) chain = bulla_cert_chain_parse (bytes, error);

  return chain != NULL ? bulla_chain_verify_parsed (chain, anchors, now, error) : NULL;
}

BullaChain *
bulla_chain_ref (BullaChain *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
chain_clear (gpointer data)
{
  BullaChain *self = data;

  g_clear_pointer (&self->bytes, g_bytes_unref);
  X509_free (self->leaf);
  EVP_MD_CTX_free (self->verifier);
  g_free (self->key_name);
  g_free (self->names);
  g_strfreev (self->hosts);
  g_strfreev (self->issuers);
  g_free (self->issuer);
  g_free (self->subject);
  g_free (self->key_sha256);
  g_ptr_array_unref (self->reach);
  bulla_seen_keys_unref (self->seen_keys);
  bulla_path_clear (&self->path);
  bulla_ocsp_clear (&self->ocsp);
}

void
bulla_chain_unref (BullaChain *self)
{
  g_atomic_rc_box_release_full (self, chain_clear);
}

/**
 * bulla_chain_is_good_for: (skip)
 * @self: a chain
 * @now: Unix seconds
 *
 * Returns: whether verification at that time would have the same result
 */
gboolean
bulla_chain_is_good_for (const BullaChain *self, gint64 now)
{
  const BullaWindow *windows[] = {&self->path.window, &self->ocsp.window, &self->scts.window};

  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++)
    if (now < windows[i]->from || now > windows[i]->to)
      return FALSE;
  return TRUE;
}

const BullaOcsp *
bulla_chain_get_ocsp (BullaChain *self)
{
  return &self->ocsp;
}

X509 *
bulla_chain_get_leaf (BullaChain *self)
{
  return self->leaf;
}

/* Returns: NULL if the issuer of the leaf is not known */
X509 *
bulla_chain_get_issuer (BullaChain *self)
{
  return self->path.issuer;
}

/* Returns: NULL if the chain was not verified from bytes of its own */
GBytes *
bulla_chain_get_bytes (BullaChain *self)
{
  return self->bytes;
}

/**
 * bulla_chain_get_verifier: (skip)
 * @self: a chain
 *
 * Returns: (transfer none) (nullable): a context that verifies with the leaf's key; %NULL if that
 *   key must not verify exchanges
 */
const EVP_MD_CTX *
bulla_chain_get_verifier (BullaChain *self)
{
  return self->verifier;
}

const guint8 *
bulla_chain_get_leaf_sha256 (BullaChain *self)
{
  return self->leaf_sha256;
}

static void
fill_certificate_facts (BullaChain *self, BullaFacts *facts)
{
  g_autofree char *tls_host = bulla_seen_keys_dup_tls_host (self->seen_keys, self->key_hash);
  BullaCertFacts before = facts->cert;
  gboolean same_key = g_strcmp0 (before.key_sha256, self->key_sha256) == 0;
  gboolean same = facts->request_host != NULL
                  && bulla_certificate_names_match (self->leaf, facts->request_host);

  facts->cert = (BullaCertFacts){
      .known = BULLA_YES,
      .flags = self->path.flags,
      .path_detail = bulla_facts_intern_anew (facts, before.path_detail, self->path.detail),
      .names = bulla_facts_intern_anew (facts, before.names, self->names),
      .subject = bulla_facts_intern_anew (facts, before.subject, self->subject),
      .name_matches = same ? BULLA_YES : BULLA_NO,
      .not_before = self->path.not_before,
      .not_after = self->path.not_after,
      .path_end = self->path.end,
      .listed_as = bulla_facts_intern_anew (facts, before.listed_as, self->path.revoked),
      .key_sha256 = bulla_facts_intern_anew (facts, before.key_sha256, self->key_sha256),
      /* keep the host that used the key in TLS, even if the list of seen keys has dropped it */
      .tls_host = tls_host == NULL && same_key
                      ? before.tls_host
                      : bulla_facts_intern_anew (facts, before.tls_host, tls_host),
      .reach = g_ptr_array_ref (self->reach),
  };
  g_clear_pointer (&before.reach, g_ptr_array_unref);
  if (self->have_revocations)
    facts->cert.listed = self->path.revoked != NULL ? BULLA_YES : BULLA_NO;
}

/**
 * bulla_chain_update_facts: (skip)
 * @self: a chain
 * @facts: facts about an exchange with this chain, which were filled by bulla_chain_fill_facts()
 *
 * Replaces what depends on the time of verification, and on the roots, logs and revocations. What
 * is known of the leaf's names in DNS stays.
 */
void
bulla_chain_update_facts (BullaChain *self, BullaFacts *facts)
{
  bulla_part_set_ok (&facts->chain);
  facts->signature.key = self->key_type;
  facts->signature.key_name =
      bulla_facts_intern_anew (facts, facts->signature.key_name, self->key_name);
  fill_certificate_facts (self, facts);
  facts->ocsp = (BullaOcspFacts){
      .known = BULLA_YES,
      .flags = self->ocsp.flags,
      .detail = self->ocsp.detail,
      .this_update = self->ocsp.this_update,
      .next_update = self->ocsp.next_update,
      .produced_at = self->ocsp.produced_at,
      .revoked_at = self->ocsp.revoked_at,
      .responder_end = self->ocsp.window.to,
  };
  facts->sct = (BullaSctFacts){
      .known = self->have_logs ? BULLA_YES : BULLA_UNKNOWN,
      .flags = self->scts.flags,
      .detail = self->scts.detail,
      .n_found = self->scts.n_found,
      .n_valid = self->scts.n_valid,
      .earliest = self->scts.earliest,
      .until = self->scts.live_until < G_MAXINT64 ? self->scts.live_until : 0,
  };
}

/**
 * bulla_chain_fill_facts: (skip)
 * @self: a chain
 * @facts: facts about an exchange with this chain; its host is compared with the leaf's names
 */
void
bulla_chain_fill_facts (BullaChain *self, BullaFacts *facts)
{
  bulla_chain_update_facts (self, facts);
  facts->caa.hosts = g_strdupv (self->hosts);
  facts->caa.issuers = g_strdupv (self->issuers);
  facts->caa.issuer = bulla_facts_intern (facts, self->issuer);
  facts->caa.matched_by = self->matched_by;
  bulla_facts_conclude_caa (facts);
}

/**
 * bulla_chain_note_signed: (skip)
 * @self: a chain
 * @facts: of an exchange that names it, with what bulla_chain_fill_facts() added, and whether the
 *   signature verifies
 *
 * Remembers that the key of the leaf signed an exchange, if it did: a later TLS connection with the
 * same key is then noticed.
 */
void
bulla_chain_note_signed (BullaChain *self, const BullaFacts *facts)
{
  if (facts->signature.valid == BULLA_YES && facts->signature.hash_matches == BULLA_YES
      && facts->cert.name_matches == BULLA_YES
      && (facts->cert.flags & BULLA_CERT_FLAG_UNTRUSTED) == 0)
    bulla_seen_keys_add_exchange (self->seen_keys, self->key_hash, facts->request_host);
}
