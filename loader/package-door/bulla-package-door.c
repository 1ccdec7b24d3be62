/* bulla-package-door.c - shows bundles in origins of their own: webpkg: and isolated-app: URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: NAV "Loading an unsigned bundle", URL: one origin for each bundle and claimed origin. */
#include "bulla-package-door.h"

#include <string.h>

#include "bulla-url-key.h"

#define BUNDLES_MAX 32   /* most bundles in a view; the oldest is dropped first */
#define CLAIMS_MAX 65536 /* most URLs listed to a web process one by one */

/* A bundle that is open in a view. */
typedef struct {
  char *view;          /* owned */
  BullaBundle *bundle; /* owned */
  GHashTable *origins; /* owned; origin in which it is shown -> origin that it claims */
} Opened;

struct _BullaPackageDoor {
  GObject parent_instance;
  BullaLoader *loader; /* owned */
  GPtrArray *opened;   /* owned; of Opened, the newest last */
};

static void door_init (BullaDoorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaPackageDoor, bulla_package_door, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_DOOR, door_init))

static const char *
get_name (BullaDoor *door)
{
  return "package";
}

static BullaDoorFlags
get_flags (BullaDoor *door)
{
  return BULLA_DOOR_STREAMS;
}

static void
door_init (BullaDoorInterface *iface)
{
  iface->get_name = get_name;
  iface->get_flags = get_flags;
}

static void
opened_free (Opened *opened)
{
  g_free (opened->view);
  g_object_unref (opened->bundle);
  g_hash_table_unref (opened->origins);
  g_free (opened);
}

static void
bulla_package_door_finalize (GObject *object)
{
  BullaPackageDoor *self = BULLA_PACKAGE_DOOR (object);

  g_object_unref (self->loader);
  g_ptr_array_unref (self->opened);
  G_OBJECT_CLASS (bulla_package_door_parent_class)->finalize (object);
}

static void
bulla_package_door_class_init (BullaPackageDoorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_package_door_finalize;
}

static void
bulla_package_door_init (BullaPackageDoor *self)
{
  self->opened = g_ptr_array_new_with_free_func ((GDestroyNotify)opened_free);
}

/**
 * bulla_package_door_new:
 * @loader: provides profile and time
 */
BullaPackageDoor *
bulla_package_door_new (BullaLoader *loader)
{
  BullaPackageDoor *self = g_object_new (BULLA_TYPE_PACKAGE_DOOR, NULL);

  self->loader = g_object_ref (loader);
  return self;
}

/**
 * bulla_package_door_get_loader:
 * @self: a package door
 *
 * Returns: (transfer none): the loader of the door
 */
BullaLoader *
bulla_package_door_get_loader (BullaPackageDoor *self)
{
  return self->loader;
}

/* --- origins */

/**
 * bulla_package_is_url:
 * @url: (nullable): a URL
 *
 * Also true for the URLs by which the shell opens packages.
 *
 * Returns: whether @url has a scheme of this door
 */
gboolean
bulla_package_is_url (const char *url)
{
  return url != NULL
         && (g_str_has_prefix (url, BULLA_PACKAGE_SCHEME "://")
             || g_str_has_prefix (url, BULLA_ISOLATED_SCHEME "://"));
}

/* Returns the start of the path in @url, or the end of @url if it has no path. */
static const char *
find_path (const char *url)
{
  const char *authority = strstr (url, "://");

  if (authority == NULL)
    return url + strlen (url);
  authority += strlen ("://");
  return authority + strcspn (authority, "/?#");
}

/**
 * bulla_package_dup_origin:
 * @url: (nullable): a URL
 *
 * Returns: (transfer full) (nullable): the origin of @url; %NULL if @url is not of this door
 */
char *
bulla_package_dup_origin (const char *url)
{
  if (!bulla_package_is_url (url))
    return NULL;
  g_autofree char *origin = g_strndup (url, find_path (url) - url);
  return g_ascii_strdown (origin, -1);
}

static gboolean
is_opaque (const char *claimed_origin)
{
  return g_str_has_prefix (claimed_origin, "urn:")
         || g_str_has_prefix (claimed_origin, "uuid-in-package:");
}

/* Returns the origin in which a bundle is shown: the ID of a signed bundle, or one made from the
 * claimed origin. */
static char *
dup_shown_origin (BullaBundle *bundle, const char *claimed_origin)
{
  const char *id = bulla_bundle_is_signed (bundle) ? bulla_bundle_get_web_bundle_id (bundle) : NULL;

  if (id != NULL && g_str_has_prefix (claimed_origin, BULLA_ISOLATED_SCHEME "://")
      && g_str_equal (claimed_origin + strlen (BULLA_ISOLATED_SCHEME "://"), id))
    return g_strdup (claimed_origin);
  g_autofree char *package = bulla_bundle_dup_package_id (bundle, claimed_origin);
  return package != NULL ? g_strconcat (BULLA_PACKAGE_SCHEME "://", package, NULL) : NULL;
}

