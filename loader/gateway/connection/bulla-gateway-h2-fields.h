/* bulla-gateway-h2-fields.h - sends the head of a response over HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <nghttp2/nghttp2.h>

#include "bulla-gateway-stream.h"

G_BEGIN_DECLS

gboolean bulla_h2_submit_head (nghttp2_session *protocol, gint32 id,
                               const BullaGatewayResponseHead *head,
                               const nghttp2_data_provider *source, gboolean interim);

G_END_DECLS
