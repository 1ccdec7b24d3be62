/* bulla-find-bar.c - finds text in the page that a window shows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-find-bar.h"

#include <glib/gi18n.h>

#define MATCHES_MAX 1000 /* most matches that are marked and counted */
#define OPTIONS (WEBKIT_FIND_OPTIONS_CASE_INSENSITIVE | WEBKIT_FIND_OPTIONS_WRAP_AROUND)

struct _BullaFindBar {
  GtkWidget parent_instance;

  WebKitWebView *view; /* owned; the visible view; NULL before the first */
  gboolean searched;   /* whether the page has marks */

  GtkSearchEntry *entry;
  GtkLabel *count;
  GtkLabel *number; /* in place of @count where it does not fit */
  GtkWidget *next;
  GtkWidget *previous;
};

G_DEFINE_FINAL_TYPE (BullaFindBar, bulla_find_bar, GTK_TYPE_WIDGET)

static const char *
get_text (BullaFindBar *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

static WebKitFindController *
get_finder (BullaFindBar *self)
{
  return webkit_web_view_get_find_controller (self->view);
}

/* @number: @text without words; @found: whether the text, which is not empty, was found */
static void
show_result (BullaFindBar *self, const char *text, const char *number, gboolean found)
{
  gtk_label_set_label (self->count, text);
  gtk_label_set_label (self->number, number);
  gtk_widget_set_sensitive (self->next, found);
  gtk_widget_set_sensitive (self->previous, found);
  if (found || *get_text (self) == '\0')
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
}

static void
found_cb (WebKitFindController *finder, guint count, BullaFindBar *self)
{
  g_autofree char *text =
      count > MATCHES_MAX
          ? g_strdup_printf (_ ("more than %d matches"), MATCHES_MAX)
          : g_strdup_printf (g_dngettext (NULL, "%u match", "%u matches", count), count);

  g_autofree char *number =
      count > MATCHES_MAX ? g_strdup_printf ("> %d", MATCHES_MAX) : g_strdup_printf ("%u", count);

  show_result (self, text, number, TRUE);
}

static void
not_found_cb (WebKitFindController *finder, BullaFindBar *self)
{
  show_result (self, _ ("No matches"), "0", FALSE);
}

static void
end_search (BullaFindBar *self)
{
  if (self->view != NULL && self->searched)
    webkit_find_controller_search_finish (get_finder (self));
  self->searched = FALSE;
  show_result (self, "", "", FALSE);
}

static void
search_cb (BullaFindBar *self)
{
  const char *text = get_text (self);

  if (self->view == NULL)
    return;
  if (*text == '\0' || !gtk_widget_get_visible (GTK_WIDGET (self))) {
    end_search (self);
    return;
  }
  self->searched = TRUE;
  webkit_find_controller_search (get_finder (self), text, OPTIONS, MATCHES_MAX);
}

static void
next_cb (BullaFindBar *self)
{
  bulla_find_bar_move (self, TRUE);
}

static void
previous_cb (BullaFindBar *self)
{
  bulla_find_bar_move (self, FALSE);
}

static void
close_cb (BullaFindBar *self)
{
  end_search (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (self->view != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* WebKit's marks end with the page. */
static void
load_changed_cb (WebKitWebView *view, WebKitLoadEvent event, BullaFindBar *self)
{
  if (event == WEBKIT_LOAD_COMMITTED)
    show_result (self, "", "", FALSE);
  if (event == WEBKIT_LOAD_FINISHED)
    search_cb (self);
}

static void
leave_view (BullaFindBar *self)
{
  if (self->view == NULL)
    return;
  end_search (self);
  g_signal_handlers_disconnect_by_data (get_finder (self), self);
  g_signal_handlers_disconnect_by_data (self->view, self);
  g_clear_object (&self->view);
}

static void
bulla_find_bar_dispose (GObject *object)
{
  BullaFindBar *self = BULLA_FIND_BAR (object);
  GtkWidget *child;

  if (self->view != NULL) {
    g_signal_handlers_disconnect_by_data (get_finder (self), self);
    g_signal_handlers_disconnect_by_data (self->view, self);
  }
  g_clear_object (&self->view);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (bulla_find_bar_parent_class)->dispose (object);
}

static void
bulla_find_bar_class_init (BullaFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bulla_find_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bulla/Shell/find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, BullaFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, BullaFindBar, count);
  gtk_widget_class_bind_template_child (widget_class, BullaFindBar, number);
  gtk_widget_class_bind_template_child (widget_class, BullaFindBar, next);
  gtk_widget_class_bind_template_child (widget_class, BullaFindBar, previous);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
bulla_find_bar_init (BullaFindBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bulla_find_bar_follow:
 * @view: the view that the window shows from now on
 */
void
bulla_find_bar_follow (BullaFindBar *self, WebKitWebView *view)
{
  leave_view (self);
  self->view = g_object_ref (view);
  g_signal_connect (get_finder (self), "found-text", G_CALLBACK (found_cb), self);
  g_signal_connect (get_finder (self), "failed-to-find-text", G_CALLBACK (not_found_cb), self);
  g_signal_connect (view, "load-changed", G_CALLBACK (load_changed_cb), self);
  search_cb (self);
}

/**
 * bulla_find_bar_open:
 *
 * Shows the bar, with its text selected.
 */
void
bulla_find_bar_open (BullaFindBar *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
  search_cb (self);
}

/**
 * bulla_find_bar_move:
 * @forward: %TRUE for the next match, %FALSE for the previous one
 *
 * Shows the bar if it is hidden.
 */
void
bulla_find_bar_move (BullaFindBar *self, gboolean forward)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self)) || *get_text (self) == '\0')
    bulla_find_bar_open (self);
  else if (forward)
    webkit_find_controller_search_next (get_finder (self));
  else
    webkit_find_controller_search_previous (get_finder (self));
}
