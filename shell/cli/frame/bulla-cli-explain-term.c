/* bulla-cli-explain-term.c - explains words that are not reasons: outcomes, findings, report types
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: NEL section 6 (types of network errors) */
#include "bulla-cli-explain-term.h"

#include <glib/gi18n.h>

#define OUTCOME N_ ("An outcome: what happens to the package")
#define VARIANTS N_ ("A finding of bulla variants")
#define CACHE N_ ("A rule of bulla verify --lint google-cache")
#define NEL N_ ("A type of Network Error Logging")
#define CHROMIUM N_ ("A result of Chromium")

#define NO_PACKAGE                                                                                 \
  N_ ("The connection failed before a package arrived, so no reason of Bulla belongs to it; a "    \
      "fetch that fails so is outer.transport or chain.fetch.")

static const BullaCliTerm TERMS[] = {
    {"substitute", OUTCOME,
     N_ ("Every rule holds: the response is shown in the origin of the publisher, as if the "
         "publisher had sent it. “bulla verify” ends with status 0.")},
    {"separate-origin", OUTCOME,
     N_ ("The package is sound, but gets an origin of its own: nobody vouches for it, or the "
         "profile never substitutes. The publisher’s cookies and data are out of its reach. "
         "“bulla verify” ends with status 0, or 1 with --require substitute.")},
    {"fall-back", OUTCOME,
     N_ ("A rule is broken, and the URL of the exchange is known: the browser loads that URL from "
         "the publisher instead. The reason beside it says why. “bulla verify” ends with "
         "status 1.")},
    {"refuse", OUTCOME,
     N_ ("A rule is broken, and a URL to load instead is missing or not allowed: nothing is "
         "shown. The reason beside it says why. “bulla verify” ends with status 1.")},
    {"not-a-package", OUTCOME,
     N_ ("The response is neither a signed exchange nor a web bundle, and is treated like any "
         "other.")},

    {"variants.unreadable", VARIANTS,
     N_ ("Variants or Variant-Key cannot be read, or a key has another number of values than "
         "there are axes. Publisher: write the lists by draft-ietf-httpbis-variants.")},
    {"variants.half", VARIANTS,
     N_ ("A response has one of the fields Variants and Variant-Key without the other. Publisher: "
         "sign both, or neither.")},
    {"variants.disagree", VARIANTS,
     N_ ("Exchanges of one URL have different Variants; the one that was signed last counts. "
         "Publisher: sign all of them with the same Variants.")},
    {"variants.other-name", VARIANTS,
     N_ ("A response has the fields of another draft, which the profile does not read. Publisher: "
         "use the names that clients implement. You: judge by another profile.")},
    {"variants.unknown-axis", VARIANTS,
     N_ ("An axis is not one that the profile knows, so the response is never selected. "
         "Publisher: remove the axis.")},
    {"variants.key-outside", VARIANTS,
     N_ ("A key has a value that its axis does not list. Publisher: list it in Variants, in the "
         "same spelling.")},
    {"variants.default-absent", VARIANTS,
     N_ ("The first value of an axis, which is the default, is not packed. Publisher: pack it, or "
         "list a packed value first.")},
    {"variants.default-unsuited", VARIANTS,
     N_ ("Some clients that get the first value of an axis cannot use it, and more could use "
         "another one. Publisher: list first what every client can use.")},
    {"variants.no-identity", VARIANTS,
     N_ ("All variants have a content coding, so that clients which accept none of the codings "
         "get nothing. Publisher: pack one for identity.")},
    {"variants.unreachable", VARIANTS,
     N_ ("No client gets this variant. Publisher: leave it out, or change the order of values.")},
    {"variants.language-spelling", VARIANTS,
     N_ ("More clients would be matched if the language tags had regions, or none. Publisher: "
         "choose the spelling that more clients ask for.")},
    {"variants.content", VARIANTS,
     N_ ("Content-Type, Content-Language or Content-Encoding contradicts the key. Publisher: "
         "correct the header or the key.")},
    {"variants.same-body", VARIANTS,
     N_ ("Two keys of one URL have equal bodies. Publisher: give one response both keys.")},
    {"variants.token", VARIANTS,
     N_ ("A value without quotes cannot be read by older drafts of structured headers. "
         "Publisher: put it in quotes, such as \"image/svg+xml\".")},
    {"variants.coding-axis", VARIANTS,
     N_ ("An exchange has an accept-encoding axis, on which Chromium matches only identity and "
         "mi-sha256-03.")},
    {"variants.cookie-index", VARIANTS,
     N_ ("The index of a bundle has a cookie axis, whose values it cannot list. Publisher: remove "
         "the axis.")},
    {"variants.cost", VARIANTS,
     N_ ("A variant is above a tenth of the bundle, and at most one client gets it. “bulla "
         "variants --cost” shows which.")},

    {"google-cache.exchange", CACHE, N_ ("The cache admits signed exchanges only.")},
    {"google-cache.signatures", CACHE, N_ ("The cache admits exchanges with one signature.")},
    {"google-cache.integrity", CACHE, N_ ("The signature must cover digest/mi-sha256-03.")},
    {"google-cache.status", CACHE, N_ ("The status of the response must be 200.")},
    {"google-cache.body-size", CACHE, N_ ("The body must have 1 byte to 8 MiB.")},
    {"google-cache.cert-url", CACHE, N_ ("The cert-url must be an absolute https URL.")},
    {"google-cache.validity-url", CACHE,
     N_ ("The validity-url must be in the origin of the exchange.")},
    {"google-cache.date", CACHE, N_ ("The signature may begin at most 60 seconds in the future.")},
    {"google-cache.life", CACHE, N_ ("The signature must end in 120 seconds to 7 days.")},
    {"google-cache.freshness", CACHE,
     N_ ("The response must be fresh for 120 seconds in a shared cache: by s-maxage, max-age or "
         "Expires, less its age.")},
    {"google-cache.cacheable", CACHE,
     N_ ("Cache-Control must have neither no-cache, no-store nor private.")},
    {"google-cache.preloads", CACHE,
     N_ ("A page may have at most 20 preload links, each with one allowed-alt-sxg link.")},
    {"google-cache.subresource", CACHE, N_ ("A subresource must not have preload links.")},
    {"google-cache.hop-by-hop", CACHE, N_ ("The response must not have fields of one connection.")},
    {"google-cache.served-url", CACHE,
     N_ ("The exchange must be served from the URL that it is for.")},
    {"google-cache.variants", CACHE, N_ ("The response must not have Variants fields.")},
    {"google-cache.vary", CACHE,
     N_ ("Vary may name Accept and Accept-Encoding, and nothing else.")},

    {"ok", NEL, N_ ("The request succeeded; nothing is to be explained.")},
    {"abandoned", NEL,
     N_ ("The user or the page ended the request before its response was complete. The package "
         "may be in order.")},
    {"dns.unreachable", NEL, NO_PACKAGE},
    {"dns.name_not_resolved", NEL, NO_PACKAGE},
    {"dns.failed", NEL, NO_PACKAGE},
    {"dns.address_changed", NEL,
     N_ ("The address of the server changed since the policy arrived; the report was reduced, and "
         "the package may be in order.")},
    {"tcp.timed_out", NEL, NO_PACKAGE},
    {"tcp.closed", NEL, NO_PACKAGE},
    {"tcp.reset", NEL, NO_PACKAGE},
    {"tcp.refused", NEL, NO_PACKAGE},
    {"tcp.aborted", NEL, NO_PACKAGE},
    {"tcp.address_invalid", NEL, NO_PACKAGE},
    {"tcp.address_unreachable", NEL, NO_PACKAGE},
    {"tcp.failed", NEL, NO_PACKAGE},
    {"tls.version_or_cipher_mismatch", NEL, NO_PACKAGE},
    {"tls.bad_client_auth_cert", NEL, NO_PACKAGE},
    {"tls.protocol.error", NEL, NO_PACKAGE},
    {"tls.failed", NEL, NO_PACKAGE},
    {"http.protocol.error", NEL, NO_PACKAGE},
    {"http.response.invalid", NEL, NO_PACKAGE},
    {"http.response.invalid.content_length", NEL, NO_PACKAGE},
    {"http.response.headers.too_large", NEL, NO_PACKAGE},
    {"http.failed", NEL, NO_PACKAGE},
    {"unknown", NEL, NO_PACKAGE},
    /* those of Chromium beyond the specification */
    {"dns.protocol", NEL, NO_PACKAGE},
    {"dns.server", NEL, NO_PACKAGE},
    {"tls.unrecognized_name_alert", NEL, NO_PACKAGE},
    {"h2.ping_failed", NEL, NO_PACKAGE},
    {"h2.protocol.error", NEL, NO_PACKAGE},
    {"h2.protocol_error", NEL, NO_PACKAGE},
    {"h3.protocol.error", NEL, NO_PACKAGE},
    {"http.response.invalid.empty", NEL, NO_PACKAGE},
    {"http.response.invalid.content_length_mismatch", NEL, NO_PACKAGE},
    {"http.response.invalid.incomplete_chunked_encoding", NEL, NO_PACKAGE},
    {"http.response.invalid.invalid_chunked_encoding", NEL, NO_PACKAGE},
    {"http.request.range_not_satisfiable", NEL, NO_PACKAGE},
    {"http.response.headers.truncated", NEL, NO_PACKAGE},
    {"http.response.headers.multiple_content_disposition", NEL, NO_PACKAGE},
    {"http.response.headers.multiple_content_length", NEL, NO_PACKAGE},
    {"http.response.headers.multiple_location", NEL, NO_PACKAGE},

    {"kSuccess", CHROMIUM, N_ ("Chromium takes the exchange; no reason belongs to it.")},
    {"ERR_FAILED", CHROMIUM,
     N_ ("The general network error, which says nothing about the package; “bulla verify” names "
         "the reason.")},
};

/**
 * bulla_cli_find_term: (skip)
 * @word: a word, in any case
 *
 * Returns: (nullable): the term; %NULL if the word is not known as one
 */
const BullaCliTerm *
bulla_cli_find_term (const char *word)
{
  for (size_t i = 0; i < G_N_ELEMENTS (TERMS); i++)
    if (g_ascii_strcasecmp (TERMS[i].word, word) == 0)
      return &TERMS[i];
  return NULL;
}

/**
 * bulla_cli_get_term: (skip)
 * @number: a number, from 0
 *
 * Returns: (nullable): the term; %NULL behind the last
 */
const BullaCliTerm *
bulla_cli_get_term (guint number)
{
  return number < G_N_ELEMENTS (TERMS) ? &TERMS[number] : NULL;
}
