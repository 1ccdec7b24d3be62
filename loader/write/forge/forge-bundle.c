/* forge-bundle.c - writes a web bundle, valid or invalid, from its parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge-bundle.h"

#include <string.h>

#define MAGIC "\xf0\x9f\x8c\x90\xf0\x9f\x93\xa6" /* U+1F310 U+1F4E6 */
#define MAGIC_SIZE 8
#define MANIFEST_URL "https://publisher.test/style.css"

static const ForgeBundleBase BASES[] = {
    {"bundle", "b2", TRUE, FALSE, FALSE, FALSE, ""},
    {"bundle-plain", "b2", FALSE, FALSE, FALSE, FALSE, ""},
    {"bundle-b1", "b1", TRUE, TRUE, FALSE, FALSE, ""},
    {"bundle-variants", "b1", TRUE, FALSE, TRUE, FALSE, ""},
    {"vouched", "b2", TRUE, FALSE, FALSE, TRUE, ""},
    {"vouched-b1", "b1", TRUE, FALSE, FALSE, TRUE, ""},
    {"signed", "b2", TRUE, FALSE, FALSE, FALSE, "e"},
    {"signed-p256", "b2", TRUE, FALSE, FALSE, FALSE, "p"},
    {"signed-both", "b2", TRUE, FALSE, FALSE, FALSE, "ep"},
};

const char *const *
forge_bundle_bases (void)
{
  static const char *names[G_N_ELEMENTS (BASES) + 1];

  for (size_t i = 0; i < G_N_ELEMENTS (BASES); i++)
    names[i] = BASES[i].name;
  return names;
}

const ForgeBundleBase *
forge_bundle_find_base (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (BASES); i++)
    if (strcmp (BASES[i].name, name) == 0)
      return &BASES[i];
  return NULL;
}

ForgeEntry *
forge_entry_new (GBytes *url, const char *variants)
{
  ForgeEntry *self = g_new0 (ForgeEntry, 1);

  self->url = g_bytes_ref (url);
  self->variants = g_strdup (variants);
  self->pairs = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  return self;
}

void
forge_entry_free (ForgeEntry *self)
{
  g_bytes_unref (self->url);
  g_free (self->variants);
  g_array_unref (self->pairs);
  g_free (self);
}

void
forge_resource_free (ForgeResource *self)
{
  g_bytes_unref (self->url);
  g_clear_pointer (&self->headers, g_bytes_unref);
  g_clear_pointer (&self->item, g_bytes_unref);
  g_free (self);
}

ForgeSection *
forge_section_new (const char *name, GBytes *taken)
{
  ForgeSection *self = g_new0 (ForgeSection, 1);

  self->name = g_strdup (name);
  self->bytes = taken;
  self->length = g_bytes_get_size (taken);
  return self;
}

void
forge_section_free (ForgeSection *self)
{
  g_free (self->name);
  g_bytes_unref (self->bytes);
  g_free (self);
}

/* Adds an item that is already encoded, as one token. */
void
forge_add_raw (BullaCborWriter *cbor, GBytes *taken)
{
  g_ptr_array_add (cbor->tokens, taken);
}

/* Adds bytes and takes ownership of @value. */
void
forge_add_text_entry (GPtrArray *entries, const char *key, BullaCborWriter *value)
{
  BullaCborEntry *entry = bulla_cbor_entry_new ();

  bulla_cbor_writer_add_text (entry->key, key);
  bulla_cbor_writer_free (entry->value);
  entry->value = value;
  g_ptr_array_add (entries, entry);
}

static void
add_pair (ForgeEntry *entry, const ForgeResource *resource)
{
  const uint64_t pair[] = {resource->offset, g_bytes_get_size (resource->item)};

  g_array_append_vals (entry->pairs, pair, 2);
}

static GPtrArray *
make_entries (ForgeBundle *self)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify)forge_entry_free);
  ForgeEntry *entry = NULL;

  for (guint i = 0; i < self->resources->len; i++) {
    const ForgeResource *resource = g_ptr_array_index (self->resources, i);
    gboolean shares = self->base->variants && i == 1;
    if (!shares) {
      entry = forge_entry_new (resource->url,
                               self->base->variants && i == 0 ? "accept-language;en;fr" : "");
      g_ptr_array_insert (entries, resource->target ? 0 : -1, entry);
    }
    add_pair (entry, resource);
  }
  return entries;
}

