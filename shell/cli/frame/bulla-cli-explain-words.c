/* bulla-cli-explain-words.c - finds the reasons behind a word of a browser, report or specification
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: LOAD "Reporting", NEL; Chromium's SignedExchangeLoadResult, SignedExchangeSignatureVerifier
 * and net_error_list.h */
#include "bulla-cli-explain-words.h"

#include <string.h>

#include "bulla-field-kind.h"

/* Words that stand for other names: of reasons, where @patterns have a dot, or of Chromium. A
 * pattern may end with “*”. */
static const struct {
  const char *word;
  const char *patterns[8];
} WORDS[] = {
    /* network errors of Chromium, in its console and on its error pages */
    {"ERR_INVALID_SIGNED_EXCHANGE",
     {"sxg.*", "signature.*", "headers.*", "chain.*", "cert.*", "ocsp.*", "sct.*", "body.*"}},
    {"ERR_INVALID_WEB_BUNDLE", {"bundle.*", "index.*", "response.*", "integrity.*"}},
    {"ERR_CERT_AUTHORITY_INVALID", {"cert.untrusted"}},
    {"ERR_CERT_COMMON_NAME_INVALID", {"cert.name"}},
    {"ERR_CERT_DATE_INVALID", {"cert.expired", "cert.not-yet-valid"}},
    {"ERR_CERT_INVALID", {"cert.malformed", "cert.usage", "cert.is-ca", "cert.critical-extension"}},
    {"ERR_CERT_REVOKED", {"ocsp.revoked", "cert.locally-revoked"}},
    {"ERR_CERT_VALIDITY_TOO_LONG", {"cert.validity-too-long"}},
    {"ERR_CERT_WEAK_KEY", {"cert.untrusted", "signature.key-type"}},
    {"ERR_CERT_WEAK_SIGNATURE_ALGORITHM", {"cert.untrusted"}},
    {"ERR_CERT_NO_REVOCATION_MECHANISM", {"chain.ocsp-missing"}},
    {"ERR_CERT_UNABLE_TO_CHECK_REVOCATION", {"ocsp.*"}},
    {"ERR_CERTIFICATE_TRANSPARENCY_REQUIRED", {"sct.*"}},
    {"ERR_CONTENT_DECODING_FAILED", {"body.content-encoding", "body.coding"}},
    {"ERR_FILE_NOT_FOUND", {"outer.error-status", "outer.status", "request.not-in-bundle"}},
    {"ERR_HTTP_RESPONSE_CODE_FAILURE", {"outer.error-status", "outer.status"}},
    {"ERR_TOO_MANY_REDIRECTS", {"request.fallback-loop"}},
    /* results of Chromium that cover others */
    {"kSignatureVerificationError", {"kErr*"}},
    {"kErrInvalidTimestamp",
     {"signature.expires-before-date", "signature.time-range", "signature.not-yet-valid",
      "signature.expired"}},
    {"kErrInvalidSignatureFormat", {"signature.syntax"}},
    {"kErrInvalidSignatureIntegrity", {"signature.integrity"}},
    {"kErrNoCertificate", {"chain.empty", "chain.cert-missing"}},
    {"kErrNoCertificateSHA256", {"signature.parameter-missing"}},
    {"kOCSPCheckError", {"ocsp.*"}},
    {"kPKPViolationError", {"integrity.pin"}},
    {"kUnsupportedCertificateSXG", {"cert.can-sign-missing"}},
    {"kParserInternalError", {"bundle.malformed"}},
    /* types of NEL reports on other requests */
    {"tls.cert.name_invalid", {"cert.name"}},
    {"tls.cert.date_invalid", {"cert.expired", "cert.not-yet-valid"}},
    {"tls.cert.authority_invalid", {"cert.untrusted"}},
    {"tls.cert.invalid", {"cert.malformed", "cert.usage", "cert.is-ca", "cert.critical-extension"}},
    {"tls.cert.revoked", {"ocsp.revoked", "cert.locally-revoked"}},
    {"tls.cert.pinned_key_not_in_cert_chain", {"integrity.pin"}},
    {"http.error", {"outer.error-status", "outer.status"}},
    {"http.response.redirect_loop", {"request.fallback-loop"}},
    {"variant_mismatch", {"request.variants"}},
    {"header_integrity_mismatch", {"alternate.header-integrity"}},
    /* parts of an exchange, IMPL 5.3 */
    {"sxg1-b3", {"sxg.magic", "sxg.version"}},
    {"fallbackUrl", {"sxg.url-*"}},
    {"fallbackUrlLength", {"sxg.url-*", "sxg.truncated"}},
    {"sigLength", {"sxg.signature-too-long", "sxg.truncated"}},
    {"headerLength", {"sxg.headers-too-long", "sxg.truncated"}},
    {"signedHeaders", {"headers.*"}},
    {"payloadBody", {"body.*"}},
    {"cert", {"cert.*", "chain.cert*"}},
    {"ocsp", {"ocsp.*", "chain.ocsp-*"}},
    {"sct", {"sct.*", "chain.sct-*"}},
    /* fields of certificates, OCSP responses, timestamps and CAA records */
    {"subjectAltName", {"cert.name"}},
    {"dNSName", {"cert.name"}},
    {"notBefore", {"cert.not-yet-valid", "cert.validity-too-long"}},
    {"notAfter", {"cert.expired", "cert.validity-too-long"}},
    {"keyUsage", {"cert.usage"}},
    {"extKeyUsage", {"cert.usage"}},
    {"extendedKeyUsage", {"cert.usage"}},
    {"basicConstraints", {"cert.is-ca"}},
    {"must-staple", {"chain.ocsp-missing", "ocsp.*"}},
    {"status_request", {"chain.ocsp-missing", "ocsp.*"}},
    {"thisUpdate", {"ocsp.not-yet-valid", "ocsp.too-old", "ocsp.lifetime"}},
    {"nextUpdate", {"ocsp.no-next-update", "ocsp.stale", "ocsp.lifetime"}},
    {"producedAt", {"ocsp.produced-at"}},
    {"certStatus", {"ocsp.revoked", "ocsp.status-unknown"}},
    {"responderID", {"ocsp.signer"}},
    {"SignedCertificateTimestampList", {"sct.*", "chain.sct-*"}},
    {"issue", {"caa.other-issuer", "caa.empty-issuer", "caa.no-property"}},
    {"issuewild", {"caa.other-issuer", "caa.empty-issuer", "caa.no-property"}},
    {"accounturi", {"caa.parameter-*", "caa.depends"}},
    {"validationmethods", {"caa.parameter-*", "caa.depends"}},
    /* sections and fields of bundles */
    {"section-lengths", {"bundle.section-lengths", "bundle.section-*"}},
    {"responses", {"response.*", "bundle.section-missing"}},
    {"primary-url", {"bundle.primary*"}},
    {"signatures", {"subset.*", "integrity.signature", "signature.count"}},
    {"authorities", {"subset.authority", "subset.malformed"}},
    {"vouched-subsets", {"subset.*"}},
    {"subset-hashes", {"subset.*"}},
    {"auth-sha256", {"subset.authority"}},
    {"header-sha256", {"subset.header-sha256"}},
    {"payload-integrity-header", {"subset.payload-integrity"}},
    {"webBundleId", {"integrity.web-bundle-id", "integrity.id-mismatch"}},
    {"publicKey", {"integrity.key*"}},
    {"ed25519PublicKey", {"integrity.key*"}},
    {"ecdsaP256SHA256PublicKey", {"integrity.key*"}},
    /* fields of Signature, and types of files */
    {"sig", {"signature.invalid"}},
    {"date", {"signature.not-yet-valid", "signature.expires-before-date", "signature.time-range"}},
    {"expires", {"signature.expired", "signature.expires-before-date", "signature.lifetime"}},
    {"cert-url", {"signature.cert-url", "chain.*"}},
    {"CanSignHttpExchanges", {"cert.can-sign-*"}},
    {"CanSignHttpExchangesDraft", {"cert.can-sign-*"}},
    {"1.3.6.1.4.1.11129.2.1.22", {"cert.can-sign-*"}},
    {"application/signed-exchange",
     {"outer.content-type", "outer.version", "headers.nested", "chain.content-type"}},
    {"application/cert-chain+cbor", {"chain.content-type"}},
    {"application/webbundle", {"outer.content-type", "outer.nosniff"}},
    {"nosniff", {"outer.nosniff"}},
    {"X-Content-Type-Options", {"outer.nosniff"}},
    {"Content-Type", {"outer.content-type", "headers.content-type", "chain.content-type"}},
    {"Content-Disposition", {"outer.attachment"}},
    {"Content-Encoding", {"body.content-encoding", "body.coding"}},
    {"Cache-Control",
     {"trust.not-shared", "trust.cache-control", "trust.no-cache-field", "prefetch.no-store"}},
    {"Vary", {"request.cookie", "prefetch.vary"}},
    {"Cookie", {"request.cookie"}},
    {"Location", {"outer.redirected", "chain.redirect"}},
    {"Link", {"alternate.*"}},
    {"Digest", {"body.digest-missing", "body.digest"}},
    {"mi-sha256-03", {"body.*", "signature.integrity"}},
    {"Variants", {"request.variants", "index.variants"}},
    {"Variant-Key", {"request.variants"}},
    {"Variants-*", {"request.variants", "index.variants"}},
    {"Variant-Key-*", {"request.variants"}},
    {"header-integrity", {"alternate.header-integrity"}},
    {"allowed-alt-sxg", {"alternate.*"}},
    /* sentences of Chromium's console */
    {"Failed to verify the signed exchange header*", {"kErr*"}},
    {"Failed to verify signature*", {"signature.invalid"}},
    {"Verifier::Finish failed*", {"signature.invalid"}},
    {"CreateSignatureVerifierWithCertificate failed*", {"signature.key-type", "signature.invalid"}},
    {"cert-sha256 mismatch*", {"signature.cert-sha256"}},
    {"Invalid timestamp*",
     {"kErrInvalidTimestamp", "signature.expires-before-date", "signature.time-range",
      "signature.not-yet-valid", "signature.expired"}},
    {"Specified validity period too long*", {"signature.lifetime"}},
    {"Unsupported EC group*", {"signature.key-type"}},
    {"Unsupported public key type*", {"signature.key-type"}},
    {"The current implem*", {"signature.integrity"}},
    {"Failed to parse signature header*", {"signature.*"}},
    {"Failed to parse 'sig' parameter*", {"signature.parameter-*"}},
    {"Failed to parse 'cert-url' parameter*", {"signature.parameter-*", "signature.cert-url"}},
    {"Failed to parse 'validity-url' parameter*",
     {"signature.parameter-*", "signature.validity-url"}},
    {"'date' parameter*", {"signature.parameter-*", "signature.time-range"}},
    {"'expires' parameter*", {"signature.parameter-*", "signature.time-range"}},
    {"'cert-url'*", {"signature.cert-url"}},
    {"'validity-url'*", {"signature.validity-url"}},
    {"'cert-sha256' parameter*", {"signature.parameter-*"}},
    {"Validity URL must be same-origin*", {"trust.validity-origin"}},
    {"Failed to parse SignedExchange header*", {"headers.*", "signature.*", "trust.*"}},
    {"Failed to parse response map*", {"headers.*", "trust.*"}},
    {"Expected response map*", {"headers.type"}},
    {"Failed to decode Value*",
     {"headers.malformed", "headers.not-canonical", "headers.trailing-bytes", "chain.malformed",
      "chain.not-canonical"}},
    {"Status code is not 200*", {"headers.status"}},
    {"Failed to parse status code*", {"headers.status-syntax"}},
    {":status is not found*", {"headers.pseudo", "headers.type"}},
    {"Invalid header name*", {"headers.name", "headers.pseudo"}},
    {"Invalid header value*", {"headers.value"}},
    {"Response header name should be lower-cased*", {"headers.upper-case"}},
    {"Exchange's Content-Encoding must be*", {"body.content-encoding"}},
    {"Signed exchange has no Digest*", {"body.digest-missing"}},
    {"Signed exchange has no Content-Encoding*", {"body.content-encoding"}},
    {"Signed exchange has no*", {"body.digest-missing", "body.content-encoding"}},
    {"Variant-Key don't match*", {"request.variants"}},
    {"Signed Exchange's Variants*", {"request.variants"}},
    {"Signature header field too long*", {"sxg.signature-too-long"}},
    {"Stream ended while reading signed exchange header*", {"sxg.truncated"}},
    {"Wrong magic string*", {"sxg.magic", "sxg.version"}},
    {"Failed to parse `fallbackUrl`*", {"sxg.url-syntax", "sxg.url-ambiguous"}},
    {"`fallbackUrl` is not a valid UTF-8*", {"sxg.url-encoding"}},
    {"`fallbackUrl` in non-https*", {"sxg.url-scheme"}},
    {"`fallbackUrl` can't have a fragment*", {"sxg.url-fragment"}},
    {"Failed to fetch the certificate*", {"chain.*"}},
    {"Failed to get certificate chain*", {"chain.*"}},
    {"First element of cert chain CBOR*", {"chain.magic"}},
    {"X509Certificate::CreateFromDERCertChain*", {"chain.certificate", "cert.malformed"}},
    {"cert is not found*", {"chain.cert-missing", "chain.type"}},
    {"ocsp must not be empty*", {"chain.ocsp-missing", "ocsp.malformed"}},
    {"ocsp is not a bytestring*", {"chain.ocsp-missing", "chain.type"}},
    {"ocsp value found*", {"chain.ocsp-unexpected"}},
    {"CT verification failed*", {"sct.*"}},
    {"OCSP check failed*", {"ocsp.*"}},
    {"Certificate must have CanSignHttpExchangesDraft*", {"cert.can-sign-missing"}},
    {"After 2019-08-01*", {"cert.validity-too-long"}},
    /* results in reports: the rest is in the table of reasons */
    {"failed", {"sxg.truncated", "sxg.magic"}},
};

