/* bulla-bytes.c - a text out of bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bytes.h"

/**
 * bulla_bytes_dup_text: (skip)
 * @bytes: of any length: for none g_bytes_get_data() gives %NULL, and so does g_strndup() of it
 *
 * Returns: (transfer full): what is there up to the first NUL
 */
char *
bulla_bytes_dup_text (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data != NULL ? data : "", size);
}
