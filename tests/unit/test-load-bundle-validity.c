/* test-load-bundle-validity.c - asks publishers about vouched subsets, once for each
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-internal.h"
#include "bulla-bundle-writer.h"
#include "bulla-load-internal.h"
#include "validity-kit.h"

#define HOST "publisher.test"
#define N_PARTS 4

typedef struct {
  ValidityKit *kit;
  BullaLoader *loader;
  BullaBundle *bundle;
  GBytes *other; /* owned; an exchange that the kit's replies refer to */
} World;

static char *
part_url (World *self, guint part)
{
  g_autofree char *path = g_strdup_printf ("/part?%u", part);

  return test_server_url (self->kit->publisher, path);
}

/* Adds a subset with every second part, from @first on. */
static void
add_subset (World *self, BullaBundleWriter *writer, GBytes *chain, guint first)
{
  g_autofree char *validity = test_server_url (self->kit->publisher, "/page.validity");
  gint64 now = self->kit->world->now;
  guint subset = bulla_bundle_writer_add_subset (writer, self->kit->credential, chain);

  bulla_bundle_writer_set_subset_validity (writer, subset, validity, now - VALIDITY_HOUR,
                                           now + VALIDITY_DAY);
  for (guint i = first; i < N_PARTS; i += 2) {
    g_autofree char *url = part_url (self, i);
    bulla_bundle_writer_cover (writer, subset, url);
  }
}

/* Returns: (transfer full): a bundle of two subsets, with two parts each */
static GBytes *
write_bundle (World *self)
{
  gint64 now = self->kit->world->now;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (GBytes) chain =
      bulla_authority_write_chain (self->kit->world->authority, self->kit->credential,
                                   now - VALIDITY_HOUR, now + VALIDITY_DAY, 0, &error);
  g_autoptr (GBytes) body = g_bytes_new_static ("part", 4);

  g_assert_no_error (error);
  for (guint i = 0; i < N_PARTS; i++) {
    g_autofree char *url = part_url (self, i);
    guint response = bulla_bundle_writer_add_response (writer, 200);
    bulla_bundle_writer_add_header (writer, response, "content-type", "text/plain");
    bulla_bundle_writer_set_body (writer, response, body);
    bulla_bundle_writer_add_url (writer, url, response);
  }
  add_subset (self, writer, chain, 0);
  add_subset (self, writer, chain, 1);
  GBytes *bundle = bulla_bundle_writer_write (writer, &error);
  g_assert_no_error (error);
  return bundle;
}

static void
set_up (World *self, gconstpointer mode)
{
  const char *const changes[] = {mode, "trust.validity-empty=refuse", "trust.validity-timeout=300",
                                 NULL};
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GError) error = NULL;

  self->kit = validity_kit_new (HOST);
  self->other = validity_kit_sign (self->kit, VALIDITY_DAY);
  self->loader = validity_kit_loader (self->kit, changes);
  g_autoptr (GBytes) bytes = write_bundle (self);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  GObject *opened = bulla_loader_open_stream (self->loader, BULLA_PACKAGE_BUNDLE, outer, stream,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  self->bundle = BULLA_BUNDLE (opened);
  validity_kit_set_reply (self->kit, VALIDITY_SILENT, self->other);
}

static void
tear_down (World *self, gconstpointer mode)
{
  g_object_unref (self->bundle);
  g_object_unref (self->loader);
  g_bytes_unref (self->other);
  validity_kit_free (self->kit);
}

static void
begin (World *self, guint part, GCancellable *cancellable, GAsyncResult **result)
{
  g_autofree char *url = part_url (self, part);
  gint resource = bulla_bundle_find (self->bundle, url);

  g_assert_cmpint (resource, >=, 0);
  bulla_bundle_load_async (self->bundle, (guint)resource, 0, cancellable, test_take_result, result);
}

/* Returns: (transfer full) (nullable): the response; NULL if its load was cancelled */
static BullaLoad *
end (World *self, GAsyncResult **result)
{
  return bulla_bundle_load_finish (self->bundle, test_wait_result (result), NULL);
}

static gboolean
was_asked (gpointer data)
{
  return ((World *)data)->kit->held != NULL;
}

static void
reply (World *self, ValidityAnswer answer)
{
  validity_kit_set_reply (self->kit, answer, self->other);
  validity_kit_release (self->kit);
}

