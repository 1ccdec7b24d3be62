/* test-cbor-bytes.h - writes CBOR, valid and invalid, byte by byte
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cbor.h"
#include "test-bytes.h"

/* Appends a head of the shortest form, or of a wider one: 2, 3, 5 or 9 bytes. */
static inline void
put_wide_head (GByteArray *out, BullaCborType type, guint64 number, guint width)
{
  guint8 head[9] = {0};
  guint info = width == 1   ? (guint)number
               : width == 2 ? 24
               : width == 3 ? 25
               : width == 5 ? 26
                            : 27;

  head[0] = (guint8)((guint)type << 5 | info);
  for (guint i = 1; i < width; i++)
    head[i] = (guint8)(number >> 8 * (width - 1 - i));
  g_byte_array_append (out, head, width);
}

static inline void
put_head (GByteArray *out, BullaCborType type, guint64 number)
{
  put_wide_head (out, type, number,
                 number < 24            ? 1
                 : number <= 0xff       ? 2
                 : number <= 0xffff     ? 3
                 : number <= 0xffffffff ? 5
                                        : 9);
}

static inline void
put_text (GByteArray *out, const char *text)
{
  put_head (out, BULLA_CBOR_TEXT, strlen (text));
  g_byte_array_append (out, (const guint8 *)text, (guint)strlen (text));
}

static inline void
put_bytes (GByteArray *out, const void *bytes, size_t length)
{
  put_head (out, BULLA_CBOR_BYTES, length);
  g_byte_array_append (out, bytes, (guint)length);
}

static inline void
put_string (GByteArray *out, const char *bytes)
{
  put_bytes (out, bytes, strlen (bytes));
}

static inline void
put_hex (GByteArray *out, const char *hex)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (hex);

  g_byte_array_append (out, bytes->data, bytes->len);
}

/* Appends `n` bytes of filling. */
static inline void
put_filling (GByteArray *out, size_t n, char filling)
{
  g_autofree char *text = g_strnfill (n, filling);

  g_byte_array_append (out, (const guint8 *)text, (guint)n);
}
