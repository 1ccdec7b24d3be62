/* bulla-cli-signing-dates.h - reads the dates between which certificates and signatures are valid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

#define BULLA_CLI_SIGNED_MAX (7 * 86400) /* most seconds from a signature's date to its end */

/* seconds by which dates of certificates and responses precede the current time, because the
 * clocks of other computers may be slow */
#define BULLA_CLI_BACKDATE 3600

/* @text: a date; NULL for now */
gboolean bulla_cli_parse_date (const char *text, int64_t *seconds, GError **error);
gboolean bulla_cli_parse_end (const char *option, const char *text, int64_t date, int64_t min,
                              int64_t max, int64_t *seconds, GError **error);

G_END_DECLS
