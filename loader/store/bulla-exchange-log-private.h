/* bulla-exchange-log-private.h - computes the hash of a log entry, for the log and its check
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-exchange-log.h"

G_BEGIN_DECLS

/* The first entry has this hash in place of a previous entry's. */
#define BULLA_EXCHANGE_LOG_START "0000000000000000000000000000000000000000000000000000000000000000"

char *bulla_exchange_log_hash (JsonObject *object);

G_END_DECLS
