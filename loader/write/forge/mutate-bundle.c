/* mutate-bundle.c - mutations of heads, indexes, responses and files of web bundles
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge-bundle.h"

#include <string.h>

static gboolean
set_field (GBytes **field, const char *argument, GError **error)
{
  GByteArray *bytes = argument_bytes (argument, error);

  if (bytes == NULL)
    return FALSE;
  set_bytes (field, bytes);
  return TRUE;
}

static gboolean
set_array (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeTop *)subject)->array, argument, error);
}

static gboolean
set_magic (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeTop *)subject)->magic, argument, error);
}

static gboolean
set_version (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeTop *)subject)->version, argument, error);
}

static gboolean
set_primary (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  ForgeTop *top = subject;

  return (top->primary != NULL || argument_fail (argument, error))
         && set_field (&top->primary, argument, error);
}

static gboolean
set_lengths (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeTop *)subject)->lengths, argument, error);
}

static gboolean
set_count (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeTop *)subject)->count, argument, error);
}

static gboolean
set_trailer (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeTop *)subject)->trailer, argument, error);
}

static gboolean
change_number (const char *argument, uint64_t *number, GError **error)
{
  int64_t value;

  if (!argument_number (argument, &value, error))
    return FALSE;
  *number = (*argument == '+' || *argument == '-' ? *number : 0) + (uint64_t)value;
  return TRUE;
}

static gboolean
set_total (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return change_number (argument, subject, error);
}

/* Returns: (nullable): the first entry; %NULL with @error set if an earlier mutation removed it */
static ForgeEntry *
first_entry (gpointer subject, const char *argument, GError **error)
{
  GPtrArray *entries = subject;

  if (entries->len > 0)
    return entries->pdata[0];
  argument_fail (argument, error);
  return NULL;
}

static gboolean
set_index_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  ForgeEntry *first = first_entry (subject, argument, error);

  return first != NULL && set_field (&first->url, argument, error);
}

/* Adds the same response under another URL. */
static gboolean
add_index_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  const ForgeEntry *first = first_entry (subject, argument, error);
  GByteArray *bytes = first != NULL ? argument_bytes (argument, error) : NULL;

  if (bytes == NULL)
    return FALSE;
  g_autoptr (GBytes) url = g_byte_array_free_to_bytes (bytes);
  ForgeEntry *entry = forge_entry_new (url, first->variants);
  g_array_append_vals (entry->pairs, first->pairs->data, first->pairs->len);
  g_ptr_array_add (subject, entry);
  return TRUE;
}

static gboolean
remove_index_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  if (first_entry (subject, argument, error) == NULL)
    return FALSE;
  g_ptr_array_remove_index (subject, 0);
  return TRUE;
}

static gboolean
clear_index (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_ptr_array_set_size (subject, 0);
  return TRUE;
}

/* Sets or changes a number, "N|±N", in the pair @which of the first entry; "I,N" in another one. */
static gboolean
set_pair (gpointer subject, guint which, const char *argument, GError **error)
{
  ForgeEntry *first = first_entry (subject, argument, error);
  const char *value;
  g_autofree char *left = argument_split (argument, ',', &value);
  int64_t pair = 0;

  if (first == NULL)
    return FALSE;
  GArray *pairs = first->pairs;
  if (value != NULL && !argument_number (left, &pair, error))
    return FALSE;
  if (pair < 0 || (guint64)pair * 2 + which >= pairs->len)
    return argument_fail (argument, error);
  return change_number (value != NULL ? value : argument,
                        &g_array_index (pairs, uint64_t, pair * 2 + which), error);
}

static gboolean
set_offset (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_pair (subject, 0, argument, error);
}

static gboolean
set_length (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_pair (subject, 1, argument, error);
}

static gboolean
set_variants (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  ForgeEntry *entry = first_entry (subject, argument, error);

  if (entry == NULL)
    return FALSE;
  g_free (entry->variants);
  entry->variants = g_strdup (argument);
  return TRUE;
}

/* Adds that many copies of the first location, or removes locations. */
static gboolean
add_pairs (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  ForgeEntry *first = first_entry (subject, argument, error);
  int64_t number;

  if (first == NULL)
    return FALSE;
  GArray *pairs = first->pairs;
  if (!argument_number (argument, &number, error) || number < -16 || number > 16
      || (int64_t)pairs->len + 2 * number < 0)
    return argument_fail (argument, error);
  guint length = pairs->len;
  g_array_set_size (pairs, length + 2 * number);
  for (guint i = length; i < pairs->len; i++)
    g_array_index (pairs, uint64_t, i) = g_array_index (pairs, uint64_t, i % 2);
  return TRUE;
}

/* Cuts the file at "PART", "PART±N" or "N". */
static gboolean
parse_place (const Forge *forge, const char *argument, size_t *offset, GError **error)
{
  size_t size = g_bytes_get_size (forge->bundle);
  gssize place;

  if (!forge_parse_place (forge, argument, &place, error))
    return FALSE;
  *offset = place;
  return (place >= 0 && *offset <= size) || argument_fail (argument, error);
}

