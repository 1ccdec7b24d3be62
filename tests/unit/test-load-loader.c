/* test-load-loader.c - loads exchanges through a loader, which supplies bytes and chains
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "load-world.h"

#include <string.h>

/* returns a few bytes for each read, and fails at a given offset */
typedef struct {
  GInputStream parent_instance;
  GBytes *bytes; /* owned */
  gsize at, piece;
  gssize fails_at; /* offset at which reading fails; -1 if it never does */
} TrickleStream;

typedef struct {
  GInputStreamClass parent_class;
} TrickleStreamClass;

GType trickle_stream_get_type (void);
G_DEFINE_TYPE (TrickleStream, trickle_stream, G_TYPE_INPUT_STREAM)

static gssize
trickle_stream_read (GInputStream *stream, void *into, gsize count, GCancellable *cancellable,
                     GError **error)
{
  TrickleStream *self = (TrickleStream *)stream;
  gsize size;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->fails_at >= 0)
    size = (gsize)self->fails_at;
  gsize n = MIN (MIN (count, self->piece), size - self->at);
  if (n == 0 && self->fails_at >= 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "it broke");
    return -1;
  }
  if (n > 0)
    memcpy (into, data + self->at, n);
  self->at += n;
  return (gssize)n;
}

static void
trickle_stream_finalize (GObject *object)
{
  g_bytes_unref (((TrickleStream *)object)->bytes);
  G_OBJECT_CLASS (trickle_stream_parent_class)->finalize (object);
}

static void
trickle_stream_class_init (TrickleStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = trickle_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = trickle_stream_read;
}

static void
trickle_stream_init (TrickleStream *self)
{
}

static GInputStream *
trickle (GBytes *bytes, gsize piece, gssize fails_at)
{
  TrickleStream *self = g_object_new (trickle_stream_get_type (), NULL);

  self->bytes = g_bytes_ref (bytes);
  self->piece = piece;
  self->fails_at = fails_at;
  return G_INPUT_STREAM (self);
}

static BullaLoader *
make_loader (LoadWorld *world)
{
  BullaLoader *loader = bulla_loader_new (world->profile, world->trust);

  bulla_loader_set_time (loader, world->forge->now);
  bulla_loader_set_offline (loader, TRUE);
  return loader;
}

typedef struct {
  BullaLoad *load; /* owned */
  GError *error;   /* owned */
  gboolean done;
} Answer;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->load = bulla_loader_load_finish (BULLA_LOADER (source), result, &answer->error);
  answer->done = TRUE;
}

