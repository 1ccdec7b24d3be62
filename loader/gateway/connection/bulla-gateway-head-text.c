/* bulla-gateway-head-text.c - makes header values that no client can misread
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-head-text.h"

/**
 * bulla_gateway_append_clean:
 * @text: receives the value
 * @value: the value of a header field, or a reason phrase, from a server
 *
 * Replaces CR, LF and other control characters with spaces, as a proxy must: RFC 9110, section 5.5.
 */
void
bulla_gateway_append_clean (GString *text, const char *value)
{
  for (const char *at = value; *at != '\0'; at++) {
    gboolean control = ((guchar)*at < 0x20 && *at != '\t') || *at == 0x7f;
    g_string_append_c (text, control ? ' ' : *at);
  }
}
