/* bulla-demo-servers.c - runs the hosts of the demo's world, each as a server on loopback
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-demo.h"

#include <string.h>

#define DAY 86400
#define TLS_DAYS 80
#define MAX_HEARD 64
#define EXCHANGE_TYPE "application/signed-exchange;v=b3"
#define BUNDLE_TYPE "application/webbundle;v=b2"
#define BUNDLE_TYPE_B1 "application/webbundle;v=b1" /* of bundles with variants */
#define CHAIN_TYPE "application/cert-chain+cbor"

static const char *const NAMES[] = {
    [DEMO_AGGREGATOR] = "aggregator.test",
    [DEMO_PUBLISHER_ONE] = "publisher-one.test",
    [DEMO_PUBLISHER_TWO] = "publisher-two.test",
    [DEMO_PUBLISHER_THREE] = "publisher-three.test",
    [DEMO_FORBIDDING] = "publisher-other.test",
    [DEMO_PLAIN_CAA] = "publisher-plain.test",
    [DEMO_BOGUS] = "publisher-forged.test",
    [DEMO_CERTS] = "certs.test",
    [DEMO_PLAIN] = "aggregator.test",
};

void
demo_respond (SoupServerMessage *message, const char *type, GBytes *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (headers, "Content-Type", type);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  if (g_bytes_get_size (body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);
}

void
demo_respond_text (SoupServerMessage *message, const char *type, const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  demo_respond (message, type, body);
}

/* Returns: (transfer full) (nullable): the link whose package is at @path */
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
  const char *type = g_str_equal (bundle, "variants") ? BUNDLE_TYPE_B1
                     : *bundle != '\0'                ? BUNDLE_TYPE
                                                      : EXCHANGE_TYPE;
  demo_respond (message, type, late ? none : package);
  if (late)
    demo_respond_in_two (world, message, package, g_bytes_get_size (package) / 2);
  return TRUE;
}

/* Serves what the tests examine: the request headers, and some typical files of a site. */
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
    demo_respond_text (message, "text/plain; charset=utf-8", text->str);
  } else if (g_str_equal (path, "/cookie")) {
    soup_message_headers_append (soup_server_message_get_response_headers (message), "Set-Cookie",
                                 "hidden=1; Secure; HttpOnly; Path=/");
    demo_respond_text (message, "text/html; charset=utf-8", "<!doctype html><title>Cookie</title>");
  } else if (g_str_equal (path, "/worker.js")) {
    demo_respond_text (message, "text/javascript", "addEventListener ('fetch', () => {})\n");
  } else if (g_str_equal (path, "/frame") && query != NULL) {
    const char *url = g_hash_table_lookup (query, "url");
    g_autofree char *shown = g_markup_escape_text (url != NULL ? url : "about:blank", -1);
    g_autofree char *html = g_strdup_printf (
        "<!doctype html><title>Frame</title>"
        "<script>addEventListener ('message', event => { window.said = event.data })</script>"
        "<iframe id=\"frame\" onload=\"window.loaded = true\" src=\"%s\"></iframe>",
        shown);
    demo_respond_text (message, "text/html; charset=utf-8", html);
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
    g_autofree char *next = g_strconcat (own, "more.html", NULL);
    gboolean more =
        g_key_file_has_key (world->links, links[i], "more", NULL) && g_str_equal (next, path);

    if (demo_find_publisher (world, links[i]) != host || (!more && !g_str_equal (own, path)))
      continue;
    g_autofree char *html = more ? demo_write_more (world, links[i], FALSE)
                                 : demo_write_article (world, links[i], FALSE);
    demo_respond_text (message, "text/html; charset=utf-8", html);
    return TRUE;
  }
  return FALSE;
}

static void
file_free (gpointer data)
{
  DemoFile *file = data;

  g_free (file->link);
  g_bytes_unref (file->body);
  g_free (file);
}

void
demo_open_files (DemoWorld *world)
{
  world->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, file_free);
}

/**
 * demo_put_file:
 * @type: static
 * @link: (nullable): Link header of the response
 *
 * Adds a cacheable file to the server at @place.
 */
void
demo_put_file (DemoWorld *world, DemoPlace place, const char *path, const char *type,
               const char *link, GBytes *body)
{
  DemoFile *file = g_new0 (DemoFile, 1);

  file->type = type;
  file->link = g_strdup (link);
  file->body = g_bytes_ref (body);
  g_hash_table_replace (world->files, g_strconcat (world->hosts[place].name, path, NULL), file);
}

static gboolean
answer_file (DemoWorld *world, DemoHost *host, SoupServerMessage *message, const char *path)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *key = g_strconcat (host->name, path, NULL);
  DemoFile *file = g_hash_table_lookup (world->files, key);

  if (file == NULL)
    return FALSE;
  demo_respond (message, file->type, file->body);
  soup_message_headers_replace (headers, "Cache-Control", "max-age=600");
  if (file->link != NULL)
    soup_message_headers_replace (headers, "Link", file->link);
  return TRUE;
}

/* Records the data that a server could write into its log. */
static void
hear (DemoHost *host, SoupServerMessage *message, const char *path)
{
  const char *referrer =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Referer");

  host->requests++;
  if (host->heard->len < MAX_HEARD)
    g_ptr_array_add (host->heard, g_strdup_printf ("%s %s", path, referrer ? referrer : ""));
}

