/* bulla-handover.c - a package that one network session hands to another, which shows its page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-handover-internal.h"

#include <string.h>

struct _BullaHandover {
  GObject parent_instance;
  char *url;               /* owned; the publisher's URL of the page */
  BullaLoad *load;         /* owned; the page */
  BullaSpool *spool;       /* owned; its body; NULL if the package is a bundle */
  BullaPrefetch *prefetch; /* owned; NULL if the exchange was not prefetched */
  BullaKeptBundle *kept;   /* owned; NULL if the package is an exchange */
  gboolean typed;          /* the user typed the URL that led to the page */
};

G_DEFINE_FINAL_TYPE (BullaHandover, bulla_handover, G_TYPE_OBJECT)

static void
bulla_handover_finalize (GObject *object)
{
  BullaHandover *self = BULLA_HANDOVER (object);

  g_free (self->url);
  g_object_unref (self->load);
  g_clear_object (&self->spool);
  g_clear_object (&self->prefetch);
  g_clear_pointer (&self->kept, bulla_kept_bundle_unref);
  G_OBJECT_CLASS (bulla_handover_parent_class)->finalize (object);
}

static void
bulla_handover_class_init (BullaHandoverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_handover_finalize;
}

static void
bulla_handover_init (BullaHandover *self)
{
}

/**
 * bulla_handover_new: (skip)
 * @url: the URL that was navigated to
 * @load: the response that answers the navigation
 * @spool: (nullable): the body of an exchange; %NULL with @kept
 * @prefetch: (nullable): what the exchange was prefetched as
 * @kept: (nullable): the bundle that @load is from; %NULL with @spool
 */
BullaHandover *
bulla_handover_new (const char *url, BullaLoad *load, BullaSpool *spool, BullaPrefetch *prefetch,
                    BullaKeptBundle *kept)
{
  BullaHandover *self = g_object_new (BULLA_TYPE_HANDOVER, NULL);

  self->url = g_strdup (url);
  self->load = g_object_ref (load);
  g_set_object (&self->spool, spool);
  g_set_object (&self->prefetch, prefetch);
  self->kept = kept != NULL ? bulla_kept_bundle_ref (kept) : NULL;
  return self;
}

/**
 * bulla_handover_get_url:
 * @self: a handover
 *
 * Returns: the publisher's URL, at which the page is shown
 */
const char *
bulla_handover_get_url (BullaHandover *self)
{
  return self->url;
}

/**
 * bulla_handover_get_load:
 * @self: a handover
 *
 * Returns: (transfer none): the page
 */
BullaLoad *
bulla_handover_get_load (BullaHandover *self)
{
  return self->load;
}

/**
 * bulla_handover_get_distributor:
 * @self: a handover
 *
 * Returns: (nullable): the https URL that delivered the package; %NULL if it came from a file
 */
const char *
bulla_handover_get_distributor (BullaHandover *self)
{
  BullaBundle *bundle = self->kept != NULL ? bulla_kept_bundle_get_bundle (self->kept) : NULL;
  BullaOuter *outer =
      bundle != NULL ? bulla_bundle_get_outer (bundle) : bulla_load_get_outer (self->load);
  const char *url = outer != NULL ? bulla_outer_get_url (outer) : NULL;

  return url != NULL && strncmp (url, "https://", 8) == 0 ? url : NULL;
}

/* Returns: (transfer none) (nullable): the body of an exchange; NULL for a bundle */
BullaSpool *
bulla_handover_get_spool (BullaHandover *self)
{
  return self->spool;
}

/**
 * bulla_handover_set_typed: (skip)
 * @self: a handover
 * @typed: whether the user typed the URL that led to the page; %FALSE by default
 */
void
bulla_handover_set_typed (BullaHandover *self, gboolean typed)
{
  self->typed = typed;
}

gboolean
bulla_handover_is_typed (BullaHandover *self)
{
  return self->typed;
}

/**
 * bulla_handover_put: (skip)
 * @self: a handover
 * @stash: the stash of the view that goes to the URL next
 * @now: Unix seconds
 *
 * May be called again, for a view that shows the page once more.
 */
void
bulla_handover_put (BullaHandover *self, BullaStash *stash, gint64 now)
{
  if (self->kept != NULL)
    bulla_stash_put_bundle_for (stash, self->kept, self->url);
  else if (self->spool != NULL)
    bulla_stash_put_prefetched (stash, self->load, self->spool, self->prefetch, NULL, FALSE, now);
}

/**
 * bulla_handover_holds: (skip)
 * @self: a handover
 * @load: a response that answers a navigation
 * @kept: (nullable): the bundle that @load is from
 *
 * Returns: whether @load is of the package that was handed over
 */
gboolean
bulla_handover_holds (BullaHandover *self, BullaLoad *load, BullaKeptBundle *kept)
{
  return kept != NULL ? kept == self->kept : load == self->load;
}
