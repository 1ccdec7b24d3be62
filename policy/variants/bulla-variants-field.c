/* bulla-variants-field.c - parses the fields Variants and Variant-Key
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: draft-ietf-httpbis-variants-04, -05 and -06, sections 2 and 3. */
#include "bulla-variants-field.h"

#include <string.h>

#include "bulla-variants-reader.h"

/* Members of a field, before they are given a meaning: @count values each, all in one array. */
typedef struct {
  BullaVariantsReader reader;
  GPtrArray *values; /* owned; borrows from @text */
  guint first[BULLA_VARIANTS_KEYS_MAX + 1];
  guint n;
  char *text; /* owned */
} Members;

static void
members_init (Members *self, const char *text, BullaVariantsSyntax syntax,
              const BullaVariantsReadings *readings)
{
  self->text = g_malloc (2 * strlen (text) + 2);
  self->values = g_ptr_array_sized_new (16);
  self->n = 0;
  self->reader = (BullaVariantsReader){text, self->text, syntax, readings};
}

static void
members_clear (Members *self)
{
  g_free (self->text);
  if (self->values != NULL)
    g_ptr_array_free (self->values, TRUE);
}

/* @max: most values since @first */
static gboolean
add_value (Members *self, guint first, guint max)
{
  const char *value = bulla_variants_reader_take_value (&self->reader);

  if (value == NULL || self->values->len - first >= max)
    return FALSE;
  g_ptr_array_add (self->values, (gpointer)value);
  return TRUE;
}

/* Reads `a;b;c`, a member in drafts 04 and 05. */
static gboolean
read_semicolon_list (Members *self)
{
  guint first = self->values->len;

  for (;;) {
    if (!add_value (self, first, 1 + BULLA_VARIANTS_VALUES_MAX)) /* the name is the first */
      return FALSE;
    bulla_variants_reader_skip_space (&self->reader);
    if (*self->reader.at != ';')
      return TRUE;
    self->reader.at++;
    bulla_variants_reader_skip_space (&self->reader);
  }
}

/* Reads `(a b c)`, a member in draft 06. */
static gboolean
read_inner_list (Members *self)
{
  BullaVariantsReader *reader = &self->reader;
  guint first = self->values->len;

  if (*reader->at != '(')
    return FALSE;
  reader->at++;
  for (bulla_variants_reader_skip_space (reader); *reader->at != ')';
       bulla_variants_reader_skip_space (reader))
    if (!add_value (self, first, BULLA_VARIANTS_VALUES_MAX)
        || !bulla_variants_reader_skip_parameters (reader)
        || (*reader->at != ' ' && *reader->at != ')'))
      return FALSE;
  reader->at++;
  return bulla_variants_reader_skip_parameters (reader);
}

/* Reads `name=(a b c)`; the name comes first in the result, as in the lists. */
static gboolean
read_dictionary_member (Members *self)
{
  const char *name = bulla_variants_reader_take_name (&self->reader);

  if (name == NULL || *self->reader.at != '=')
    return FALSE;
  g_ptr_array_add (self->values, (gpointer)name);
  self->reader.at++;
  return read_inner_list (self);
}

/* Reads the whole field: members separated by commas. */
static gboolean
read_members (Members *self, gboolean axes, guint max)
{
  BullaVariantsReader *reader = &self->reader;
  gboolean lists = reader->syntax == BULLA_VARIANTS_SYNTAX_LISTS;

  bulla_variants_reader_skip_space (reader);
  for (;;) {
    self->first[self->n] = self->values->len;
    if (lists ? !read_semicolon_list (self)
              : (axes ? !read_dictionary_member (self) : !read_inner_list (self)))
      return FALSE;
    self->first[++self->n] = self->values->len;
    bulla_variants_reader_skip_space (reader);
    if (*reader->at == '\0')
      return TRUE;
    if (*reader->at != ',' || self->n >= max)
      return FALSE;
    reader->at++;
    bulla_variants_reader_skip_space (reader);
  }
}

static BullaVariantsMechanism
mechanism_of (const char *name, BullaVariantsSyntax syntax, const BullaVariantsReadings *readings)
{
  if (strcmp (name, "accept") == 0)
    return BULLA_VARIANTS_MECHANISM_ACCEPT;
  if (strcmp (name, "accept-encoding") == 0)
    return BULLA_VARIANTS_MECHANISM_ENCODING;
  if (strcmp (name, "accept-language") == 0)
    return BULLA_VARIANTS_MECHANISM_LANGUAGE;
  if (strcmp (name, "cookie") == 0 && syntax == BULLA_VARIANTS_SYNTAX_DICTIONARY
      && readings->cookie == BULLA_COOKIE_AXIS_DRAFT_06)
    return BULLA_VARIANTS_MECHANISM_COOKIE;
  return readings->unknown_axis == BULLA_UNKNOWN_AXIS_IGNORED ? BULLA_VARIANTS_MECHANISM_IGNORED
                                                              : BULLA_VARIANTS_MECHANISM_NONE;
}

