/* bulla-cli-sarif.c - writes the problems of packages as SARIF, the format of code scanners
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: SARIF 2.1.0 */
#include "bulla-cli-sarif.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-explain.h"
#include "bulla-json.h"

#define SARIF_SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

typedef struct {
  char *name;    /* owned */
  char *rule;    /* owned */
  char *message; /* owned */
} Problem;

struct _BullaCliSarif {
  GPtrArray *problems; /* owned; of Problem */
};

static void
problem_free (Problem *self)
{
  g_free (self->name);
  g_free (self->rule);
  g_free (self->message);
  g_free (self);
}

BullaCliSarif *
bulla_cli_sarif_new (void)
{
  BullaCliSarif *self = g_new (BullaCliSarif, 1);

  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify)problem_free);
  return self;
}

void
bulla_cli_sarif_free (BullaCliSarif *self)
{
  g_ptr_array_unref (self->problems);
  g_free (self);
}

/**
 * bulla_cli_sarif_add: (skip)
 * @self: a document
 * @name: file or URL of the package
 * @rule: a reason, a distributor's requirement, an outcome, or %BULLA_CLI_SARIF_NOT_READ
 * @message: what is wrong with the package
 */
void
bulla_cli_sarif_add (BullaCliSarif *self, const char *name, const char *rule, const char *message)
{
  Problem *problem = g_new (Problem, 1);

  *problem = (Problem){g_strdup (name), g_strdup (rule), g_strdup (message)};
  g_ptr_array_add (self->problems, problem);
}

static void
add_message (JsonBuilder *builder, const char *member, const char *text)
{
  bulla_json_begin (builder, member);
  bulla_json_add_text (builder, "text", text);
  json_builder_end_object (builder);
}

/* Describes a rule that is not a reason; readers such as code scanning want a text for each. */
static const char *
get_description (const char *rule)
{
  if (strcmp (rule, BULLA_CLI_SARIF_NOT_READ) == 0)
    return _ ("The package could not be read.");
  return strchr (rule, '.') != NULL ? _ ("The distributor does not admit the package.")
                                    : _ ("The package has another outcome than the required one.");
}

/* Adds each rule that has a result, once. */
static void
add_rules (const BullaCliSarif *self, JsonBuilder *builder)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  json_builder_set_member_name (builder, "rules");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->problems->len; i++) {
    const Problem *problem = self->problems->pdata[i];
    BullaReason reason = bulla_reason_from_nick (problem->rule);
    if (!g_hash_table_add (known, problem->rule))
      continue;
    json_builder_begin_object (builder);
    bulla_json_add_text (builder, "id", problem->rule);
    if (reason != BULLA_REASON_NONE) {
      g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
      add_message (builder, "shortDescription", bulla_explanation_get_meaning (explanation));
      add_message (builder, "help", bulla_explanation_get_remedy (explanation));
    } else {
      add_message (builder, "shortDescription", get_description (problem->rule));
    }
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/* Returns: (transfer full): a URI reference for a file or a URL, with the characters that RFC 3986
 * allows */
static char *
dup_uri (const char *name)
{
  return g_uri_escape_string (name, bulla_cli_is_url (name) ? "%:/?#@!$&'()*+,;=" : "/", FALSE);
}

static void
add_problem (JsonBuilder *builder, const Problem *problem)
{
  g_autofree char *uri = dup_uri (problem->name);

  json_builder_begin_object (builder);
  bulla_json_add_text (builder, "ruleId", problem->rule);
  bulla_json_add_text (builder, "level", "error");
  add_message (builder, "message", problem->message);
  json_builder_set_member_name (builder, "locations");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  bulla_json_begin (builder, "physicalLocation");
  bulla_json_begin (builder, "artifactLocation");
  bulla_json_add_text (builder, "uri", uri);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* Returns: (transfer full): the document, which ends with a newline */
char *
bulla_cli_sarif_to_text (const BullaCliSarif *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_json_add_text (builder, "$schema", SARIF_SCHEMA);
  bulla_json_add_text (builder, "version", "2.1.0");
  json_builder_set_member_name (builder, "runs");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  bulla_json_begin (builder, "tool");
  bulla_json_begin (builder, "driver");
  bulla_json_add_text (builder, "name", "bulla");
  bulla_json_add_text (builder, "version", BULLA_VERSION);
  add_rules (self, builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "results");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->problems->len; i++)
    add_problem (builder, self->problems->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
  g_autofree char *text = bulla_json_end (builder, TRUE);
  return g_strconcat (text, "\n", NULL);
}
