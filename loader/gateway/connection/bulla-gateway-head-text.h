/* bulla-gateway-head-text.h - makes header values that no client can misread
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bulla_gateway_append_clean (GString *text, const char *value);

G_END_DECLS
