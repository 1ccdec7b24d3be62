/* bulla-cli-variants-change.h - formats differences between two reports
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-parsed-part.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_CLI_CHANGE_BETTER,
  BULLA_CLI_CHANGE_WORSE,
  BULLA_CLI_CHANGE_OTHER, /* another key of the same grade, or grades that do not compare */
  BULLA_CLI_CHANGE_NEW,   /* the earlier report does not have it */
  BULLA_CLI_CHANGE_GONE,  /* the new report does not have it */
} BullaCliChangeVerdict;

/* What a report says about one choice. */
typedef struct {
  char *grade; /* owned; NULL if the report does not have the choice */
  GStrv key;   /* owned; values of the chosen key, none if nothing was negotiated; NULL if nothing
                  was chosen */
  BullaKnown usable;
} BullaCliState;

typedef struct {
  BullaCliChangeVerdict verdict;
  char *client, *url, *bundle; /* owned; @bundle is nullable */
  BullaCliState was, is;
} BullaCliChange;

BullaCliChange *bulla_cli_change_new (BullaCliChangeVerdict verdict, const char *client,
                                      const char *url, const char *bundle);
void bulla_cli_change_free (gpointer change);
const char *bulla_cli_change_get_verdict_words (const BullaCliChange *self);
char *bulla_cli_state_to_text (const BullaCliState *self);
char *bulla_cli_change_to_json (const BullaCliChange *self);
char *bulla_cli_change_to_text (const BullaCliChange *self);

G_END_DECLS
