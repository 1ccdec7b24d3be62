/* test-bytes.h - copies inputs to the heap in their exact size, so that overreads are detected
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "bulla-cursor.h"

typedef guint8 ExactBytes;

/* Returns a copy, never NULL; free with free(). */
static inline ExactBytes *
exact_copy (const void *data, size_t length)
{
  ExactBytes *copy = calloc (1, length);

  g_assert_nonnull (copy);
  if (length > 0)
    memcpy (copy, data, length);
  return copy;
}

static inline void
exact_free (ExactBytes *bytes)
{
  free (bytes);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExactBytes, exact_free)

static inline BullaSpan
span_over (const ExactBytes *bytes, size_t length)
{
  return (BullaSpan){bytes, length, 0};
}

/* Converts "a4 44" or "a444" to bytes. */
static inline GByteArray *
bytes_from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  while (*hex != '\0') {
    if (*hex == ' ') {
      hex++;
      continue;
    }
    guint8 byte = (guint8)(g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
    g_byte_array_append (bytes, &byte, 1);
    hex += 2;
  }
  return bytes;
}

static inline void
assert_fault (const GError *error, BullaReason reason)
{
  g_assert_error (error, BULLA_FAULT, (int)reason);
}