/* Two parts of one subset wait for the same answer; so does one that comes later. */
static void
test_shared (World *self, gconstpointer mode)
{
  g_autoptr (GAsyncResult) one = NULL, other = NULL, late = NULL;

  begin (self, 0, NULL, &one);
  begin (self, 2, NULL, &other);
  test_wait_until (was_asked, self);
  begin (self, 2, NULL, &late);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (one == NULL && other == NULL && late == NULL);
  g_assert_cmpuint (self->kit->n_questions, ==, 1);
  reply (self, VALIDITY_EMPTY);
  g_autoptr (BullaLoad) first = end (self, &one);
  g_autoptr (BullaLoad) second = end (self, &other);
  g_autoptr (BullaLoad) third = end (self, &late);
  validity_kit_assert_verdict (first, "separate-origin", "validity.withdrawn");
  validity_kit_assert_verdict (second, "separate-origin", "validity.withdrawn");
  validity_kit_assert_verdict (third, "separate-origin", "validity.withdrawn");
  g_assert_cmpuint (self->kit->n_questions, ==, 1);
}

/* Each subset has a question of its own, and a caller that blocks shares what was asked before. */
static void
test_each_subset (World *self, gconstpointer mode)
{
  g_autoptr (GAsyncResult) one = NULL, other = NULL;
  g_autofree char *url = part_url (self, 2);

  begin (self, 0, NULL, &one);
  test_wait_until (was_asked, self);
  reply (self, VALIDITY_SAME);
  g_autoptr (BullaLoad) first = end (self, &one);
  validity_kit_assert_verdict (first, "substitute", NULL);
  g_autoptr (BullaLoad) same =
      bulla_bundle_load (self->bundle, (guint)bulla_bundle_find (self->bundle, url), 0, NULL, NULL);
  validity_kit_assert_verdict (same, "substitute", NULL);
  g_assert_cmpuint (self->kit->n_questions, ==, 1);
  validity_kit_set_reply (self->kit, VALIDITY_EMPTY, self->other);
  begin (self, 1, NULL, &other);
  g_autoptr (BullaLoad) second = end (self, &other);
  validity_kit_assert_verdict (second, "separate-origin", "validity.withdrawn");
  g_assert_cmpuint (self->kit->n_questions, ==, 2);
}

/* Whoever leaves takes the answer from nobody else. */
static void
test_leave (World *self, gconstpointer mode)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) one = NULL, other = NULL;

  begin (self, 0, cancellable, &one); /* the one that asks */
  test_wait_until (was_asked, self);
  begin (self, 2, NULL, &other);
  while (g_main_context_iteration (NULL, FALSE))
    ; /* it waits for the same answer now */
  g_cancellable_cancel (cancellable);
  g_assert_null (end (self, &one));
  reply (self, VALIDITY_SAME);
  g_autoptr (BullaLoad) load = end (self, &other);
  validity_kit_assert_verdict (load, "substitute", NULL);
  g_assert_cmpuint (self->kit->n_questions, ==, 1);
}

/* When all have left the question is given up, and the next one asks again. */
static void
test_all_leave (World *self, gconstpointer mode)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) one = NULL, other = NULL;

  begin (self, 0, cancellable, &one);
  test_wait_until (was_asked, self);
  g_clear_object (&self->kit->held);
  g_cancellable_cancel (cancellable);
  g_assert_null (end (self, &one));
  validity_kit_set_reply (self->kit, VALIDITY_EMPTY, self->other);
  begin (self, 2, NULL, &other);
  g_autoptr (BullaLoad) load = end (self, &other);
  validity_kit_assert_verdict (load, "separate-origin", "validity.withdrawn");
  g_assert_cmpuint (self->kit->n_questions, ==, 2);
}

/* Beside the verdict the publisher is asked once as well. */
static void
test_parallel (World *self, gconstpointer mode)
{
  g_autoptr (GAsyncResult) one = NULL, other = NULL;

  begin (self, 0, NULL, &one);
  begin (self, 2, NULL, &other);
  g_autoptr (BullaLoad) first = end (self, &one);
  g_autoptr (BullaLoad) second = end (self, &other);
  validity_kit_assert_verdict (first, "substitute", NULL);
  validity_kit_assert_verdict (second, "substitute", NULL);
  test_wait_until (was_asked, self);
  g_assert_true (bulla_bundle_is_asking (self->bundle));
  reply (self, VALIDITY_SAME);
  while (bulla_bundle_is_asking (self->bundle))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->kit->n_questions, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, mode, test)                                                                      \
  g_test_add ("/load/bundle-validity/" path, World, "trust.validity=" mode, set_up, test, tear_down)
  ADD ("shared", "blocking", test_shared);
  ADD ("each-subset", "blocking", test_each_subset);
  ADD ("leave", "blocking", test_leave);
  ADD ("all-leave", "blocking", test_all_leave);
  ADD ("parallel", "parallel", test_parallel);
  return g_test_run ();
}