/* the prefixes with which consoles and reports write the words */
static const char *const PREFIXES[] = {"net::",
                                       "sxg.",
                                       "signedexchangeloadresult::",
                                       "signedexchangesignatureverifier::result::",
                                       "result::",
                                       "certificate verification error: "};

static gboolean
matches (const char *pattern, const char *name)
{
  size_t length = strlen (pattern);

  if (name == NULL)
    return FALSE;
  return pattern[length - 1] == '*' ? strncmp (pattern, name, length - 1) == 0
                                    : strcmp (pattern, name) == 0;
}

static gboolean
is_word (const char *word, const char *name)
{
  return name != NULL && g_ascii_strcasecmp (word, name) == 0;
}

static const char *
skip_prefixes (const char *word)
{
  for (size_t i = 0; i < G_N_ELEMENTS (PREFIXES); i++) {
    size_t length = strlen (PREFIXES[i]);
    if (g_ascii_strncasecmp (word, PREFIXES[i], length) == 0 && word[length] != '\0')
      word += length;
  }
  return word;
}

/* Says whether the word of the table is the typed one; the former may end with “*”. */
static gboolean
is_row (const char *word, const char *name)
{
  size_t length = strlen (name);

  return name[length - 1] == '*' ? g_ascii_strncasecmp (word, name, length - 1) == 0
                                 : g_ascii_strcasecmp (word, name) == 0;
}

