/* test-http-keys.c - a server that sends new keys, few or without end, to the HTTP client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib-unix.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>

#include "bulla-connector.h"
#include "bulla-error.h"
#include "test-world.h"

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

#define MESSAGES 7 /* handshake messages of a server before the first key: two are tickets */
#define MESSAGES_MAX 1000

typedef struct {
  TestWorld *world;
  SSL_CTX *context; /* owned; of the server */
  GSocket *listener;
  GThread *thread; /* NULL before it is started, and after it has ended */
  guint n_keys;    /* new keys before the response */
  BullaLedger *ledger;
  BullaConnector *connector;
} Fixture;

/* --- the server */

static X509 *
read_certificate (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  const guint8 *at = der->data;
  return d2i_X509 (NULL, &at, (long)der->len);
}

static void
use_certificate (SSL_CTX *context, GTlsCertificate *certificate)
{
  g_autofree char *pem = NULL;

  g_object_get (certificate, "private-key-pem", &pem, NULL);
  BIO *bio = BIO_new_mem_buf (pem, -1);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL);
  X509 *leaf = read_certificate (certificate);
  g_assert_cmpint (SSL_CTX_use_certificate (context, leaf), ==, 1);
  g_assert_cmpint (SSL_CTX_use_PrivateKey (context, key), ==, 1);
  X509_free (leaf);
  EVP_PKEY_free (key);
  BIO_free (bio);
  for (GTlsCertificate *each = certificate; (each = g_tls_certificate_get_issuer (each)) != NULL;)
    g_assert_cmpint (SSL_CTX_add_extra_chain_cert (context, read_certificate (each)), ==, 1);
}

static gboolean
read_head (SSL *ssl)
{
  g_autoptr (GString) head = g_string_new (NULL);
  char c = '\0';

  while (!g_str_has_suffix (head->str, "\r\n\r\n")) {
    if (SSL_read (ssl, &c, 1) != 1)
      return FALSE;
    g_string_append_c (head, c);
  }
  return TRUE;
}

static gboolean
send_new_key (SSL *ssl)
{
  return SSL_key_update (ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake (ssl) == 1;
}

/* Answers one request on one connection. */
static gpointer
serve (gpointer user_data)
{
  Fixture *self = user_data;
  g_autoptr (GSocket) socket = g_socket_accept (self->listener, NULL, NULL);
  SSL *ssl = SSL_new (self->context);
  guint n = 0;

  g_assert_nonnull (socket);
  g_assert_true (g_unix_set_fd_nonblocking (g_socket_get_fd (socket), FALSE, NULL));
  SSL_set_fd (ssl, g_socket_get_fd (socket));
  gboolean fine = SSL_accept (ssl) == 1 && read_head (ssl);
  for (; fine && n < self->n_keys; n++)
    fine = send_new_key (ssl);
  if (fine)
    SSL_write (ssl, ANSWER, strlen (ANSWER));
  SSL_shutdown (ssl);
  SSL_free (ssl);
  ERR_clear_error ();
  return NULL;
}

static void
set_up (Fixture *self, gconstpointer n_keys)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GError) error = NULL;

  self->n_keys = GPOINTER_TO_UINT (n_keys);
  self->world = test_world_new ();
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "a.test", self->world->now - 86400, 30, 0);
  self->context = SSL_CTX_new (TLS_server_method ());
  SSL_CTX_set_min_proto_version (self->context, TLS1_3_VERSION);
  use_certificate (self->context, certificate);
  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (self->listener, any, FALSE, &error));
  g_assert_true (g_socket_listen (self->listener, &error));
  self->ledger = bulla_ledger_new ();
  self->connector = bulla_connector_new (self->world->trust, self->ledger);
  self->thread = g_thread_new ("server", serve, self);
}

static void
tear_down (Fixture *self, gconstpointer n_keys)
{
  g_object_unref (self->connector);
  g_thread_join (self->thread);
  g_object_unref (self->listener);
  g_object_unref (self->ledger);
  SSL_CTX_free (self->context);
  test_world_free (self->world);
}

/* --- the client */

static guint
get_port (Fixture *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->listener, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* Returns: (transfer full) (nullable): the body */
static GBytes *
fetch (Fixture *self, GError **error)
{
  const BullaCause cause = {.purpose = "resource"};
  guint port = get_port (self);
  g_autofree char *resolve = g_strdup_printf ("a.test:%u:127.0.0.1", port);
  g_autofree char *url = g_strdup_printf ("https://a.test:%u/", port);
  g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", url);
  g_autoptr (GAsyncResult) sent = NULL, read = NULL;

  g_assert_true (
      bulla_given_addresses_add (bulla_connector_get_resolve (self->connector), resolve, NULL));
  bulla_connector_send_async (self->connector, message, &cause, BULLA_CONNECTOR_DEFAULT, NULL,
                              test_take_result, &sent);
  g_autoptr (GInputStream) body =
      bulla_connector_send_finish (self->connector, test_wait_result (&sent), error);
  if (body == NULL)
    return NULL;
  g_input_stream_read_bytes_async (body, 100, G_PRIORITY_DEFAULT, NULL, test_take_result, &read);
  return g_input_stream_read_bytes_finish (body, test_wait_result (&read), error);
}

/* A server may change its keys now and then, and up to the limit. */
static void
test_few (Fixture *self, gconstpointer n_keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = fetch (self, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "hello", 5);
}

/* One that does nothing else would occupy the main loop: its connection ends, after what was read
 * from the socket together. */
static void
test_many (Fixture *self, gconstpointer n_keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = fetch (self, &error);

  g_assert_null (body);
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, n_keys, test)                                                                    \
  g_test_add ("/http/keys/" path, Fixture, GUINT_TO_POINTER (n_keys), set_up, test, tear_down)
  ADD ("none", 0, test_few);
  ADD ("few", 100, test_few);
  ADD ("limit", MESSAGES_MAX - MESSAGES, test_few);
  ADD ("endless", G_MAXUINT, test_many);
  return g_test_run ();
}
