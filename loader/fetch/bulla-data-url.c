/* bulla-data-url.c - decodes a certificate chain from a data: URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-data-url.h"

#include <string.h>

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

/* Decodes base64 (RFC 4648 section 4), also without padding, as browsers do. Changes @encoded. */
static GBytes *
decode_base64 (GByteArray *encoded)
{
  gsize length = encoded->len, decoded = 0;

  for (guint i = 0; i < 2 && encoded->len % 4 == 0 && length > 0; i++)
    if (encoded->data[length - 1] == '=')
      length--;
  if (length % 4 == 1)
    return NULL;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (encoded->data[i]) && encoded->data[i] != '+' && encoded->data[i] != '/')
      return NULL;
  g_byte_array_set_size (encoded, length);
  g_byte_array_append (encoded, (const guint8 *)"====", (4 - length % 4) % 4 + 1);
  encoded->data[encoded->len - 1] = '\0';
  guint8 *bytes = g_base64_decode ((const char *)encoded->data, &decoded);
  return g_bytes_new_take (bytes, decoded);
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
  return base64 ? decode_base64 (bytes) : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
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