/* @async: whether to load without blocking */
static BullaLoad *
load (LoadWorld *world, GInputStream *stream, GBytes *chain, gboolean async,
      GCancellable *cancellable, GError **error)
{
  g_autoptr (BullaLoader) loader = make_loader (world);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  Answer answer = {NULL, NULL, FALSE};

  if (!async)
    return bulla_loader_load (loader, outer, stream, chain, cancellable, error);
  bulla_loader_load_async (loader, outer, stream, chain, cancellable, loaded_cb, &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  if (answer.error != NULL)
    g_propagate_error (error, answer.error);
  return answer.load;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* Like load_read_body(), but never blocks. */
static GByteArray *
read_body (BullaLoad *from, gsize piece, GError **error)
{
  GInputStream *body = bulla_load_get_body (from);
  g_autofree guint8 *buffer = g_malloc (piece);
  GByteArray *out = g_byte_array_new ();

  for (gssize n = 1; n > 0; g_byte_array_append (out, buffer, (guint)MAX (n, 0))) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_async (body, buffer, piece, G_PRIORITY_DEFAULT, NULL, read_cb, &result);
    while (result == NULL)
      g_main_context_iteration (NULL, TRUE);
    n = g_input_stream_read_finish (body, result, error);
  }
  return out;
}

static void
test_trickle (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (gsize piece = 1; piece < 20000; piece = piece * 5 + 2)
    for (int async = 0; async < 2; async++) {
      g_autoptr (GInputStream) stream = trickle (world->forge->exchange, piece, -1);
      g_autoptr (GError) error = NULL;
      g_autoptr (BullaLoad) found = load (world, stream, world->forge->chain, async, NULL, &error);
      g_assert_no_error (error);
      assert_verdict (bulla_load_get_verdict (found), "substitute", NULL);
      g_autoptr (GByteArray) body =
          async ? read_body (found, 33, &error) : load_read_body (found, 33, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (body->len, ==, 200);
      g_assert_cmpint (bulla_load_get_facts (found)->body.read, ==, BULLA_YES);
    }
}

/* a body larger than any buffer, with a wrong late record */
static void
test_late_fault (void)
{
  g_autoptr (LoadWorld) world =
      load_world_new ("draft-b3", "base=large\nmutation=record-flip:20\n");

  for (gsize piece = 1000; piece < 100000; piece *= 5)
    for (int async = 0; async < 2; async++) {
      g_autoptr (GInputStream) stream = trickle (world->forge->exchange, piece, -1);
      g_autoptr (GError) error = NULL;
      g_autoptr (BullaLoad) found = load (world, stream, world->forge->chain, async, NULL, &error);
      g_autoptr (GByteArray) body =
          async ? read_body (found, piece, &error) : load_read_body (found, piece, &error);
      g_assert_error (error, BULLA_FAULT, (int)BULLA_REASON_BODY_RECORD);
      g_assert_cmpuint (body->len, ==, 20 * 4096);
      assert_verdict (bulla_load_get_verdict (found), "refuse", "body.record");
    }
}

static void
test_offline (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (int async = 0; async < 2; async++) {
    g_autoptr (GInputStream) stream = trickle (world->forge->exchange, 100, -1);
    g_autoptr (BullaLoad) found = load (world, stream, NULL, async, NULL, NULL);
    assert_verdict (bulla_load_get_verdict (found), "refuse", "chain.unknown");
    g_autofree char *text = bulla_verdict_describe (bulla_load_get_verdict (found), TRUE);
    g_assert_nonnull (strstr (text, "offline"));
    g_assert_null (bulla_load_get_body (found));
  }
}

/* A public site must not make the loader probe the local network. */
static void
test_private_chain (void)
{
  static const struct {
    const char *deliverer;
    gboolean kept_away;
  } rows[] = {{"https://aggregator.example/a.sxg", TRUE}, {"https://localhost/a.sxg", FALSE}};
  g_autoptr (LoadWorld) world =
      load_world_new ("draft-b3", "base=page\ncert-url=https://127.0.0.1:1/c\n");

  g_autoptr (BullaTrust) trust = bulla_trust_new (); /* no server is reachable */

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaLoader) loader = bulla_loader_new (world->profile, trust);
    bulla_loader_set_time (loader, world->forge->now);
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (rows[i].deliverer);
    g_autoptr (GInputStream) stream = trickle (world->forge->exchange, 100, -1);
    g_autoptr (BullaLoad) found = bulla_loader_load (loader, outer, stream, NULL, NULL, NULL);
    assert_verdict (bulla_load_get_verdict (found), "fall-back", "chain.fetch");
    g_autofree char *text = bulla_verdict_describe (bulla_load_get_verdict (found), FALSE);
    g_assert_cmpint (strstr (text, "may not reach") != NULL, ==, rows[i].kept_away);
  }
}

/* a stream that fails in the head is refused; one that fails in the body is an error that is not
 * the package's fault */
