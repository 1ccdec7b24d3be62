/* bulla-cli-variants-baseline.h - compares choices with those of an earlier report
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-change.h"
#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

typedef struct _BullaCliBaseline BullaCliBaseline;

/* What a report covers; all borrowed. */
typedef struct {
  const GPtrArray *clients; /* of BullaClient */
  const char *const *urls;  /* nullable: all URLs */
} BullaCliScope;

BullaCliBaseline *bulla_cli_baseline_read (const char *path, GError **error);
void bulla_cli_baseline_free (BullaCliBaseline *self);
gboolean bulla_cli_baseline_has_url (const BullaCliBaseline *self, const char *url);
GPtrArray *bulla_cli_baseline_compare (BullaCliBaseline *self, const BullaCliChoices *choices,
                                       const BullaCliScope *scope, gboolean *worse);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliBaseline, bulla_cli_baseline_free)

G_END_DECLS
