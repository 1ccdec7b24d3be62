/* bulla-page-claims.c - maps the URLs that a bundle claims to the URLs at which they are shown
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A page of a bundle may refer to another one by its claimed https URL. The shell sends the list
 * of claimed URLs before it sends the page; see bulla_package_describe_claims(). */
#include "bulla-page-claims.h"

#include <string.h>

#define BUNDLES_MAX 64

typedef struct {
  char *name;          /* owned; name of the bundle */
  GHashTable *claimed; /* owned; claimed origin -> origin at which it is shown */
  GHashTable *shown;   /* owned; set of the origins at which it is shown */
  GHashTable *urls;    /* owned; set of claimed URLs; empty if all of those origins are claimed */
} Bundle;

struct _BullaPageClaims {
  GPtrArray *bundles; /* owned; of Bundle, the newest last */
};

static void
bundle_free (Bundle *bundle)
{
  g_free (bundle->name);
  g_hash_table_unref (bundle->claimed);
  g_hash_table_unref (bundle->shown);
  g_hash_table_unref (bundle->urls);
  g_free (bundle);
}

BullaPageClaims *
bulla_page_claims_new (void)
{
  BullaPageClaims *self = g_new0 (BullaPageClaims, 1);

  self->bundles = g_ptr_array_new_with_free_func ((GDestroyNotify)bundle_free);
  return self;
}

static Bundle *
read_bundle (GVariant *claims)
{
  Bundle *bundle = g_new0 (Bundle, 1);
  GVariantIter *origins, *urls;
  char *claimed, *shown, *url;

  bundle->claimed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  bundle->shown = g_hash_table_new (g_str_hash, g_str_equal);
  bundle->urls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_variant_get (claims, "(sa{ss}as)", &bundle->name, &origins, &urls);
  while (g_variant_iter_next (origins, "{ss}", &claimed, &shown)) {
    g_hash_table_replace (bundle->claimed, claimed, shown);
    g_hash_table_add (bundle->shown, shown);
  }
  while (g_variant_iter_next (urls, "s", &url))
    g_hash_table_add (bundle->urls, url);
  g_variant_iter_free (origins);
  g_variant_iter_free (urls);
  return bundle;
}

/**
 * bulla_page_claims_add:
 * @claims: `(sa{ss}as)`: the claims of one bundle, which replace its earlier ones
 */
void
bulla_page_claims_add (BullaPageClaims *self, GVariant *claims)
{
  Bundle *bundle = read_bundle (claims);

  for (guint i = self->bundles->len; i > 0; i--)
    if (g_str_equal (((Bundle *)self->bundles->pdata[i - 1])->name, bundle->name))
      g_ptr_array_remove_index (self->bundles, i - 1);
  if (self->bundles->len >= BUNDLES_MAX)
    g_ptr_array_remove_index (self->bundles, 0);
  g_ptr_array_add (self->bundles, bundle);
}

static char *
dup_origin (const char *url)
{
  const char *host = url != NULL ? strstr (url, "://") : NULL;

  if (host == NULL)
    return NULL;
  host += strlen ("://");
  return g_strndup (url, host - url + strcspn (host, "/?#"));
}

static gboolean
is_package (const char *url)
{
  return url != NULL
         && (g_str_has_prefix (url, "webpkg://") || g_str_has_prefix (url, "isolated-app://"));
}

static const Bundle *
find_bundle (BullaPageClaims *self, const char *page)
{
  g_autofree char *origin = is_package (page) ? dup_origin (page) : NULL;

  for (guint i = self->bundles->len; origin != NULL && i > 0; i--) {
    const Bundle *bundle = self->bundles->pdata[i - 1];

    if (g_hash_table_contains (bundle->shown, origin))
      return bundle;
  }
  return NULL;
}

/**
 * bulla_page_claims_dup_shown:
 * @page: (nullable): the address of a page
 * @url: an http or https URL
 *
 * Returns: (transfer full) (nullable): the URL at which the page's own bundle shows @url; %NULL if
 *   the bundle does not claim it
 */
char *
bulla_page_claims_dup_shown (BullaPageClaims *self, const char *page, const char *url)
{
  const Bundle *bundle = find_bundle (self, page);
  g_autofree char *origin = bundle != NULL ? dup_origin (url) : NULL;
  const char *shown = origin != NULL ? g_hash_table_lookup (bundle->claimed, origin) : NULL;
  g_autofree char *key = g_strndup (url, strcspn (url, "#"));

  if (shown == NULL
      || (g_hash_table_size (bundle->urls) > 0 && !g_hash_table_contains (bundle->urls, key)))
    return NULL;
  const char *rest = url + strlen (origin);
  return g_strconcat (shown, *rest == '/' ? "" : "/", rest, NULL);
}
