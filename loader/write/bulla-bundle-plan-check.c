/* bulla-bundle-plan-check.c - rejects plans for web bundles that readers would refuse
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md sections 2 to 6 and 13; packages are not judged here */
#include "bulla-bundle-writer-private.h"
#include "bulla-credential-private.h"
#include "bulla-exchange-writer-private.h"
#include "bulla-merkle-writer-private.h"

#include <string.h>

#define HEADERS_END 524288
#define SECTION_LENGTHS_END 8192
#define SECTION_MAX (64 * 1024 * 1024)
#define LIFETIME_MAX 604800 /* most seconds from date to expires */

static gboolean refuse_plan (GError **error, const char *what, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse_plan (GError **error, const char *what, ...)
{
  va_list arguments;

  va_start (arguments, what);
  g_autofree char *message = g_strdup_vprintf (what, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);
  return FALSE;
}

/* Also rejects URLs that parsers may read differently. */
static gboolean
check_url (const char *url, gboolean relative, GError **error)
{
  const char *authority = strstr (url, "://");

  for (const char *c = url; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c) || strchr ("#\\\"<>", *c) != NULL)
      return refuse_plan (error,
                          "The URL “%s” has a fragment, or a character to be percent-encoded", url);
  if (authority != NULL) {
    size_t length = strcspn (authority + 3, "/?");
    if (memchr (authority + 3, '@', length) != NULL)
      return refuse_plan (error, "The URL “%s” has a user name or password", url);
  }
  if (!relative && g_uri_peek_scheme (url) == NULL)
    return refuse_plan (error, "The URL “%s” is not absolute", url);
  return TRUE;
}

static gboolean
check_headers (GPtrArray *headers, gboolean *typed, GError **error)
{
  *typed = FALSE;
  for (guint i = 0; i < headers->len; i++) {
    const BullaWrittenHeader *header = g_ptr_array_index (headers, i);
    gsize name_size, value_size;
    const char *name = g_bytes_get_data (header->name, &name_size);
    const char *value = g_bytes_get_data (header->value, &value_size);
    *typed = *typed || (name_size == 12 && memcmp (name, "content-type", 12) == 0);
    if (name_size == 0)
      return refuse_plan (error, "A header has no name");
    for (gsize c = 0; c < name_size; c++)
      if (!g_ascii_isalnum (name[c]) && strchr ("!#$%&'*+-.^_`|~", name[c]) == NULL)
        return refuse_plan (error, "The header name “%.*s” has a character that HTTP forbids there",
                            (int)name_size, name);
    for (gsize c = 0; c < value_size; c++)
      if (strchr ("\r\n", value[c]) != NULL) /* '\0' is found too */
        return refuse_plan (error, "The value of “%.*s” has a line break or a zero byte",
                            (int)name_size, name);
  }
  return TRUE;
}

static gboolean
check_responses (const BullaBundlePlan *plan, GError **error)
{
  for (guint i = 0; i < plan->responses->len; i++) {
    const BullaResponsePlan *response = g_ptr_array_index (plan->responses, i);
    gboolean typed;
    guint64 size = response->file != NULL   ? response->file_size
                   : response->body != NULL ? g_bytes_get_size (response->body)
                                            : 0;
    if (response->status < 100 || response->status > 999)
      return refuse_plan (error, "The status %u does not have three digits", response->status);
    if (!check_headers (response->headers, &typed, error))
      return FALSE;
    if (size > 0 && !typed)
      return refuse_plan (error, "A response with a body has no content-type");
  }
  return TRUE;
}

static gboolean
check_index (const BullaBundlePlan *plan, GHashTable *map, GError **error)
{
  gboolean is_b2 = plan->format == BULLA_BUNDLE_FORMAT_B2;

  for (guint i = 0; i < plan->index->len; i++) {
    const BullaIndexEntry *entry = g_ptr_array_index (plan->index, i);
    if (!check_url (entry->url, is_b2, error))
      return FALSE;
    if (g_hash_table_lookup (map, entry->url) != entry)
      return refuse_plan (error, "The URL “%s” is in the bundle twice", entry->url);
    if (is_b2 && *entry->variants != '\0')
      return refuse_plan (error, "b2 does not allow variants (“%s”)", entry->url);
    for (guint r = 0; r < entry->n_responses; r++) {
      guint number = entry->responses[r];
      if (number >= plan->responses->len
          && (number != BULLA_BUNDLE_NO_RESPONSE || *entry->variants == '\0'))
        return refuse_plan (error, "The URL “%s” has no response", entry->url);
    }
    if (entry->n_responses == 0 || (*entry->variants == '\0' && entry->n_responses != 1))
      return refuse_plan (error, "The URL “%s” has %u responses", entry->url, entry->n_responses);
  }
  return TRUE;
}

