/* bulla-cli-report-certificate.c - formats a certificate, and what vouches for it, as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-json.h"
#include "bulla-cli-report.h"
#include "bulla-load-internal.h"

/**
 * bulla_cli_report_find_load: (skip)
 * @self: a report
 *
 * Returns: (transfer none) (nullable): the package, or the response of a bundle that decided
 */
BullaLoad *
bulla_cli_report_find_load (const BullaCliReport *self)
{
  return self->load == NULL && self->check != NULL ? self->check->decisive : self->load;
}

static const BullaFacts *
find_facts (const BullaCliReport *self)
{
  BullaLoad *load = bulla_cli_report_find_load (self);

  return load != NULL ? bulla_load_get_facts (load) : NULL;
}

/* Adds what the signing key could sign; null if no certificate was read. */
static void
add_certificate (JsonBuilder *builder, const BullaCliReport *self)
{
  const BullaFacts *facts = find_facts (self);

  if (facts == NULL || facts->cert.reach == NULL) {
    bulla_cli_json_string (builder, "certificate", NULL);
    return;
  }
  bulla_cli_json_begin (builder, "certificate");
  bulla_cli_json_string (builder, "subject", facts->cert.subject);
  bulla_cli_json_time (builder, "not_before", facts->cert.not_before);
  bulla_cli_json_time (builder, "not_after", facts->cert.not_after);
  bulla_cli_json_string (builder, "key_sha256", facts->cert.key_sha256);
  bulla_cli_json_string (builder, "tls_host",
                         bulla_load_get_tls_host (bulla_cli_report_find_load (self)));
  bulla_cli_json_begin_array (builder, "reach");
  for (guint i = 0; i < facts->cert.reach->len; i++) {
    const char *name = facts->cert.reach->pdata[i];
    g_autofree char *origin = g_strconcat ("https://", name, NULL);
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "name", name);
    bulla_cli_json_string (builder, "origin", origin);
    bulla_cli_json_boolean (builder, "wildcard", g_str_has_prefix (name, "*."));
    bulla_cli_json_string (builder, "paths", "/*");
    bulla_cli_json_string (builder, "ports", "*");
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* Adds what the timestamps of transparency logs say; null if no certificate was read. */
static void
add_timestamps (JsonBuilder *builder, const BullaCliReport *self)
{
  const BullaFacts *facts = find_facts (self);
  const BullaSctFacts *sct = facts != NULL ? &facts->sct : NULL;

  if (facts == NULL || facts->cert.known != BULLA_YES) {
    bulla_cli_json_string (builder, "sct", NULL);
    return;
  }
  bulla_cli_json_begin (builder, "sct");
  bulla_cli_json_number (builder, "found", sct->n_found);
  bulla_cli_json_number (builder, "valid", sct->n_valid);
  bulla_cli_json_time (builder, "earliest", sct->n_valid > 0 ? sct->earliest : -1);
  bulla_cli_json_time (builder, "until", sct->until > 0 ? sct->until : -1);
  json_builder_end_object (builder);
}

/**
 * bulla_cli_report_add_certificate: (skip)
 * @self: a report
 * @builder: a builder inside an object
 *
 * Adds the members `certificate` and `sct`.
 */
void
bulla_cli_report_add_certificate (const BullaCliReport *self, JsonBuilder *builder)
{
  add_certificate (builder, self);
  add_timestamps (builder, self);
}
