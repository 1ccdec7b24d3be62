/* bulla-history-dialog.h - lists where a window has been
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "bulla-view-stack.h"

G_BEGIN_DECLS

#define BULLA_TYPE_HISTORY_DIALOG (bulla_history_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BullaHistoryDialog, bulla_history_dialog, BULLA, HISTORY_DIALOG, AdwWindow)

void bulla_history_dialog_present (GtkWindow *parent, BullaViewStack *views);

G_END_DECLS
