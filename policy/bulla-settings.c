/* bulla-settings.c - defines the settings of a profile: keys, permitted values, and the words for
 * them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-settings.h"

#include <stddef.h>
#include <string.h>

#include "bulla-duration.h"

typedef struct {
  const char *group;
  const char *key;
  size_t offset;              /* offset of the field in BullaSettings */
  const char *const *choices; /* words by enum value; NULL if the setting is a number in [0, max] */
  guint n_choices;            /* number of choices; NULL entries do not apply to this setting */
  gint64 max;
  gboolean duration; /* the number is of seconds, which may be written as 90s, 30m, 12h, 2d, 1w */
  gboolean seconds;  /* a duration that is shown as a number of seconds */
} Setting;

/* Words for values of an enum, each beside its own. The list remembers the enum: CHOICE() does not
 * compile for a field of another. */
#define AS(value, word) [BULLA_##value] = word
#define WORDS(Enum, list, ...)                                                                     \
  typedef Enum list##_enum;                                                                        \
  static const char *const list[] = {__VA_ARGS__}

WORDS (BullaChoice, no_yes, AS (CHOICE_NO, "no"), AS (CHOICE_YES, "yes"));
WORDS (BullaOnFault, fault, AS (ON_FAULT_FALL_BACK, "fall-back"), AS (ON_FAULT_REFUSE, "refuse"));
WORDS (BullaOnFault, version, AS (ON_FAULT_FALL_BACK, "fall-back"), AS (ON_FAULT_REFUSE, "refuse"),
       AS (ON_FAULT_FALL_BACK_FOR_TYPE, "fall-back-for-type"));
WORDS (BullaOnFault, nosniff, AS (ON_FAULT_FALL_BACK, "fall-back"), AS (ON_FAULT_REFUSE, "refuse"),
       AS (ON_FAULT_NOT_A_PACKAGE, "not-a-package"));
WORDS (BullaMembers, members, AS (MEMBERS_TRY_IN_ORDER, "try-in-order"), AS (MEMBERS_ONE, "one"),
       AS (MEMBERS_FIRST_ONLY, "first-only"));
WORDS (BullaLifetimeReport, lifetime,
       AS (LIFETIME_IS_SIGNATURE_ERROR, "signature_verification_error"),
       AS (LIFETIME_IS_CERTIFICATE_ERROR, "cert_verification_error"));
WORDS (BullaCompare, compare, AS (COMPARE_EXACT, "exact"), AS (COMPARE_IGNORE_CASE, "ignore-case"));
WORDS (BullaStatusChoice, status, AS (STATUS_FINAL, "final"), AS (STATUS_ONLY_200, "only-200"));
WORDS (BullaCodingChoice, coding, AS (CODING_CONTAINS, "contains"), AS (CODING_EXACT, "exact"));
WORDS (BullaDigestChoice, digest, AS (DIGEST_LIST_ELEMENT, "list-element"),
       AS (DIGEST_PREFIX, "prefix"));
WORDS (BullaOcspChoice, ocsp, AS (OCSP_LIFETIME, "lifetime"), AS (OCSP_REVOKED_AGE, "revoked-age"),
       AS (OCSP_AGE, "age"));
WORDS (BullaSctChoice, sct, AS (SCT_REQUIRED, "required"), AS (SCT_REPORTED, "reported"),
       AS (SCT_SYSTEM_ROOTS, "system-roots"));
WORDS (BullaRedirectChoice, redirects, AS (REDIRECT_FOLLOW, "follow"), AS (REDIRECT_NONE, "none"));
WORDS (BullaTlsKeyChoice, tls_key, AS (TLS_KEY_IGNORE, "ignore"), AS (TLS_KEY_WARN, "warn"),
       AS (TLS_KEY_REFUSE, "refuse"));
WORDS (BullaCaaChoice, caa, AS (CAA_OFF, "off"), AS (CAA_REPORT, "report"),
       AS (CAA_REQUIRE, "require"));
WORDS (BullaDnssecChoice, dnssec, AS (DNSSEC_CHOICE_IGNORE, "ignore"),
       AS (DNSSEC_CHOICE_REQUIRE, "require"));
