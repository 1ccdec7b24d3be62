/* bulla-request-kind.h - derives the Fetch destination of a resource from its media type
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

const char *bulla_request_kind_of (const char *media_type);

G_END_DECLS
