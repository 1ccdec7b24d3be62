/* bulla-http2-wire.h - reads and writes the bytes of a TLS connection that curl has opened
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BullaHttp2Wire:
 *
 * The TLS connection that curl has opened: an SSL of OpenSSL, which curl frees.
 */
typedef struct ssl_st BullaHttp2Wire;

gboolean bulla_http2_wire_is_chosen (BullaHttp2Wire *wire);
gboolean bulla_http2_wire_take (BullaHttp2Wire *wire, int fd);
gssize bulla_http2_wire_read (BullaHttp2Wire *wire, guint8 *buffer, gsize size, GError **error);
gssize bulla_http2_wire_write (BullaHttp2Wire *wire, const guint8 *bytes, gsize length,
                               GError **error);

G_END_DECLS
