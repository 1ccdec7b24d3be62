/* bulla-view-registry.h - finds the views of all windows by token, and owns the decision log
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-decision-log.h"
#include "bulla-engine.h"
#include "bulla-view.h"

G_BEGIN_DECLS

#define BULLA_TYPE_VIEW_REGISTRY (bulla_view_registry_get_type ())
G_DECLARE_FINAL_TYPE (BullaViewRegistry, bulla_view_registry, BULLA, VIEW_REGISTRY, GObject)

BullaViewRegistry *bulla_view_registry_new (BullaEngine *engine, const char *decisions,
                                            GError **error);
BullaEngine *bulla_view_registry_get_engine (BullaViewRegistry *self);
BullaDecisionLog *bulla_view_registry_get_log (BullaViewRegistry *self);
void bulla_view_registry_add (BullaViewRegistry *self, const BullaViewId *id, BullaView *view);
void bulla_view_registry_remove (BullaViewRegistry *self, const BullaViewId *id);
BullaView *bulla_view_registry_find (BullaViewRegistry *self, const char *token);

G_END_DECLS
