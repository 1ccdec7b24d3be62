/* bulla-cli-expiry.h - finds when a judged package stops being trusted, and the cause
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-report.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_CLI_EXPIRES,     /* trusted until a known time */
  BULLA_CLI_EXPIRED,     /* was trusted; only rules about time fail now */
  BULLA_CLI_NOT_TRUSTED, /* refused for another reason, or nobody vouches for any of it */
} BullaCliExpiryState;

typedef struct {
  BullaCliExpiryState state;
  gint64 time; /* Unix time in s of the first second without trust; -1 if not known */
  BullaExpiresBy by;
} BullaCliExpiry;

void bulla_cli_report_find_expiry (const BullaCliReport *self, BullaCliExpiry *expiry);
const char *bulla_cli_expiry_state_get_nick (BullaCliExpiryState state);
void bulla_cli_expiry_add_to_json (JsonBuilder *builder, const BullaCliExpiry *self, gint64 now);

G_END_DECLS
