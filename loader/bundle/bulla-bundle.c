/* bulla-bundle.c - an open web bundle: its index, its verdict and access to its responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle.h"

#include <string.h>

#include "bulla-bundle-private.h"
#include "bulla-url.h"

G_DEFINE_FINAL_TYPE (BullaBundle, bulla_bundle, G_TYPE_OBJECT)

static void
free_vouchers (BullaBundle *self)
{
  const BullaBundleSignatures *signatures = bulla_bundle_get_signatures (self);

  for (guint i = 0; self->chains != NULL && i < signatures->n_authorities; i++)
    g_clear_pointer (&self->chains[i], bulla_chain_unref);
  for (guint i = 0; self->vouchings != NULL && i < signatures->n_subsets; i++) {
    g_free (self->vouchings[i].id);
    g_clear_object (&self->vouchings[i].refresh);
  }
  for (guint i = 0; self->caa != NULL && i < signatures->n_authorities; i++)
    g_clear_pointer (&self->caa[i], bulla_facts_unref);
  g_free (self->caa);
  g_free (self->chains);
  g_free (self->vouchings);
  g_free (self->subset_of);
}

static void
bulla_bundle_finalize (GObject *object)
{
  BullaBundle *self = BULLA_BUNDLE (object);

  free_vouchers (self);
  g_clear_pointer (&self->block, bulla_integrity_block_free);
  g_clear_pointer (&self->reader, bulla_bundle_reader_free);
  g_cancellable_cancel (self->waiting);
  g_object_unref (self->waiting);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  g_ptr_array_unref (self->earlier);
  bulla_facts_unref (self->facts);
  g_object_unref (self->source);
  bulla_outer_unref (self->outer);
  bulla_context_unref (self->context);
  g_free (self->digest);
  G_OBJECT_CLASS (bulla_bundle_parent_class)->finalize (object);
}

static void
bulla_bundle_class_init (BullaBundleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_bundle_finalize;
}

static void
bulla_bundle_init (BullaBundle *self)
{
  self->wanting = -1;
  self->earlier = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_verdict_unref);
  self->waiting = g_cancellable_new ();
}

const BullaFacts *
bulla_bundle_get_facts (BullaBundle *self)
{
  return self->facts;
}

BullaBundleReader *
bulla_bundle_get_reader (BullaBundle *self)
{
  return self->reader;
}

BullaIntegrityBlock *
bulla_bundle_get_block (BullaBundle *self)
{
  return self->block;
}

BullaBundleSource *
bulla_bundle_get_source (BullaBundle *self)
{
  return self->source;
}

const BullaBundleIndex *
bulla_bundle_get_index (BullaBundle *self)
{
  return self->reader != NULL ? bulla_bundle_reader_get_index (self->reader) : NULL;
}

/**
 * bulla_bundle_get_outer:
 * @self: a bundle
 *
 * Returns: (transfer none): the outer response of the bundle
 */
BullaOuter *
bulla_bundle_get_outer (BullaBundle *self)
{
  return self->outer;
}

/**
 * bulla_bundle_get_verdict:
 * @self: a bundle
 *
 * Says whether the bundle may represent the origin of its primary URL. A malformed bundle is not
 * shown at all. Before the primary resource has arrived, the verdict does not include it;
 * afterwards there is a new verdict, and the earlier one stays valid.
 *
 * Returns: (transfer none): the verdict
 */
BullaVerdict *
bulla_bundle_get_verdict (BullaBundle *self)
{
  return self->verdict;
}

/**
 * bulla_bundle_get_version:
 * @self: a bundle
 *
 * Returns: (nullable): "b1", "b2", or the text found in place of a version; %NULL if it was not
 *   read
 */
const char *
bulla_bundle_get_version (BullaBundle *self)
{
  return self->facts->bundle.version;
}

/**
 * bulla_bundle_get_primary_url:
 * @self: a bundle
 *
 * Returns: (nullable): the URL to show first, which is also the fallback URL
 */
const char *
bulla_bundle_get_primary_url (BullaBundle *self)
{
  return self->facts->bundle.primary_url;
}

/**
 * bulla_bundle_get_manifest_url:
 * @self: a bundle
 *
 * Returns: (nullable): the URL of the bundle's web app manifest
 */
const char *
bulla_bundle_get_manifest_url (BullaBundle *self)
{
  return self->facts->bundle.manifest_url;
}

/**
 * bulla_bundle_get_web_bundle_id:
 * @self: a bundle
 *
 * Returns: (nullable): the ID that the integrity block states, whether or not it is valid
 */
const char *
bulla_bundle_get_web_bundle_id (BullaBundle *self)
{
  return self->facts->integrity.web_bundle_id;
}

/**
 * bulla_bundle_is_signed:
 * @self: a bundle
 *
 * Returns: whether an integrity block precedes the bundle, verified or not
 */
gboolean
bulla_bundle_is_signed (BullaBundle *self)
{
  return self->facts->integrity.present == BULLA_YES;
}

