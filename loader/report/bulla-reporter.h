/* bulla-reporter.h - reports on exchanges to those who delivered them, as far as the profile allows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-loader.h"
#include "bulla-nel-policies.h"
#include "bulla-sxg-report.h"

G_BEGIN_DECLS

#define BULLA_REPORTER_DELIVERIES_MAX 64 /* under way at one time */
#define BULLA_REPORTER_ATTEMPTS_MAX 3    /* collectors that one report is offered to */

/* The context of a transfer. Everything is copied. */
typedef struct {
  const char *partition;     /* network partition key; see bulla_nel_policies_note() */
  const char *view;          /* nullable */
  const char *user_agent;    /* nullable; User-Agent of the request */
  gint64 started;            /* g_get_monotonic_time() when it was asked for */
  BullaSxgTransfer transfer; /* its duration is measured by the reporter */
} BullaReportOccasion;

/* Types of report that Chromium adds to the results of LOAD. */
typedef enum {
  BULLA_REPORT_VARIANT_MISMATCH,
  BULLA_REPORT_HEADER_INTEGRITY_MISMATCH,
} BullaReportMismatch;

#define BULLA_TYPE_REPORTER (bulla_reporter_get_type ())
G_DECLARE_FINAL_TYPE (BullaReporter, bulla_reporter, BULLA, REPORTER, GObject)

BullaReporter *bulla_reporter_new (BullaLoader *loader);
void bulla_reporter_note_response (BullaReporter *self, const char *partition,
                                   const BullaNelResponse *response);
void bulla_reporter_note_exchange (BullaReporter *self, const BullaReportOccasion *occasion,
                                   BullaLoad *load);
void bulla_reporter_note_mismatch (BullaReporter *self, const BullaReportOccasion *occasion,
                                   BullaLoad *load, BullaReportMismatch mismatch);
void bulla_reporter_forget (BullaReporter *self, const char *prefix);
guint bulla_reporter_get_n_origins (BullaReporter *self);
void bulla_reporter_close (BullaReporter *self);

G_END_DECLS
