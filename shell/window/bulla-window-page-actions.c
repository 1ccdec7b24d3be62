/* bulla-window-page-actions.c - find, zoom, print, inspect: the actions on the visible page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-window-page-actions.h"

#include <glib/gi18n.h>

#include "bulla-window-actions.h"

static const double ZOOMS[] = {0.3, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.2, 1.33, 1.5, 1.7, 2, 2.4, 3};

#define CLOSE 0.01 /* levels that differ by less are the same */

static void
find_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_find_bar_open (bulla_window_get_find_bar (window));
}

static void
find_next_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_find_bar_move (bulla_window_get_find_bar (window), TRUE);
}

static void
find_previous_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_find_bar_move (bulla_window_get_find_bar (window), FALSE);
}

static void
set_zoom (BullaWindow *window, double level)
{
  g_autofree char *text = g_strdup_printf (_ ("Zoom: %.0f %%"), level * 100);

  webkit_web_view_set_zoom_level (WEBKIT_WEB_VIEW (bulla_window_get_view (window)), level);
  bulla_window_show_notice (window, text);
}

static double
get_zoom (BullaWindow *window)
{
  return webkit_web_view_get_zoom_level (WEBKIT_WEB_VIEW (bulla_window_get_view (window)));
}

static void
zoom_in_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  double level = get_zoom (window);
  guint i = 0;

  while (i < G_N_ELEMENTS (ZOOMS) - 1 && ZOOMS[i] < level + CLOSE)
    i++;
  set_zoom (window, ZOOMS[i]);
}

static void
zoom_out_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  double level = get_zoom (window);
  guint i = G_N_ELEMENTS (ZOOMS) - 1;

  while (i > 0 && ZOOMS[i] > level - CLOSE)
    i--;
  set_zoom (window, ZOOMS[i]);
}

static void
zoom_reset_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  set_zoom (window, 1);
}

/* The dialog has a main loop of its own, during which the window may be closed. */
static void
print_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  g_autoptr (BullaWindow) self = g_object_ref (window);
  g_autoptr (WebKitPrintOperation) operation =
      webkit_print_operation_new (WEBKIT_WEB_VIEW (bulla_window_get_view (self)));

  webkit_print_operation_run_dialog (operation, GTK_WINDOW (self));
}

static void
inspector_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  WebKitWebInspector *inspector =
      webkit_web_view_get_inspector (WEBKIT_WEB_VIEW (bulla_window_get_view (window)));

  if (webkit_web_inspector_is_attached (inspector))
    webkit_web_inspector_close (inspector);
  else
    webkit_web_inspector_show (inspector);
}

static void
fullscreen_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

static const GActionEntry ACTIONS[] = {
    {"find", find_cb, NULL, NULL, NULL, {0}},
    {"find-next", find_next_cb, NULL, NULL, NULL, {0}},
    {"find-previous", find_previous_cb, NULL, NULL, NULL, {0}},
    {"zoom-in", zoom_in_cb, NULL, NULL, NULL, {0}},
    {"zoom-out", zoom_out_cb, NULL, NULL, NULL, {0}},
    {"zoom-reset", zoom_reset_cb, NULL, NULL, NULL, {0}},
    {"print", print_cb, NULL, NULL, NULL, {0}},
    {"inspector", inspector_cb, NULL, NULL, NULL, {0}},
    {"fullscreen", fullscreen_cb, NULL, NULL, NULL, {0}},
};

/**
 * bulla_window_add_page_actions:
 *
 * Adds the actions of @self on the page that it shows.
 */
void
bulla_window_add_page_actions (BullaWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), ACTIONS, G_N_ELEMENTS (ACTIONS), self);
}
