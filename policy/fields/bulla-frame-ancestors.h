/* bulla-frame-ancestors.h - decides whether a response may be shown in a frame
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bulla_framing_allows (const char *frame_options, const char *security_policy,
                               const char *self, const char *const *ancestors, const char **why);

G_END_DECLS