static GHashTable *
list_origins (BullaBundle *bundle)
{
  GHashTable *origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  /* an index has each origin once, so that its address stands for it */
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, NULL);
  const char *id = bulla_bundle_is_signed (bundle) ? bulla_bundle_get_web_bundle_id (bundle) : NULL;

  for (guint i = 0; i < bulla_bundle_get_n_resources (bundle); i++) {
    const char *claimed = bulla_bundle_get_origin (bundle, i);

    if (claimed == NULL || !g_hash_table_add (seen, (gpointer)claimed))
      continue;
    char *shown = dup_shown_origin (bundle, claimed);
    if (shown != NULL)
      g_hash_table_replace (origins, shown, g_strdup (claimed));
  }
  if (id != NULL) {
    char *own = g_strconcat (BULLA_ISOLATED_SCHEME "://", id, NULL);
    g_hash_table_replace (origins, own, g_strdup (own));
  }
  return origins;
}

/**
 * bulla_package_dup_url:
 * @bundle: a bundle
 * @claimed_url: the URL of a resource in the bundle
 *
 * Returns: (transfer full) (nullable): the URL at which the resource is shown in the bundle's own
 *   origin; %NULL if the bundle does not contain it
 */
char *
bulla_package_dup_url (BullaBundle *bundle, const char *claimed_url)
{
  gint resource = bulla_bundle_find (bundle, claimed_url);
  const char *claimed = resource >= 0 ? bulla_bundle_get_origin (bundle, resource) : NULL;
  g_autofree char *shown = claimed != NULL ? dup_shown_origin (bundle, claimed) : NULL;

  if (shown == NULL)
    return NULL;
  if (is_opaque (claimed))
    return g_strconcat (shown, "/", NULL);
  g_autofree char *url = bulla_bundle_dup_url (bundle, resource);
  const char *path = g_str_has_prefix (url, claimed) ? url + strlen (claimed) : url;
  return g_strconcat (shown, *path == '/' ? "" : "/", path, NULL);
}

/**
 * bulla_package_dup_start_url:
 * @bundle: a bundle
 *
 * Returns: (transfer full) (nullable): the URL at which the primary resource is shown; the root of
 *   a signed bundle without one; %NULL if the bundle names no start page
 */
char *
bulla_package_dup_start_url (BullaBundle *bundle)
{
  const char *primary = bulla_bundle_get_primary_url (bundle);
  const char *id = bulla_bundle_is_signed (bundle) ? bulla_bundle_get_web_bundle_id (bundle) : NULL;

  if (primary != NULL && *primary != '\0')
    return bulla_package_dup_url (bundle, primary);
  if (id == NULL)
    return NULL;
  g_autofree char *root = g_strconcat (BULLA_ISOLATED_SCHEME "://", id, "/", NULL);
  return bulla_package_dup_url (bundle, root);
}

/**
 * bulla_package_dup_id:
 * @bundle: a bundle
 *
 * Returns: (transfer full): the host that identifies the bundle for network permission: that of its
 *   start page, or else of its first resource
 */
char *
bulla_package_dup_id (BullaBundle *bundle)
{
  g_autofree char *url = bulla_package_dup_start_url (bundle);

  for (guint i = 0; url == NULL && i < bulla_bundle_get_n_resources (bundle); i++) {
    g_autofree char *claimed = bulla_bundle_dup_url (bundle, i);
    url = bulla_package_dup_url (bundle, claimed);
  }
  g_autofree char *origin = bulla_package_dup_origin (url);
  return g_strdup (origin != NULL ? strstr (origin, "://") + strlen ("://") : "");
}

/* --- open bundles */

static const Opened *
find_opened (BullaPackageDoor *self, const char *view, const char *url)
{
  g_autofree char *origin = bulla_package_dup_origin (url);

  for (guint i = self->opened->len; origin != NULL && view != NULL && i > 0; i--) {
    const Opened *opened = self->opened->pdata[i - 1];

    if (g_str_equal (opened->view, view) && g_hash_table_contains (opened->origins, origin))
      return opened;
  }
  return NULL;
}

static gboolean
is_same_bundle (BullaBundle *a, BullaBundle *b)
{
  return a == b
         || (bulla_bundle_get_digest (a) != NULL
             && g_strcmp0 (bulla_bundle_get_digest (a), bulla_bundle_get_digest (b)) == 0);
}

/* Drops the oldest bundle of a view that has too many; a bundle opened again replaces itself. */
static void
make_room (BullaPackageDoor *self, const char *view, BullaBundle *bundle)
{
  guint count = 0;

  for (guint i = self->opened->len; i > 0; i--) {
    const Opened *opened = self->opened->pdata[i - 1];

    if (!g_str_equal (opened->view, view))
      continue;
    if (is_same_bundle (opened->bundle, bundle) || ++count >= BUNDLES_MAX)
      g_ptr_array_remove_index (self->opened, i - 1);
  }
}

