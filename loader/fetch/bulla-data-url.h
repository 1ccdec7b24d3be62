/* bulla-data-url.h - decodes a certificate chain from a data: URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_CERT_CHAIN_TYPE "application/cert-chain+cbor"

GBytes *bulla_data_url_decode_chain (const char *url, GError **error);

G_END_DECLS
