/* bulla-notes.c - what the gateway did for a view since its last page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-notes.h"

#include "bulla-address.h"

#define NOTES_MAX 64

static void
note_free (BullaNote *note)
{
  g_free (note->url);
  g_clear_object (&note->load);
  g_clear_object (&note->bundle);
  g_free (note->message);
  g_free (note);
}

BullaNotes *
bulla_notes_new (void)
{
  BullaNotes *self = g_new0 (BullaNotes, 1);

  self->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)note_free);
  return self;
}

void
bulla_notes_free (BullaNotes *self)
{
  g_ptr_array_unref (self->notes);
  g_free (self);
}

/**
 * bulla_notes_clear:
 *
 * A page is shown; what comes now is of the next one.
 */
void
bulla_notes_clear (BullaNotes *self)
{
  g_ptr_array_set_size (self->notes, 0);
}

/**
 * bulla_notes_add:
 * @url: of the request that it is about
 * @load: (nullable): the package it is about
 * @message: (nullable): why, in words
 */
void
bulla_notes_add (BullaNotes *self, BullaEvent kind, const char *url, BullaLoad *load,
                 const char *message)
{
  BullaNote *note = g_new0 (BullaNote, 1);

  note->kind = kind;
  note->url = g_strdup (url);
  g_set_object (&note->load, load);
  note->message = g_strdup (message);
  if (self->notes->len >= NOTES_MAX)
    g_ptr_array_remove_index (self->notes, 0);
  g_ptr_array_add (self->notes, note);
}

/**
 * bulla_notes_add_bundle:
 * @bundle: came as the response to a navigation, and was judged
 */
void
bulla_notes_add_bundle (BullaNotes *self, BullaBundle *bundle)
{
  const char *url = bulla_outer_get_url (bulla_bundle_get_outer (bundle));
  BullaNote *note;

  bulla_notes_add (self, BULLA_EVENT_DECIDED, url, NULL, NULL);
  note = self->notes->pdata[self->notes->len - 1];
  g_set_object (&note->bundle, bundle);
}

/**
 * bulla_notes_get_bundle:
 *
 * Returns: (transfer none) (nullable): the last one that was judged
 */
BullaBundle *
bulla_notes_get_bundle (BullaNotes *self)
{
  for (guint i = self->notes->len; i > 0; i--) {
    const BullaNote *note = self->notes->pdata[i - 1];

    if (note->bundle != NULL)
      return note->bundle;
  }
  return NULL;
}

/**
 * bulla_notes_find:
 *
 * Returns: (nullable): the last note of that kind about @url
 */
const BullaNote *
bulla_notes_find (BullaNotes *self, BullaEvent kind, const char *url)
{
  for (guint i = self->notes->len; i > 0; i--) {
    const BullaNote *note = self->notes->pdata[i - 1];

    if (note->kind == kind && bulla_address_equal (note->url, url))
      return note;
  }
  return NULL;
}
