/* bulla-gather-stream.h - a GIOStream that gathers small writes into large ones
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_TYPE_GATHER_STREAM bulla_gather_stream_get_type ()
G_DECLARE_FINAL_TYPE (BullaGatherStream, bulla_gather_stream, BULLA, GATHER_STREAM, GIOStream)

BullaGatherStream *bulla_gather_stream_new (GIOStream *base);
void bulla_gather_stream_cork (BullaGatherStream *self);
gboolean bulla_gather_stream_uncork (BullaGatherStream *self, GError **error);
GSource *bulla_gather_stream_create_writable_source (BullaGatherStream *self);

G_END_DECLS
