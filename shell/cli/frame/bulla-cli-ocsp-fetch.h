/* bulla-cli-ocsp-fetch.h - asks an OCSP responder
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

G_BEGIN_DECLS

GBytes *bulla_cli_ocsp_fetch (BullaLoader *loader, const char *responder, GBytes *request,
                              gboolean get, GError **error);

G_END_DECLS
