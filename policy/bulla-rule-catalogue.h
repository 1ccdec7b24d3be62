/* bulla-rule-catalogue.h - lists the rules with their titles, reasons and settings, for display
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

BULLA_API guint bulla_catalogue_get_n_rules (void);
BULLA_API const char *bulla_catalogue_get_part (guint rule);
BULLA_API const char *bulla_catalogue_find_part_title (const char *id);
BULLA_API const char *bulla_catalogue_get_id (guint rule);
BULLA_API const char *bulla_catalogue_get_title (guint rule);
BULLA_API BullaReason bulla_catalogue_get_reason (guint rule);
BULLA_API BullaReason bulla_catalogue_get_unknown_reason (guint rule);
BULLA_API gboolean bulla_catalogue_gives (guint rule, BullaReason reason);
BULLA_API gboolean bulla_catalogue_gives_unknown (guint rule, BullaReason reason);
BULLA_API const char *bulla_catalogue_get_anchor (guint rule);
BULLA_API const char *bulla_catalogue_get_bundle_anchor (guint rule);
BULLA_API const char *bulla_catalogue_get_required (guint rule);
BULLA_API const char *bulla_catalogue_get_concerns (guint rule);
BULLA_API const char *bulla_catalogue_get_settings (guint rule);

G_END_DECLS
