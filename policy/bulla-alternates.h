/* bulla-alternates.h - the parts of a page that its deliverer has as signed exchanges, too
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-request.h"
#include "bulla-settings.h"
#include "bulla-srcset.h"

G_BEGIN_DECLS

#define BULLA_ALTERNATES_MAX 64 /* of one page */

/* a part that the page preloads, and allows to come from another place */
typedef struct {
  char *url;              /* owned; the part's own */
  char *destination;      /* owned; `as` */
  char *header_integrity; /* owned; sha256-…: what the page's publisher signed */
  char *package_url;      /* owned; nullable: the deliverer's URL of the package */
} BullaAlternate;

GPtrArray *bulla_alternates_plan (const BullaFacts *facts, const char *outer_link,
                                  const BullaRequestFacts *request, const BullaViewport *viewport,
                                  const BullaSettings *settings);

G_END_DECLS
