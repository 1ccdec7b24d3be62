/* bulla-cli-comparison.h - verdicts of several profiles on one package, and what differs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-judge.h"
#include "bulla-cli-profile-set.h"

G_BEGIN_DECLS

typedef struct {
  BullaOutcome outcome;
  BullaReason reason;
} BullaCliShortVerdict;

typedef struct {
  const BullaCliProfileSet *profiles; /* borrowed */
  char *file;                         /* owned; a file or a URL */
  char *url;        /* owned; of the exchange, or the primary URL of the bundle; nullable */
  GArray *verdicts; /* owned; of BullaCliShortVerdict, in the order of the profiles */
  GPtrArray *rules; /* owned; of static ids: what differs; empty if nothing does */
  gboolean differs; /* whether an outcome or a reason does */
  GError *error; /* owned; why the package could not be judged, by all or by one of them; then the
                    other members but @file have no meaning; nullable */
} BullaCliComparison;

/* Judges with every profile, for the calling thread. */
typedef struct _BullaCliComparer BullaCliComparer;

BullaCliComparer *bulla_cli_comparer_new (const BullaCliProfileSet *profiles, BullaTrust *trust,
                                          const BullaCliJudgeOptions *options, GBytes *chain,
                                          GError **error);
void bulla_cli_comparer_free (BullaCliComparer *self);
BullaCliComparison *bulla_cli_comparer_judge (BullaCliComparer *self, const char *file);
BullaCliComparison *bulla_cli_comparison_new_failed (const BullaCliProfileSet *profiles,
                                                     const char *file, const GError *error);
void bulla_cli_comparison_free (BullaCliComparison *self);
char *bulla_cli_comparison_to_json (const BullaCliComparison *self);
char *bulla_cli_comparison_to_text (const BullaCliComparison *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliComparer, bulla_cli_comparer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliComparison, bulla_cli_comparison_free)

G_END_DECLS
