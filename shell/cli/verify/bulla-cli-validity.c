/* bulla-cli-validity.c - formats the publisher's answer at a validity URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-validity.h"

#include <glib/gi18n.h>

#include "bulla-bundle-internal.h"
#include "bulla-cli-json.h"
#include "bulla-load-internal.h"
#include "bulla-printable.h"

/* Returns: (nullable): the answer; NULL if nobody was asked */
static const BullaValidityFacts *
find_validity (const BullaCliReport *self)
{
  const BullaValidityFacts *validity =
      self->load != NULL     ? &bulla_load_get_facts (self->load)->validity
      : self->bundle != NULL ? bulla_bundle_get_validity (self->bundle)
                             : NULL;

  return validity != NULL && validity->url != NULL ? validity : NULL;
}

static const char *
get_mode (const BullaValidityFacts *validity)
{
  return validity->blocking ? "blocking" : "parallel";
}

static void
add_duration (JsonBuilder *builder, const char *name, gint64 microseconds)
{
  json_builder_set_member_name (builder, name);
  if (microseconds >= 0)
    json_builder_add_double_value (builder, (double)microseconds / G_USEC_PER_SEC);
  else
    json_builder_add_null_value (builder);
}

/* @known: FALSE for null */
static void
add_number (JsonBuilder *builder, const char *name, gboolean known, gint64 number)
{
  if (known)
    bulla_cli_json_number (builder, name, (guint64)number);
  else
    bulla_cli_json_string (builder, name, NULL);
}

/**
 * bulla_cli_report_add_validity: (skip)
 * @self: a report
 * @builder: an object that receives the member `validity`; null if nobody was asked
 */
void
bulla_cli_report_add_validity (const BullaCliReport *self, JsonBuilder *builder)
{
  const BullaValidityFacts *validity = find_validity (self);

  if (validity == NULL) {
    bulla_cli_json_string (builder, "validity", NULL);
    return;
  }
  gboolean read = validity->error == NULL;
  bulla_cli_json_begin (builder, "validity");
  bulla_cli_json_string (builder, "url", validity->url);
  bulla_cli_json_string (builder, "mode", get_mode (validity));
  bulla_cli_json_string (builder, "outcome", bulla_validity_outcome_get_nick (validity->outcome));
  add_number (builder, "http_status", validity->http_status != 0, validity->http_status);
  add_number (builder, "signatures", read, validity->n_signatures);
  add_number (builder, "valid_signatures", read, validity->n_valid);
  bulla_cli_json_boolean (builder, "update", validity->update == BULLA_YES);
  add_number (builder, "update_size", validity->update_size >= 0, validity->update_size);
  bulla_cli_json_time (builder, "started", validity->started);
  add_duration (builder, "duration_s", validity->duration);
  add_duration (builder, "verdict_after_s", validity->verdict);
  bulla_cli_json_number (builder, "delivered_bytes", validity->delivered);
  bulla_cli_json_string (builder, "error", validity->error);
  json_builder_end_object (builder);
}

static const char *
get_meaning (BullaValidityOutcome outcome)
{
  switch (outcome) {
  case BULLA_VALIDITY_REFRESHED:
    return _ ("a newer signature is valid");
  case BULLA_VALIDITY_NOTHING_NEW:
    return _ ("no newer signature");
  case BULLA_VALIDITY_UPDATE_AVAILABLE:
    return _ ("a newer version is available");
  case BULLA_VALIDITY_WITHDRAWN:
    return _ ("the publisher has withdrawn this version");
  case BULLA_VALIDITY_UNREACHABLE:
    return _ ("no answer");
  case BULLA_VALIDITY_MALFORMED:
  default:
    return _ ("the answer cannot be read");
  }
}

static void
append_news (GString *text, const BullaValidityFacts *validity)
{
  g_string_append_printf (text,
                          ngettext ("    %u signature, %u valid", "    %u signatures, %u valid",
                                    validity->n_signatures),
                          validity->n_signatures, validity->n_valid);
  if (validity->update == BULLA_YES && validity->update_size >= 0) {
    g_autofree char *size = g_format_size ((guint64)validity->update_size);
    g_string_append_printf (text, _ ("; newer version of about %s"), size);
  } else if (validity->update == BULLA_YES) {
    g_string_append (text, _ ("; newer version available"));
  }
  g_string_append_c (text, '\n');
}

/* Says who was first, and how much was delivered until the answer came. */
static void
append_race (GString *text, const BullaValidityFacts *validity)
{
  g_string_append_printf (text,
                          _ ("    answered after %.3f s, verdict after %.3f s; %u bytes of the "
                             "body were delivered before the answer\n"),
                          (double)MAX (validity->duration, 0) / G_USEC_PER_SEC,
                          (double)MAX (validity->verdict, 0) / G_USEC_PER_SEC,
                          (guint)MIN (validity->delivered, G_MAXUINT));
}

/**
 * bulla_cli_report_append_validity: (skip)
 * @self: a report
 * @text: receives lines about the answer; none if nobody was asked
 */
void
bulla_cli_report_append_validity (const BullaCliReport *self, GString *text)
{
  const BullaValidityFacts *validity = find_validity (self);

  if (validity == NULL)
    return;
  g_autofree char *url = bulla_printable_dup (validity->url);
  g_string_append_printf (text, _ ("  validity %s: %s (%s)\n"),
                          bulla_validity_outcome_get_nick (validity->outcome),
                          get_meaning (validity->outcome), get_mode (validity));
  g_string_append_printf (text, "    %s\n", url);
  if (validity->error != NULL) {
    g_autofree char *error = bulla_printable_dup (validity->error);
    g_string_append_printf (text, "    %s\n", error);
  } else {
    append_news (text, validity);
  }
  append_race (text, validity);
}
