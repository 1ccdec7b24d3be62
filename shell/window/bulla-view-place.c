/* bulla-view-place.c - the history entries that stand for package views and substituted pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-place.h"

#define KEY "bulla-place"
#define SUBSTITUTED BULLA_PACKAGE_SCHEME "://substituted/?url="

/* The web view must not load the publisher's URL when the history comes to the entry. */
static char *
dup_address (BullaView *view)
{
  BullaHandover *handover = bulla_view_get_apart (view);

  if (handover == NULL)
    return g_strdup (webkit_web_view_get_uri (WEBKIT_WEB_VIEW (view)));
  g_autofree char *escaped = g_uri_escape_string (bulla_handover_get_url (handover), NULL, FALSE);
  return g_strconcat (SUBSTITUTED, escaped, NULL);
}

/**
 * bulla_view_place_new:
 * @view: a package view, or one of a substituted page, that shows its first page
 * @handovers: those of the window, which keep the package of a substituted page within its quota
 */
BullaViewPlace *
bulla_view_place_new (BullaView *view, BullaHandovers *handovers)
{
  BullaViewPlace *self = g_new0 (BullaViewPlace, 1);
  BullaHandover *handover = bulla_view_get_apart (view);

  g_set_object (&self->bundle, bulla_view_get_bundle (view));
  if (handover != NULL) {
    self->handovers = g_object_ref (handovers);
    self->handover = bulla_handovers_add (handovers, handover);
  }
  self->url = dup_address (view);
  self->first = g_strdup (webkit_web_view_get_uri (WEBKIT_WEB_VIEW (view)));
  g_weak_ref_init (&self->view, view);
  return self;
}

void
bulla_view_place_free (gpointer data)
{
  BullaViewPlace *self = data;

  g_clear_object (&self->bundle);
  if (self->handovers != NULL)
    bulla_handovers_remove (self->handovers, self->handover);
  g_clear_object (&self->handovers);
  g_weak_ref_clear (&self->view);
  g_free (self->url);
  g_free (self->first);
  g_free (self);
}

/**
 * bulla_view_place_find_handover:
 * @self: a place
 *
 * Returns: (transfer none) (nullable): the package of the substituted page; %NULL if it was dropped
 *   by the quota, or if it is a package view
 */
BullaHandover *
bulla_view_place_find_handover (BullaViewPlace *self)
{
  return self->handovers != NULL ? bulla_handovers_find (self->handovers, self->handover) : NULL;
}

/**
 * bulla_view_place_is_substituted:
 * @url: the address of a history entry
 *
 * Returns: whether it stands for a substituted page, whose package may be gone
 */
gboolean
bulla_view_place_is_substituted (const char *url)
{
  return g_str_has_prefix (url, SUBSTITUTED);
}

/**
 * bulla_view_place_of:
 * @entry: (nullable): a history entry of a web view
 *
 * Returns: (transfer none) (nullable): what it stands for; %NULL for a page of the web view
 */
BullaViewPlace *
bulla_view_place_of (WebKitBackForwardListItem *entry)
{
  return entry != NULL ? g_object_get_data (G_OBJECT (entry), KEY) : NULL;
}

/**
 * bulla_view_place_attach:
 * @self: (transfer full): a place
 * @entry: the entry that stands for it from now on
 */
void
bulla_view_place_attach (BullaViewPlace *self, WebKitBackForwardListItem *entry)
{
  g_object_set_data_full (G_OBJECT (entry), KEY, self, bulla_view_place_free);
}

static void
forget (gpointer entry, gpointer user_data)
{
  BullaViewPlace *place = bulla_view_place_of (entry);

  if (place != NULL && place->handover != 0)
    g_object_set_data (G_OBJECT (entry), KEY, NULL);
}

/**
 * bulla_view_place_forget:
 * @web: the web view of a window
 *
 * Drops the packages of substituted pages that the history would bring back.
 */
void
bulla_view_place_forget (WebKitWebView *web)
{
  WebKitBackForwardList *list = webkit_web_view_get_back_forward_list (web);
  g_autoptr (GList) back = webkit_back_forward_list_get_back_list (list);
  g_autoptr (GList) forward = webkit_back_forward_list_get_forward_list (list);
  WebKitBackForwardListItem *current = webkit_back_forward_list_get_current_item (list);

  g_list_foreach (back, forget, NULL);
  g_list_foreach (forward, forget, NULL);
  if (current != NULL)
    forget (current, NULL);
}
