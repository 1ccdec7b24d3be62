/* bulla-request-facts.h - facts about a request that a package might answer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_DESTINATION_NAVIGATION,
  BULLA_DESTINATION_SUBRESOURCE,
  BULLA_DESTINATION_PREFETCH,
} BullaDestination;

/* seconds for which a prefetched response is used without revalidation: HTML, and Chromium's
 * kPrefetchReuseMins */
#define BULLA_PREFETCH_REUSE_SECONDS 300

/* facts about a prefetched response; the strings are borrowed */
typedef struct {
  gint64 since;                     /* time of arrival, Unix seconds */
  gint64 age;                       /* value of Age at that time, seconds */
  const char *cache_control, *vary; /* nullable; fields of the outer response */
  guint n_kept;                     /* number of prefetched responses that the page already keeps */
} BullaPrefetchFacts;

/* facts about an exchange that may become a subresource; the strings are borrowed */
typedef struct {
  const char *url;                        /* URL of the subresource, as in the page */
  const char *header_integrity;           /* digest that the page requires */
  const char *deliverer, *page_deliverer; /* nullable; origins */
  gboolean finished;                      /* whether the body is complete */
  const char *missing; /* URL of an allowed subresource that is missing; NULL if none is */
} BullaPartFacts;

/* facts about a request; all strings are borrowed, NULL if the request has no such header */
typedef struct {
  const char *method;
  const char *url; /* URL, whose fragment is ignored */
  const char *accept, *accept_language, *accept_encoding;
  const char *cookie; /* whole Cookie field; only names and presence are ever shown */
  BullaDestination destination;
  gboolean frame;           /* whether the document that a navigation loads is shown in a frame */
  gboolean other_partition; /* whether the package is kept for another view or session */
  gboolean separate_origin; /* whether it is for webpkg: or similar, without signatures */
  gboolean other_version;   /* whether the page already uses another version of the subset */
  /* Origins of all pages around a frame, in their own view (of the same bundle: claimed
   * origins), NULL-terminated; NULL if not a frame, or if WebKit itself applies framing headers. */
  const char *const *ancestors;
  const char *self_origin;            /* meaning of 'self'; NULL if it is the claimed origin */
  const BullaPrefetchFacts *prefetch; /* NULL if the response was not prefetched */
  const BullaPartFacts *part;         /* NULL if it is not a subresource of a prefetched page */
  gboolean has_live_copy;             /* whether a usable response of the publisher exists */
  gint64 live_date;                   /* its Date, Unix seconds; G_MININT64 if none */
  gboolean fallback_loops;            /* whether fallback repeats a failed request */
  gboolean lenient; /* whether the user accepts another variant than the request selects */
  /* nullable; why no variant in the index of a bundle answers the request, which then has no
   * response */
  const char *no_variant;
  gboolean page_dated;               /* whether the next two are known */
  gint64 page_earliest, page_latest; /* dates of what the page is made of so far, Unix seconds */
} BullaRequestFacts;

G_END_DECLS
