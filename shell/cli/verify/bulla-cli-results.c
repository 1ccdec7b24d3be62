/* bulla-cli-results.c - collects results, and writes them as JUnit XML and SARIF
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-results.h"

#include <string.h>

#include "bulla-cli-file-name.h"
#include "bulla-cli-junit.h"
#include "bulla-cli-sarif.h"
#include "bulla-cli-write.h"

struct _BullaCliResults {
  BullaCliJunit *junit; /* owned */
  BullaCliSarif *sarif; /* owned */
};

BullaCliResults *
bulla_cli_results_new (void)
{
  BullaCliResults *self = g_new0 (BullaCliResults, 1);

  self->junit = bulla_cli_junit_new ("bulla verify");
  self->sarif = bulla_cli_sarif_new ();
  return self;
}

void
bulla_cli_results_free (BullaCliResults *self)
{
  bulla_cli_junit_free (self->junit);
  bulla_cli_sarif_free (self->sarif);
  g_free (self);
}

static const char *
name_rule (const BullaCliResult *result)
{
  if (result->error != NULL)
    return BULLA_CLI_SARIF_NOT_READ;
  if (result->reason != BULLA_REASON_NONE)
    return bulla_reason_get_nick (result->reason);
  return result->rule != NULL ? result->rule : bulla_outcome_get_nick (result->outcome);
}

/* A #BullaCliResultFunc; @user_data: the results */
void
bulla_cli_results_add (const BullaCliResult *result, gpointer user_data)
{
  BullaCliResults *self = user_data;
  const char *message = result->error != NULL ? result->error->message : result->message;
  BullaJunitResult outcome = result->error != NULL ? BULLA_JUNIT_ERROR
                             : result->fit         ? BULLA_JUNIT_PASSED
                                                   : BULLA_JUNIT_FAILED;
  g_autofree char *name = bulla_cli_file_name_to_utf8 (result->name);

  bulla_cli_junit_add (self->junit, name, "verify", outcome, name_rule (result), message, NULL);
  if (outcome != BULLA_JUNIT_PASSED)
    bulla_cli_sarif_add (self->sarif, result->name, name_rule (result), message);
}

/* @text: (transfer full): what is written */
static gboolean
write_text (const char *path, char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return bulla_cli_write_bytes (path, bytes, TRUE, error);
}

/**
 * bulla_cli_results_write: (skip)
 * @self: results
 * @junit: (nullable): file for the results as JUnit XML; “-” is standard output
 * @sarif: (nullable): file for what is wrong as SARIF; “-” is standard output
 * @error: set if a file cannot be written
 *
 * Replaces existing files, as build tools expect.
 */
gboolean
bulla_cli_results_write (BullaCliResults *self, const char *junit, const char *sarif,
                         GError **error)
{
  return (junit == NULL || write_text (junit, bulla_cli_junit_to_text (self->junit), error))
         && (sarif == NULL || write_text (sarif, bulla_cli_sarif_to_text (self->sarif), error));
}
