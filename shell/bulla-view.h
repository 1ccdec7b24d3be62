/* bulla-view.h - one web view: its token, its navigations, and where its page came from
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

#include "bulla-itinerary.h"
#include "bulla-notes.h"

G_BEGIN_DECLS

typedef struct _BullaEngine BullaEngine;

#define BULLA_TYPE_VIEW (bulla_view_get_type ())
G_DECLARE_FINAL_TYPE (BullaView, bulla_view, BULLA, VIEW, WebKitWebView)

BullaView *bulla_view_new (BullaEngine *engine, gboolean private_window);
gboolean bulla_view_has_token (BullaView *self, const char *token);
char *bulla_view_dup_token (BullaView *self);
guint bulla_view_get_number (BullaView *self);
gboolean bulla_view_is_private (BullaView *self);
BullaEngine *bulla_view_get_engine (BullaView *self);
BullaProvenance *bulla_view_get_provenance (BullaView *self);

void bulla_view_open (BullaView *self, const char *url);
gboolean bulla_view_was_told_to_open (BullaView *self, const char *url);
void bulla_view_give_notice (BullaView *self, const char *text);
void bulla_view_load_live (BullaView *self);
void bulla_view_expect (BullaView *self, BullaProvenance *provenance);
BullaItinerary *bulla_view_get_itinerary (BullaView *self);
gboolean bulla_view_take_wait (BullaView *self, const char *url);
void bulla_view_announce_refusal (BullaView *self, const char *address, BullaLoad *load);
void bulla_view_show_refusal (BullaView *self, const char *address, BullaLoad *load,
                              const GError *error);
void bulla_view_show_refused_bundle (BullaView *self, const char *address, BullaBundle *bundle);
void bulla_view_note_bundle (BullaView *self, BullaBundle *bundle);
void bulla_view_note (BullaView *self, BullaEvent event, const char *url, BullaLoad *load,
                      const char *message);

G_END_DECLS
