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

/* HTML, and Chromium's kPrefetchReuseMins: how long that may be used without asking */
#define BULLA_PREFETCH_REUSE_SECONDS 300

/* of what a page prefetched; the strings are borrowed */
typedef struct {
  gint64 since;                     /* time of arrival, Unix seconds */
  gint64 age;                       /* value of Age at that time, seconds */
  const char *cache_control, *vary; /* nullable; of the response that carried it */
  guint n_kept;                     /* prefetches that the page already keeps */
} BullaPrefetchFacts;

/* of an exchange that is to be a part of a page; the strings are borrowed */
typedef struct {
  const char *url;                        /* of the part, as the page names it */
  const char *header_integrity;           /* required by the page */
  const char *deliverer, *page_deliverer; /* origins; nullable */
  gboolean finished;                      /* the body is complete */
  const char *missing; /* nullable; a part that the page allows and that is not here */
} BullaPartFacts;

/* all strings are borrowed, NULL where the request has no such header */
typedef struct {
  const char *method;
  const char *url; /* a fragment is ignored */
  const char *accept, *accept_language, *accept_encoding;
  const char *cookie; /* the whole field: only names and presence are ever shown */
  BullaDestination destination;
  gboolean
      other_partition; /* another view, or another network session, than the one it is kept for */
  gboolean separate_origin; /* the response is for the package's own origin (webpkg: and similar),
                               where signatures, which expire, do not matter */
  gboolean other_version;   /* the page already uses another version of the response's subset */
  /* of a frame: the origins of all pages around it, as they see themselves (of the same bundle:
   * the claimed ones), NULL-terminated; NULL: it is none, or WebKit itself heeds framing headers */
  const char *const *ancestors;
  const char *self_origin;            /* the meaning of 'self'; NULL: the claimed origin */
  const BullaPrefetchFacts *prefetch; /* NULL: it was not prefetched */
  const BullaPartFacts *part;         /* NULL: it is not part of a page that was */
  gboolean has_live_copy;             /* the publisher's own response is at hand, and may be used */
  gint64 live_date;                   /* its Date in Unix seconds; G_MININT64: no Date */
  gboolean fallback_loops;            /* falling back would repeat a request that has failed */
} BullaRequestFacts;

G_END_DECLS
