/* test-servers-command.c - runs verbs that fetch packages: status codes, and headers to be sent
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libsoup/soup.h>
#include <string.h>

#include "test-world.h"

typedef struct {
  SoupServer *server; /* owned */
  SoupServer *other;  /* owned; another origin, because its port differs */
  guint port, other_port;
  guint n_seen;       /* requests with the header X-Test, to @server */
  guint n_other;      /* requests to @other */
  guint n_other_seen; /* those with the header X-Test */
  char *test_value;   /* owned; last value of X-Test */
  char *said;         /* owned; stdout and stderr of the last run */
} Place;

/* an answer that is not a package */
typedef struct {
  const char *path;
  guint status;
  const char *type, *body;
  const char *says; /* the line of bulla verify */
} Answer;

static const Answer ANSWERS[] = {
    {"/page", 200, "text/html", "<!doctype html><p>Hello",
     "the server answered with status 200; the content is not a package but HTML text\n"},
    {"/page.wbn", 200, "application/webbundle", "<!doctype html><p>Hello",
     "the server answered with status 200; the content is not a package but HTML text\n"},
    {"/page.sxg", 200, "application/signed-exchange;v=b3", "<!doctype html><p>Hello",
     "the server answered with status 200; the content is not a package but HTML text\n"},
    {"/empty.wbn", 200, "application/webbundle", "",
     "the server answered with status 200, without content\n"},
    {"/empty.sxg", 200, "application/signed-exchange;v=b3", "",
     "the server answered with status 200, without content\n"},
    {"/json", 200, "application/json", "{}",
     "the server answered with status 200; the content is not a package but JSON text\n"},
    {"/none", 204, "application/signed-exchange;v=b3", "",
     "the server answered with status 204, without content\n"},
    {"/same", 304, "application/webbundle", "",
     "the server answered with status 304, without content\n"},
    {"/lost", 302, "application/signed-exchange;v=b3", "",
     "the server answered with status 302, but named no URL to go to, without content\n"},
    {"/lost.html", 301, "text/html", "<p>Moved",
     "the server answered with status 301, but named no URL to go to; the content is not a package "
     "but HTML text\n"},
    {"/absent", 404, "text/html", "<h1>no",
     "the server answered with status 404; the content is not a package but HTML text\n"},
    {"/broken.wbn", 503, "application/webbundle", "oops",
     "the server answered with status 503; the content is not a package but plain text\n"},
};

static gboolean
give_answer (SoupServerMessage *message, const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ANSWERS); i++) {
    const Answer *answer = &ANSWERS[i];
    if (!g_str_equal (answer->path, path))
      continue;
    soup_server_message_set_response (message, answer->type, SOUP_MEMORY_STATIC, answer->body,
                                      strlen (answer->body));
    soup_server_message_set_status (message, answer->status, NULL);
    return TRUE;
  }
  return FALSE;
}

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  Place *place = user_data;
  const char *value =
      soup_message_headers_get_list (soup_server_message_get_request_headers (message), "X-Test");

  if (value != NULL) {
    place->n_seen++;
    g_free (place->test_value);
    place->test_value = g_strdup (value);
  }
  if (give_answer (message, path))
    return;
  if (g_str_equal (path, "/leave")) {
    g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/back", place->other_port);
    soup_server_message_set_redirect (message, 302, url);
  } else if (g_str_equal (path, "/stay")) {
    soup_server_message_set_redirect (message, 302, "/gone");
  } else {
    soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC, "<h1>oops", 8);
    soup_server_message_set_status (message, g_str_equal (path, "/oops") ? 500 : 404, NULL);
  }
}

static void
answer_other_cb (SoupServer *server, SoupServerMessage *message, const char *path,
                 GHashTable *query, gpointer user_data)
{
  Place *place = user_data;
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/gone", place->port);

  place->n_other++;
  place->n_other_seen +=
      soup_message_headers_get_list (soup_server_message_get_request_headers (message), "X-Test")
              != NULL
          ? 1
          : 0;
  soup_server_message_set_redirect (message, 302, url);
}

static guint
listen_on_loopback (SoupServer *server)
{
  g_autoptr (GError) error = NULL;

  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  GSList *uris = soup_server_get_uris (server);
  guint port = (guint)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return port;
}

static void
set_up (Place *place, gconstpointer data)
{
  place->server = soup_server_new (NULL, NULL);
  place->other = soup_server_new (NULL, NULL);
  soup_server_add_handler (place->server, NULL, answer_cb, place, NULL);
  soup_server_add_handler (place->other, NULL, answer_other_cb, place, NULL);
  place->port = listen_on_loopback (place->server);
  place->other_port = listen_on_loopback (place->other);
}

