/* bulla-rules-format.c - is it a signed exchange, delivered as one?
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule.h"

#include <string.h>

static BullaState
ask_transport (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  return bulla_rule_ask_part (&question->facts->outer.read, rule, answer);
}

static BullaState
ask_known (BullaKnown known, const char *observed, BullaAnswer *answer)
{
  answer->text = observed;
  if (known == BULLA_UNKNOWN)
    return bulla_answer_unasked (answer, "no response around it");
  return bulla_answer_is (known == BULLA_YES);
}

static BullaState
ask_type (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaOuterFacts *outer = &question->facts->outer;
  return ask_known (outer->exchange,
                    outer->content_type != NULL ? outer->content_type : "no media type", answer);
}

static BullaState
ask_inline (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  BullaKnown attachment = question->facts->outer.attachment;
  BullaKnown is_inline = attachment == BULLA_UNKNOWN ? BULLA_UNKNOWN
                         : attachment == BULLA_YES   ? BULLA_NO
                                                     : BULLA_YES;
  return ask_known (is_inline, attachment == BULLA_YES ? "attachment" : "not a download", answer);
}

static BullaState
ask_nosniff (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  BullaKnown nosniff = question->facts->outer.nosniff;
  return ask_known (nosniff, nosniff == BULLA_YES ? "nosniff" : "absent", answer);
}

static BullaState
ask_version (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaOuterFacts *outer = &question->facts->outer;
  if (outer->exchange != BULLA_YES)
    return bulla_answer_unasked (answer, "the media type is another");
  answer->text = outer->version != NULL ? outer->version : "no v parameter";
  return bulla_answer_is (g_strcmp0 (outer->version, "b3") == 0);
}

static BullaState
ask_secure (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaOuterFacts *outer = &question->facts->outer;
  return ask_known (outer->secure, outer->url != NULL ? outer->url : "a local file", answer);
}

static BullaState
ask_prologue (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaFacts *facts = question->facts;
  BullaState state = bulla_rule_ask_part (&facts->prologue, rule, answer);
  /* what lies before the fault was read and is good */
  if (state == BULLA_STATE_UNASKED && facts->prologue.read == BULLA_NO
      && rule->reason < facts->prologue.reason && rule->reason != BULLA_REASON_SXG_TRUNCATED) {
    *answer = (BullaAnswer){0};
    state = BULLA_STATE_HELD;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_SXG_MAGIC)
    answer->text = facts->version;
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_SXG_URL_SYNTAX) {
    answer->text = facts->request_url;
    answer->range = facts->url_range;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_SXG_SIGNATURE_TOO_LONG) {
    answer->number = (gint64)facts->signature_range.length;
    answer->limit = 16384;
    answer->unit = BULLA_UNIT_BYTES;
    answer->range = facts->signature_range;
  }
  if (state == BULLA_STATE_HELD && rule->reason == BULLA_REASON_SXG_HEADERS_TOO_LONG) {
    answer->number = (gint64)facts->headers_range.length;
    answer->limit = 524288;
    answer->unit = BULLA_UNIT_BYTES;
    answer->range = facts->headers_range;
  }
  return state;
}

static BullaState
ask_signature (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  return bulla_rule_ask_part (&question->facts->signature.read, rule, answer);
}

static BullaState
ask_count (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaSignatureFacts *signature = &question->facts->signature;
  if (signature->count == 0)
    return bulla_answer_unasked (answer, "the Signature value was not read");
  answer->number = signature->count;
  answer->unit = BULLA_UNIT_COUNT;
  if (question->settings->members != BULLA_MEMBERS_ONE) {
    answer->required = "any number";
    return BULLA_STATE_HELD;
  }
  answer->range = question->facts->signature_range;
  return bulla_answer_is (signature->count == 1);
}

static BullaState
ask_expires_after_date (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaSignatureFacts *signature = &question->facts->signature;
  if (question->settings->expires_after_date == BULLA_CHOICE_NO)
    return bulla_answer_waive (answer, "the profile does not ask this by itself");
  if (signature->read.read != BULLA_YES)
    return bulla_answer_unasked (answer, "the Signature value was not read");
  answer->range = signature->expires_range;
  answer->number = signature->expires - signature->date;
  answer->unit = BULLA_UNIT_DURATION;
  return bulla_answer_is (signature->expires > signature->date);
}

static BullaState
ask_headers (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  return bulla_rule_ask_part (&question->facts->headers, rule, answer);
}

/* a final status that a shared cache may hand out again; RFC 7234 section 3 */
static gboolean
is_final_status (guint status)
{
  return status >= 200 && status <= 599 && status / 100 != 3 && status != 206;
}

static BullaState
ask_status (const BullaQuestion *question, const BullaRule *rule, BullaAnswer *answer)
{
  const BullaFacts *facts = question->facts;
  if (facts->headers.read != BULLA_YES)
    return bulla_answer_unasked (answer, "the headers were not read");
  gboolean only_200 = question->settings->status == BULLA_STATUS_ONLY_200;
  answer->number = facts->status;
  answer->unit = BULLA_UNIT_COUNT;
  answer->range = facts->status_range;
  answer->required = only_200 ? "200" : "a final status up to 599, not 206 nor 3xx";
  return bulla_answer_is (only_200 ? facts->status == 200 : is_final_status (facts->status));
}

#define OUTER(id, reason, anchor, required, concerns, ask)                                         \
  {                                                                                                \
    "outer." id, BULLA_REASON_OUTER_##reason, BULLA_REASON_NONE, anchor, required, concerns, ask   \
  }
