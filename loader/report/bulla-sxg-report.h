/* bulla-sxg-report.h - builds the NEL report on an exchange for its distributor
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-load.h"
#include "bulla-settings.h"

G_BEGIN_DECLS

#define BULLA_SXG_REPORT_TYPE "application/reports+json"

/* The transfer that delivered the exchange. All of this is known to the server. */
typedef struct {
  const char *url;
  const char *method;    /* NULL for GET */
  const char *referrer;  /* NULL if absent; the Referer that was sent */
  const char *protocol;  /* ALPN name of the protocol; NULL if unknown */
  const char *server_ip; /* nullable */
  guint status;          /* HTTP status; 0 if unknown */
  gint64 elapsed;        /* ms until the end of the body, or of the load */
} BullaSxgTransfer;

/* The result of judging the exchange. */
typedef struct {
  const char *result;              /* result of LOAD without `sxg.`; NULL if nothing is reported */
  const char *inner_url;           /* NULL if it could not be read */
  const GPtrArray *cert_urls;      /* (element-type utf8): URLs that were tried */
  const GPtrArray *cert_addresses; /* (element-type utf8): addresses of their servers */
} BullaSxgFinding;

/* Reasons for hiding a certificate error: it concerns another party's server. */
typedef enum {
  BULLA_SXG_DOWNGRADE_NONE,
  BULLA_SXG_DOWNGRADE_ORIGIN,
  BULLA_SXG_DOWNGRADE_ADDRESS,
  BULLA_SXG_DOWNGRADE_UNKNOWN_ADDRESS,
} BullaSxgDowngrade;

void bulla_sxg_transfer_of_outer (BullaSxgTransfer *self, BullaOuter *outer);
void bulla_sxg_finding_of_load (BullaSxgFinding *self, BullaLoad *load);
BullaSxgDowngrade bulla_sxg_report_get_downgrade (const BullaSxgTransfer *transfer,
                                                  const BullaSxgFinding *finding,
                                                  const BullaSettings *settings);
gboolean bulla_sxg_report_is_success (const BullaSxgTransfer *transfer,
                                      const BullaSxgFinding *finding,
                                      const BullaSettings *settings);
JsonNode *bulla_sxg_report_build (const BullaSxgTransfer *transfer, const BullaSxgFinding *finding,
                                  const BullaSettings *settings, double fraction,
                                  const char *user_agent, gint64 age);
char *bulla_sxg_report_to_text (JsonNode *report);
const char *bulla_sxg_downgrade_get_nick (BullaSxgDowngrade downgrade);

G_END_DECLS
