/* bulla-cli-review.h - judges packages and chains before they are written
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

#include "bulla-cli-loader.h"

G_BEGIN_DECLS

/* rules that are left out of a review; each is a bit of BullaCliReview.skipped */
typedef enum {
  BULLA_REVIEW_ALL = 0,
  BULLA_REVIEW_NO_STAPLES = 1 << 0, /* OCSP responses and timestamps: the chain lacks them */
  BULLA_REVIEW_TLS = 1 << 1,        /* requirements for certificates of exchanges only */
} BullaReviewSkipped;

/* how a package or a chain is judged before it is written */
typedef struct {
  const char *name;           /* borrowed; the file to be written, for messages */
  GBytes *chain;              /* borrowed; the chain of an exchange; NULL if it contains its own */
  BullaReviewSkipped skipped; /* rules that are not asked */
  gint64 at;                  /* Unix time in s */
  gboolean ignore_errors;     /* whether to warn of broken rules instead of failing */
} BullaCliReview;

gboolean bulla_cli_review_package (const BullaCliReview *self, const char *path, GError **error);
gboolean bulla_cli_review_chain (const BullaCliReview *self, GBytes *chain, GError **error);
gboolean bulla_cli_review_has_warned (void);

/* options of the verbs that make packages; the profile is that of BULLA_CLI_JUDGE_ENTRIES */
#define BULLA_CLI_REVIEW_ENTRIES(ignore)                                                           \
  {"profile",                                                                                      \
   'p',                                                                                            \
   0,                                                                                              \
   G_OPTION_ARG_STRING,                                                                            \
   &bulla_cli_loader_options.profile,                                                              \
   N_ ("Judge what is written by this profile: a name or a file (default: draft-b3)"),             \
   N_ ("PROFILE")},                                                                                \
  {                                                                                                \
    "ignore-errors", 0, 0, G_OPTION_ARG_NONE, ignore,                                              \
        N_ ("Write also what verification would refuse, with a warning"), NULL                     \
  }

G_END_DECLS
