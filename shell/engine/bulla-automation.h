/* bulla-automation.h - opens windows for WebKitWebDriver
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

#define BULLA_TYPE_AUTOMATION (bulla_automation_get_type ())
G_DECLARE_FINAL_TYPE (BullaAutomation, bulla_automation, BULLA, AUTOMATION, GObject)

/* Returns: (transfer none): the web view of a new window */
typedef WebKitWebView *(*BullaAutomationOpen) (GApplication *application);

BullaAutomation *bulla_automation_new (GApplication *application, WebKitWebContext *context,
                                       BullaAutomationOpen open);

G_END_DECLS
