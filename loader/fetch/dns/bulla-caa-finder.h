/* bulla-caa-finder.h - finds the CAA records of a host in evidence or in DNS
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa-answers.h"
#include "bulla-dns.h"

G_BEGIN_DECLS

/* most seconds for all DNS queries of one package if the profile only reports CAA */
#define BULLA_CAA_FINDER_REPORT_WAIT 2

#define BULLA_TYPE_CAA_FINDER (bulla_caa_finder_get_type ())
G_DECLARE_FINAL_TYPE (BullaCaaFinder, bulla_caa_finder, BULLA, CAA_FINDER, GObject)

BullaCaaFinder *bulla_caa_finder_new (BullaCaaAnswers *answers, gint64 time);
void bulla_caa_finder_set_network (BullaCaaFinder *self, BullaDns *network);
void bulla_caa_finder_add_evidence (BullaCaaFinder *self, const char *file,
                                    BullaDnsEvidence *evidence, BullaDns *replayed);
BullaDnsEvidence *bulla_caa_finder_find_evidence (BullaCaaFinder *self, const char *name,
                                                  const char **file);
gboolean bulla_caa_finder_can_ask (BullaCaaFinder *self, const char *name);
BullaCaaClimb *bulla_caa_finder_find (BullaCaaFinder *self, const char *name);
void bulla_caa_finder_ask_async (BullaCaaFinder *self, const char *name,
                                 const BullaDnsClimbOptions *options, gint64 wait,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
BullaCaaClimb *bulla_caa_finder_ask_finish (BullaCaaFinder *self, GAsyncResult *result,
                                            GError **error);

G_END_DECLS
