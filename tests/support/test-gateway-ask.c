/* test-gateway-ask.c - sends requests to the gateway of a world, with their announcements
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-gateway-world.h"
#include "bulla-url-key.h"

void
test_response_free (TestResponse *self)
{
  g_free (self->body);
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
note_header (const char *name, const char *value, gpointer user_data)
{
  g_hash_table_replace (user_data, g_ascii_strdown (name, -1), g_strdup (value));
}

static void
read_body (TestResponse *self, GInputStream *stream)
{
  GString *text = g_string_new (NULL);
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_bytes_async (stream, 65536, G_PRIORITY_DEFAULT, NULL, test_take_result,
                                     &result);
    g_autoptr (GBytes) chunk =
        g_input_stream_read_bytes_finish (stream, test_wait_result (&result), &self->error);
    more = chunk != NULL && g_bytes_get_size (chunk) > 0;
    if (more)
      g_string_append_len (text, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  }
  self->length = text->len;
  self->body = g_string_free (text, FALSE);
}

TestResponse *
test_send (SoupSession *session, SoupMessage *message)
{
  TestResponse *self = g_new0 (TestResponse, 1);
  g_autoptr (GAsyncResult) result = NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, NULL, test_take_result, &result);
  g_autoptr (GInputStream) stream =
      soup_session_send_finish (session, test_wait_result (&result), &self->error);
  self->status = soup_message_get_status (message);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  soup_message_headers_foreach (soup_message_get_response_headers (message), note_header,
                                self->headers);
  if (stream != NULL)
    read_body (self, stream);
  return self;
}

static char *
dup_part (const char *tag, const char *name)
{
  g_auto (GStrv) parts = g_strsplit (tag, ";", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    const char *part = g_strstrip (parts[i]);
    if (g_str_has_prefix (part, name) && part[strlen (name)] == '=')
      return g_uri_unescape_string (part + strlen (name) + 1, NULL);
  }
  return g_strdup ("");
}

/* @token: token of a session, which does not share redirects with other sessions */
static char *
dup_hop (const char *token, const char *view, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);

  return g_strjoin (" ", token, view, key, NULL);
}

typedef struct {
  BullaGateway *gateway; /* owned */
  GHashTable *hops;      /* owned */
  char *token, *view;    /* owned */
  gboolean top;
} Hop;

static void
hop_free (gpointer data, GClosure *closure)
{
  Hop *hop = data;

  g_object_unref (hop->gateway);
  g_hash_table_unref (hop->hops);
  g_free (hop->token);
  g_free (hop->view);
  g_free (hop);
}

/* Follows a redirect as WebKit does; for any other response, records that the view shows it, if
 * it can. */
static void
note_hop (SoupMessage *message, gpointer user_data)
{
  Hop *hop = user_data;
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *location = soup_message_headers_get_one (headers, "Location");
  const char *answer = soup_message_headers_get_one (headers, "Bulla-Answer");

  if (location != NULL)
    g_hash_table_replace (hop->hops, dup_hop (hop->token, hop->view, location),
                          g_uri_to_string (soup_message_get_uri (message)));
  else if (hop->top && soup_message_get_status (message) != SOUP_STATUS_NO_CONTENT)
    bulla_gateway_note_shown (hop->gateway, hop->token, hop->view, answer);
}

/* @host: host of the requesting document; "-" for none */
static char *
dup_document (GatewayWorld *self, const char *host)
{
  TestServer *const servers[] = {self->publisher, self->aggregator};

  if (g_str_equal (host, "-") || *host == '\0')
    return g_strdup ("");
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    if (servers[i] != NULL && g_str_equal (servers[i]->host, host))
      return test_server_url (servers[i], "/");
  return g_strdup_printf ("https://%s/", host);
}

