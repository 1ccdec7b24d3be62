/* bulla-cursor.h - reads borrowed bytes within their bounds, and keeps the first fault
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

/* Bytes of the package with their offset. */
typedef struct {
  const guint8 *data; /* borrowed */
  size_t length;
  guint64 offset; /* offset of @data from the first byte of the package */
} BullaSpan;

typedef struct {
  BullaSpan rest;        /* the remaining bytes */
  BullaReason truncated; /* the reason reported if the bytes run out */
  GError *fault;         /* owned; NULL before a fault; the first fault */
  gboolean closed;
} BullaCursor;

BullaCursor bulla_cursor_over (BullaSpan span, BullaReason truncated);
BullaSpan bulla_cursor_take (BullaCursor *self, size_t length);
guint64 bulla_cursor_take_be (BullaCursor *self, size_t width);
size_t bulla_cursor_take_length (BullaCursor *self, size_t width, size_t max, BullaReason above);
gboolean bulla_cursor_require (BullaCursor *self, gboolean condition, BullaSpan blame,
                               BullaReason reason, const char *detail);
gboolean bulla_cursor_close (BullaCursor *self, BullaReason left_over, GError **error);
void bulla_cursor_clear (BullaCursor *self);

char *bulla_cursor_describe_end (size_t read, size_t wanted);
BullaRange bulla_span_range (BullaSpan span);
gboolean bulla_span_equal (BullaSpan span, const void *data, size_t length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCursor, bulla_cursor_clear)

G_END_DECLS
