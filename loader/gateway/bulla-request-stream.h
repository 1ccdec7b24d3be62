/* bulla-request-stream.h - a client's connection, of which one request can be read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_TYPE_REQUEST_STREAM (bulla_request_stream_get_type ())
G_DECLARE_FINAL_TYPE (BullaRequestStream, bulla_request_stream, BULLA, REQUEST_STREAM, GIOStream)

typedef void (*BullaRequestStreamFunc) (gpointer user_data);

GIOStream *bulla_request_stream_new (GIOStream *base, GByteArray *ahead, goffset limit,
                                     gboolean chunked);
gboolean bulla_request_stream_is_over (BullaRequestStream *self);
void bulla_request_stream_open_up (BullaRequestStream *self);
void bulla_request_stream_on_close (BullaRequestStream *self, BullaRequestStreamFunc func,
                                    gpointer user_data);

G_END_DECLS
