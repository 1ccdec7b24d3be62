/* test-gateway-world.c - runs a gateway between a client and two servers, aggregator and publisher
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-gateway-world.h"

#include <glib/gstdio.h>

#include "bulla-exchange-writer.h"

#define SIGNED_DAYS 7

typedef struct {
  GBytes *body;  /* owned */
  char *type;    /* owned */
  char *headers; /* owned; `name: value` lines; NULL for none */
} File;

static void
file_free (File *file)
{
  g_bytes_unref (file->body);
  g_free (file->type);
  g_free (file->headers);
  g_free (file);
}

typedef void (*FieldFunc) (gpointer target, const char *name, const char *value);

static void
foreach_field (const char *fields, FieldFunc func, gpointer target)
{
  g_auto (GStrv) lines = g_strsplit (fields != NULL ? fields : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *colon = strstr (lines[i], ": ");
    if (colon == NULL)
      continue;
    *colon = '\0';
    func (target, lines[i], colon + strlen (": "));
  }
}

static void
add_fields (SoupMessageHeaders *headers, const char *fields)
{
  foreach_field (fields, (FieldFunc)soup_message_headers_append, headers);
}

static void
answer_file (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  GatewayWorld *self = user_data;
  GUri *uri = soup_server_message_get_uri (message);
  g_autofree char *key = g_strconcat (g_uri_get_host (uri), path, NULL);
  File *file = g_hash_table_lookup (self->files, key);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize length = 0;

  if (file == NULL) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
    return;
  }
  const char *bytes = g_bytes_get_data (file->body, &length);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  add_fields (headers, file->headers);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, file->type, SOUP_MEMORY_COPY, bytes, length);
}

TestServer *
gateway_world_add_server (GatewayWorld *self, const char *host)
{
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, host, self->world->now - TEST_DAY, 30, 0);
  TestServer *server = test_server_new (host, certificate);
  g_autofree char *resolve = test_server_resolve (server);

  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  soup_server_add_handler (server->soup, NULL, answer_file, self, NULL);
  return server;
}

/* --- the gateway's signals, recorded as text at the time of the signal. A GtSignalLogger would
 * keep the loads, whose verdicts change when their bodies end. */

static const char *
path_of (const char *url)
{
  return strchr (url + strlen ("https://"), '/');
}

static void
decided_cb (BullaGateway *gateway, const char *view, BullaLoad *load, GatewayWorld *self)
{
  g_string_append_printf (
      self->events, "decided %s %s\n", view,
      bulla_outcome_get_nick (bulla_verdict_get_outcome (bulla_load_get_verdict (load))));
}

static void
bundle_decided_cb (BullaGateway *gateway, const char *view, BullaBundle *bundle, GatewayWorld *self)
{
  g_string_append_printf (
      self->events, "bundle %s %s\n", view,
      bulla_outcome_get_nick (bulla_verdict_get_outcome (bulla_bundle_get_verdict (bundle))));
}

static void
resource_served_cb (BullaGateway *gateway, const char *view, BullaLoad *load, GatewayWorld *self)
{
  g_string_append_printf (self->events, "resource %s %s\n", view,
                          path_of (bulla_load_get_url (load)));
}

static void
separate_cb (BullaGateway *gateway, const char *view, BullaBundle *bundle, const char *url,
             GatewayWorld *self)
{
  g_string_append_printf (self->events, "separate %s %s\n", view,
                          url != NULL ? path_of (url) : "-");
}

static void
served_cb (BullaGateway *gateway, const char *view, BullaLoad *load, GatewayWorld *self)
{
  g_string_append_printf (self->events, "served %s\n", view);
}

static void
fell_back_cb (BullaGateway *gateway, const char *view, BullaLoad *load, const char *url,
              BullaVerdict *verdict, gboolean frame, GatewayWorld *self)
{
  g_string_append_printf (self->events, "fell-back %s %s%s\n", view, path_of (url),
                          frame ? " in a frame" : "");
}

static void
refused_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
            const char *message, BullaVerdict *verdict, GatewayWorld *self)
{
  g_string_append_printf (self->events, "refused %s %s\n", view != NULL ? view : "-",
                          load != NULL ? "package" : "request");
}

static void
prefetched_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
               GatewayWorld *self)
{
  g_string_append_printf (self->events, "prefetched %s %s\n", view, path_of (url));
}

static void
unused_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
           const char *message, GatewayWorld *self)
{
  g_assert_nonnull (load);
  g_string_append_printf (self->events, "unused %s %s %s\n", view, path_of (url), message);
}

static void
truncated_cb (BullaGateway *gateway, const char *view, BullaLoad *load, const char *message,
              GatewayWorld *self)
{
  g_string_append_printf (self->events, "truncated %s\n", view);
}

