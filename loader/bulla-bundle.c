/* bulla-bundle.c - a web bundle that is open: its index, its verdict, and its responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle.h"

struct _BullaBundle {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (BullaBundle, bulla_bundle, G_TYPE_OBJECT)

static void
bulla_bundle_class_init (BullaBundleClass *klass)
{
}

static void
bulla_bundle_init (BullaBundle *self)
{
}

BullaOuter *
bulla_bundle_get_outer (BullaBundle *self)
{
  return NULL;
}

BullaVerdict *
bulla_bundle_get_verdict (BullaBundle *self)
{
  return NULL;
}

const char *
bulla_bundle_get_version (BullaBundle *self)
{
  return NULL;
}

const char *
bulla_bundle_get_primary_url (BullaBundle *self)
{
  return NULL;
}

const char *
bulla_bundle_get_manifest_url (BullaBundle *self)
{
  return NULL;
}

const char *
bulla_bundle_get_web_bundle_id (BullaBundle *self)
{
  return NULL;
}

gboolean
bulla_bundle_is_signed (BullaBundle *self)
{
  return FALSE;
}

const char *
bulla_bundle_get_digest (BullaBundle *self)
{
  return NULL;
}

guint
bulla_bundle_get_n_resources (BullaBundle *self)
{
  return 0;
}

char *
bulla_bundle_dup_url (BullaBundle *self, guint resource)
{
  return NULL;
}

const char *
bulla_bundle_get_origin (BullaBundle *self, guint resource)
{
  return NULL;
}

gint
bulla_bundle_find (BullaBundle *self, const char *url)
{
  return -1;
}

guint
bulla_bundle_get_n_variants (BullaBundle *self, guint resource)
{
  return 0;
}

gboolean
bulla_bundle_get_range (BullaBundle *self, guint resource, guint variant, BullaRange *range)
{
  return FALSE;
}

gint
bulla_bundle_choose_variant (BullaBundle *self, guint resource, const BullaRequestFacts *request)
{
  return -1;
}

guint
bulla_bundle_get_n_subsets (BullaBundle *self)
{
  return 0;
}

gint
bulla_bundle_get_subset (BullaBundle *self, guint resource)
{
  return -1;
}

const char *
bulla_bundle_get_subset_id (BullaBundle *self, guint subset)
{
  return NULL;
}

void
bulla_bundle_load_async (BullaBundle *self, guint resource, guint variant,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
}

BullaLoad *
bulla_bundle_load_finish (BullaBundle *self, GAsyncResult *result, GError **error)
{
  return NULL;
}

BullaLoad *
bulla_bundle_load (BullaBundle *self, guint resource, guint variant, GCancellable *cancellable,
                   GError **error)
{
  return NULL;
}

char *
bulla_bundle_dup_package_id (BullaBundle *self, const char *claimed_origin)
{
  return NULL;
}

char *
bulla_bundle_dup_package_url (BullaBundle *self, const char *url)
{
  return NULL;
}
