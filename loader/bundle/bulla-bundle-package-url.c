/* bulla-bundle-package-url.c - derives the origins in which a bundle is shown, from its hash
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: URL: one origin for each bundle and claimed origin. */
#include <string.h>

#include "bulla-bundle-private.h"
#include "bulla-hasher.h"

#define ID_LENGTH 52 /* base32 characters: 260 bits, 256 of which are the hash */
#define SHA256_SIZE 32

static char *
to_hex (const guint8 *bytes, size_t length)
{
  GString *text = g_string_sized_new (2 * length);

  for (size_t i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

/**
 * bulla_bundle_get_digest:
 * @self: a bundle
 *
 * Reads the whole file in small pieces, if it was not read before. bulla_bundle_read_digest_async()
 * does not block.
 *
 * Returns: (nullable): the SHA-256 of all bytes of the bundle in hexadecimal; %NULL while they
 *   arrive, or if they cannot be read
 */
const char *
bulla_bundle_get_digest (BullaBundle *self)
{
  guint8 hash[BULLA_HASH_MAX];

  if (self->digest == NULL && bulla_bundle_source_is_complete (self->source)
      && bulla_bundle_source_hash (self->source, BULLA_HASH_SHA256, 0, NULL, hash, NULL))
    self->digest = to_hex (hash, SHA256_SIZE);
  return self->digest;
}

static void
hash_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  guint8 hash[BULLA_HASH_MAX];
  GError *error = NULL;

  if (bulla_bundle_source_hash (source, BULLA_HASH_SHA256, 0, cancellable, hash, &error))
    g_task_return_pointer (task, to_hex (hash, SHA256_SIZE), g_free);
  else
    g_task_return_error (task, error);
}

static void
hashed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaBundle *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autofree char *digest = g_task_propagate_pointer (G_TASK (result), &error);

  if (digest == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (self->digest == NULL)
    self->digest = g_steal_pointer (&digest);
  g_task_return_boolean (task, TRUE);
}

static void
whole_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaBundle *self = g_task_get_source_object (task);
  GError *error = NULL;
  const GError *transport = bulla_bundle_source_get_error (self->source);

  if (bulla_bundle_source_wait_finish (self->source, result, &error) && transport != NULL)
    error = g_error_copy (transport);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_autoptr (GTask) inner =
      g_task_new (self->source, g_task_get_cancellable (task), hashed_cb, g_object_ref (task));
  g_task_run_in_thread (inner, hash_in_thread);
}

/**
 * bulla_bundle_read_digest_async:
 * @self: a bundle
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the whole bundle has arrived and was read
 * @user_data: for @callback
 */
void
bulla_bundle_read_digest_async (BullaBundle *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_bundle_read_digest_async);
  if (self->digest == NULL) {
    bulla_bundle_source_wait_async (self->source, G_MAXUINT64, cancellable, whole_cb, task);
    return;
  }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/**
 * bulla_bundle_read_digest_finish:
 * @self: a bundle
 * @result: the result of bulla_bundle_read_digest_async()
 * @error: set if the bundle is incomplete, could not be read, or the call was cancelled
 *
 * Returns: whether the digest and the package IDs are available
 */
gboolean
bulla_bundle_read_digest_finish (BullaBundle *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * bulla_bundle_dup_package_id:
 * @self: a bundle
 * @claimed_origin: the origin that some of its resources claim
 *
 * The first bits of a SHA-256 over the bundle's digest and the claimed origin, in base32. Another
 * bundle with the same claimed origin has another ID, and so has another claimed origin of this
 * bundle.
 *
 * Returns: (transfer full) (nullable): the host of `webpkg://` URLs; %NULL if
 *   bulla_bundle_get_digest() returns %NULL
 */
char *
bulla_bundle_dup_package_id (BullaBundle *self, const char *claimed_origin)
{
  const char *digest = bulla_bundle_get_digest (self);
  guint8 hash[BULLA_HASH_MAX];

  if (digest == NULL)
    return NULL;
  g_autoptr (BullaHasher) hasher = bulla_hasher_new (BULLA_HASH_SHA256);
  for (size_t i = 0; i < SHA256_SIZE; i++) {
    guint8 byte = (guint8)(g_ascii_xdigit_value (digest[2 * i]) << 4
                           | g_ascii_xdigit_value (digest[2 * i + 1]));
    bulla_hasher_push (hasher, &byte, 1);
  }
  bulla_hasher_push (hasher, (const guint8 *)claimed_origin, strlen (claimed_origin));
  bulla_hasher_finish (hasher, hash);
  g_autofree char *id = bulla_base32_encode (hash, SHA256_SIZE);
  return g_strndup (id, ID_LENGTH);
}

/**
 * bulla_bundle_dup_package_url:
 * @self: a bundle
 * @url: URL of one of its resources
 *
 * Returns: (transfer full) (nullable): the URL at which it is shown without substitution:
 *   `isolated-app://` for URLs below a signed bundle's ID, otherwise `webpkg://`; %NULL if the
 *   bundle does not contain @url, or its digest is not available
 */
char *
bulla_bundle_dup_package_url (BullaBundle *self, const char *url)
{
  gint resource = bulla_bundle_find (self, url);

  if (resource < 0)
    return NULL;
  const char *origin = bulla_bundle_get_origin (self, (guint)resource);
  g_autofree char *plain = bulla_bundle_dup_url (self, (guint)resource);
  const char *web_bundle_id = bulla_bundle_get_web_bundle_id (self);
  if (bulla_bundle_is_signed (self) && g_str_has_prefix (origin, "isolated-app://")
      && g_strcmp0 (origin + strlen ("isolated-app://"), web_bundle_id) == 0)
    return g_steal_pointer (&plain);
  const char *path = g_str_has_prefix (plain, origin) ? plain + strlen (origin) : "/";
  g_autofree char *id = bulla_bundle_dup_package_id (self, origin);
  return id != NULL ? g_strconcat ("webpkg://", id, *path == '/' ? "" : "/", path, NULL) : NULL;
}
