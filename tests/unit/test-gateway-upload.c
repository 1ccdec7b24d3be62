/* test-gateway-upload.c - forwards request bodies: answered early, framed wrongly, or truncated
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-chunks.h"
#include "wire-kit.h"

#define SIZE 3000000
#define LAST_CHUNK "\r\n0\r\n\r\n"

/* @server: receiver of the upload; @framing: framing of its body */
static void
say_head (GatewayWorld *self, GIOStream *client, const WireServer *server, const char *framing)
{
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autofree char *head =
      g_strdup_printf ("POST http://%s:%u/ HTTP/1.1\r\nHost: %s:%u\r\n%s%s\r\n\r\n", server->host,
                       server->port, server->host, server->port, credentials, framing);

  g_assert_true (wire_kit_say (client, head, -1));
}

static gboolean
say_body (GIOStream *client, gboolean chunked)
{
  g_autofree char *filling = g_strnfill (SIZE, 'x');
  g_autofree char *body =
      chunked ? g_strdup_printf ("%x\r\n%s" LAST_CHUNK, SIZE, filling) : g_steal_pointer (&filling);

  return wire_kit_say (client, body, -1);
}

static const char *
framing_of (gboolean chunked)
{
  return chunked ? "Transfer-Encoding: chunked" : "Content-Length: " G_STRINGIFY (SIZE);
}

/* --- responses before the end of the request */

/* begins its response at once, and ends it after reading the body */
static void
answer_and_read_on (GIOStream *connection, gpointer user_data)
{
  g_autofree char *head = wire_kit_read_head (connection);
  g_autofree char *seen = NULL;
  gsize left = SIZE;
  char part[65536];

  wire_kit_answer (connection, user_data);
  if (strstr (head, "chunked") != NULL) {
    GString *text = g_string_new (NULL);
    GInputStream *in = g_io_stream_get_input_stream (connection);
    while (!g_str_has_suffix (text->str, LAST_CHUNK)) {
      gssize got = g_input_stream_read (in, part, sizeof part, NULL, NULL);
      if (got <= 0)
        break;
      g_string_append_len (text, part, got);
    }
    left = g_str_has_suffix (text->str, LAST_CHUNK) ? 0 : 1;
    g_string_free (text, TRUE);
  }
  while (left > 0) {
    gssize got = g_input_stream_read (g_io_stream_get_input_stream (connection), part,
                                      MIN (left, sizeof part), NULL, NULL);
    if (got <= 0)
      return;
    left -= got;
  }
  if (strstr (user_data, "chunked") != NULL)
    wire_kit_answer (connection, "3\r\nall\r\n0\r\n\r\n");
}

static void
test_goes_on (GatewayWorld *self, gconstpointer data)
{
  static const char ANSWER[] =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n";
  g_autoptr (WireServer) server =
      wire_kit_serve (self, "early.test", answer_and_read_on, (gpointer)ANSWER);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GIOStream) client = wire_kit_dial (self);
    say_head (self, client, server, framing_of (i == 1));
    g_autofree char *begin = wire_kit_hear (client, "begin\r\n", NULL);
    g_assert_nonnull (strstr (begin, "5\r\nbegin\r\n"));
    g_assert_true (say_body (client, i == 1));
    g_autofree char *rest = wire_kit_hear (client, LAST_CHUNK, NULL);
    g_assert_cmpstr (rest, ==, "3\r\nall" LAST_CHUNK);
    /* the connection can still be used */
    say_head (self, client, server, "Content-Length: 0");
    g_autofree char *again = wire_kit_hear (client, "begin\r\n", NULL);
    g_assert_true (g_str_has_prefix (again, "HTTP/1.1 200 OK\r\n"));
  }
}