/**
 * bulla_variants_get_known_axes: (skip)
 * @syntax: a wire form
 * @readings: the readings of the profile
 *
 * Returns: the names of the axes that have a mechanism, separated by commas
 */
const char *
bulla_variants_get_known_axes (BullaVariantsSyntax syntax, const BullaVariantsReadings *readings)
{
  return mechanism_of ("cookie", syntax, readings) == BULLA_VARIANTS_MECHANISM_COOKIE
             ? "accept, accept-encoding, accept-language, cookie"
             : "accept, accept-encoding, accept-language";
}

/* Returns the place of an axis of that name among the first @n; @n if there is none. */
static guint
find_axis (const BullaVariants *self, const char *name)
{
  guint i = 0;

  while (i < self->n_axes && strcmp (self->axes[i].name, name) != 0)
    i++;
  return i;
}

/* Makes axes of the members; FALSE if an axis is repeated that must not be. */
static gboolean
add_axes (BullaVariants *self, const Members *members, const BullaVariantsReadings *readings)
{
  for (guint i = 0; i < members->n; i++) {
    const char *const *values = (const char *const *)members->values->pdata + members->first[i];
    char *name = (char *)values[0];
    for (char *c = name; *c != '\0'; c++)
      *c = g_ascii_tolower (*c);
    guint place = self->n_axes;
    if (self->syntax == BULLA_VARIANTS_SYNTAX_DICTIONARY
        && readings->duplicate_axes != BULLA_DUPLICATE_AXES_TWO_AXES)
      place = find_axis (self, name);
    if (place < self->n_axes && readings->duplicate_axes == BULLA_DUPLICATE_AXES_FAIL)
      return FALSE;
    self->axes[place] =
        (BullaVariantsAxis){name, mechanism_of (name, self->syntax, readings), values + 1,
                            members->first[i + 1] - members->first[i] - 1};
    self->n_axes = MAX (self->n_axes, place + 1);
  }
  return TRUE;
}

/**
 * bulla_variants_parse: (skip)
 * @text: the value of Variants, at most what a package may have
 * @syntax: its wire form
 * @readings: the readings of the profile
 * @stopped: (out) (optional): the offset in @text, in bytes, at which reading stopped
 *
 * Spec: draft-ietf-httpbis-variants section 2; Structured Headers 3.
 *
 * Returns: (transfer full) (nullable): the axes, at most %BULLA_VARIANTS_AXES_MAX; %NULL if @text
 * is malformed
 */
BullaVariants *
bulla_variants_parse (const char *text, BullaVariantsSyntax syntax,
                      const BullaVariantsReadings *readings, gsize *stopped)
{
  g_autoptr (BullaVariants) self = g_new0 (BullaVariants, 1);
  Members members;

  self->syntax = syntax;
  members_init (&members, text, syntax, readings);
  gboolean fine =
      read_members (&members, TRUE, BULLA_VARIANTS_AXES_MAX) && add_axes (self, &members, readings);
  if (stopped != NULL)
    *stopped = (gsize)(members.reader.at - text);
  if (!fine) {
    members_clear (&members);
    return NULL;
  }
  self->text = members.text;
  self->values = (const char **)g_ptr_array_free (members.values, FALSE);
  return g_steal_pointer (&self);
}

void
bulla_variants_free (BullaVariants *self)
{
  g_free (self->text);
  g_free (self->values);
  g_free (self);
}

/**
 * bulla_variants_get_product: (skip)
 * @self: the axes
 *
 * A value that an axis allows without listing it, such as `identity`, does not count.
 *
 * Returns: the number of combinations of available values; 0 if an axis has none, or if there are
 *   2^64 or more
 */
guint64
bulla_variants_get_product (const BullaVariants *self)
{
  guint64 product = 1;

  for (guint i = 0; i < self->n_axes; i++)
    if (!g_uint64_checked_mul (&product, product, self->axes[i].n_values))
      return 0;
  return product;
}

/* a value of an axis and its place */
typedef struct {
  const char *value;
  guint16 place;
} Placed;

/* Orders by value; of equal values the one that precedes in the axis is the first. */
static int
compare_placed (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Placed *one = a, *other = b;
  int order = strcmp (one->value, other->value);

  return order != 0 ? order : (int)one->place - (int)other->place;
}

/* Returns the values of the axis in ascending order, so that many keys can be searched for. */
static Placed *
sort_values (const BullaVariantsAxis *axis)
{
  Placed *sorted = g_new (Placed, axis->n_values + 1);

  for (guint i = 0; i < axis->n_values; i++)
    sorted[i] = (Placed){axis->values[i], (guint16)i};
  g_qsort_with_data (sorted, (gint)axis->n_values, sizeof *sorted, compare_placed, NULL);
  return sorted;
}

