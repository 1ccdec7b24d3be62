/* bulla-window-parts.c - what the other files of a window need of it: views, panels, notices, start
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-window-actions.h"
#include "bulla-window-private.h"

#define NOTICE_CHARS_MAX 60 /* most characters of a line of a notice */
#define NOTICE_CHARS_MIN 12 /* least, in the narrowest window with large text */
#define NOTICE_FRAME 140    /* width of margins, padding and button of a toast, in pixels */

/**
 * bulla_window_get_views:
 *
 * Returns: (transfer none): the views of the window
 */
BullaViewStack *
bulla_window_get_views (BullaWindow *self)
{
  return self->views;
}

/**
 * bulla_window_get_view:
 *
 * Returns: (transfer none): the view that the window shows
 */
BullaView *
bulla_window_get_view (BullaWindow *self)
{
  return self->view;
}

/**
 * bulla_window_get_find_bar:
 *
 * Returns: (transfer none): the bar that finds text in the page
 */
BullaFindBar *
bulla_window_get_find_bar (BullaWindow *self)
{
  return self->find_bar;
}

/**
 * bulla_window_get_downloads:
 *
 * Returns: (transfer none): the room of its downloads, a #GtkBox
 */
GtkWidget *
bulla_window_get_downloads (BullaWindow *self)
{
  return self->downloads;
}

/**
 * bulla_window_update_side:
 *
 * Shows the room of the panels if one of them is open, unless the page fills the screen.
 */
void
bulla_window_update_side (BullaWindow *self)
{
  gboolean any = gtk_widget_get_visible (GTK_WIDGET (self->panel))
                 || gtk_widget_get_visible (GTK_WIDGET (self->ledger))
                 || gtk_widget_get_visible (GTK_WIDGET (self->variants));

  adw_flap_set_reveal_flap (self->flap, any && !self->page_fullscreen);
}

static void
toggle (GtkWidget *panel)
{
  gtk_widget_set_visible (panel, !gtk_widget_get_visible (panel));
}

void
bulla_window_toggle_panel (BullaWindow *self)
{
  toggle (GTK_WIDGET (self->panel));
}

void
bulla_window_toggle_ledger (BullaWindow *self)
{
  toggle (GTK_WIDGET (self->ledger));
}

void
bulla_window_toggle_variants (BullaWindow *self)
{
  toggle (GTK_WIDGET (self->variants));
}

/**
 * bulla_window_enable_action:
 * @name: name of the action without its prefix
 */
void
bulla_window_enable_action (BullaWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* Returns: how many characters of a notice fit on a line. A toast is as high as its text is at the
 * natural width, so that width must fit into the window. */
static int
count_notice_chars (BullaWindow *self)
{
  GtkWidget *toasts = GTK_WIDGET (self->toasts);
  PangoFontMetrics *metrics =
      pango_context_get_metrics (gtk_widget_get_pango_context (toasts), NULL, NULL);
  int width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                   pango_font_metrics_get_approximate_digit_width (metrics));
  int room = (gtk_widget_get_width (toasts) - NOTICE_FRAME) * PANGO_SCALE;

  pango_font_metrics_unref (metrics);
  return CLAMP (room / MAX (width, 1), NOTICE_CHARS_MIN, NOTICE_CHARS_MAX);
}

/**
 * bulla_window_show_notice:
 * @text: text to show for some seconds; not markup
 *
 * The text is wrapped, so that all of it can be read in a narrow window.
 */
void
bulla_window_show_notice (BullaWindow *self, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  AdwToast *toast = adw_toast_new ("");
  GtkWidget *label = gtk_label_new (valid);

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE)); /* in an address */
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), count_notice_chars (self));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  adw_toast_set_custom_title (toast, label);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * bulla_window_show_start:
 *
 * Shows the start page, until the window has a page.
 */
void
bulla_window_show_start (BullaWindow *self)
{
  bulla_start_page_set_private (self->start, bulla_view_is_private (self->view));
  gtk_widget_set_visible (GTK_WIDGET (self->start), TRUE);
  gtk_widget_set_can_focus (self->screen_scroll, FALSE); /* the Tab key must not lead below it */
}

/**
 * bulla_window_hide_start:
 *
 * Shows the view, which may not have a page yet.
 */
void
bulla_window_hide_start (BullaWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->start), FALSE);
  gtk_widget_set_can_focus (self->screen_scroll, TRUE);
}

/**
 * bulla_window_open_address:
 * @url: a result of bulla_address_from_text() or bulla_address_from_file()
 *
 * Opens what the user entered, chose or dropped. The page gets the key events.
 */
void
bulla_window_open_address (BullaWindow *self, const char *url)
{
  bulla_window_hide_start (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  bulla_view_open (self->view, url);
}
