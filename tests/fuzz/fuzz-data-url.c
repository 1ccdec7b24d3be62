/* fuzz-data-url.c - decodes certificate chains in data: URLs: all spellings must give the same
 * bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-data-url.h"
#include "fuzz.h"

#define TYPE "application/cert-chain+cbor"

static char *
spell_base64 (const guint8 *bytes, gsize size, gboolean padded)
{
  g_autofree char *base64 = g_base64_encode (bytes, size);

  if (!padded)
    base64[strcspn (base64, "=")] = '\0';
  return g_strconcat ("DATA:" TYPE ";x=y;Base64,", base64, NULL);
}

static char *
spell_escapes (const guint8 *bytes, gsize size)
{
  GString *text = g_string_new ("data:" TYPE ",");

  for (gsize i = 0; i < size; i++)
    if (g_ascii_isalnum (bytes[i]))
      g_string_append_c (text, (char)bytes[i]);
    else
      g_string_append_printf (text, i % 2 == 0 ? "%%%02x" : "%%%02X", bytes[i]);
  return g_string_free (text, FALSE);
}

static void
check_spelling (char *url, const guint8 *bytes, gsize size)
{
  g_autofree char *owned = url;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) decoded = bulla_data_url_decode_chain (url, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (decoded, NULL), g_bytes_get_size (decoded), bytes, size);
}

static void
check_spellings (const guint8 *bytes, gsize size)
{
  check_spelling (spell_base64 (bytes, size, TRUE), bytes, size);
  check_spelling (spell_base64 (bytes, size, FALSE), bytes, size);
  check_spelling (spell_escapes (bytes, size), bytes, size);
}

/* cert-url is a string of structured headers, which contains ASCII only */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *url = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chain = bulla_data_url_decode_chain (url, &error);

  check_spellings (data, MIN (size, 256));
  if (!g_str_is_ascii (url))
    return 0;
  g_assert_cmpint (chain == NULL, ==, error != NULL);
  if (chain == NULL) {
    g_assert_true (g_error_matches (error, BULLA_FAULT, BULLA_REASON_CHAIN_FETCH)
                   || g_error_matches (error, BULLA_FAULT, BULLA_REASON_CHAIN_CONTENT_TYPE));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    fuzz_check_fault (error, 0);
    return 0;
  }
  gsize n_bytes = 0;
  const guint8 *bytes = g_bytes_get_data (chain, &n_bytes);
  const char *type = url + strlen ("data:") + strspn (url + strlen ("data:"), " \t\r\n\f");
  g_assert_cmpuint (n_bytes + strlen ("data:" TYPE ","), <=, strlen (url));
  g_assert_true (g_ascii_strncasecmp (url, "data:", strlen ("data:")) == 0
                 && g_ascii_strncasecmp (type, TYPE, strlen (TYPE)) == 0);
  check_spellings (bytes, n_bytes);
  return 0;
}
