/* bulla-demo-status.c - prints the state of the demo's world as lines of JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * `counts` prints the number of requests of each host, and the headers of the last request for
 * /echo. `reset` sets the counters to 0. `rtt HOST MS` changes the distance of a server.
 * `parties` prints for each host its connections, bytes, requested paths and referrers. */
#include "bulla-demo.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void
add (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
print_line (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  g_print ("%s\n", text);
}

static void
add_link (DemoWorld *world, JsonBuilder *builder, const char *link, guint number)
{
  static const char *const KEYS[] = {"title", "publisher", "outcome", "reason"};
  g_autofree char *url = demo_dup_link_url (world, link);
  g_autofree char *signed_url = demo_dup_signed_url (world, link);

  json_builder_begin_object (builder);
  add (builder, "link", link);
  add (builder, "url", url);
  add (builder, "signed_url", signed_url);
  for (guint i = 0; i < G_N_ELEMENTS (KEYS); i++) {
    g_autofree char *text = demo_dup_text (world, link, KEYS[i]);
    add (builder, KEYS[i], text);
  }
  add_number (builder, "requests", g_key_file_get_integer (world->links, link, "requests", NULL));
  json_builder_end_object (builder);
}

static void
add_delivery (DemoWorld *world, JsonBuilder *builder, const char *delivery, guint step)
{
  g_autofree char *title = demo_dup_delivery_text (world, delivery, "title");
  g_autofree char *form = demo_dup_delivery_text (world, delivery, "form");
  g_autofree char *link = demo_dup_delivery_link (world, delivery);
  g_autofree char *story = demo_dup_story_url (world, delivery);
  g_autofree char *page = g_strdup_printf ("/deliveries/%s", delivery);
  g_autofree char *tour = g_strdup_printf ("/tour/%u", step);
  gboolean copy = g_str_equal (form, "copy");

  json_builder_begin_object (builder);
  add (builder, "delivery", delivery);
  add (builder, "title", title);
  add (builder, "form", form);
  add (builder, "page", page);
  add (builder, "tour", tour);
  add (builder, "link", link);
  add (builder, "address", copy ? link : story);
  add (builder, "origin", world->hosts[copy ? DEMO_AGGREGATOR : DEMO_PUBLISHER_THREE].origin);
  add_number (builder, "before",
              g_key_file_get_integer (world->deliveries, delivery, "before", NULL));
  add_number (builder, "after",
              g_key_file_get_integer (world->deliveries, delivery, "after", NULL));
  json_builder_end_object (builder);
}

/* Adds an array of names. @names: (transfer full) */
static void
add_array (DemoWorld *world, JsonBuilder *builder, const char *name, char **names,
           void (*add_one) (DemoWorld *, JsonBuilder *, const char *, guint))
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; names[i] != NULL; i++)
    add_one (world, builder, names[i], i + 1);
  json_builder_end_array (builder);
  g_strfreev (names);
}

void
demo_print_world (DemoWorld *world, const char *folder)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *root = g_build_filename (folder, "root.pem", NULL);
  g_autofree char *logs = g_build_filename (folder, "logs.json", NULL);

  json_builder_begin_object (builder);
  add (builder, "aggregator", world->hosts[DEMO_AGGREGATOR].origin);
  add (builder, "publisher_one", world->hosts[DEMO_PUBLISHER_ONE].origin);
  add (builder, "publisher_two", world->hosts[DEMO_PUBLISHER_TWO].origin);
  add (builder, "publisher_three", world->hosts[DEMO_PUBLISHER_THREE].origin);
  add (builder, "certs", world->hosts[DEMO_CERTS].origin);
  add (builder, "plain", world->hosts[DEMO_PLAIN].origin);
  add (builder, "trust", root);
  add (builder, "ct_logs", logs);
  add (builder, "folder", folder);
  json_builder_set_member_name (builder, "resolve");
  json_builder_begin_array (builder);
  for (guint i = 0; i < DEMO_N_HOSTS; i++) {
    g_autofree char *text =
        g_strdup_printf ("%s:%u:127.0.0.1", world->hosts[i].name, world->hosts[i].port);
    json_builder_add_string_value (builder, text);
  }
  json_builder_end_array (builder);
  add_array (world, builder, "links", g_key_file_get_groups (world->links, NULL), add_link);
  add_array (world, builder, "deliveries", g_key_file_get_groups (world->deliveries, NULL),
             add_delivery);
  json_builder_end_object (builder);
  print_line (builder);
}

static void
add_heard (JsonBuilder *builder, GPtrArray *heard)
{
  json_builder_set_member_name (builder, "heard");
  json_builder_begin_array (builder);
  for (guint i = 0; i < heard->len; i++) {
    g_auto (GStrv) parts = g_strsplit (heard->pdata[i], " ", 2);
    json_builder_begin_object (builder);
    add (builder, "path", parts[0]);
    add (builder, "referrer", parts[1]);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_party (JsonBuilder *builder, DemoHost *host)
{
  DemoTraffic traffic = demo_relay_get_traffic (host->relay);

  json_builder_set_member_name (builder, host->name);
  json_builder_begin_object (builder);
  add_number (builder, "requests", host->requests);
  add_number (builder, "rtt", demo_relay_get_rtt (host->relay));
  add_number (builder, "connections", traffic.connections);
  add_number (builder, "to_server", (gint64)traffic.to_server);
  add_number (builder, "from_server", (gint64)traffic.from_server);
  add_number (builder, "waiting", (gint64)traffic.waiting);
  add_heard (builder, host->heard);
  json_builder_end_object (builder);
}

static void
print_parties (DemoWorld *world)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (DemoPlace place = 0; place < DEMO_PLAIN; place++)
    add_party (builder, &world->hosts[place]);
  json_builder_end_object (builder);
  print_line (builder);
}

static void
print_counts (DemoWorld *world)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint plain = world->hosts[DEMO_PLAIN].requests;

  json_builder_begin_object (builder);
  for (DemoPlace place = 0; place < DEMO_PLAIN; place++)
    add_number (builder, world->hosts[place].name,
                world->hosts[place].requests + (place == DEMO_AGGREGATOR ? plain : 0));
  add (builder, "echo", world->echo != NULL ? world->echo : "");
  json_builder_end_object (builder);
  print_line (builder);
}

static void
reset (DemoWorld *world)
{
  for (DemoPlace place = 0; place < DEMO_N_HOSTS; place++) {
    world->hosts[place].requests = 0;
    g_ptr_array_set_size (world->hosts[place].heard, 0);
    demo_relay_reset (world->hosts[place].relay);
  }
}

/**
 * demo_print_answer:
 * @line: a command from standard input
 */
void
demo_print_answer (DemoWorld *world, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);

  if (g_str_equal (line, "parties")) {
    print_parties (world);
    return;
  }
  if (g_str_equal (line, "reset"))
    reset (world);
  else if (g_strv_length (words) == 3 && g_str_equal (words[0], "rtt")
           && !demo_set_rtt (world, words[1], words[2]))
    g_printerr ("bulla-demo: “%s” moves no server\n", line);
  print_counts (world);
}
