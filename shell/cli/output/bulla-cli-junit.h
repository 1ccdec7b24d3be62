/* bulla-cli-junit.h - writes the results of a command as JUnit XML
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_JUNIT_PASSED,
  BULLA_JUNIT_FAILED,  /* the case was judged, and the judgement is negative */
  BULLA_JUNIT_ERROR,   /* the case could not be judged */
  BULLA_JUNIT_SKIPPED, /* the case was left out on purpose */
} BullaJunitResult;

typedef struct _BullaCliJunit BullaCliJunit;

BullaCliJunit *bulla_cli_junit_new (const char *suite);
void bulla_cli_junit_add (BullaCliJunit *self, const char *name, const char *class_name,
                          BullaJunitResult result, const char *type, const char *message,
                          const char *details);
char *bulla_cli_junit_to_text (const BullaCliJunit *self);
char *bulla_cli_junit_join (const char *name, const GPtrArray *suites);
void bulla_cli_junit_free (BullaCliJunit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliJunit, bulla_cli_junit_free)

G_END_DECLS
