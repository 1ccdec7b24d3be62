/* bulla-cli-junit.h - writes results as JUnit XML, which CI services show
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_CLI_JUNIT_PASSED,
  BULLA_CLI_JUNIT_FAILED,
  BULLA_CLI_JUNIT_SKIPPED
} BullaCliJunitState;

/* one case; all texts are owned, and may hold any bytes */
typedef struct {
  char *suite, *name;
  double seconds;
  BullaCliJunitState state;
  char *type, *message, *text; /* nullable; of a failure */
} BullaCliJunitCase;

void bulla_cli_junit_case_free (gpointer junit_case);
char *bulla_cli_junit_to_xml (const char *name, const GPtrArray *cases);

G_END_DECLS
