/* bulla-reporter.h - reports exchanges to their distributors, if the profile allows it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-loader.h"
#include "bulla-nel-policies.h"
#include "bulla-sxg-report.h"

G_BEGIN_DECLS

#define BULLA_REPORTER_DELIVERIES_MAX 64 /* most concurrent deliveries */
#define BULLA_REPORTER_ATTEMPTS_MAX 3    /* most collectors to which one report is sent */

/* The context of a transfer. Everything is copied. */
typedef struct {
  const char *partition;     /* network partition key; see bulla_nel_policies_note() */
  const char *view;          /* nullable */
  const char *user_agent;    /* NULL if absent; User-Agent of the request */
  gint64 started;            /* g_get_monotonic_time() of the request */
  BullaSxgTransfer transfer; /* the reporter measures its duration */
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
