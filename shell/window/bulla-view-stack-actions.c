/* bulla-view-stack-actions.c - what the user does with the views of a window: go, stop
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-stack-private.h"

static gboolean
can_go (BullaView *view, gboolean forward)
{
  return forward ? webkit_web_view_can_go_forward (WEBKIT_WEB_VIEW (view))
                 : webkit_web_view_can_go_back (WEBKIT_WEB_VIEW (view));
}

/**
 * bulla_view_stack_can_go:
 * @forward: %TRUE for forward, %FALSE for back
 *
 * Returns: whether the history of the package view, or else of the window, has a page there
 */
gboolean
bulla_view_stack_can_go (BullaViewStack *self, gboolean forward)
{
  return can_go (self->shown, forward) || can_go (self->web, forward);
}

/**
 * bulla_view_stack_go:
 * @forward: %TRUE for forward, %FALSE for back
 */
void
bulla_view_stack_go (BullaViewStack *self, gboolean forward)
{
  WebKitWebView *view = WEBKIT_WEB_VIEW (can_go (self->shown, forward) ? self->shown : self->web);

  if (forward)
    webkit_web_view_go_forward (view);
  else
    webkit_web_view_go_back (view);
}

/**
 * bulla_view_stack_stop:
 *
 * Stops all loading; a package view that is not shown yet is not shown.
 */
void
bulla_view_stack_stop (BullaViewStack *self)
{
  bulla_view_stack_drop_coming (self);
  bulla_view_stop (self->web);
  if (self->shown != self->web)
    bulla_view_stop (self->shown);
  g_signal_emit_by_name (self, "busy-changed");
}

/**
 * bulla_view_stack_is_busy:
 *
 * Returns: whether the window is loading another page
 */
gboolean
bulla_view_stack_is_busy (BullaViewStack *self)
{
  return self->coming != NULL || bulla_view_is_busy (self->web) || bulla_view_is_busy (self->shown);
}

/**
 * bulla_view_stack_get_progress:
 *
 * Returns: from 0 to 1; 0 when nothing is loaded
 */
double
bulla_view_stack_get_progress (BullaViewStack *self)
{
  BullaView *view = self->coming != NULL               ? self->coming
                    : bulla_view_is_busy (self->shown) ? self->shown
                                                       : self->web;

  return bulla_view_stack_is_busy (self)
             ? webkit_web_view_get_estimated_load_progress (WEBKIT_WEB_VIEW (view))
             : 0;
}

/**
 * bulla_view_stack_set_client:
 * @client: (nullable): the client that all views of the window stand for; %NULL for the engine
 *   itself
 * @lenient: whether the user accepts packages with another variant than the requests select
 *
 * The shown page is loaded again.
 */
void
bulla_view_stack_set_client (BullaViewStack *self, BullaClient *client, gboolean lenient)
{
  bulla_view_set_client (self->web, client, lenient);
  for (guint i = 0; i < self->packages->len; i++)
    bulla_view_set_client (self->packages->pdata[i], client, lenient);
  bulla_view_reload (self->shown);
}

static gboolean
has_entry (WebKitWebView *view, WebKitBackForwardListItem *entry)
{
  WebKitBackForwardList *list = webkit_web_view_get_back_forward_list (view);
  g_autoptr (GList) back = webkit_back_forward_list_get_back_list (list);
  g_autoptr (GList) forward = webkit_back_forward_list_get_forward_list (list);

  return entry != NULL
         && (entry == webkit_back_forward_list_get_current_item (list)
             || g_list_find (back, entry) != NULL || g_list_find (forward, entry) != NULL);
}

static void
go_to_entry (BullaView *view, WebKitBackForwardListItem *entry)
{
  WebKitWebView *web = WEBKIT_WEB_VIEW (view);

  if (entry
      != webkit_back_forward_list_get_current_item (webkit_web_view_get_back_forward_list (web)))
    webkit_web_view_go_to_back_forward_list_item (web, entry);
}

/**
 * bulla_view_stack_visit:
 * @visit: a visit of the window
 *
 * Goes back, or forward, to the page; opens its address again if the history has lost its entry.
 */
void
bulla_view_stack_visit (BullaViewStack *self, const BullaVisit *visit)
{
  g_autoptr (BullaView) view = g_weak_ref_get ((GWeakRef *)&visit->view);
  g_autofree char *url = g_strdup (visit->url);

  if (!has_entry (WEBKIT_WEB_VIEW (self->web), visit->place)) {
    bulla_view_open (self->shown, url);
    return;
  }
  if (view != NULL && view != self->web && has_entry (WEBKIT_WEB_VIEW (view), visit->entry))
    go_to_entry (view, visit->entry);
  go_to_entry (self->web, visit->place);
}
