/* bulla-demo-tour.c - serves the aggregator's pages about the deliveries
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-demo.h"

#include <string.h>

#include "bulla-bytes.h"

#define FORM_MAX 256 /* most bytes of a form */

/* Inserts texts of deliveries.ini, which are HTML. */
static void
append_card (DemoWorld *world, GString *cards, const char *delivery)
{
  g_autofree char *title = demo_dup_delivery_text (world, delivery, "title");
  g_autofree char *caption = demo_dup_delivery_text (world, delivery, "caption");

  g_string_append_printf (
      cards,
      "<li class=\"%s\"><h2><a id=\"%s\" href=\"/deliveries/%s\">%s</a></h2>\n<p>%s</p></li>\n",
      delivery, delivery, delivery, title, caption);
}

static void
append_distances (DemoWorld *world, GString *rows)
{
  for (DemoPlace place = 0; place < DEMO_PLAIN; place++) {
    DemoHost *host = &world->hosts[place];
    g_string_append_printf (
        rows,
        "<form method=\"post\" action=\"/rtt\"><input type=\"hidden\" name=\"host\" value=\"%s\">"
        "<label for=\"rtt-%u\">%s</label> <input id=\"rtt-%u\" name=\"ms\" type=\"number\" "
        "min=\"0\" max=\"%d\" step=\"10\" value=\"%u\"> <button>Set</button></form>\n",
        host->name, place, host->name, place, DEMO_RTT_MAX, demo_relay_get_rtt (host->relay));
  }
}

static char *
write_deliveries (DemoWorld *world)
{
  g_auto (GStrv) deliveries = g_key_file_get_groups (world->deliveries, NULL);
  g_autoptr (GString) cards = g_string_new (NULL), rows = g_string_new (NULL);
  g_autofree char *far =
      g_strdup_printf ("%u", demo_relay_get_rtt (world->hosts[DEMO_PUBLISHER_THREE].relay));

  for (guint i = 0; deliveries[i] != NULL; i++)
    append_card (world, cards, deliveries[i]);
  append_distances (world, rows);
  const char *values[] = {"style",   world->style, "cards", cards->str, "distances",
                          rows->str, "far",        far,     NULL};
  return demo_fill_template ("deliveries.html", values);
}

/* Returns: (transfer full): the links between the steps of the tour. @n: number of steps, with the
 * closing one */
static char *
write_steps (guint n, guint current)
{
  GString *steps = g_string_new (NULL);

  if (current > 1)
    g_string_append_printf (steps, "<a rel=\"prev\" href=\"/tour/%u\">Back</a>\n", current - 1);
  g_string_append_printf (steps, "<span>%u of %u</span>\n", current, n);
  if (current < n)
    g_string_append_printf (steps, "<a rel=\"next\" href=\"/tour/%u\">Next</a>\n", current + 1);
  return g_string_free (steps, FALSE);
}