static gboolean
check_named (GHashTable *map, const char *url, const char *what, GError **error)
{
  if (url != NULL && !g_hash_table_contains (map, url))
    return refuse_plan (error, "The %s “%s” is not in the bundle", what, url);
  return TRUE;
}

/* Rejects what the format cannot express, and, unless the plan is unchecked, what readers certainly
 * refuse. */
static gboolean
check_validity (const BullaBundlePlan *plan, const BullaSubsetRequest *subset, GError **error)
{
  gint64 lifetime = subset->expires - subset->date;

  if (subset->date < 0 || subset->expires < 0)
    return refuse_plan (error, "The dates of a signature must not precede 1970");
  if (subset->validity_url == NULL || !g_utf8_validate (subset->validity_url, -1, NULL))
    return refuse_plan (error, "The validity URL is missing, or is not UTF-8");
  if (plan->unchecked)
    return TRUE;
  if (!g_str_has_prefix (subset->validity_url, "https://")
      || !check_url (subset->validity_url, FALSE, NULL))
    return refuse_plan (error, "The validity URL must be an https URL without fragment");
  if (lifetime <= 0 || lifetime > LIFETIME_MAX)
    return refuse_plan (error, "The signature must expire after its date, by at most 7 days");
  return TRUE;
}

static gboolean
check_subsets (const BullaBundlePlan *plan, GHashTable *map, GError **error)
{
  if (plan->subsets->len > 0 && !plan->unchecked
      && !bulla_merkle_check_record_size (plan->record_size, error))
    return FALSE;
  for (guint i = 0; i < plan->subsets->len; i++) {
    const BullaSubsetRequest *subset = g_ptr_array_index (plan->subsets, i);
    char group[16] = "";
    EVP_PKEY_get_group_name (bulla_credential_get_key (subset->credential), group, sizeof group,
                             NULL);
    if (strcmp (group, "prime256v1") != 0)
      return refuse_plan (error, "The key must be an ECDSA key on the curve P-256");
    if (!check_validity (plan, subset, error))
      return FALSE;
    if (subset->urls->len == 0)
      return refuse_plan (error, "A signature would cover no response");
    g_autoptr (GHashTable) covered = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint u = 0; u < subset->urls->len; u++) {
      char *url = g_ptr_array_index (subset->urls, u);
      if (!check_named (map, url, "URL to sign", error))
        return FALSE;
      if (!g_hash_table_add (covered, url))
        return refuse_plan (error, "The URL “%s” would be signed twice", url);
    }
  }
  return TRUE;
}

/* Rejects what readers certainly refuse; only tests may write that. */
gboolean
bulla_bundle_plan_check (const BullaBundlePlan *plan, GError **error)
{
  g_autoptr (GHashTable) map = bulla_bundle_plan_map_index (plan);

  if (plan->index->len == 0)
    return refuse_plan (error, "The bundle would be empty");
  if (plan->format == BULLA_BUNDLE_FORMAT_B1 && plan->primary_url == NULL)
    return refuse_plan (error, "b1 requires a primary URL");
  return check_responses (plan, error) && check_index (plan, map, error)
         && check_named (map, plan->primary_url, "primary URL", error)
         && check_named (map, plan->manifest_url, "manifest URL", error)
         && check_subsets (plan, map, error);
}

/* @parts: (element-type BullaBundlePart); @lengths: the content of section-lengths */
gboolean
bulla_bundle_plan_check_parts (const BullaBundlePlan *plan, GPtrArray *parts, GBytes *lengths,
                               GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < parts->len; i++) {
    const BullaBundlePart *part = g_ptr_array_index (parts, i);
    if (!g_hash_table_add (names, part->name))
      return refuse_plan (error, "The section “%s” is there twice", part->name);
    if (!part->has_responses && part->announced_length > SECTION_MAX)
      return refuse_plan (error, "The section “%s” is longer than 64 MiB; split the bundle",
                          part->name);
  }
  for (guint i = 0; i < plan->responses->len; i++) {
    const BullaResponsePlan *response = g_ptr_array_index (plan->responses, i);
    if (g_bytes_get_size (response->head) >= HEADERS_END)
      return refuse_plan (error, "The headers of a response are longer than 524287 bytes");
  }
  if (g_bytes_get_size (lengths) >= SECTION_LENGTHS_END)
    return refuse_plan (error, "There are too many sections");
  return TRUE;
}
