/* bulla-demo-deliveries.c - creates one article for each of six methods of delivery
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each delivery has its own article, so that none is served from another's cache entries. The
 * exchanges differ only in their paths; the deliveries differ in the responses and prefetches of
 * the aggregator. */
#include "bulla-demo.h"

#include <string.h>

#define HOUR 3600
#define DAY (24 * HOUR)
#define CHAIN "deliveries"
#define EXCHANGE_TYPE "application/signed-exchange;v=b3"
#define HTML_TYPE "text/html; charset=utf-8"

/* the signed subresources of one article */
typedef struct {
  DemoWorld *world;
  const char *delivery;
  BullaCredential *credential; /* borrowed */
  GString *inner;              /* owned; Link header to be signed */
  GString *outer;              /* owned; Link header that the aggregator sends */
} Signing;

/* Returns a text of the delivery. @key: in the delivery's group of deliveries.ini; "" without
 * one */
char *
demo_dup_delivery_text (DemoWorld *world, const char *delivery, const char *key)
{
  char *text = g_key_file_get_string (world->deliveries, delivery, key, NULL);

  return text != NULL ? text : g_strdup ("");
}

/* Returns the URL of the article at its publisher. */
char *
demo_dup_story_url (DemoWorld *world, const char *delivery)
{
  return g_strdup_printf ("%s/articles/%s/", world->hosts[DEMO_PUBLISHER_THREE].origin, delivery);
}

/* Returns the target of the link to the article. */
char *
demo_dup_delivery_link (DemoWorld *world, const char *delivery)
{
  const char *aggregator = world->hosts[DEMO_AGGREGATOR].origin;
  g_autofree char *form = demo_dup_delivery_text (world, delivery, "form");

  if (g_str_equal (form, "live"))
    return demo_dup_story_url (world, delivery);
  return g_strdup_printf (g_str_equal (form, "exchange") ? "%s/exchanges/%s.sxg"
                                                         : "%s/amp/articles/%s/",
                          aggregator, delivery);
}

/**
 * demo_write_prefetches:
 *
 * Returns: (transfer full): the HTML elements that prefetch for @delivery; "" without prefetch
 */
char *
demo_write_prefetches (DemoWorld *world, const char *delivery)
{
  g_autofree char *prefetch = demo_dup_delivery_text (world, delivery, "prefetch");
  g_autofree char *url = demo_dup_delivery_link (world, delivery);
  GString *html = g_string_new (NULL);

  if (*prefetch == '\0')
    return g_string_free (html, FALSE);
  g_string_append_printf (html, "<link rel=\"prefetch\" href=\"%s\">\n", url);
  for (DemoPart i = 0; g_str_equal (prefetch, "all") && i < DEMO_N_PARTS; i++)
    g_string_append_printf (html, "<link rel=\"prefetch\" href=\"%s%s\" as=\"%s\">\n", url,
                            demo_parts[i].name, demo_parts[i].as);
  return g_string_free (html, FALSE);
}

static void append_link (GString *header, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append_link (GString *header, const char *format, ...)
{
  va_list values;

  if (header->len > 0)
    g_string_append (header, ", ");
  va_start (values, format);
  g_string_append_vprintf (header, format, values);
  va_end (values);
}

/**
 * demo_start_exchange:
 * @chain: file name of the chain of @credential on the certificate server
 * @url: a URL of the third publisher
 *
 * Returns: (transfer full): the writer of an exchange for @url, with its body
 */
BullaExchangeWriter *
demo_start_exchange (DemoWorld *world, BullaCredential *credential, const char *chain,
                     const char *url, const char *type, GBytes *body)
{
  g_autofree char *cert_url =
      g_strdup_printf ("%s/%s.cbor", world->hosts[DEMO_CERTS].origin, chain);
  g_autofree char *validity =
      g_strconcat (world->hosts[DEMO_PUBLISHER_THREE].origin, "/resource.validity", NULL);
  BullaExchangeWriter *writer = bulla_exchange_writer_new (url, credential);

  bulla_exchange_writer_add_header (writer, "content-type", type);
  bulla_exchange_writer_add_header (writer, "cache-control", "max-age=600");
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, cert_url);
  bulla_exchange_writer_set_validity_url (writer, validity);
  bulla_exchange_writer_set_validity (writer, world->now - HOUR, world->now - HOUR + 6 * DAY);
  return writer;
}

