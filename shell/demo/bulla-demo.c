/* bulla-demo.c - a small web on loopback: an aggregator, two publishers, a certificate server
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Prints one line of JSON that says where everything is; answers "counts" on its standard input
 * with another one, how many requests each host had; "reset" starts counting again. It lives until
 * its standard input ends, and keeps nothing. */
#include "bulla-demo.h"

#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <unistd.h>

typedef struct {
  DemoWorld *world;
  GMainLoop *loop;
  GDataInputStream *input;
} Talk;

static void
add (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
print_line (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  g_print ("%s\n", text);
}

static void
add_link (DemoWorld *world, JsonBuilder *builder, const char *link)
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
  json_builder_set_member_name (builder, "requests");
  json_builder_add_int_value (builder,
                              g_key_file_get_integer (world->links, link, "requests", NULL));
  json_builder_end_object (builder);
}

static void
print_world (DemoWorld *world, const char *folder)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) links = g_key_file_get_groups (world->links, NULL);
  g_autofree char *root = g_build_filename (folder, "root.pem", NULL);
  g_autofree char *logs = g_build_filename (folder, "logs.json", NULL);

  json_builder_begin_object (builder);
  add (builder, "aggregator", world->hosts[DEMO_AGGREGATOR].origin);
  add (builder, "publisher_one", world->hosts[DEMO_PUBLISHER_ONE].origin);
  add (builder, "publisher_two", world->hosts[DEMO_PUBLISHER_TWO].origin);
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
  json_builder_set_member_name (builder, "links");
  json_builder_begin_array (builder);
  for (guint i = 0; links[i] != NULL; i++)
    add_link (world, builder, links[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  print_line (builder);
}

static void
print_counts (DemoWorld *world)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint plain = world->hosts[DEMO_PLAIN].requests;

  json_builder_begin_object (builder);
  for (guint i = 0; i < DEMO_PLAIN; i++) {
    json_builder_set_member_name (builder, world->hosts[i].name);
    json_builder_add_int_value (builder,
                                world->hosts[i].requests + (i == DEMO_AGGREGATOR ? plain : 0));
  }
  add (builder, "echo", world->echo != NULL ? world->echo : "");
  json_builder_end_object (builder);
  print_line (builder);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Talk *talk = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (talk->input, result, NULL, NULL);

  if (line == NULL) {
    g_main_loop_quit (talk->loop);
    return;
  }
  if (g_str_equal (line, "reset"))
    for (guint i = 0; i < DEMO_N_HOSTS; i++)
      talk->world->hosts[i].requests = 0;
  print_counts (talk->world);
  g_data_input_stream_read_line_async (talk->input, G_PRIORITY_DEFAULT, NULL, line_cb, talk);
}

static gboolean
write_files (DemoWorld *world, const char *folder, GError **error)
{
  g_autofree char *root = g_build_filename (folder, "root.pem", NULL);
  g_autofree char *logs = g_build_filename (folder, "logs.json", NULL);
  g_autofree char *root_text = bulla_authority_dup_root_pem (world->authority);
  g_autofree char *logs_text = bulla_authority_dup_log_list (world->authority);
  GHashTableIter iter;
  gpointer id, package;

  if (!g_file_set_contents (root, root_text, -1, error)
      || !g_file_set_contents (logs, logs_text, -1, error))
    return FALSE;
  g_hash_table_iter_init (&iter, world->packages);
  while (g_hash_table_iter_next (&iter, &id, &package)) {
    g_autofree char *bundle = demo_dup_text (world, id, "bundle");
    g_autofree char *name = g_strconcat (id, demo_get_suffix (bundle), NULL);
    g_autofree char *file = g_build_filename (folder, name, NULL);
    if (!g_file_set_contents (file, g_bytes_get_data (package, NULL), g_bytes_get_size (package),
                              error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
make_world (DemoWorld *world, const char *folder, GError **error)
{
  g_autoptr (GBytes) links =
      g_resources_lookup_data ("/org/bulla/Demo/links.ini", G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autoptr (GBytes) style =
      g_resources_lookup_data ("/org/bulla/Demo/page.css", G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  world->now = g_get_real_time () / G_USEC_PER_SEC;
  world->links = g_key_file_new ();
  world->packages =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  world->chains =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  if (links == NULL || style == NULL
      || !g_key_file_load_from_bytes (world->links, links, G_KEY_FILE_NONE, error))
    return FALSE;
  world->style = g_strndup (g_bytes_get_data (style, NULL), g_bytes_get_size (style));
  world->authority = bulla_authority_new ("Bulla demo", world->now, error);
  return world->authority != NULL && demo_open_servers (world, error)
         && demo_make_packages (world, error) && write_files (world, folder, error);
}

static void
clear_world (DemoWorld *world)
{
  for (guint i = 0; i < DEMO_N_HOSTS; i++) {
    g_clear_object (&world->hosts[i].server);
    g_free (world->hosts[i].origin);
  }
  g_clear_object (&world->authority);
  g_clear_pointer (&world->links, g_key_file_unref);
  g_clear_pointer (&world->packages, g_hash_table_unref);
  g_clear_pointer (&world->chains, g_hash_table_unref);
  g_free (world->style);
  g_free (world->echo);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (folder, name, NULL);
    g_unlink (file);
  }
  g_rmdir (folder);
}

static void
serve (DemoWorld *world)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GInputStream) raw = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (raw);
  Talk talk = {world, loop, input};

  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_cb, &talk);
  g_main_loop_run (loop);
}

int
main (int argc, char **argv)
{
  DemoWorld world = {0};
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("bulla-demo-XXXXXX", &error);
  gboolean made = folder != NULL && make_world (&world, folder, &error);

  if (made) {
    print_world (&world, folder);
    serve (&world);
  } else {
    g_printerr ("bulla-demo: %s\n", error->message);
  }
  clear_world (&world);
  if (folder != NULL)
    remove_folder (folder);
  return made ? 0 : 2;
}
