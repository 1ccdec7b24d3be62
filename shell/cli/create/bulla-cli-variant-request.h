/* bulla-cli-variant-request.h - request headers that select the variant which was just made
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_cli_dup_variant_options (char *const *headers);

G_END_DECLS
