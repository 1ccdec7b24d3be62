/* bulla-report-collector-retry.h - chooses a collector of a group, and when to retry it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-nel-policy.h"

G_BEGIN_DECLS

#define BULLA_REPORT_FAILURES_MAX 5   /* consecutive failures after which a collector is not used */
#define BULLA_REPORT_RETRY_SECONDS 60 /* seconds before a retry; doubled after each failure */

const BullaNelEndpoint *bulla_report_choose_collector (const BullaNelGroup *group, double random,
                                                       gint64 now);
void bulla_report_note_delivery (BullaNelGroup *group, const char *url, guint status, gint64 now);

G_END_DECLS