WORDS (BullaValidityChoice, validity, AS (VALIDITY_CHOICE_NEVER, "never"),
       AS (VALIDITY_CHOICE_PARALLEL, "parallel"), AS (VALIDITY_CHOICE_BLOCKING, "blocking"));
WORDS (BullaValidityEmptyChoice, validity_empty, AS (VALIDITY_EMPTY_IGNORE, "ignore"),
       AS (VALIDITY_EMPTY_REFUSE, "refuse"));
WORDS (BullaRollbackChoice, rollback, AS (ROLLBACK_IGNORE, "ignore"), AS (ROLLBACK_WARN, "warn"),
       AS (ROLLBACK_REFUSE, "refuse"));
WORDS (BullaMismatchChoice, mismatch, AS (MISMATCH_NETWORK, "network"),
       AS (MISMATCH_FALL_BACK, "fall-back"));
WORDS (BullaLiveChoice, live, AS (LIVE_NEWER_WINS, "newer-wins"), AS (LIVE_IGNORED, "ignored"));
WORDS (BullaEncodingChoice, encoding, AS (ENCODING_OF_REQUEST, "request"),
       AS (ENCODING_MI_SHA256, "mi-sha256-03"));
WORDS (BullaVariantsChoice, variants, AS (VARIANTS_04, "04"), AS (VARIANTS_05, "05"),
       AS (VARIANTS_06, "06"), AS (VARIANTS_PLAIN, "plain"));
WORDS (BullaVariantsDefault, default_value, AS (VARIANTS_DEFAULT_WHEN_NONE, "when-none"),
       AS (VARIANTS_DEFAULT_ALWAYS_LAST, "always-last"));
WORDS (BullaZeroWeight, zero_weight, AS (ZERO_WEIGHT_DROPS_RANGE, "drops-range"),
       AS (ZERO_WEIGHT_EXCLUDES, "excludes"));
WORDS (BullaPrecedence, precedence, AS (PRECEDENCE_FIELD, "field"),
       AS (PRECEDENCE_SPECIFIC, "specific"));
WORDS (BullaWildcards, wildcards, AS (WILDCARDS_COUNT, "count"),
       AS (WILDCARDS_DEFAULT_ONLY, "default-only"));
WORDS (BullaTypeParameters, type_parameters, AS (TYPE_PARAMETERS_IGNORED, "ignored"),
       AS (TYPE_PARAMETERS_COMPARED, "compared"));
WORDS (BullaIdentityChoice, identity, AS (IDENTITY_ALWAYS, "always"),
       AS (IDENTITY_REFUSABLE, "refusable"));
WORDS (BullaCodingWildcard, coding_wildcard, AS (CODING_WILDCARD_NO, "no"),
       AS (CODING_WILDCARD_YES, "yes"));
WORDS (BullaLanguages, languages, AS (LANGUAGES_BASIC, "basic"),
       AS (LANGUAGES_EXTENDED, "extended"), AS (LANGUAGES_LOOKUP, "lookup"));
WORDS (BullaListTokens, list_tokens, AS (LIST_TOKENS_SH_10, "sh-10"),
       AS (LIST_TOKENS_DRAFT_04, "draft-04"), AS (LIST_TOKENS_WIDE, "wide"));
WORDS (BullaMemberParameters, member_parameters, AS (MEMBER_PARAMETERS_FAIL, "fail"),
       AS (MEMBER_PARAMETERS_IGNORED, "ignored"));
WORDS (BullaDuplicateAxes, duplicate_axes, AS (DUPLICATE_AXES_TWO_AXES, "two-axes"),
       AS (DUPLICATE_AXES_FAIL, "fail"), AS (DUPLICATE_AXES_LAST, "last"));
WORDS (BullaUnknownAxis, unknown_axis, AS (UNKNOWN_AXIS_MISMATCH, "mismatch"),
       AS (UNKNOWN_AXIS_IGNORED, "ignored"));
WORDS (BullaCookieAxis, cookie_axis, AS (COOKIE_AXIS_DRAFT_06, "draft-06"),
       AS (COOKIE_AXIS_NEVER, "never"));
WORDS (BullaAbsentCombination, absent_combination, AS (ABSENT_COMBINATION_NEXT, "next"),
       AS (ABSENT_COMBINATION_NONE, "none"), AS (ABSENT_COMBINATION_FIRST, "first"));
