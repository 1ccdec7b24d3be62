/* mutate-bytes.c - mutations of byte strings, shared by several stages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutator.h"

gboolean
bytes_flip (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *bytes = subject;
  size_t offset;

  if (!argument_offset (*argument != '\0' ? argument : "-1", bytes->len, &offset, error))
    return FALSE;
  bytes->data[offset] ^= 1;
  return TRUE;
}

/* Cuts the bytes to a length. */
gboolean
bytes_truncate (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *bytes = subject;
  size_t length;

  if (!argument_offset (argument, bytes->len, &length, error))
    return FALSE;
  g_byte_array_set_size (bytes, length);
  return TRUE;
}

/* Appends or removes that many bytes at the end. */
gboolean
bytes_drop (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_autofree char *end = g_strconcat ("-", argument, NULL);

  return bytes_truncate (self, subject, end, error);
}

gboolean
bytes_append (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_autoptr (GByteArray) more = argument_bytes (argument, error);

  if (more == NULL)
    return FALSE;
  g_byte_array_append (subject, more->data, more->len);
  return TRUE;
}

gboolean
bytes_replace (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_autoptr (GByteArray) other = argument_bytes (argument, error);

  if (other == NULL)
    return FALSE;
  g_byte_array_set_size (subject, 0);
  g_byte_array_append (subject, other->data, other->len);
  return TRUE;
}

void
set_bytes (GBytes **field, GByteArray *taken)
{
  g_clear_pointer (field, g_bytes_unref);
  *field = g_byte_array_free_to_bytes (taken);
}
