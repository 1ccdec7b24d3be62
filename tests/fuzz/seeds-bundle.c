/* seeds-bundle.c - writes seeds for fuzzing: valid and invalid bundles, and their parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-reader.h"
#include "bulla-integrity-block.h"
#include "bulla-loader.h"
#include "forge.h"
#include "seeds.h"

static const char *const MUTATIONS[] = {
    "section-add:x-unknown=hex:a2010261618301f602",
    "section-add:critical=hex:8265696e646578677072696d617279",
    "section-twice:index",
    "section-last:index",
    "section-remove:responses",
    "section-length:index=-1",
    "section-length:responses=18446744073709551615",
    "bundle-array:hex:86",
    "bundle-version:b3\\x00\\x00",
    "index-url:../a?b=%20",
    "index-url:uuid-in-package:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "index-offset:0,+1",
    "index-none",
    "total:+1",
};

/* @prefix: bytes that the target expects before the data */
static void
write_part (const char *folder, const char *target, const char *name, const char *prefix,
            gsize prefix_size, const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) whole = g_byte_array_new ();

  g_byte_array_append (whole, (const guint8 *)prefix, (guint)prefix_size);
  g_byte_array_append (whole, data, (guint)size);
  seed_write (folder, target, name, whole->data, whole->len);
}

static void
write_responses (const char *folder, const char *base, const BullaBundleReader *reader,
                 const guint8 *data)
{
  const BullaBundleIndex *index = bulla_bundle_reader_get_index (reader);
  BullaRange responses = bulla_bundle_reader_get_responses (reader);

  for (guint i = 0; i < bulla_bundle_index_get_n_urls (index); i++) {
    g_autofree char *name = g_strdup_printf ("%s-%u", base, i);
    BullaBundleLocation location = bulla_bundle_index_get_location (index, i, 0);
    write_part (folder, "fuzz-bundle-response", name, "\0\0", 2,
                data + responses.offset + location.offset, (gsize)location.length);
  }
}

/* writes the sections of a bundle that can be read */
static void
write_sections (const char *folder, const char *name, const guint8 *data, gsize size)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaBundleReader) reader =
      bulla_bundle_reader_new (facts, bulla_profile_get_settings (profile), 0, NULL);
  guint n = 0;

  bulla_bundle_reader_push (reader, data, size);
  bulla_bundle_reader_end (reader);
  if (bulla_bundle_reader_get_state (reader) != BULLA_BUNDLE_HEAD)
    return;
  gboolean is_b2 = g_strcmp0 (facts->bundle.version, "b2") == 0;
  const BullaBundleSection *sections = bulla_bundle_reader_get_sections (reader, &n);
  for (guint i = 0; i < n; i++) {
    const guint8 *start = data + sections[i].offset;
    if (strcmp (sections[i].name, "index") == 0)
      write_part (folder, "fuzz-bundle-index", name, is_b2 ? "\5" : "\0", 1, start,
                  (gsize)sections[i].length);
    if (strcmp (sections[i].name, "signatures") == 0)
      write_part (folder, "fuzz-bundle-signatures", name, "", 0, start, (gsize)sections[i].length);
  }
  write_responses (folder, name, reader, data);
}

static void
write_bundle (const char *folder, const char *base, const char *mutation, guint number)
{
  g_autofree char *name = g_strdup_printf ("%s-%02u", base, number);
  g_autofree char *recipe = g_strdup_printf ("[package]\nbase=%s\nmutation=%s\n", base, mutation);
  g_autoptr (GError) error = NULL;
  g_autoptr (Forge) forge = forge_from_text (recipe, &error);

  if (forge == NULL)
    g_error ("%s: %s", mutation, error->message);
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  gsize size = 0, block_size = 0;
  const guint8 *data = g_bytes_get_data (forge->bundle, &size);
  gboolean wants_more = FALSE;

  if (bulla_integrity_block_recognise (data, size)) {
    g_autoptr (BullaIntegrityBlock) block =
        bulla_integrity_block_read ((BullaSpan){data, size, 0}, TRUE, facts, &wants_more);
    block_size = block != NULL ? g_bytes_get_size (block->bytes) : 0;
    write_part (folder, "fuzz-integrity-block", name, "", 0, data, block_size);
  }
  write_part (folder, "fuzz-bundle-head", name, "\0", 1, data + block_size, size - block_size);
  write_sections (folder, name, data + block_size, size - block_size);
}

void
seed_write_bundles (const char *folder)
{
  const char *const *bases = forge_bundle_bases ();
  for (guint i = 0; bases[i] != NULL; i++)
    write_bundle (folder, bases[i], "", 0);
  for (guint i = 0; i < G_N_ELEMENTS (MUTATIONS); i++)
    write_bundle (folder, "bundle", MUTATIONS[i], i + 1);
  write_bundle (folder, "signed", "block-v1", 1);
  write_bundle (folder, "signed-both", "block-unknown:0", 1);
}
