/* bulla-alternates.h - lists the subresources of a page that its deliverer offers as signed
 * exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-client.h"
#include "bulla-facts.h"
#include "bulla-request-facts.h"
#include "bulla-settings.h"
#include "bulla-srcset.h"

G_BEGIN_DECLS

#define BULLA_ALTERNATES_MAX 64 /* most subresources planned for one page */

/* a subresource that the page preloads and that may come from the deliverer */
typedef struct {
  char *url;              /* owned; URL of the subresource */
  char *destination;      /* owned; the link's `as` value */
  char *header_integrity; /* owned; sha256-… of the headers, signed by the page's publisher */
  char *package_url;      /* owned; deliverer's URL of the package; NULL if it offers none */
} BullaAlternate;

/* a subresource that the page preloads, with the variants in which it may come from deliverers */
typedef struct {
  char *url;         /* owned; URL of the subresource */
  char *destination; /* owned; the link's `as` value */
  char *variants;    /* owned; Variants of the allowed exchanges; NULL if they have none */
  GStrv keys;        /* owned; the Variant-Key of each of them */
} BullaAllowedPart;

GPtrArray *bulla_alternates_list (const BullaFacts *facts, const BullaSettings *settings);
GPtrArray *bulla_alternates_plan (const BullaFacts *facts, const char *outer_link,
                                  const BullaRequestFacts *request, const BullaClient *client,
                                  const BullaViewport *viewport, const BullaSettings *settings);

G_END_DECLS