/* a complete response, while the server still reads the body */
static void
test_whole_answer (GatewayWorld *self, gconstpointer data)
{
  static const char *const ANSWERS[] = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbegin",
                                        "HTTP/1.1 204 begin\r\n\r\n"};

  for (guint i = 0; i < 4; i++) {
    g_autofree char *host = g_strdup_printf ("early%u.test", i);
    g_autoptr (WireServer) server =
        wire_kit_serve (self, host, answer_and_read_on, (gpointer)ANSWERS[i / 2]);
    g_autoptr (GIOStream) client = wire_kit_dial (self);
    say_head (self, client, server, framing_of (i % 2 == 1));
    g_autofree char *begin = wire_kit_hear (client, "begin", NULL);
    g_assert_nonnull (strstr (begin, "begin"));
    g_assert_true (say_body (client, i % 2 == 1));
    say_head (self, client, server, "Content-Length: 0");
    g_autofree char *again = wire_kit_hear (client, "begin", NULL);
    g_assert_nonnull (strstr (again, "HTTP/1.1 20"));
  }
}

static void
answer_and_close (GIOStream *connection, gpointer user_data)
{
  g_autofree char *head = wire_kit_read_head (connection);

  wire_kit_answer (connection, user_data);
}

static void
answer_and_hold (GIOStream *connection, gpointer user_data)
{
  answer_and_close (connection, user_data);
  g_free (wire_kit_read_rest (connection));
}

/* a server that refuses a body may read on or close the connection: the client gets the response */
static void
test_refused (GatewayWorld *self, gconstpointer data)
{
  static const char *const ANSWERS[] = {
      "HTTP/1.1 413 No\r\nContent-Length: 7\r\n\r\ntoo big",
      "HTTP/1.1 413 No\r\nContent-Length: 7\r\nConnection: close\r\n\r\ntoo big",
      "HTTP/1.1 413 No\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ntoo big\r\n0\r\n\r\n",
  };

  for (guint i = 0; i < 4 * G_N_ELEMENTS (ANSWERS); i++) {
    g_autofree char *host = g_strdup_printf ("refuses%u.test", i);
    g_autoptr (WireServer) server = wire_kit_serve (
        self, host, i & 1 ? answer_and_close : answer_and_hold, (gpointer)ANSWERS[i / 4]);
    g_autoptr (GIOStream) client = wire_kit_dial (self);
    say_head (self, client, server, framing_of ((i & 2) != 0));
    g_autofree char *answer = wire_kit_hear (client, "too big", NULL);
    g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 413 No\r\n"));
    say_body (client, (i & 2) != 0);
    g_autofree char *rest = wire_kit_hear (client, NULL, NULL);
    g_autofree char *all = g_strconcat (answer, rest, NULL);
    g_assert_true (g_str_has_suffix (all, i / 4 == 2 ? "too big" LAST_CHUNK : "too big"));
  }
}

/* --- chunks */

typedef struct {
  const char *body, *kept; /* @kept: NULL if the body is malformed */
} Chunks;

static const Chunks CHUNKS[] = {
    {"0\r\n\r\n", ""},
    {"5\r\nhello\r\n0\r\n\r\n", "hello"},
    {"005\r\nhello\r\n00\r\n\r\n", "hello"},
    {"A\r\n0123456789\r\n1\r\n\n\r\n0\r\n\r\n", "0123456789\n"},
    {"5;a=\"b\";c\r\nhello\r\n0;d\r\n\r\n", "hello"},
    {"5\r\nhello\r\n0\r\nX-T: v\tw\r\nY:\r\n\r\n", "hello"},
    {"", NULL},
    {"\r\nhello\r\n0\r\n\r\n", NULL},
    {"5\r\nhello\r\nzz\r\n\r\n", NULL},
    {"0x5\r\nhello\r\n0\r\n\r\n", NULL},
    {" 5\r\nhello\r\n0\r\n\r\n", NULL},
    {"5 \r\nhello\r\n0\r\n\r\n", NULL},
    {"+5\r\nhello\r\n0\r\n\r\n", NULL},
    {"-5\r\nhello\r\n0\r\n\r\n", NULL},
    {"5g\r\nhello\r\n0\r\n\r\n", NULL},
    {"5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n", NULL},
    {"5;\x01\r\nhello\r\n0\r\n\r\n", NULL},
    {"5;\n\r\nhello\r\n0\r\n\r\n", NULL},
    {"5\nhello\n0\n\n", NULL},
    {"5\rhello\r\n0\r\n\r\n", NULL},
    {"5\r\nhelloXX0\r\n\r\n", NULL},
    {"5\r\nhello\r0\r\n\r\n", NULL},
    {"5\r\nhello0\r\n\r\n", NULL},
    {"10000000000000005\r\nhello\r\n0\r\n\r\n", NULL},
    {"0000000000000005\r\nhello\r\n0\r\n\r\n", NULL},
    {"5\r\nhello\r\n0\r\nbad trailer\r\n\r\n", NULL},
    {"5\r\nhello\r\n0\r\n: v\r\n\r\n", NULL},
    {"5\r\nhello\r\n0\r\n X: v\r\n\r\n", NULL},
    {"5\r\nhello\r\n0\r\nX: v\n\r\n", NULL},
    {"5\r\nhello\r\n0\r\nX: v\r\n w\r\n\r\n", NULL},
    {"5\r\nhello\r\n0\r\n\n", NULL},
};

