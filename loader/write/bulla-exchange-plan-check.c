/* bulla-exchange-plan-check.c - rejects plans for exchanges that readers would refuse
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md sections 1, 2 and 5; packages are not judged here */
#include "bulla-exchange-writer-private.h"

#include <string.h>

#define URL_MAX 65535
#define SIGNATURE_MAX 16384
#define HEADERS_MAX 524288
#define LENGTH_MAX 16777215 /* greatest number in a length of 3 bytes */
#define LIFETIME_MAX 604800 /* most seconds from date to expires */

static gboolean
require (gboolean held, GError **error, const char *message)
{
  if (!held)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);
  return held;
}

static gboolean
bytes_start_with (GBytes *bytes, const char *prefix)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size >= strlen (prefix) && memcmp (data, prefix, strlen (prefix)) == 0;
}

static gboolean
bytes_contain (GBytes *bytes, const char *unwanted)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  for (gsize i = 0; i < size; i++)
    if (data[i] == '\0' || strchr (unwanted, data[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
check_urls (const BullaExchangePlan *plan, GError **error)
{
  const char *cert_url = plan->cert_url;
  const char *validity_url = plan->validity_url;

  return require (bytes_start_with (plan->url, "https://") && !bytes_contain (plan->url, "#")
                      && g_bytes_get_size (plan->url) <= URL_MAX,
                  error, "The URL must begin with https:// and have no fragment")
         && require (cert_url != NULL && strchr (cert_url, '#') == NULL
                         && (g_str_has_prefix (cert_url, "https://")
                             || g_str_has_prefix (cert_url, "data:")),
                     error, "The certificate URL must be an https or data URL without fragment")
         && require (validity_url != NULL && strchr (validity_url, '#') == NULL
                         && g_str_has_prefix (validity_url, "https://"),
                     error, "The validity URL must be an https URL without fragment");
}

static gboolean
check_headers (const BullaExchangePlan *plan, GError **error)
{
  gboolean typed = FALSE;

  for (guint i = 0; i < plan->headers->len; i++) {
    const BullaWrittenHeader *header = g_ptr_array_index (plan->headers, i);
    gsize size;
    const char *name = g_bytes_get_data (header->name, &size);
    typed = typed || (size == 12 && memcmp (name, "content-type", 12) == 0);
    for (gsize c = 0; c < size; c++)
      if (!g_ascii_isalnum (name[c]) && strchr ("!#$%&'*+-.^_`|~", name[c]) == NULL)
        return require (FALSE, error, "A header name has a character that HTTP forbids there");
    if (!require (size > 0, error, "A header has no name")
        || !require (!bytes_contain (header->value, "\r\n"), error,
                     "A header value has a line break"))
      return FALSE;
  }
  return require (typed, error, "The header content-type is missing");
}

/* As bulla_exchange_plan_check(), for the signature alone. */
gboolean
bulla_exchange_plan_check_signature (const BullaExchangePlan *plan, EVP_PKEY *key, GError **error)
{
  char group[16] = "";

  EVP_PKEY_get_group_name (key, group, sizeof group, NULL);
  return check_urls (plan, error)
         && require (plan->date >= 0 && plan->expires > plan->date
                         && plan->expires - plan->date <= LIFETIME_MAX,
                     error, "The exchange must expire after its date, by at most 7 days")
         && require (strcmp (group, "prime256v1") == 0, error,
                     "The key must be an ECDSA key on the curve P-256");
}

static gboolean
is_ascii (const char *url)
{
  for (; *url != '\0'; url++)
    if (!g_ascii_isprint (*url))
      return FALSE;
  return TRUE;
}

/* Rejects what a signature cannot express; anything else can be written. */
gboolean
bulla_exchange_plan_check_signature_form (const BullaExchangePlan *plan, GError **error)
{
  return require (plan->cert_url != NULL && is_ascii (plan->cert_url), error,
                  "The certificate URL must consist of printable ASCII characters")
         && require (plan->validity_url != NULL && is_ascii (plan->validity_url), error,
                     "The validity URL must consist of printable ASCII characters")
         && require (plan->date >= 0 && plan->expires >= 0, error,
                     "The dates must not precede 1970");
}

/* Rejects what the format cannot express; anything else can be written. */
gboolean
bulla_exchange_plan_check_form (const BullaExchangePlan *plan, GError **error)
{
  return check_headers (plan, error)
         && require (plan->status >= 100 && plan->status <= 999, error,
                     "The status must have three digits")
         && require (g_bytes_get_size (plan->url) <= URL_MAX, error,
                     "The URL is longer than 65535 bytes")
         && bulla_exchange_plan_check_signature_form (plan, error);
}

/* Rejects what readers certainly refuse, too. */
gboolean
bulla_exchange_plan_check (const BullaExchangePlan *plan, EVP_PKEY *key, GError **error)
{
  return bulla_exchange_plan_check_form (plan, error)
         && bulla_exchange_plan_check_signature (plan, key, error);
}

/* @any: whether lengths that readers refuse are accepted, if the format can express them */
gboolean
bulla_exchange_plan_check_lengths (GBytes *signature, GBytes *headers, gboolean any, GError **error)
{
  size_t signature_length = g_bytes_get_size (signature);
  size_t headers_length = g_bytes_get_size (headers);

  if (any)
    return require (signature_length <= LENGTH_MAX && headers_length <= LENGTH_MAX, error,
                    "The Signature header or the headers are longer than 16777215 bytes");
  return require (signature_length <= SIGNATURE_MAX, error,
                  "The Signature header is longer than 16384 bytes: shorten the URLs")
         && require (headers_length <= HEADERS_MAX, error,
                     "The headers are longer than 524288 bytes");
}
