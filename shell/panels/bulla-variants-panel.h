/* bulla-variants-panel.h - shows which variants a client gets of a package, and chooses the client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-panel.h"
#include "bulla-view.h"

G_BEGIN_DECLS

#define BULLA_TYPE_VARIANTS_PANEL (bulla_variants_panel_get_type ())
G_DECLARE_FINAL_TYPE (BullaVariantsPanel, bulla_variants_panel, BULLA, VARIANTS_PANEL, BullaPanel)

void bulla_variants_panel_show (BullaVariantsPanel *self, BullaView *view);

G_END_DECLS
