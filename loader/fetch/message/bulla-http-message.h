/* bulla-http-message.h - one HTTP request, with the head of its response
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define BULLA_TYPE_HTTP_MESSAGE (bulla_http_message_get_type ())
G_DECLARE_FINAL_TYPE (BullaHttpMessage, bulla_http_message, BULLA, HTTP_MESSAGE, GObject)

BullaHttpMessage *bulla_http_message_new (const char *method, GUri *uri);
BullaHttpMessage *bulla_http_message_new_for_url (const char *method, const char *url);

const char *bulla_http_message_get_method (BullaHttpMessage *self);
GUri *bulla_http_message_get_uri (BullaHttpMessage *self);
void bulla_http_message_set_target (BullaHttpMessage *self, const char *target);
SoupMessageHeaders *bulla_http_message_get_request_headers (BullaHttpMessage *self);
void bulla_http_message_set_body (BullaHttpMessage *self, const char *type, GInputStream *body,
                                  goffset length);
void bulla_http_message_set_body_from_bytes (BullaHttpMessage *self, const char *type,
                                             GBytes *body);

guint bulla_http_message_get_status (BullaHttpMessage *self);
const char *bulla_http_message_get_reason_phrase (BullaHttpMessage *self);
SoupMessageHeaders *bulla_http_message_get_response_headers (BullaHttpMessage *self);
GInputStream *bulla_http_message_decode (BullaHttpMessage *self, GInputStream *body);
const char *bulla_http_message_get_protocol (BullaHttpMessage *self);
GSocketAddress *bulla_http_message_get_remote_address (BullaHttpMessage *self);
char *bulla_http_message_dup_address (BullaHttpMessage *self);
gint64 bulla_http_message_get_started (BullaHttpMessage *self);

char *bulla_http_dup_authority (GUri *uri, gboolean with_default_port);

G_END_DECLS
