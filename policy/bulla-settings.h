/* bulla-settings.h - settings of a profile; bulla-settings.c has the words for their values
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-data-rights.h"
#include "bulla-pinned-keys.h"
#include "bulla-profile.h"
#include "bulla-variants-readings.h"
#include "bulla-url.h"

G_BEGIN_DECLS

#define BULLA_BUNDLE_SECTION_CAP (64 << 20) /* highest section-max, in bytes */

typedef enum { BULLA_CHOICE_NO, BULLA_CHOICE_YES } BullaChoice;

/* Outcome of a load whose package may not be substituted. */
typedef enum {
  BULLA_ON_FAULT_FALL_BACK,
  BULLA_ON_FAULT_REFUSE,
  BULLA_ON_FAULT_FALL_BACK_FOR_TYPE, /* fall back if the media type named the unknown version */
  BULLA_ON_FAULT_NOT_A_PACKAGE,      /* treat the response as an ordinary one */
} BullaOnFault;

typedef enum {
  BULLA_MEMBERS_TRY_IN_ORDER,
  BULLA_MEMBERS_ONE,
  BULLA_MEMBERS_FIRST_ONLY
} BullaMembers;
typedef enum { BULLA_COMPARE_EXACT, BULLA_COMPARE_IGNORE_CASE } BullaCompare;
typedef enum { BULLA_STATUS_FINAL, BULLA_STATUS_ONLY_200 } BullaStatusChoice;
typedef enum { BULLA_CODING_CONTAINS, BULLA_CODING_EXACT } BullaCodingChoice;
typedef enum { BULLA_DIGEST_LIST_ELEMENT, BULLA_DIGEST_PREFIX } BullaDigestChoice;
typedef enum { BULLA_OCSP_LIFETIME, BULLA_OCSP_REVOKED_AGE, BULLA_OCSP_AGE } BullaOcspChoice;
typedef enum { BULLA_SCT_REQUIRED, BULLA_SCT_REPORTED, BULLA_SCT_SYSTEM_ROOTS } BullaSctChoice;
typedef enum { BULLA_REDIRECT_FOLLOW, BULLA_REDIRECT_NONE } BullaRedirectChoice;
typedef enum { BULLA_LIVE_NEWER_WINS, BULLA_LIVE_IGNORED } BullaLiveChoice;
typedef enum { BULLA_ENCODING_OF_REQUEST, BULLA_ENCODING_MI_SHA256 } BullaEncodingChoice;
typedef enum {
  BULLA_VARIANTS_04,
  BULLA_VARIANTS_05,
  BULLA_VARIANTS_06,
  BULLA_VARIANTS_PLAIN
} BullaVariantsChoice;
typedef enum { BULLA_MISMATCH_NETWORK, BULLA_MISMATCH_FALL_BACK } BullaMismatchChoice;
typedef enum { BULLA_REUSE_CACHE_CONTROL, BULLA_REUSE_FIVE_MINUTES } BullaReuseChoice;
typedef enum { BULLA_ALTERNATE_URL_CHECKED, BULLA_ALTERNATE_URL_UNCHECKED } BullaAlternateUrl;
typedef enum {
  BULLA_ALTERNATE_VARIANTS_WHEN_GIVEN,
  BULLA_ALTERNATE_VARIANTS_WHEN_ABSENT
} BullaAlternateVariants;
typedef enum { BULLA_ALTERNATE_BEST, BULLA_ALTERNATE_FIRST_ACCEPTABLE } BullaAlternateChoice;
typedef enum { BULLA_REPORT_URL_OUTER, BULLA_REPORT_URL_INNER } BullaReportUrl;
typedef enum { BULLA_SAMPLED_BY_RESULT, BULLA_SAMPLED_BY_TRANSFER } BullaSampledBy;
typedef enum { BULLA_CERT_SERVER_DOWNGRADES, BULLA_CERT_SERVER_IGNORED } BullaCertServerChoice;
typedef enum { BULLA_INNER_URL_OMITTED, BULLA_INNER_URL_EMPTY } BullaInnerUrlChoice;
typedef enum { BULLA_DATA_URL_SCHEME, BULLA_DATA_URL_WHOLE } BullaDataUrlChoice;
typedef enum {
  BULLA_LIFETIME_IS_SIGNATURE_ERROR,
  BULLA_LIFETIME_IS_CERTIFICATE_ERROR
} BullaLifetimeReport;
typedef enum { BULLA_SECTIONS_KNOWN, BULLA_SECTIONS_UNKNOWN } BullaSectionsChoice;
typedef enum { BULLA_KEY_KINDS_ONE, BULLA_KEY_KINDS_FIRST } BullaKeyKinds;
typedef enum { BULLA_RELATIVE_RESOLVE, BULLA_RELATIVE_REFUSE } BullaRelativeChoice;
typedef enum { BULLA_BUNDLE_STATUS_ANY, BULLA_BUNDLE_STATUS_ONLY_200 } BullaBundleStatusChoice;
typedef enum { BULLA_SCOPE_NO, BULLA_SCOPE_ALLOWED, BULLA_SCOPE_EXPECTED } BullaScopeChoice;
typedef enum { BULLA_NETWORK_NEVER, BULLA_NETWORK_ASK, BULLA_NETWORK_ALLOW } BullaNetworkChoice;
typedef enum { BULLA_REQUEST_REUSE_NAVIGATION, BULLA_REQUEST_REUSE_VIEW } BullaRequestReuse;
typedef enum { BULLA_TLS_KEY_IGNORE, BULLA_TLS_KEY_WARN, BULLA_TLS_KEY_REFUSE } BullaTlsKeyChoice;
typedef enum { BULLA_CAA_OFF, BULLA_CAA_REPORT, BULLA_CAA_REQUIRE } BullaCaaChoice;
typedef enum { BULLA_DNSSEC_CHOICE_IGNORE, BULLA_DNSSEC_CHOICE_REQUIRE } BullaDnssecChoice;
typedef enum {
  BULLA_VALIDITY_CHOICE_NEVER,
  BULLA_VALIDITY_CHOICE_PARALLEL,
  BULLA_VALIDITY_CHOICE_BLOCKING
} BullaValidityChoice;
typedef enum { BULLA_VALIDITY_EMPTY_IGNORE, BULLA_VALIDITY_EMPTY_REFUSE } BullaValidityEmptyChoice;
typedef enum {
  BULLA_ROLLBACK_IGNORE,
  BULLA_ROLLBACK_WARN,
  BULLA_ROLLBACK_REFUSE
} BullaRollbackChoice;
typedef enum { BULLA_ODD_URLS_REFUSE, BULLA_ODD_URLS_SKIP } BullaOddUrlsChoice;
typedef enum { BULLA_APP_URLS_ANY, BULLA_APP_URLS_OWN } BullaAppUrlsChoice;
typedef enum { BULLA_REDIRECTED_FOLLOW, BULLA_REDIRECTED_REFUSE } BullaRedirectedChoice;

