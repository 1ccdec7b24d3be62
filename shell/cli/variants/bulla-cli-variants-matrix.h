/* bulla-cli-variants-matrix.h - shows which clients reach each value of each axis
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

/* How clients reach a value; a client that cannot use it counts only there. */
typedef enum {
  BULLA_CLI_REACH_FIRST,
  BULLA_CLI_REACH_LATER,
  BULLA_CLI_REACH_WILDCARD,
  BULLA_CLI_REACH_DEFAULT,
  BULLA_CLI_REACH_UNUSABLE,
  BULLA_CLI_REACH_N
} BullaCliReach;

/* A value of an axis, and who reaches it; all is borrowed during the call. */
typedef struct {
  const BullaCliGroup *group;
  const BullaVariantsAxis *axis;
  const char *value;
  GStrv clients[BULLA_CLI_REACH_N]; /* names of clients by the way in which they reach it */
} BullaCliCell;

typedef void (*BullaCliCellFunc) (const BullaCliCell *cell, gpointer user_data);

/* Receives a line of output, without its end. */
typedef void (*BullaCliLineFunc) (const char *line, gpointer user_data);

void bulla_cli_variants_matrix (const BullaCliChoices *choices, guint n_clients, gboolean json,
                                BullaCliLineFunc func, gpointer user_data);
void bulla_cli_variants_foreach_cell (const BullaCliChoices *choices, guint n_clients,
                                      BullaCliCellFunc func, gpointer user_data);
const char *bulla_cli_reach_get_sign (BullaCliReach reach);
const char *bulla_cli_reach_get_words (BullaCliReach reach);

G_END_DECLS
