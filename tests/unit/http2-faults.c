/* http2-faults.c - frames by which a server of HTTP/2 breaks the protocol
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "http2-peer.h"

#define MANY 100000
#define BLOCK 16384 /* bytes of the largest frame */
#define ENDS (NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM)

typedef enum { CONNECTION, STREAM, LAST, NEXT } Where; /* the stream, or that before or after it */

typedef struct {
  const char *path;
  guint8 type, flags;
  Where where;
  const guint8 *payload; /* (nullable): NULL for zeros */
  gsize length;
  guint times;
} Fault;

static const Fault FAULTS[] = {
    {"/push", NGHTTP2_PUSH_PROMISE, NGHTTP2_FLAG_END_HEADERS, STREAM, TEXT ("\0\0\0\2\x88"), 1},
    {"/upper", NGHTTP2_HEADERS, ENDS, STREAM, TEXT ("\x88\x00\x01X\x01y"), 1},
    {"/no-name", NGHTTP2_HEADERS, ENDS, STREAM, TEXT ("\x88\x00\x00\x01y"), 1},
    {"/late-status", NGHTTP2_HEADERS, ENDS, STREAM, TEXT ("\x00\x01x\x01y\x88"), 1},
    {"/two-statuses", NGHTTP2_HEADERS, ENDS, STREAM, TEXT ("\x88\x88"), 1},
    {"/no-index", NGHTTP2_HEADERS, ENDS, STREAM, TEXT ("\x80"), 1},
    {"/pings", NGHTTP2_PING, 0, CONNECTION, NULL, 8, MANY},
    {"/settings", NGHTTP2_SETTINGS, 0, CONNECTION, NULL, 0, MANY},
    {"/priorities", NGHTTP2_PRIORITY, 0, STREAM, NULL, 5, MANY},
    {"/updates", NGHTTP2_WINDOW_UPDATE, 0, CONNECTION, TEXT ("\0\0\0\1"), MANY},
    {"/late-resets", NGHTTP2_RST_STREAM, 0, LAST, NULL, 4, MANY},
    {"/late-heads", NGHTTP2_HEADERS, ENDS, LAST, TEXT ("\x88"), MANY},
    {"/late-data", NGHTTP2_DATA, 0, LAST, NULL, BLOCK, MANY},
    {"/hints-forever", NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, STREAM,
     TEXT ("\x08\x03"
           "103"),
     MANY},
    {"/other-stream", NGHTTP2_DATA, NGHTTP2_FLAG_END_STREAM, NEXT, NULL, 5, 1},
};

void
http2_peer_write_frame (Http2Peer *self, guint8 type, guint8 flags, int32_t id,
                        const guint8 *payload, gsize length)
{
  static const guint8 zeros[BLOCK] = {0};
  const guint8 head[] = {(guint8)(length >> 16),
                         (guint8)(length >> 8),
                         (guint8)length,
                         type,
                         flags,
                         (guint8)((guint32)id >> 24),
                         (guint8)((guint32)id >> 16),
                         (guint8)((guint32)id >> 8),
                         (guint8)id};

  http2_peer_flush (self);
  http2_peer_write (self, head, sizeof head);
  http2_peer_write (self, payload != NULL ? payload : zeros, length);
}

/* A head, and a body that does not end. @times: the number of frames; @length: bytes of each */
static void
write_body (Http2Peer *self, int32_t id, guint times, gsize length)
{
  http2_peer_write_frame (self, NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, id,
                          (const guint8 *)"\x88", 1);
  for (guint i = 0; i < times && !self->over; i++)
    http2_peer_write_frame (self, NGHTTP2_DATA, 0, id, NULL, length);
}

/* A head without an end. */
static void
write_continuations (Http2Peer *self, int32_t id)
{
  http2_peer_write_frame (self, NGHTTP2_HEADERS, 0, id, (const guint8 *)"\x88", 1);
  for (guint i = 0; i < MANY && !self->over; i++)
    http2_peer_write_frame (self, NGHTTP2_CONTINUATION, 0, id, NULL, 0);
}

/* A field of 9,000 bytes, without Huffman coding and compression */
static void
append_field (GByteArray *payload)
{
  g_autofree char *value = g_strnfill (9000, 'v');

  g_byte_array_append (payload, TEXT ("\x00\x01x\x7f\xa9\x45")); /* 127 + 0x29 + 0x45 * 128 */
  g_byte_array_append (payload, (const guint8 *)value, 9000);
}

/* A whole response, and a trailer of 18,000 bytes. */
static void
write_trailer (Http2Peer *self, int32_t id)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();

  write_body (self, id, 1, 5);
  append_field (payload);
  http2_peer_write_frame (self, NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, id, payload->data,
                          payload->len);
  http2_peer_write_frame (self, NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, id, payload->data,
                          payload->len);
}

/* A frame of 16 KB that stands for a head of 60 MB. nghttp2 did not write it, so its table of
 * fields is not the client's any more, and the connection ends. */
static void
write_bomb (Http2Peer *self, int32_t id)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  g_autofree char *value = g_strnfill (4000, 'v');

  g_byte_array_append (payload, TEXT ("\x88\x40\x01x\x7f\xa1\x1e")); /* 127 + 0x21 + 0x1e * 128 */
  g_byte_array_append (payload, (const guint8 *)value, 4000);
  while (payload->len < BLOCK)
    g_byte_array_append (payload, (const guint8 *)"\xbe", 1); /* the newest field of the table */
  http2_peer_write_frame (self, NGHTTP2_HEADERS, ENDS, id, payload->data, payload->len);
  self->over = TRUE;
}

/* Sends more of a body whose stream was reset. */
void
http2_peer_ignore_reset (Http2Peer *self, int32_t id)
{
  for (guint i = 0; i < MANY && !self->over; i++)
    http2_peer_write_frame (self, NGHTTP2_DATA, 0, id, NULL, BLOCK);
}

gboolean
http2_peer_misbehave (Http2Peer *self, int32_t id, const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (FAULTS); i++)
    if (g_str_equal (path, FAULTS[i].path)) {
      const Fault *fault = &FAULTS[i];
      const int32_t ids[] = {0, id, id - 2, id + 2};
      for (guint j = 0; j < fault->times && !self->over; j++)
        http2_peer_write_frame (self, fault->type, fault->flags, ids[fault->where], fault->payload,
                                fault->length);
      return TRUE;
    }
  if (g_str_equal (path, "/empty-data"))
    write_body (self, id, MANY, 0);
  else if (g_str_equal (path, "/too-much")) /* than any window */
    write_body (self, id, 4096, BLOCK);
  else if (g_str_equal (path, "/stubborn"))
    write_body (self, id, 4, BLOCK);
  else if (g_str_equal (path, "/continuations"))
    write_continuations (self, id);
  else if (g_str_equal (path, "/large-trailer"))
    write_trailer (self, id);
  else if (g_str_equal (path, "/bomb"))
    write_bomb (self, id);
  else if (g_str_equal (path, "/garbage"))
    http2_peer_write (self, TEXT ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
  else
    return FALSE;
  return TRUE;
}
