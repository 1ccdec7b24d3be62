/* bulla-window-fullscreen.c - lets a page fill the screen, and says whose page it is
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A window that the user makes full screen keeps its address and badge. A page that asks for the
 * whole screen could draw a false address and badge, so a notice names its host and standing first,
 * and the next page gets a window with its own. */
#include "bulla-window-private.h"

#include <glib/gi18n.h>

#include "bulla-uri-text.h"
#include "bulla-window-actions.h"

static void
set_page_fullscreen (BullaWindow *self, gboolean fullscreen)
{
  self->page_fullscreen = fullscreen;
  gtk_widget_set_visible (self->header, !fullscreen);
  bulla_window_update_side (self);
  bulla_window_enable_action (self, "stop", !fullscreen && bulla_view_stack_is_busy (self->views));
}

static void
show_whose (BullaWindow *self)
{
  const char *url = bulla_provenance_get_url (self->provenance);
  g_autofree char *host = url != NULL ? bulla_url_dup_document_host (url) : NULL;
  g_autofree char *text = g_strdup_printf (_ ("%s (%s) fills the screen. Press Escape to leave."),
                                           host != NULL && *host != '\0' ? host : _ ("A page"),
                                           bulla_provenance_get_label (self->provenance));

  bulla_window_show_notice (self, text);
}

static gboolean
enter_cb (WebKitWebView *view, BullaWindow *self)
{
  if (BULLA_VIEW (view) != self->view) /* a view that is not visible has no screen to fill */
    return TRUE;
  self->page_wants_screen = TRUE;
  bulla_window_update_fullscreen (self);
  return FALSE;
}

static gboolean
leave_cb (WebKitWebView *view, BullaWindow *self)
{
  self->page_wants_screen = FALSE;
  bulla_window_update_fullscreen (self);
  return FALSE;
}

/**
 * bulla_window_update_fullscreen:
 *
 * Hides address, badge and panels only while the window fills the screen and its page has asked for
 * it.
 */
void
bulla_window_update_fullscreen (BullaWindow *self)
{
  gboolean fills = gtk_window_is_fullscreen (GTK_WINDOW (self));

  if (self->page_fullscreen && !fills)
    self->page_wants_screen = FALSE;
  if (self->page_fullscreen == (fills && self->page_wants_screen))
    return;
  set_page_fullscreen (self, !self->page_fullscreen);
  if (self->page_fullscreen)
    show_whose (self);
}

/**
 * bulla_window_follow_fullscreen:
 * @view: a new view of the window
 */
void
bulla_window_follow_fullscreen (BullaWindow *self, BullaView *view)
{
  g_signal_connect_object (view, "enter-fullscreen", G_CALLBACK (enter_cb), self, 0);
  g_signal_connect_object (view, "leave-fullscreen", G_CALLBACK (leave_cb), self, 0);
}

/**
 * bulla_window_leave_page_fullscreen:
 *
 * Shows address and badge again, if a page fills the screen.
 */
void
bulla_window_leave_page_fullscreen (BullaWindow *self)
{
  self->page_wants_screen = FALSE;
  if (!self->page_fullscreen)
    return;
  bulla_window_update_fullscreen (self);
  gtk_window_unfullscreen (GTK_WINDOW (self));
}
