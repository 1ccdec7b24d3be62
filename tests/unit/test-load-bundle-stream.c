/* test-load-bundle-stream.c - loads bundles while they arrive
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-bundle-check.h"
#include "bulla-pipe.h"
#include "bulla-wait.h"
#include "bundle-kit.h"

#define FIRST KIT_HOST "/first.html"
#define LAST KIT_HOST "/last.html"
#define LARGE 40000 /* bytes; more than one read returns */

typedef struct {
  BundleKit *kit;      /* owned */
  BullaLoader *loader; /* owned */
  BullaPipe *stream;   /* owned */
  GBytes *bytes;       /* owned */
  gsize sent;
} Pipe;

static Pipe *
pipe_new (const char *profile)
{
  Pipe *self = g_new0 (Pipe, 1);

  self->kit = bundle_kit_new ();
  if (profile != NULL)
    bundle_kit_set_profile (self->kit, profile);
  self->loader = bundle_kit_loader (self->kit);
  self->stream = bulla_pipe_new ();
  g_autofree char *large = g_strnfill (LARGE, 'x');
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  bundle_kit_add (writer, FIRST, "text/html", "first");
  bundle_kit_add (writer, LAST, "text/html", large);
  bulla_bundle_writer_set_primary_url (writer, LAST);
  guint subset = bundle_kit_vouch (self->kit, writer, KIT_NOW - KIT_DAY, KIT_NOW + KIT_DAY);
  bulla_bundle_writer_cover (writer, subset, LAST);
  bulla_bundle_writer_set_record_size (writer, 1000);
  self->bytes = bundle_kit_write (writer);
  return self;
}

static void
pipe_close (Pipe *self)
{
  bulla_pipe_end (self->stream);
}

static void
pipe_free (Pipe *self)
{
  g_object_unref (self->loader);
  g_object_unref (self->stream);
  bundle_kit_free (self->kit);
  g_bytes_unref (self->bytes);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pipe, pipe_free)

static void
pipe_send (Pipe *self, gsize until)
{
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (self->bytes, self->sent, until - self->sent);

  bulla_pipe_push (self->stream, part);
  self->sent = until;
}

/* Returns the offset behind @text. */
static gsize
find_end (GBytes *bytes, const char *text)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i + strlen (text) <= length; i++)
    if (memcmp (data + i, text, strlen (text)) == 0)
      return i + strlen (text);
  g_assert_not_reached ();
}

static BullaBundle *
pipe_open (Pipe *self, const char *url)
{
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (url);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  bulla_loader_open_stream_async (self->loader, BULLA_PACKAGE_UNKNOWN, outer,
                                  G_INPUT_STREAM (self->stream), NULL, NULL, bulla_wait_cb,
                                  &result);
  bulla_wait_for (&result);
  GObject *opened = bulla_loader_open_finish (self->loader, result, &error);
  g_assert_no_error (error);
  g_assert_true (BULLA_IS_BUNDLE (opened));
  return BULLA_BUNDLE (opened);
}

static void
test_first (void)
{
  g_autoptr (Pipe) pipe = pipe_new (NULL);

  /* exactly the bytes of the first response */
  pipe_send (pipe, find_end (pipe->bytes, "text/htmlEfirst"));
  g_autoptr (BullaBundle) bundle = pipe_open (pipe, NULL);
  g_assert_cmpuint (bulla_bundle_get_n_resources (bundle), ==, 2);
  BullaVerdict *early = bulla_bundle_get_verdict (bundle);
  g_assert_null (bulla_bundle_get_digest (bundle));
  g_assert_null (bulla_bundle_dup_package_id (bundle, KIT_HOST));
  g_autoptr (BullaLoad) first = bundle_kit_load (bundle, FIRST);
  g_autofree char *body = bundle_kit_read (first, NULL);
  g_assert_cmpstr (body, ==, "first");

  /* loading the other response waits */
  g_autoptr (GAsyncResult) result = NULL, digest = NULL;
  gint last = bulla_bundle_find (bundle, LAST);
  bulla_bundle_load_async (bundle, (guint)last, 0, NULL, bulla_wait_cb, &result);
  bulla_bundle_read_digest_async (bundle, NULL, bulla_wait_cb, &digest);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (result);
  pipe_send (pipe, find_end (pipe->bytes, "text/htmlEfirst") + 1500);
  bulla_wait_for (&result);
  g_autoptr (BullaLoad) load = bulla_bundle_load_finish (bundle, result, NULL);
  bundle_kit_assert (bulla_load_get_verdict (load), "substitute", NULL);
  g_assert_null (digest);
  pipe_send (pipe, g_bytes_get_size (pipe->bytes));
  pipe_close (pipe);
  g_autofree char *long_body = bundle_kit_read (load, NULL);
  g_assert_cmpuint (strlen (long_body), ==, LARGE);
  bulla_wait_for (&digest);
  g_assert_true (bulla_bundle_read_digest_finish (bundle, digest, NULL));
  g_autofree char *expected = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pipe->bytes);
  g_assert_cmpstr (bulla_bundle_get_digest (bundle), ==, expected);
  /* when its primary resource has arrived, the bundle may be substituted */
  bundle_kit_assert (bulla_bundle_get_verdict (bundle), "substitute", NULL);
  bundle_kit_assert (early, "separate-origin", NULL);
}

