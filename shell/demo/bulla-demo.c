/* bulla-demo.c - runs a small web on loopback: aggregator, publishers, certificate server
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Prints a line of JSON with all addresses, then answers each line of its standard input with
 * another line; see bulla-demo-status.c. It runs until its standard input ends, and stores
 * nothing. The hosts at https speak HTTP/2 and HTTP/1.1; with --http1, the latter alone. */
#include "bulla-demo.h"

#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "bulla-bytes.h"
#include "bulla-demo-representations.h"
#include "bulla-descriptor-limit.h"

typedef struct {
  DemoWorld *world;
  GMainLoop *loop;
  GDataInputStream *input;
} Talk;

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Talk *talk = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (talk->input, result, NULL, NULL);

  if (line == NULL) {
    g_main_loop_quit (talk->loop);
    return;
  }
  demo_print_answer (talk->world, line);
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

/* Returns: (transfer full) (nullable) */
static GKeyFile *
read_keys (const char *path, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (bytes == NULL || !g_key_file_load_from_bytes (keys, bytes, G_KEY_FILE_NONE, error))
    return NULL;
  return g_steal_pointer (&keys);
}

static gboolean
make_world (DemoWorld *world, const char *folder, GError **error)
{
  g_autoptr (GBytes) style =
      g_resources_lookup_data ("/org/bulla/Demo/page.css", G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  world->now = g_get_real_time () / G_USEC_PER_SEC;
  world->packages =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  world->chains =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  demo_open_files (world);
  world->links = read_keys ("/org/bulla/Demo/links.ini", error);
  if (world->links == NULL || style == NULL)
    return FALSE;
  world->deliveries = read_keys ("/org/bulla/Demo/deliveries.ini", error);
  if (world->deliveries == NULL)
    return FALSE;
  world->article = demo_read_representations (error);
  if (world->article == NULL)
    return FALSE;
  world->style = bulla_bytes_dup_text (style);
  world->authority = bulla_authority_new ("Bulla demo", world->now, error);
  return world->authority != NULL && demo_open_servers (world, error)
         && demo_make_packages (world, error) && demo_make_variants (world, error)
         && demo_make_deliveries (world, error) && write_files (world, folder, error)
         && demo_write_dns (world, folder, error);
}

static void
clear_world (DemoWorld *world)
{
  demo_close_servers (world);
  g_clear_pointer (&world->files, g_hash_table_unref);
  g_clear_pointer (&world->deliveries, g_key_file_unref);
  g_clear_pointer (&world->article, g_ptr_array_unref);
  g_clear_object (&world->many);
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

static gboolean
parse_options (DemoWorld *world, int *argc, char ***argv, GError **error)
{
  gboolean http1 = FALSE;
  const GOptionEntry entries[] = {
      {"http1", 0, 0, G_OPTION_ARG_NONE, &http1, "offer HTTP/1.1 alone", NULL}, {0}};
  g_autoptr (GOptionContext) context = g_option_context_new ("— the servers of ./dev demo");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  world->protocol = http1 ? DEMO_HTTP_1 : DEMO_HTTP_2;
  return TRUE;
}

int
main (int argc, char **argv)
{
  DemoWorld world = {0};
  g_autoptr (GError) error = NULL;

  if (!parse_options (&world, &argc, &argv, &error)) {
    g_printerr ("bulla-demo: %s\n", error->message);
    return 2;
  }

  /* a server of libsoup 3.2 keeps the connection of a client that has left */
  bulla_descriptors_raise_limit ();
  g_autofree char *folder = g_dir_make_tmp ("bulla-demo-XXXXXX", &error);
  gboolean made = folder != NULL && make_world (&world, folder, &error);

  if (made) {
    demo_print_world (&world, folder);
    serve (&world);
  } else {
    g_printerr ("bulla-demo: %s\n", error->message);
  }
  clear_world (&world);
  if (folder != NULL)
    remove_folder (folder);
  return made ? 0 : 2;
}
