/* bulla-url-origin.c - compares the origins of URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-url.h"

/**
 * bulla_url_dup_origin: (skip)
 * @url: (nullable): an http or https URL; a fragment does not count
 *
 * Returns: (transfer full) (nullable): its origin; %NULL if bulla_url_parse() refuses @url
 */
char *
bulla_url_dup_origin (const char *url)
{
  g_auto (BullaUrl) parsed = {NULL};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  if (url == NULL || !bulla_url_parse (&parsed, url, strcspn (url, "#"), &reason, &detail))
    return NULL;
  return g_steal_pointer (&parsed.origin);
}

/* Computes the origin regardless of path and query: only faults of scheme, host and port that
 * bulla_url_parse() refuses matter. */
static char *
dup_bare_origin (const char *url)
{
  const char *authority = strstr (url, "://");

  if (authority == NULL)
    return NULL;
  g_autofree char *bare = g_strndup (url, strcspn (authority + 3, "/?#") + 3 + (authority - url));
  return bulla_url_dup_origin (bare);
}

/**
 * bulla_url_same_origin: (skip)
 * @a: (nullable): an http or https URL, or an origin
 * @b: (nullable): an http or https URL, or an origin
 *
 * Spec: HTML "same origin", of tuple origins.
 *
 * Returns: whether scheme, host and port are the same; a URL that is refused has no origin and
 *   equals no other
 */
gboolean
bulla_url_same_origin (const char *a, const char *b)
{
  g_autofree char *one = a != NULL ? dup_bare_origin (a) : NULL;
  g_autofree char *other = b != NULL ? dup_bare_origin (b) : NULL;

  return one != NULL && g_strcmp0 (one, other) == 0;
}
