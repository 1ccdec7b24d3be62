/* bulla-cursor.c - reads borrowed bytes within their bounds, and keeps the first fault
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cursor.h"

#include <string.h>

/**
 * bulla_cursor_over: (skip)
 * @span: all bytes of one part
 * @truncated: the reason reported if the bytes run out
 *
 * Returns: a cursor at their start; close it with bulla_cursor_close()
 */
BullaCursor
bulla_cursor_over (BullaSpan span, BullaReason truncated)
{
  return (BullaCursor){.rest = span, .truncated = truncated};
}

/**
 * bulla_cursor_describe_end: (skip)
 * @read: number of bytes of the package that were read before its end
 * @wanted: number of bytes that were needed
 *
 * Returns: (transfer full): the detail of a fault in a package that ends within its first part
 */
char *
bulla_cursor_describe_end (size_t read, size_t wanted)
{
  return read == 0 ? g_strdup ("the file is empty")
                   : g_strdup_printf ("the file ends after %" G_GSIZE_FORMAT
                                      " bytes, %" G_GSIZE_FORMAT " expected",
                                      read, wanted);
}

BullaRange
bulla_span_range (BullaSpan span)
{
  return (BullaRange){span.offset, span.length};
}

gboolean
bulla_span_equal (BullaSpan span, const void *data, size_t length)
{
  return span.length == length && (length == 0 || memcmp (span.data, data, length) == 0);
}

/**
 * bulla_cursor_require: (skip)
 * @self: a cursor
 * @condition: the condition that must be true
 * @blame: the bytes that make it false
 * @reason: the reason of the fault
 * @detail: a description of the fault
 *
 * Returns: whether there has been no fault so far
 */
gboolean
bulla_cursor_require (BullaCursor *self, gboolean condition, BullaSpan blame, BullaReason reason,
                      const char *detail)
{
  if (self->fault == NULL && !condition)
    bulla_fault_set (&self->fault, reason, bulla_span_range (blame), "%s", detail);
  return self->fault == NULL;
}

/**
 * bulla_cursor_take: (skip)
 * @self: a cursor
 * @length: number of bytes
 *
 * Returns: the next bytes; none after a fault
 */
BullaSpan
bulla_cursor_take (BullaCursor *self, size_t length)
{
  BullaSpan taken = {self->rest.data, 0, self->rest.offset};

  if (self->fault == NULL && length > self->rest.length)
    bulla_fault_set (&self->fault, self->truncated, bulla_span_range (self->rest),
                     "%" G_GSIZE_FORMAT " bytes expected, %" G_GSIZE_FORMAT " left", length,
                     self->rest.length);
  if (self->fault != NULL)
    return taken;
  taken.length = length;
  self->rest.data += length;
  self->rest.length -= length;
  self->rest.offset += length;
  return taken;
}

/**
 * bulla_cursor_take_be: (skip)
 * @self: a cursor
 * @width: number of bytes, 1 to 8
 *
 * Returns: a big-endian number; 0 after a fault
 */
guint64
bulla_cursor_take_be (BullaCursor *self, size_t width)
{
  BullaSpan span = bulla_cursor_take (self, width);
  guint64 number = 0;

  for (size_t i = 0; i < span.length; i++)
    number = number << 8 | span.data[i];
  return number;
}

/**
 * bulla_cursor_take_length: (skip)
 * @self: a cursor
 * @width: number of bytes, 1 to 8
 * @max: maximum length
 * @above: the reason of the fault if the length exceeds @max
 *
 * Returns: a length of at most @max; 0 after a fault
 */
size_t
bulla_cursor_take_length (BullaCursor *self, size_t width, size_t max, BullaReason above)
{
  BullaSpan blame = {self->rest.data, width, self->rest.offset};
  guint64 length = bulla_cursor_take_be (self, width);

  if (self->fault == NULL && length > max)
    bulla_fault_set (&self->fault, above, bulla_span_range (blame), "%" G_GUINT64_FORMAT " bytes",
                     length);
  return self->fault == NULL ? (size_t)length : 0;
}

/**
 * bulla_cursor_close: (skip)
 * @self: a cursor
 * @left_over: the reason of the fault if bytes remain
 * @error: the first fault
 *
 * Returns: whether there was no fault and no bytes remain
 */
gboolean
bulla_cursor_close (BullaCursor *self, BullaReason left_over, GError **error)
{
  if (self->fault == NULL && self->rest.length > 0)
    bulla_fault_set (&self->fault, left_over, bulla_span_range (self->rest),
                     "%" G_GSIZE_FORMAT " bytes left over", self->rest.length);
  self->closed = TRUE;
  if (self->fault == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->fault));
  return FALSE;
}

/* The left-over bytes of a cursor that was not closed were never checked. */
void
bulla_cursor_clear (BullaCursor *self)
{
  g_warn_if_fail (self->closed);
  g_clear_error (&self->fault);
}
