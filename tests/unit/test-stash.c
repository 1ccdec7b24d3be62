/* test-stash.c - keeps bodies that are read once and served to many readers, and their exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libglib-testing/signal-logger.h>

#include "bulla-error.h"
#include "bulla-exchange-writer.h"
#include "bulla-loader.h"
#include "bulla-pipe.h"
#include "bulla-stash.h"
#include "test-world.h"

#define DAY 86400
#define FROM "https://aggregator.test/a.sxg"

/* --- the spool */

static char *
read_all (GInputStream *stream, GError **error)
{
  GString *text = g_string_new (NULL);
  gsize got = 1;

  while (got > 0) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_bytes_async (stream, 1000, 0, NULL, test_take_result, &result);
    g_autoptr (GBytes) bytes =
        g_input_stream_read_bytes_finish (stream, test_wait_result (&result), error);
    got = bytes != NULL ? g_bytes_get_size (bytes) : 0;
    if (got > 0)
      g_string_append_len (text, g_bytes_get_data (bytes, NULL), got);
  }
  return g_string_free (text, FALSE);
}

static void
push (BullaPipe *pipe, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  bulla_pipe_push (pipe, bytes);
}

/* small bodies stay in memory, larger ones go to a file; each reader gets the whole body */
static void
test_spool (void)
{
  const gsize sizes[] = {
      0, 1, 1000, BULLA_QUOTA_MEMORY_MAX, BULLA_QUOTA_MEMORY_MAX + 1, 3 * BULLA_QUOTA_MEMORY_MAX};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *content = g_malloc (sizes[i] + 1);
    for (gsize j = 0; j < sizes[i]; j++)
      content[j] = 'a' + j % 23;
    content[sizes[i]] = '\0';
    g_autoptr (GInputStream) source = g_memory_input_stream_new_from_data (content, sizes[i], NULL);
    g_autoptr (BullaSpool) spool = bulla_spool_new (source, sizes[i]);
    g_autoptr (GInputStream) early = bulla_spool_open (spool);
    g_autoptr (GError) error = NULL;
    g_autofree char *first = read_all (early, &error);
    g_assert_no_error (error);
    g_assert_true (bulla_spool_is_complete (spool));
    g_assert_cmpuint (bulla_spool_get_length (spool), ==, sizes[i]);
    g_autoptr (GInputStream) late = bulla_spool_open (spool);
    g_autofree char *second = read_all (late, &error);
    g_assert_no_error (error);
    g_assert_true (g_str_equal (first, content) && g_str_equal (second, content));
  }
}

static void
test_spool_limit (void)
{
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_data ("123456", 6, NULL);
  g_autoptr (BullaSpool) spool = bulla_spool_new (source, 5);
  g_autoptr (GInputStream) reader = bulla_spool_open (spool);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_all (reader, &error);

  g_assert_nonnull (error);
  g_assert_cmpstr (text, ==, "");
  g_assert_false (bulla_spool_is_complete (spool));
}

/* bodies that arrive at the same time share one quota */
static void
test_spool_room (void)
{
  g_autoptr (BullaQuota) quota = bulla_quota_new (10);
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_data ("12345678", 8, NULL);
  g_autoptr (GInputStream) another = g_memory_input_stream_new_from_data ("12345678", 8, NULL);
  BullaSpool *spool = bulla_spool_new_in (source, quota);
  g_autoptr (BullaSpool) late = bulla_spool_new_in (another, quota);

  while (!bulla_spool_has (spool, 9) || !bulla_spool_has (late, 9))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (bulla_spool_is_complete (spool));
  g_assert_error (bulla_spool_get_error (late), BULLA_ERROR, BULLA_ERROR_LIMIT);
  g_assert_cmpuint (bulla_quota_get_left (quota), ==, 2);
  g_object_unref (spool);
  g_assert_cmpuint (bulla_quota_get_left (quota), ==, 10);
}

#define MANY 20
#define PIECE 7001 /* bytes; does not divide any block evenly */

