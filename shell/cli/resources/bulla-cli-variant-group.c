/* bulla-cli-variant-group.c - the representations of one URL that a package will contain
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: variants.md sections 1 to 3 */
#include "bulla-cli-variant-group.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-print.h"
#include "bulla-field.h"

#define ABSENT_MAX 20 /* most combinations that are listed */

/* values need no quotes here; they have them where they are written */
static const BullaVariantsReadings READINGS = {.list_tokens = BULLA_LIST_TOKENS_WIDE};

static void set_group_error (GError **error, const char *url, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
set_group_error (GError **error, const char *url, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", url, why);
}

/**
 * bulla_cli_variant_group_new: (skip)
 * @url: the URL that the representations share
 * @variants: the axes and their values, as the lists of draft 04: `accept-language;en;fr`
 * @error: set if @variants cannot be read, has an axis that clients do not know, or too many
 *   combinations
 *
 * Returns: (transfer full) (nullable): a group without representations
 */
BullaCliVariantGroup *
bulla_cli_variant_group_new (const char *url, const char *variants, GError **error)
{
  gsize stopped = 0;
  g_autoptr (BullaVariants) parsed =
      bulla_variants_parse (variants, BULLA_VARIANTS_SYNTAX_LISTS, &READINGS, &stopped);

  if (parsed == NULL || parsed->n_axes == 0) {
    set_group_error (error, url, _ ("Variants cannot be read at “%.20s”"),
                     parsed == NULL ? variants + MIN (stopped, strlen (variants)) : variants);
    return NULL;
  }
  for (guint i = 0; i < parsed->n_axes; i++)
    if (parsed->axes[i].mechanism == BULLA_VARIANTS_MECHANISM_NONE) {
      set_group_error (error, url, _ ("unknown axis “%s”; the axes are %s"), parsed->axes[i].name,
                       bulla_variants_get_known_axes (BULLA_VARIANTS_SYNTAX_LISTS, &READINGS));
      return NULL;
    }
  guint64 n = bulla_variants_get_product (parsed);
  if (n == 0 || n > BULLA_CLI_COMBINATIONS_MAX) {
    g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
    set_group_error (error, url, _ ("the values give %s combinations; allowed are 1 to %d"), number,
                     BULLA_CLI_COMBINATIONS_MAX);
    return NULL;
  }
  BullaCliVariantGroup *self = g_new0 (BullaCliVariantGroup, 1);
  self->url = g_strdup (url);
  self->variants = g_steal_pointer (&parsed);
  self->resources = g_ptr_array_new ();
  g_ptr_array_set_size (self->resources, (gint)n);
  return self;
}

void
bulla_cli_variant_group_free (BullaCliVariantGroup *self)
{
  g_free (self->url);
  g_clear_pointer (&self->variants, bulla_variants_free);
  g_ptr_array_unref (self->resources);
  g_free (self);
}

/* Returns: (nullable): the value of the key on an axis */
static const char *
get_value (const BullaCliVariantGroup *self, const BullaVariantKeys *keys,
           BullaVariantsMechanism mechanism)
{
  for (guint i = 0; i < self->variants->n_axes; i++)
    if (self->variants->axes[i].mechanism == mechanism)
      return keys->values[i];
  return NULL;
}

/* Returns the number of the combination; G_MAXUINT with @error set if a value is not listed. */
static guint
find_combination (const BullaCliVariantGroup *self, const BullaVariantKeys *keys, GError **error)
{
  guint number = 0;

  for (guint i = 0; i < self->variants->n_axes; i++) {
    const BullaVariantsAxis *axis = &self->variants->axes[i];
    if (keys->places[i] >= axis->n_values) {
      set_group_error (error, self->url, _ ("“%s” is not among the values of %s"), keys->values[i],
                       axis->name);
      return G_MAXUINT;
    }
    number = number * axis->n_values + keys->places[i];
  }
  return number;
}

/* Returns: (transfer full) (nullable): the type of a representation: that of its key, with the
 * charset that the file has */
static char *
guess_type (const char *path, const char *type, const char *coding, GError **error)
{
  static const struct {
    const char *suffix;
    const char *coding;
  } SUFFIXES[] = {{".br", "br"}, {".gz", "gzip"}, {".zst", "zstd"}};
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GBytes) bytes = bulla_cli_read_coded_file (path, coding, error);
  gsize length = 0;

  if (bytes == NULL)
    return NULL;
  for (size_t i = 0; coding != NULL && i < G_N_ELEMENTS (SUFFIXES); i++)
    if (strcmp (SUFFIXES[i].coding, coding) == 0 && g_str_has_suffix (name, SUFFIXES[i].suffix))
      name[strlen (name) - strlen (SUFFIXES[i].suffix)] = '\0';
  const char *text = g_bytes_get_data (bytes, &length);
  g_autofree char *guessed = bulla_cli_guess_type_of_text (name, text, length);
  g_autofree char *essence = bulla_field_dup_essence (guessed);
  return type == NULL || strcmp (essence, type) == 0 ? g_steal_pointer (&guessed) : g_strdup (type);
}

