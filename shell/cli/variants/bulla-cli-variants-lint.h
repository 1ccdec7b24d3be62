/* bulla-cli-variants-lint.h - finds mistakes of publishers in packages with variants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_CLI_LINT_ERROR,
  BULLA_CLI_LINT_WARNING,
  BULLA_CLI_LINT_HINT
} BullaCliLintSeverity;

typedef struct {
  const char *rule; /* static */
  BullaCliLintSeverity severity;
  const BullaCliGroup *group; /* borrowed */
  char *message;              /* owned; English, for machines */
  char *translated;           /* owned; the same in the language of the user */
  const char *remedy;         /* static; English, for gettext */
} BullaCliLint;

GPtrArray *bulla_cli_variants_lint (const BullaCliChoices *choices, guint n_clients,
                                    const BullaSettings *settings);
const char *bulla_cli_lint_get_severity (const BullaCliLint *self);
char *bulla_cli_lint_to_json (const BullaCliLint *self);
char *bulla_cli_lint_to_text (const BullaCliLint *self);

G_END_DECLS