/* @letter: content of the body; @n_pieces: number of pieces before the end */
static void
assert_made_of (BullaSpool *spool, char letter, guint n_pieces)
{
  g_autofree char *expected = g_strnfill (n_pieces * PIECE, letter);
  g_autoptr (GInputStream) reader = bulla_spool_open (spool);
  g_autoptr (GError) error = NULL;
  g_autofree char *got = read_all (reader, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_equal (got, expected));
}

static void
fill_all (BullaQuota *quota, BullaSpool *spools[MANY], guint step, guint n_pieces)
{
  g_autoptr (GPtrArray) pipes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < MANY; i += step) {
    BullaPipe *pipe = bulla_pipe_new ();
    g_set_object (&spools[i], NULL);
    spools[i] = bulla_spool_new_in (G_INPUT_STREAM (pipe), quota);
    g_ptr_array_add (pipes, pipe);
  }
  for (guint j = 0; j < n_pieces; j++) {
    for (guint i = 0; i < pipes->len; i++) {
      g_autofree char *piece = g_strnfill (PIECE, (char)('a' + i * step));
      push (pipes->pdata[i], piece);
    }
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  for (guint i = 0; i < pipes->len; i++)
    bulla_pipe_end (pipes->pdata[i]);
}

/* bodies with one quota share its memory and its file, in whatever order they are created and
 * freed */
static void
test_spool_file (void)
{
  g_autoptr (BullaQuota) quota = bulla_quota_new (64 << 20);
  BullaSpool *spools[MANY] = {NULL};
  guint before = test_count_descriptors ();

  fill_all (quota, spools, 1, 40);
  for (guint i = 0; i < MANY; i++)
    assert_made_of (spools[i], (char)('a' + i), 40);
  g_assert_cmpuint (test_count_descriptors (), ==, before + 1);
  fill_all (quota, spools, 3, 60); /* some of them reuse released blocks */
  for (guint i = 0; i < MANY; i++)
    assert_made_of (spools[i], (char)('a' + i), i % 3 == 0 ? 60 : 40);
  g_assert_cmpuint (test_count_descriptors (), ==, before + 1);
  for (guint i = 0; i < MANY; i++)
    g_object_unref (spools[i]);
  g_assert_cmpuint (bulla_quota_get_left (quota), ==, 64 << 20);
  g_assert_true (bulla_quota_reserve_memory (quota, BULLA_QUOTA_MEMORY_MAX));
}

