/* bulla-view-id.h - identifies a view to the gateway, package door and ledger
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

typedef struct {
  char *session; /* owned; secret proxy token of the view's network session */
  char *token;   /* owned; secret token of the view */
  guint number;  /* number in the ledger, from 1; a package view has its web view's */
} BullaViewId;

char *bulla_view_id_make_token (void);
void bulla_view_id_init (BullaViewId *self, WebKitNetworkSession *session, char *token);
void bulla_view_id_clear (BullaViewId *self);

G_END_DECLS
