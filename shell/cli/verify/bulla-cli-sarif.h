/* bulla-cli-sarif.h - writes the problems of packages as SARIF, the format of code scanners
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_CLI_SARIF_NOT_READ "not-read" /* rule of a package that could not be judged */

typedef struct _BullaCliSarif BullaCliSarif;

BullaCliSarif *bulla_cli_sarif_new (void);
void bulla_cli_sarif_add (BullaCliSarif *self, const char *name, const char *rule,
                          const char *message);
char *bulla_cli_sarif_to_text (const BullaCliSarif *self);
void bulla_cli_sarif_free (BullaCliSarif *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliSarif, bulla_cli_sarif_free)

G_END_DECLS
