/* bulla-view-id.h - by what gateway, package door and ledger know a view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

typedef struct {
  char *session; /* owned; the proxy's token, of the view's network session; a secret */
  char *token;   /* owned; a secret */
  guint number;  /* in the ledger, from 1; a package view has that of its window's web view */
} BullaViewId;

char *bulla_view_id_make_token (void);
void bulla_view_id_init (BullaViewId *self, WebKitNetworkSession *session, char *token);
void bulla_view_id_clear (BullaViewId *self);

G_END_DECLS
