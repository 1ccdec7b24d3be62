/* test-create-urls-command.c - runs bulla create bundle --urls against a server on loopback
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-world.h"

#include <glib/gstdio.h>
#include <string.h>

#define BIG (300 << 10) /* bytes */

typedef struct {
  TestWorld *world;   /* owned */
  TestServer *server; /* owned */
  char *list;         /* owned; file with the URLs */
  char *bundle;       /* owned; file to be written */
  char *said;         /* owned; stdout and stderr of the last run */
} Place;

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (strcmp (path, "/moved") == 0) {
    soup_server_message_set_redirect (message, 302, "/");
    return;
  }
  if (strcmp (path, "/silent") == 0) {
    soup_server_message_pause (message);
    return;
  }
  if (strcmp (path, "/gone") == 0) {
    soup_server_message_set_status (message, 404, NULL);
    return;
  }
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_append (headers, "Set-Cookie", "secret=1");
  soup_message_headers_append (headers, "X-Kept", "yes");
  if (g_str_has_prefix (path, "/big"))
    soup_server_message_set_response (message, "text/html", SOUP_MEMORY_TAKE, g_malloc0 (BIG), BIG);
  else
    soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC, "<p>Hello", 8);
}

static void
set_up (Place *place, gconstpointer data)
{
  place->world = test_world_new ();
  g_autoptr (GTlsCertificate) certificate = test_world_issue (
      place->world, "site.test", place->world->now - 60, 30, BULLA_ISSUE_TLS_SERVER);
  place->server = test_server_new ("site.test", certificate);
  soup_server_add_handler (place->server->soup, NULL, answer_cb, NULL, NULL);
  place->list = g_build_filename (place->world->folder, "list.txt", NULL);
  place->bundle = g_build_filename (place->world->folder, "out.wbn", NULL);
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_remove (place->list);
  g_remove (place->bundle);
  g_free (place->list);
  g_free (place->bundle);
  g_free (place->said);
  test_server_free (place->server);
  test_world_free (place->world);
}

/* Runs the command with @option and a list of @paths of the server, or whole URLs. */
static int
run (Place *place, const char *option, const char *const *paths)
{
  g_autoptr (GString) text = g_string_new ("# a remark\n\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *resolve = test_server_resolve (place->server);

  for (gsize i = 0; paths[i] != NULL; i++) {
    g_autofree char *url =
        paths[i][0] == '/' ? test_server_url (place->server, paths[i]) : g_strdup (paths[i]);
    g_string_append_printf (text, " %s\r\n", url);
  }
  g_assert_true (g_file_set_contents (place->list, text->str, -1, NULL));
  g_autoptr (GSubprocess) process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error,
      g_getenv ("BULLA_PROGRAM"), "create", "bundle", "--urls", place->list, "--trust",
      place->world->root_file, "--resolve", resolve, option, place->bundle, NULL);
  g_assert_no_error (error);
  g_clear_pointer (&place->said, g_free);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, test_take_result, &result);
  g_subprocess_communicate_utf8_finish (process, test_wait_result (&result), &place->said, NULL,
                                        &error);
  g_assert_no_error (error);
  g_test_message ("%s", place->said);
  g_assert_null (strchr (place->said, '\033')); /* progress is shown on terminals only */
  return g_subprocess_get_exit_status (process);
}

static gboolean
bundle_contains (const Place *place, const char *text)
{
  g_autofree char *data = NULL;
  gsize size, length = strlen (text);

  g_assert_true (g_file_get_contents (place->bundle, &data, &size, NULL));
  for (gsize at = 0; at + length <= size; at++)
    if (memcmp (data + at, text, length) == 0)
      return TRUE;
  return FALSE;
}

static void
test_all (Place *place, gconstpointer data)
{
  static const char *const PATHS[] = {"/", "/a?q#f", "/moved", "/a?q", NULL};

  g_assert_cmpint (run (place, "--format=b2", PATHS), ==, 0);
  g_assert_nonnull (strstr (place->said, "3 responses"));
  g_assert_cmpuint (place->server->n_requests, ==, 3);
  g_assert_true (bundle_contains (place, "<p>Hello"));
  g_assert_true (bundle_contains (place, "x-kept"));
  g_assert_true (bundle_contains (place, "302"));
  g_assert_false (bundle_contains (place, "secret"));
  g_assert_false (bundle_contains (place, "#f"));
  g_assert_cmpint (run (place, "--format=b2", PATHS), ==, 2);
  g_assert_nonnull (strstr (place->said, "already exists"));
}

