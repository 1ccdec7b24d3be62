/* bulla-demo-front.h - lets a server of libsoup speak HTTP/2 too
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef enum {
  DEMO_HTTP_2, /* HTTP/2 for clients that offer it, and HTTP/1.1 */
  DEMO_HTTP_1, /* HTTP/1.1 alone */
} DemoProtocol;

typedef struct _DemoFront DemoFront;

DemoFront *demo_front_new (SoupServer *server, GTlsCertificate *certificate, DemoProtocol protocol,
                           GError **error);
void demo_front_free (DemoFront *self);
guint demo_front_get_port (DemoFront *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DemoFront, demo_front_free)

G_END_DECLS
