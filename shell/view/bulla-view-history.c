/* bulla-view-history.c - stores, with each history entry of a view, the answer that the entry shows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-private.h"

#define KEY "bulla-answer" /* key of the BullaNavigationAnswer in an entry's data */

static WebKitBackForwardList *
get_list (BullaView *self)
{
  return webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (self));
}

/**
 * bulla_view_get_entry:
 *
 * Returns: (transfer none) (nullable): the current entry
 */
WebKitBackForwardListItem *
bulla_view_get_entry (BullaView *self)
{
  return webkit_back_forward_list_get_current_item (get_list (self));
}

static void
keep (BullaView *self, WebKitBackForwardListItem *entry)
{
  g_object_set_data_full (G_OBJECT (entry), KEY,
                          self->answer != NULL ? g_object_ref (self->answer) : NULL,
                          g_object_unref);
}

/**
 * bulla_view_keep_answer:
 *
 * Stores the answer of a loaded page with its history entry. An error page of the shell is not
 * stored, because the entry's own page may be shown again.
 */
void
bulla_view_keep_answer (BullaView *self)
{
  WebKitBackForwardListItem *entry = bulla_view_get_entry (self);

  if (entry != NULL && bulla_provenance_get_standing (self->provenance) != BULLA_STANDING_NONE
      && g_strcmp0 (webkit_back_forward_list_item_get_uri (entry),
                    webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self)))
             == 0)
    keep (self, entry);
}

/* Handles an entry for the shown page, made by a fragment link or pushState() without a load. An
 * entry of a load gets its own answer when that is shown. */
static void
changed_cb (WebKitBackForwardList *list, WebKitBackForwardListItem *added, gpointer removed,
            BullaView *self)
{
  if (added != NULL)
    keep (self, added);
}

/**
 * bulla_view_get_kept:
 *
 * Returns: (transfer none) (nullable): the answer that the current entry shows; during
 *   decide-policy of a history navigation, that of the target entry
 */
BullaNavigationAnswer *
bulla_view_get_kept (BullaView *self)
{
  WebKitBackForwardListItem *entry = bulla_view_get_entry (self);

  return entry != NULL ? g_object_get_data (G_OBJECT (entry), KEY) : NULL;
}

/**
 * bulla_view_get_answer:
 *
 * Returns: (nullable): the id of the answer that bulla_view_get_kept() returns
 */
const char *
bulla_view_get_answer (BullaView *self)
{
  BullaNavigationAnswer *answer = bulla_view_get_kept (self);

  return answer != NULL ? bulla_navigation_answer_get_id (answer) : NULL;
}

/**
 * bulla_view_follow_history:
 *
 * Follows every new history entry of @self.
 */
void
bulla_view_follow_history (BullaView *self)
{
  g_signal_connect (get_list (self), "changed", G_CALLBACK (changed_cb), self);
}
