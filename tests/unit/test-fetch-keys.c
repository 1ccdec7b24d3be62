/* test-fetch-keys.c - checks what the fetcher remembers of the keys of real TLS servers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-connector.h"
#include "bulla-error.h"
#include "bulla-fetcher.h"
#include "bulla-key-hash.h"
#include "bulla-tls-database.h"
#include "bulla-trust-internal.h"
#include "test-world.h"

#define DAY 86400

typedef struct {
  TestWorld *world;
  TestServer *server;           /* owned; of b.test */
  GTlsCertificate *certificate; /* owned; of @server */
  char *url;                    /* owned; of @server */
  guint8 hash[BULLA_KEY_HASH_SIZE];
  BullaLedger *ledger;
  BullaFetcher *fetcher;
} Fixture;

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "hello", 5);
}

static void
start_fetcher (Fixture *fixture)
{
  g_autofree char *resolve = test_server_resolve (fixture->server);

  fixture->fetcher = bulla_fetcher_new (fixture->world->trust, fixture->ledger);
  g_assert_true (bulla_fetcher_add_resolve (fixture->fetcher, resolve, NULL));
}

/* @data: the flags of the certificate; negative: of an authority that is not trusted */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  int flags = GPOINTER_TO_INT (data);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (TestWorld) stranger = flags < 0 ? test_world_new () : NULL;

  fixture->world = test_world_new ();
  fixture->certificate = test_world_issue (stranger != NULL ? stranger : fixture->world, "b.test",
                                           now - DAY, 30, (BullaIssueFlags)MAX (flags, 0));
  fixture->server = test_server_new ("b.test", fixture->certificate);
  soup_server_add_handler (fixture->server->soup, NULL, answer_cb, NULL, NULL);
  fixture->url = test_server_url (fixture->server, "/");
  fixture->ledger = bulla_ledger_new ();
  start_fetcher (fixture);
  g_autoptr (GBytes) der = bulla_tls_certificate_dup_der (fixture->certificate);
  g_assert_true (bulla_key_hash_of_der (der, fixture->hash));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->fetcher);
  g_object_unref (fixture->ledger);
  g_free (fixture->url);
  test_server_free (fixture->server);
  g_object_unref (fixture->certificate);
  test_world_free (fixture->world);
}

static void
request (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  BullaFetchOptions options = {.url = fixture->url, .max_size = 500};

  bulla_fetcher_fetch_async (fixture->fetcher, &options, NULL, test_take_result, &result);
  g_autoptr (BullaFetchResult) fetched =
      bulla_fetcher_fetch_finish (fixture->fetcher, test_wait_result (&result), error);
}

/* Returns: the last connection of the ledger */
static BullaContact *
dup_connection (BullaLedger *ledger)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (ledger)); i > 0; i--) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (G_LIST_MODEL (ledger), i - 1);
    if (bulla_contact_get_kind (contact) == BULLA_CONTACT_CONNECT)
      return g_steal_pointer (&contact);
  }
  return NULL;
}

/* a connection as a WebSocket's, whose TLS another library does */
static void
connect_plainly (Fixture *fixture, GError **error)
{
  BullaConnector *connector = bulla_fetcher_get_connector (fixture->fetcher);
  g_autoptr (GUri) uri = g_uri_parse (fixture->url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  BullaContactRecorder *recorder = NULL;

  bulla_connector_connect_async (connector, uri, &(BullaCause){.purpose = "websocket"},
                                 BULLA_CONNECTOR_PRIVATE, NULL, test_take_result, &result);
  g_autoptr (GIOStream) stream =
      bulla_connector_connect_finish (connector, test_wait_result (&result), &recorder, error);
  if (recorder != NULL)
    bulla_contact_recorder_free (recorder);
}

static void (*const ways[]) (Fixture *, GError **) = {request, connect_plainly};

/* A key that completed a handshake is remembered; one that signed an exchange is noticed in TLS. */
static void
test_seen (Fixture *fixture, gconstpointer data)
{
  BullaSeenKeys *keys = bulla_trust_get_seen_keys (fixture->world->trust);

  g_assert_null (bulla_seen_keys_dup_tls_host (keys, fixture->hash));
  for (guint turn = 0; turn < 2 * G_N_ELEMENTS (ways); turn++) {
    gboolean signs = turn >= G_N_ELEMENTS (ways);
    g_autoptr (GError) error = NULL;
    if (signs)
      bulla_seen_keys_add_exchange (keys, fixture->hash, "publisher.test");
    g_object_unref (fixture->fetcher); /* with its kept connections */
    start_fetcher (fixture);
    ways[turn % G_N_ELEMENTS (ways)](fixture, &error);
    g_assert_no_error (error);
    g_autofree char *host = bulla_seen_keys_dup_tls_host (keys, fixture->hash);
    g_assert_cmpstr (host, ==, "b.test");
    g_autoptr (BullaContact) contact = dup_connection (fixture->ledger);
    g_autofree char *text = bulla_contact_describe (contact);
    const char *told = strstr (text, "also signs exchanges for publisher.test");
    g_assert_cmpstr (bulla_contact_get_signs_for (contact), ==, signs ? "publisher.test" : NULL);
    g_assert_true ((told != NULL) == signs);
  }
}

/* The key of a refused certificate is not remembered: nothing proves that the server has it. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  BullaSeenKeys *keys = bulla_trust_get_seen_keys (fixture->world->trust);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autoptr (GError) error = NULL;
    ways[i](fixture, &error);
    g_assert_nonnull (error);
    g_assert_null (bulla_seen_keys_dup_tls_host (keys, fixture->hash));
  }
}

/* The ledger says that a certificate for signing exchanges was refused in TLS. */
static void
test_signer (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autoptr (GError) error = NULL;
    ways[i](fixture, &error);
    g_assert_nonnull (error);
    g_autoptr (BullaContact) contact = dup_connection (fixture->ledger);
    g_test_message ("%s; %s", error->message, bulla_contact_get_error (contact));
    g_assert_nonnull (strstr (error->message, "a certificate for signing exchanges in TLS"));
    g_assert_cmpstr (bulla_contact_get_error (contact), ==, error->message);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, flags, test)                                                                     \
  g_test_add ("/fetch/keys/" path, Fixture, GINT_TO_POINTER (flags), set_up, test, tear_down)
  ADD ("seen", 0, test_seen);
  ADD ("refused", -1, test_refused);
  ADD ("signer", BULLA_ISSUE_SIGN_EXCHANGES, test_signer);
  return g_test_run ();
}
