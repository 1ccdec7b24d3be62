/* bulla-pinned-keys.c - maps each web bundle id to the key that must sign the bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-pinned-keys.h"

#include <string.h>

static const struct {
  const char *prefix;
  size_t length;
} kinds[] = {
    [BULLA_PINNED_ED25519] = {"ed25519:", 32},
    [BULLA_PINNED_ECDSA_P256] = {"ecdsa-p256-sha256:", 33},
};

/* Decodes base64 strictly: g_base64_decode() skips invalid characters, so the result is
 * re-encoded and compared. */
static guint8 *
decode (const char *text, size_t *length)
{
  g_autofree guint8 *data = g_base64_decode (text, length);
  g_autofree char *again = g_base64_encode (data, *length);

  return strcmp (again, text) == 0 ? g_steal_pointer (&data) : NULL;
}

/**
 * bulla_pinned_key_parse: (skip)
 * @text: `ed25519:` or `ecdsa-p256-sha256:` and the key in base64, padded
 *
 * Returns: (transfer full) (nullable): the key
 */
BullaPinnedKey *
bulla_pinned_key_parse (const char *text)
{
  for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (!g_str_has_prefix (text, kinds[i].prefix))
      continue;
    size_t length = 0;
    g_autofree guint8 *data = decode (text + strlen (kinds[i].prefix), &length);
    if (data == NULL || length != kinds[i].length)
      return NULL;
    /* SEC 1, 2.3.3: a compressed point begins with 2 or 3, the parity of y */
    if (i == BULLA_PINNED_ECDSA_P256 && data[0] != 2 && data[0] != 3)
      return NULL;
    BullaPinnedKey *self = g_new0 (BullaPinnedKey, 1);
    self->kind = (BullaPinnedKind)i;
    self->bytes = g_bytes_new_take (g_steal_pointer (&data), length);
    self->text = g_strdup (text);
    return self;
  }
  return NULL;
}

void
bulla_pinned_key_free (BullaPinnedKey *self)
{
  g_bytes_unref (self->bytes);
  g_free (self->text);
  g_free (self);
}

/**
 * bulla_pinned_key_is_id: (skip)
 * @id: a text that may be a web bundle id
 *
 * Returns: whether @id is valid: base32 in small letters, of a key and its kind
 */
gboolean
bulla_pinned_key_is_id (const char *id)
{
  size_t length = strspn (id, "abcdefghijklmnopqrstuvwxyz234567");

  return id[length] == '\0' && (length == 56 || length == 58);
}

GHashTable *
bulla_pinned_keys_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify)bulla_pinned_key_free);
}

/**
 * bulla_pinned_keys_add: (skip)
 * @self: keys by id
 * @id: a web bundle id
 * @text: its key, which replaces an earlier one
 *
 * Returns: whether both are valid
 */
gboolean
bulla_pinned_keys_add (GHashTable *self, const char *id, const char *text)
{
  g_autoptr (BullaPinnedKey) key = bulla_pinned_key_parse (text);

  if (key == NULL || !bulla_pinned_key_is_id (id))
    return FALSE;
  g_hash_table_replace (self, g_strdup (id), g_steal_pointer (&key));
  return TRUE;
}

void
bulla_pinned_keys_add_all (GHashTable *self, GHashTable *other)
{
  GHashTableIter iter;
  gpointer id = NULL, key = NULL;

  g_hash_table_iter_init (&iter, other);
  while (g_hash_table_iter_next (&iter, &id, &key))
    bulla_pinned_keys_add (self, id, ((BullaPinnedKey *)key)->text);
}

/* Keys are written in sorted order, so that a profile always has the same text. */
void
bulla_pinned_keys_write (GHashTable *self, GKeyFile *file)
{
  g_autoptr (GList) ids = g_list_sort (g_hash_table_get_keys (self), (GCompareFunc)strcmp);

  for (GList *id = ids; id != NULL; id = id->next) {
    const BullaPinnedKey *key = g_hash_table_lookup (self, id->data);
    g_key_file_set_string (file, BULLA_PINNED_KEYS_GROUP, id->data, key->text);
  }
}