static void
test_transport (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  gsize size = g_bytes_get_size (world->forge->exchange), head = world->forge->offsets[5];

  for (gsize at = 0; at <= size; at += 13)
    for (int async = 0; async < 2; async++) {
      g_autoptr (GInputStream) stream = trickle (world->forge->exchange, 100, (gssize)at);
      g_autoptr (GError) error = NULL;
      g_autoptr (BullaLoad) found = load (world, stream, world->forge->chain, async, NULL, &error);
      g_assert_no_error (error);
      if (at < head) {
        assert_verdict (bulla_load_get_verdict (found), "refuse", "outer.transport");
        continue;
      }
      assert_verdict (bulla_load_get_verdict (found), "substitute", NULL);
      g_autoptr (GByteArray) body = load_read_body (found, 33, &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
      g_assert_cmpuint (body->len, <, 200);
      /* the body's state stays unknown, so that it does not count as complete */
      g_assert_cmpint (bulla_load_get_facts (found)->body.read, ==, BULLA_UNKNOWN);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (int async = 0; async < 2; async++) {
    g_autoptr (GInputStream) stream = trickle (world->forge->exchange, 100, -1);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    g_cancellable_cancel (cancellable);
    g_assert_null (load (world, stream, world->forge->chain, async, cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

static void
test_not_a_package (void)
{
  static const struct {
    const char *text, *reason;
  } rows[] = {{"", "sxg.truncated"},
              {"<!DOCTYPE html><title>no package</title>", "sxg.magic"},
              {"sxg1-b3", "sxg.truncated"},
              {"sxg1-b3\0\xff\xff", "sxg.truncated"}};
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new (rows[i].text, i == 3 ? 10 : strlen (rows[i].text));
    g_autoptr (GInputStream) stream = trickle (bytes, 100, -1);
    g_autoptr (BullaLoad) found = load (world, stream, world->forge->chain, FALSE, NULL, NULL);
    assert_verdict (bulla_load_get_verdict (found), "refuse", rows[i].reason);
  }
}

static void
test_recognise (void)
{
  static const struct {
    const char *profile, *type, *nosniff, *outcome, *reason;
  } rows[] = {
      {"draft-b3", "application/signed-exchange;v=b3", "nosniff", "substitute", NULL},
      {"draft-b3", "application/signed-exchange;v=b3", NULL, "fall-back", "outer.nosniff"},
      {"loading", "application/signed-exchange;v=b3", NULL, "not-a-package", "outer.nosniff"},
      {"chromium", "application/signed-exchange;v=b3", NULL, "fall-back", "outer.nosniff"},
      {"draft-b3", "application/signed-exchange;v=b9", "nosniff", "fall-back", "outer.version"},
      {"loading", "application/signed-exchange;v=b9", "nosniff", "fall-back", "outer.version"},
      {"loading", "application/signed-exchange", "nosniff", "not-a-package", "outer.version"},
      {"draft-b3", "text/html", "nosniff", "not-a-package", "outer.content-type"},
      {"draft-b3", NULL, "nosniff", "not-a-package", "outer.content-type"},
      {"draft-b3", "application/signed-exchange x;v=b3", "nosniff", "not-a-package",
       "outer.content-type"},
  };
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    load_world_set_profile (world, rows[i].profile);
    g_autoptr (BullaLoader) loader = make_loader (world);
    g_autoptr (BullaOuter) outer = bulla_outer_new ("https://aggregator.test/a.sxg");
    g_autoptr (GInputStream) stream = trickle (world->forge->exchange, 100, -1);
    bulla_outer_set_header (outer, "Content-Type", rows[i].type);
    bulla_outer_set_header (outer, "X-Content-Type-Options", rows[i].nosniff);
    g_autoptr (BullaLoad) found =
        bulla_loader_load (loader, outer, stream, world->forge->chain, NULL, NULL);
    g_test_message ("%s %s %s", rows[i].profile, rows[i].type, rows[i].nosniff);
    assert_verdict (bulla_load_get_verdict (found), rows[i].outcome, rows[i].reason);
  }
}

static void
test_deliverer (void)
{
  static const struct {
    const char *url;
    gboolean secure;
  } rows[] = {
      {"https://aggregator.test/", TRUE},
      {"http://aggregator.test/", FALSE},
      {"http://localhost/", TRUE},
      {"http://localhost:8080/", TRUE},
      {"http://a.localhost/", TRUE},
      {"http://127.0.0.1/", TRUE},
      {"http://127.1.2.3/", TRUE},
      {"http://[::1]/", TRUE},
      {"http://127.evil.test/", FALSE},
      {"http://localhost.evil.test/", FALSE},
      {"http://128.0.0.1/", FALSE},
      {"http://[::2]/", FALSE},
      {"ftp://aggregator.test/", FALSE},
      {"file:///a.sxg", TRUE},
      {"nonsense", FALSE},
      {NULL, TRUE},
  };
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaLoader) loader = make_loader (world);
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (rows[i].url);
    g_autoptr (GInputStream) stream = trickle (world->forge->exchange, 100, -1);
    g_autoptr (BullaLoad) found =
        bulla_loader_load (loader, outer, stream, world->forge->chain, NULL, NULL);
    g_test_message ("%s", rows[i].url);
    assert_verdict (bulla_load_get_verdict (found), rows[i].secure ? "substitute" : "refuse",
                    rows[i].secure ? NULL : "outer.insecure");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/loader/trickle", test_trickle);
  g_test_add_func ("/load/loader/late-fault", test_late_fault);
  g_test_add_func ("/load/loader/offline", test_offline);
  g_test_add_func ("/load/loader/private-chain", test_private_chain);
  g_test_add_func ("/load/loader/transport", test_transport);
  g_test_add_func ("/load/loader/cancelled", test_cancelled);
  g_test_add_func ("/load/loader/not-a-package", test_not_a_package);
  g_test_add_func ("/load/loader/recognise", test_recognise);
  g_test_add_func ("/load/loader/gatewayer", test_deliverer);
  return g_test_run ();
}
