/* verb-clients-list.c - bulla clients list: lists the known classes of clients
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-variants.h"
#include "bulla-loader-clients.h"
#include "bulla-printable.h"

static gboolean option_json;

static const GOptionEntry OPTIONS[] = {
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla clients list", N_ ("Show all clients:")},
    {"bulla clients list --json | jq -r .name", N_ ("List only the names:")},
    {NULL},
};

static void
print_json (const BullaClient *client, const char *location)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "name", client->name);
  bulla_cli_json_string (builder, "description", client->description);
  bulla_cli_json_string (builder, "languages", client->languages);
  bulla_cli_json_string (builder, "file", location);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

static void
print_text (const BullaClient *client, const char *location)
{
  g_autofree char *name = bulla_printable_dup (client->name);
  g_autofree char *description = bulla_printable_dup (client->description);
  g_autofree char *languages =
      bulla_printable_dup (client->languages != NULL ? client->languages : _ ("no language"));
  g_autofree char *file = bulla_printable_dup (location);

  bulla_cli_print ("%-22s %s\n    %s  (%s)\n", name, description, languages, file);
}

static BullaCliExit
run_list (char **arguments, GError **error)
{
  g_auto (GStrv) names = bulla_client_list ();
  BullaCliExit exit = BULLA_EXIT_FINE;

  if (arguments[0] != NULL) {
    bulla_cli_usage_error (error, _ ("unexpected argument “%s”"), arguments[0]);
    return BULLA_EXIT_FAILED;
  }
  if (!option_json)
    bulla_cli_print_heading ("%-22s %s\n    %s\n", _ ("Client"), _ ("Description"),
                             _ ("languages (file)"));
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) failure = NULL;
    g_autoptr (BullaClient) client = bulla_client_load (names[i], &failure);
    g_autofree char *location = bulla_client_dup_location (names[i]);
    if (client == NULL) {
      g_autofree char *message = bulla_printable_dup (failure->message);
      bulla_cli_print_error ("bulla clients list: %s\n", message);
      exit = BULLA_EXIT_FAILED;
      continue;
    }
    (option_json ? print_json : print_text) (client, location);
  }
  return exit;
}

const BullaVerb bulla_verb_clients_list = {
    .name = "list",
    .summary = N_ ("List the known classes of clients"),
    .description = N_ (
        "Each client is listed with a description, the languages that it asks for, and where its "
        "file lies, sorted by name.\n\n"
        "Exit status: 0, or 2 if a client file of the user could not be read; its path is named, "
        "and "
        "the others are listed."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_list,
};