/* All responses are held in memory, so there is a limit for their sum. */
static void
test_limit (Place *place, gconstpointer data)
{
  static const char *const PATHS[] = {"/big1",  "/big2",  "/big3", "/big4", "/big5",
                                      "/big6",  "/big7",  "/big8", "/big9", "/big10",
                                      "/big11", "/big12", NULL};

  /* after the fourth response none is asked for; six requests are under way then */
  g_assert_cmpint (run (place, "--content-max=1", PATHS), ==, 1);
  g_assert_nonnull (strstr (place->said, "/big12: the responses exceed 1 MiB in total"));
  g_assert_cmpuint (place->server->n_requests, <=, 9);
  g_assert_false (g_file_test (place->bundle, G_FILE_TEST_EXISTS));
  g_assert_cmpint (run (place, "--content-max=4", PATHS), ==, 0);
  g_assert_nonnull (strstr (place->said, "12 responses"));
}

/* URLs that fail are listed, and nothing is written unless an option allows it */
static void
test_missing (Place *place, gconstpointer data)
{
  static const char *const PATHS[] = {
      "/gone", "/", "http://site.test/", "nonsense", "https://user@site.test/", NULL};

  g_assert_cmpint (run (place, "--format=b2", PATHS), ==, 1);
  g_assert_nonnull (strstr (place->said, "/gone: the server answered with status 404"));
  g_assert_nonnull (strstr (place->said, "http://site.test/: not an https URL"));
  g_assert_nonnull (strstr (place->said, "nonsense: not a URL"));
  g_assert_nonnull (strstr (place->said, "may not contain a user name"));
  g_assert_nonnull (strstr (place->said, "Failed to fetch 4 URLs"));
  g_assert_false (g_file_test (place->bundle, G_FILE_TEST_EXISTS));
  g_assert_cmpint (run (place, "--ignore-errors", PATHS), ==, 0);
  g_assert_nonnull (strstr (place->said, "status 404"));
  g_assert_true (bundle_contains (place, "<p>Hello"));
}

/* The time of --timeout is that of all URLs together: one that is silent does not keep the command
 * for the 30 seconds after which its connection would end. */
static void
test_timeout (Place *place, gconstpointer data)
{
  static const char *const PATHS[] = {"/", "/silent", "/silent?2", "/silent?3", NULL};
  gint64 begun = g_get_monotonic_time ();

  g_assert_cmpint (run (place, "--timeout=1", PATHS), ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 15 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (place->said, "/silent?3: site.test: the response was not complete in "
                                         "time; see --timeout"));
  g_assert_nonnull (strstr (place->said, "Failed to fetch 3 URLs"));
  g_assert_false (g_file_test (place->bundle, G_FILE_TEST_EXISTS));
  g_assert_cmpint (run (place, "--timeout=0", PATHS), ==, 2);
}

static void
test_nothing (Place *place, gconstpointer data)
{
  static const char *const NOTHING[] = {NULL};
  static const char *const GONE[] = {"/gone", NULL};

  g_assert_cmpint (run (place, "--format=b2", NOTHING), ==, 2);
  g_assert_cmpint (run (place, "--ignore-errors", GONE), ==, 2);
  g_assert_nonnull (strstr (place->said, "would be empty"));
  g_assert_false (g_file_test (place->bundle, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/create/urls/all", Place, NULL, set_up, test_all, tear_down);
  g_test_add ("/create/urls/limit", Place, NULL, set_up, test_limit, tear_down);
  g_test_add ("/create/urls/missing", Place, NULL, set_up, test_missing, tear_down);
  g_test_add ("/create/urls/timeout", Place, NULL, set_up, test_timeout, tear_down);
  g_test_add ("/create/urls/nothing", Place, NULL, set_up, test_nothing, tear_down);
  return g_test_run ();
}
