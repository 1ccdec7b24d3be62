/* bulla-decisions.h - writes each decision to a file, a JSON object a line
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-provenance.h"
#include "bulla-view.h"

G_BEGIN_DECLS

typedef struct _BullaDecisions BullaDecisions;

BullaDecisions *bulla_decisions_new (const char *file, GError **error);
void bulla_decisions_free (BullaDecisions *self);
void bulla_decisions_write_event (BullaDecisions *self, guint view, BullaEvent event,
                                  const char *url, BullaLoad *load, BullaVerdict *verdict,
                                  const char *message);
void bulla_decisions_write_page (BullaDecisions *self, guint view, BullaProvenance *provenance);
void bulla_decisions_write_left (BullaDecisions *self, guint view, BullaProvenance *provenance);

G_END_DECLS
