/* bulla-field.h - parses header fields that rules examine: media types, directives, digests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_CODING_MI_SHA256 "mi-sha256-03"
#define BULLA_PROOF_SIZE 32
/* longest lifetime in seconds; a longer one counts as this (RFC 9111 section 1.2.2) */
#define BULLA_LIFETIME_MAX G_GINT64_CONSTANT (2147483648)

/* One element of a comma-separated list, without surrounding white space. */
typedef struct {
  const char *start;
  size_t length;
} BullaToken;

gboolean bulla_field_next_element (const char **rest, BullaToken *element);
gboolean bulla_field_names_only (const char *field, const char *name);
gboolean bulla_token_equal (BullaToken token, const char *word, gboolean ignore_case);
char *bulla_field_take_quoted (const char **at);
char *bulla_field_dup_essence (const char *media_type);
char *bulla_field_dup_parameter (const char *media_type, const char *name);

typedef enum { BULLA_CACHE_OK, BULLA_CACHE_MALFORMED, BULLA_CACHE_NOT_SHARED } BullaCacheAnswer;
BullaCacheAnswer bulla_field_ask_cache (const char *cache_control, gboolean ignore_case);
gboolean bulla_field_has_directive (const char *cache_control, const char *name);
gboolean bulla_field_get_lifetime (const char *cache_control, gint64 *seconds);

/* Fields that say how long a response is fresh; each is borrowed, and may be NULL. */
typedef struct {
  const char *cache_control, *expires, *date, *age;
} BullaFreshnessFields;

gboolean bulla_field_get_shared_freshness (const BullaFreshnessFields *fields, gint64 now,
                                           gint64 *seconds);
gboolean bulla_field_read_date (const char *date, gint64 *time);
char *bulla_field_dup_no_cache_names (const char *cache_control);

typedef enum { BULLA_DIGEST_ABSENT, BULLA_DIGEST_MALFORMED, BULLA_DIGEST_FOUND } BullaDigestAnswer;
BullaDigestAnswer bulla_field_read_digest (const char *digest, gboolean only_prefix,
                                           guint8 proof[BULLA_PROOF_SIZE]);
gboolean bulla_field_codings_are_decodable (const char *content_encoding, gboolean exact);
char *bulla_field_dup_inner_codings (const char *content_encoding);

G_END_DECLS
