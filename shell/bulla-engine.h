/* bulla-engine.h - what all windows share: loader, gateway, sessions, and which view is whose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

#include "bulla-gateway.h"
#include "bulla-loader.h"
#include "bulla-options.h"
#include "bulla-package-door.h"
#include "bulla-view.h"

G_BEGIN_DECLS

#define BULLA_TYPE_ENGINE (bulla_engine_get_type ())
G_DECLARE_FINAL_TYPE (BullaEngine, bulla_engine, BULLA, ENGINE, GObject)

BullaEngine *bulla_engine_new (const BullaOptions *options, GError **error);
gboolean bulla_engine_allows_private (BullaEngine *self, const char *host);
gboolean bulla_engine_opens_panel (BullaEngine *self);
BullaLoader *bulla_engine_get_loader (BullaEngine *self);
BullaLedger *bulla_engine_get_ledger (BullaEngine *self);
BullaPackageDoor *bulla_engine_get_door (BullaEngine *self);
WebKitWebContext *bulla_engine_get_automation_context (BullaEngine *self);

WebKitWebContext *bulla_engine_dup_context (BullaEngine *self, gboolean packages);
WebKitNetworkSession *bulla_engine_dup_session (BullaEngine *self, gboolean private_window);
WebKitNetworkSession *bulla_engine_dup_package_session (BullaEngine *self, const char *token,
                                                        BullaBundle *bundle);

void bulla_engine_add_view (BullaEngine *self, BullaView *view);
void bulla_engine_remove_view (BullaEngine *self, BullaView *view);
BullaView *bulla_engine_find_view (BullaEngine *self, const char *token);

void bulla_engine_tell_viewport (BullaEngine *self, BullaView *view);
void bulla_engine_keep (BullaEngine *self, BullaView *view, BullaLoad *load);
void bulla_engine_note_opened (BullaEngine *self, BullaView *view, BullaLoad *load, gint64 started);
void bulla_engine_keep_bundle (BullaEngine *self, BullaView *view, BullaBundle *bundle,
                               const char *url);
void bulla_engine_tell_hop (BullaEngine *self, BullaView *view, const char *url);
void bulla_engine_note_bundle (BullaEngine *self, BullaView *view, BullaBundle *bundle);
void bulla_engine_note_refused (BullaEngine *self, BullaView *view, const char *url,
                                BullaVerdict *verdict, const char *message);
void bulla_engine_announce (BullaEngine *self, BullaView *view, GVariant *message);
char *bulla_engine_expect_typed (BullaEngine *self, BullaView *view, const char *url);
void bulla_engine_expect_navigation (BullaEngine *self, BullaView *view, const char *url,
                                     BullaNavigationKind kind, const char *answer);
void bulla_engine_note_shown (BullaEngine *self, BullaView *view, BullaAnswer *answer);
void bulla_engine_end_page (BullaEngine *self, BullaView *view);
BullaAnswer *bulla_engine_find_answer (BullaEngine *self, BullaView *view, const char *id);
void bulla_engine_forget (BullaEngine *self, BullaView *view, const char *url);
void bulla_engine_report_left (BullaEngine *self, BullaView *view, BullaProvenance *provenance);
void bulla_engine_report (BullaEngine *self, BullaView *view, BullaProvenance *provenance);

G_END_DECLS
