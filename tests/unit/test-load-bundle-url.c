/* test-load-bundle-url.c - loads bundles from a server, with its header fields
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-bundle-writer.h"
#include "bulla-error.h"
#include "bulla-bundle.h"
#include "bulla-loader.h"
#include "test-world.h"

#define DAY 86400

typedef struct {
  const char *path, *type;
  gboolean nosniff;
  guint status;
  const char *profile; /* settings that differ from draft-b3; NULL for none */
  const char *outcome, *reason;
} Row;

static const Row rows[] = {
    {"/b.wbn", "application/webbundle;v=b2", TRUE, 200, NULL, "separate-origin", NULL},
    {"/b.wbn", "application/webbundle;v=b2", TRUE, 404, NULL, "refuse", "outer.status"},
    {"/b.wbn", "application/webbundle;v=b2", FALSE, 200, NULL, "refuse", "outer.nosniff"},
    {"/b.wbn", "application/webbundle;v=b7", TRUE, 200, NULL, "fall-back", "outer.version"},
    {"/b.wbn", "application/octet-stream", TRUE, 200, NULL, "not-a-package", "outer.content-type"},
    {"/to/b.wbn", "application/webbundle;v=b2", TRUE, 200, NULL, "separate-origin", NULL},
    {"/to/b.wbn", "application/webbundle;v=b2", TRUE, 200, "[bundle]\nredirected = refuse\n",
     "refuse", "outer.redirected"},
    {"/b.wbn", "application/webbundle;v=b2", TRUE, 200, "[bundle]\nscope = allowed\n", "substitute",
     NULL},
};

typedef struct {
  TestWorld *world;   /* owned */
  TestServer *server; /* owned */
  GBytes *bundle;     /* owned */
  const Row *row;
} Fixture;

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize length = 0;
  const char *data = g_bytes_get_data (fixture->bundle, &length);

  if (g_str_has_prefix (path, "/to/")) {
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, path + 3);
    return;
  }
  if (fixture->row->nosniff)
    soup_message_headers_append (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_status (message, fixture->row->status, NULL);
  soup_server_message_set_response (message, fixture->row->type, SOUP_MEMORY_COPY, data, length);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>page", 7);

  fixture->world = test_world_new ();
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (fixture->world, "server.test", fixture->world->now - DAY, 30, 0);
  fixture->server = test_server_new ("server.test", certificate);
  soup_server_add_handler (fixture->server->soup, NULL, answer_cb, fixture, NULL);
  g_autofree char *page = test_server_url (fixture->server, "/page.html");
  guint response = bulla_bundle_writer_add_response (writer, 200);
  bulla_bundle_writer_add_header (writer, response, "content-type", "text/html");
  bulla_bundle_writer_set_body (writer, response, body);
  bulla_bundle_writer_add_url (writer, page, response);
  bulla_bundle_writer_set_primary_url (writer, page);
  fixture->bundle = bulla_bundle_writer_write (writer, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_bytes_unref (fixture->bundle);
  test_server_free (fixture->server);
  test_world_free (fixture->world);
}

static BullaLoader *
new_loader (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) draft = bulla_profile_load ("draft-b3", &error);
  g_autofree char *text = g_strconcat ("[profile]\nname = own\ndate = 2026-11-23\n"
                                       "description = of a test\ninherits = draft-b3\n",
                                       fixture->row->profile, NULL);
  g_autoptr (BullaProfile) profile = bulla_profile_parse (text, draft, &error);

  g_assert_no_error (error);
  BullaLoader *loader = bulla_loader_new (profile, fixture->world->trust);
  g_autofree char *resolve = test_server_resolve (fixture->server);
  g_assert_true (bulla_loader_add_resolve (loader, resolve, &error));
  return loader;
}

static GObject *
open_url (BullaLoader *loader, const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_loader_open_url_async (loader, url, NULL, NULL, test_take_result, &result);
  return bulla_loader_open_finish (loader, test_wait_result (&result), error);
}

static void
test_served (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    fixture->row = &rows[i];
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaLoader) loader = new_loader (fixture);
    g_autofree char *url = test_server_url (fixture->server, rows[i].path);
    g_autoptr (GObject) opened = open_url (loader, url, &error);
    g_assert_no_error (error);
    g_test_message ("%s %s %u %s", rows[i].path, rows[i].type, rows[i].status, rows[i].outcome);
    g_assert_true (BULLA_IS_BUNDLE (opened));
    g_assert_nonnull (strstr (fixture->server->last_head, "application/webbundle;v=b2"));
    g_assert_nonnull (strstr (fixture->server->last_head, "application/webbundle;v=b1"));
    g_assert_nonnull (strstr (fixture->server->last_head, "application/signed-exchange;v=b3"));
    /* the same result after the primary resource has arrived */
    g_autoptr (GAsyncResult) whole = NULL;
    bulla_bundle_read_digest_async (BULLA_BUNDLE (opened), NULL, test_take_result, &whole);
    g_assert_true (
        bulla_bundle_read_digest_finish (BULLA_BUNDLE (opened), test_wait_result (&whole), &error));
    BullaVerdict *verdict = bulla_bundle_get_verdict (BULLA_BUNDLE (opened));
    g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==,
                     rows[i].outcome);
    g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==,
                     rows[i].reason);
  }
}

static void
test_offline (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->row = &rows[0];
  g_autoptr (BullaLoader) loader = new_loader (fixture);
  g_autofree char *url = test_server_url (fixture->server, "/b.wbn");
  bulla_loader_set_offline (loader, TRUE);
  g_assert_null (open_url (loader, url, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_OFFLINE);
  g_assert_cmpuint (fixture->server->n_requests, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/load-bundle-url/served", Fixture, NULL, set_up, test_served, tear_down);
  g_test_add ("/load-bundle-url/offline", Fixture, NULL, set_up, test_offline, tear_down);
  return g_test_run ();
}
