/* bulla-bundle-index-writer.c - writes the section index of a web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md section 5
 *
 * A bundle of many files has one entry for each, so entries are written one after the other, and
 * only tests, which change the parts of entries, get the rows. */
#include "bulla-bundle-writer-private.h"

#include <string.h>

static void
index_row_free (BullaIndexRow *self)
{
  g_free (self->url);
  g_free (self->variants);
  g_array_unref (self->locations);
  g_free (self);
}

static BullaIndexRow *
index_row_new (const BullaBundlePlan *plan, const BullaIndexEntry *entry)
{
  BullaIndexRow *self = g_new0 (BullaIndexRow, 1);

  self->url = g_strdup (entry->url);
  self->variants = plan->format == BULLA_BUNDLE_FORMAT_B1 ? g_strdup (entry->variants) : NULL;
  self->locations = g_array_new (FALSE, TRUE, sizeof (BullaIndexLocation));
  for (guint i = 0; i < entry->n_responses; i++) {
    const BullaResponsePlan *response = bulla_bundle_plan_get_response (plan, entry->responses[i]);
    /* A combination without a response has the location (0, 0). */
    BullaIndexLocation location = {response != NULL ? response->offset : 0,
                                   response != NULL ? response->length : 0};
    g_array_append_val (self->locations, location);
  }
  return self;
}

static BullaCborEntry *
index_entry (const BullaIndexRow *row)
{
  BullaCborEntry *entry = bulla_cbor_entry_new ();

  bulla_cbor_writer_add_text (entry->key, row->url);
  bulla_cbor_writer_add_array (entry->value,
                               2 * row->locations->len + (row->variants != NULL ? 1 : 0));
  if (row->variants != NULL) {
    g_autoptr (GBytes) variants = g_bytes_new (row->variants, strlen (row->variants));
    bulla_cbor_writer_add_bytes (entry->value, variants);
  }
  for (guint i = 0; i < row->locations->len; i++) {
    const BullaIndexLocation *location = &g_array_index (row->locations, BullaIndexLocation, i);
    bulla_cbor_writer_add_unsigned (entry->value, location->offset);
    bulla_cbor_writer_add_unsigned (entry->value, location->length);
  }
  return entry;
}

/* Shows each stage to a test. */
static GBytes *
write_index_for_test (const BullaBundlePlan *plan, BullaMutation *mutation, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)index_row_free);
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);

  for (guint i = 0; i < plan->index->len; i++)
    g_ptr_array_add (rows, index_row_new (plan, g_ptr_array_index (plan->index, i)));
  if (!bulla_mutate (mutation, BULLA_STAGE_INDEX, rows, error))
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (entries, index_entry (g_ptr_array_index (rows, i)));
  bulla_cbor_writer_add_map (cbor, entries);
  if (!bulla_mutate (mutation, BULLA_STAGE_INDEX_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static int
compare_entries_cb (gconstpointer a, gconstpointer b)
{
  const BullaIndexEntry *one = *(const BullaIndexEntry *const *)a;
  const BullaIndexEntry *other = *(const BullaIndexEntry *const *)b;
  gsize length = strlen (one->url), other_length = strlen (other->url);

  /* The head of a text has its length, so shorter keys come first. */
  if (length != other_length)
    return length < other_length ? -1 : 1;
  return memcmp (one->url, other->url, length);
}

static void
append_entry (GByteArray *out, const BullaBundlePlan *plan, const BullaIndexEntry *entry)
{
  gboolean has_variants = plan->format == BULLA_BUNDLE_FORMAT_B1;

  bulla_cbor_append_head (out, BULLA_CBOR_TEXT, strlen (entry->url));
  g_byte_array_append (out, (const guint8 *)entry->url, (guint)strlen (entry->url));
  bulla_cbor_append_head (out, BULLA_CBOR_ARRAY, 2 * (guint64)entry->n_responses + has_variants);
  if (has_variants) {
    bulla_cbor_append_head (out, BULLA_CBOR_BYTES, strlen (entry->variants));
    g_byte_array_append (out, (const guint8 *)entry->variants, (guint)strlen (entry->variants));
  }
  for (guint i = 0; i < entry->n_responses; i++) {
    const BullaResponsePlan *response = bulla_bundle_plan_get_response (plan, entry->responses[i]);
    /* A combination without a response has the location (0, 0). */
    bulla_cbor_append_head (out, BULLA_CBOR_UNSIGNED, response != NULL ? response->offset : 0);
    bulla_cbor_append_head (out, BULLA_CBOR_UNSIGNED, response != NULL ? response->length : 0);
  }
}

GBytes *
bulla_write_index (const BullaBundlePlan *plan, BullaMutation *mutation, GError **error)
{
  if (mutation != NULL)
    return write_index_for_test (plan, mutation, error);
  g_autoptr (GPtrArray) entries = g_ptr_array_copy (plan->index, NULL, NULL);
  GByteArray *out = g_byte_array_new ();
  /* the copies are borrowed */
  g_ptr_array_set_free_func (entries, NULL);
  g_ptr_array_sort (entries, compare_entries_cb);
  bulla_cbor_append_head (out, BULLA_CBOR_MAP, entries->len);
  for (guint i = 0; i < entries->len; i++)
    append_entry (out, plan, g_ptr_array_index (entries, i));
  return g_byte_array_free_to_bytes (out);
}