/* readers wait for bytes that have not arrived; a reader that cancels is released */
static void
test_spool_waits (void)
{
  g_autoptr (BullaPipe) pipe = bulla_pipe_new ();
  g_autoptr (BullaSpool) spool = bulla_spool_new (G_INPUT_STREAM (pipe), 100);
  g_autoptr (GInputStream) one = bulla_spool_open (spool);
  g_autoptr (GInputStream) two = bulla_spool_open (spool);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) waiting = NULL;
  g_autoptr (GAsyncResult) leaving = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[8] = "", unused[8];

  g_input_stream_read_async (one, buffer, sizeof buffer, 0, NULL, test_take_result, &waiting);
  g_input_stream_read_async (two, unused, sizeof unused, 0, cancellable, test_take_result,
                             &leaving);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (g_input_stream_read_finish (two, test_wait_result (&leaving), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (waiting);
  push (pipe, "part");
  g_assert_cmpint (g_input_stream_read_finish (one, test_wait_result (&waiting), NULL), ==, 4);
  g_assert_cmpmem (buffer, 4, "part", 4);
  bulla_pipe_end (pipe);
  g_autofree char *rest = read_all (one, NULL);
  g_assert_cmpstr (rest, ==, "");
  g_autofree char *whole = read_all (two, NULL);
  g_assert_cmpstr (whole, ==, "part");
}

/* without readers, reading the source stops */
static void
test_spool_dropped (void)
{
  g_autoptr (BullaPipe) pipe = bulla_pipe_new ();
  BullaSpool *spool = bulla_spool_new (G_INPUT_STREAM (pipe), 100);
  gpointer watched = spool;

  g_object_add_weak_pointer (G_OBJECT (spool), &watched);
  push (pipe, "a");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (spool);
  g_assert_null (watched);
  push (pipe, "b");
  bulla_pipe_end (pipe);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* --- the stash */

typedef struct {
  TestWorld *world;
  BullaLoader *loader;
  BullaCredential *credential;
  GBytes *chain;
  BullaStash *stash;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *hosts[] = {"publisher.test", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);

  self->world = test_world_new ();
  self->loader = bulla_loader_new (profile, self->world->trust);
  gint64 now = self->world->now;
  self->credential =
      bulla_authority_issue (self->world->authority, hosts, now - DAY, 30,
                             BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT, &error);
  g_assert_no_error (error);
  self->chain = bulla_authority_write_chain (self->world->authority, self->credential, now - 3600,
                                             now + 3 * DAY, 0, &error);
  g_assert_no_error (error);
  self->stash = bulla_stash_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->stash);
  g_object_unref (self->loader);
  g_object_unref (self->credential);
  g_bytes_unref (self->chain);
  test_world_free (self->world);
}

static BullaLoad *
load (Fixture *self, const char *url, gboolean damage)
{
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, self->credential);
  g_autoptr (GBytes) body = g_bytes_new_static ("body", 4);
  g_autoptr (GError) error = NULL;

  bulla_exchange_writer_set_status (writer, 200);
  bulla_exchange_writer_add_header (writer, "content-type", "text/html");
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, "https://publisher.test/chain");
  bulla_exchange_writer_set_validity_url (writer, "https://publisher.test/validity");
  bulla_exchange_writer_set_validity (writer, self->world->now - 60, self->world->now + DAY);
  g_autoptr (GBytes) exchange = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  gsize length = 0;
  guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&exchange), &length);
  bytes[length - 1] ^= damage;
  g_autoptr (BullaOuter) outer = bulla_outer_new ("https://aggregator.test/a.sxg");
  bulla_outer_set_header (outer, "Content-Type", "application/signed-exchange;v=b3");
  bulla_outer_set_header (outer, "X-Content-Type-Options", "nosniff");
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (bytes, length, g_free);
  BullaLoad *made = bulla_loader_load (self->loader, outer, stream, self->chain, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bulla_verdict_get_outcome (bulla_load_get_verdict (made)), ==,
                   BULLA_OUTCOME_SUBSTITUTE);
  return made;
}

/* @from: redirect that the exchange was stored with */
static BullaStashAsk
make_request (const char *url, const char *from)
{
  return (BullaStashAsk){.url = url, .redirected = from};
}

/* Returns whether the stash has an exchange for @url, whatever navigation it is kept for. */
static gboolean
has (Fixture *self, const char *url, gint64 now)
{
  const BullaStashAsk any = {.url = url, .any = TRUE};
  g_autoptr (BullaLoad) found = bulla_stash_lookup (self->stash, &any, now, NULL, NULL);

  return found != NULL;
}

static gboolean
answers (Fixture *self, BullaStashAsk asked)
{
  g_autoptr (BullaLoad) found =
      bulla_stash_lookup (self->stash, &asked, self->world->now, NULL, NULL);

  return found != NULL;
}

static void
test_keys (Fixture *self, gconstpointer data)
{
  const char *url = "https://publisher.test/%7ea?q";
  gint64 now = self->world->now;
  g_autoptr (BullaLoad) made = load (self, url, FALSE);

  bulla_stash_put (self->stash, made, FROM, FALSE, now);
  g_assert_true (has (self, url, now));
  g_assert_true (has (self, "https://publisher.test/~a?q#f", now));
  g_assert_false (has (self, "https://publisher.test/~a", now));
  g_assert_false (has (self, "http://publisher.test/~a?q", now));
  g_assert_false (has (self, "https://publisher.test:444/~a?q", now));

  const BullaStashAsk any = {.url = url, .any = TRUE};
  g_autoptr (BullaSpool) spool = NULL;
  g_autoptr (BullaLoad) found = bulla_stash_lookup (self->stash, &any, now, &spool, NULL);
  g_assert_true (found == made);
  g_autoptr (GInputStream) reader = bulla_spool_open (spool);
  g_autofree char *body = read_all (reader, NULL);
  g_assert_cmpstr (body, ==, "body");
}

