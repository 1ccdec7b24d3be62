/* bulla-cbor-writer.c - writes canonical CBOR: shortest heads, sorted keys, no indefinite lengths
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md section 5.2 (IMPL 3.4) */
#include "bulla-cbor-writer.h"

#include "bulla-write-private.h"

/* Appends the shortest head for @argument. */
void
bulla_cbor_append_head (GByteArray *out, BullaCborMajor major, uint64_t argument)
{
  unsigned width = argument < 24            ? 0
                   : argument <= 0xff       ? 1
                   : argument <= 0xffff     ? 2
                   : argument <= 0xffffffff ? 4
                                            : 8;
  /* The values 24 to 27 mean that 1, 2, 4 or 8 bytes follow. */
  unsigned info = width == 0 ? (unsigned)argument : 24u + (unsigned)g_bit_nth_lsf (width, -1);

  bulla_write_be (out, (major << 5) | info, 1);
  bulla_write_be (out, argument, width);
}

/* Returns: (transfer full): one token with the shortest head for @argument */
GBytes *
bulla_cbor_write_token (BullaCborMajor major, uint64_t argument, GBytes *payload)
{
  GByteArray *out = g_byte_array_new ();

  bulla_cbor_append_head (out, major, argument);
  if (payload != NULL)
    bulla_write_bytes (out, payload);
  return g_byte_array_free_to_bytes (out);
}

BullaCborWriter *
bulla_cbor_writer_new (void)
{
  BullaCborWriter *self = g_new0 (BullaCborWriter, 1);

  self->tokens = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  return self;
}

void
bulla_cbor_writer_free (BullaCborWriter *self)
{
  g_ptr_array_unref (self->tokens);
  g_free (self);
}

static void
add (BullaCborWriter *self, BullaCborMajor major, uint64_t argument, GBytes *payload)
{
  g_ptr_array_add (self->tokens, bulla_cbor_write_token (major, argument, payload));
}

void
bulla_cbor_writer_add_unsigned (BullaCborWriter *self, uint64_t value)
{
  add (self, BULLA_CBOR_UNSIGNED, value, NULL);
}

void
bulla_cbor_writer_add_bytes (BullaCborWriter *self, GBytes *bytes)
{
  add (self, BULLA_CBOR_BYTES, g_bytes_get_size (bytes), bytes);
}

void
bulla_cbor_writer_add_text (BullaCborWriter *self, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  add (self, BULLA_CBOR_TEXT, g_bytes_get_size (bytes), bytes);
}

/* Adds only the head; the caller adds the @count items next. */
void
bulla_cbor_writer_add_array (BullaCborWriter *self, size_t count)
{
  add (self, BULLA_CBOR_ARRAY, count, NULL);
}

static int
compare_keys_cb (gconstpointer a, gconstpointer b)
{
  const BullaCborEntry *const *one = a;
  const BullaCborEntry *const *other = b;

  /* Keys are sorted "bytewise over their encoded form": each is one token that includes its
   * head. */
  return g_bytes_compare (g_ptr_array_index ((*one)->key->tokens, 0),
                          g_ptr_array_index ((*other)->key->tokens, 0));
}

static void
add_all (BullaCborWriter *self, const BullaCborWriter *other)
{
  for (guint i = 0; i < other->tokens->len; i++)
    g_ptr_array_add (self->tokens, g_bytes_ref (g_ptr_array_index (other->tokens, i)));
}

/* @entries: (element-type BullaCborEntry): with different keys; sorted in place */
void
bulla_cbor_writer_add_map (BullaCborWriter *self, GPtrArray *entries)
{
  g_ptr_array_sort (entries, compare_keys_cb);
  add (self, BULLA_CBOR_MAP, entries->len, NULL);
  for (guint i = 0; i < entries->len; i++) {
    const BullaCborEntry *entry = g_ptr_array_index (entries, i);
    add_all (self, entry->key);
    add_all (self, entry->value);
  }
}

GBytes *
bulla_cbor_writer_finish (const BullaCborWriter *self)
{
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < self->tokens->len; i++)
    bulla_write_bytes (out, g_ptr_array_index (self->tokens, i));
  return g_byte_array_free_to_bytes (out);
}

BullaCborEntry *
bulla_cbor_entry_new (void)
{
  BullaCborEntry *self = g_new0 (BullaCborEntry, 1);

  self->key = bulla_cbor_writer_new ();
  self->value = bulla_cbor_writer_new ();
  return self;
}

void
bulla_cbor_entry_free (BullaCborEntry *self)
{
  bulla_cbor_writer_free (self->key);
  bulla_cbor_writer_free (self->value);
  g_free (self);
}