/* Says whether one row of the table leads from the word to the reason. */
static gboolean
stands_for (const char *word, BullaReason reason)
{
  for (size_t i = 0; i < G_N_ELEMENTS (WORDS); i++) {
    if (!is_row (word, WORDS[i].word))
      continue;
    for (size_t j = 0; j < G_N_ELEMENTS (WORDS[i].patterns) && WORDS[i].patterns[j] != NULL; j++)
      if (matches (WORDS[i].patterns[j], bulla_reason_get_nick (reason))
          || matches (WORDS[i].patterns[j], bulla_reason_get_chromium_name (reason)))
        return TRUE;
  }
  return FALSE;
}

/* Says whether the word is the part of the nick before the dot, such as CAA. */
static gboolean
is_first_part (const char *word, BullaReason reason)
{
  const char *nick = bulla_reason_get_nick (reason);
  size_t length = strlen (word);

  return length > 0 && g_ascii_strncasecmp (nick, word, length) == 0 && nick[length] == '.';
}

/* Says whether the word is a field that the rule behind the reason forbids. */
static gboolean
is_forbidden_field (const char *word, BullaReason reason)
{
  g_autofree char *lower = g_ascii_strdown (word, -1);

  return (reason == BULLA_REASON_TRUST_STATEFUL && bulla_header_is_stateful (lower))
         || (reason == BULLA_REASON_TRUST_HOP_BY_HOP && bulla_header_is_hop_by_hop (lower));
}

