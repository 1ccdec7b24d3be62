/* bulla-cli-variants-change.c - formats differences between two reports
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-change.h"

#include <glib/gi18n.h>

#include "bulla-cli-json.h"
#include "bulla-json.h"
#include "bulla-printable.h"

/**
 * bulla_cli_change_new: (skip)
 * @verdict: how the choice changed
 * @client: name of the client
 * @url: URL of the resource
 * @bundle: (nullable): file of the bundle that has it
 *
 * Returns: (transfer full): a change; the caller fills in both states
 */
BullaCliChange *
bulla_cli_change_new (BullaCliChangeVerdict verdict, const char *client, const char *url,
                      const char *bundle)
{
  BullaCliChange *self = g_new0 (BullaCliChange, 1);

  self->verdict = verdict;
  self->client = g_strdup (client);
  self->url = g_strdup (url);
  self->bundle = g_strdup (bundle);
  return self;
}

static void
state_clear (BullaCliState *self)
{
  g_free (self->grade);
  g_strfreev (self->key);
}

void
bulla_cli_change_free (gpointer change)
{
  BullaCliChange *self = change;

  g_free (self->client);
  g_free (self->url);
  g_free (self->bundle);
  state_clear (&self->was);
  state_clear (&self->is);
  g_free (self);
}

/* Returns: how the choice changed, in words */
const char *
bulla_cli_change_get_verdict_words (const BullaCliChange *self)
{
  static const char *const words[] = {
      [BULLA_CLI_CHANGE_BETTER] = N_ ("better"), [BULLA_CLI_CHANGE_WORSE] = N_ ("worse"),
      [BULLA_CLI_CHANGE_OTHER] = N_ ("other"),   [BULLA_CLI_CHANGE_NEW] = N_ ("new"),
      [BULLA_CLI_CHANGE_GONE] = N_ ("gone"),
  };

  return _ (words[self->verdict]);
}

/* Returns: (transfer full): the grade, the key, and whether the client cannot use it */
char *
bulla_cli_state_to_text (const BullaCliState *self)
{
  if (self->grade == NULL)
    return g_strdup (_ ("absent"));
  g_autofree char *key = self->key != NULL ? g_strjoinv (" ", self->key) : g_strdup ("");
  g_autofree char *text = g_strconcat (self->grade, *key != '\0' ? " " : "", key,
                                       self->usable == BULLA_NO ? _ (", unusable") : "", NULL);
  return bulla_printable_dup (text);
}

static void
add_state (JsonBuilder *builder, const char *member, const BullaCliState *state)
{
  if (state->grade == NULL) {
    bulla_cli_json_string (builder, member, NULL);
    return;
  }
  bulla_cli_json_begin (builder, member);
  bulla_cli_json_string (builder, "grade", state->grade);
  if (state->usable == BULLA_UNKNOWN)
    bulla_cli_json_string (builder, "usable", NULL);
  else
    bulla_cli_json_boolean (builder, "usable", state->usable == BULLA_YES);
  if (state->key != NULL)
    bulla_json_add_names (builder, "key", (const char *const *)state->key);
  else
    bulla_cli_json_string (builder, "key", NULL);
  json_builder_end_object (builder);
}

/* Returns: (transfer full): a record `change`, in one line */
char *
bulla_cli_change_to_json (const BullaCliChange *self)
{
  static const char *const nicks[] = {"better", "worse", "other", "new", "gone"};
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "change");
  bulla_cli_json_string (builder, "client", self->client);
  bulla_cli_json_string (builder, "url", self->url);
  bulla_cli_json_string (builder, "bundle", self->bundle);
  add_state (builder, "was", &self->was);
  add_state (builder, "is", &self->is);
  bulla_cli_json_string (builder, "verdict", nicks[self->verdict]);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

/* Returns: (transfer full): a line without its end */
char *
bulla_cli_change_to_text (const BullaCliChange *self)
{
  g_autofree char *client = bulla_printable_dup (self->client);
  g_autofree char *place = self->bundle != NULL
                               ? g_strdup_printf (_ ("%s in %s"), self->url, self->bundle)
                               : g_strdup (self->url);
  g_autofree char *shown = bulla_printable_dup (place);
  g_autofree char *was = bulla_cli_state_to_text (&self->was);
  g_autofree char *is = bulla_cli_state_to_text (&self->is);

  /* Translators: how it changed, client, URL; then grade and key before and now */
  return g_strdup_printf (_ ("%-6s %-22s %s: was %s, now %s"),
                          bulla_cli_change_get_verdict_words (self), client, shown, was, is);
}
