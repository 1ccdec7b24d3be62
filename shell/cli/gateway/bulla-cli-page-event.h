/* bulla-cli-page-event.h - one event on the gateway's own page, as HTML
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-verdict.h"

G_BEGIN_DECLS

/* What the event says of the page or package; see the table in bulla-cli-page-event.c. */
typedef enum {
  BULLA_CLI_STANDING_ACCEPTED,
  BULLA_CLI_STANDING_SHOWN,
  BULLA_CLI_STANDING_LIVE,
  BULLA_CLI_STANDING_FELL_BACK,
  BULLA_CLI_STANDING_SEPARATE,
  BULLA_CLI_STANDING_REFUSED,
  BULLA_CLI_STANDING_UNUSED,
  BULLA_CLI_STANDING_TRUNCATED,
} BullaCliStanding;

typedef struct {
  guint64 id, version; /* @version grows with each change of any event */
  gint64 time;         /* Unix seconds */
  BullaCliStanding standing;
  char *url;             /* owned; of the page */
  char *deliverer;       /* owned; nullable; the URL of its package */
  char *message;         /* owned; nullable; what went wrong, in words */
  BullaVerdict *verdict; /* owned; nullable */
} BullaCliPageEvent;

void bulla_cli_page_event_free (BullaCliPageEvent *self);
void bulla_cli_page_event_append (const BullaCliPageEvent *self, GString *html);
void bulla_cli_page_append (GString *html, const char *before, const char *text, const char *after);

G_END_DECLS