/* @step: bytes per piece. Returns: (nullable): the bytes that are kept */
static char *
filter (const char *text, gsize length, gsize step, gsize *used)
{
  g_autoptr (GString) kept = g_string_new (NULL);
  BullaChunks chunks = {0};

  *used = 0;
  for (gsize at = 0; at < length && chunks.state != BULLA_CHUNKS_OVER; at += step) {
    gsize part = MIN (step, length - at), n = 0;
    g_autofree guint8 *exact = g_memdup2 (text + at, part);
    *used += bulla_chunks_filter (&chunks, exact, part, &n);
    g_string_append_len (kept, (const char *)exact, n);
  }
  return chunks.state == BULLA_CHUNKS_OVER ? g_strdup (kept->str) : NULL;
}

static void
test_chunks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHUNKS); i++) {
    gsize length = strlen (CHUNKS[i].body);
    g_autofree char *more = g_strconcat (CHUNKS[i].body, "GET / HTTP/1.1\r\n", NULL);
    for (gsize step = 1; step <= length; step++) {
      gsize used = 0;
      g_autofree char *kept = filter (more, strlen (more), step, &used);
      g_assert_cmpstr (kept, ==, CHUNKS[i].kept);
      if (kept != NULL)
        g_assert_cmpuint (used, ==, length);
    }
    for (gsize cut = 0; cut < length; cut++) {
      gsize used = 0;
      g_assert_null (filter (CHUNKS[i].body, cut, MAX (cut, 1), &used));
    }
  }
}

/* An incomplete body is not kept. */
static void
test_endless_chunks (void)
{
  static const char *const BEGINNINGS[] = {"5;", "0\r\nX: ", "0\r\nX"};

  for (guint i = 0; i < G_N_ELEMENTS (BEGINNINGS); i++) {
    g_autofree char *filling = g_strnfill (BULLA_CHUNK_TRAILER_MAX, 'x');
    g_autofree char *text = g_strconcat (BEGINNINGS[i], filling, NULL);
    BullaChunks chunks = {0};
    gsize kept = 0;
    bulla_chunks_filter (&chunks, (guint8 *)text, strlen (text), &kept);
    g_assert_cmpint (chunks.state, ==, BULLA_CHUNKS_FAULTY);
    g_assert_cmpuint (kept, ==, 0);
  }
}