#define SXG(id, reason, anchor, required)                                                          \
  {                                                                                                \
    "sxg." id, BULLA_REASON_SXG_##reason, BULLA_REASON_NONE, anchor, required, "C19", ask_prologue \
  }
#define SIGNATURE(id, reason, anchor, required)                                                    \
  {                                                                                                \
    "signature." id, BULLA_REASON_SIGNATURE_##reason, BULLA_REASON_NONE, anchor, required, "C19",  \
        ask_signature                                                                              \
  }
#define HEADERS(id, reason, anchor, required)                                                      \
  {                                                                                                \
    "headers." id, BULLA_REASON_HEADERS_##reason, BULLA_REASON_NONE, anchor, required, "C19",      \
        ask_headers                                                                                \
  }

static const BullaRule rules[] = {
    OUTER ("arrived", TRANSPORT, "LOAD#parsing", "no transport error", "C18", ask_transport),
    OUTER ("is-exchange", CONTENT_TYPE, "LOAD#identifying-sxg", "application/signed-exchange",
           "C26", ask_type),
    OUTER ("inline", ATTACHMENT, "Fetch: Content-Disposition", "not a forced download", "C26",
           ask_inline),
    OUTER ("nosniff", NOSNIFF, "LOAD#identifying-sxg; ORIG 6.8", "X-Content-Type-Options: nosniff",
           "C26", ask_nosniff),
    OUTER ("version", VERSION, "IMPL 5.3; LOAD 2.3", "v=b3", NULL, ask_version),
    OUTER ("secure", INSECURE, "LOAD#parsing step 3", "https, loopback or a local file", "C18 C20",
           ask_secure),

    SXG ("complete", TRUNCATED, "IMPL 5.3", "a whole prologue, Signature and headers"),
    SXG ("magic", MAGIC, "IMPL 5.3(1)", "sxg1-b3 NUL"),
    SXG ("version", VERSION, "IMPL 5.3(1)", "version b3"),
    SXG ("url-encoding", URL_ENCODING, "IMPL 5.3(3)", "UTF-8"),
    SXG ("url", URL_SYNTAX, "IMPL 5.3(3)", "an absolute URL with a host, without credentials"),
    SXG ("url-scheme", URL_SCHEME, "IMPL 5.3(3)", "https"),
    SXG ("url-fragment", URL_FRAGMENT, "IMPL 5.3(3)", "no fragment"),
    SXG ("url-unambiguous", URL_AMBIGUOUS, "URL: valid URL string",
         "a URL that every parser reads alike"),
    SXG ("signature-length", SIGNATURE_TOO_LONG, "IMPL 5.3(4)", "at most 16384 bytes"),
    SXG ("headers-length", HEADERS_TOO_LONG, "IMPL 5.3(5)", "at most 524288 bytes"),

    SIGNATURE ("syntax", SYNTAX, "SH10 4.2.5", "a parameterised list in ASCII"),
    {"signature.count", BULLA_REASON_SIGNATURE_COUNT, BULLA_REASON_NONE, "IMPL 3.1",
     "exactly one member", NULL, ask_count},
    SIGNATURE ("certificate-based", ED25519, "IMPL 3.1; ORIG 3.1",
               "cert-url and cert-sha256, not ed25519key"),
    SIGNATURE ("parameters", PARAMETER_MISSING, "IMPL 3.1",
               "sig, integrity, cert-url, cert-sha256, validity-url, date, expires"),
    SIGNATURE ("parameter-types", PARAMETER_TYPE, "IMPL 3.1", "each parameter of its type"),
    SIGNATURE ("cert-url", CERT_URL, "IMPL 3.1", "an absolute https or data URL, no fragment"),
    SIGNATURE ("validity-url", VALIDITY_URL, "IMPL 3.1", "an absolute https URL, no fragment"),
    SIGNATURE ("time-range", TIME_RANGE, "LOAD#parsing-signature step 22", "0 to 2^63-1"),
    {"signature.expires-after-date", BULLA_REASON_SIGNATURE_EXPIRES_BEFORE_DATE, BULLA_REASON_NONE,
     "LOAD#parsing-signature step 23", "expires later than date", "C09", ask_expires_after_date},

    HEADERS ("well-formed", MALFORMED, "IMPL 3.4; RFC 7049 2", "one CBOR item"),
    HEADERS ("canonical", NOT_CANONICAL, "IMPL 3.4",
             "shortest lengths, definite lengths, keys sorted and unique"),
    HEADERS ("map-of-bytes", TYPE, "IMPL 3.2", "a map of byte strings to byte strings"),
    HEADERS ("no-trailing-bytes", TRAILING_BYTES, "LOAD#parse-cbor-headers",
             "nothing after the map"),
    HEADERS ("names", NAME, "LOAD#parse-cbor-headers", "HTTP tokens"),
    HEADERS ("lower-case", UPPER_CASE, "IMPL 3.2", "names in lower case"),
    HEADERS ("values", VALUE, "LOAD#parse-cbor-headers",
             "no NUL, CR or LF, no white space at either end"),
    HEADERS ("pseudo", PSEUDO, "IMPL 3.2", ":status and no other pseudo header"),
    HEADERS ("status-syntax", STATUS_SYNTAX, "IMPL 3.2", "three digits"),
    {"headers.status", BULLA_REASON_HEADERS_STATUS, BULLA_REASON_NONE,
     "IMPL 4(4); LOAD#parse-cbor-headers", "a status that may be stored", "C17", ask_status},
};

const BullaRuleTable bulla_rules_format = {rules, G_N_ELEMENTS (rules)};
