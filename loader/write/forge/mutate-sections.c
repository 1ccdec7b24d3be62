/* mutate-sections.c - mutations of sections: wrong, missing or misplaced ones
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge-bundle.h"

#include <string.h>

static gboolean
find_section (GPtrArray *sections, const char *name, guint *index, GError **error)
{
  for (*index = 0; *index < sections->len; (*index)++) {
    const ForgeSection *section = g_ptr_array_index (sections, *index);
    if (strcmp (section->name, name) == 0)
      return TRUE;
  }
  return argument_fail (name, error);
}

/* Parses "NAME=…" and finds that section; @value points into @argument, NULL without "=". */
static ForgeSection *
choose_section (GPtrArray *sections, const char *argument, const char **value, GError **error)
{
  g_autofree char *name = argument_split (argument, '=', value);
  guint index;

  return find_section (sections, name, &index, error) ? g_ptr_array_index (sections, index) : NULL;
}

/* Adds a section "NAME=BYTES" before the last one. */
static gboolean
add_section (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GPtrArray *sections = subject;
  const char *value;
  g_autofree char *name = argument_split (argument, '=', &value);
  GByteArray *bytes = value != NULL ? argument_bytes (value, error) : NULL;

  if (bytes == NULL)
    return value != NULL ? FALSE : argument_fail (argument, error);
  g_ptr_array_insert (sections, sections->len - 1,
                      forge_section_new (name, g_byte_array_free_to_bytes (bytes)));
  return TRUE;
}

/* Fills a section, "NAME=N[,COUNT]", with byte strings of N bytes, each with its head of 5. */
static gboolean
add_large_section (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GPtrArray *sections = subject;
  const char *value, *times;
  g_autofree char *name = argument_split (argument, '=', &value);
  g_autofree char *number = value != NULL ? argument_split (value, ',', &times) : NULL;
  int64_t size, count = 1;

  if (number == NULL || !argument_number (number, &size, error)
      || (times != NULL && !argument_number (times, &count, error)) || size < 70000
      || size > 1 << 28 || count > 64)
    return argument_fail (argument, error);
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (size - 5), size - 5);
  for (int64_t i = 0; i < count; i++) {
    g_autofree char *numbered = i > 0 ? g_strdup_printf ("%s%d", name, (int)i) : g_strdup (name);
    g_ptr_array_insert (
        sections, sections->len - 1,
        forge_section_new (numbered, bulla_cbor_write_token (BULLA_CBOR_BYTES, size - 5, zeros)));
  }
  return TRUE;
}

static gboolean
remove_section (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  guint index;

  if (!find_section (subject, argument, &index, error))
    return FALSE;
  g_ptr_array_remove_index (subject, index);
  return TRUE;
}

static gboolean
double_section (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  guint index;

  if (!find_section (subject, argument, &index, error))
    return FALSE;
  const ForgeSection *section = g_ptr_array_index ((GPtrArray *)subject, index);
  g_ptr_array_insert (subject, index, forge_section_new (argument, g_bytes_ref (section->bytes)));
  return TRUE;
}

static gboolean
move_last (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  guint index;

  if (!find_section (subject, argument, &index, error))
    return FALSE;
  g_ptr_array_add (subject, g_ptr_array_steal_index (subject, index));
  return TRUE;
}

/* Sets a stated length: "NAME=N|±N". */
static gboolean
set_length (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  const char *value;
  ForgeSection *section = choose_section (subject, argument, &value, error);
  int64_t number;

  if (section == NULL || value == NULL || !argument_number (value, &number, error))
    return section == NULL ? FALSE : argument_fail (argument, error);
  section->length = (*value == '+' || *value == '-' ? section->length : 0) + (uint64_t)number;
  return TRUE;
}

static gboolean
replace_section (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  const char *value;
  ForgeSection *section = choose_section (subject, argument, &value, error);
  GByteArray *bytes = section != NULL && value != NULL ? argument_bytes (value, error) : NULL;

  if (bytes == NULL)
    return section != NULL && value == NULL ? argument_fail (argument, error) : FALSE;
  set_bytes (&section->bytes, bytes);
  section->length = g_bytes_get_size (section->bytes);
  return TRUE;
}

static gboolean
append_to_section (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  const char *value;
  ForgeSection *section = choose_section (subject, argument, &value, error);
  g_autoptr (GByteArray) more =
      section != NULL && value != NULL ? argument_bytes (value, error) : NULL;

  if (more == NULL)
    return section != NULL && value == NULL ? argument_fail (argument, error) : FALSE;
  GByteArray *bytes = g_bytes_unref_to_array (g_steal_pointer (&section->bytes));
  g_byte_array_append (bytes, more->data, more->len);
  section->bytes = g_byte_array_free_to_bytes (bytes);
  section->length = g_bytes_get_size (section->bytes);
  return TRUE;
}

/* Adds an unknown section whose name makes section-lengths @argument bytes long. */
static gboolean
pad_lengths (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GPtrArray *sections = subject;
  g_autoptr (GBytes) now = forge_section_lengths (sections, NULL, error);
  int64_t wanted;

  if (now == NULL || !argument_number (argument, &wanted, error))
    return FALSE;
  int64_t name_size = wanted - (int64_t)g_bytes_get_size (now) - 3 - 1; /* its head, a length */
  if (name_size < 256 || name_size > G_MAXUINT16)
    return argument_fail (argument, error);
  g_autofree char *name = g_strnfill (name_size, 'x');
  g_ptr_array_insert (sections, sections->len - 1,
                      forge_section_new (name, g_bytes_new_static ("\xf6", 1)));
  return TRUE;
}

const MutationRow MUTATIONS_OF_SECTIONS[] = {
    {{"section-add", "NAME=BYTES", "A section more, before the last"},
     FORGE_STAGE_SECTIONS,
     add_section},
    {{"section-large", "NAME=N[,COUNT]", "A section more of N bytes, or several"},
     FORGE_STAGE_SECTIONS,
     add_large_section},
    {{"section-remove", "NAME", "A section left out"}, FORGE_STAGE_SECTIONS, remove_section},
    {{"section-twice", "NAME", "A section twice"}, FORGE_STAGE_SECTIONS, double_section},
    {{"section-last", "NAME", "A section at the end"}, FORGE_STAGE_SECTIONS, move_last},
    {{"section-length", "NAME=N|±N", "A wrong length announced"}, FORGE_STAGE_SECTIONS, set_length},
    {{"section-replace", "NAME=BYTES", "Other bytes for a section"},
     FORGE_STAGE_SECTIONS,
     replace_section},
    {{"section-append", "NAME=BYTES", "Bytes at the end of a section, in its length"},
     FORGE_STAGE_SECTIONS,
     append_to_section},
    {{"lengths-pad", "N", "section-lengths of exactly N bytes"}, FORGE_STAGE_SECTIONS, pad_lengths},
    {{"lengths-cbor", "WAY@TOKEN", "section-lengths spoilt at a token"},
     FORGE_STAGE_LENGTHS_CBOR,
     cbor_spoil},
    {{NULL}},
};
