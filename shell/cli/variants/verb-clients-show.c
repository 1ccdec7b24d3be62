/* verb-clients-show.c - bulla clients show: shows what one class of clients requests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-variants.h"
#include "bulla-json.h"
#include "bulla-loader-clients.h"
#include "bulla-printable.h"

static gboolean option_json;

static const GOptionEntry OPTIONS[] = {
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object"), NULL},
    {NULL},
};

/* Returns: (transfer full): the names of the clients, separated by blanks */
static char *
list_clients (void)
{
  g_auto (GStrv) names = bulla_client_list ();

  return g_strjoinv (" ", names);
}

static const BullaExample EXAMPLES[] = {
    {"bulla clients show kaios-2.5", N_ ("Show what a feature telephone asks for:")},
    {"bulla clients show ./own.ini", N_ ("Check your own client file:")},
    {NULL},
};

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Returns: (transfer container): the destinations that the client asks for, sorted */
static const char **
list_destinations (const BullaClient *client)
{
  guint n = 0;
  const char **names = (const char **)g_hash_table_get_keys_as_array (client->accept, &n);

  qsort (names, n, sizeof *names, compare_words);
  return names;
}

/* Adds a size in CSS pixels; null if the file does not say it. */
static void
add_size (JsonBuilder *builder, const char *member, guint pixels)
{
  if (pixels > 0)
    bulla_cli_json_number (builder, member, pixels);
  else
    bulla_cli_json_string (builder, member, NULL);
}

static void
add_screen (JsonBuilder *builder, const BullaClient *client)
{
  bulla_cli_json_begin (builder, "screen");
  json_builder_set_member_name (builder, "dpr");
  if (client->dpr > 0)
    json_builder_add_double_value (builder, client->dpr);
  else
    json_builder_add_null_value (builder);
  add_size (builder, "width", client->width);
  add_size (builder, "height", client->height);
  json_builder_end_object (builder);
}

static void
add_fields (JsonBuilder *builder, const BullaClient *client)
{
  bulla_cli_json_begin (builder, "fields");
  for (guint i = 0; client->fields[i] != NULL; i += 2)
    bulla_cli_json_string (builder, client->fields[i], client->fields[i + 1]);
  json_builder_end_object (builder);
}

static void
print_json (const BullaClient *client, const char *location)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree const char **destinations = list_destinations (client);

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "name", client->name);
  bulla_cli_json_string (builder, "description", client->description);
  bulla_cli_json_string (builder, "file", location);
  bulla_cli_json_boolean (builder, "signed_exchanges", client->exchanges);
  bulla_cli_json_begin (builder, "accept");
  for (guint i = 0; destinations[i] != NULL; i++)
    bulla_cli_json_string (builder, destinations[i],
                           g_hash_table_lookup (client->accept, destinations[i]));
  json_builder_end_object (builder);
  bulla_cli_json_begin (builder, "accept_encoding");
  bulla_cli_json_string (builder, "https", client->encoding_https);
  bulla_cli_json_string (builder, "http", client->encoding_http);
  bulla_cli_json_string (builder, "media", client->encoding_media);
  json_builder_end_object (builder);
  bulla_cli_json_string (builder, "accept_language", client->languages);
  bulla_cli_json_boolean (builder, "cookies", client->cookies);
  bulla_cli_json_string (builder, "cookie", client->cookie);
  add_fields (builder, client);
  bulla_json_add_names (builder, "reads", (const char *const *)client->reads);
  bulla_json_add_names (builder, "decodes", (const char *const *)client->images);
  add_screen (builder, client);
  bulla_cli_json_string (builder, "sources", client->sources);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

/* Prints a row; @value is NULL for a field that is not sent. */
static void
print_row (const char *name, const char *value)
{
  g_autofree char *shown = bulla_printable_dup (value == NULL    ? _ ("not sent")
                                                : *value == '\0' ? C_ ("header value", "empty")
                                                                 : value);

  bulla_cli_print ("  %-16s %s\n", name, shown);
}

static void
print_list (const char *name, GStrv words)
{
  g_autofree char *list = g_strjoinv (", ", words);

  print_row (name, *list != '\0' ? list : _ ("not known"));
}

static void
print_screen (const BullaClient *client)
{
  char ratio[G_ASCII_DTOSTR_BUF_SIZE];
  /* Translators: width and height in CSS pixels, and device pixels for each of them */
  g_autofree char *screen =
      g_strdup_printf (_ ("%u × %u CSS pixels, density %s"), client->width, client->height,
                       g_ascii_formatd (ratio, sizeof ratio, "%.6g", client->dpr));

  if (client->width > 0 && client->height > 0 && client->dpr > 0)
    print_row (_ ("screen"), screen);
  else
    print_row (_ ("screen"), _ ("not known"));
}

static void
print_text (const BullaClient *client, const char *location)
{
  g_autofree const char **destinations = list_destinations (client);
  g_autofree char *name = bulla_printable_dup (client->name);
  g_autofree char *description = bulla_printable_dup (client->description);
  g_autofree char *file = bulla_printable_dup (location);

  bulla_cli_print ("%s: %s (%s)\n", name, description, file);
  bulla_cli_print (_ ("\nAccept\n"));
  for (guint i = 0; destinations[i] != NULL; i++)
    print_row (destinations[i], g_hash_table_lookup (client->accept, destinations[i]));
  bulla_cli_print (_ ("\nAccept-Encoding\n"));
  print_row ("https", client->encoding_https);
  print_row ("http", client->encoding_http);
  print_row ("media", client->encoding_media);
  bulla_cli_print (_ ("\nOther fields\n"));
  print_row ("accept-language", client->languages);
  print_row ("cookie", client->cookie);
  for (guint i = 0; client->fields[i] != NULL; i += 2)
    print_row (client->fields[i], client->fields[i + 1]);
  bulla_cli_print (_ ("\nWhat it can use\n"));
  print_list (_ ("pictures"), client->images);
  print_list (_ ("languages"), client->reads);
  print_row (_ ("exchanges"), client->exchanges ? "b3" : C_ ("signed exchanges", "none"));
  print_screen (client);
  bulla_cli_print (_ ("\nSources\n"));
  g_auto (GStrv) lines = g_strsplit (client->sources, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    g_autofree char *line = bulla_printable_dup (lines[i]);
    bulla_cli_print ("  %s\n", line);
  }
}

static BullaCliExit
run_show (char **arguments, GError **error)
{
  if (!bulla_cli_require_arguments (arguments, 1, N_ ("NAME|FILE"), error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaClient) client = bulla_client_load (arguments[0], error);
  if (client == NULL)
    return BULLA_EXIT_FAILED;
  gboolean file = strchr (arguments[0], '/') != NULL || g_str_has_suffix (arguments[0], ".ini");
  g_autofree char *location =
      file ? g_strdup (arguments[0]) : bulla_client_dup_location (client->name);
  (option_json ? print_json : print_text) (client, location);
  return BULLA_EXIT_FINE;
}

const BullaVerb bulla_verb_clients_show = {
    .name = "show",
    .synopsis = N_ ("NAME|FILE"),
    .summary = N_ ("Show what one class of clients asks for and can use"),
    .description = N_ (
        "Shows the fields that the client sends for each kind of resource, which pictures it "
        "decodes, which languages the person reads, and the sources of all this.\n\n"
        "Exit status: 0, or 2 if the client is not known or its file could not be read; then the "
        "most similar names are listed."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .list_words = list_clients,
    .run = run_show,
};
