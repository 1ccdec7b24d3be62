/* bulla-gateway-body.h - the body of an answer, off a connection that we read ourselves
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-message.h"

G_BEGIN_DECLS

GInputStream *bulla_gateway_body_new (GIOStream *server, BullaHttpMessage *answer, gboolean none,
                                      GBytes *ahead, GCancellable *cancellable);

G_END_DECLS
