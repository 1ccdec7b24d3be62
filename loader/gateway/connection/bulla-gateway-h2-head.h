/* bulla-gateway-h2-head.h - collects and checks the fields of an HTTP/2 request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-request-head.h"

G_BEGIN_DECLS

/* Most bytes of all fields, of which each counts 32 more: RFC 9113, section 6.5.2. */
#define BULLA_GATEWAY_H2_LIST_MAX (BULLA_GATEWAY_HEAD_MAX + 32 * BULLA_GATEWAY_FIELDS_MAX)

typedef struct {
  char *method, *scheme, *authority, *path; /* owned; NULL before the pseudo-header field */
  char *host;                               /* owned; NULL before the field */
  GString *fields;                          /* owned; other fields, as lines of HTTP/1.1 */
  GString *cookie;                          /* owned; the parts of Cookie, joined */
  gsize size;                               /* bytes of all fields, as SETTINGS counts them */
  gboolean counts;                          /* the fields have a content-length */
  guint status;                             /* 0, or the error status that a field deserves */
} BullaGatewayH2Head;

void bulla_gateway_h2_head_init (BullaGatewayH2Head *self);
void bulla_gateway_h2_head_clear (BullaGatewayH2Head *self);
void bulla_gateway_h2_head_add (BullaGatewayH2Head *self, const char *name, gsize name_length,
                                const char *value, gsize value_length);
guint bulla_gateway_h2_head_end (BullaGatewayH2Head *self, gboolean ended, BullaGatewayHead *head);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaGatewayH2Head, bulla_gateway_h2_head_clear)

G_END_DECLS
