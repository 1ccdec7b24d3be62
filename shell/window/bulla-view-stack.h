/* bulla-view-stack.h - owns the views of one window: its web view and its package views
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view.h"
#include "bulla-visits.h"

G_BEGIN_DECLS

#define BULLA_TYPE_VIEW_STACK (bulla_view_stack_get_type ())
G_DECLARE_FINAL_TYPE (BullaViewStack, bulla_view_stack, BULLA, VIEW_STACK, GObject)

BullaViewStack *bulla_view_stack_new (GtkBox *box);
void bulla_view_stack_set_web (BullaViewStack *self, BullaView *web);
BullaView *bulla_view_stack_get_web (BullaViewStack *self);
BullaView *bulla_view_stack_get_shown (BullaViewStack *self);
void bulla_view_stack_set_client (BullaViewStack *self, BullaClient *client, gboolean lenient);
BullaVisits *bulla_view_stack_get_visits (BullaViewStack *self);
void bulla_view_stack_forget (BullaViewStack *self);
gboolean bulla_view_stack_has_token (BullaViewStack *self, const char *token);
void bulla_view_stack_show_package (BullaViewStack *self, BullaBundle *bundle, BullaView *opener,
                                    const char *url);

gboolean bulla_view_stack_can_go (BullaViewStack *self, gboolean forward);
void bulla_view_stack_go (BullaViewStack *self, gboolean forward);
void bulla_view_stack_stop (BullaViewStack *self);
gboolean bulla_view_stack_is_busy (BullaViewStack *self);
double bulla_view_stack_get_progress (BullaViewStack *self);
void bulla_view_stack_visit (BullaViewStack *self, const BullaVisit *visit);

G_END_DECLS
