/* bulla-application.h - the bulla-shell application: options, windows, shortcuts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BULLA_TYPE_APPLICATION (bulla_application_get_type ())
G_DECLARE_FINAL_TYPE (BullaApplication, bulla_application, BULLA, APPLICATION, AdwApplication)

BullaApplication *bulla_application_new (void);
int bulla_application_get_status (BullaApplication *self);

G_END_DECLS