static void
tear_down (Place *place, gconstpointer data)
{
  soup_server_disconnect (place->server);
  soup_server_disconnect (place->other);
  g_clear_object (&place->server);
  g_clear_object (&place->other);
  g_free (place->test_value);
  g_free (place->said);
}

/* Runs the words of @line, then the URL of @path. Returns: the exit status */
static int
run (Place *place, const char *line, const char *path)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", place->port, path);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_auto (GStrv) typed = g_strsplit (line, "|", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_strv_builder_add (words, g_getenv ("BULLA_PROGRAM"));
  g_strv_builder_addv (words, (const char **)typed);
  g_strv_builder_add (words, url);
  g_auto (GStrv) arguments = g_strv_builder_end (words);
  g_autoptr (GSubprocess) process =
      g_subprocess_newv ((const char *const *)arguments,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
  g_assert_no_error (error);
  g_clear_pointer (&place->said, g_free);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, test_take_result, &result);
  g_subprocess_communicate_utf8_finish (process, test_wait_result (&result), &place->said, NULL,
                                        &error);
  g_assert_no_error (error);
  g_test_message ("%s %s: %s", line, path, place->said);
  return g_subprocess_get_exit_status (process);
}

static void
assert_said (const Place *place, const char *text)
{
  g_assert_nonnull (strstr (place->said, text));
}

/* an error page is reported by its status, not by its media type */
static void
test_status (Place *place, gconstpointer data)
{
  g_assert_cmpint (run (place, "verify", "/gone"), ==, 1);
  assert_said (place, "reason outer.error-status");
  assert_said (place, "404");
  g_assert_cmpint (run (place, "verify", "/oops"), ==, 1);
  assert_said (place, "reason outer.error-status");
  assert_said (place, "500");
  g_assert_cmpint (run (place, "bundle|list", "/gone"), ==, 2);
  assert_said (place, "the server answered with status 404");
  g_assert_cmpint (run (place, "inspect", "/oops"), ==, 2);
  assert_said (place, "the server answered with status 500");
}

/* what an answer is instead of a package is said once; rules about its content are not */
static void
test_answer (Place *place, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ANSWERS); i++) {
    const Answer *answer = &ANSWERS[i];
    g_assert_cmpint (run (place, "verify", answer->path), ==, 1);
    assert_said (place, answer->says);
    if (answer->status == 200)
      continue;
    g_assert_null (strstr (place->said, "sxg.complete"));
    g_assert_null (strstr (place->said, "200 to 299"));
    g_assert_cmpint (run (place, "verify|--explain", answer->path), ==, 1);
    assert_said (place, answer->says);
    assert_said (place, "required: ");
  }
}

/* a header that was asked for is sent as it was given, by each verb */
static void
test_header (Place *place, gconstpointer data)
{
  static const char *const verbs[] = {"verify", "bundle|list", "inspect", "calendar"};

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++) {
    g_autofree char *line = g_strconcat (verbs[i], "|--send-header|X-Test: a;v=\"1..2\"", NULL);
    place->n_seen = 0;
    run (place, line, "/gone");
    g_assert_cmpuint (place->n_seen, ==, 1);
    g_assert_cmpstr (place->test_value, ==, "a;v=\"1..2\"");
  }
  run (place, "verify|--send-header|X-Test: a|--send-header|X-Test: b", "/gone");
  g_assert_cmpstr (place->test_value, ==, "a, b");
}

/* a header is not sent to another origin, nor again to the first one after a detour */
static void
test_other_origin (Place *place, gconstpointer data)
{
  run (place, "verify|--send-header|X-Test: secret", "/stay");
  g_assert_cmpuint (place->n_seen, ==, 2);
  place->n_seen = 0;
  run (place, "verify|--send-header|X-Test: secret", "/leave");
  g_assert_cmpuint (place->n_other, ==, 1);
  g_assert_cmpuint (place->n_other_seen, ==, 0);
  g_assert_cmpuint (place->n_seen, ==, 1);
}

static void
test_refused (Place *place, gconstpointer data)
{
  static const char *const headers[] = {"no header", "Host: other.test", "content-length: 1",
                                        "Connection: close", "X-Test: a\r\nb: c"};

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    g_autofree char *line = g_strconcat ("verify|--send-header|", headers[i], NULL);
    g_assert_cmpint (run (place, line, "/gone"), ==, 2);
    g_assert_cmpuint (place->n_seen, ==, 0);
  }
  assert_said (place, "is not a header");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/servers/status", Place, NULL, set_up, test_status, tear_down);
  g_test_add ("/servers/answer", Place, NULL, set_up, test_answer, tear_down);
  g_test_add ("/servers/header", Place, NULL, set_up, test_header, tear_down);
  g_test_add ("/servers/other-origin", Place, NULL, set_up, test_other_origin, tear_down);
  g_test_add ("/servers/refused", Place, NULL, set_up, test_refused, tear_down);
  return g_test_run ();
}