static void
announce (GatewayWorld *self, const char *token, SoupMessage *message, const char *tag,
          const char *value, const char *from)
{
  g_autofree char *url = g_uri_to_string (soup_message_get_uri (message));
  g_autofree char *view = dup_part (tag, "v");
  g_autofree char *host = dup_part (tag, "host");
  g_autofree char *dest = dup_part (tag, "dest");
  g_autofree char *source = dup_part (tag, "bundle");
  g_autofree char *credentials = dup_part (tag, "credentials");
  g_autofree char *document = dup_document (self, host);
  g_autofree char *framed = dup_part (tag, "framed");
  const char *frames[] = {g_str_equal (host, "-") ? "" : host, *framed != '\0' ? framed : NULL,
                          NULL};
  const char *kind = g_str_equal (dest, "navigation") ? "document"
                     : g_str_equal (dest, "frame")    ? "iframe"
                                                      : "empty";
  GVariantDict said;

  g_variant_dict_init (&said, NULL);
  g_variant_dict_insert (&said, "tag", "s", value);
  g_variant_dict_insert (&said, "method", "s", soup_message_get_method (message));
  g_variant_dict_insert (&said, "url", "s", url);
  g_variant_dict_insert (&said, "dest", "s", kind);
  g_variant_dict_insert (&said, "top", "b", g_str_equal (kind, "document"));
  g_variant_dict_insert (&said, "prefetch", "b", g_str_equal (dest, "prefetch"));
  g_variant_dict_insert (&said, "document", "s", document);
  g_variant_dict_insert (&said, "redirected", "s", from != NULL ? from : "");
  g_variant_dict_insert (&said, "frames", "^as", frames);
  g_variant_dict_insert (&said, "source", "s", source);
  g_variant_dict_insert (&said, "credentials", "s", credentials);
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_dict_end (&said));
  bulla_gateway_announce (self->gateway, token, view, variant);
}

void
gateway_world_redirect (GatewayWorld *self, const char *token, const char *view, const char *url,
                        const char *from)
{
  g_hash_table_replace (self->hops, dup_hop (token, view, url), g_strdup (from));
}

static gboolean
is_navigation (const char *tag)
{
  return strstr (tag, "dest=navigation") != NULL || strstr (tag, "dest=frame") != NULL;
}

void
gateway_world_announce (GatewayWorld *self, const char *token, SoupMessage *message,
                        const char *tag)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *view = dup_part (tag, "v");
  g_autofree char *url = g_uri_to_string (soup_message_get_uri (message));
  g_autofree char *key = dup_hop (token, view, url);
  g_autofree char *value = g_uuid_string_random ();
  g_autofree char *redirected = dup_part (tag, "from");
  const char *from = is_navigation (tag)   ? g_hash_table_lookup (self->hops, key)
                     : *redirected != '\0' ? redirected
                                           : NULL;

  if (*view != '\0' && !g_str_equal (view, "*"))
    bulla_gateway_register_view (self->gateway, token, view);
  value[8] = value[13] = value[18] = value[23] = 'x';
  announce (self, token, message, tag, value, from);
  soup_message_headers_replace (headers, "Sec-Bulla-Page", value);
  if (strstr (tag, "host=-; dest=navigation") != NULL && from == NULL) {
    g_autofree char *typed = bulla_gateway_expect_typed (self->gateway, token, view, url);
    if (typed != NULL)
      soup_message_headers_replace (headers, "Sec-Bulla-Typed", typed);
  }
  if (!is_navigation (tag))
    return;
  if (g_str_has_prefix (url, "http:")) /* as the shell does in decide-policy */
    bulla_gateway_expect_navigation (self->gateway, token, view, url, BULLA_NAVIGATION_LINK, NULL);
  g_hash_table_remove (self->hops, key);
  Hop *hop = g_new (Hop, 1);
  *hop = (Hop){g_object_ref (self->gateway), g_hash_table_ref (self->hops), g_strdup (token),
               g_strdup (view), strstr (tag, "dest=navigation") != NULL};
  g_signal_connect_data (message, "got-headers", G_CALLBACK (note_hop), hop, hop_free, 0);
}

TestResponse *
gateway_world_again (GatewayWorld *self, const char *url, const char *tag, BullaNavigationKind kind,
                     const TestResponse *shown)
{
  g_autofree char *view = dup_part (tag, "v");

  bulla_gateway_expect_navigation (self->gateway, self->token, view, url, kind,
                                   g_hash_table_lookup (shown->headers, "bulla-answer"));
  return gateway_world_get (self, url, tag);
}

TestResponse *
gateway_world_get (GatewayWorld *self, const char *url, const char *tag)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Accept", "text/html,application/xml;q=0.9,*/*;q=0.8");
  soup_message_headers_replace (headers, "Accept-Language", "en-US,en");
  if (tag != NULL)
    gateway_world_announce (self, self->token, message, tag);
  return test_send (self->client, message);
}
