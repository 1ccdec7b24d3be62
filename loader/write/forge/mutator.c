/* mutator.c - applies the chosen mutations at their stages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge-bundle.h"

#include <string.h>

static const MutationRow *const TABLES[] = {
    MUTATIONS_OF_EXCHANGE, MUTATIONS_OF_BODY,     MUTATIONS_OF_SIGNATURE, MUTATIONS_OF_CBOR,
    MUTATIONS_OF_CHAIN,    MUTATIONS_OF_LEAF,     MUTATIONS_OF_OCSP,      MUTATIONS_OF_SCT,
    MUTATIONS_OF_BUNDLE,   MUTATIONS_OF_SECTIONS, MUTATIONS_OF_SUBSET,    MUTATIONS_OF_BLOCK,
};

static const MutationRow *
next_row (size_t *table, size_t *row)
{
  while (*table < G_N_ELEMENTS (TABLES)) {
    const MutationRow *found = &TABLES[*table][(*row)++];
    if (found->about.name != NULL)
      return found;
    *table += 1;
    *row = 0;
  }
  return NULL;
}

/* Lists every name once, in the order of the tables. */
const ForgeMutation *
forge_mutations (size_t *count)
{
  static GArray *list = NULL;

  if (list == NULL) {
    const MutationRow *row;
    list = g_array_new (FALSE, FALSE, sizeof (ForgeMutation));
    for (size_t table = 0, at = 0; (row = next_row (&table, &at)) != NULL;)
      if (row->about.description != NULL)
        g_array_append_val (list, row->about);
  }
  *count = list->len;
  return (const ForgeMutation *)(gconstpointer)list->data;
}

static gboolean
apply_cb (BullaMutation *hook, BullaStage stage, gpointer subject, GError **error)
{
  Mutator *self = (Mutator *)hook;

  for (guint i = 0; i < self->chosen->len; i++) {
    ChosenMutation *chosen = g_ptr_array_index (self->chosen, i);
    const MutationRow *row;
    for (size_t table = 0, at = 0; (row = next_row (&table, &at)) != NULL;) {
      if (row->stage != (int)stage || strcmp (row->about.name, chosen->name) != 0)
        continue;
      if (!row->apply (self, subject, chosen->argument, error)) {
        g_prefix_error (error, "%s: ", chosen->name);
        return FALSE;
      }
      chosen->applied = TRUE;
    }
  }
  return TRUE;
}

static void
chosen_free (ChosenMutation *self)
{
  g_free (self->name);
  g_free (self->argument);
  g_free (self);
}

Mutator *
mutator_new (int64_t now)
{
  Mutator *self = g_new0 (Mutator, 1);

  self->hook.apply = apply_cb;
  self->now = now;
  self->chosen = g_ptr_array_new_with_free_func ((GDestroyNotify)chosen_free);
  return self;
}

void
mutator_free (Mutator *self)
{
  g_ptr_array_unref (self->chosen);
  g_clear_object (&self->other);
  X509_free (self->issuer);
  EVP_PKEY_free (self->issuer_key);
  g_free (self);
}

static gboolean
is_known (const char *name)
{
  const MutationRow *row;

  for (size_t table = 0, at = 0; (row = next_row (&table, &at)) != NULL;)
    if (strcmp (row->about.name, name) == 0)
      return TRUE;
  return FALSE;
}

/* Parses @text: "name" or "name:argument". */
gboolean
mutator_choose (Mutator *self, const char *text, GError **error)
{
  ChosenMutation *chosen = g_new0 (ChosenMutation, 1);
  size_t length = strcspn (text, ":");

  chosen->name = g_strndup (text, length);
  chosen->argument = g_strdup (text[length] == ':' ? text + length + 1 : "");
  g_ptr_array_add (self->chosen, chosen);
  if (is_known (chosen->name))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The mutation “%s” does not exist",
               chosen->name);
  return FALSE;
}

gboolean
mutator_require_applied (Mutator *self, GError **error)
{
  for (guint i = 0; i < self->chosen->len; i++) {
    const ChosenMutation *chosen = g_ptr_array_index (self->chosen, i);
    if (!chosen->applied) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "The mutation “%s” touched nothing in this base", chosen->name);
      return FALSE;
    }
  }
  return TRUE;
}