WORDS (BullaAlternateChoice, alternate_choice, AS (ALTERNATE_BEST, "best"),
       AS (ALTERNATE_FIRST_ACCEPTABLE, "first-acceptable"));
WORDS (BullaRequestReuse, request_reuse, AS (REQUEST_REUSE_NAVIGATION, "navigation"),
       AS (REQUEST_REUSE_VIEW, "view"));
WORDS (BullaDataChoice, substituted_data, AS (DATA_ALLOW, "allow"),
       AS (DATA_PARTITION, "partition"), AS (DATA_UNTIL_CONFIRMED, "until-confirmed"),
       AS (DATA_DENY, "deny"));
WORDS (BullaReuseChoice, reuse, AS (REUSE_CACHE_CONTROL, "cache-control"),
       AS (REUSE_FIVE_MINUTES, "five-minutes"));
WORDS (BullaAlternateUrl, alternate_url, AS (ALTERNATE_URL_CHECKED, "checked"),
       AS (ALTERNATE_URL_UNCHECKED, "unchecked"));
WORDS (BullaAlternateVariants, alternate_variants, AS (ALTERNATE_VARIANTS_WHEN_GIVEN, "when-given"),
       AS (ALTERNATE_VARIANTS_WHEN_ABSENT, "when-absent"));
WORDS (BullaReportUrl, report_url, AS (REPORT_URL_OUTER, "outer"), AS (REPORT_URL_INNER, "inner"));
WORDS (BullaSampledBy, sampled_by, AS (SAMPLED_BY_RESULT, "result"),
       AS (SAMPLED_BY_TRANSFER, "transfer"));
WORDS (BullaCertServerChoice, cert_server, AS (CERT_SERVER_DOWNGRADES, "downgrade"),
       AS (CERT_SERVER_IGNORED, "ignore"));
WORDS (BullaInnerUrlChoice, inner_url, AS (INNER_URL_OMITTED, "omit"),
       AS (INNER_URL_EMPTY, "empty"));
WORDS (BullaDataUrlChoice, data_url, AS (DATA_URL_SCHEME, "scheme"), AS (DATA_URL_WHOLE, "whole"));
WORDS (BullaSectionsChoice, sections, AS (SECTIONS_KNOWN, "known"),
       AS (SECTIONS_UNKNOWN, "unknown"));
WORDS (BullaKeyKinds, key_kinds, AS (KEY_KINDS_ONE, "at-least-one"), AS (KEY_KINDS_FIRST, "first"));
WORDS (BullaRelativeChoice, relative, AS (RELATIVE_RESOLVE, "resolve"),
       AS (RELATIVE_REFUSE, "refuse"));
WORDS (BullaUrlReading, url_reading, AS (URL_ALIKE, "alike"), AS (URL_WHATWG, "whatwg"));
WORDS (BullaOddUrlsChoice, odd_urls, AS (ODD_URLS_REFUSE, "refuse"), AS (ODD_URLS_SKIP, "skip"));
WORDS (BullaAppUrlsChoice, app_urls, AS (APP_URLS_ANY, "any"), AS (APP_URLS_OWN, "own"));
WORDS (BullaBundleStatusChoice, bundle_status, AS (BUNDLE_STATUS_ANY, "any"),
       AS (BUNDLE_STATUS_ONLY_200, "only-200"));
WORDS (BullaScopeChoice, scope, AS (SCOPE_NO, "no"), AS (SCOPE_ALLOWED, "allowed"),
       AS (SCOPE_EXPECTED, "expected"));
WORDS (BullaNetworkChoice, network, AS (NETWORK_NEVER, "never"), AS (NETWORK_ASK, "ask"),
       AS (NETWORK_ALLOW, "allow"));
WORDS (BullaRedirectedChoice, redirected, AS (REDIRECTED_FOLLOW, "follow"),
       AS (REDIRECTED_REFUSE, "refuse"));
G_STATIC_ASSERT (sizeof (BullaChoice) == sizeof (guint)); /* choices are accessed as guint */

