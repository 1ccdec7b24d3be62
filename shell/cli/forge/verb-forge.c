/* verb-forge.c - bulla forge: writes packages that break one rule each, for tests of verifiers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-forge-package.h"
#include "bulla-cli-manifest.h"
#include "bulla-cli-print.h"
#include "bulla-cli-write.h"
#include "bulla-cli.h"
#include "bulla-json.h"
#include "bulla-printable.h"
#include "bulla-reason.h"

static gboolean option_all, option_force;

static const GOptionEntry OPTIONS[] = {
    {"all", 'a', 0, G_OPTION_ARG_NONE, &option_all,
     N_ ("Write the packages of every reason, and good ones"), NULL},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace existing files"), NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla forge signature.expired wrong/", N_ ("Write packages whose signature has expired:")},
    {"bulla forge --all suite/", N_ ("Write a conformance suite:")},
    {"bulla conform --command 'my-verifier --chain {chain} --time {at} {}' suite/",
     N_ ("Run a verifier over it, and show where it differs:")},
    {NULL},
};

/* Says why no recipe provokes the reason. */
static gboolean
check_reason (const char *reason, GError **error)
{
  BullaCliRecipe recipe = {NULL};

  if (reason == NULL)
    return TRUE;
  while (bulla_cli_recipe_next (&recipe))
    if (bulla_cli_recipe_is_of (&recipe, reason))
      return TRUE;
  if (bulla_reason_from_nick (reason) == BULLA_REASON_NONE)
    bulla_cli_usage_error (error, _ ("“%s” is not a reason; see bulla explain"), reason);
  else
    bulla_cli_usage_error (
        error, _ ("“%s” depends on servers, not on the package; no file provokes it"), reason);
  return FALSE;
}

/* @reason: (nullable): NULL for all; returns: the number of packages; 0 with @error set */
static guint
write_packages (const char *reason, const char *folder, JsonBuilder *manifest, GError **error)
{
  BullaCliRecipe recipe = {NULL};
  guint n = 0;

  while (bulla_cli_recipe_next (&recipe)) {
    if (reason != NULL && !bulla_cli_recipe_is_of (&recipe, reason))
      continue;
    if (!bulla_cli_forge_package (&recipe, folder, option_force, manifest, error))
      return 0;
    n++;
  }
  return n;
}

static BullaCliExit
run_forge (char **arguments, GError **error)
{
  const char *synopsis = option_all ? N_ ("FOLDER") : N_ ("REASON FOLDER");

  if (!bulla_cli_require_arguments (arguments, option_all ? 1 : 2, synopsis, error))
    return BULLA_EXIT_FAILED;
  const char *reason = option_all ? NULL : arguments[0];
  const char *folder = arguments[option_all ? 0 : 1];
  g_autofree char *path = g_build_filename (folder, BULLA_CLI_MANIFEST, NULL);
  if (!check_reason (reason, error) || !bulla_cli_check_absent (path, option_force, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (JsonBuilder) manifest = json_builder_new ();
  json_builder_begin_object (manifest);
  bulla_json_add_text (manifest, "generator", "bulla " BULLA_VERSION);
  json_builder_set_member_name (manifest, "packages");
  json_builder_begin_array (manifest);
  guint n = write_packages (reason, folder, manifest, error);
  if (n == 0)
    return BULLA_EXIT_FAILED;
  json_builder_end_array (manifest);
  g_autofree char *text = bulla_json_end (manifest, TRUE);
  g_autofree char *lines = g_strconcat (text, "\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (lines, strlen (lines));
  if (!bulla_cli_write_bytes (path, bytes, option_force, error))
    return BULLA_EXIT_FAILED;
  g_autofree char *shown = bulla_printable_dup (path);
  bulla_cli_print (ngettext ("Wrote %u package, and %s\n", "Wrote %u packages, and %s\n", n), n,
                   shown);
  return BULLA_EXIT_FINE;
}

/* Returns: (transfer full): the reasons for which there are recipes */
static char *
list_reasons (void)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *last = g_strdup ("");
  BullaCliRecipe recipe = {NULL};

  while (bulla_cli_recipe_next (&recipe)) {
    size_t length = strcspn (recipe.name, "/");
    if (strncmp (recipe.name, last, length) == 0 && last[length] == '\0')
      continue;
    g_free (last);
    last = g_strndup (recipe.name, length);
    g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", last);
  }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

const BullaVerb bulla_verb_forge = {
    .name = "forge",
    .synopsis = N_ ("REASON FOLDER"),
    .summary = N_ ("Write packages that break one rule each"),
    .description = N_ (
        "For each recipe of the reason, FOLDER receives a package, REASON/NAME.sxg, .wbn or .swbn, "
        "its certificate chain, the root to trust and a list of transparency logs. “good” stands "
        "for packages with which nothing is wrong. The same recipe always makes the same bytes; "
        "the keys are public, so nothing but tests may trust them.\n\n"
        "FOLDER/manifest.json has an object for each package: “name”, “about”, the files “file”, "
        "“chain”, “root” and “ct_logs”, the signed “url”, and what surrounds the package: the time "
        "of the judgement (“at”, Unix seconds), the URL and the headers of its delivery "
        "(“delivered_from”, which is null for a local file, and “headers”), “request_headers”, and "
        "changed “settings”. “delivered_as_usual” is true if the headers are those of a correctly "
        "configured server. "
        "“needs” lists what files and options cannot express, such as the request of a page. "
        "“expected” has the outcome and the reason under each shipped profile.\n\n"
        "Exit status: 0 if everything was written, 2 otherwise."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .list_words = list_reasons,
    .run = run_forge,
};