char *
gateway_world_pop_refused (GatewayWorld *self, GtSignalLogger *signals)
{
  g_autofree char *view = NULL, *url = NULL;
  g_autoptr (BullaLoad) load = NULL;
  g_autoptr (BullaVerdict) verdict = NULL;
  char *message = NULL;

  gt_signal_logger_assert_emission_pop (signals, self->gateway, "refused", &view, &url, &load,
                                        &message, &verdict);
  return message;
}

/* --- the world */

SoupSession *
gateway_world_new_client (GatewayWorld *self, const char *token)
{
  g_autofree char *proxy = bulla_gateway_dup_proxy_uri (self->gateway, token);
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (proxy, NULL);
  g_autofree char *pem = NULL;
  g_autofree char *path = g_build_filename (self->world->folder, "authority.pem", NULL);
  g_autoptr (GError) error = NULL;

  g_object_get (bulla_gateway_get_authority (self->gateway), "certificate-pem", &pem, NULL);
  g_file_set_contents (path, pem, -1, &error);
  g_assert_no_error (error);
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);
  SoupSession *session = soup_session_new_with_options ("proxy-resolver", resolver, "tls-database",
                                                        database, "max-conns-per-host", 6, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

static void
add_chain (GatewayWorld *self)
{
  const char *hosts[] = {"publisher.test", NULL};
  gint64 now = self->world->now;
  g_autoptr (GError) error = NULL;

  self->credential =
      bulla_authority_issue (self->world->authority, hosts, now - TEST_DAY, 30,
                             BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT, &error);
  g_assert_no_error (error);
  self->chain = bulla_authority_write_chain (self->world->authority, self->credential, now - 3600,
                                             now + 3 * TEST_DAY, 0, &error);
  g_assert_no_error (error);
  gateway_world_put (self, self->chains, "/chain.cbor", self->chain, "application/cert-chain+cbor");
}

static void
open_gateway (GatewayWorld *self, BullaProfile *profile)
{
  g_autoptr (GError) error = NULL;

  self->loader = bulla_loader_new (profile, self->world->trust);
  self->gateway = bulla_gateway_new (self->loader, &error);
  g_assert_no_error (error);
  bulla_gateway_listen (self->gateway, NULL, &error);
  g_assert_no_error (error);
}

static void
add_client (GatewayWorld *self, BullaGatewayFlags flags, BullaGatewayDelegate *delegate)
{
  self->token = bulla_gateway_add_session (self->gateway, delegate, flags);
  self->client = gateway_world_new_client (self, self->token);
  g_signal_connect (self->gateway, "load-decided", G_CALLBACK (decided_cb), self);
  g_signal_connect (self->gateway, "bundle-decided", G_CALLBACK (bundle_decided_cb), self);
  g_signal_connect (self->gateway, "resource-served", G_CALLBACK (resource_served_cb), self);
  g_signal_connect (self->gateway, "separate", G_CALLBACK (separate_cb), self);
  g_signal_connect (self->gateway, "served", G_CALLBACK (served_cb), self);
  g_signal_connect (self->gateway, "fell-back", G_CALLBACK (fell_back_cb), self);
  g_signal_connect (self->gateway, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect (self->gateway, "unused", G_CALLBACK (unused_cb), self);
  g_signal_connect (self->gateway, "prefetched", G_CALLBACK (prefetched_cb), self);
  g_signal_connect (self->gateway, "truncated", G_CALLBACK (truncated_cb), self);
}

void
gateway_world_set_up (GatewayWorld *self, BullaGatewayFlags flags, BullaGatewayDelegate *delegate)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);

  g_assert_no_error (error);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)file_free);
  self->hops = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->events = g_string_new (NULL);
  self->world = test_world_new ();
  open_gateway (self, profile);
  self->aggregator = gateway_world_add_server (self, "aggregator.test");
  self->publisher = gateway_world_add_server (self, "publisher.test");
  self->chains = gateway_world_add_server (self, "certificates.test");
  add_chain (self);
  add_client (self, flags, delegate);
}

void
gateway_world_set_up_announced (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_ANNOUNCED, NULL);
}

void
gateway_world_set_up_one_view (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_ONE_VIEW, NULL);
}

void
gateway_world_set_up_explained (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_ONE_VIEW | BULLA_GATEWAY_EXPLAIN, NULL);
}

static void
close_gateway (GatewayWorld *self)
{
  soup_session_abort (self->client);
  g_clear_object (&self->client);
  bulla_gateway_remove_session (self->gateway, self->token);
  while (g_main_context_iteration (NULL, FALSE))
    ; /* handles closed connections */
  g_clear_pointer (&self->token, g_free);
  g_signal_handlers_disconnect_by_data (self->gateway, self);
  g_clear_object (&self->gateway);
  g_clear_object (&self->loader);
}

