/* bulla-gateway-response-body.h - reads the body of a server's response from a raw connection
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-message.h"

G_BEGIN_DECLS

GInputStream *bulla_gateway_body_new (GIOStream *server, BullaHttpMessage *answer, gboolean none,
                                      GBytes *ahead, GCancellable *cancellable);

G_END_DECLS
