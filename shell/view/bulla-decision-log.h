/* bulla-decision-log.h - writes each decision to a file, one JSON object per line
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-provenance.h"
#include "bulla-view-events.h"

G_BEGIN_DECLS

typedef struct _BullaDecisionLog BullaDecisionLog;

BullaDecisionLog *bulla_decision_log_new (const char *file, GError **error);
void bulla_decision_log_free (BullaDecisionLog *self);
void bulla_decision_log_write_event (BullaDecisionLog *self, guint view, BullaViewEventKind event,
                                     const char *url, BullaLoad *load, BullaVerdict *verdict,
                                     const char *message);
void bulla_decision_log_write_page (BullaDecisionLog *self, guint view, BullaProvenance *provenance,
                                    const char *client);
void bulla_decision_log_write_left (BullaDecisionLog *self, guint view, BullaProvenance *provenance,
                                    GListModel *variants);
void bulla_decision_log_write_compared (BullaDecisionLog *self, guint view, const char *url,
                                        const char *client, GListModel *rows);
void bulla_decision_log_write_download (BullaDecisionLog *self, guint view, const char *file,
                                        BullaProvenance *provenance, const char *error);
void bulla_decision_log_write_forgot (BullaDecisionLog *self, const char *const *removed,
                                      const char *const *left);

G_END_DECLS
