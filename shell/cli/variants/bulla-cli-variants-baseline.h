/* bulla-cli-variants-baseline.h - compares choices with those of an earlier report
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

typedef struct _BullaCliBaseline BullaCliBaseline;

BullaCliBaseline *bulla_cli_baseline_read (const char *path, GError **error);
void bulla_cli_baseline_free (BullaCliBaseline *self);
GPtrArray *bulla_cli_baseline_compare (BullaCliBaseline *self, const BullaCliChoices *choices,
                                       gboolean *worse);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliBaseline, bulla_cli_baseline_free)

G_END_DECLS
