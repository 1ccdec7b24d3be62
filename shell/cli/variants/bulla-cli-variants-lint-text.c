/* bulla-cli-variants-lint-text.c - formats findings about packages with variants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-json.h"
#include "bulla-cli-variants-lint.h"
#include "bulla-printable.h"

/* Returns: `error`, `warning` or `hint` */
const char *
bulla_cli_lint_get_severity (const BullaCliLint *self)
{
  static const char *const nicks[] = {"error", "warning", "hint"};

  return nicks[self->severity];
}

/* Returns: (transfer full): a record `lint`, in one line */
char *
bulla_cli_lint_to_json (const BullaCliLint *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "lint");
  bulla_cli_json_string (builder, "rule", self->rule);
  bulla_cli_json_string (builder, "severity", bulla_cli_lint_get_severity (self));
  bulla_cli_json_string (builder, "url", self->group->url);
  bulla_cli_json_string (builder, "bundle", self->group->bundle);
  bulla_cli_json_string (builder, "message", self->message);
  bulla_cli_json_string (builder, "remedy", self->remedy);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

/* Returns: (transfer full): a line without its end, and the remedy in a second one */
char *
bulla_cli_lint_to_text (const BullaCliLint *self)
{
  g_autofree char *url = bulla_printable_dup (self->group->url);
  g_autofree char *message = bulla_printable_dup (self->translated);

  return g_strdup_printf ("%s %s  %s: %s\n    %s", bulla_cli_lint_get_severity (self), self->rule,
                          url, message, _ (self->remedy));
}