static void
add_entry (GPtrArray *out, const ForgeEntry *entry, gboolean is_b1)
{
  BullaCborEntry *written = bulla_cbor_entry_new ();
  gsize size;
  const char *url = g_bytes_get_data (entry->url, &size);
  g_autoptr (GBytes) variants = g_bytes_new (entry->variants, strlen (entry->variants));

  g_ptr_array_add (written->key->tokens,
                   bulla_cbor_write_token (BULLA_CBOR_TEXT, size, entry->url));
  g_assert (url != NULL || size == 0);
  bulla_cbor_writer_add_array (written->value, entry->pairs->len + (is_b1 ? 1 : 0));
  if (is_b1)
    bulla_cbor_writer_add_bytes (written->value, variants);
  for (guint i = 0; i < entry->pairs->len; i++)
    bulla_cbor_writer_add_unsigned (written->value, g_array_index (entry->pairs, uint64_t, i));
  g_ptr_array_add (out, written);
}

static GBytes *
write_index (ForgeBundle *self, GError **error)
{
  g_autoptr (GPtrArray) entries = make_entries (self);
  g_autoptr (GPtrArray) map =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  BullaMutation *hook = &self->mutator->hook;

  if (!bulla_mutate (hook, (BullaStage)FORGE_STAGE_INDEX, entries, error))
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    add_entry (map, g_ptr_array_index (entries, i), strcmp (self->base->version, "b1") == 0);
  bulla_cbor_writer_add_map (cbor, map);
  if (!bulla_mutate (hook, (BullaStage)FORGE_STAGE_INDEX_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static GBytes *
write_responses (ForgeBundle *self, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_array (cbor, self->resources->len);
  for (guint i = 0; i < self->resources->len; i++) {
    const ForgeResource *resource = g_ptr_array_index (self->resources, i);
    forge_add_raw (cbor, g_bytes_ref (resource->item));
  }
  if (!bulla_mutate (&self->mutator->hook, (BullaStage)FORGE_STAGE_RESPONSES_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static GBytes *
write_text (const char *text)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_text (cbor, text);
  return bulla_cbor_writer_finish (cbor);
}

static gboolean
add_section (GPtrArray *sections, const char *name, GBytes *taken)
{
  if (taken != NULL)
    g_ptr_array_add (sections, forge_section_new (name, taken));
  return taken != NULL;
}

static GPtrArray *
make_sections (ForgeBundle *self, GError **error)
{
  g_autoptr (GPtrArray) sections =
      g_ptr_array_new_with_free_func ((GDestroyNotify)forge_section_free);
  gboolean is_b2 = strcmp (self->base->version, "b2") == 0;

  if (!add_section (sections, "index", write_index (self, error)))
    return NULL;
  if (self->base->manifest)
    add_section (sections, "manifest", write_text (MANIFEST_URL));
  if (self->base->primary && is_b2)
    add_section (sections, "primary", write_text (self->forge->url));
  if (self->base->vouched
      && !add_section (sections, "signatures", forge_bundle_write_signatures (self, error)))
    return NULL;
  if (!add_section (sections, "responses", write_responses (self, error))
      || !bulla_mutate (&self->mutator->hook, (BullaStage)FORGE_STAGE_SECTIONS, sections, error))
    return NULL;
  return g_steal_pointer (&sections);
}

/* @mutator: (nullable): NULL if only the length is needed */
GBytes *
forge_section_lengths (GPtrArray *sections, Mutator *mutator, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_array (cbor, sections->len * 2);
  for (guint i = 0; i < sections->len; i++) {
    const ForgeSection *section = g_ptr_array_index (sections, i);
    bulla_cbor_writer_add_text (cbor, section->name);
    bulla_cbor_writer_add_unsigned (cbor, section->length);
  }
  if (mutator != NULL
      && !bulla_mutate (&mutator->hook, (BullaStage)FORGE_STAGE_LENGTHS_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static void
top_clear (ForgeTop *self)
{
  g_clear_pointer (&self->array, g_bytes_unref);
  g_clear_pointer (&self->magic, g_bytes_unref);
  g_clear_pointer (&self->version, g_bytes_unref);
  g_clear_pointer (&self->primary, g_bytes_unref);
  g_clear_pointer (&self->lengths, g_bytes_unref);
  g_clear_pointer (&self->count, g_bytes_unref);
  g_clear_pointer (&self->trailer, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ForgeTop, top_clear)

static void
append_string (GByteArray *out, BullaCborMajor major, GBytes *bytes)
{
  g_autoptr (GBytes) token = bulla_cbor_write_token (major, g_bytes_get_size (bytes), bytes);

  bulla_write_bytes (out, token);
}

static void
add_part (ForgeBundle *self, const char *name, size_t offset)
{
  forge_add_part (self->forge, name, offset);
}

static void
append_sections (ForgeBundle *self, GByteArray *out, GPtrArray *sections)
{
  for (guint i = 0; i < sections->len; i++) {
    const ForgeSection *section = g_ptr_array_index (sections, i);
    add_part (self, section->name, out->len);
    for (guint j = 0; strcmp (section->name, "responses") == 0 && j < self->resources->len; j++) {
      const ForgeResource *resource = g_ptr_array_index (self->resources, j);
      if (resource->target)
        add_part (self, "response", out->len + resource->offset);
    }
    bulla_write_bytes (out, section->bytes);
  }
}

static GByteArray *
write_top (ForgeBundle *self, const ForgeTop *top, GPtrArray *sections, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  add_part (self, "magic", 0);
  bulla_write_bytes (out, top->array);
  append_string (out, BULLA_CBOR_BYTES, top->magic);
  append_string (out, BULLA_CBOR_BYTES, top->version);
  if (top->primary != NULL) {
    add_part (self, "primary-url", out->len);
    append_string (out, BULLA_CBOR_TEXT, top->primary);
  }
  add_part (self, "lengths", out->len);
  append_string (out, BULLA_CBOR_BYTES, top->lengths);
  add_part (self, "sections", out->len);
  bulla_write_bytes (out, top->count);
  append_sections (self, out, sections);
  add_part (self, "length", out->len);
  bulla_write_bytes (out, top->trailer);
  uint64_t total = out->len + 8;
  if (!bulla_mutate (&self->mutator->hook, (BullaStage)FORGE_STAGE_TOTAL, &total, error))
    return NULL;
  bulla_write_be (out, total, 8);
  add_part (self, "end", out->len);
  return g_steal_pointer (&out);
}

static GByteArray *
write_bundle (ForgeBundle *self, GError **error)
{
  g_autoptr (GPtrArray) sections = make_sections (self, error);
  gboolean is_b1 = strcmp (self->base->version, "b1") == 0;
  const char *url = self->base->primary ? self->forge->url : "";

  if (sections == NULL)
    return NULL;
  g_auto (ForgeTop) top = {
      .array = bulla_cbor_write_token (BULLA_CBOR_ARRAY, is_b1 ? 6 : 5, NULL),
      .magic = g_bytes_new_static (MAGIC, MAGIC_SIZE),
      .version = g_bytes_new_static (is_b1 ? "b1\0" : "b2\0", 4),
      .primary = is_b1 ? g_bytes_new (url, strlen (url)) : NULL,
      .lengths = forge_section_lengths (sections, self->mutator, error),
      .count = bulla_cbor_write_token (BULLA_CBOR_ARRAY, sections->len, NULL),
      .trailer = g_bytes_new_static ("\x48", 1),
  };
  if (top.lengths == NULL
      || !bulla_mutate (&self->mutator->hook, (BullaStage)FORGE_STAGE_TOP, &top, error))
    return NULL;
  return write_top (self, &top, sections, error);
}

static gboolean
add_block (ForgeBundle *self, GError **error)
{
  g_autoptr (GBytes) block = forge_bundle_write_block (self, self->forge->bundle, error);

  if (block == NULL)
    return FALSE;
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  bulla_write_bytes (whole, block);
  bulla_write_bytes (whole, self->forge->bundle);
  set_bytes (&self->forge->bundle, g_steal_pointer (&whole));
  forge_shift_parts (self->forge, g_bytes_get_size (block), "block");
  return TRUE;
}

static void
bundle_clear (ForgeBundle *self)
{
  g_clear_pointer (&self->resources, g_ptr_array_unref);
  g_clear_pointer (&self->plan.url, g_bytes_unref);
  g_clear_pointer (&self->plan.headers, g_ptr_array_unref);
  g_clear_pointer (&self->plan.body, g_bytes_unref);
  g_free (self->plan.cert_url);
  g_free (self->plan.validity_url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ForgeBundle, bundle_clear)

gboolean
forge_bundle_write (Forge *forge, const ForgeBundleBase *base, Mutator *mutator,
                    BullaCredential *leaf, GError **error)
{
  g_auto (ForgeBundle) self = {
      .forge = forge,
      .base = base,
      .mutator = mutator,
      .leaf = leaf,
      .resources = g_ptr_array_new_with_free_func ((GDestroyNotify)forge_resource_free),
  };

  if (!forge_bundle_write_resources (&self, error))
    return FALSE;
  GByteArray *bytes = write_bundle (&self, error);
  if (bytes == NULL)
    return FALSE;
  forge->bundle = g_byte_array_free_to_bytes (bytes);
  if (*base->signers != '\0' && !add_block (&self, error))
    return FALSE;
  return bulla_mutate (&mutator->hook, (BullaStage)FORGE_STAGE_FILE, forge, error);
}
