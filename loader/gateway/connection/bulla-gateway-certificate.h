/* bulla-gateway-certificate.h - issues server certificates from an authority kept in memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-tls-stream.h"

G_BEGIN_DECLS

#define BULLA_GATEWAY_LEAVES_MAX 512

typedef struct _BullaGatewayCertificate BullaGatewayCertificate;

BullaGatewayCertificate *bulla_gateway_certificate_new (GError **error);
void bulla_gateway_certificate_free (BullaGatewayCertificate *self);
GTlsCertificate *bulla_gateway_certificate_get_authority (BullaGatewayCertificate *self);
BullaTlsContext *bulla_gateway_certificate_get_context (BullaGatewayCertificate *self);
GTlsCertificate *bulla_gateway_certificate_dup_leaf (BullaGatewayCertificate *self,
                                                     const char *host, GError **error);
char *bulla_gateway_certificate_dup_leaf_hash (BullaGatewayCertificate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayCertificate, bulla_gateway_certificate_free)

G_END_DECLS
