/* bulla-bundle-app.c - looks for URLs in a signed bundle that an isolated app may not have
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IWA "Isolated App URLs"; Chromium's validator of isolated web apps. */
#include "bulla-bundle-app.h"

#include <string.h>

#define SCHEME "isolated-app://"

static const char *
intern_url (const BullaBundleIndex *index, guint i, BullaFacts *facts)
{
  size_t length = 0;
  const char *url = bulla_bundle_index_get_url (index, i, &length);
  g_autofree char *text = g_strndup (url, length);

  return bulla_facts_intern (facts, text);
}

/**
 * bulla_bundle_app_fill_facts: (skip)
 * @index: the index of a bundle, whose relative URLs are resolved
 * @facts: facts about the bundle and its integrity block; receives the first URL of an isolated app
 *   with another ID, and the first URL that has another scheme, another ID, or a query
 */
void
bulla_bundle_app_fill_facts (const BullaBundleIndex *index, BullaFacts *facts)
{
  BullaBundleFacts *bundle = &facts->bundle;

  if (facts->integrity.present != BULLA_YES || facts->integrity.web_bundle_id == NULL)
    return;
  g_autofree char *own = g_strconcat (SCHEME, facts->integrity.web_bundle_id, NULL);
  for (guint i = 0; i < bulla_bundle_index_get_n_urls (index); i++) {
    size_t length = 0;
    const char *url = bulla_bundle_index_get_url (index, i, &length);
    const char *origin = bulla_bundle_index_get_origin (index, i);
    gboolean foreign = strcmp (origin, own) != 0;
    if (foreign && bundle->app_foreign_url == NULL && g_str_has_prefix (origin, SCHEME))
      bundle->app_foreign_url = intern_url (index, i, facts);
    if (bundle->app_odd_url == NULL && (foreign || memchr (url, '?', length) != NULL))
      bundle->app_odd_url = intern_url (index, i, facts);
  }
}