/* Lists the fields that the choice depends on. */
static char *
dup_vary (const BullaCliVariantGroup *self)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < self->variants->n_axes; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", self->variants->axes[i].name);
  return g_string_free (names, FALSE);
}

/* Says whether the resource has the file, and what the key says of its type and coding. A language
 * may have the file of another one. */
static gboolean
is_representation (const BullaCliResource *resource, const char *path, const char *type,
                   const char *coding)
{
  const char *content_type = bulla_cli_resource_get_header (resource, "content-type");
  g_autofree char *essence = bulla_field_dup_essence (content_type);

  return strcmp (g_file_peek_path (resource->file), path) == 0
         && g_strcmp0 (bulla_cli_resource_get_header (resource, "content-encoding"), coding) == 0
         && (type == NULL || g_strcmp0 (essence, type) == 0);
}

/* Returns: (nullable): the resource that gets another key */
static BullaCliResource *
find_resource (const BullaCliVariantGroup *self, const char *path, const char *type,
               const char *coding)
{
  for (guint i = 0; i < self->resources->len; i++) {
    BullaCliResource *resource = self->resources->pdata[i];
    if (resource != NULL && is_representation (resource, path, type, coding))
      return resource;
  }
  return NULL;
}

/* Returns: (transfer none) (nullable): the representation for the key; NULL with @error set */
static BullaCliResource *
take_resource (BullaCliVariantGroup *self, BullaCliResources *resources,
               const BullaVariantKeys *keys, const char *path, GError **error)
{
  const char *type = get_value (self, keys, BULLA_VARIANTS_MECHANISM_ACCEPT);
  const char *language = get_value (self, keys, BULLA_VARIANTS_MECHANISM_LANGUAGE);
  const char *coding = get_value (self, keys, BULLA_VARIANTS_MECHANISM_ENCODING);
  const char *applied = g_strcmp0 (coding, "identity") == 0 ? NULL : coding;
  BullaCliResource *known = find_resource (self, path, type, applied);
  g_autofree char *content_type = known == NULL ? guess_type (path, type, applied, error) : NULL;
  g_autofree char *vary = dup_vary (self);

  if (known != NULL || content_type == NULL)
    return known;
  BullaCliResource *resource = bulla_cli_resources_add_variant (resources, self);
  resource->file = g_file_new_for_path (path);
  bulla_cli_resource_set_header (resource, "content-type", content_type);
  if (language != NULL)
    bulla_cli_resource_set_header (resource, "content-language", language);
  if (applied != NULL)
    bulla_cli_resource_set_header (resource, "content-encoding", applied);
  bulla_cli_resource_set_header (resource, "vary", vary);
  return resource;
}

/**
 * bulla_cli_variant_group_add: (skip)
 * @self: a group, which is in @resources
 * @resources: receives the representation
 * @key: a value of each axis, as a list of draft 04: `text/html;en`
 * @path: the file, as it is delivered: with its content coding
 * @error: set if the key or the file cannot be read, the key has a file, or the file is not in the
 *   content coding of the key
 */
gboolean
bulla_cli_variant_group_add (BullaCliVariantGroup *self, BullaCliResources *resources,
                             const char *key, const char *path, GError **error)
{
  g_autoptr (BullaVariantKeys) keys =
      bulla_variant_keys_parse (key, self->variants, &READINGS, NULL);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);

  if (keys == NULL || keys->n_keys != 1) {
    set_group_error (error, self->url, _ ("“%s” does not have one value for each axis"), key);
    return FALSE;
  }
  guint number = find_combination (self, keys, error);
  if (number == G_MAXUINT)
    return FALSE;
  if (self->resources->pdata[number] != NULL) {
    set_group_error (error, self->url, _ ("“%s” has two files"), key);
    return FALSE;
  }
  g_hash_table_add (resources->skipped, g_strdup (absolute));
  self->resources->pdata[number] = take_resource (self, resources, keys, absolute, error);
  return self->resources->pdata[number] != NULL;
}

/**
 * bulla_cli_quote_variant: (skip)
 * @value: a value of an axis
 *
 * Returns: (transfer full): the value as a token, if every reader takes it for one; otherwise as a
 *   string in quotes
 */
char *
bulla_cli_quote_variant (const char *value)
{
  gboolean plain = g_ascii_isalpha (value[0]);
  GString *text = g_string_new ("\"");

  for (const char *c = value; *c != '\0'; c++) {
    plain = plain && (g_ascii_isalnum (*c) || strchr ("_-.:%*/", *c) != NULL);
    if (*c == '"' || *c == '\\')
      g_string_append_c (text, '\\');
    g_string_append_c (text, *c);
  }
  g_string_append_c (text, '"');
  if (!plain)
    return g_string_free (text, FALSE);
  g_string_free (text, TRUE);
  return g_strdup (value);
}

