/* test-handovers.c - the packages that a window's history keeps stay within their quota
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-handovers.h"

#include "bulla-handover-internal.h"
#include "bulla-load-internal.h"
#include "bulla-loader.h"
#include "bulla-pipe.h"

#define BYTES_MAX (1 << 20)

typedef struct {
  BullaHandovers *handovers; /* owned */
  BullaLoad *load;           /* owned; any */
  BullaKeptBundle *kept;     /* owned; any */
} World;

static void
set_up (World *self, gconstpointer data)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autoptr (GInputStream) empty = g_memory_input_stream_new ();

  self->handovers = bulla_handovers_new (BYTES_MAX);
  self->load = bulla_load_new (profile, trust, outer, NULL, 0);
  g_autoptr (GObject) bundle =
      bulla_loader_open_stream (loader, BULLA_PACKAGE_BUNDLE, outer, empty, NULL, NULL, NULL);
  self->kept = bulla_kept_bundle_new (BULLA_BUNDLE (bundle));
}

static void
tear_down (World *self, gconstpointer data)
{
  g_object_unref (self->handovers);
  g_object_unref (self->load);
  bulla_kept_bundle_unref (self->kept);
}

static guint
add_exchange (World *self, GInputStream *body)
{
  g_autoptr (BullaSpool) spool = bulla_spool_new (body, G_MAXUINT64);
  g_autoptr (BullaHandover) handover =
      bulla_handover_new ("https://publisher.test/", self->load, spool, NULL, NULL);

  return bulla_handovers_add (self->handovers, handover);
}

static guint
add_small (World *self)
{
  g_autoptr (GInputStream) body = g_memory_input_stream_new_from_data ("body", 4, NULL);

  return add_exchange (self, body);
}

static guint
add_bundle (World *self)
{
  g_autoptr (BullaHandover) handover =
      bulla_handover_new ("https://publisher.test/", self->load, NULL, NULL, self->kept);

  return bulla_handovers_add (self->handovers, handover);
}

/* The least recently used one goes first. */
static void
test_entries (World *self, gconstpointer data)
{
  guint first = add_small (self), second = add_small (self);

  for (guint i = 2; i < BULLA_STASH_ENTRIES_MAX; i++)
    add_small (self);
  g_assert_nonnull (bulla_handovers_find (self->handovers, first));
  guint last = add_small (self);
  g_assert_cmpuint (bulla_handovers_get_n (self->handovers), ==, BULLA_STASH_ENTRIES_MAX);
  g_assert_nonnull (bulla_handovers_find (self->handovers, first));
  g_assert_nonnull (bulla_handovers_find (self->handovers, last));
  g_assert_null (bulla_handovers_find (self->handovers, second));
  bulla_handovers_remove (self->handovers, second);
  bulla_handovers_remove (self->handovers, 0);
  bulla_handovers_remove (self->handovers, last);
  g_assert_null (bulla_handovers_find (self->handovers, last));
  g_assert_cmpuint (bulla_handovers_get_n (self->handovers), ==, BULLA_STASH_ENTRIES_MAX - 1);
}

static void
test_bundles (World *self, gconstpointer data)
{
  guint small = add_small (self), first = add_bundle (self);

  for (guint i = 1; i < BULLA_STASH_BUNDLES_MAX; i++)
    add_bundle (self);
  g_assert_nonnull (bulla_handovers_find (self->handovers, small));
  g_assert_nonnull (bulla_handovers_find (self->handovers, first));
  add_bundle (self);
  g_assert_nonnull (bulla_handovers_find (self->handovers, first));
  g_assert_cmpuint (bulla_handovers_get_n (self->handovers), ==, BULLA_STASH_BUNDLES_MAX + 1);
}

/* Bodies count while they arrive; the newest one stays, however large it becomes. */
static void
test_bytes (World *self, gconstpointer data)
{
  const gsize size = BYTES_MAX / 16;
  g_autoptr (GBytes) piece = g_bytes_new_take (g_malloc0 (size), size);
  g_autoptr (BullaPipe) one = bulla_pipe_new (), other = bulla_pipe_new ();
  guint small = add_small (self);
  guint first = add_exchange (self, G_INPUT_STREAM (one));
  guint last = add_exchange (self, G_INPUT_STREAM (other));

  for (guint i = 0; i < 16; i++) {
    bulla_pipe_push (i % 2 == 0 ? one : other, piece);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  g_assert_cmpuint (bulla_handovers_get_n (self->handovers), ==, 2);
  g_assert_null (bulla_handovers_find (self->handovers, small));
  bulla_pipe_push (one, piece);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (bulla_handovers_find (self->handovers, first));
  g_assert_nonnull (bulla_handovers_find (self->handovers, last));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/handovers/entries", World, NULL, set_up, test_entries, tear_down);
  g_test_add ("/handovers/bundles", World, NULL, set_up, test_bundles, tear_down);
  g_test_add ("/handovers/bytes", World, NULL, set_up, test_bytes, tear_down);
  return g_test_run ();
}
