/* bulla-bundle-plan.c - collects the contents of a web bundle to be written
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-writer-private.h"
#include "bulla-exchange-writer-private.h"
#include "bulla-merkle-writer.h"

#include <string.h>

static guint
hash_headers (gconstpointer key)
{
  const GPtrArray *headers = key;
  guint hash = headers->len;

  for (guint i = 0; i < headers->len; i++) {
    const BullaWrittenHeader *header = g_ptr_array_index (headers, i);
    hash = hash * 33 + (g_bytes_hash (header->name) ^ g_bytes_hash (header->value) * 31);
  }
  return hash;
}

static gboolean
equal_headers (gconstpointer a, gconstpointer b)
{
  const GPtrArray *one = a, *other = b;

  for (guint i = 0; one->len == other->len && i < one->len; i++) {
    const BullaWrittenHeader *left = g_ptr_array_index (one, i);
    const BullaWrittenHeader *right = g_ptr_array_index (other, i);
    if (!g_bytes_equal (left->name, right->name) || !g_bytes_equal (left->value, right->value))
      return FALSE;
  }
  return one->len == other->len;
}

BullaResponsePlan *
bulla_response_plan_new (guint number, guint status)
{
  BullaResponsePlan *self = g_new0 (BullaResponsePlan, 1);

  self->number = number;
  self->status = status;
  self->headers = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_written_header_free);
  return self;
}

static void
response_plan_free (BullaResponsePlan *self)
{
  g_ptr_array_unref (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->file);
  g_free (self->digest);
  g_clear_pointer (&self->head, g_bytes_unref);
  g_clear_pointer (&self->start, g_bytes_unref);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_free (self);
}

BullaIndexEntry *
bulla_index_entry_new (const char *url, const char *variants, const guint *responses,
                       gsize n_responses)
{
  gsize url_size = strlen (url) + 1, variants_size = strlen (variants) + 1;
  /* the numbers, which need alignment, are behind the texts */
  gsize text = sizeof (BullaIndexEntry) + url_size + variants_size;
  gsize start = (text + sizeof (guint) - 1) / sizeof (guint) * sizeof (guint);
  gsize numbers = n_responses * sizeof (guint);
  BullaIndexEntry *self = g_malloc (start + numbers);

  memcpy (self->url, url, url_size);
  self->variants = self->url + url_size;
  memcpy (self->variants, variants, variants_size);
  self->responses = (guint *)(void *)((char *)self + start);
  self->n_responses = (guint)n_responses;
  if (n_responses > 0)
    memcpy (self->responses, responses, numbers);
  return self;
}

static void
subset_request_free (BullaSubsetRequest *self)
{
  g_object_unref (self->credential);
  g_bytes_unref (self->chain);
  g_free (self->validity_url);
  g_ptr_array_unref (self->urls);
  g_free (self);
}

BullaBundlePart *
bulla_bundle_part_new (const char *name, GBytes *item)
{
  BullaBundlePart *self = g_new0 (BullaBundlePart, 1);

  self->name = g_strdup (name);
  self->item = g_bytes_ref (item);
  self->announced_length = g_bytes_get_size (item);
  return self;
}

void
bulla_bundle_part_free (BullaBundlePart *self)
{
  g_free (self->name);
  g_bytes_unref (self->item);
  g_free (self);
}

BullaBundlePlan *
bulla_bundle_plan_new (BullaBundleFormat format)
{
  BullaBundlePlan *self = g_new0 (BullaBundlePlan, 1);

  self->format = format;
  self->critical = g_ptr_array_new_with_free_func (g_free);
  self->extra = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_bundle_part_free);
  self->responses = g_ptr_array_new_with_free_func ((GDestroyNotify)response_plan_free);
  self->headers =
      g_hash_table_new_full (hash_headers, equal_headers, (GDestroyNotify)g_ptr_array_unref, NULL);
  self->index = g_ptr_array_new_with_free_func (g_free);
  self->subsets = g_ptr_array_new_with_free_func ((GDestroyNotify)subset_request_free);
  self->record_size = BULLA_MERKLE_RECORD_SIZE_DEFAULT;
  return self;
}

void
bulla_bundle_plan_free (BullaBundlePlan *self)
{
  g_free (self->primary_url);
  g_free (self->manifest_url);
  g_ptr_array_unref (self->critical);
  g_ptr_array_unref (self->extra);
  g_ptr_array_unref (self->responses);
  g_hash_table_unref (self->headers);
  g_ptr_array_unref (self->index);
  g_ptr_array_unref (self->subsets);
  g_free (self);
}

/* Returns: (transfer none) (nullable): the response; NULL if there is none */
BullaResponsePlan *
bulla_bundle_plan_get_response (const BullaBundlePlan *self, guint number)
{
  return number < self->responses->len ? g_ptr_array_index (self->responses, number) : NULL;
}

/* Most responses have the same few headers, so a bundle of many files keeps them once. */
void
bulla_bundle_plan_share_headers (BullaBundlePlan *self, BullaResponsePlan *response)
{
  GPtrArray *known = g_hash_table_lookup (self->headers, response->headers);

  if (response->shares_headers)
    return;
  if (known == NULL) {
    g_hash_table_add (self->headers, g_ptr_array_ref (response->headers));
  } else {
    g_ptr_array_unref (response->headers);
    response->headers = g_ptr_array_ref (known);
  }
  response->shares_headers = TRUE;
}

/* Gives the response headers of its own, which may be changed. */
void
bulla_response_plan_own_headers (BullaResponsePlan *self)
{
  if (!self->shares_headers)
    return;
  GPtrArray *copies = bulla_written_headers_copy (self->headers);
  g_ptr_array_unref (self->headers);
  self->headers = copies;
  self->shares_headers = FALSE;
}

GHashTable *
bulla_bundle_plan_map_index (const BullaBundlePlan *self)
{
  GHashTable *map = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->index->len; i++) {
    BullaIndexEntry *entry = g_ptr_array_index (self->index, i);
    g_hash_table_replace (map, entry->url, entry);
  }
  return map;
}

/* Marks responses in a subset for coding, so that their payloads can be verified while they
 * arrive. */
void
bulla_bundle_plan_mark_coded (BullaBundlePlan *self)
{
  g_autoptr (GHashTable) map = bulla_bundle_plan_map_index (self);

  for (guint i = 0; i < self->subsets->len; i++) {
    const BullaSubsetRequest *subset = g_ptr_array_index (self->subsets, i);
    for (guint u = 0; u < subset->urls->len; u++) {
      BullaIndexEntry *entry = g_hash_table_lookup (map, g_ptr_array_index (subset->urls, u));
      for (guint r = 0; entry != NULL && r < entry->n_responses; r++) {
        BullaResponsePlan *response = bulla_bundle_plan_get_response (self, entry->responses[r]);
        if (response != NULL)
          response->coded = TRUE;
      }
    }
  }
}
