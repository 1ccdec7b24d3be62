/* bulla-engine.h - creates and owns the objects that all windows share: loader, gateway, contexts
 * and sessions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

#include "bulla-client.h"
#include "bulla-exchange-recorder.h"
#include "bulla-gateway.h"
#include "bulla-loader.h"
#include "bulla-network-prompt.h"
#include "bulla-options.h"
#include "bulla-package-door.h"
#include "bulla-substituted-sessions.h"
#include "bulla-view-id.h"

G_BEGIN_DECLS

#define BULLA_TYPE_ENGINE (bulla_engine_get_type ())
G_DECLARE_FINAL_TYPE (BullaEngine, bulla_engine, BULLA, ENGINE, GObject)

BullaEngine *bulla_engine_new (const BullaOptions *options, BullaNetworkPrompt *prompt,
                               GError **error);
gboolean bulla_engine_allows_private (BullaEngine *self, const char *host);
gboolean bulla_engine_opens_panel (BullaEngine *self);
BullaClient *bulla_engine_get_client (BullaEngine *self);
BullaLoader *bulla_engine_get_loader (BullaEngine *self);
BullaExchangeRecorder *bulla_engine_get_recorder (BullaEngine *self);
BullaLedger *bulla_engine_get_ledger (BullaEngine *self);
BullaGateway *bulla_engine_get_gateway (BullaEngine *self);
BullaPackageDoor *bulla_engine_get_door (BullaEngine *self);
BullaSubstitutedSessions *bulla_engine_get_apart (BullaEngine *self);
WebKitNetworkSession *bulla_engine_get_session (BullaEngine *self);
BullaNetworkPrompt *bulla_engine_get_prompt (BullaEngine *self);
WebKitWebContext *bulla_engine_get_automation_context (BullaEngine *self);

WebKitWebContext *bulla_engine_dup_context (BullaEngine *self);
WebKitNetworkSession *bulla_engine_dup_session (BullaEngine *self, gboolean private_window);
WebKitNetworkSession *bulla_engine_dup_package_session (BullaEngine *self, const char *token,
                                                        BullaBundle *bundle);

/* messages about a view to the gateway and the package door */
void bulla_engine_register_view (BullaEngine *self, const BullaViewId *view);
void bulla_engine_close_view (BullaEngine *self, const BullaViewId *view);
void bulla_engine_set_viewport (BullaEngine *self, const BullaViewId *view, int width, int scale);
void bulla_engine_keep (BullaEngine *self, const BullaViewId *view, BullaLoad *load);
void bulla_engine_note_opened (BullaEngine *self, const BullaViewId *view, BullaLoad *load,
                               gint64 started);
void bulla_engine_keep_bundle (BullaEngine *self, const BullaViewId *view, BullaBundle *bundle,
                               const char *url);
void bulla_engine_announce (BullaEngine *self, const BullaViewId *view, GVariant *message);
char *bulla_engine_expect_typed (BullaEngine *self, const BullaViewId *view, const char *url);
void bulla_engine_expect_navigation (BullaEngine *self, const BullaViewId *view, const char *url,
                                     BullaNavigationKind kind, const char *answer);
void bulla_engine_end_page (BullaEngine *self, const BullaViewId *view);
BullaNavigationAnswer *bulla_engine_find_answer (BullaEngine *self, const BullaViewId *view,
                                                 const char *id);
void bulla_engine_note_shown (BullaEngine *self, const BullaViewId *view,
                              BullaNavigationAnswer *answer);
void bulla_engine_forget (BullaEngine *self, const BullaViewId *view, const char *url);

G_END_DECLS
