/* bulla-substituted-sessions.h - network sessions of substituted pages, and their removal
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

#include "bulla-data-rights.h"
#include "bulla-gateway.h"
#include "bulla-network-prompt.h"

G_BEGIN_DECLS

#define BULLA_TYPE_SUBSTITUTED_SESSIONS (bulla_substituted_sessions_get_type ())
G_DECLARE_FINAL_TYPE (BullaSubstitutedSessions, bulla_substituted_sessions, BULLA,
                      SUBSTITUTED_SESSIONS, GObject)

BullaSubstitutedSessions *bulla_substituted_sessions_new (BullaGateway *gateway,
                                                          BullaNetworkPrompt *prompt,
                                                          BullaProfile *profile);
BullaProfile *bulla_substituted_sessions_get_profile (BullaSubstitutedSessions *self);
void bulla_substituted_sessions_judge (BullaSubstitutedSessions *self, const char *publisher,
                                       const char *distributor, BullaDataRights *rights);
WebKitNetworkSession *bulla_substituted_sessions_dup_session (BullaSubstitutedSessions *self,
                                                              const BullaDataRights *rights,
                                                              gboolean private_window);
void bulla_substituted_sessions_enter (BullaSubstitutedSessions *self,
                                       WebKitNetworkSession *session);
void bulla_substituted_sessions_leave (BullaSubstitutedSessions *self,
                                       WebKitNetworkSession *session, gboolean lasts);
void bulla_substituted_sessions_confirm (BullaSubstitutedSessions *self, const char *url);
void bulla_substituted_sessions_note_shared (BullaSubstitutedSessions *self, const char *url);
void bulla_substituted_sessions_forget_async (BullaSubstitutedSessions *self,
                                              WebKitNetworkSession *shared,
                                              WebKitWebContext *context,
                                              GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_substituted_sessions_forget_finish (BullaSubstitutedSessions *self,
                                                   GAsyncResult *result, GStrv *removed,
                                                   GStrv *left, GError **error);

G_END_DECLS
