/* bulla-subset-writer.c - writes the section signatures: authorities and the subsets they sign
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md section 6 */
#include "bulla-bundle-writer-private.h"
#include "bulla-credential-private.h"
#include "bulla-exchange-writer-private.h"

#include <string.h>

#define MESSAGE_PADDING 64
#define INTEGRITY "digest/mi-sha256-03"
#define CHAIN_MAGIC "\x67\xf0\x9f\x93\x9c\xe2\x9b\x93" /* as encoded in cert-chain+cbor */
#define CHAIN_MAX 22                                   /* most certificates; 1-byte array head */

/* The certificates of all subsets. */
typedef struct {
  GByteArray *items;  /* owned; concatenated maps of the chains */
  guint64 count;      /* number of the maps */
  GHashTable *chains; /* owned; GBytes -> index of the leaf, as GUINT_TO_POINTER */
} Authorities;

static void
authorities_clear (Authorities *self)
{
  g_byte_array_unref (self->items);
  g_hash_table_unref (self->chains);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Authorities, authorities_clear)

/* A chain is an array of its magic and the maps, which are copied unparsed. @leaf: (out): index of
 * the first map among the authorities */
static gboolean
add_chain (Authorities *self, GBytes *chain, guint64 *leaf, GError **error)
{
  gpointer known;
  gsize size;
  const guint8 *data = g_bytes_get_data (chain, &size);
  size_t start = 1 + strlen (CHAIN_MAGIC);

  if (g_hash_table_lookup_extended (self->chains, chain, NULL, &known)) {
    *leaf = GPOINTER_TO_UINT (known);
    return TRUE;
  }
  if (size <= start || data[0] < 0x82 || data[0] > 0x80 + CHAIN_MAX + 1
      || memcmp (data + 1, CHAIN_MAGIC, strlen (CHAIN_MAGIC)) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "The chain is not an application/cert-chain+cbor file with 1 to %d certificates",
                 CHAIN_MAX);
    return FALSE;
  }
  *leaf = self->count;
  g_hash_table_insert (self->chains, chain, GUINT_TO_POINTER ((guint)self->count));
  g_byte_array_append (self->items, data + start, size - start);
  self->count += data[0] - 0x81;
  return TRUE;
}

static void
subset_hash_free (BullaSubsetHash *self)
{
  g_free (self->url);
  g_free (self->variants);
  g_ptr_array_unref (self->hashes);
  g_free (self->integrity);
  g_free (self);
}

static void
subset_plan_clear (BullaSubsetPlan *self)
{
  g_free (self->context);
  g_free (self->validity_url);
  g_clear_pointer (&self->auth_sha256, g_bytes_unref);
  g_clear_pointer (&self->hashes, g_ptr_array_unref);
  g_clear_pointer (&self->extra, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaSubsetPlan, subset_plan_clear)

static GBytes *
hash (GBytes *bytes, GError **error)
{
  uint8_t digest[BULLA_WRITE_SHA256];

  if (!bulla_write_sha256 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), digest, error))
    return NULL;
  return g_bytes_new (digest, sizeof digest);
}

static gboolean
add_hash (BullaSubsetPlan *subset, const BullaBundlePlan *plan, const BullaIndexEntry *entry,
          GError **error)
{
  BullaSubsetHash *row = g_new0 (BullaSubsetHash, 1);

  row->url = g_strdup (entry->url);
  row->variants = g_strdup (entry->variants);
  row->hashes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  row->integrity = g_strdup (INTEGRITY);
  g_ptr_array_add (subset->hashes, row);
  for (guint i = 0; i < entry->n_responses; i++) {
    const BullaResponsePlan *response = bulla_bundle_plan_get_response (plan, entry->responses[i]);
    if (response == NULL) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” lacks a variant, so it cannot be signed", entry->url);
      return FALSE;
    }
    GBytes *sha256 = hash (response->head, error);
    if (sha256 == NULL)
      return FALSE;
    g_ptr_array_add (row->hashes, sha256);
  }
  return TRUE;
}

static BullaCborEntry *
add_key (GPtrArray *entries, const char *key)
{
  BullaCborEntry *entry = bulla_cbor_entry_new ();

  bulla_cbor_writer_add_text (entry->key, key);
  g_ptr_array_add (entries, entry);
  return entry;
}

static void
add_text_bytes (BullaCborWriter *cbor, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  bulla_cbor_writer_add_bytes (cbor, bytes);
}

static GPtrArray *
new_entries (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);
}

static void
add_hashes (BullaCborWriter *cbor, GPtrArray *hashes)
{
  g_autoptr (GPtrArray) entries = new_entries ();

  for (guint i = 0; i < hashes->len; i++) {
    const BullaSubsetHash *row = g_ptr_array_index (hashes, i);
    BullaCborEntry *entry = add_key (entries, row->url);
    bulla_cbor_writer_add_array (entry->value, 1 + 2 * row->hashes->len);
    add_text_bytes (entry->value, row->variants);
    for (guint h = 0; h < row->hashes->len; h++) {
      bulla_cbor_writer_add_bytes (entry->value, g_ptr_array_index (row->hashes, h));
      bulla_cbor_writer_add_text (entry->value, row->integrity);
    }
  }
  bulla_cbor_writer_add_map (cbor, entries);
}