static void
test_ends (Fixture *self, gconstpointer data)
{
  const char *url = "https://publisher.test/a";
  gint64 now = self->world->now;
  g_autoptr (BullaLoad) made = load (self, url, FALSE);
  gint64 expires = bulla_verdict_get_expires (bulla_load_get_verdict (made));

  bulla_stash_put (self->stash, made, FROM, FALSE, now);
  g_assert_true (has (self, url, expires - 1));
  g_assert_false (has (self, url, expires));
  g_assert_cmpuint (bulla_stash_get_n_entries (self->stash), ==, 0);

  g_autoptr (BullaLoad) next = load (self, url, FALSE);
  bulla_stash_put (self->stash, next, FROM, FALSE, now);
  g_assert_true (bulla_stash_drop (self->stash, url));
  g_assert_false (bulla_stash_drop (self->stash, url));
  g_assert_false (has (self, url, now));
}

/* an exchange answers the navigation that fetched it, once, and then its history entry */
static void
test_navigation (Fixture *self, gconstpointer data)
{
  const char *url = "https://publisher.test/a";
  g_autoptr (BullaLoad) made = load (self, url, FALSE);

  bulla_stash_put (self->stash, made, FROM, FALSE, self->world->now);
  g_assert_false (answers (self, make_request (url, NULL)));
  g_assert_false (answers (self, (BullaStashAsk){.url = url, .typed = TRUE}));
  g_assert_false (answers (self, make_request (url, "https://aggregator.test/other.sxg")));
  g_assert_false (answers (self, (BullaStashAsk){.url = url, .redirected = FROM, .frame = TRUE}));
  g_assert_false (answers (self, (BullaStashAsk){.url = url, .answer = "unknown"}));
  g_assert_true (answers (self, make_request (url, FROM)));
  g_assert_false (answers (self, make_request (url, FROM)));
  bulla_stash_note_shown (self->stash, made, "one");
  g_assert_false (answers (self, (BullaStashAsk){.url = url, .answer = "two"}));
  g_assert_true (answers (self, (BullaStashAsk){.url = url, .answer = "one"}));
  bulla_stash_note_shown (self->stash, made, "two");
  g_assert_true (answers (self, (BullaStashAsk){.url = url, .answer = "one"}));
  g_assert_true (answers (self, (BullaStashAsk){.url = url, .answer = "two"}));
}

/* an exchange that the shell opened waits for the shell's own navigation */
static void
test_typed (Fixture *self, gconstpointer data)
{
  const char *url = "https://publisher.test/a";
  g_autoptr (BullaLoad) made = load (self, url, FALSE);

  bulla_stash_put (self->stash, made, NULL, FALSE, self->world->now);
  g_assert_false (answers (self, make_request (url, NULL)));
  g_assert_false (answers (self, make_request (url, FROM)));
  g_assert_true (answers (self, (BullaStashAsk){.url = url, .typed = TRUE}));
  g_assert_false (answers (self, (BullaStashAsk){.url = url, .typed = TRUE}));
}

/* another navigation of the view ends the wait, unless it is one of a frame */
static void
test_stop_waiting (Fixture *self, gconstpointer data)
{
  const char *url = "https://publisher.test/a";
  g_autoptr (BullaLoad) made = load (self, url, FALSE);

  bulla_stash_put (self->stash, made, FROM, FALSE, self->world->now);
  bulla_stash_stop_waiting (self->stash, TRUE);
  bulla_stash_stop_waiting (self->stash, FALSE);
  g_assert_false (answers (self, make_request (url, FROM)));
}

