/* bulla-cli-warc-digest.h - compares content with the digest that a web archive states
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bulla_cli_warc_digest_is_of (const char *digest, GBytes *bytes);
gboolean bulla_cli_warc_digest_is_readable (const char *digest);

G_END_DECLS
