/* bulla-log-state.h - states of a transparency log, and whether its timestamps count in each
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_LOG_PENDING,
  BULLA_LOG_QUALIFIED,
  BULLA_LOG_USABLE,
  BULLA_LOG_READONLY,
  BULLA_LOG_RETIRED,
  BULLA_LOG_REJECTED,
  BULLA_N_LOG_STATES,
} BullaLogState;

const char *bulla_log_state_get_nick (BullaLogState state);
const char *bulla_log_state_why_not_counted (BullaLogState state, gint64 since, gint64 timestamp);

G_END_DECLS
