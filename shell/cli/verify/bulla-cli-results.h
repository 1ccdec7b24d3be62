/* bulla-cli-results.h - collects results, and writes them as JUnit XML and SARIF
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-judge.h"

G_BEGIN_DECLS

typedef struct _BullaCliResults BullaCliResults;

BullaCliResults *bulla_cli_results_new (void);
void bulla_cli_results_add (const BullaCliResult *result, gpointer user_data);
gboolean bulla_cli_results_write (BullaCliResults *self, const char *junit, const char *sarif,
                                  GError **error);
void bulla_cli_results_free (BullaCliResults *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliResults, bulla_cli_results_free)

G_END_DECLS