static void
add_resolve (GatewayWorld *self, TestServer *server)
{
  g_autofree char *resolve = test_server_resolve (server);

  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
}

void
gateway_world_set_profile (GatewayWorld *self, BullaProfile *profile, BullaGatewayFlags flags,
                           BullaGatewayDelegate *delegate)
{
  close_gateway (self);
  open_gateway (self, profile);
  add_resolve (self, self->aggregator);
  add_resolve (self, self->publisher);
  add_resolve (self, self->chains);
  add_client (self, flags, delegate);
}

void
gateway_world_tear_down (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *authority = g_build_filename (self->world->folder, "authority.pem", NULL);

  close_gateway (self);
  g_clear_object (&self->credential);
  g_clear_pointer (&self->chain, g_bytes_unref);
  g_clear_pointer (&self->aggregator, test_server_free);
  g_clear_pointer (&self->publisher, test_server_free);
  g_clear_pointer (&self->chains, test_server_free);
  g_unlink (authority);
  g_clear_pointer (&self->world, test_world_free);
  g_clear_pointer (&self->files, g_hash_table_unref);
  g_clear_pointer (&self->hops, g_hash_table_unref);
  g_string_free (self->events, TRUE);
}

/* --- packages */

GBytes *
gateway_world_sign (GatewayWorld *self, const char *path, const char *header, const char *value,
                    GBytes *body, gint64 date, gboolean damage)
{
  g_autofree char *fields = header != NULL ? g_strconcat (header, ": ", value, NULL) : NULL;

  return gateway_world_sign_with (self, path, fields, body, date, damage);
}

GBytes *
gateway_world_sign_with (GatewayWorld *self, const char *path, const char *headers, GBytes *body,
                         gint64 date, gboolean damage)
{
  g_autofree char *url = test_server_url (self->publisher, path);
  g_autofree char *chain = test_server_url (self->chains, "/chain.cbor");
  g_autofree char *asked = g_strconcat ("/validity?of=", path, NULL);
  g_autofree char *validity = test_server_url (self->publisher, asked);
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, self->credential);
  g_autoptr (GError) error = NULL;

  bulla_exchange_writer_set_status (writer, 200);
  bulla_exchange_writer_add_header (writer, "content-type", "text/html; charset=utf-8");
  foreach_field (headers, (FieldFunc)bulla_exchange_writer_add_header, writer);
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_record_size (writer, 4096);
  bulla_exchange_writer_set_cert_url (writer, chain);
  bulla_exchange_writer_set_validity_url (writer, validity);
  bulla_exchange_writer_set_validity (writer, date, date + SIGNED_DAYS * TEST_DAY);
  g_autoptr (GBytes) exchange = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  if (!damage)
    return g_steal_pointer (&exchange);
  gsize length = 0;
  guint8 *copy = g_bytes_unref_to_data (g_steal_pointer (&exchange), &length);
  copy[length - 1] ^= 1;
  return g_bytes_new_take (copy, length);
}

/* Returns sha256-… of the signed headers, which are located by the lengths in the head. */
char *
gateway_world_integrity_of (GBytes *exchange)
{
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (exchange, &size);
  gsize at = 10 + (((gsize)bytes[8] << 8) | bytes[9]);
  gsize signature = ((gsize)bytes[at] << 16) | ((gsize)bytes[at + 1] << 8) | bytes[at + 2];
  gsize headers = ((gsize)bytes[at + 3] << 16) | ((gsize)bytes[at + 4] << 8) | bytes[at + 5];
  guint8 digest[32];
  gsize length = sizeof digest;

  g_assert_cmpuint (at + 6 + signature + headers, <=, size);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, bytes + at + 6 + signature, headers);
  g_checksum_get_digest (sum, digest, &length);
  g_autofree char *text = g_base64_encode (digest, length);
  return g_strconcat ("sha256-", text, NULL);
}

void
gateway_world_put (GatewayWorld *self, TestServer *server, const char *path, GBytes *body,
                   const char *type)
{
  gateway_world_put_with (self, server, path, body, type, NULL);
}

void
gateway_world_put_with (GatewayWorld *self, TestServer *server, const char *path, GBytes *body,
                        const char *type, const char *headers)
{
  File *file = g_new (File, 1);

  *file = (File){g_bytes_ref (body), g_strdup (type), g_strdup (headers)};
  g_hash_table_replace (self->files, g_strconcat (server->host, path, NULL), file);
}

void
gateway_world_put_live (GatewayWorld *self, const char *path)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("live", 4);

  gateway_world_put (self, self->publisher, path, body, "text/html");
}

void
gateway_world_put_exchange (GatewayWorld *self, TestServer *server, const char *path,
                            GBytes *exchange)
{
  gateway_world_put (self, server, path, exchange, "application/signed-exchange;v=b3");
}
