/* bulla-gateway-request-head.h - parses and checks the head of a client's request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define BULLA_GATEWAY_HEAD_MAX 65536 /* most bytes, including the final empty line */
#define BULLA_GATEWAY_FIELDS_MAX 256
#define BULLA_GATEWAY_OPTIONS_MAX 64     /* most names in the Connection header */
#define BULLA_GATEWAY_HEAD_TOO_LARGE 431 /* HTTP status; libsoup has no constant for it */

typedef struct {
  char *method;                /* owned */
  char *target;                /* owned; valid UTF-8 without spaces and controls */
  SoupMessageHeaders *headers; /* owned; all fields in their original order */
  const char *host;            /* borrowed from @headers; NULL if absent, which HTTP/1.0 allows */
  const char *authorization;   /* borrowed from @headers; NULL if absent; Proxy-Authorization */
  goffset length;              /* bytes of the body; -1 if it is chunked */
  gboolean keep_alive;         /* the client may send another request on this connection */
  gboolean is_old;             /* the request is HTTP/1.0 */
  gboolean awaits_continue;    /* the client sends its body after 100 (Continue) */
} BullaGatewayHead;

gsize bulla_gateway_head_find_end (const guint8 *bytes, gsize length, gsize seen);
guint bulla_gateway_head_parse (BullaGatewayHead *self, const guint8 *bytes, gsize length);
void bulla_gateway_head_clear (BullaGatewayHead *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaGatewayHead, bulla_gateway_head_clear)

gboolean bulla_gateway_is_token (const char *text, gsize length);
gboolean bulla_gateway_is_value (const char *text, gsize length);

G_END_DECLS