static gboolean
truncate_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  Forge *forge = subject;
  size_t offset;

  if (!parse_place (forge, argument, &offset, error))
    return FALSE;
  GBytes *start = g_bytes_new_from_bytes (forge->bundle, 0, offset);
  g_bytes_unref (forge->bundle);
  forge->bundle = start;
  return TRUE;
}

static gboolean
flip_in_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  Forge *forge = subject;
  size_t offset;

  if (!parse_place (forge, argument, &offset, error)
      || (offset == g_bytes_get_size (forge->bundle) && argument_fail (argument, error) == FALSE))
    return FALSE;
  GByteArray *bytes = g_bytes_unref_to_array (g_steal_pointer (&forge->bundle));
  bytes->data[offset] ^= 1;
  forge->bundle = g_byte_array_free_to_bytes (bytes);
  return TRUE;
}

static gboolean
append_to_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  Forge *forge = subject;
  g_autoptr (GByteArray) more = argument_bytes (argument, error);

  if (more == NULL)
    return FALSE;
  GByteArray *bytes = g_bytes_unref_to_array (g_steal_pointer (&forge->bundle));
  g_byte_array_append (bytes, more->data, more->len);
  forge->bundle = g_byte_array_free_to_bytes (bytes);
  return TRUE;
}

/* Prepends bytes, as if the bundle were appended to a program. */
static gboolean
prepend_to_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  Forge *forge = subject;
  GByteArray *bytes = argument_bytes (argument, error);

  if (bytes == NULL)
    return FALSE;
  forge_shift_parts (forge, bytes->len, "before");
  bulla_write_bytes (bytes, forge->bundle);
  set_bytes (&forge->bundle, bytes);
  return TRUE;
}

static gboolean
replace_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((Forge *)subject)->bundle, argument, error);
}

const MutationRow MUTATIONS_OF_BUNDLE[] = {
    {{"bundle-array", "BYTES", "Another head of the outermost array"}, FORGE_STAGE_TOP, set_array},
    {{"magic", "BYTES", NULL}, FORGE_STAGE_TOP, set_magic},
    {{"bundle-version", "BYTES", "Another version"}, FORGE_STAGE_TOP, set_version},
    {{"primary-url", "BYTES", "Another primary URL in the head of b1"},
     FORGE_STAGE_TOP,
     set_primary},
    {{"lengths", "BYTES", "Other bytes instead of section-lengths"}, FORGE_STAGE_TOP, set_lengths},
    {{"sections-head", "BYTES", "Another head of the array of sections"},
     FORGE_STAGE_TOP,
     set_count},
    {{"trailer", "BYTES", "Another head of the trailing length"}, FORGE_STAGE_TOP, set_trailer},
    {{"total", "N|±N", "A wrong trailing length"}, FORGE_STAGE_TOTAL, set_total},
    {{"index-url", "BYTES", "Another key in the index"}, FORGE_STAGE_INDEX, set_index_url},
    {{"index-add", "BYTES", "The same response under another key too"},
     FORGE_STAGE_INDEX,
     add_index_url},
    {{"index-remove", "", "A response that the index does not name"},
     FORGE_STAGE_INDEX,
     remove_index_url},
    {{"index-none", "", "No keys in the index"}, FORGE_STAGE_INDEX, clear_index},
    {{"index-offset", "[I,]N|±N", "A wrong offset, in location I"}, FORGE_STAGE_INDEX, set_offset},
    {{"index-length", "[I,]N|±N", "A wrong length, in location I"}, FORGE_STAGE_INDEX, set_length},
    {{"index-variants", "TEXT", "Another variants-value"}, FORGE_STAGE_INDEX, set_variants},
    {{"index-pairs", "±N", "So many locations more or fewer"}, FORGE_STAGE_INDEX, add_pairs},
    {{"index-cbor", "WAY@TOKEN", "The index spoilt at a token, as headers-cbor"},
     FORGE_STAGE_INDEX_CBOR,
     cbor_spoil},
    {{"response-cbor", "WAY@TOKEN", "A response spoilt at a token"},
     FORGE_STAGE_RESPONSE_CBOR,
     cbor_spoil},
    {{"responses-cbor", "WAY@TOKEN", "The array of responses spoilt, each of them one token"},
     FORGE_STAGE_RESPONSES_CBOR,
     cbor_spoil},
    {{"truncate", "PART±N", NULL}, FORGE_STAGE_FILE, truncate_file},
    {{"flip", "PART±N", NULL}, FORGE_STAGE_FILE, flip_in_file},
    {{"append", "BYTES", NULL}, FORGE_STAGE_FILE, append_to_file},
    {{"prepend", "BYTES", "Bytes before the bundle"}, FORGE_STAGE_FILE, prepend_to_file},
    {{"replace", "BYTES", NULL}, FORGE_STAGE_FILE, replace_file},
    {{NULL}},
};
