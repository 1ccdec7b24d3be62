/* bulla-gateway-emit.h - emits the gateway's signals about requests and their packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway.h"

G_BEGIN_DECLS

void bulla_gateway_emit_decided (BullaGateway *self, const char *view, BullaLoad *load);
void bulla_gateway_emit_bundle_decided (BullaGateway *self, const char *view, BullaBundle *bundle);
void bulla_gateway_emit_resource_served (BullaGateway *self, const char *view, BullaLoad *load);
void bulla_gateway_emit_separate (BullaGateway *self, const char *view, BullaBundle *bundle,
                                  const char *url);
void bulla_gateway_emit_apart (BullaGateway *self, const char *view, BullaHandover *handover);
void bulla_gateway_emit_leave (BullaGateway *self, const char *view, const char *url,
                               gboolean typed);
void bulla_gateway_emit_truncated (BullaGateway *self, const char *view, BullaLoad *load,
                                   const char *message);
void bulla_gateway_emit_prefetched (BullaGateway *self, const char *view, const char *url,
                                    BullaLoad *load);
void bulla_gateway_emit_unused (BullaGateway *self, const char *view, const char *url,
                                BullaLoad *load, const char *message);
void bulla_gateway_emit_live (BullaGateway *self, const char *view, const char *url, gint64 date,
                              const char *validator, gboolean frame);
void bulla_gateway_emit_served (BullaGateway *self, const char *view, BullaLoad *load);
void bulla_gateway_emit_fell_back (BullaGateway *self, const char *view, BullaLoad *load,
                                   const char *url, BullaVerdict *verdict, gboolean frame);
void bulla_gateway_emit_refused (BullaGateway *self, const char *view, const char *url,
                                 BullaLoad *load, const char *message, BullaVerdict *verdict);

G_END_DECLS
