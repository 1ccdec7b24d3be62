/* bulla-request.h - a request that an exchange in hand might answer
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
  gboolean fallback_loops; /* falling back would ask for what was asked for already, in vain */
} BullaRequestFacts;

G_END_DECLS