static void
handler_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  DemoWorld *world = user_data;
  DemoHost *host = g_object_get_data (G_OBJECT (server), "host");
  GBytes *chain = g_hash_table_lookup (world->chains, path + 1);
  gboolean publisher = host != &world->hosts[DEMO_AGGREGATOR] && host != &world->hosts[DEMO_PLAIN]
                       && host != &world->hosts[DEMO_CERTS];

  hear (host, message, path);
  if (host == &world->hosts[DEMO_CERTS] && chain != NULL) {
    demo_respond (message, CHAIN_TYPE, chain);
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Cache-Control", "max-age=600");
    return;
  }
  if (host == &world->hosts[DEMO_AGGREGATOR] && g_str_equal (path, "/")) {
    g_autofree char *html = demo_write_aggregator (world);
    demo_respond_text (message, "text/html; charset=utf-8", html);
    return;
  }
  if (host == &world->hosts[DEMO_AGGREGATOR] && g_str_equal (path, "/variants")) {
    g_autofree char *html = demo_write_variants (world);
    demo_respond_text (message, "text/html; charset=utf-8", html);
    return;
  }
  if (g_str_equal (path, "/lightship.svg")) {
    g_autoptr (GBytes) picture = g_resources_lookup_data ("/org/bulla/Demo/lightship.svg",
                                                          G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    demo_respond (message, "image/svg+xml", picture);
    demo_release_all (world);
    return;
  }
  if (host == &world->hosts[DEMO_AGGREGATOR] && demo_answer_delivery (world, message, path))
    return;
  if (answer_file (world, host, message, path) || answer_package (world, message, path)
      || answer_probe (world, message, path, query)
      || demo_answer_variants (world, host, message, path)
      || (publisher && answer_article (world, host, message, path))
      || (host == &world->hosts[DEMO_AGGREGATOR] && demo_answer_many (world, message, path)))
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

/* Opens an unused port for a host at https. Returns: the port, or 0 */
static guint
open_front (DemoWorld *world, DemoHost *host, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = make_certificate (world, host->name, error);

  if (certificate != NULL)
    host->front = demo_front_new (host->server, certificate, world->protocol, error);
  return host->front != NULL ? demo_front_get_port (host->front) : 0;
}

/* Opens an unused port for a host at http. Returns: the port, or 0 */
static guint
open_plain (DemoHost *host, GError **error)
{
  if (!soup_server_listen_local (host->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return 0;
  GSList *uris = soup_server_get_uris (host->server);
  guint port = (guint)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return port;
}

static gboolean
open_server (DemoWorld *world, DemoPlace place, GError **error)
{
  DemoHost *host = &world->hosts[place];
  gboolean secure = place != DEMO_PLAIN;

  host->name = NAMES[place];
  host->server = soup_server_new (NULL, NULL);
  g_object_set_data (G_OBJECT (host->server), "host", host);
  soup_server_add_handler (host->server, NULL, handler_cb, world, NULL);
  host->heard = g_ptr_array_new_with_free_func (g_free);
  guint port = secure ? open_front (world, host, error) : open_plain (host, error);
  host->relay = port != 0 ? demo_relay_new (port, error) : NULL;
  if (host->relay == NULL)
    return FALSE;
  host->port = demo_relay_get_port (host->relay);
  host->origin = g_strdup_printf ("%s://%s:%u", secure ? "https" : "http", host->name, host->port);
  return TRUE;
}

/**
 * demo_open_servers:
 * @world: a world with its authority; each host gets an unused port
 */
gboolean
demo_open_servers (DemoWorld *world, GError **error)
{
  for (DemoPlace place = 0; place < DEMO_N_HOSTS; place++)
    if (!open_server (world, place, error))
      return FALSE;
  return TRUE;
}

void
demo_close_servers (DemoWorld *world)
{
  for (DemoPlace place = 0; place < DEMO_N_HOSTS; place++) {
    DemoHost *host = &world->hosts[place];

    g_clear_pointer (&host->relay, demo_relay_free);
    g_clear_pointer (&host->front, demo_front_free);
    g_clear_object (&host->server);
    g_clear_pointer (&host->heard, g_ptr_array_unref);
    g_clear_pointer (&host->origin, g_free);
  }
}

/**
 * demo_set_rtt:
 * @name: name of a host; `far` for all hosts except the aggregator
 * @ms: round-trip time in milliseconds, decimal
 *
 * Returns: whether the host exists and @ms is valid
 */
gboolean
demo_set_rtt (DemoWorld *world, const char *name, const char *ms)
{
  gboolean found = FALSE, far = g_strcmp0 (name, "far") == 0;
  guint64 rtt;

  if (ms == NULL || !g_ascii_string_to_unsigned (ms, 10, 0, DEMO_RTT_MAX, &rtt, NULL))
    return FALSE;
  for (DemoPlace place = 0; place < DEMO_N_HOSTS; place++) {
    gboolean near = place == DEMO_AGGREGATOR || place == DEMO_PLAIN;

    if (far ? near : g_strcmp0 (name, world->hosts[place].name) != 0)
      continue;
    demo_relay_set_rtt (world->hosts[place].relay, (guint)rtt);
    found = TRUE;
  }
  return found;
}