/* Returns: (transfer full): the encoded signed-subset, which is signed */
static GBytes *
write_signed (BullaSubsetPlan *plan, BullaMutation *mutation, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) entries = new_entries ();

  bulla_cbor_writer_add_text (add_key (entries, "validity-url")->value, plan->validity_url);
  bulla_cbor_writer_add_bytes (add_key (entries, "auth-sha256")->value, plan->auth_sha256);
  bulla_cbor_writer_add_unsigned (add_key (entries, "date")->value, plan->date);
  bulla_cbor_writer_add_unsigned (add_key (entries, "expires")->value, plan->expires);
  add_hashes (add_key (entries, "subset-hashes")->value, plan->hashes);
  while (plan->extra->len > 0)
    g_ptr_array_add (entries, g_ptr_array_steal_index (plan->extra, 0));
  bulla_cbor_writer_add_map (cbor, entries);
  if (!bulla_mutate (mutation, BULLA_STAGE_SUBSET_CBOR, cbor, error))
    return NULL;

  g_autoptr (GByteArray) out = g_bytes_unref_to_array (bulla_cbor_writer_finish (cbor));
  if (!bulla_mutate (mutation, BULLA_STAGE_SUBSET_BYTES, out, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static GBytes *
write_message (const char *context, GBytes *signed_subset)
{
  GByteArray *out = g_byte_array_new ();

  for (size_t i = 0; i < MESSAGE_PADDING; i++)
    bulla_write_be (out, ' ', 1);
  g_byte_array_append (out, (const guint8 *)context, strlen (context) + 1);
  bulla_write_bytes (out, signed_subset);
  return g_byte_array_free_to_bytes (out);
}

/* Adds { authority, sig, signed } to @cbor. */
static gboolean
write_subset (BullaCborWriter *cbor, BullaSubsetPlan *plan, BullaCredential *credential,
              BullaMutation *mutation, GError **error)
{
  if (!bulla_mutate (mutation, BULLA_STAGE_SUBSET, plan, error))
    return FALSE;
  g_autoptr (GBytes) signed_subset = write_signed (plan, mutation, error);
  if (signed_subset == NULL)
    return FALSE;
  g_autoptr (GBytes) message = write_message (plan->context, signed_subset);
  g_autoptr (GByteArray) der =
      bulla_write_credential_signature (credential, message, mutation, error);
  if (der == NULL)
    return FALSE;

  g_autoptr (GBytes) signature = g_byte_array_free_to_bytes (g_steal_pointer (&der));
  g_autoptr (GPtrArray) entries = new_entries ();
  bulla_cbor_writer_add_unsigned (add_key (entries, "authority")->value, plan->authority);
  bulla_cbor_writer_add_bytes (add_key (entries, "sig")->value, signature);
  bulla_cbor_writer_add_bytes (add_key (entries, "signed")->value, signed_subset);
  bulla_cbor_writer_add_map (cbor, entries);
  return TRUE;
}

static gboolean
add_subset (BullaCborWriter *cbor, Authorities *authorities, const BullaBundlePlan *plan,
            GHashTable *map, guint number, BullaMutation *mutation, GError **error)
{
  const BullaSubsetRequest *request = g_ptr_array_index (plan->subsets, number);
  g_autoptr (GBytes) leaf = bulla_credential_dup_leaf (request->credential);
  g_auto (BullaSubsetPlan) subset = {
      .number = number,
      .context = g_strdup (plan->format == BULLA_BUNDLE_FORMAT_B1 ? "Web Package 1 b1"
                                                                  : "Web Package 1 b2"),
      .validity_url = g_strdup (request->validity_url),
      .auth_sha256 = hash (leaf, error),
      .date = request->date,
      .expires = request->expires,
      .hashes = g_ptr_array_new_with_free_func ((GDestroyNotify)subset_hash_free),
      .extra = new_entries (),
  };

  if (subset.auth_sha256 == NULL
      || !add_chain (authorities, request->chain, &subset.authority, error))
    return FALSE;
  for (guint i = 0; i < request->urls->len; i++) {
    const BullaIndexEntry *entry = g_hash_table_lookup (map, g_ptr_array_index (request->urls, i));
    if (entry != NULL && !add_hash (&subset, plan, entry, error))
      return FALSE;
  }
  return write_subset (cbor, &subset, request->credential, mutation, error);
}

GBytes *
bulla_write_signatures (const BullaBundlePlan *plan, BullaMutation *mutation, GError **error)
{
  g_auto (Authorities) authorities = {
      .items = g_byte_array_new (),
      .chains = g_hash_table_new (g_bytes_hash, g_bytes_equal),
  };
  g_autoptr (GHashTable) map = bulla_bundle_plan_map_index (plan);
  g_autoptr (BullaCborWriter) subsets = bulla_cbor_writer_new ();
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_array (subsets, plan->subsets->len);
  for (guint i = 0; i < plan->subsets->len; i++)
    if (!add_subset (subsets, &authorities, plan, map, i, mutation, error))
      return NULL;
  bulla_cbor_writer_add_array (cbor, 2);
  bulla_cbor_writer_add_array (cbor, authorities.count);
  g_ptr_array_add (cbor->tokens, g_byte_array_free_to_bytes (g_steal_pointer (&authorities.items)));
  authorities.items = g_byte_array_new ();
  for (guint i = 0; i < subsets->tokens->len; i++)
    g_ptr_array_add (cbor->tokens, g_bytes_ref (g_ptr_array_index (subsets->tokens, i)));
  if (!bulla_mutate (mutation, BULLA_STAGE_SIGNATURES_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}
