/* bulla-gateway-h2-callbacks.h - notes what nghttp2 reports about the streams of a connection
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-h2-stream.h"
#include "bulla-rate-limit.h"

G_BEGIN_DECLS

/* The HTTP/2 side of a connection; see bulla-gateway-h2-session.c. */
typedef struct {
  BullaH2Link link;
  gatomicrefcount count;
  BullaGatewayConnection *connection; /* borrowed; NULL once it is closed */
  GQueue streams;                     /* owned; of referenced BullaGatewayH2Stream that are open */
  GByteArray *out;                    /* owned; frames, of which the first @sent are encrypted */
  gsize sent;                         /* bytes */
  GSource *readable, *writable;       /* owned; nullable */
  gboolean greeted;                   /* the client's first SETTINGS have arrived */
  BullaRateLimit faults;              /* streams that the client resets, frames without effect */
} BullaH2Session;

nghttp2_session *bulla_h2_make_protocol (BullaH2Session *self);
void bulla_h2_forget_stream (BullaH2Session *self, BullaGatewayH2Stream *stream);

G_END_DECLS