/* 1 if the field has the enum type of the list */
#define FITS(field, list)                                                                          \
  sizeof (                                                                                         \
      char[__builtin_types_compatible_p (__typeof__ (((BullaSettings *)NULL)->field), list##_enum) \
               ? 1                                                                                 \
               : -1])
#define CHOICE(group, key, field, list)                                                            \
  {                                                                                                \
    group, key, offsetof (BullaSettings, field) * FITS (field, list), list, G_N_ELEMENTS (list), 0 \
  }
typedef gint64 number_enum;
#define NUMBER(group, key, field, max)                                                             \
  {                                                                                                \
    group, key, offsetof (BullaSettings, field) * FITS (field, number), NULL, 0, max               \
  }

#define DURATION(group, key, field, max)                                                           \
  {                                                                                                \
    group, key, offsetof (BullaSettings, field) * FITS (field, number), NULL, 0, max, TRUE         \
  }

#define SECONDS(group, key, field, max)                                                            \
  {                                                                                                \
    group, key, offsetof (BullaSettings, field) * FITS (field, number), NULL, 0, max, TRUE, TRUE   \
  }

static const Setting table[] = {
    CHOICE ("outcome", "fault", fault, fault),
    CHOICE ("outcome", "unknown-version", unknown_version, version),
    CHOICE ("outcome", "unknown-magic", unknown_magic, fault),
    CHOICE ("outcome", "short-lengths", short_lengths, fault),
    CHOICE ("outcome", "insecure-deliverer", insecure_deliverer, fault),
    CHOICE ("outcome", "nosniff-missing", nosniff_missing, nosniff),
    CHOICE ("outcome", "unasked", unasked, fault),
    CHOICE ("outcome", "substitution", substitution, no_yes),
    CHOICE ("signature", "members", members, members),
    CHOICE ("signature", "expires-after-date", expires_after_date, no_yes),
    SECONDS ("signature", "lifetime-max", lifetime_max, 3650 * G_GINT64_CONSTANT (86400)),
    CHOICE ("signature", "lifetime-report", lifetime_report, lifetime),
    SECONDS ("signature", "clock-skew", clock_skew, 86400),
    CHOICE ("signature", "integrity", integrity, compare),
    CHOICE ("headers", "content-type", content_type, no_yes),
    CHOICE ("headers", "shared-cache", shared_cache, no_yes),
    CHOICE ("headers", "cache-directives", cache_directives, compare),
    CHOICE ("headers", "no-cache-fields", no_cache_fields, no_yes),
    CHOICE ("headers", "status", status, status),
    CHOICE ("headers", "content-encoding", content_encoding, coding),
    CHOICE ("headers", "digest", digest, digest),
    NUMBER ("certificate", "validity-days-max", validity_days_max, 36500),
    CHOICE ("certificate", "ocsp", ocsp, ocsp),
    DURATION ("certificate", "ocsp-max-age", ocsp_max_age, 3650 * G_GINT64_CONSTANT (86400)),
    DURATION ("certificate", "ocsp-max-lifetime", ocsp_max_lifetime,
              3650 * G_GINT64_CONSTANT (86400)),
    CHOICE ("certificate", "sct", sct, sct),
    CHOICE ("certificate", "can-sign-critical", can_sign_critical, no_yes),
    CHOICE ("certificate", "tls-key", tls_key, tls_key),
    CHOICE ("certificate", "fetch-redirects", fetch_redirects, redirects),
    NUMBER ("certificate", "fetch-size-max", fetch_size_max, 16 << 20),
    CHOICE ("certificate", "refetch-once", refetch_once, no_yes),
    CHOICE ("trust", "caa", caa, caa),
    CHOICE ("trust", "dnssec", dnssec, dnssec),
    SECONDS ("trust", "dns-timeout", dns_timeout, 300),
    CHOICE ("trust", "validity", validity, validity),
    CHOICE ("trust", "validity-empty", validity_empty, validity_empty),
    SECONDS ("trust", "validity-timeout", validity_timeout, 300),
    CHOICE ("trust", "rollback", rollback, rollback),
    DURATION ("trust", "skew-max", skew_max, 3650 * G_GINT64_CONSTANT (86400)),
    CHOICE ("request", "mismatch", mismatch, mismatch),
    CHOICE ("request", "live-copy", live_copy, live),
    CHOICE ("request", "variants-accept-encoding", variants_encoding, encoding),
    CHOICE ("request", "variants-headers", variants_headers, variants),
    CHOICE ("request", "lenient-variants", lenient_variants, no_yes),
    CHOICE ("request", "same-deliverer", same_deliverer, no_yes),
    CHOICE ("request", "reuse", request_reuse, request_reuse),
    CHOICE ("variants", "default", variants.default_value, default_value),
    CHOICE ("variants", "zero-weight", variants.zero_weight, zero_weight),
    CHOICE ("variants", "precedence", variants.precedence, precedence),
    CHOICE ("variants", "wildcards", variants.wildcards, wildcards),
    CHOICE ("variants", "type-parameters", variants.type_parameters, type_parameters),
    CHOICE ("variants", "identity", variants.identity, identity),
    CHOICE ("variants", "coding-wildcard", variants.coding_wildcard, coding_wildcard),
    CHOICE ("variants", "languages", variants.languages, languages),
    CHOICE ("variants", "list-tokens", variants.list_tokens, list_tokens),
    CHOICE ("variants", "member-parameters", variants.member_parameters, member_parameters),
    CHOICE ("variants", "duplicate-axes", variants.duplicate_axes, duplicate_axes),
    CHOICE ("variants", "unknown-axis", variants.unknown_axis, unknown_axis),
    CHOICE ("variants", "cookie", variants.cookie, cookie_axis),
    CHOICE ("variants", "absent-combination", variants.absent_combination, absent_combination),
    CHOICE ("substituted", "data", substituted_data, substituted_data),
    NUMBER ("prefetch", "entries-max", entries_max, 10000),
    CHOICE ("prefetch", "reuse", reuse, reuse),
    CHOICE ("prefetch", "alternate-url", alternate_url, alternate_url),
    CHOICE ("prefetch", "alternate-variants", alternate_variants, alternate_variants),
    CHOICE ("prefetch", "alternate-choice", alternate_choice, alternate_choice),
    CHOICE ("report", "send", send, no_yes),
    CHOICE ("report", "url", report_url, report_url),
    CHOICE ("report", "sampled-by", sampled_by, sampled_by),
    CHOICE ("report", "unknown-cert-server", unknown_cert_server, cert_server),
    CHOICE ("report", "mismatches", mismatches, no_yes),
    CHOICE ("report", "no-inner-url", no_inner_url, inner_url),
    CHOICE ("report", "data-url", data_url, data_url),
    CHOICE ("url", "reading", url_reading, url_reading),
    CHOICE ("bundle", "b2-sections", b2_sections, sections),
    CHOICE ("bundle", "key-kinds", key_kinds, key_kinds),
    CHOICE ("bundle", "relative-urls", relative_urls, relative),
    CHOICE ("bundle", "odd-urls", odd_urls, odd_urls),
    CHOICE ("bundle", "app-urls", app_urls, app_urls),
    CHOICE ("bundle", "status", bundle_status, bundle_status),
    CHOICE ("bundle", "scope", scope, scope),
    CHOICE ("bundle", "network", network, network),
    CHOICE ("bundle", "redirected", redirected, redirected),
    NUMBER ("bundle", "section-max", section_max, BULLA_BUNDLE_SECTION_CAP),
};

/**
 * bulla_settings_get_n: (skip)
 *
 * Returns: the number of settings
 */
guint
bulla_settings_get_n (void)
{
  return G_N_ELEMENTS (table);
}

/* Returns: the number of the only setting with that key, in any group; -1 if there is none */
static gint
find_only_key (const char *key)
{
  gint found = -1;

  for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
    if (strcmp (table[i].key, key) != 0)
      continue;
    if (found >= 0)
      return -1;
    found = (gint)i;
  }
  return found;
}