/**
 * bulla_package_door_open:
 * @self: a package door
 * @view: the view that may show the bundle
 * @bundle: a bundle that is not refused
 */
void
bulla_package_door_open (BullaPackageDoor *self, const char *view, BullaBundle *bundle)
{
  Opened *opened = g_new0 (Opened, 1);

  make_room (self, view, bundle);
  opened->view = g_strdup (view);
  opened->bundle = g_object_ref (bundle);
  opened->origins = list_origins (bundle);
  g_ptr_array_add (self->opened, opened);
}

/**
 * bulla_package_door_close_view:
 * @self: a package door
 * @view: a closed view
 */
void
bulla_package_door_close_view (BullaPackageDoor *self, const char *view)
{
  for (guint i = self->opened->len; i > 0; i--)
    if (g_str_equal (((Opened *)self->opened->pdata[i - 1])->view, view))
      g_ptr_array_remove_index (self->opened, i - 1);
}

/**
 * bulla_package_door_find:
 * @self: a package door
 * @view: (nullable): the view that sends the request
 * @url: (nullable): the requested URL
 *
 * Returns: (transfer none) (nullable): the bundle opened in @view that has the origin of @url
 */
BullaBundle *
bulla_package_door_find (BullaPackageDoor *self, const char *view, const char *url)
{
  const Opened *opened = find_opened (self, view, url);

  return opened != NULL ? opened->bundle : NULL;
}

/**
 * bulla_package_door_is_within:
 * @self: a package door
 * @view: the view that shows both
 * @page: (nullable): the URL of a page
 * @url: (nullable): the requested URL
 *
 * -
 *
 * Returns: whether both URLs belong to one bundle; a page cannot request resources of another
 *   bundle
 */
gboolean
bulla_package_door_is_within (BullaPackageDoor *self, const char *view, const char *page,
                              const char *url)
{
  const Opened *own = find_opened (self, view, page);

  return own != NULL && own == find_opened (self, view, url);
}

/**
 * bulla_package_door_get_claimed_origin:
 * @self: a package door
 * @view: (nullable): the view that sends the request
 * @url: (nullable): a URL of this door
 *
 * Returns: (nullable): the origin that the bundle claims for @url; "" if the bundle only states a
 *   path
 */
const char *
bulla_package_door_get_claimed_origin (BullaPackageDoor *self, const char *view, const char *url)
{
  const Opened *opened = find_opened (self, view, url);
  g_autofree char *origin = opened != NULL ? bulla_package_dup_origin (url) : NULL;

  return origin != NULL ? g_hash_table_lookup (opened->origins, origin) : NULL;
}

/**
 * bulla_package_door_dup_claimed_url:
 * @self: a package door
 * @view: (nullable): the view that sends the request
 * @url: (nullable): a URL of this door
 *
 * Returns: (transfer full) (nullable): the URL that the bundle claims for @url, without its
 *   fragment
 */
char *
bulla_package_door_dup_claimed_url (BullaPackageDoor *self, const char *view, const char *url)
{
  const char *claimed = bulla_package_door_get_claimed_origin (self, view, url);

  if (claimed == NULL)
    return NULL;
  const char *path = find_path (url);
  g_autofree char *rest = g_strndup (path, strcspn (path, "#"));
  if (is_opaque (claimed))
    return g_str_equal (rest, "/") ? g_strdup (claimed) : g_strconcat (claimed, rest, NULL);
  return g_strconcat (claimed, *rest == '/' ? "" : "/", rest, NULL);
}

/* --- rules for the web process to find absolute URLs in the bundle */

/**
 * bulla_package_describe_claims:
 * @bundle: a bundle
 *
 * Returns: (transfer floating): `(sa{ss}as)`: a name for the bundle; its claimed origins, each with
 *   the origin in which it is shown; its http(s) URLs, or an empty list if there are too many: then
 *   all URLs of these origins count
 */
GVariant *
bulla_package_describe_claims (BullaBundle *bundle)
{
  g_autoptr (GHashTable) origins = list_origins (bundle);
  guint count = bulla_bundle_get_n_resources (bundle);
  const char *digest = bulla_bundle_get_digest (bundle);
  GVariantBuilder pairs, urls;
  GHashTableIter iter;
  gpointer shown, claimed;

  g_variant_builder_init (&pairs, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_init (&urls, G_VARIANT_TYPE ("as"));
  g_hash_table_iter_init (&iter, origins);
  while (g_hash_table_iter_next (&iter, &shown, &claimed))
    g_variant_builder_add (&pairs, "{ss}", claimed, shown);
  for (guint i = 0; count <= CLAIMS_MAX && i < count; i++) {
    g_autofree char *url = bulla_bundle_dup_url (bundle, i);
    g_autofree char *key = g_str_has_prefix (url, "http") ? bulla_url_dup_key (url) : NULL;

    if (key != NULL)
      g_variant_builder_add (&urls, "s", key);
  }
  return g_variant_new ("(sa{ss}as)", digest != NULL ? digest : "", &pairs, &urls);
}
