/* bulla-cli-warc-digest.h - compares content with the digest that a web archive states
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-http-block.h"

G_BEGIN_DECLS

gboolean bulla_cli_warc_digest_contradicts (GPtrArray *fields, GBytes *block,
                                            const BullaHttpBlock *http);

G_END_DECLS
