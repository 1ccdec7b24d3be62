/* bulla-automation.h - windows for WebKitWebDriver
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bulla-engine.h"

G_BEGIN_DECLS

#define BULLA_TYPE_AUTOMATION (bulla_automation_get_type ())
G_DECLARE_FINAL_TYPE (BullaAutomation, bulla_automation, BULLA, AUTOMATION, GObject)

BullaAutomation *bulla_automation_new (GtkApplication *application, BullaEngine *engine);

G_END_DECLS
