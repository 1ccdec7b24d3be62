/* bulla-exposure-report.h - lists the parties that a view contacted, and what each of them learnt
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-ledger.h"
#include "bulla-party.h"

G_BEGIN_DECLS

#define BULLA_TYPE_EXPOSURE_REPORT (bulla_exposure_report_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaExposureReport, bulla_exposure_report, BULLA, EXPOSURE_REPORT, GObject)

BULLA_API BullaExposureReport *bulla_exposure_report_new (BullaLedger *ledger, guint view);
BULLA_API guint bulla_exposure_report_get_view (BullaExposureReport *self);
BULLA_API BullaContact *bulla_exposure_report_get_click (BullaExposureReport *self);
BULLA_API const char *bulla_exposure_report_get_page (BullaExposureReport *self);
BULLA_API gboolean bulla_exposure_report_place (BullaExposureReport *self, BullaContact *contact,
                                                BullaPhase *phase);

G_END_DECLS
