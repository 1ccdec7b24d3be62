/* bulla-body-stream.h - reads the verified body of an exchange, one record after another
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_TYPE_BODY_STREAM (bulla_body_stream_get_type ())
G_DECLARE_FINAL_TYPE (BullaBodyStream, bulla_body_stream, BULLA, BODY_STREAM, GInputStream)

GInputStream *bulla_body_stream_new (GInputStream *coded, const guint8 *ahead, gsize length,
                                     GConverter *decoder);
void bulla_body_stream_abandon (BullaBodyStream *self);

G_END_DECLS
