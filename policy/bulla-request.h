/* bulla-request.h - a request that a package in hand might answer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_DESTINATION_NAVIGATION,
  BULLA_DESTINATION_SUBRESOURCE,
  BULLA_DESTINATION_PREFETCH,
} BullaDestination;

/* all strings are borrowed, NULL where the request has no such header */
typedef struct {
  const char *method;
  const char *url; /* a fragment is ignored */
  const char *accept, *accept_language, *accept_encoding;
  const char *cookie; /* the whole field: only names and presence are ever shown */
  BullaDestination destination;
  gboolean
      other_partition; /* another view, or another network session, than the one it is kept for */
  gboolean separate_origin; /* it is to be answered at the package's own origin: webpkg: and such,
                               not at the claimed one, whose signature ends with time */
  gboolean other_version;   /* the page already uses another version of the response's subset */
  /* of a frame: the origins of all pages around it, as they see themselves (of the same bundle:
   * the claimed ones), NULL-terminated; NULL: it is none, or WebKit itself heeds framing headers */
  const char *const *ancestors;
  const char *self_origin; /* what 'self' means to it; NULL: its claimed origin */
  gboolean fallback_loops; /* falling back would ask for what was asked for already, in vain */
} BullaRequestFacts;

G_END_DECLS
