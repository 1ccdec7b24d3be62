/* test-gather-stream.c - writes of a corked stream leave together, and none is lost
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#include "bulla-gather-stream.h"

#define RECORD 16406 /* bytes: a full record of TLS 1.3 */

typedef struct {
  BullaGatherStream *stream;
  GPollableOutputStream *out; /* borrowed from @stream */
  GSocket *peer;
  guint8 record[RECORD];
} Pair;

static GSocket *
make_socket (int fd)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

static void
set_up (Pair *pair, gconstpointer data)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
  g_autoptr (GSocket) own = make_socket (fds[0]);
  pair->peer = make_socket (fds[1]);
  g_autoptr (GSocketConnection) base = g_socket_connection_factory_create_connection (own);
  pair->stream = bulla_gather_stream_new (G_IO_STREAM (base));
  pair->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (pair->stream)));
  memset (pair->record, 'r', sizeof pair->record);
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  g_clear_object (&pair->stream);
  g_clear_object (&pair->peer);
}

/* Returns: the bytes written; -1 if the stream would block */
static gssize
write_record (Pair *pair)
{
  g_autoptr (GError) error = NULL;
  gssize wrote =
      g_pollable_output_stream_write_nonblocking (pair->out, pair->record, RECORD, NULL, &error);

  if (wrote < 0)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  return wrote;
}

/* Returns: the bytes that the peer received, all of which are of records */
static gsize
drain (Pair *pair)
{
  gsize received = 0;
  char bytes[RECORD];
  gssize length;

  while ((length = g_socket_receive (pair->peer, bytes, sizeof bytes, NULL, NULL)) > 0) {
    for (gssize i = 0; i < length; i++)
      g_assert_cmpint (bytes[i], ==, 'r');
    received += length;
  }
  return received;
}

static void
test_uncorked (Pair *pair, gconstpointer data)
{
  g_assert_cmpint (write_record (pair), ==, RECORD);
  g_assert_cmpuint (drain (pair), ==, RECORD);
}

static void
test_corked (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bulla_gather_stream_cork (pair->stream);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (write_record (pair), ==, RECORD);
  g_assert_cmpuint (drain (pair), ==, 0);
  g_assert_true (bulla_gather_stream_uncork (pair->stream, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (drain (pair), ==, 3 * RECORD);
}

/* What is held has a limit: writes beyond it send what came before. */
static void
test_limit (Pair *pair, gconstpointer data)
{
  bulla_gather_stream_cork (pair->stream);
  gsize written = 0, received = 0;
  for (guint i = 0; i < 9; i++) {
    g_assert_cmpint (write_record (pair), ==, RECORD);
    written += RECORD;
    received += drain (pair);
  }
  g_assert_cmpuint (received, ==, 8 * RECORD);
  g_assert_true (bulla_gather_stream_uncork (pair->stream, NULL));
  g_assert_cmpuint (received + drain (pair), ==, written);
}

static gboolean
count_cb (GObject *stream, gpointer user_data)
{
  ++*(guint *)user_data;
  return G_SOURCE_REMOVE;
}

/* A peer that does not read: each accepted byte arrives later, in its order, and no other. */
static void
test_full (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint writable = 0;
  gsize written = 0, received = 0;

  for (gssize wrote = 0; wrote >= 0; written += MAX (wrote, 0)) {
    bulla_gather_stream_cork (pair->stream);
    wrote = write_record (pair);
    if (wrote >= 0 && !bulla_gather_stream_uncork (pair->stream, NULL))
      bulla_gather_stream_cork (pair->stream);
  }
  g_assert_false (bulla_gather_stream_uncork (pair->stream, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_false (g_pollable_output_stream_is_writable (pair->out));
  g_autoptr (GSource) source = bulla_gather_stream_create_writable_source (pair->stream);
  g_source_set_callback (source, G_SOURCE_FUNC (count_cb), &writable, NULL);
  g_source_attach (source, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (writable, ==, 0);
  while (received < written) {
    received += drain (pair);
    bulla_gather_stream_uncork (pair->stream, NULL);
  }
  g_assert_cmpuint (received, ==, written);
  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (writable, ==, 1);
}

/* The error of a peer that has gone comes with the write that meets it. */
static void
test_gone (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bulla_gather_stream_cork (pair->stream);
  write_record (pair);
  g_clear_object (&pair->peer);
  g_assert_false (bulla_gather_stream_uncork (pair->stream, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/gather-stream/" name, Pair, NULL, set_up, func, tear_down)
  ADD ("uncorked-write-leaves-at-once", test_uncorked);
  ADD ("corked-writes-leave-together", test_corked);
  ADD ("held-bytes-have-a-limit", test_limit);
  ADD ("peer-that-does-not-read-gets-all-bytes-later", test_full);
  ADD ("peer-that-has-gone-is-an-error", test_gone);
  return g_test_run ();
}