/* Records what the server received of each body, including connections that ended without one. */
static void
note_body (GIOStream *connection, gpointer user_data)
{
  GAsyncQueue *bodies = user_data;
  g_autofree char *head = wire_kit_read_head (connection);
  GString *body = g_string_new (NULL);
  char byte = '\0';

  while (!g_str_has_suffix (body->str, "0\r\n\r\n")
         && g_input_stream_read (g_io_stream_get_input_stream (connection), &byte, 1, NULL, NULL)
                == 1)
    g_string_append_c (body, byte);
  g_async_queue_push (bodies, g_string_free (body, FALSE));
  wire_kit_answer (connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
}

static char *
wait_for_body (GAsyncQueue *bodies)
{
  char *body = NULL;

  while ((body = g_async_queue_try_pop (bodies)) == NULL)
    g_main_context_iteration (NULL, FALSE);
  return body;
}

/* the server may receive a part of a malformed body, but must not take it for complete */
static void
test_malformed (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GAsyncQueue) bodies = g_async_queue_new_full (g_free);
  g_autoptr (WireServer) server = wire_kit_serve (self, "chunks.test", note_body, bodies);
  guint n_whole = 0;

  for (guint i = 0; i < G_N_ELEMENTS (CHUNKS); i++) {
    const char *body = *CHUNKS[i].body != '\0' ? CHUNKS[i].body : "5\r\nhel";
    g_autoptr (GIOStream) client = wire_kit_dial (self);
    say_head (self, client, server, "Transfer-Encoding: chunked\r\nX-Pad: x");
    g_assert_true (wire_kit_say (client, body, -1));
    if (*CHUNKS[i].body == '\0') {
      g_io_stream_close (client, NULL, NULL);
      continue;
    }
    g_autofree char *answer = wire_kit_hear (client, "fine", NULL);
    g_assert_cmpint (g_str_has_suffix (answer, "fine"), ==, CHUNKS[i].kept != NULL);
    n_whole += CHUNKS[i].kept != NULL;
  }
  wire_server_free (g_steal_pointer (&server));
  for (char *got = NULL; (got = g_async_queue_try_pop (bodies)) != NULL; g_free (got))
    n_whole -= g_str_has_suffix (got, "0\r\n\r\n");
  g_assert_cmpuint (n_whole, ==, 0);
}

/* bytes after a chunked body are the next request */
static void
test_pipelined (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GAsyncQueue) bodies = g_async_queue_new_full (g_free);
  g_autoptr (WireServer) server = wire_kit_serve (self, "chunks.test", note_body, bodies);
  g_autoptr (GIOStream) client = wire_kit_dial (self);
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autofree char *request = g_strdup_printf (
      "POST http://%s:%u/ HTTP/1.1\r\nHost: x\r\n%sTransfer-Encoding: chunked\r\n\r\n"
      "5;x\r\nhello\r\n0\r\nX: y\r\n\r\n",
      server->host, server->port, credentials);
  g_autofree char *both = g_strconcat (request, request, NULL);

  g_assert_true (wire_kit_say (client, both, -1));
  for (guint i = 0; i < 2; i++) {
    g_autofree char *body = wait_for_body (bodies);
    g_assert_cmpstr (body, ==, "5\r\nhello\r\n0\r\n\r\n");
    g_autofree char *answer = wire_kit_hear (client, "fine", NULL);
    g_assert_true (g_str_has_suffix (answer, "fine"));
  }
}

/* The end of a body and the next request may be in one TLS record, which TLS reads as a whole. */
static void
test_pipelined_tls (GatewayWorld *self, gconstpointer data)
{
  TestServer *server = self->publisher;
  g_autoptr (GBytes) body = g_bytes_new_static ("fine", 4);
  g_autoptr (GIOStream) client = wire_kit_tls_tunnel (self, server->host, server->port);
  g_autofree char *post = g_strdup_printf (
      "POST /x HTTP/1.1\r\nHost: %s:%u\r\nContent-Length: 10\r\n\r\n", server->host, server->port);
  g_autofree char *get =
      g_strdup_printf ("67890GET /x HTTP/1.1\r\nHost: %s:%u\r\n\r\n", server->host, server->port);

  gateway_world_put (self, server, "/x", body, "text/plain");
  g_assert_true (wire_kit_say (client, post, -1));
  g_assert_true (wire_kit_say (client, "12345", -1));
  g_assert_true (wire_kit_say (client, get, -1));
  for (guint i = 0; i < 2; i++) {
    g_autofree char *answer = wire_kit_hear (client, "fine", NULL);
    g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
    g_assert_true (g_str_has_suffix (answer, "fine"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/upload/" path, GatewayWorld, NULL, gateway_world_set_up_one_view, test,    \
              gateway_world_tear_down)
  g_test_add_func ("/gateway/upload/chunks", test_chunks);
  g_test_add_func ("/gateway/upload/endless-chunks", test_endless_chunks);
  ADD ("goes-on", test_goes_on);
  ADD ("whole-answer", test_whole_answer);
  ADD ("refused", test_refused);
  ADD ("malformed", test_malformed);
  ADD ("pipelined", test_pipelined);
  ADD ("pipelined-tls", test_pipelined_tls);
  return g_test_run ();
}
