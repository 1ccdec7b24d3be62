/* bulla-substituted-sessions.h - network sessions of substituted pages, and their removal
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

#include "bulla-data-rights.h"
#include "bulla-gateway.h"
#include "bulla-network-prompt.h"

G_BEGIN_DECLS

#define BULLA_TYPE_APART (bulla_apart_get_type ())
G_DECLARE_FINAL_TYPE (BullaApart, bulla_apart, BULLA, APART, GObject)

BullaApart *bulla_apart_new (BullaGateway *gateway, BullaNetworkPrompt *prompt,
                             BullaProfile *profile);
BullaProfile *bulla_apart_get_profile (BullaApart *self);
void bulla_apart_judge (BullaApart *self, const char *publisher, const char *distributor,
                        BullaDataRights *rights);
WebKitNetworkSession *bulla_apart_dup_session (BullaApart *self, const BullaDataRights *rights,
                                               gboolean private_window);
void bulla_apart_enter (BullaApart *self, WebKitNetworkSession *session);
void bulla_apart_leave (BullaApart *self, WebKitNetworkSession *session, gboolean lasts);
void bulla_apart_confirm (BullaApart *self, const char *url);
void bulla_apart_note_shared (BullaApart *self, const char *url);
void bulla_apart_forget_async (BullaApart *self, WebKitNetworkSession *shared,
                               WebKitWebContext *context, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean bulla_apart_forget_finish (BullaApart *self, GAsyncResult *result, GStrv *removed,
                                    GStrv *left, GError **error);

G_END_DECLS
