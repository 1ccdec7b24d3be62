/* bulla-request-kind.c - derives the Fetch destination of a resource from its media type
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-request-kind.h"

#include <string.h>

/* Media types, or their beginnings up to a star, and the destination by which pages ask for them.
 */
static const struct {
  const char *type, *kind;
} KINDS[] = {
    {"text/html", "document"},
    {"application/xhtml+xml", "document"},
    {"text/plain", "document"},
    {"application/pdf", "document"},
    {"text/css", "style"},
    {"text/javascript", "script"},
    {"application/javascript", "script"},
    {"application/ecmascript", "script"},
    {"image/*", "image"},
    {"font/*", "font"},
    {"application/font-*", "font"},
    {"application/x-font-*", "font"},
    {"video/*", "video"},
    {"audio/*", "audio"},
    {"application/manifest+json", "manifest"},
    {"text/vtt", "track"},
    {"application/json", "json"},
};

/**
 * bulla_request_kind_of: (skip)
 * @media_type: (nullable): a media type, perhaps with parameters
 *
 * Returns: the Fetch destination by which pages mostly ask for it: `document`, `style`, `script`,
 *   `image`, `font`, `video`, `audio`, `manifest`, `track`, `json`, or `fetch` for all others
 */
const char *
bulla_request_kind_of (const char *media_type)
{
  size_t length = media_type != NULL ? strcspn (media_type, "; \t") : 0;

  for (size_t i = 0; i < G_N_ELEMENTS (KINDS); i++) {
    size_t known = strlen (KINDS[i].type);
    gboolean prefix = KINDS[i].type[known - 1] == '*';
    known -= prefix;
    if ((prefix ? length >= known : length == known) && known > 0
        && g_ascii_strncasecmp (media_type, KINDS[i].type, known) == 0)
      return KINDS[i].kind;
  }
  return "fetch";
}
