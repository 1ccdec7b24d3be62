/* bulla-dns-anchors.h - parses DNSSEC trust anchors: DS and DNSKEY records (RFC 4034 sections 2, 5)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_DNS_ANCHORS_MAX 64 /* most records in one file */

typedef struct {
  char *owner; /* owned; the zone in lower case, without a final dot; "" for the root */
  guint16 key_tag;
  char *record; /* owned; the record on one line */
} BullaDnsAnchor;

GPtrArray *bulla_dns_anchors_parse (const char *text, gsize length, GError **error);

G_END_DECLS
