/* bulla-cli-variants-cost.h - shows what each variant costs, and what clients download
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-matrix.h"

G_BEGIN_DECLS

/* What one variant costs; all is borrowed during the call. */
typedef struct {
  const BullaCliGroup *group;
  guint key; /* number of its key */
  const BullaCliVariant *variant;
  GStrv reached;   /* names of the clients that get it */
  GStrv hurt;      /* those that would lose their first choice, or get nothing that they can use */
  guint64 without; /* bytes of all others in the bundle; of exchanges those of the URL */
} BullaCliCost;

typedef void (*BullaCliCostFunc) (const BullaCliCost *cost, gpointer user_data);

typedef struct {
  const char *client;     /* borrowed; name */
  guint64 loaded, unused; /* bytes */
} BullaCliDownload;

typedef void (*BullaCliDownloadFunc) (const BullaCliDownload *download, gpointer user_data);

void bulla_cli_variants_cost (const BullaCliChoices *choices, guint n_clients, gboolean json,
                              BullaCliLineFunc func, gpointer user_data);
void bulla_cli_variants_foreach_cost (const BullaCliChoices *choices, guint n_clients,
                                      BullaCliCostFunc func, gpointer user_data);
void bulla_cli_variants_foreach_download (const BullaCliChoices *choices, guint n_clients,
                                          BullaCliDownloadFunc func, gpointer user_data);
char *bulla_cli_cost_dup_key (const BullaCliCost *cost);
guint64 bulla_cli_cost_get_overhead (const BullaCliCost *cost);

G_END_DECLS