/* Returns: (transfer full): Variants, in the wire form of @syntax */
char *
bulla_cli_variant_group_dup_variants (const BullaCliVariantGroup *self, BullaVariantsSyntax syntax)
{
  gboolean lists = syntax == BULLA_VARIANTS_SYNTAX_LISTS;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->variants->n_axes; i++) {
    const BullaVariantsAxis *axis = &self->variants->axes[i];
    g_string_append_printf (text, lists ? "%s%s" : "%s%s=(", i > 0 ? ", " : "", axis->name);
    for (guint j = 0; j < axis->n_values; j++) {
      g_autofree char *value = bulla_cli_quote_variant (axis->values[j]);
      g_string_append_printf (text, "%s%s", lists ? ";" : j > 0 ? " " : "", value);
    }
    g_string_append (text, lists ? "" : ")");
  }
  return g_string_free (text, FALSE);
}

/* Appends the values of a combination. */
static void
append_key (GString *text, const BullaVariants *variants, guint number, BullaVariantsSyntax syntax)
{
  gboolean lists = syntax == BULLA_VARIANTS_SYNTAX_LISTS;
  guint places[BULLA_VARIANTS_AXES_MAX];

  for (guint i = variants->n_axes; i > 0; i--) {
    places[i - 1] = number % variants->axes[i - 1].n_values;
    number /= variants->axes[i - 1].n_values;
  }
  g_string_append (text, lists ? "" : "(");
  for (guint i = 0; i < variants->n_axes; i++) {
    g_autofree char *value = bulla_cli_quote_variant (variants->axes[i].values[places[i]]);
    g_string_append_printf (text, "%s%s", i == 0 ? "" : lists ? ";" : " ", value);
  }
  g_string_append (text, lists ? "" : ")");
}

/* Returns: (transfer full): Variant-Key of a representation, in the wire form of @syntax */
char *
bulla_cli_variant_group_dup_key (const BullaCliVariantGroup *self, const BullaCliResource *resource,
                                 BullaVariantsSyntax syntax)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->resources->len; i++) {
    if (self->resources->pdata[i] != resource)
      continue;
    g_string_append (text, text->len > 0 ? ", " : "");
    append_key (text, self->variants, i, syntax);
  }
  return g_string_free (text, FALSE);
}

/**
 * bulla_cli_resource_fill_writer: (skip)
 * @resource: a response
 * @names: the fields in which exchanges say which variant they are
 * @writer: receives its headers, and these fields if it is one of several representations
 */
void
bulla_cli_resource_fill_writer (const BullaCliResource *resource, const BullaVariantsNames *names,
                                BullaExchangeWriter *writer)
{
  for (guint i = 0; resource->headers[i] != NULL; i += 2)
    bulla_exchange_writer_add_header (writer, resource->headers[i], resource->headers[i + 1]);
  if (resource->group == NULL)
    return;
  g_autofree char *variants = bulla_cli_variant_group_dup_variants (resource->group, names->syntax);
  g_autofree char *key = bulla_cli_variant_group_dup_key (resource->group, resource, names->syntax);
  bulla_exchange_writer_add_header (writer, names->variants, variants);
  bulla_exchange_writer_add_header (writer, names->variant_key, key);
}

/**
 * bulla_cli_variant_group_sort: (skip)
 * @self: a group with all its representations
 * @resources: has them
 *
 * Sorts the representations by their combinations, whatever the order in which they were added.
 */
void
bulla_cli_variant_group_sort (const BullaCliVariantGroup *self, BullaCliResources *resources)
{
  g_autoptr (GHashTable) placed = g_hash_table_new (NULL, NULL);
  guint next = 0;

  for (guint i = 0; i < self->resources->len; i++) {
    BullaCliResource *resource = self->resources->pdata[i];
    if (resource == NULL || !g_hash_table_add (placed, resource))
      continue;
    while (((BullaCliResource *)resources->list->pdata[next])->group != self)
      next++;
    resources->list->pdata[next++] = resource;
  }
}

/**
 * bulla_cli_variant_group_print_absent: (skip)
 * @self: a group
 *
 * Prints the combinations without a representation to standard error, at most 20 of them.
 */
void
bulla_cli_variant_group_print_absent (const BullaCliVariantGroup *self)
{
  guint n = 0;

  for (guint i = 0; i < self->resources->len; i++) {
    if (self->resources->pdata[i] != NULL || n++ >= ABSENT_MAX)
      continue;
    g_autoptr (GString) key = g_string_new (NULL);
    append_key (key, self->variants, i, BULLA_VARIANTS_SYNTAX_LISTS);
    bulla_cli_print_error (_ ("Absent: %s: %s\n"), self->url, key->str);
  }
  if (n > ABSENT_MAX)
    bulla_cli_print_error (
        ngettext ("Absent: %s: %u more\n", "Absent: %s: %u more\n", n - ABSENT_MAX), self->url,
        n - ABSENT_MAX);
}