/* Returns the first place of the value; @sorted are the values of the axis. */
static guint16
find_place (const BullaVariantsAxis *axis, const Placed *sorted, const char *value)
{
  guint low = 0, high = axis->n_values;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (strcmp (sorted[middle].value, value) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < axis->n_values && strcmp (sorted[low].value, value) == 0)
    return sorted[low].place;
  return axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING && strcmp (value, "identity") == 0
             ? (guint16)axis->n_values
             : BULLA_VARIANTS_PLACE_NONE;
}

static void
find_places (BullaVariantKeys *self, const BullaVariants *variants)
{
  for (guint j = 0; j < self->n_axes; j++) {
    const BullaVariantsAxis *axis = &variants->axes[j];
    gboolean cookie = axis->mechanism == BULLA_VARIANTS_MECHANISM_COOKIE;
    g_autofree Placed *sorted = cookie ? NULL : sort_values (axis);
    for (guint i = 0; i < self->n_keys; i++) {
      gsize at = (gsize)i * self->n_axes + j;
      self->places[at] =
          cookie ? BULLA_VARIANTS_PLACE_NONE : find_place (axis, sorted, self->values[at]);
    }
  }
}

/* Copies the members that have a value for each axis. Draft 04 by its own text compares members as
 * strings, so that one of another length affects no other. */
static gboolean
add_keys (BullaVariantKeys *self, const Members *members, const BullaVariants *variants,
          const BullaVariantsReader *reader)
{
  gboolean skips = reader->syntax == BULLA_VARIANTS_SYNTAX_LISTS
                   && reader->readings->list_tokens == BULLA_LIST_TOKENS_DRAFT_04;

  self->values = g_new (const char *, (gsize)members->n * self->n_axes + 1);
  self->places = g_new (guint16, (gsize)members->n * self->n_axes + 1);
  for (guint i = 0; i < members->n; i++) {
    gsize into = (gsize)self->n_keys * self->n_axes;
    if (members->first[i + 1] - members->first[i] != self->n_axes) {
      if (!skips)
        return FALSE;
      continue;
    }
    for (guint j = 0; j < self->n_axes; j++)
      self->values[into + j] = members->values->pdata[members->first[i] + j];
    self->n_keys++;
  }
  find_places (self, variants);
  return TRUE;
}

/**
 * bulla_variant_keys_parse: (skip)
 * @text: the value of Variant-Key
 * @variants: the axes of the same response
 * @readings: the readings of the profile
 * @stopped: (out) (optional): the offset in @text, in bytes, at which reading stopped; G_MAXSIZE if
 * a member has another number of values than there are axes
 *
 * Spec: draft-ietf-httpbis-variants section 3.
 *
 * Returns: (transfer full) (nullable): the keys; they borrow nothing from @variants. %NULL if @text
 *   is malformed
 */
BullaVariantKeys *
bulla_variant_keys_parse (const char *text, const BullaVariants *variants,
                          const BullaVariantsReadings *readings, gsize *stopped)
{
  g_autoptr (BullaVariantKeys) self = g_new0 (BullaVariantKeys, 1);
  Members members;

  self->n_axes = variants->n_axes;
  members_init (&members, text, variants->syntax, readings);
  gboolean read = read_members (&members, FALSE, BULLA_VARIANTS_KEYS_MAX);
  gboolean fine = read && add_keys (self, &members, variants, &members.reader);
  if (stopped != NULL)
    *stopped = read && !fine ? G_MAXSIZE : (gsize)(members.reader.at - text);
  self->text = g_steal_pointer (&members.text);
  members_clear (&members);
  return fine ? g_steal_pointer (&self) : NULL;
}

/**
 * bulla_variant_keys_new: (skip)
 * @variants: the axes
 * @values: (array): the values of @n_keys keys, as many for each as there are axes
 * @n_keys: number of keys; may exceed %BULLA_VARIANTS_KEYS_MAX
 *
 * Returns: (transfer full): the keys, which borrow nothing from the arguments
 */
BullaVariantKeys *
bulla_variant_keys_new (const BullaVariants *variants, const char *const *values, guint n_keys)
{
  BullaVariantKeys *self = g_new0 (BullaVariantKeys, 1);
  gsize n = (gsize)n_keys * variants->n_axes, size = 1;

  self->n_keys = n_keys;
  self->n_axes = variants->n_axes;
  self->values = g_new (const char *, n + 1);
  self->places = g_new (guint16, n + 1);
  for (gsize i = 0; i < n; i++)
    size += strlen (values[i]) + 1;
  char *out = self->text = g_malloc (size);
  for (gsize i = 0; i < n; i++) {
    self->values[i] = out;
    out = g_stpcpy (out, values[i]) + 1;
  }
  find_places (self, variants);
  return self;
}

void
bulla_variant_keys_free (BullaVariantKeys *self)
{
  g_free (self->values);
  g_free (self->places);
  g_free (self->text);
  g_free (self);
}
