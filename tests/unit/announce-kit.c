/* announce-kit.c - sends announcements and requests that may contradict each other
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "announce-kit.h"

char *
announce_kit_tag (void)
{
  return g_strdup_printf ("%08x%08x%08x%08x", g_random_int (), g_random_int (), g_random_int (),
                          g_random_int ());
}

static const char *
or_else (const char *text, const char *usual)
{
  return text != NULL ? text : usual;
}

void
announce_kit_say (GatewayWorld *self, const char *view, const Said *said)
{
  static const char *const none[] = {NULL};
  const char *dest = or_else (said->dest, "document");
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "tag", "s", said->tag);
  g_variant_dict_insert (&dict, "method", "s", or_else (said->method, "GET"));
  g_variant_dict_insert (&dict, "url", "s", said->url);
  g_variant_dict_insert (&dict, "dest", "s", dest);
  g_variant_dict_insert (&dict, "top", "b", g_str_equal (dest, "document"));
  g_variant_dict_insert (&dict, "prefetch", "b", said->prefetch);
  g_variant_dict_insert (&dict, "document", "s", or_else (said->document, ""));
  g_variant_dict_insert (&dict, "redirected", "s", or_else (said->redirected, ""));
  g_variant_dict_insert (&dict, "frames", "^as", said->frames != NULL ? said->frames : none);
  g_autoptr (GVariant) message = g_variant_ref_sink (g_variant_dict_end (&dict));
  bulla_gateway_announce (self->gateway, self->token, view, message);
}

SoupMessage *
announce_kit_message (const char *method, const char *url, const char *tag, const char *fields)
{
  SoupMessage *message = soup_message_new (method, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_auto (GStrv) lines = g_strsplit (fields != NULL ? fields : "", "\n", -1);

  if (tag != NULL)
    soup_message_headers_append (headers, "Sec-Bulla-Page", tag);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) field = g_strsplit (lines[i], ": ", 2);
    if (g_strv_length (field) == 2)
      soup_message_headers_append (headers, field[0], field[1]);
  }
  return message;
}

TestResponse *
announce_kit_ask (GatewayWorld *self, const char *method, const char *url, const char *tag,
                  const char *fields)
{
  g_autoptr (SoupMessage) message = announce_kit_message (method, url, tag, fields);

  return test_send (self->client, message);
}

TestResponse *
announce_kit_send (GatewayWorld *self, const char *view, const Said *said, const char *fields)
{
  Said whole = *said;
  g_autofree char *tag = announce_kit_tag ();

  whole.tag = or_else (said->tag, tag);
  announce_kit_say (self, view, &whole);
  return announce_kit_ask (self, or_else (said->method, "GET"), said->url, whole.tag, fields);
}

char *
announce_kit_typed (GatewayWorld *self, const char *view, const char *url)
{
  g_autofree char *value = bulla_gateway_expect_typed (self->gateway, self->token, view, url);

  g_assert_nonnull (value);
  return g_strconcat ("Sec-Bulla-Typed: ", value, NULL);
}

gboolean
announce_kit_is_known (const TestResponse *response)
{
  g_assert_no_error (response->error);
  return g_hash_table_contains (response->headers, "bulla-answer");
}

static void
answer_text (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC, "text", 4);
}

TestServer *
announce_kit_private_server (GatewayWorld *self)
{
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "localhost", self->world->now - TEST_DAY, 30, 0);
  TestServer *server = test_server_new ("localhost", certificate);

  soup_server_add_handler (server->soup, NULL, answer_text, NULL, NULL);
  return server;
}
