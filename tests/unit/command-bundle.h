/* command-bundle.h - writes bundles for the tests of commands that the library refuses to write
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command-cases.h"

static inline void
put_head (GByteArray *out, guint type, gsize number)
{
  guint8 bytes[5] = {(guint8)(type << 5 | number)};
  gsize length = 1;

  if (number >= 24 && number < 256) {
    bytes[0] = (guint8)(type << 5 | 24);
    bytes[1] = (guint8)number;
    length = 2;
  } else if (number >= 256) {
    g_assert_cmpuint (number, <, 65536);
    bytes[0] = (guint8)(type << 5 | 25);
    bytes[1] = (guint8)(number >> 8);
    bytes[2] = (guint8)number;
    length = 3;
  }
  g_byte_array_append (out, bytes, (guint)length);
}

static inline void
put_string (GByteArray *out, guint type, const void *data, gsize length)
{
  put_head (out, type, length);
  g_byte_array_append (out, data, (guint)length);
}

static inline void
put_text (GByteArray *out, const char *text)
{
  put_string (out, 3, text, strlen (text));
}

static inline void
put_bytes (GByteArray *out, const char *text)
{
  put_string (out, 2, text, strlen (text));
}

/* @status: three digits, or an invalid status */
static inline void
put_response (GByteArray *out, const char *status, const char *body)
{
  g_autoptr (GByteArray) headers = g_byte_array_new ();

  put_head (headers, 5, 2);
  put_bytes (headers, ":status");
  put_bytes (headers, status);
  put_bytes (headers, "content-type");
  put_bytes (headers, "text/plain");
  put_head (out, 4, 2);
  put_string (out, 2, headers->data, headers->len);
  put_bytes (out, body);
}

/* Writes a b2 bundle with a response for each of @urls, which are in canonical order. The body
 * is the URL; the first response has status 200, the others @status. */
static inline void
make_bundle (const Place *place, const char *name, const char *const *urls, const char *status)
{
  g_autoptr (GByteArray) out = g_byte_array_new (), lengths = g_byte_array_new ();
  g_autoptr (GByteArray) index = g_byte_array_new (), responses = g_byte_array_new ();
  guint n = g_strv_length ((char **)urls);

  put_head (index, 5, n);
  put_head (responses, 4, n);
  for (guint i = 0; i < n; i++) {
    guint start = responses->len;
    put_response (responses, i == 0 ? "200" : status, urls[i]);
    put_text (index, urls[i]);
    put_head (index, 4, 2);
    put_head (index, 0, start);
    put_head (index, 0, responses->len - start);
  }
  put_head (lengths, 4, 4);
  put_text (lengths, "index");
  put_head (lengths, 0, index->len);
  put_text (lengths, "responses");
  put_head (lengths, 0, responses->len);
  put_head (out, 4, 5);
  put_bytes (out, "\xf0\x9f\x8c\x90\xf0\x9f\x93\xa6");
  put_string (out, 2, "b2\0\0", 4);
  put_string (out, 2, lengths->data, lengths->len);
  put_head (out, 4, 2);
  g_byte_array_append (out, index->data, index->len);
  g_byte_array_append (out, responses->data, responses->len);
  guint64 total = GUINT64_TO_BE (out->len + 9);
  put_string (out, 2, &total, sizeof total);
  g_autofree char *path = g_build_filename (place->folder, name, NULL);
  g_assert_true (g_file_set_contents (path, (const char *)out->data, out->len, NULL));
}
