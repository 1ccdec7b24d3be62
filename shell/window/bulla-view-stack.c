/* bulla-view-stack.c - owns the views of one window: its web view and its package views
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The window's history is the web view's. Each package view that is shown has an entry in it: an
 * empty page at the address of the package view's first page. Where the history comes to such an
 * entry, its package view is shown, and the web view is hidden; otherwise the web view is shown. A
 * page in a package view moves in the history of that view alone, and never leaves it. The same
 * holds for a substituted page that is shown in a session of its own; its view ends when it is
 * left, and the entry's package makes another one. */
#include "bulla-view-stack-private.h"

#include <glib/gi18n.h>

#include "bulla-engine.h"
#include "bulla-error.h"

#define PACKAGES_MAX 4 /* most package views kept, each with a process */

G_DEFINE_FINAL_TYPE (BullaViewStack, bulla_view_stack, G_TYPE_OBJECT)

enum { ADDED, CHANGED, BUSY_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
bulla_view_stack_dispose (GObject *object)
{
  BullaViewStack *self = BULLA_VIEW_STACK (object);

  g_clear_pointer (&self->place, bulla_view_place_free);
  g_ptr_array_set_size (self->packages, 0);
  g_clear_object (&self->coming);
  g_clear_object (&self->shown);
  g_clear_object (&self->web);
  G_OBJECT_CLASS (bulla_view_stack_parent_class)->dispose (object);
}

static void
bulla_view_stack_finalize (GObject *object)
{
  g_ptr_array_unref (BULLA_VIEW_STACK (object)->packages);
  g_object_unref (BULLA_VIEW_STACK (object)->handovers);
  bulla_visits_free (BULLA_VIEW_STACK (object)->visits);
  G_OBJECT_CLASS (bulla_view_stack_parent_class)->finalize (object);
}

static void
bulla_view_stack_class_init (BullaViewStackClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bulla_view_stack_dispose;
  G_OBJECT_CLASS (klass)->finalize = bulla_view_stack_finalize;

  /**
   * BullaViewStack::added:
   * @self: a stack
   * @view: a new view of the window, possibly not visible yet
   */
  signals[ADDED] = g_signal_new ("added", BULLA_TYPE_VIEW_STACK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, BULLA_TYPE_VIEW);
  /* emitted after another view became visible */
  signals[CHANGED] = g_signal_new ("changed", BULLA_TYPE_VIEW_STACK, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[BUSY_CHANGED] = g_signal_new ("busy-changed", BULLA_TYPE_VIEW_STACK, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bulla_view_stack_init (BullaViewStack *self)
{
  self->packages = g_ptr_array_new_with_free_func (g_object_unref);
  self->visits = bulla_visits_new ();
  self->handovers = bulla_handovers_new (BULLA_HANDOVERS_BYTES_MAX);
}

/* --- adding and removing views */

static void
busy_changed_cb (BullaViewStack *self)
{
  g_signal_emit (self, signals[BUSY_CHANGED], 0);
}

static void
add (BullaViewStack *self, BullaView *view)
{
  gtk_widget_set_hexpand (GTK_WIDGET (view), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (view), TRUE);
  gtk_box_append (self->box, GTK_WIDGET (view));
  g_signal_connect_object (view, "notify::busy", G_CALLBACK (busy_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_emit (self, signals[ADDED], 0, view);
}

/* Removes a package view; its entry in the history can load it again. */
static void
drop (BullaViewStack *self, BullaView *view)
{
  g_autoptr (BullaView) kept = g_object_ref (view);

  if (self->coming == view)
    g_clear_object (&self->coming);
  g_signal_handlers_disconnect_by_data (view, self);
  if (g_ptr_array_remove (self->packages, view))
    gtk_box_remove (self->box, GTK_WIDGET (view));
}

/* Removes the package view that is not shown yet. */
void
bulla_view_stack_drop_coming (BullaViewStack *self)
{
  if (self->coming != NULL)
    drop (self, self->coming);
}

static void
drop_oldest (BullaViewStack *self)
{
  for (guint i = 0; self->packages->len > PACKAGES_MAX && i < self->packages->len; i++) {
    BullaView *view = self->packages->pdata[i];

    if (view != self->shown && view != self->coming) {
      drop (self, view);
      return;
    }
  }
}

static void
show (BullaViewStack *self, BullaView *view)
{
  g_autoptr (BullaView) left = g_object_ref (self->shown);
  GtkWidget *before = GTK_WIDGET (left);
  gboolean has_focus = gtk_widget_has_focus (before);

  if (self->shown == view)
    return;
  g_set_object (&self->shown, view);
  gtk_widget_set_visible (GTK_WIDGET (view), TRUE);
  gtk_widget_set_visible (before, FALSE);
  if (has_focus)
    gtk_widget_grab_focus (GTK_WIDGET (view));
  if (g_ptr_array_remove (self->packages, view)) /* the last view is the most recently shown one */
    g_ptr_array_add (self->packages, g_object_ref (view));
  g_signal_emit (self, signals[CHANGED], 0);
  if (bulla_view_get_apart (left) != NULL) /* what it stored may end with it */
    drop (self, left);
}

/* --- the visible view */

static WebKitBackForwardListItem *
get_entry (BullaViewStack *self)
{
  return webkit_back_forward_list_get_current_item (
      webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (self->web)));
}

static void
reveal (BullaViewStack *self, BullaView *view)
{
  if (view == self->coming)
    g_clear_object (&self->coming);
  if (view == self->shown)
    return;
  show (self, view);
  bulla_view_reveal (view);
}

/* Says whether the web view is loading the empty page that stands for @view. */
static gboolean
makes_place_for (BullaViewStack *self, BullaView *view)
{
  g_autoptr (BullaView) placed = self->place != NULL ? g_weak_ref_get (&self->place->view) : NULL;

  return placed == view && bulla_view_takes_place (self->web);
}

/* Handles the first page of a package view, which becomes visible as soon as it has its entry. The
 * first page may lead to another one before that. */
static void
arrive (BullaViewStack *self)
{
  BullaView *view = self->coming;
  WebKitBackForwardListItem *entry = get_entry (self);
  BullaViewPlace *place = bulla_view_place_of (entry);
  g_autoptr (BullaView) placed = place != NULL ? g_weak_ref_get (&place->view) : NULL;

  if (placed == view && bulla_view_holds_place (self->web)) {
    reveal (self, view);
    return;
  }
  if (makes_place_for (self, view))
    return;
  g_clear_pointer (&self->place, bulla_view_place_free);
  self->place = bulla_view_place_new (view, self->handovers);
  bulla_view_hold_place (self->web, self->place->url);
}

static void
package_load_changed_cb (WebKitWebView *view, WebKitLoadEvent event, BullaViewStack *self)
{
  if (event == WEBKIT_LOAD_COMMITTED && BULLA_VIEW (view) == self->coming)
    arrive (self);
}

static void
leave_package_cb (BullaView *view, const char *url, gint how, BullaViewStack *self)
{
  if (how == BULLA_LEAVE_LISTED)
    bulla_engine_keep_bundle (bulla_view_get_engine (view), bulla_view_get_id (self->web),
                              bulla_view_get_bundle (view), url);
  if (how == BULLA_LEAVE_LIVE)
    bulla_engine_forget (bulla_view_get_engine (view), bulla_view_get_id (self->web), url);
  bulla_view_take_reason (self->web, view, url);
  if (how == BULLA_LEAVE_FOLLOWED)
    bulla_view_follow (self->web, view, url);
  else
    bulla_view_open (self->web, url);
}

static BullaView *make_apart (BullaViewStack *self, BullaHandover *handover);

static void
show_apart_cb (BullaView *view, BullaHandover *handover, BullaViewStack *self)
{
  make_apart (self, handover);
}

/* Adds a view that becomes visible after its first page has arrived. */
static void
add_coming (BullaViewStack *self, BullaView *view)
{
  bulla_view_stack_drop_coming (self);
  self->coming = g_object_ref (view);
  g_ptr_array_add (self->packages, g_object_ref (view));
  gtk_widget_set_visible (GTK_WIDGET (view), FALSE);
  add (self, view);
  g_signal_connect_object (view, "load-changed", G_CALLBACK (package_load_changed_cb), self, 0);
  g_signal_connect_object (view, "leave-package", G_CALLBACK (leave_package_cb), self, 0);
  g_signal_connect_object (view, "show-apart", G_CALLBACK (show_apart_cb), self, 0);
  drop_oldest (self);
}

/* Returns: (transfer none): a package view */
static BullaView *
make_package (BullaViewStack *self, BullaBundle *bundle, BullaView *opener, const char *url)
{
  g_autoptr (BullaView) view =
      g_object_ref_sink (bulla_view_new_for_package (self->web, bundle, opener));

  add_coming (self, view);
  bulla_view_open (view, url);
  return view;
}

/* Returns: (transfer none): a view of a substituted page */
static BullaView *
make_apart (BullaViewStack *self, BullaHandover *handover)
{
  g_autoptr (BullaView) view = g_object_ref_sink (bulla_view_new_apart (self->web, handover));

  add_coming (self, view);
  bulla_view_open_apart (view);
  return view;
}

/**
 * bulla_view_stack_show_package:
 * @bundle: the bundle to show in a package view
 * @opener: (nullable): a package view of another window, a page of which opened this window
 * @url: URL of its page, or the address of the list of its resources
 */
void
bulla_view_stack_show_package (BullaViewStack *self, BullaBundle *bundle, BullaView *opener,
                               const char *url)
{
  make_package (self, bundle, opener, url);
}

static BullaBundle *
find_bundle (BullaViewStack *self, const char *url)
{
  BullaPackageDoor *door = bulla_engine_get_door (bulla_view_get_engine (self->web));

  for (guint i = self->packages->len; i > 0; i--) {
    const char *token = bulla_view_get_token (self->packages->pdata[i - 1]);
    BullaBundle *bundle = bulla_package_door_find (door, token, url);
    if (bundle != NULL)
      return bundle;
  }
  return NULL;
}

static void
refuse_gone (BullaViewStack *self, const char *url)
{
  const char *why = bulla_view_place_is_substituted (url)
                        ? _ ("The package of this page is not kept any more. Open its link again.")
                        : _ ("This bundle is not open in this window. Open its file again.");
  g_autoptr (GError) error = g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED, why);

  bulla_view_show_refusal (self->web, url, NULL, error);
}

static void
show_package_cb (BullaView *web, BullaBundle *bundle, const char *url, BullaViewStack *self)
{
  BullaBundle *known = bundle != NULL ? bundle : find_bundle (self, url);

  if (known != NULL)
    make_package (self, known, NULL, url);
  else
    refuse_gone (self, url);
}

/* Returns: whether the package is still kept */
static gboolean
show_placed (BullaViewStack *self, BullaViewPlace *place)
{
  BullaHandover *handover = bulla_view_place_find_handover (place);
  g_autoptr (BullaView) view = g_weak_ref_get (&place->view);

  if (view != NULL && g_ptr_array_find (self->packages, view, NULL)) {
    if (bulla_view_has_page (view))
      reveal (self, view);
    return TRUE;
  }
  if (handover == NULL && place->bundle == NULL)
    return FALSE;
  g_weak_ref_set (&place->view, handover != NULL
                                    ? make_apart (self, handover)
                                    : make_package (self, place->bundle, NULL, place->first));
  return TRUE;
}

/* Handles the load of an entry that stands for a package view. */
static void
come_to_place (BullaViewStack *self, WebKitLoadEvent event)
{
  WebKitBackForwardListItem *entry = get_entry (self);
  const char *url = entry != NULL ? webkit_back_forward_list_item_get_uri (entry) : NULL;

  if (g_strcmp0 (url, webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self->web))) != 0)
    return;
  if (self->place != NULL && g_strcmp0 (self->place->url, url) == 0)
    bulla_view_place_attach (g_steal_pointer (&self->place), entry);
  BullaViewPlace *place = bulla_view_place_of (entry);
  gboolean shown = place != NULL && show_placed (self, place);
  if (!shown && event == WEBKIT_LOAD_FINISHED)
    refuse_gone (self, url);
}

static void
web_load_changed_cb (WebKitWebView *web, WebKitLoadEvent event, BullaViewStack *self)
{
  gboolean holds_place = bulla_view_holds_place (self->web);

  if (event == WEBKIT_LOAD_COMMITTED && !holds_place && !bulla_view_starts (self->web)) {
    bulla_view_stack_drop_coming (self);
    show (self, self->web);
  } else if ((event == WEBKIT_LOAD_COMMITTED || event == WEBKIT_LOAD_FINISHED) && holds_place) {
    come_to_place (self, event);
  }
}

/* Releases the view of a removed history entry, which is never shown again. */
static void
history_changed_cb (WebKitBackForwardList *list, WebKitBackForwardListItem *added, GList *removed,
                    BullaViewStack *self)
{
  for (GList *each = removed; each != NULL; each = each->next) {
    BullaViewPlace *place = bulla_view_place_of (each->data);
    g_autoptr (BullaView) view = place != NULL ? g_weak_ref_get (&place->view) : NULL;
    if (view != NULL && view != self->shown)
      drop (self, view);
  }
}

/**
 * bulla_view_stack_new:
 * @box: the container of the views, which outlives the stack
 */
BullaViewStack *
bulla_view_stack_new (GtkBox *box)
{
  BullaViewStack *self = g_object_new (BULLA_TYPE_VIEW_STACK, NULL);

  self->box = box;
  return self;
}

/**
 * bulla_view_stack_set_web:
 * @web: the web view of the window; called once
 */
void
bulla_view_stack_set_web (BullaViewStack *self, BullaView *web)
{
  self->web = g_object_ref (web);
  self->shown = g_object_ref (web);
  add (self, web);
  g_signal_connect_object (web, "load-changed", G_CALLBACK (web_load_changed_cb), self, 0);
  g_signal_connect_object (web, "show-package", G_CALLBACK (show_package_cb), self, 0);
  g_signal_connect_object (web, "show-apart", G_CALLBACK (show_apart_cb), self, 0);
  g_signal_connect_object (webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (web)), "changed",
                           G_CALLBACK (history_changed_cb), self, 0);
}

/**
 * bulla_view_stack_get_web:
 *
 * Returns: (transfer none): the web view
 */
BullaView *
bulla_view_stack_get_web (BullaViewStack *self)
{
  return self->web;
}

/**
 * bulla_view_stack_get_shown:
 *
 * Returns: (transfer none): the visible view
 */
BullaView *
bulla_view_stack_get_shown (BullaViewStack *self)
{
  return self->shown;
}

/**
 * bulla_view_stack_get_visits:
 *
 * Returns: (transfer none): where the window has been
 */
BullaVisits *
bulla_view_stack_get_visits (BullaViewStack *self)
{
  return self->visits;
}

/**
 * bulla_view_stack_has_token:
 *
 * Returns: whether a view of the window has that token
 */
gboolean
bulla_view_stack_has_token (BullaViewStack *self, const char *token)
{
  for (guint i = 0; i < self->packages->len; i++)
    if (g_strcmp0 (bulla_view_get_token (self->packages->pdata[i]), token) == 0)
      return TRUE;
  return g_strcmp0 (bulla_view_get_token (self->web), token) == 0;
}

/**
 * bulla_view_stack_forget:
 *
 * Ends the substituted page that is shown, if one is, and drops the packages and the visits in the
 * history that came by a package.
 */
void
bulla_view_stack_forget (BullaViewStack *self)
{
  BullaView *shown = self->shown;
  BullaHandover *handover = bulla_view_get_apart (shown);
  g_autofree char *url = handover != NULL ? g_strdup (bulla_handover_get_url (handover)) : NULL;

  if (self->coming != NULL && bulla_view_get_apart (self->coming) != NULL)
    bulla_view_stack_drop_coming (self);
  bulla_view_place_forget (WEBKIT_WEB_VIEW (self->web));
  bulla_visits_forget_packages (self->visits);
  if (url != NULL)
    show (self, self->web);
  bulla_view_forget (self->web, url);
}