/* Fills in a page. @template: offers one delivery, and prefetches for it */
static char *
write_offer (DemoWorld *world, const char *template, const char *delivery, const char *steps)
{
  g_autofree char *title = demo_dup_delivery_text (world, delivery, "title");
  g_autofree char *caption = demo_dup_delivery_text (world, delivery, "caption");
  g_autofree char *picture = demo_dup_delivery_text (world, delivery, "picture");
  g_autofree char *prefetches = demo_write_prefetches (world, delivery);
  g_autofree char *link = demo_dup_delivery_link (world, delivery);
  g_autoptr (GBytes) scene =
      g_resources_lookup_data ("/org/bulla/Demo/tour.svg", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree char *svg = bulla_bytes_dup_text (scene);
  /* The XML declaration before the element is not allowed in HTML. */
  const char *inner = strstr (svg, "<svg");
  const char *values[] = {"scene",   inner,   "style",      world->style, "delivery",
                          delivery,  "title", title,        "caption",    caption,
                          "picture", picture, "prefetches", prefetches,   "link",
                          link,      "steps", steps,        NULL};

  return demo_fill_template (template, values);
}

static gboolean
answer_offer (DemoWorld *world, SoupServerMessage *message, const char *delivery)
{
  if (!g_key_file_has_group (world->deliveries, delivery))
    return FALSE;
  g_autofree char *html = write_offer (world, "offer.html", delivery, "");
  demo_respond_text (message, "text/html; charset=utf-8", html);
  return TRUE;
}

/* Appends the outcome of a delivery. The numbers are those that the headless tour checks. */
static void
append_outcome (DemoWorld *world, GString *rows, const char *delivery, guint step)
{
  g_autofree char *title = demo_dup_delivery_text (world, delivery, "title");
  g_autofree char *outcome = demo_dup_delivery_text (world, delivery, "outcome");
  g_autofree char *form = demo_dup_delivery_text (world, delivery, "form");
  gboolean copy = g_str_equal (form, "copy");

  g_string_append_printf (
      rows,
      "<tr class=\"%s\"><th scope=\"row\"><a href=\"/tour/%u\">%s</a></th>"
      "<td>%s</td><td class=\"number\">%d</td><td class=\"number\">%d</td><td>%s</td></tr>\n",
      delivery, step, title, world->hosts[copy ? DEMO_AGGREGATOR : DEMO_PUBLISHER_THREE].name,
      g_key_file_get_integer (world->deliveries, delivery, "before", NULL),
      g_key_file_get_integer (world->deliveries, delivery, "after", NULL), outcome);
}

/* Writes the last step of the tour, which has all deliveries and their outcomes. */
static char *
write_closing (DemoWorld *world, char **deliveries, const char *steps)
{
  g_autoptr (GString) rows = g_string_new (NULL);

  for (guint i = 0; deliveries[i] != NULL; i++)
    append_outcome (world, rows, deliveries[i], i + 1);
  const char *values[] = {"rows", rows->str, "style", world->style, "steps", steps, NULL};
  return demo_fill_template ("tour-closing.html", values);
}

/* Writes a page of the tour. @step: number in the address, from 1; the last is the closing one */
static gboolean
answer_tour (DemoWorld *world, SoupServerMessage *message, const char *step)
{
  g_auto (GStrv) deliveries = g_key_file_get_groups (world->deliveries, NULL);
  guint n = g_strv_length (deliveries) + 1;
  guint64 number;

  if (!g_ascii_string_to_unsigned (step, 10, 1, n, &number, NULL))
    return FALSE;
  g_autofree char *steps = write_steps (n, (guint)number);
  g_autofree char *html = number == n
                              ? write_closing (world, deliveries, steps)
                              : write_offer (world, "tour.html", deliveries[number - 1], steps);
  demo_respond_text (message, "text/html; charset=utf-8", html);
  return TRUE;
}

static void
refuse_request (SoupServerMessage *message, guint status)
{
  demo_respond_text (message, "text/plain", "no\n");
  soup_server_message_set_status (message, status, NULL);
}

/* Only the aggregator's own pages may move the servers. */
static void
answer_rtt (DemoWorld *world, SoupServerMessage *message)
{
  const char *origin =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Origin");
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (g_strcmp0 (soup_server_message_get_method (message), "POST") != 0
      || g_strcmp0 (origin, world->hosts[DEMO_AGGREGATOR].origin) != 0 || body->length > FORM_MAX) {
    refuse_request (message, SOUP_STATUS_FORBIDDEN);
    return;
  }
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
  g_autoptr (GHashTable) form = soup_form_decode (text->str);
  if (!demo_set_rtt (world, g_hash_table_lookup (form, "host"), g_hash_table_lookup (form, "ms"))) {
    refuse_request (message, SOUP_STATUS_BAD_REQUEST);
    return;
  }
  /* libsoup would make the URL absolute, with the scheme in which the front asks it */
  soup_server_message_set_status (message, SOUP_STATUS_SEE_OTHER, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                "/deliveries");
}

/**
 * demo_answer_delivery:
 *
 * Returns: whether @path is one of the aggregator's pages about deliveries
 */
gboolean
demo_answer_delivery (DemoWorld *world, SoupServerMessage *message, const char *path)
{
  if (g_str_equal (path, "/rtt")) {
    answer_rtt (world, message);
    return TRUE;
  }
  if (g_str_equal (path, "/deliveries")) {
    g_autofree char *html = write_deliveries (world);
    demo_respond_text (message, "text/html; charset=utf-8", html);
    return TRUE;
  }
  if (g_str_equal (path, "/tour.js")) {
    g_autoptr (GBytes) script =
        g_resources_lookup_data ("/org/bulla/Demo/tour.js", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    demo_respond (message, "text/javascript; charset=utf-8", script);
    return TRUE;
  }
  if (g_str_has_prefix (path, "/deliveries/"))
    return answer_offer (world, message, path + strlen ("/deliveries/"));
  return g_str_has_prefix (path, "/tour/")
         && answer_tour (world, message, path + strlen ("/tour/"));
}