/**
 * bulla_bundle_get_n_resources:
 * @self: a bundle
 *
 * Returns: the number of URLs in the index; 0 if it could not be read
 */
guint
bulla_bundle_get_n_resources (BullaBundle *self)
{
  const BullaBundleIndex *index = bulla_bundle_get_index (self);

  return index != NULL ? bulla_bundle_index_get_n_urls (index) : 0;
}

/**
 * bulla_bundle_dup_url:
 * @self: a bundle
 * @resource: index of the resource
 *
 * Returns: (transfer full): the resource's URL; a path, if the URLs of a file are relative
 */
char *
bulla_bundle_dup_url (BullaBundle *self, guint resource)
{
  g_return_val_if_fail (resource < bulla_bundle_get_n_resources (self), NULL);
  size_t length = 0;
  const char *url = bulla_bundle_index_get_url (bulla_bundle_get_index (self), resource, &length);
  return g_strndup (url, length);
}

/**
 * bulla_bundle_get_origin:
 * @self: a bundle
 * @resource: index of the resource
 *
 * Returns: the origin that the resource claims; the whole URL, if its origin is opaque; "" if the
 *   URL is a path
 */
const char *
bulla_bundle_get_origin (BullaBundle *self, guint resource)
{
  g_return_val_if_fail (resource < bulla_bundle_get_n_resources (self), NULL);
  return bulla_bundle_index_get_origin (bulla_bundle_get_index (self), resource);
}

/**
 * bulla_bundle_is_passed_over: (skip)
 * @self: a bundle
 * @resource: index of the resource
 *
 * Keys of the index may differ and still be one URL, such as those with and without the port 443.
 *
 * Returns: whether an earlier entry has the URL of @resource, so that it is never found
 */
gboolean
bulla_bundle_is_passed_over (BullaBundle *self, guint resource)
{
  const BullaBundleIndex *index = bulla_bundle_get_index (self);
  size_t length = 0;

  if (self->facts->bundle.n_ambiguous == 0)
    return FALSE;
  const char *url = bulla_bundle_index_get_url (index, resource, &length);
  return bulla_bundle_index_find (index, url, length) != (gssize)resource;
}

/**
 * bulla_bundle_find:
 * @self: a bundle
 * @url: a URL; a fragment is ignored
 *
 * Returns: the index of the resource; -1 if the bundle does not contain @url
 */
gint
bulla_bundle_find (BullaBundle *self, const char *url)
{
  const BullaBundleIndex *index = bulla_bundle_get_index (self);

  if (index == NULL)
    return -1;
  size_t length = strcspn (url, "#");
  gssize found = bulla_bundle_index_find (index, url, length);
  if (found >= 0)
    return (gint)found;
  g_auto (BullaUrl) parsed = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;
  if (!bulla_url_read (&parsed, url, length, BULLA_URL_WHATWG, &reason, &detail))
    return -1;
  found = bulla_bundle_index_find (index, parsed.url, strlen (parsed.url));
  g_autofree char *escaped = found < 0 ? bulla_url_dup_replacement (url, length) : NULL;
  /* makers of bundles escape what some parsers refuse */
  return (gint)(escaped != NULL ? bulla_bundle_index_find (index, escaped, strlen (escaped))
                                : found);
}

/**
 * bulla_bundle_get_n_variants:
 * @self: a bundle
 * @resource: index of the resource
 *
 * Returns: the number of locations of the resource; only b1 allows more than one
 */
guint
bulla_bundle_get_n_variants (BullaBundle *self, guint resource)
{
  g_return_val_if_fail (resource < bulla_bundle_get_n_resources (self), 0);
  return bulla_bundle_index_get_n_locations (bulla_bundle_get_index (self), resource);
}

/**
 * bulla_bundle_get_range:
 * @self: a bundle
 * @resource: index of the resource
 * @variant: index of its location
 * @range: (out): the location of the response, as offset in the file and length
 *
 * Returns: whether the variant has a location; b1 may omit a combination
 */
gboolean
bulla_bundle_get_range (BullaBundle *self, guint resource, guint variant, BullaRange *range)
{
  *range = (BullaRange){0, 0};
  if (resource >= bulla_bundle_get_n_resources (self)
      || variant >= bulla_bundle_get_n_variants (self, resource))
    return FALSE;
  BullaBundleLocation location =
      bulla_bundle_index_get_location (bulla_bundle_get_index (self), resource, variant);
  gboolean b1 = g_strcmp0 (self->facts->bundle.version, "b1") == 0;
  if (b1 && location.offset == 0 && location.length == 0)
    return FALSE;
  range->offset = bulla_bundle_reader_get_responses (self->reader).offset + location.offset;
  range->length = location.length;
  return TRUE;
}

/**
 * bulla_load_get_bundle:
 * @self: a load
 *
 * Returns: (transfer none) (nullable): the bundle that contains the response; %NULL for an exchange
 */
BullaBundle *
bulla_load_get_bundle (BullaLoad *self)
{
  return bulla_load_peek_bundle (self);
}
