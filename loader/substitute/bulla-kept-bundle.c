/* bulla-kept-bundle.c - keeps a bundle open, and finds its responses by URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-kept-bundle.h"

#include <string.h>

#include "bulla-bundle-internal.h"
#include "bulla-load-internal.h"
#include "bulla-url-key.h"
#include "bulla-url.h"

struct _BullaKeptBundle {
  gatomicrefcount count;
  BullaBundle *bundle; /* owned */
  /* trees, because hashes can be made to collide */
  GTree *spellings; /* owned; NULL before it is needed; other spelling -> resource + 1 */
  GTree *stated;    /* owned; NULL before it is needed; set of other spellings in subsets */
};

/**
 * bulla_kept_bundle_new:
 * @bundle: a bundle, which may still be arriving
 *
 * Returns: (transfer full): the kept bundle; its resources are found by any spelling of their URLs
 */
BullaKeptBundle *
bulla_kept_bundle_new (BullaBundle *bundle)
{
  BullaKeptBundle *self = g_new0 (BullaKeptBundle, 1);

  g_atomic_ref_count_init (&self->count);
  self->bundle = g_object_ref (bundle);
  return self;
}

BullaKeptBundle *
bulla_kept_bundle_ref (BullaKeptBundle *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_kept_bundle_unref (BullaKeptBundle *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_object_unref (self->bundle);
  g_clear_pointer (&self->spellings, g_tree_unref);
  g_clear_pointer (&self->stated, g_tree_unref);
  g_free (self);
}

BullaBundle *
bulla_kept_bundle_get_bundle (BullaKeptBundle *self)
{
  return self->bundle;
}

/* @url: without a fragment. Returns: (transfer full): the same key for every spelling of @url */
static char *
dup_key (const char *url)
{
  g_autofree char *escaped = bulla_url_dup_escaped (url, strlen (url));

  return bulla_url_dup_key (escaped);
}

/* @url: (nullable): a URL in the package. Returns: (transfer full) (nullable): its key, if that is
 * another spelling; only escapes, and characters that should be escaped, have other spellings */
static char *
dup_other_spelling (const char *url)
{
  if (url == NULL || strpbrk (url, "%" BULLA_URL_REFUSED) == NULL)
    return NULL;
  g_autofree char *key = dup_key (url);
  return g_str_equal (key, url) ? NULL : g_steal_pointer (&key);
}

static int
compare_texts (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

static void
collect_spellings (BullaKeptBundle *self)
{
  guint n = bulla_bundle_get_n_resources (self->bundle);

  self->spellings = g_tree_new_full (compare_texts, NULL, g_free, NULL);
  for (guint i = 0; i < n; i++) {
    g_autofree char *url = bulla_bundle_dup_url (self->bundle, i);
    g_autofree char *key = dup_other_spelling (url);
    if (key != NULL && g_tree_lookup (self->spellings, key) == NULL)
      g_tree_insert (self->spellings, g_steal_pointer (&key), GUINT_TO_POINTER (i + 1));
  }
}

/**
 * bulla_kept_bundle_find:
 * @self: a kept bundle
 * @url: the requested URL; its fragment is ignored
 *
 * The resource whose URL is spelt as @url is preferred to one with another spelling.
 *
 * Returns: the resource; -1 if the bundle does not contain @url
 */
gint
bulla_kept_bundle_find (BullaKeptBundle *self, const char *url)
{
  gint found = bulla_bundle_find (self->bundle, url);

  if (found >= 0)
    return found;
  g_autofree char *bare = g_strndup (url, strcspn (url, "#"));
  g_autofree char *key = dup_key (bare);
  if (!g_str_equal (key, bare))
    found = bulla_bundle_find (self->bundle, key);
  if (found >= 0)
    return found;
  if (self->spellings == NULL)
    collect_spellings (self);
  return (gint)GPOINTER_TO_UINT (g_tree_lookup (self->spellings, key)) - 1;
}

/**
 * bulla_kept_bundle_get_subset:
 * @self: a kept bundle
 * @url: a URL
 *
 * Returns: the subset that states @url; -1 if none does, or the bundle does not contain @url
 */
gint
bulla_kept_bundle_get_subset (BullaKeptBundle *self, const char *url)
{
  gint resource = bulla_kept_bundle_find (self, url);

  return resource >= 0 ? bulla_bundle_get_subset (self->bundle, resource) : -1;
}

static char *
dup_stated (guint subset, const char *key)
{
  return g_strdup_printf ("%u %s", subset, key);
}

static void
collect_stated (BullaKeptBundle *self, const BullaBundleSignatures *signatures)
{
  self->stated = g_tree_new_full (compare_texts, NULL, g_free, NULL);
  for (guint i = 0; i < signatures->n_subsets; i++)
    for (guint j = 0; j < signatures->subsets[i].n_entries; j++) {
      const BullaSpan *span = &signatures->subsets[i].entries[j].url;
      g_autofree char *url = g_strndup ((const char *)span->data, span->length);
      g_autofree char *key = dup_other_spelling (url);
      if (key != NULL)
        g_tree_insert (self->stated, dup_stated (i, key), GUINT_TO_POINTER (1));
    }
}

static gboolean
states_spelling (const BullaSubset *subset, const char *url)
{
  return url != NULL && bulla_subset_find (subset, url, strlen (url)) != NULL;
}

/**
 * bulla_kept_bundle_covers:
 * @self: a kept bundle
 * @subset: index of a subset; -1 for none
 * @url: a URL, whether or not the bundle contains it; its fragment is ignored
 *
 * Returns: whether @subset states a signature for @url, in whichever spelling
 */
gboolean
bulla_kept_bundle_covers (BullaKeptBundle *self, gint subset, const char *url)
{
  const BullaBundleSignatures *signatures = bulla_bundle_get_signatures (self->bundle);

  if (subset < 0 || signatures == NULL || (guint)subset >= signatures->n_subsets)
    return FALSE;
  const BullaSubset *states = &signatures->subsets[subset];
  gint resource = bulla_kept_bundle_find (self, url);
  g_autofree char *own = resource >= 0 ? bulla_bundle_dup_url (self->bundle, resource) : NULL;
  g_autofree char *bare = g_strndup (url, strcspn (url, "#"));
  if (states_spelling (states, own) || states_spelling (states, bare))
    return TRUE;
  g_autofree char *key = dup_key (bare);
  g_autofree char *stated = dup_stated ((guint)subset, key);
  if (self->stated == NULL)
    collect_stated (self, signatures);
  return states_spelling (states, key) || g_tree_lookup (self->stated, stated) != NULL;
}

/**
 * bulla_kept_bundle_subset_of:
 * @response: a response of the bundle
 *
 * Returns: the subset with a valid signature for the response; -1 if there is none
 */
gint
bulla_kept_bundle_subset_of (BullaLoad *response)
{
  const BullaFacts *facts = bulla_load_get_facts (response);
  gboolean holds = facts->response.vouched == BULLA_YES && facts->signature.valid == BULLA_YES;

  return holds ? (gint)facts->response.subset : -1;
}

/**
 * bulla_kept_bundle_supersedes:
 * @self: a bundle that came later
 * @older: a bundle that was kept earlier
 *
 * Returns: whether @self contains another version of a URL that @older covers, or is the same
 *   bundle
 */
gboolean
bulla_kept_bundle_supersedes (BullaKeptBundle *self, BullaKeptBundle *older)
{
  const char *ours = bulla_outer_get_url (bulla_bundle_get_outer (self->bundle));
  const char *theirs = bulla_outer_get_url (bulla_bundle_get_outer (older->bundle));
  guint n = bulla_bundle_get_n_resources (self->bundle);

  if (ours != NULL && g_strcmp0 (ours, theirs) == 0)
    return TRUE;
  for (guint i = 0; i < n; i++) {
    if (bulla_bundle_get_subset (self->bundle, i) < 0)
      continue;
    g_autofree char *url = bulla_bundle_dup_url (self->bundle, i);
    if (bulla_kept_bundle_get_subset (older, url) >= 0)
      return TRUE;
  }
  return FALSE;
}
