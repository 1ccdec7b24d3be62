/* bulla-demo-servers.c - the hosts of the demo's world, each a server on loopback
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-demo.h"

#include <string.h>

#include "bulla-credential.h"

#define DAY 86400
#define TLS_DAYS 80
#define EXCHANGE_TYPE "application/signed-exchange;v=b3"
#define BUNDLE_TYPE "application/webbundle;v=b2"
#define CHAIN_TYPE "application/cert-chain+cbor"

static const char *const NAMES[] = {
    [DEMO_AGGREGATOR] = "aggregator.test",
    [DEMO_PUBLISHER_ONE] = "publisher-one.test",
    [DEMO_PUBLISHER_TWO] = "publisher-two.test",
    [DEMO_CERTS] = "certs.test",
    [DEMO_PLAIN] = "aggregator.test",
};

static void
respond (SoupServerMessage *message, const char *type, GBytes *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (headers, "Content-Type", type);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  if (g_bytes_get_size (body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);
}

static void
respond_text (SoupServerMessage *message, const char *type, const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  respond (message, type, body);
}

/* Returns: (transfer full) (nullable): which link's package is at @path */
static char *
dup_package_id (DemoWorld *world, const char *path)
{
  const char *prefix = "/packages/";
  const char *dot = strrchr (path, '.');

  if (!g_str_has_prefix (path, prefix) || dot == NULL)
    return NULL;
  g_autofree char *id = g_strndup (path + strlen (prefix), dot - path - strlen (prefix));
  g_autofree char *bundle = demo_dup_text (world, id, "bundle");
  return g_str_equal (dot, demo_get_suffix (bundle)) ? g_steal_pointer (&id) : NULL;
}

static gboolean
answer_package (DemoWorld *world, SoupServerMessage *message, const char *path)
{
  g_autofree char *id = dup_package_id (world, path);
  GBytes *package = id != NULL ? g_hash_table_lookup (world->packages, id) : NULL;

  if (package == NULL)
    return FALSE;
  g_autofree char *flaw = demo_dup_text (world, id, "flaw");
  g_autofree char *bundle = demo_dup_text (world, id, "bundle");
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  gboolean late = g_str_equal (flaw, "late") && *bundle == '\0';
  respond (message, *bundle != '\0' ? BUNDLE_TYPE : EXCHANGE_TYPE, late ? none : package);
  if (late)
    demo_respond_in_two (world, message, package, g_bytes_get_size (package) / 2);
  return TRUE;
}

/* what the tests look at: which header fields came along, and a few things a site has */
static gboolean
answer_probe (DemoWorld *world, SoupServerMessage *message, const char *path, GHashTable *query)
{
  if (g_str_equal (path, "/echo")) {
    SoupMessageHeadersIter iter;
    const char *name, *value;
    g_autoptr (GString) text = g_string_new (NULL);

    soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
    while (soup_message_headers_iter_next (&iter, &name, &value))
      g_string_append_printf (text, "%s: %s\n", name, value);
    SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
    soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
    soup_message_headers_replace (headers, "Access-Control-Allow-Headers", "*");
    g_free (world->echo);
    world->echo = g_strdup (text->str);
    respond_text (message, "text/plain; charset=utf-8", text->str);
  } else if (g_str_equal (path, "/cookie")) {
    soup_message_headers_append (soup_server_message_get_response_headers (message), "Set-Cookie",
                                 "hidden=1; Secure; HttpOnly; Path=/");
    respond_text (message, "text/html; charset=utf-8", "<!doctype html><title>Cookie</title>");
  } else if (g_str_equal (path, "/worker.js")) {
    respond_text (message, "text/javascript", "addEventListener ('fetch', () => {})\n");
  } else if (g_str_equal (path, "/frame") && query != NULL) {
    const char *url = g_hash_table_lookup (query, "url");
    g_autofree char *shown = g_markup_escape_text (url != NULL ? url : "about:blank", -1);
    g_autofree char *html = g_strdup_printf (
        "<!doctype html><title>Frame</title>"
        "<script>addEventListener ('message', event => { window.said = event.data })</script>"
        "<iframe id=\"frame\" onload=\"window.loaded = true\" src=\"%s\"></iframe>",
        shown);
    respond_text (message, "text/html; charset=utf-8", html);
  } else {
    return FALSE;
  }
  return TRUE;
}

