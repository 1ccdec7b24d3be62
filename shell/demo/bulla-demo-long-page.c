/* bulla-demo-long-page.c - serves a long page with any number of exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Benchmarks use a page that prefetches a hundred of them. The exchanges are signed on request,
 * because the demo itself does not need them. */
#include "bulla-demo.h"

#include <string.h>

#define CHAIN "many"
#define PAGE "/many/"
#define LARGE "large/"
#define SUFFIX ".sxg"
#define NUMBER_MAX 1000
#define SMALL_SIZE 50000
#define LARGE_SIZE (2 << 20)
#define LINES 2000
#define EXCHANGE_TYPE "application/signed-exchange;v=b3"
#define HTML_TYPE "text/html; charset=utf-8"

static void
answer_page (DemoWorld *world, SoupServerMessage *message)
{
  g_autoptr (GString) html =
      g_string_new ("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                    "<title>Many links</title><style>");

  g_string_append_printf (html, "%s</style><main><h1>Many links</h1>\n", world->style);
  demo_append_entries (html, LINES);
  g_string_append (html, "</main>");
  demo_respond_text (message, HTML_TYPE, html->str);
}

/* Returns: (transfer full): a page of @size bytes */
static GBytes *
write_body (guint64 number, gsize size)
{
  g_autoptr (GString) html = g_string_sized_new (size);

  g_string_append_printf (html, "<!doctype html><title>%" G_GUINT64_FORMAT "</title>\n", number);
  while (html->len < size)
    g_string_append (html, "<p>wind north-east, fog, bell every two minutes\n");
  g_string_truncate (html, size);
  return g_string_free_to_bytes (g_steal_pointer (&html));
}

static GBytes *
sign (DemoWorld *world, const char *path, guint64 number, gsize size, GError **error)
{
  g_autofree char *url = g_strconcat (world->hosts[DEMO_PUBLISHER_THREE].origin, path, NULL);
  g_autoptr (GBytes) body = write_body (number, size);

  if (world->many == NULL)
    world->many = demo_issue_for (world, &world->hosts[DEMO_PUBLISHER_THREE], CHAIN, "none", error);
  if (world->many == NULL)
    return NULL;
  g_autoptr (BullaExchangeWriter) writer =
      demo_start_exchange (world, world->many, CHAIN, url, HTML_TYPE, body);
  return bulla_exchange_writer_write (writer, error);
}

/* Returns: whether @path names an existing exchange */
static gboolean
read_number (const char *name, guint64 *number)
{
  if (!g_str_has_suffix (name, SUFFIX))
    return FALSE;
  g_autofree char *digits = g_strndup (name, strlen (name) - strlen (SUFFIX));
  return g_ascii_string_to_unsigned (digits, 10, 0, NUMBER_MAX, number, NULL);
}

/**
 * demo_answer_many:
 *
 * Returns: whether @path is the aggregator's long page, or one of the exchanges for it
 */
gboolean
demo_answer_many (DemoWorld *world, SoupServerMessage *message, const char *path)
{
  const char *name = g_str_has_prefix (path, PAGE) ? path + strlen (PAGE) : NULL;
  gboolean large = name != NULL && g_str_has_prefix (name, LARGE);
  g_autoptr (GError) error = NULL;
  guint64 number = 0;

  if (name != NULL && *name == '\0') {
    answer_page (world, message);
    return TRUE;
  }
  if (name == NULL || !read_number (large ? name + strlen (LARGE) : name, &number))
    return FALSE;
  g_autoptr (GBytes) exchange = sign (world, path, number, large ? LARGE_SIZE : SMALL_SIZE, &error);
  if (exchange == NULL) {
    g_printerr ("bulla-demo: %s: %s\n", path, error->message);
    return FALSE;
  }
  demo_respond (message, EXCHANGE_TYPE, exchange);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control",
                                "max-age=600");
  if (!large) /* stores the exchange, so that it is signed only once */
    demo_put_file (world, DEMO_AGGREGATOR, path, EXCHANGE_TYPE, NULL, exchange);
  return TRUE;
}
