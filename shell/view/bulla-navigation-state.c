/* bulla-navigation-state.c - tracks the navigations of a view, and the bundle pages that it has
 * shown
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-navigation-state.h"

#include <string.h>

#include "bulla-address.h"
#include "bulla-unknown.h"

#define PAGES_MAX 256

BullaNavigationState *
bulla_navigation_state_new (void)
{
  BullaNavigationState *self = g_new0 (BullaNavigationState, 1);

  self->pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->led = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
bulla_navigation_state_free (BullaNavigationState *self)
{
  g_hash_table_unref (self->pages);
  g_hash_table_unref (self->led);
  g_free (self->hop);
  g_free (self->arriving);
  g_free (self->whole);
  g_free (self->redirect_from);
  g_free (self->redirect_to);
  g_free (self);
}

static char *
dup_key (const char *url)
{
  return g_strndup (url, strcspn (url, "#"));
}

/**
 * bulla_navigation_state_remember:
 * @provenance: provenance of a page of a bundle
 */
void
bulla_navigation_state_remember (BullaNavigationState *self, BullaProvenance *provenance)
{
  if (g_hash_table_size (self->pages) >= PAGES_MAX)
    g_hash_table_remove_all (self->pages);
  g_hash_table_replace (self->pages, dup_key (bulla_provenance_get_url (provenance)),
                        g_object_ref (provenance));
}

/**
 * bulla_navigation_state_recall:
 *
 * Returns: (transfer full): the provenance of a bundle page that is shown again without a request
 */
BullaProvenance *
bulla_navigation_state_recall (BullaNavigationState *self, const char *url)
{
  g_autofree char *key = dup_key (url);
  BullaProvenance *known = g_hash_table_lookup (self->pages, key);

  return known != NULL ? g_object_ref (known)
                       : bulla_provenance_new (BULLA_STANDING_NONE, url, NULL);
}

static void
forget_redirect (BullaNavigationState *self)
{
  g_clear_pointer (&self->redirect_from, g_free);
  g_clear_pointer (&self->redirect_to, g_free);
}

/**
 * bulla_navigation_state_begin:
 *
 * Records that a load of the whole page begins. A redirect continues the load.
 */
void
bulla_navigation_state_begin (BullaNavigationState *self)
{
  self->waiting = TRUE;
  forget_redirect (self);
}

/**
 * bulla_navigation_state_lead:
 * @url: a URL to which the shown page, or a frame in it, may navigate
 */
void
bulla_navigation_state_lead (BullaNavigationState *self, const char *url)
{
  if (g_hash_table_size (self->led) >= PAGES_MAX)
    g_hash_table_remove_all (self->led);
  g_hash_table_replace (self->led, dup_key (url), GUINT_TO_POINTER (++self->n_led));
}

/**
 * bulla_navigation_state_redirect:
 * @url: the redirect target of the last request for the next whole page
 */
void
bulla_navigation_state_redirect (BullaNavigationState *self, const char *url)
{
  bulla_navigation_state_lead (self, url);
  forget_redirect (self);
  self->redirect_from = g_strdup (self->whole);
  self->redirect_to = g_strdup (url);
}

/**
 * bulla_navigation_state_ask:
 * @url: a URL that a web process requests as the next whole page
 *
 * Messages of different processes may arrive in any order. If the number of the request is lower
 * than that of the last one, its load has ended.
 */
void
bulla_navigation_state_ask (BullaNavigationState *self, const char *url)
{
  g_autofree char *key = dup_key (url);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->led, key));

  if (number != 0 && number < self->n_whole)
    return;
  g_free (self->whole);
  self->whole = number != 0 ? g_steal_pointer (&key) : NULL;
  self->n_whole = MAX (number, self->n_whole);
}

/**
 * bulla_navigation_state_find_redirect:
 * @url: a URL that a web process requests as the next whole page
 * @redirected: the URL that redirected there, according to the process; "" for none
 *
 * Returns: (nullable): the URL that redirected there; %NULL if none did; %BULLA_UNKNOWN_URL if that
 *   is not known
 */
const char *
bulla_navigation_state_find_redirect (BullaNavigationState *self, const char *url,
                                      const char *redirected)
{
  g_autofree char *key = dup_key (url);

  if (*redirected != '\0' && !g_str_equal (redirected, BULLA_UNKNOWN_URL))
    return redirected;
  if (bulla_address_equal (url, self->redirect_to))
    return self->redirect_from;
  return *redirected == '\0' && g_hash_table_contains (self->led, key) ? NULL : BULLA_UNKNOWN_URL;
}

/**
 * bulla_navigation_state_take_wait:
 * @shown: (nullable): the URL of the view according to WebKit
 * @url: the requested URL
 *
 * When a page leads to another page, WebKit changes the view's URL only when the other page is
 * shown.
 *
 * Returns: whether the request is for the main page of the view, not for a frame or another
 *   subresource, and the view does not show @url yet
 */
gboolean
bulla_navigation_state_take_wait (BullaNavigationState *self, const char *shown, const char *url)
{
  g_autofree char *key = dup_key (url);
  gboolean whole =
      self->waiting && (bulla_address_equal (shown, url) || g_hash_table_contains (self->led, key));

  self->waiting &= !whole;
  return whole;
}

/**
 * bulla_navigation_state_arrive:
 *
 * Clears the navigation, because a page is shown.
 */
void
bulla_navigation_state_arrive (BullaNavigationState *self)
{
  self->waiting = FALSE;
  g_clear_pointer (&self->arriving, g_free);
  g_clear_pointer (&self->whole, g_free);
  forget_redirect (self);
  g_hash_table_remove_all (self->led);
}
