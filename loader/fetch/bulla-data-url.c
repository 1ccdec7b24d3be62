/* bulla-data-url.c - decodes a certificate chain from a data: URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-data-url.h"

#include <string.h>

#include "bulla-base64.h"
#include "bulla-field.h"
#include "bulla-reason.h"

#define DEFAULT_TYPE "text/plain;charset=US-ASCII"

/* Returns: (nullable): the bytes; NULL if an escape is malformed */
static GByteArray *
unescape (const char *text)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (; *text != '\0'; text++) {
    guint8 byte = (guint8)*text;
    if (byte == '%') {
      if (!g_ascii_isxdigit (text[1]) || !g_ascii_isxdigit (text[2]))
        return NULL;
      byte = (guint8)(g_ascii_xdigit_value (text[1]) << 4 | g_ascii_xdigit_value (text[2]));
      text += 2;
    }
    g_byte_array_append (bytes, &byte, 1);
  }
  return g_steal_pointer (&bytes);
}

/* Decodes a data: URL (RFC 2397). @type: (out): owned; its media type */
static GBytes *
decode (const char *url, char **type)
{
  const char *start = g_ascii_strncasecmp (url, "data:", 5) == 0 ? url + 5 : NULL;
  const char *comma = start != NULL ? strchr (start, ',') : NULL;
  g_autoptr (GByteArray) bytes = comma != NULL ? unescape (comma + 1) : NULL;

  if (bytes == NULL)
    return NULL;
  g_autofree char *head = g_ascii_strdown (start, comma - start);
  gboolean base64 = g_str_has_suffix (head, ";base64");
  gsize length = (gsize)(comma - start) - (base64 ? strlen (";base64") : 0);
  *type = length > 0 ? g_strndup (start, length) : g_strdup (DEFAULT_TYPE);
  return base64 ? bulla_base64_decode ((const char *)bytes->data, bytes->len, BULLA_BASE64_PLAIN)
                : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/**
 * bulla_data_url_decode_chain: (skip)
 * @url: a data: URL
 * @error: a %BULLA_FAULT
 *
 * Spec: IMPL 3.3; RFC 2397.
 *
 * Returns: (transfer full) (nullable): the chain
 */
GBytes *
bulla_data_url_decode_chain (const char *url, GError **error)
{
  g_autofree char *type = NULL;
  g_autoptr (GBytes) bytes = decode (url, &type);

  if (bytes == NULL) {
    bulla_fault_set (error, BULLA_REASON_CHAIN_FETCH, (BullaRange){0, 0}, "a malformed data URL");
    return NULL;
  }
  g_autofree char *essence = bulla_field_dup_essence (type);
  if (g_strcmp0 (essence, BULLA_CERT_CHAIN_TYPE) != 0) {
    bulla_fault_set (error, BULLA_REASON_CHAIN_CONTENT_TYPE, (BullaRange){0, 0}, "%s", type);
    return NULL;
  }
  return g_steal_pointer (&bytes);
}