/**
 * bulla_settings_find: (skip)
 * @group: a group of a key file
 * @key: a key in that group
 *
 * Returns: the number of the setting; -1 if there is none
 */
gint
bulla_settings_find (const char *group, const char *key)
{
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].key, key) == 0 && strcmp (table[i].group, group) == 0)
      return (gint)i;
  return -1;
}

/**
 * bulla_settings_guess: (skip)
 * @group: a group, or the first word of a key
 * @key: a key in that group, or the other words of the key
 *
 * Besides `certificate` and `ocsp-max-age`, `ocsp` and `max-age` find that setting, as long as no
 * other group has such a key. For what a user types; a profile must name its settings exactly.
 *
 * Returns: the number of the setting; -1 if there is none
 */
gint
bulla_settings_guess (const char *group, const char *key)
{
  g_autofree char *joined = g_strconcat (group, "-", key, NULL);
  gint exact = bulla_settings_find (group, key);

  return exact >= 0 ? exact : find_only_key (joined);
}

/**
 * bulla_settings_has_group: (skip)
 * @group: a group of a key file
 *
 * Returns: whether a profile may have that group
 */
gboolean
bulla_settings_has_group (const char *group)
{
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].group, group) == 0)
      return TRUE;
  return strcmp (group, "profile") == 0;
}

