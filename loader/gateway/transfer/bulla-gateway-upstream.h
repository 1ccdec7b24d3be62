/* bulla-gateway-upstream.h - sends requests to their servers, and returns the responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_GATEWAY_AS_IS,
  BULLA_GATEWAY_OFFER, /* the request accepts packages */
  BULLA_GATEWAY_PLAIN, /* the request does not accept packages */
} BullaGatewayAccept;

/* @message, @body: (nullable): NULL if @error is set */
typedef void (*BullaGatewayAnswerFunc) (BullaGatewayRequest *request, BullaHttpMessage *message,
                                        GInputStream *body, const GError *error,
                                        gpointer user_data);

char *bulla_gateway_accept (const char *accept, gboolean packages);
void bulla_gateway_upstream_send (BullaGatewayRequest *request, BullaGatewayAccept accept,
                                  BullaGatewayAnswerFunc func, gpointer user_data);
void bulla_gateway_upstream_send_message (BullaGatewayRequest *request, BullaHttpMessage *message,
                                          BullaGatewayAnswerFunc func, gpointer user_data);
BullaHttpMessage *bulla_gateway_upstream_make_message (BullaGatewayRequest *request,
                                                       BullaGatewayAccept accept);
BullaOuter *bulla_gateway_make_outer (const char *url, BullaHttpMessage *message);

G_END_DECLS