/* Truncates the stream in the head, in a response's headers, in a body. */
static void
test_cut (void)
{
  g_autoptr (Pipe) early = pipe_new (NULL);

  pipe_send (early, 60);
  pipe_close (early);
  g_autoptr (BullaBundle) nothing = pipe_open (early, NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (nothing), "refuse", "bundle.truncated");

  g_autoptr (Pipe) middle = pipe_new (NULL);
  pipe_send (middle, find_end (middle->bytes, "text/htmlEfirst") + 10);
  pipe_close (middle);
  g_autoptr (BullaBundle) half = pipe_open (middle, NULL);
  g_autoptr (BullaLoad) first = bundle_kit_load (half, FIRST);
  g_autoptr (BullaLoad) last = bundle_kit_load (half, LAST);
  g_autofree char *body = bundle_kit_read (first, NULL);
  g_assert_cmpstr (body, ==, "first");
  g_assert_cmpint (bulla_verdict_get_outcome (bulla_load_get_verdict (last)), ==,
                   BULLA_OUTCOME_REFUSE);

  g_autoptr (Pipe) late = pipe_new (NULL);
  g_autoptr (GError) error = NULL;
  pipe_send (late, g_bytes_get_size (late->bytes) - LARGE / 2);
  pipe_close (late);
  g_autoptr (BullaBundle) most = pipe_open (late, NULL);
  g_autoptr (BullaLoad) load = bundle_kit_load (most, LAST);
  g_autofree char *part = bundle_kit_read (load, &error);
  g_assert_error (error, BULLA_FAULT, BULLA_REASON_BODY_TRUNCATED);
  g_assert_cmpuint (strlen (part), >, 0);
  g_assert_cmpuint (strlen (part) % 1000, ==, 0);
}

/* A stream that fails after its bytes. */
#define TEST_TYPE_FAILING (test_failing_get_type ())
G_DECLARE_FINAL_TYPE (TestFailing, test_failing, TEST, FAILING, GFilterInputStream)
struct _TestFailing {
  GFilterInputStream parent_instance;
};
G_DEFINE_FINAL_TYPE (TestFailing, test_failing, G_TYPE_FILTER_INPUT_STREAM)

static gssize
test_failing_read (GInputStream *stream, void *into, gsize count, GCancellable *cancellable,
                   GError **error)
{
  GInputStream *base = G_FILTER_INPUT_STREAM (stream)->base_stream;
  gssize n = g_input_stream_read (base, into, count, cancellable, error);

  if (n == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "the connection was lost");
  return n > 0 ? n : -1;
}

static void
test_failing_class_init (TestFailingClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = test_failing_read;
}

static void
test_failing_init (TestFailing *self)
{
}

static BullaBundle *
open_failing (Pipe *pipe, gsize length)
{
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (pipe->bytes, 0, length);
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (part);
  g_autoptr (GInputStream) failing = g_object_new (TEST_TYPE_FAILING, "base-stream", memory, NULL);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GError) error = NULL;
  GObject *opened = bulla_loader_open_stream (pipe->loader, BULLA_PACKAGE_UNKNOWN, outer, failing,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return BULLA_BUNDLE (opened);
}

static void
test_lost (void)
{
  g_autoptr (Pipe) pipe = pipe_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundle) head = open_failing (pipe, 60);

  bundle_kit_assert (bulla_bundle_get_verdict (head), "refuse", "outer.transport");
  g_autoptr (BullaBundle) body = open_failing (pipe, g_bytes_get_size (pipe->bytes) - LARGE / 2);
  g_autoptr (BullaLoad) load = bundle_kit_load (body, LAST);
  g_autofree char *part = bundle_kit_read (load, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_autoptr (GAsyncResult) digest = NULL;
  bulla_bundle_read_digest_async (body, NULL, bulla_wait_cb, &digest);
  bulla_wait_for (&digest);
  g_assert_false (bulla_bundle_read_digest_finish (body, digest, NULL));
  g_assert_null (bulla_bundle_check (body, NULL, NULL, NULL));
}

static void
test_cancelled (void)
{
  g_autoptr (Pipe) pipe = pipe_new (NULL);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pipe_send (pipe, 100);
  bulla_loader_open_stream_async (pipe->loader, BULLA_PACKAGE_BUNDLE, outer,
                                  G_INPUT_STREAM (pipe->stream), NULL, cancellable, bulla_wait_cb,
                                  &result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  bulla_wait_for (&result);
  g_assert_null (bulla_loader_open_finish (pipe->loader, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* bytes after the end do not change an earlier verdict, but a check of the whole bundle reports
 * them */
static void
test_length (void)
{
  g_autoptr (Pipe) pipe = pipe_new (NULL);
  g_autoptr (GBytes) more = g_bytes_new_static ("more", 4);
  g_autoptr (GBytes) longer = bundle_kit_join (pipe->bytes, more);

  g_bytes_unref (pipe->bytes);
  pipe->bytes = g_bytes_ref (longer);
  pipe_send (pipe, g_bytes_get_size (longer));
  pipe_close (pipe);
  g_autoptr (BullaBundle) bundle = pipe_open (pipe, NULL);
  g_autoptr (BullaLoad) load = bundle_kit_load (bundle, FIRST);
  bundle_kit_assert (bulla_load_get_verdict (load), "separate-origin", NULL);
  g_autoptr (BullaBundleCheck) check = bulla_bundle_check (bundle, NULL, NULL, NULL);
  g_assert_cmpint (check->reason, ==, BULLA_REASON_BUNDLE_LENGTH);
  g_assert_cmpint (check->outcome, ==, BULLA_OUTCOME_REFUSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load-bundle-stream/first", test_first);
  g_test_add_func ("/load-bundle-stream/cut", test_cut);
  g_test_add_func ("/load-bundle-stream/lost", test_lost);
  g_test_add_func ("/load-bundle-stream/cancelled", test_cancelled);
  g_test_add_func ("/load-bundle-stream/length", test_length);
  return g_test_run ();
}
