/* bulla-log-state.c - states of a transparency log, and whether its timestamps count in each
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: https://googlechrome.github.io/CertificateTransparency/log_states.html */
#include "bulla-log-state.h"

static const char *const STATES[BULLA_N_LOG_STATES] = {
    [BULLA_LOG_PENDING] = "pending", [BULLA_LOG_QUALIFIED] = "qualified",
    [BULLA_LOG_USABLE] = "usable",   [BULLA_LOG_READONLY] = "readonly",
    [BULLA_LOG_RETIRED] = "retired", [BULLA_LOG_REJECTED] = "rejected",
};

/**
 * bulla_log_state_get_nick: (skip)
 * @state: a state
 *
 * Returns: (transfer none): its name in lists
 */
const char *
bulla_log_state_get_nick (BullaLogState state)
{
  return STATES[state];
}

/**
 * bulla_log_state_why_not_counted: (skip)
 * @state: state of a log
 * @since: when the log got that state, in Unix seconds
 * @timestamp: when the log issued a timestamp, in Unix seconds
 *
 * Returns: (nullable): the log as a noun that says why the timestamp does not count; %NULL if the
 *   state allows it
 */
const char *
bulla_log_state_why_not_counted (BullaLogState state, gint64 since, gint64 timestamp)
{
  if (state == BULLA_LOG_PENDING)
    return "a log that is pending";
  if (state == BULLA_LOG_REJECTED)
    return "a log that was rejected";
  if (state == BULLA_LOG_RETIRED && timestamp >= since)
    return "a timestamp from after the log was retired";
  return NULL;
}
