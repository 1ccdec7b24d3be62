/* bulla-http-body.h - streams the body of a response while it arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-transfer.h"

G_BEGIN_DECLS

#define BULLA_TYPE_HTTP_BODY (bulla_http_body_get_type ())
G_DECLARE_FINAL_TYPE (BullaHttpBody, bulla_http_body, BULLA, HTTP_BODY, GInputStream)

GInputStream *bulla_http_body_new (BullaHttpTransfer *transfer);

G_END_DECLS
