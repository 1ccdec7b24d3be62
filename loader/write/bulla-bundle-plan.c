/* bulla-bundle-plan.c - collects the contents of a web bundle to be written
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-writer-private.h"
#include "bulla-exchange-writer-private.h"
#include "bulla-merkle-writer.h"

BullaResponsePlan *
bulla_response_plan_new (guint number, guint status)
{
  BullaResponsePlan *self = g_new0 (BullaResponsePlan, 1);

  self->number = number;
  self->status = status;
  self->headers = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_written_header_free);
  self->body = g_bytes_new (NULL, 0);
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
  BullaIndexEntry *self = g_new0 (BullaIndexEntry, 1);

  self->url = g_strdup (url);
  self->variants = g_strdup (variants);
  self->responses = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_vals (self->responses, responses, n_responses);
  return self;
}

static void
index_entry_free (BullaIndexEntry *self)
{
  g_free (self->url);
  g_free (self->variants);
  g_array_unref (self->responses);
  g_free (self);
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
  self->index = g_ptr_array_new_with_free_func ((GDestroyNotify)index_entry_free);
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
      for (guint r = 0; entry != NULL && r < entry->responses->len; r++) {
        BullaResponsePlan *response =
            bulla_bundle_plan_get_response (self, g_array_index (entry->responses, guint, r));
        if (response != NULL)
          response->coded = TRUE;
      }
    }
  }
}
