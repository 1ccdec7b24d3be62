/* bulla-cli-variants-html.h - writes choices as one self-contained HTML page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

/* What the page says besides the choices; all borrowed. */
typedef struct {
  const char *profile, *summary;
  const GPtrArray *clients; /* of BullaClient */
  const GPtrArray *lints;   /* of BullaCliLint */
  const GPtrArray *changes; /* of BullaCliChange; %NULL without --baseline */
  const GPtrArray *records; /* of JSON records, a line each: the data of the page */
  gint64 now;               /* Unix seconds */
} BullaCliVariantsPage;

char *bulla_cli_choices_to_html (const BullaCliChoices *choices, const BullaCliVariantsPage *page);

G_END_DECLS
