/* bulla-report-collector-retry.c - chooses a collector of a group, and when to retry it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-report-collector-retry.h"

static gboolean
is_ready (const BullaNelEndpoint *endpoint, gint64 now)
{
  return endpoint->failures < BULLA_REPORT_FAILURES_MAX && endpoint->retry_after <= now;
}

/**
 * bulla_report_choose_collector: (skip)
 * @group: a group of collectors
 * @random: a random number in [0, 1) that selects one of several collectors
 * @now: Unix seconds
 *
 * Spec: Reporting API, "Choose an endpoint": takes the lowest available priority, and chooses by
 * weight.
 *
 * Returns: (transfer none) (nullable): a collector that may be used now
 */
const BullaNelEndpoint *
bulla_report_choose_collector (const BullaNelGroup *group, double random, gint64 now)
{
  guint priority = G_MAXUINT, n = 0;
  double total = 0.0, passed = 0.0;
  const BullaNelEndpoint *last = NULL;

  for (guint i = 0; i < group->endpoints->len; i++) {
    const BullaNelEndpoint *each = group->endpoints->pdata[i];
    if (is_ready (each, now))
      priority = MIN (priority, each->priority);
  }
  for (guint i = 0; i < group->endpoints->len; i++) {
    const BullaNelEndpoint *each = group->endpoints->pdata[i];
    if (is_ready (each, now) && each->priority == priority) {
      total += each->weight;
      n++;
    }
  }
  for (guint i = 0; i < group->endpoints->len; i++) {
    const BullaNelEndpoint *each = group->endpoints->pdata[i];
    if (!is_ready (each, now) || each->priority != priority)
      continue;
    last = each;
    passed += total > 0.0 ? each->weight / total : 1.0 / n;
    if (random < passed)
      break;
  }
  return last;
}

/**
 * bulla_report_note_delivery: (skip)
 * @group: a group of collectors
 * @url: the URL of the collector that was tried
 * @status: HTTP status of its response; 0 if there was none
 * @now: Unix seconds
 *
 * Spec: Reporting API, "Attempt to deliver reports to endpoint": a collector that responds 410 is
 * not used again, one that fails is not used for a while.
 */
void
bulla_report_note_delivery (BullaNelGroup *group, const char *url, guint status, gint64 now)
{
  for (guint i = 0; i < group->endpoints->len; i++) {
    BullaNelEndpoint *each = group->endpoints->pdata[i];
    if (!g_str_equal (each->url, url))
      continue;
    if (status / 100 == 2) {
      each->failures = 0;
      each->retry_after = 0;
    } else if (status == 410) {
      each->failures = BULLA_REPORT_FAILURES_MAX;
    } else {
      each->retry_after = now + ((gint64)BULLA_REPORT_RETRY_SECONDS << each->failures);
      each->failures = MIN (each->failures + 1, BULLA_REPORT_FAILURES_MAX);
    }
    return;
  }
}
