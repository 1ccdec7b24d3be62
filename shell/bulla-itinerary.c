/* bulla-itinerary.c - where a view is going, and the pages of bundles that it has been to
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-itinerary.h"

#include <string.h>

#include "bulla-address.h"

#define PAGES_MAX 256

BullaItinerary *
bulla_itinerary_new (void)
{
  BullaItinerary *self = g_new0 (BullaItinerary, 1);

  self->pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->led = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
bulla_itinerary_free (BullaItinerary *self)
{
  g_hash_table_unref (self->pages);
  g_hash_table_unref (self->led);
  g_free (self->hop);
  g_free (self->arriving);
  g_free (self->last);
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
 * bulla_itinerary_remember:
 * @provenance: of a page of a bundle
 */
void
bulla_itinerary_remember (BullaItinerary *self, BullaProvenance *provenance)
{
  if (g_hash_table_size (self->pages) >= PAGES_MAX)
    g_hash_table_remove_all (self->pages);
  g_hash_table_replace (self->pages, dup_key (bulla_provenance_get_url (provenance)),
                        g_object_ref (provenance));
}

/**
 * bulla_itinerary_recall:
 *
 * Returns: (transfer full): of a page that comes back without being asked for
 */
BullaProvenance *
bulla_itinerary_recall (BullaItinerary *self, const char *url)
{
  g_autofree char *key = dup_key (url);
  BullaProvenance *known = g_hash_table_lookup (self->pages, key);

  return known != NULL ? g_object_ref (known)
                       : bulla_provenance_new (BULLA_STANDING_NONE, url, NULL);
}

/**
 * bulla_itinerary_lead:
 * @url: where the page that is shown, or a frame in it, may go
 * @redirected: whether the answer of the place before leads there
 */
void
bulla_itinerary_lead (BullaItinerary *self, const char *url, gboolean redirected)
{
  if (redirected) {
    g_free (self->redirect_from);
    g_free (self->redirect_to);
    self->redirect_from = g_strdup (self->last != NULL ? self->last : "");
    self->redirect_to = g_strdup (url);
  }
  g_free (self->last);
  self->last = dup_key (url);
  if (g_hash_table_size (self->led) >= PAGES_MAX)
    g_hash_table_remove_all (self->led);
  g_hash_table_add (self->led, dup_key (url));
}

/**
 * bulla_itinerary_take_wait:
 * @shown: (nullable): the address that WebKit has for the view
 * @url: what is asked for
 *
 * Whether that is for the whole view, which does not show it yet, and not for a frame or another
 * part. WebKit tells the address of a page that another one leads to only when it is shown.
 */
gboolean
bulla_itinerary_take_wait (BullaItinerary *self, const char *shown, const char *url)
{
  g_autofree char *key = dup_key (url);
  gboolean whole =
      self->waiting && (bulla_address_equal (shown, url) || g_hash_table_contains (self->led, key));

  self->waiting &= !whole;
  return whole;
}

/**
 * bulla_itinerary_arrive:
 *
 * A page is shown.
 */
void
bulla_itinerary_arrive (BullaItinerary *self)
{
  self->waiting = FALSE;
  g_clear_pointer (&self->arriving, g_free);
  g_clear_pointer (&self->redirect_from, g_free);
  g_clear_pointer (&self->redirect_to, g_free);
  g_hash_table_remove_all (self->led);
}
