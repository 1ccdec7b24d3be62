/* bulla-verdict-panel.h - shows the rules that decided how a page is shown, with their results
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-panel.h"
#include "bulla-provenance.h"

G_BEGIN_DECLS

#define BULLA_TYPE_VERDICT_PANEL (bulla_verdict_panel_get_type ())
G_DECLARE_FINAL_TYPE (BullaVerdictPanel, bulla_verdict_panel, BULLA, VERDICT_PANEL, BullaPanel)

void bulla_verdict_panel_show (BullaVerdictPanel *self, BullaProvenance *provenance);

G_END_DECLS