static gboolean
sign_part (Signing *self, const DemoPartKind *kind, GBytes *body, GError **error)
{
  g_autofree char *story = demo_dup_story_url (self->world, self->delivery);
  g_autofree char *url = g_strconcat (story, kind->name, NULL);
  g_autofree char *path = g_strdup_printf ("/exchanges/%s/%s.sxg", self->delivery, kind->name);
  g_autoptr (BullaExchangeWriter) writer =
      demo_start_exchange (self->world, self->credential, CHAIN, url, kind->type, body);
  g_autoptr (GBytes) exchange = bulla_exchange_writer_write (writer, error);

  if (exchange == NULL)
    return FALSE;
  g_autofree char *integrity = bulla_exchange_writer_dup_header_integrity (writer);
  append_link (self->inner, "<%s>; rel=\"preload\"; as=\"%s\"", url, kind->as);
  append_link (self->inner, "<%s>; rel=\"allowed-alt-sxg\"; header-integrity=\"%s\"", url,
               integrity);
  append_link (self->outer, "<%s%s>; rel=\"alternate\"; type=\"" EXCHANGE_TYPE "\"; anchor=\"%s\"",
               self->world->hosts[DEMO_AGGREGATOR].origin, path, url);
  demo_put_file (self->world, DEMO_AGGREGATOR, path, EXCHANGE_TYPE, NULL, exchange);
  return TRUE;
}

/* Signs the page after its subresources. */
static gboolean
sign_story (Signing *self, GError **error)
{
  DemoWorld *world = self->world;
  g_autofree char *url = demo_dup_story_url (world, self->delivery);
  g_autofree char *path = g_strdup_printf ("/exchanges/%s.sxg", self->delivery);
  g_autofree char *prefetch = demo_dup_delivery_text (world, self->delivery, "prefetch");
  char *html = demo_write_story (world, self->delivery, "signed");
  g_autoptr (GBytes) body = g_bytes_new_take (html, strlen (html));
  g_autoptr (BullaExchangeWriter) writer =
      demo_start_exchange (world, self->credential, CHAIN, url, HTML_TYPE, body);

  bulla_exchange_writer_add_header (writer, "link", self->inner->str);
  g_autoptr (GBytes) exchange = bulla_exchange_writer_write (writer, error);
  if (exchange == NULL)
    return FALSE;
  demo_put_file (world, DEMO_AGGREGATOR, path, EXCHANGE_TYPE,
                 g_str_equal (prefetch, "parts") ? self->outer->str : NULL, exchange);
  return TRUE;
}

static gboolean
make_exchanges (DemoWorld *world, const char *delivery, BullaCredential *credential, GBytes **parts,
                GError **error)
{
  Signing self = {world, delivery, credential, g_string_new (NULL), g_string_new (NULL)};
  gboolean made = TRUE;

  for (DemoPart i = 0; made && i < DEMO_N_PARTS; i++)
    made = sign_part (&self, &demo_parts[i], parts[i], error);
  made = made && sign_story (&self, error);
  g_string_free (self.inner, TRUE);
  g_string_free (self.outer, TRUE);
  return made;
}

/* Adds the article and its subresources as plain files: the publisher's own, or the copy of an
 * AMP cache. */
static void
put_plain (DemoWorld *world, DemoPlace place, const char *delivery, GBytes **parts)
{
  gboolean amp = place == DEMO_AGGREGATOR;
  g_autofree char *folder = g_strdup_printf ("%s/articles/%s/", amp ? "/amp" : "", delivery);
  char *html = demo_write_story (world, delivery, amp ? "amp" : "live");
  g_autoptr (GBytes) page = g_bytes_new_take (html, strlen (html));
  g_autoptr (GString) link = g_string_new (NULL);

  for (DemoPart i = 0; i < DEMO_N_PARTS; i++) {
    g_autofree char *path = g_strconcat (folder, demo_parts[i].name, NULL);
    demo_put_file (world, place, path, demo_parts[i].type, NULL, parts[i]);
    append_link (link, "<%s>; rel=\"preload\"; as=\"%s\"", path, demo_parts[i].as);
  }
  demo_put_file (world, place, folder, HTML_TYPE, link->str, page);
}

/**
 * demo_make_deliveries:
 * @world: a world with open servers, because the articles contain their ports
 */
gboolean
demo_make_deliveries (DemoWorld *world, GError **error)
{
  g_auto (GStrv) deliveries = g_key_file_get_groups (world->deliveries, NULL);
  GBytes *parts[DEMO_N_PARTS];
  gboolean made = TRUE;
  g_autoptr (BullaCredential) credential =
      demo_issue_for (world, &world->hosts[DEMO_PUBLISHER_THREE], CHAIN, "none", error);

  if (credential == NULL)
    return FALSE;
  for (DemoPart i = 0; i < DEMO_N_PARTS; i++)
    parts[i] = demo_make_part (world, i);
  for (guint i = 0; made && deliveries[i] != NULL; i++) {
    g_autofree char *form = demo_dup_delivery_text (world, deliveries[i], "form");
    put_plain (world, DEMO_PUBLISHER_THREE, deliveries[i], parts);
    if (g_str_equal (form, "copy"))
      put_plain (world, DEMO_AGGREGATOR, deliveries[i], parts);
    if (g_str_equal (form, "exchange"))
      made = make_exchanges (world, deliveries[i], credential, parts, error);
  }
  for (DemoPart i = 0; i < DEMO_N_PARTS; i++)
    g_bytes_unref (parts[i]);
  return made;
}