/* Each choice has its own enum type, so that choices cannot be confused; numbers have a unit.
 * bulla-settings.c has the words for them. */
typedef struct {
  /* [outcome] */
  BullaOnFault fault, unknown_version, unknown_magic, short_lengths, insecure_deliverer;
  BullaOnFault nosniff_missing, unasked;
  BullaChoice substitution;
  /* [signature] */
  BullaMembers members;
  BullaChoice expires_after_date;
  gint64 lifetime_max; /* longest lifetime of a signature, seconds */
  BullaLifetimeReport lifetime_report;
  gint64 clock_skew; /* tolerated clock difference, seconds */
  BullaCompare integrity;
  /* [headers] */
  BullaChoice content_type, shared_cache;
  BullaCompare cache_directives;
  BullaChoice no_cache_fields;
  BullaStatusChoice status;
  BullaCodingChoice content_encoding;
  BullaDigestChoice digest;
  /* [certificate] */
  gint64 validity_days_max; /* longest validity of a certificate, days */
  BullaOcspChoice ocsp;
  gint64 ocsp_max_age;      /* longest age of an OCSP response, seconds; 0: any */
  gint64 ocsp_max_lifetime; /* its lifetime is shorter than this, seconds; 0: any */
  BullaSctChoice sct;
  BullaChoice can_sign_critical;
  BullaTlsKeyChoice tls_key; /* a key that a TLS server uses too */
  BullaRedirectChoice fetch_redirects;
  gint64 fetch_size_max; /* most bytes of a certificate chain that is fetched */
  BullaChoice refetch_once;
  /* [trust] */
  BullaCaaChoice caa;
  BullaDnssecChoice dnssec;
  gint64 dns_timeout; /* seconds for all DNS lookups */
  BullaValidityChoice validity;
  BullaValidityEmptyChoice validity_empty;
  gint64 validity_timeout; /* seconds for the answer at a validity URL */
  BullaRollbackChoice rollback;
  gint64 skew_max; /* longest time between the dates of a page's resources, seconds; 0: any */
  /* [request] */
  BullaMismatchChoice mismatch;
  BullaLiveChoice live_copy;
  BullaEncodingChoice variants_encoding;
  BullaVariantsChoice variants_headers;
  BullaChoice lenient_variants;
  BullaChoice same_deliverer;
  BullaRequestReuse request_reuse;
  /* [variants] */
  BullaVariantsReadings variants;
  /* [substituted] */
  BullaDataChoice substituted_data;
  /* [prefetch] */
  gint64 entries_max; /* most prefetched responses kept */
  BullaReuseChoice reuse;
  BullaAlternateUrl alternate_url;
  BullaAlternateVariants alternate_variants;
  BullaAlternateChoice alternate_choice;
  /* [report] */
  BullaChoice send;
  BullaReportUrl report_url;
  BullaSampledBy sampled_by;
  BullaCertServerChoice unknown_cert_server;
  BullaChoice mismatches;
  BullaInnerUrlChoice no_inner_url;
  BullaDataUrlChoice data_url;
  /* [url] */
  BullaUrlReading url_reading;
  /* [bundle] */
  BullaSectionsChoice b2_sections;
  BullaKeyKinds key_kinds;
  BullaRelativeChoice relative_urls;
  BullaOddUrlsChoice odd_urls;
  BullaAppUrlsChoice app_urls;
  BullaBundleStatusChoice bundle_status;
  BullaScopeChoice scope;
  BullaNetworkChoice network;
  BullaRedirectedChoice redirected;
  gint64 section_max; /* most bytes of a section before the responses */
} BullaSettings;

const BullaSettings *bulla_profile_get_settings (const BullaProfile *self);
const BullaPinnedKey *bulla_profile_find_web_bundle_key (const BullaProfile *self, const char *id);

/* Accessors of the settings, which are numbered from 0, and of their values as written in a
 * profile. */
guint bulla_settings_get_n (void);
gint bulla_settings_find (const char *group, const char *key);
gint bulla_settings_guess (const char *group, const char *key);
gboolean bulla_settings_has_group (const char *group);
char *bulla_settings_dup_words (guint setting);
gboolean bulla_settings_describe (guint setting, const char **group, const char **key,
                                  char **allowed);
gboolean bulla_settings_read (BullaSettings *self, guint setting, const char *value);
void bulla_settings_write (const BullaSettings *self, guint setting, GKeyFile *into);

G_END_DECLS
