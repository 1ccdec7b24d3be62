/* bulla-log-private.h - what makes a chain of entries
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-log.h"

G_BEGIN_DECLS

/* what the first entry has as hash of the one before it */
#define BULLA_LOG_START "0000000000000000000000000000000000000000000000000000000000000000"

char *bulla_log_hash (JsonObject *object);

G_END_DECLS
