/* bulla-settings.h - what a profile settles; the keys are in bulla-profile.c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-pinned-keys.h"
#include "bulla-profile.h"

G_BEGIN_DECLS

typedef enum { BULLA_CHOICE_NO, BULLA_CHOICE_YES } BullaChoice;

/* what becomes of a load that may not be substituted */
typedef enum {
  BULLA_ON_FAULT_FALL_BACK,
  BULLA_ON_FAULT_REFUSE,
  BULLA_ON_FAULT_FALL_BACK_FOR_TYPE, /* only where the media type named the unknown version */
  BULLA_ON_FAULT_NOT_A_PACKAGE,      /* an ordinary response, after all */
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
typedef enum { BULLA_VARIANTS_04, BULLA_VARIANTS_PLAIN } BullaVariantsChoice;
typedef enum { BULLA_MISMATCH_NETWORK, BULLA_MISMATCH_FALL_BACK } BullaMismatchChoice;
typedef enum { BULLA_REUSE_CACHE_CONTROL, BULLA_REUSE_FIVE_MINUTES } BullaReuseChoice;
typedef enum { BULLA_ALTERNATE_URL_CHECKED, BULLA_ALTERNATE_URL_UNCHECKED } BullaAlternateUrl;
typedef enum {
  BULLA_ALTERNATE_VARIANTS_WHEN_GIVEN,
  BULLA_ALTERNATE_VARIANTS_WHEN_ABSENT
} BullaAlternateVariants;
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
typedef enum { BULLA_REDIRECTED_FOLLOW, BULLA_REDIRECTED_REFUSE } BullaRedirectedChoice;

/* every field is a gint64, so that one table reads and writes them all */
typedef struct {
  /* [outcome] */
  gint64 fault, unknown_version, unknown_magic, short_lengths, insecure_deliverer, nosniff_missing;
  gint64 unasked, substitution;
  /* [signature] */
  gint64 members, expires_after_date, lifetime_max, lifetime_report, clock_skew, integrity;
  /* [headers] */
  gint64 content_type, shared_cache, cache_directives, no_cache_fields, status;
  gint64 content_encoding, digest;
  /* [certificate] */
  gint64 validity_days_max, ocsp, sct, can_sign_critical;
  gint64 fetch_redirects, fetch_size_max, refetch_once;
  /* [request] */
  gint64 mismatch, live_copy, variants_encoding, variants_headers, same_deliverer;
  gint64 request_reuse;
  /* [prefetch] */
  gint64 entries_max, reuse, alternate_url, alternate_variants;
  /* [report] */
  gint64 send, report_url, sampled_by, unknown_cert_server, mismatches, no_inner_url, data_url;
  /* [bundle] */
  gint64 b2_sections, key_kinds, relative_urls, bundle_status, scope, network, redirected;
} BullaSettings;

const BullaSettings *bulla_profile_get_settings (const BullaProfile *self);
const BullaPinnedKey *bulla_profile_find_web_bundle_key (const BullaProfile *self, const char *id);

/* the table of settings, for people who want to read it */
gboolean bulla_settings_describe (guint setting, const char **group, const char **key,
                                  char **allowed);

G_END_DECLS
