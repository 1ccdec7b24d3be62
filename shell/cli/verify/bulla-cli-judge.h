/* bulla-cli-judge.h - judges many files and URLs on all cores, and reports them in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-delivery.h"
#include "bulla-cli-report.h"
#include "bulla-cli.h"
#include "bulla-client.h"
#include "bulla-store.h"

G_BEGIN_DECLS

#define BULLA_CLI_CHAIN_SIZE_MAX (16 << 20) /* most bytes of the file of --chain */

/* One result, in the order of the names. */
typedef struct {
  const char *name;     /* borrowed; a file or a URL */
  gboolean fit;         /* whether it is good enough for the options */
  BullaOutcome outcome; /* only if @error is NULL */
  BullaReason reason;   /* only if @error is NULL */
  const char *rule;     /* borrowed; first requirement of a distributor that is not met; nullable */
  const char *message;  /* borrowed; what is wrong, in the language of the locale */
  const GError *error;  /* borrowed; why it could not be judged; NULL if it was */
} BullaCliResult;

typedef void (*BullaCliResultFunc) (const BullaCliResult *result, gpointer user_data);

typedef struct {
  BullaProfile *profile; /* borrowed; the rules; NULL for the profile of the command line */
  char *chain;
  char *url;
  char **headers;
  char **request_headers;
  BullaClient *client;  /* borrowed; the client whose request is judged; NULL for none */
  char *refreshed;      /* file for the exchange with its new signature; NULL for none */
  gboolean force;       /* whether @refreshed may replace a file */
  BullaStore *store;    /* borrowed; what was remembered before; NULL for nothing */
  BullaStore *remember; /* borrowed; store that records accepted exchanges; NULL for none */
  gboolean lint;        /* whether to check what a distributor admits */
  gboolean substitute;  /* whether only packages that may be substituted are good enough */
  gboolean summary;     /* whether to sum up the outcomes of several packages on stderr */
  gboolean quiet;       /* whether nothing but errors is printed on stderr */
  BullaCliResultFunc take_result; /* nullable; called for each package, in order */
  gpointer take_data;
  BullaBundleProgress progress; /* nullable; called for each response of a bundle */
} BullaCliJudgeOptions;

/* options for the delivery of the packages: their chain, and the request that they answer */
#define BULLA_CLI_DELIVERY_ENTRIES(options)                                                        \
  {"chain",                                                                                        \
   'c',                                                                                            \
   0,                                                                                              \
   G_OPTION_ARG_FILENAME,                                                                          \
   &(options).chain,                                                                               \
   N_ ("Use this certificate chain instead of fetching one"),                                      \
   N_ ("CBOR")},                                                                                   \
      {"url",                                                                                      \
       'u',                                                                                        \
       0,                                                                                          \
       G_OPTION_ARG_STRING,                                                                        \
       &(options).url,                                                                             \
       N_ ("Judge files as if they had been delivered from this URL"),                             \
       N_ ("URL")},                                                                                \
      {"header",                                                                                   \
       'H',                                                                                        \
       0,                                                                                          \
       G_OPTION_ARG_STRING_ARRAY,                                                                  \
       &(options).headers,                                                                         \
       N_ ("Judge files as if they had been delivered with this header"),                          \
       N_ ("“NAME: VALUE”")},                                                                      \
  {                                                                                                \
    "request-header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &(options).request_headers,                 \
        N_ ("Judge the request as if it had this header"), N_ ("“NAME: VALUE”")                    \
  }

/* Formats a report in the thread that judged; only the text is kept in memory. */
typedef char *(*BullaCliReportFunc) (const BullaCliReport *report);

BullaCliExit bulla_cli_judge_all (char **names, BullaTrust *trust, BullaCliJudgeOptions *options,
                                  BullaCliReportFunc render, GError **error);

/* A judge for the calling thread. */
typedef struct _BullaCliJudge BullaCliJudge;
BullaCliJudge *bulla_cli_judge_new (BullaTrust *trust, const BullaCliJudgeOptions *options,
                                    GBytes *chain, GError **error);
void bulla_cli_judge_renew_deadline (BullaCliJudge *self);
BullaLoader *bulla_cli_judge_get_loader (BullaCliJudge *self);
BullaCliReport *bulla_cli_judge_one (BullaCliJudge *self, const char *name, GError **error);
BullaCliReport *bulla_cli_judge_delivery (BullaCliJudge *self, const char *name,
                                          const BullaCliDelivery *delivery, GError **error);
void bulla_cli_judge_free (BullaCliJudge *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliJudge, bulla_cli_judge_free)

G_END_DECLS