/* Returns: (transfer none): an authority like the trusted one, with other keys */
BullaAuthority *
mutator_get_other (Mutator *self, GError **error)
{
  if (self->other == NULL)
    self->other = bulla_authority_new ("Other", self->now, error);
  return self->other;
}

gboolean
argument_fail (const char *argument, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” is not understood", argument);
  return FALSE;
}

static GByteArray *
parse_hex (const char *text, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  for (; *text != '\0'; text += 2) {
    if (!g_ascii_isxdigit (text[0]) || !g_ascii_isxdigit (text[1])) {
      argument_fail (text, error);
      return NULL;
    }
    guint8 byte = g_ascii_xdigit_value (text[0]) << 4 | g_ascii_xdigit_value (text[1]);
    g_byte_array_append (out, &byte, 1);
  }
  return g_steal_pointer (&out);
}

GByteArray *
argument_bytes (const char *argument, GError **error)
{
  static const char ESCAPES[] = "n\nr\rt\t\\\\";

  if (g_str_has_prefix (argument, "hex:"))
    return parse_hex (argument + 4, error);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  for (const char *at = argument; *at != '\0'; at++) {
    guint8 byte = *at;
    if (byte == '\\' && at[1] == 'x' && g_ascii_isxdigit (at[2]) && g_ascii_isxdigit (at[3])) {
      byte = g_ascii_xdigit_value (at[2]) << 4 | g_ascii_xdigit_value (at[3]);
      at += 3;
    } else if (byte == '\\') {
      const char *escape = at[1] != '\0' ? strchr (ESCAPES, at[1]) : NULL;
      if (escape == NULL) {
        argument_fail (argument, error);
        return NULL;
      }
      byte = escape[1];
      at++;
    }
    g_byte_array_append (out, &byte, 1);
  }
  return g_steal_pointer (&out);
}

gboolean
argument_number (const char *argument, int64_t *number, GError **error)
{
  guint64 large;

  if (g_ascii_string_to_signed (argument, 10, G_MININT64, G_MAXINT64, number, NULL))
    return TRUE;
  if (!g_ascii_string_to_unsigned (argument, 10, 0, G_MAXUINT64, &large, NULL))
    return argument_fail (argument, error);
  *number = (int64_t)large; /* 2^63 and above, for fields of 64 bits */
  return TRUE;
}

gboolean
argument_time (Mutator *self, const char *argument, int64_t *time, GError **error)
{
  static const struct {
    char unit;
    int64_t seconds;
  } UNITS[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  g_autofree char *digits = g_strdup (argument);
  int64_t scale = 1;
  size_t length = strlen (digits);

  if (strcmp (argument, "now") == 0) {
    *time = self->now;
    return TRUE;
  }
  for (size_t i = 0; length > 0 && i < G_N_ELEMENTS (UNITS); i++)
    if (digits[length - 1] == UNITS[i].unit) {
      scale = UNITS[i].seconds;
      digits[length - 1] = '\0';
      break;
    }
  if (!argument_number (digits, time, error))
    return FALSE;
  if (*argument == '+' || *argument == '-')
    *time = self->now + *time * scale;
  return TRUE;
}

char *
argument_split (const char *argument, char mark, const char **value)
{
  const char *found = *argument != '\0' ? strchr (argument + 1, mark) : NULL;

  *value = found != NULL ? found + 1 : NULL;
  return found != NULL ? g_strndup (argument, found - argument) : g_strdup (argument);
}

/* Returns: the index of @argument in @choices; -1 with @error set */
int
argument_choose (const char *argument, const char *const *choices, GError **error)
{
  for (int i = 0; choices[i] != NULL; i++)
    if (strcmp (choices[i], argument) == 0)
      return i;
  argument_fail (argument, error);
  return -1;
}

gboolean
argument_offset (const char *argument, size_t size, size_t *offset, GError **error)
{
  int64_t number;

  if (!argument_number (argument, &number, error))
    return FALSE;
  *offset = number < 0 ? size + number : (size_t)number;
  return *offset < size || argument_fail (argument, error);
}
