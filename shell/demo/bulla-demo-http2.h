/* bulla-demo-http2.h - serves a client over HTTP/2 with the handlers of a server of libsoup
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void demo_http2_serve (GIOStream *stream, GSocketAddress *local, GSocketAddress *remote,
                       SoupServer *server, GCancellable *closed);

G_END_DECLS
