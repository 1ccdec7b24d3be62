/* bulla-cli-lint.h - checks an exchange against what a distributor admits
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-report.h"

G_BEGIN_DECLS

/* a rule of a distributor that an exchange breaks */
typedef struct {
  const char *rule;     /* static; "google-cache.body-size" */
  char *observed;       /* owned */
  const char *required; /* static, for gettext */
} BullaCliObjection;

gboolean bulla_cli_lint_is_known (const char *name);
GPtrArray *bulla_cli_lint (const BullaCliReport *report);
void bulla_cli_lint_add_to_json (const GPtrArray *objections, JsonBuilder *builder);
char *bulla_cli_lint_dup_message (const GPtrArray *objections);
void bulla_cli_lint_append (const GPtrArray *objections, GString *text);

G_END_DECLS
