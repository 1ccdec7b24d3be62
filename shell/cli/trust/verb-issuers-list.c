/* verb-issuers-list.c - bulla issuers list: lists authorities and their CAA domains
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-trust.h"
#include "bulla-printable.h"

#define ORIGIN_WIDTH 9
#define KIND_WIDTH 4

static gboolean option_json, option_quiet;

static const GOptionEntry OPTIONS[] = {
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing on standard output"),
     NULL},
    BULLA_CLI_STORE_ENTRY,
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla issuers list", N_ ("Show all authorities:")},
    {"bulla issuers list digicert.com", N_ ("Show who is known by a domain:")},
    {"bulla issuers list --json | jq -r '.domains[]'", N_ ("List only the domains:")},
    {NULL},
};

static const char *
get_origin (const BullaIssuer *issuer)
{
  return issuer->imported ? "imported" : "shipped";
}

static void
add_texts (JsonBuilder *builder, const char *name, char **texts)
{
  bulla_cli_json_begin_array (builder, name);
  for (size_t i = 0; texts[i] != NULL; i++)
    json_builder_add_string_value (builder, texts[i]);
  json_builder_end_array (builder);
}

static void
print_json (const BullaIssuer *issuer)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "kind", bulla_issuer_kind_get_nick (issuer->kind));
  bulla_cli_json_string (builder, "value", issuer->value);
  add_texts (builder, "domains", issuer->domains);
  add_texts (builder, "sources", issuer->sources);
  bulla_cli_json_string (builder, "origin", get_origin (issuer));
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

static void
print_text (const BullaIssuer *issuer)
{
  g_autofree char *value = bulla_printable_dup (issuer->value);
  g_autofree char *domains = g_strjoinv (" ", issuer->domains);
  g_autofree char *sources = g_strjoinv (", ", issuer->sources);
  g_autofree char *shown = bulla_printable_dup (sources);

  bulla_cli_print ("%-*s %-*s %s\n    %s  (%s)\n", ORIGIN_WIDTH, get_origin (issuer), KIND_WIDTH,
                   bulla_issuer_kind_get_nick (issuer->kind), value, domains, shown);
}

/* @name: a part of the value, in any case, or a whole domain */
static gboolean
is_called (const BullaIssuer *issuer, const char *name)
{
  g_autofree char *value = g_ascii_strdown (issuer->value, -1);
  g_autofree char *wanted = g_ascii_strdown (name, -1);

  return strstr (value, wanted) != NULL
         || g_strv_contains ((const char *const *)issuer->domains, wanted);
}

static guint
list (const BullaIssuers *issuers, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < bulla_issuers_get_n (issuers); i++) {
    const BullaIssuer *issuer = bulla_issuers_get (issuers, i);
    if (name != NULL && !is_called (issuer, name))
      continue;
    if (n++ == 0 && !option_quiet && !option_json)
      bulla_cli_print_heading ("%-*s %-*s %s\n    %s\n", ORIGIN_WIDTH, _ ("Origin"), KIND_WIDTH,
                               _ ("By"), _ ("Authority"), _ ("Domains (and sources)"));
    if (!option_quiet)
      (option_json ? print_json : print_text) (issuer);
  }
  return n;
}

static BullaCliExit
run_list (char **arguments, GError **error)
{
  g_autoptr (BullaIssuerStore) store = bulla_cli_open_issuers (NULL, error);
  BullaCliExit exit = BULLA_EXIT_FINE;

  if (store == NULL)
    return BULLA_EXIT_FAILED;
  if (arguments[0] == NULL)
    list (store->issuers, NULL);
  for (size_t i = 0; arguments[i] != NULL; i++) {
    if (list (store->issuers, arguments[i]) > 0)
      continue;
    g_autofree char *name = bulla_printable_dup (arguments[i]);
    bulla_cli_print_error (_ ("bulla issuers list: no authority is known as “%s”.\n"), name);
    exit = BULLA_EXIT_JUDGED;
  }
  return exit;
}

const BullaVerb bulla_verb_issuers_list = {
    .name = "list",
    .synopsis = N_ ("[NAME…]"),
    .summary = N_ ("List the domains by which CAA records name authorities"),
    .description = N_ (
        "Each authority is listed with its domains and where they are written. It is found by "
        "the subject key identifier of its certificate (ski), else by its subject (dn), else by "
        "its organisation (o), which is a guess. NAME is a part of one of these, or a domain.\n\n"
        "Exit status: 0, or 1 if no authority is known by a NAME, or 2 if the imported "
        "authorities could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_list,
};
