/* bulla-cli-variants-matrix.h - shows which clients reach each value and what each variant costs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

/* Receives a line of output, without its end. */
typedef void (*BullaCliLineFunc) (const char *line, gpointer user_data);

void bulla_cli_variants_matrix (const BullaCliChoices *choices, guint n_clients, gboolean json,
                                BullaCliLineFunc func, gpointer user_data);
void bulla_cli_variants_cost (const BullaCliChoices *choices, guint n_clients, gboolean json,
                              BullaCliLineFunc func, gpointer user_data);

G_END_DECLS
