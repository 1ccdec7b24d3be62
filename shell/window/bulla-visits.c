/* bulla-visits.c - where a window has been, with the standing of each page
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Visits are kept in memory, and end with their window. Only the last one changes: its title and
 * its standing may become known after its page is shown. */
#include "bulla-visits.h"

#include "bulla-provenance.h"

struct _BullaVisits {
  GPtrArray *list; /* owned; of BullaVisit, the oldest first */
};

static void
visit_free (BullaVisit *visit)
{
  g_free (visit->url);
  g_free (visit->title);
  g_weak_ref_clear (&visit->view);
  g_clear_object (&visit->entry);
  g_clear_object (&visit->place);
  g_free (visit);
}

BullaVisits *
bulla_visits_new (void)
{
  BullaVisits *self = g_new0 (BullaVisits, 1);

  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify)visit_free);
  return self;
}

void
bulla_visits_free (BullaVisits *self)
{
  g_ptr_array_unref (self->list);
  g_free (self);
}

static WebKitBackForwardListItem *
get_entry (BullaView *view)
{
  return webkit_back_forward_list_get_current_item (
      webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (view)));
}

/**
 * bulla_visits_add:
 * @shown: the visible view, which shows another page now
 * @web: the web view of the window, whose history is the window's
 *
 * Adds a visit, if the page has an address; the oldest goes where there are too many.
 */
void
bulla_visits_add (BullaVisits *self, BullaView *shown, BullaView *web)
{
  const char *url = bulla_provenance_get_url (bulla_view_get_provenance (shown));

  if (url == NULL || *url == '\0' || g_str_has_prefix (url, "about:")
      || bulla_view_holds_place (shown) || bulla_view_starts (shown))
    return;
  BullaVisit *visit = g_new0 (BullaVisit, 1);
  visit->url = g_strdup (url);
  visit->title = g_strdup ("");
  visit->time = g_get_real_time () / G_USEC_PER_SEC;
  g_weak_ref_init (&visit->view, shown);
  g_ptr_array_add (self->list, visit);
  if (self->list->len > BULLA_VISITS_MAX)
    g_ptr_array_remove_index (self->list, 0);
  bulla_visits_update (self, shown, web);
}

/* The history has the entry of a page a moment after the page is shown. */
static void
update_entries (BullaVisit *visit, BullaView *shown, BullaView *web)
{
  WebKitBackForwardListItem *entry = get_entry (shown);

  if (entry != NULL && g_strcmp0 (webkit_back_forward_list_item_get_uri (entry), visit->url) == 0)
    g_set_object (&visit->entry, entry);
  if (shown != web || visit->entry == entry)
    g_set_object (&visit->place, get_entry (web));
}

/**
 * bulla_visits_update:
 * @shown: the visible view
 * @web: the web view of the window
 *
 * Takes over what became known about the page that @shown shows since its visit was added.
 */
void
bulla_visits_update (BullaVisits *self, BullaView *shown, BullaView *web)
{
  BullaVisit *visit = self->list->len > 0 ? self->list->pdata[self->list->len - 1] : NULL;
  BullaProvenance *provenance = bulla_view_get_provenance (shown);
  g_autoptr (BullaView) view = visit != NULL ? g_weak_ref_get (&visit->view) : NULL;
  const char *title = webkit_web_view_get_title (WEBKIT_WEB_VIEW (shown));

  if (visit == NULL || view != shown
      || g_strcmp0 (bulla_provenance_get_url (provenance), visit->url) != 0)
    return;
  if (title != NULL && *title != '\0') {
    g_free (visit->title);
    visit->title = g_utf8_make_valid (title, -1);
  }
  visit->label = bulla_provenance_get_label (provenance);
  visit->icon_name = bulla_provenance_get_icon_name (provenance);
  visit->style = bulla_provenance_get_style (provenance);
  visit->is_from_package = bulla_provenance_is_from_package (provenance);
  update_entries (visit, shown, web);
}

guint
bulla_visits_get_n (BullaVisits *self)
{
  return self->list->len;
}

/**
 * bulla_visits_get:
 * @index: 0 for the oldest
 *
 * Returns: (transfer none): a visit, until another one is added
 */
const BullaVisit *
bulla_visits_get (BullaVisits *self, guint index)
{
  return self->list->pdata[index];
}

/**
 * bulla_visits_forget_packages:
 *
 * Removes the visits of pages whose bytes were those of a package.
 */
void
bulla_visits_forget_packages (BullaVisits *self)
{
  for (guint i = self->list->len; i > 0; i--) {
    const BullaVisit *visit = self->list->pdata[i - 1];
    if (visit->is_from_package)
      g_ptr_array_remove_index (self->list, i - 1);
  }
}
