/* verb-create-authority.c - bulla create authority: makes a certificate authority
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"
#include "bulla-cli-next.h"
#include "bulla-cli-print.h"
#include "bulla-cli-signing-dates.h"
#include "bulla-cli-write.h"
#include "write/bulla-authority.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_MAX_BYTES 48
/* seconds for which an authority issues certificates of 90 days; its own lasts ten years */
#define ISSUES_FOR (3500 * G_GINT64_CONSTANT (86400))
#define SYNOPSIS N_ ("FOLDER")

static char *option_name;
static char *option_date;
static gboolean option_force;

static const GOptionEntry OPTIONS[] = {
    {"name", 'n', 0, G_OPTION_ARG_STRING, &option_name,
     N_ ("Name of the authority in its certificates (default: Bulla Test)"), N_ ("NAME")},
    {"date", 0, 0, G_OPTION_ARG_STRING, &option_date,
     N_ ("Valid from one day before this time: Unix seconds or ISO 8601 (default: now)"),
     N_ ("TIME")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force,
     N_ ("Replace an existing authority; certificates it has issued become unusable"), NULL},
    {NULL},
};

/* Prints the command that issues a certificate, unless it would be issued outside the time for
 * which the authority is made. */
static void
print_next (const char *path, int64_t date)
{
  static const char *const SUFFIXES[] = {".cbor", ".pem", ".key", NULL};
  int64_t now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *folder = bulla_cli_dup_word (path);
  g_autofree char *name = bulla_cli_dup_unused_name ("chain", SUFFIXES);
  g_autofree char *later =
      date > now ? g_strdup_printf (" --date %" G_GINT64_FORMAT, date) : g_strdup ("");
  g_autofree char *command = g_strdup_printf (
      "bulla create chain --authority %s --host example.com%s %s.cbor", folder, later, name);

  if (name != NULL && now - date < ISSUES_FOR)
    bulla_cli_print_next (command);
}

static BullaCliExit
run_create_authority (char **arguments, GError **error)
{
  const char *name = option_name != NULL ? option_name : "Bulla Test";
  int64_t date;

  if (!bulla_cli_require_arguments (arguments, 1, SYNOPSIS, error)
      || !bulla_cli_parse_date (option_date, &date, error))
    return BULLA_EXIT_FAILED;
  if (strlen (name) > NAME_MAX_BYTES) {
    bulla_cli_usage_error (error, _ ("the name is longer than %d bytes"), NAME_MAX_BYTES);
    return BULLA_EXIT_FAILED;
  }
  g_autofree char *root = g_build_filename (arguments[0], "root.pem", NULL);
  if (!bulla_cli_check_absent (root, option_force, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaAuthority) authority = bulla_authority_new (name, date, error);
  if (authority == NULL || !bulla_authority_save (authority, arguments[0], option_force, error))
    return BULLA_EXIT_FAILED;
  bulla_cli_print (
      _ ("Wrote the authority %s. Give root.pem to whoever should trust it; ctlogs.json is its\n"
         "transparency log. Keep *.key secret.\n"),
      arguments[0]);
  print_next (arguments[0], date);
  return BULLA_EXIT_FINE;
}

const BullaVerb bulla_verb_create_authority = {
    .name = "authority",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Create a certificate authority and a transparency log for tests"),
    .description =
        N_ ("The folder gets a root, an intermediate and a transparency log, with their keys. "
            "Nothing trusts it by default; tell Bulla to: pass root.pem with --trust and "
            "ctlogs.json with --ct-logs. An existing authority is only replaced with --force."),
    .examples = bulla_cli_publish_examples,
    .options = OPTIONS,
    .run = run_create_authority,
};