/* Says whether the word is the part of the nick behind the dot. */
static gboolean
is_second_part (const char *word, BullaReason reason)
{
  const char *dot = strchr (bulla_reason_get_nick (reason), '.');

  return dot != NULL && is_word (word, dot + 1);
}

/**
 * bulla_cli_find_reasons: (skip)
 * @word: a word of Chromium's (`kErrExpired`, `net::ERR_CERT_REVOKED`), of a NEL report
 *   (`sxg.cert_parse_error`), of a specification (`cert-sha256`), a media type, a header field, or
 *   one part of a reason; in any case
 *
 * Returns: (transfer full) (element-type BullaReason): the reasons behind it, in the order of their
 *   numbers; empty if the word is not known
 */
GArray *
bulla_cli_find_reasons (const char *word)
{
  /* a media type is known without its parameters */
  g_autofree char *bare = g_strndup (skip_prefixes (word), strcspn (skip_prefixes (word), ";"));
  GArray *reasons = g_array_new (FALSE, FALSE, sizeof (BullaReason));

  for (BullaReason reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++)
    if (is_word (bare, bulla_reason_get_report_type (reason))
        || is_word (bare, bulla_reason_get_chromium_name (reason)) || stands_for (bare, reason)
        || is_first_part (bare, reason) || is_second_part (bare, reason)
        || is_forbidden_field (bare, reason))
      g_array_append_val (reasons, reason);
  return reasons;
}

/**
 * bulla_cli_get_explained_word: (skip)
 * @number: a number, from 0
 *
 * Returns: (nullable): a word that bulla_cli_find_reasons() knows, besides Chromium's names of
 *   reasons; %NULL behind the last
 */
const char *
bulla_cli_get_explained_word (guint number)
{
  return number < G_N_ELEMENTS (WORDS) ? WORDS[number].word : NULL;
}