static gboolean
answer_article (DemoWorld *world, DemoHost *host, SoupServerMessage *message, const char *path)
{
  g_auto (GStrv) links = g_key_file_get_groups (world->links, NULL);

  for (guint i = 0; links[i] != NULL; i++) {
    g_autofree char *own = demo_dup_text (world, links[i], "path");

    if (demo_find_publisher (world, links[i]) != host || !g_str_equal (own, path))
      continue;
    g_autofree char *html = demo_write_article (world, links[i], FALSE);
    respond_text (message, "text/html; charset=utf-8", html);
    return TRUE;
  }
  return FALSE;
}

static void
handler_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  DemoWorld *world = user_data;
  DemoHost *host = g_object_get_data (G_OBJECT (server), "host");
  GBytes *chain = g_hash_table_lookup (world->chains, path + 1);
  gboolean publisher =
      host == &world->hosts[DEMO_PUBLISHER_ONE] || host == &world->hosts[DEMO_PUBLISHER_TWO];

  host->requests++;
  if (host == &world->hosts[DEMO_CERTS] && chain != NULL) {
    respond (message, CHAIN_TYPE, chain);
    return;
  }
  if (host == &world->hosts[DEMO_AGGREGATOR] && g_str_equal (path, "/")) {
    g_autofree char *html = demo_write_aggregator (world);
    respond_text (message, "text/html; charset=utf-8", html);
    return;
  }
  if (g_str_equal (path, "/lightship.svg")) {
    g_autoptr (GBytes) picture = g_resources_lookup_data ("/org/bulla/Demo/lightship.svg",
                                                          G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    respond (message, "image/svg+xml", picture);
    demo_release_all (world);
    return;
  }
  if (answer_package (world, message, path) || answer_probe (world, message, path, query)
      || (publisher && answer_article (world, host, message, path)))
    return;
  soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "not here\n",
                                    strlen ("not here\n"));
}

static GTlsCertificate *
make_certificate (DemoWorld *world, const char *host, GError **error)
{
  const char *hosts[] = {host, NULL};
  g_autoptr (BullaCredential) credential = bulla_authority_issue (
      world->authority, hosts, world->now - DAY, TLS_DAYS, BULLA_ISSUE_TLS_SERVER, error);

  if (credential == NULL)
    return NULL;
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (credential);
  g_autofree char *key = bulla_credential_dup_private_key_pem (credential);
  g_autofree char *pem = g_strconcat (certificates, key, NULL);
  return g_tls_certificate_new_from_pem (pem, -1, error);
}

static gboolean
open_server (DemoWorld *world, DemoPlace place, GError **error)
{
  DemoHost *host = &world->hosts[place];
  gboolean secure = place != DEMO_PLAIN;

  host->name = NAMES[place];
  host->server = soup_server_new (NULL, NULL);
  if (secure) {
    g_autoptr (GTlsCertificate) certificate = make_certificate (world, host->name, error);
    if (certificate == NULL)
      return FALSE;
    soup_server_set_tls_certificate (host->server, certificate);
  }
  g_object_set_data (G_OBJECT (host->server), "host", host);
  soup_server_add_handler (host->server, NULL, handler_cb, world, NULL);
  if (!soup_server_listen_local (
          host->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (secure ? SOUP_SERVER_LISTEN_HTTPS : 0),
          error))
    return FALSE;
  GSList *uris = soup_server_get_uris (host->server);
  host->port = g_uri_get_port (uris->data);
  host->origin = g_strdup_printf ("%s://%s:%u", secure ? "https" : "http", host->name, host->port);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return TRUE;
}

/**
 * demo_open_servers:
 * @world: with its authority; each host gets a port that is free
 */
gboolean
demo_open_servers (DemoWorld *world, GError **error)
{
  for (DemoPlace place = 0; place < DEMO_N_HOSTS; place++)
    if (!open_server (world, place, error))
      return FALSE;
  return TRUE;
}