static char *
dup_allowed (const Setting *setting)
{
  if (setting->duration)
    return g_strdup_printf ("a duration from 0 to %" G_GINT64_FORMAT
                            " seconds, as 90s, 30m, 12h, 2d or 1w",
                            setting->max);
  if (setting->choices == NULL)
    return g_strdup_printf ("a whole number from 0 to %" G_GINT64_FORMAT, setting->max);
  g_autoptr (GString) words = g_string_new ("one of");
  for (guint i = 0; i < setting->n_choices; i++)
    if (setting->choices[i] != NULL)
      g_string_append_printf (words, "%s %s", i > 0 ? "," : "", setting->choices[i]);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

/**
 * bulla_settings_dup_words: (skip)
 * @setting: less than bulla_settings_get_n()
 *
 * Returns: (transfer full) (nullable): the words that the setting takes, separated by spaces; %NULL
 *   if it takes a number or a duration
 */
char *
bulla_settings_dup_words (guint setting)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < table[setting].n_choices; i++)
    if (table[setting].choices[i] != NULL)
      g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", table[setting].choices[i]);
  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
}

/**
 * bulla_settings_describe: (skip)
 * @setting: a number from 0
 * @group: (out): static
 * @key: (out): static
 * @allowed: (out) (transfer full): the accepted values, in words
 *
 * Returns: whether there is a setting of that number
 */
gboolean
bulla_settings_describe (guint setting, const char **group, const char **key, char **allowed)
{
  if (setting >= G_N_ELEMENTS (table))
    return FALSE;
  *group = table[setting].group;
  *key = table[setting].key;
  *allowed = dup_allowed (&table[setting]);
  return TRUE;
}

/**
 * bulla_settings_read: (skip)
 * @self: settings
 * @setting: less than bulla_settings_get_n()
 * @value: a value as written in a profile
 *
 * Returns: whether the value is valid; if not, @self is unchanged
 */
gboolean
bulla_settings_read (BullaSettings *self, guint setting, const char *value)
{
  const Setting *row = &table[setting];
  char *field = (char *)self + row->offset;
  gint64 number = 0;

  if (row->choices == NULL) {
    gboolean read = row->duration
                        ? bulla_duration_read (value, row->max, &number)
                        : g_ascii_string_to_signed (value, 10, 0, row->max, &number, NULL);
    if (!read)
      return FALSE;
    memcpy (field, &number, sizeof number);
    return TRUE;
  }
  for (guint i = 0; i < row->n_choices; i++)
    if (g_strcmp0 (row->choices[i], value) == 0) {
      memcpy (field, &i, sizeof i);
      return TRUE;
    }
  return FALSE;
}

/**
 * bulla_settings_write: (skip)
 * @self: settings
 * @setting: less than bulla_settings_get_n()
 * @into: the key file that receives the value
 */
void
bulla_settings_write (const BullaSettings *self, guint setting, GKeyFile *into)
{
  const Setting *row = &table[setting];
  const char *field = (const char *)self + row->offset;
  gint64 number = 0;
  guint choice = 0;

  if (row->choices == NULL) {
    memcpy (&number, field, sizeof number);
    g_autofree char *text = row->duration && !row->seconds
                                ? bulla_duration_format (number)
                                : g_strdup_printf ("%" G_GINT64_FORMAT, number);
    g_key_file_set_value (into, row->group, row->key, text);
  } else {
    memcpy (&choice, field, sizeof choice);
    g_key_file_set_string (into, row->group, row->key, row->choices[choice]);
  }
}
