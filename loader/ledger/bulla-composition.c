/* bulla-composition.c - puts the versions that a page is made of on one time line
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whoever delivers packages can combine versions that the publisher never served together: the new
 * page with an old script. The dates show it. */
#include "bulla-composition.h"

#define COMPONENTS_MAX 10000

static void
component_free (gpointer data)
{
  BullaComponent *component = data;

  g_free (component->url);
  g_free (component->deliverer);
  g_free (component);
}

/**
 * bulla_composition_new: (skip)
 *
 * Returns: (transfer full): a composition of nothing
 */
BullaComposition *
bulla_composition_new (void)
{
  BullaComposition *self = g_new0 (BullaComposition, 1);

  self->components = g_ptr_array_new_with_free_func (component_free);
  self->earliest = self->latest = -1;
  return self;
}

void
bulla_composition_free (BullaComposition *self)
{
  g_ptr_array_unref (self->components);
  g_free (self);
}

/* Returns: whether the contact supplied a part of a page: not a package on the way to it, nor
 * certificates, prefetches or reports */
static gboolean
is_part (BullaContact *contact)
{
  const char *purpose = bulla_contact_get_purpose (contact);
  guint status = bulla_contact_get_status (contact);

  return bulla_contact_get_kind (contact) == BULLA_CONTACT_REQUEST
         && bulla_contact_get_source (contact) != BULLA_CONTACT_WITHHELD
         && bulla_contact_get_date (contact) >= 0 && bulla_contact_get_url (contact) != NULL
         && (status / 100 == 2 || status == 304)
         && (g_strcmp0 (purpose, "page") == 0 || g_strcmp0 (purpose, "resource") == 0);
}

/* Returns: the index of the first component with a later date; or -1 if the same version is there
 * already */
static gint
find_place (const BullaComposition *self, const char *url, gint64 date, BullaContactSource source)
{
  guint place = self->components->len;

  for (guint i = 0; i < self->components->len; i++) {
    const BullaComponent *each = self->components->pdata[i];
    if (each->date > date) {
      place = i;
      break;
    }
    if (each->date == date && each->source == source && g_str_equal (each->url, url))
      return -1;
  }
  return (gint)place;
}

/**
 * bulla_composition_add: (skip)
 * @self: a composition
 * @contact: a contact for the page; left out unless its response has a date and is a part of the
 *   page. The same version counts once
 */
void
bulla_composition_add (BullaComposition *self, BullaContact *contact)
{
  if (!is_part (contact) || self->components->len >= COMPONENTS_MAX)
    return;
  const char *url = bulla_contact_get_url (contact);
  gint64 date = bulla_contact_get_date (contact);
  gint place = find_place (self, url, date, bulla_contact_get_source (contact));
  if (place < 0)
    return;
  BullaComponent *component = g_new0 (BullaComponent, 1);
  component->url = g_strdup (url);
  component->date = date;
  component->source = bulla_contact_get_source (contact);
  component->deliverer = g_strdup (bulla_contact_get_deliverer (contact));
  g_ptr_array_insert (self->components, place, component);
  self->earliest = ((BullaComponent *)self->components->pdata[0])->date;
  self->latest = ((BullaComponent *)self->components->pdata[self->components->len - 1])->date;
}

/**
 * bulla_composition_get_skew: (skip)
 * @self: a composition
 *
 * Returns: the time from its first to its last date, seconds; 0 if there are none
 */
gint64
bulla_composition_get_skew (const BullaComposition *self)
{
  return self->latest - self->earliest;
}
