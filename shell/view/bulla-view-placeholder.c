/* bulla-view-placeholder.c - the empty pages of a web view, whose history entries stand for package
 * views
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-address.h"
#include "bulla-package-door.h"
#include "bulla-view-private.h"

/**
 * bulla_view_hold_place:
 * @self: a web view
 * @url: URL of the first page of a package view
 *
 * Shows an empty page whose history entry stands for the package view. The previous page is left,
 * as in any navigation.
 */
void
bulla_view_hold_place (BullaView *self, const char *url)
{
  g_free (self->placeholder);
  self->placeholder = g_strdup (url);
  g_clear_object (&self->expected);
  webkit_web_view_load_alternate_html (WEBKIT_WEB_VIEW (self), "<!doctype html><title></title>",
                                       url, NULL);
}

/**
 * bulla_view_holds_place:
 *
 * Returns: whether the view shows such an empty page
 */
gboolean
bulla_view_holds_place (BullaView *self)
{
  return self->holds_place;
}

/**
 * bulla_view_takes_place:
 *
 * Returns: whether the view is about to show such an empty page: it already has the page's address
 */
gboolean
bulla_view_takes_place (BullaView *self)
{
  return self->placeholder != NULL;
}

/**
 * bulla_view_settle_placeholder:
 * @url: (nullable): URL of the page that is committed
 *
 * Records whether it is the page of bulla_view_hold_place(). Such a page may still be committed
 * when another one already replaces it: of the pages at package addresses, a web view shows only
 * these and error pages, which are expected.
 */
void
bulla_view_settle_placeholder (BullaView *self, const char *url)
{
  gboolean is_last = self->placeholder != NULL && g_strcmp0 (self->placeholder, url) == 0;
  gboolean is_expected = self->expected != NULL
                         && bulla_address_equal (bulla_provenance_get_url (self->expected), url);

  self->holds_place =
      is_last
      || (self->bundle == NULL && !is_expected && url != NULL && bulla_package_is_url (url));
  if (is_last || !self->holds_place)
    g_clear_pointer (&self->placeholder, g_free);
}
