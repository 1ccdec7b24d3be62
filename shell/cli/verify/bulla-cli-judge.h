/* bulla-cli-judge.h - judges many files and URLs on all cores, and reports them in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-report.h"
#include "bulla-cli.h"

G_BEGIN_DECLS

typedef struct {
  char *chain;
  char *url;
  char **headers;
  char **request_headers;
  BullaBundleProgress progress; /* nullable; told of each response of a bundle */
} BullaCliJudgeOptions;

/* makes the text that is printed, in the thread that judged; of memory nothing else is kept */
typedef char *(*BullaReportFunc) (const BullaReport *report);

BullaExit bulla_cli_judge (char **names, BullaTrust *trust, BullaCliJudgeOptions *options,
                           BullaReportFunc render, GError **error);

/* one of them, in the calling thread */
typedef struct _BullaJudge BullaJudge;
BullaJudge *bulla_judge_new (BullaTrust *trust, const BullaCliJudgeOptions *options, GBytes *chain,
                             GError **error);
BullaReport *bulla_judge_one (BullaJudge *self, const char *name, GError **error);
void bulla_judge_free (BullaJudge *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaJudge, bulla_judge_free)

G_END_DECLS