/* The least recently used entry is dropped. */
static void
test_room (Fixture *self, gconstpointer data)
{
  gint64 now = self->world->now;

  for (guint i = 0; i < BULLA_STASH_ENTRIES_MAX + 1; i++) {
    g_autofree char *url = g_strdup_printf ("https://publisher.test/%u", i);
    g_autoptr (BullaLoad) made = load (self, url, FALSE);
    if (i == BULLA_STASH_ENTRIES_MAX)
      g_assert_true (has (self, "https://publisher.test/0", now));
    bulla_stash_put (self->stash, made, FROM, FALSE, now);
  }
  g_assert_cmpuint (bulla_stash_get_n_entries (self->stash), ==, BULLA_STASH_ENTRIES_MAX);
  g_assert_true (has (self, "https://publisher.test/0", now));
  g_assert_false (has (self, "https://publisher.test/1", now));
}

/* entries of frames displace those of frames, not those of the page around them */
static void
test_frames (Fixture *self, gconstpointer data)
{
  gint64 now = self->world->now;

  for (guint i = 0; i < 2 * BULLA_STASH_ENTRIES_MAX; i++) {
    g_autofree char *url = g_strdup_printf ("https://publisher.test/%u", i);
    g_autoptr (BullaLoad) made = load (self, url, FALSE);
    bulla_stash_put (self->stash, made, FROM, i > 0, now);
  }
  g_assert_cmpuint (bulla_stash_get_n_entries (self->stash), ==, BULLA_STASH_ENTRIES_MAX);
  g_assert_true (answers (self, make_request ("https://publisher.test/0", FROM)));
}

static void
test_truncated (Fixture *self, gconstpointer data)
{
  const char *url = "https://publisher.test/a";
  g_autoptr (GtSignalLogger) signals = gt_signal_logger_new ();
  g_autoptr (BullaLoad) truncated = NULL;
  g_autofree char *message = NULL;
  g_autoptr (BullaLoad) made = load (self, url, TRUE);
  g_autoptr (BullaSpool) spool = NULL;
  g_autoptr (GError) error = NULL;

  gt_signal_logger_connect (signals, self->stash, "truncated");
  bulla_stash_put (self->stash, made, FROM, FALSE, self->world->now);
  const BullaStashAsk asked = make_request (url, FROM);
  g_autoptr (BullaLoad) found =
      bulla_stash_lookup (self->stash, &asked, self->world->now, &spool, NULL);
  g_assert_nonnull (found);
  g_autoptr (GInputStream) reader = bulla_spool_open (spool);
  g_autofree char *body = read_all (reader, &error);
  gt_signal_logger_assert_emission_pop (signals, self->stash, "truncated", &truncated, &message);
  g_assert_true (truncated == made);
  g_assert_cmpstr (message, ==, error->message);
  gt_signal_logger_assert_no_emissions (signals);
  g_assert_cmpstr (body, ==, "");
  g_assert_cmpuint (error->domain, ==, BULLA_FAULT);
  g_assert_false (has (self, url, self->world->now));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/substitute/spool/whole", test_spool);
  g_test_add_func ("/substitute/spool/limit", test_spool_limit);
  g_test_add_func ("/substitute/spool/room", test_spool_room);
  g_test_add_func ("/substitute/spool/file", test_spool_file);
  g_test_add_func ("/substitute/spool/waits", test_spool_waits);
  g_test_add_func ("/substitute/spool/dropped", test_spool_dropped);
#define ADD(path, test)                                                                            \
  g_test_add ("/substitute/stash/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("keys", test_keys);
  ADD ("ends", test_ends);
  ADD ("navigation", test_navigation);
  ADD ("typed", test_typed);
  ADD ("stop-waiting", test_stop_waiting);
  ADD ("frames", test_frames);
  ADD ("room", test_room);
  ADD ("truncated", test_truncated);
  return g_test_run ();
}
