/* bulla-bundle-index.c - index of a web bundle: finds the location of each URL
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The index may have very many entries: a URL that is already in serialised form is not copied. If
 * that is so of all, they are sorted as their keys are, and are found by a binary search; a hash
 * table is made only if some were resolved.
 * Spec: B1ALG and B2, "Parsing the index section".
 *
 * Whole because: reading and looking up share the entries and their hash table */
#include "bulla-bundle-index.h"

#include <string.h>

#include "bulla-bundle-plain-entry.h"
#include "bulla-bundle-survey.h"
#include "bulla-bundle-url.h"
#include "bulla-cbor.h"
#include "bulla-url.h"
#include "bulla-variants.h"

#define SMALLEST_ENTRY 4 /* bytes: a key, the head of an array, and two numbers */
#define ORIGINS_TOLD 16
#define MAX_PROBES 256 /* only URLs chosen to collide need as many probes */

static const BullaCborReasons reasons = {
    BULLA_REASON_BUNDLE_MALFORMED,
    BULLA_REASON_BUNDLE_NOT_CANONICAL,
    BULLA_REASON_BUNDLE_TYPE,
    BULLA_REASON_NONE,
};

typedef struct {
  const char *url; /* not NUL-terminated */
  guint32 url_length;
  guint32 origin; /* number of its origin */
  guint32 first;  /* number of its first location */
  guint32 varied; /* 0: one location and no variants; else 1 + its number in the list of these */
} Entry;

/* What only entries with variants have. */
typedef struct {
  const char *variants; /* in the string chunk */
  guint32 n_locations;
} Varied;

struct _BullaBundleIndex {
  Entry *entries; /* owned */
  guint n_urls, n_ambiguous;
  guint32 *slots; /* owned; hash table of 0 or 1 + entry number; NULL if entries are sorted */
  guint32
      *order; /* owned; entry numbers, sorted by URL; NULL if @slots is used, or for no change */
  guint32 mask;
  GArray *locations;     /* owned; of BullaBundleLocation */
  GArray *varied;        /* owned; of Varied */
  GPtrArray *origins;    /* owned; of strings in the string chunk */
  GPtrArray *odd;        /* owned; char *, keys that were left out, with what is wrong with them */
  GStringChunk *strings; /* owned */
  guint64 responses_length;
  BullaBundleSurvey survey;
};

/* State while the index is being read. */
typedef struct {
  BullaBundleIndex *index;
  const BullaBundleIndexOptions *options;
  GTree *origins;     /* owned; origin -> number; a tree, because hashes can be made to collide */
  const char *origin; /* origin of the previous entry */
  size_t origin_length;
  guint32 origin_number;
  gboolean resolved; /* a URL differs from its key, so keys may be sorted otherwise than URLs */
  guint64 copied;    /* bytes of such URLs */
  guint64 copied_max;
} Reading;

/**
 * bulla_bundle_index_hash: (skip)
 * @text: a URL
 * @length: bytes of @text
 *
 * The hash is not randomised, so a package can contain many URLs with equal hashes; such an index
 * is sorted instead.
 *
 * Returns: the hash of the URL
 */
guint32
bulla_bundle_index_hash (const char *text, size_t length)
{
  guint64 hash = (guint64)length << 32, word = 0;

  for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
    memcpy (&word, text, sizeof word);
    hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    hash ^= hash >> 32;
  }
  word = 0;
  memcpy (&word, text, length);
  hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return (guint32)(hash >> 32);
}

/* Returns: (nullable): the slot of a URL, or the slot to insert it; NULL after too many probes */
static guint32 *
find_slot (const BullaBundleIndex *self, const char *url, size_t length, guint32 hash)
{
  for (guint32 i = 0; i < MAX_PROBES; i++) {
    guint32 *slot = &self->slots[(hash + i) & self->mask];
    const Entry *entry = *slot == 0 ? NULL : &self->entries[*slot - 1];
    if (entry == NULL || (entry->url_length == length && memcmp (entry->url, url, length) == 0))
      return slot;
  }
  return NULL;
}

static int
compare (const Entry *entry, const char *url, size_t length)
{
  if (entry->url_length != length)
    return entry->url_length < length ? -1 : 1;
  return memcmp (entry->url, url, length);
}

static int
compare_numbers (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const BullaBundleIndex *self = user_data;
  const guint32 *one = a, *other = b;
  const Entry *entry = &self->entries[*other];
  int order = compare (&self->entries[*one], entry->url, entry->url_length);

  return order != 0 ? order : *one < *other ? -1 : *one > *other;
}

static void
sort_entries (BullaBundleIndex *self)
{
  self->n_ambiguous = 0;
  self->order = g_new (guint32, self->n_urls + 1);
  for (guint32 i = 0; i < self->n_urls; i++)
    self->order[i] = i;
  g_qsort_with_data (self->order, (int)self->n_urls, sizeof *self->order, compare_numbers, self);
  for (guint i = 1; i < self->n_urls; i++) {
    const Entry *before = &self->entries[self->order[i - 1]];
    if (compare (&self->entries[self->order[i]], before->url, before->url_length) == 0)
      self->n_ambiguous++;
  }
}

/* Returns: the number of the entry whose URL comes at @place in sorted order */
static guint32
get_number (const BullaBundleIndex *self, guint place)
{
  return self->order != NULL ? self->order[place] : place;
}

static gssize
find_sorted (const BullaBundleIndex *self, const char *url, size_t length)
{
  guint from = 0, to = self->n_urls;

  while (from < to) {
    guint middle = from + (to - from) / 2;
    if (compare (&self->entries[get_number (self, middle)], url, length) < 0)
      from = middle + 1;
    else
      to = middle;
  }
  if (from == self->n_urls)
    return -1;
  guint32 number = get_number (self, from);
  return compare (&self->entries[number], url, length) == 0 ? (gssize)number : -1;
}

/* Inserts an entry. Of two keys that resolve to the same URL, the first one is found. Returns:
 * whether there was room in the table */
static gboolean
enter_url (BullaBundleIndex *self, guint32 number)
{
  const Entry *entry = &self->entries[number];
  guint32 hash = bulla_bundle_index_hash (entry->url, entry->url_length);
  guint32 *slot = find_slot (self, entry->url, entry->url_length, hash);

  if (slot == NULL)
    return FALSE;
  if (*slot != 0)
    self->n_ambiguous++;
  else
    *slot = number + 1;
  return TRUE;
}

/* Makes the table of the URLs; sorts them instead if too many have the same hash. */
static void
make_table (BullaBundleIndex *self)
{
  guint32 size = 16;

  while (size < 2 * self->n_urls)
    size *= 2;
  self->slots = g_new0 (guint32, size);
  self->mask = size - 1;
  for (guint32 i = 0; i < self->n_urls; i++)
    if (!enter_url (self, i)) {
      g_clear_pointer (&self->slots, g_free);
      sort_entries (self);
      return;
    }
}

/* @number: (out): number of the origin */
static gboolean
intern_origin (Reading *reading, BullaCursor *in, BullaSpan key, const char *origin,
               guint32 *number)
{
  BullaBundleIndex *self = reading->index;
  gpointer known = NULL;

  if (!g_tree_lookup_extended (reading->origins, origin, NULL, &known)) {
    if (!bulla_cursor_require (in, self->origins->len < BULLA_BUNDLE_ORIGINS_MAX, key,
                               BULLA_REASON_BUNDLE_TOO_LARGE, "more origins than Bulla reads"))
      return FALSE;
    char *kept = g_string_chunk_insert (self->strings, origin);
    known = GUINT_TO_POINTER (self->origins->len);
    g_tree_insert (reading->origins, kept, known);
    g_ptr_array_add (self->origins, kept);
  }
  *number = GPOINTER_TO_UINT (known);
  return TRUE;
}

/* Resolves a key that take_over() could not take as it is. @odd: (out): whether the key is left
 * out */
static gboolean
resolve (Reading *reading, BullaCursor *in, const BullaCborItem *item, Entry *entry, gboolean *odd)
{
  BullaBundleIndex *self = reading->index;
  const BullaBundleUrlOptions options = {reading->options->base_url, reading->options->relative,
                                         reading->options->reading};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;
  BullaSpan key = item->bytes, blame = key;
  g_auto (BullaBundleUrl) url = {0};
  gboolean fine = bulla_bundle_url_read (&url, key, &options, &reason, &detail);

  if (!g_utf8_validate_len ((const char *)key.data, key.length, NULL)) {
    fine = FALSE;
    blame = item->whole;
    reason = reasons.malformed;
    detail = "text that is not UTF-8";
  }
  if (!fine) {
    g_autofree char *named = bulla_url_dup_named ((const char *)key.data, key.length, detail);
    *odd = reading->options->skip_odd;
    if (*odd)
      g_ptr_array_add (self->odd, g_steal_pointer (&named));
    return *odd || bulla_cursor_require (in, FALSE, blame, reason, named);
  }
  size_t length = strlen (url.url);
  gboolean as_it_is = bulla_span_equal (key, url.url, length);
  reading->resolved |= !as_it_is;
  reading->copied += as_it_is ? 0 : length;
  if (!bulla_cursor_require (in, reading->copied <= reading->copied_max, key,
                             BULLA_REASON_BUNDLE_TOO_LARGE, "longer URLs than Bulla holds"))
    return FALSE;
  entry->url = as_it_is ? (const char *)key.data : g_string_chunk_insert (self->strings, url.url);
  entry->url_length = (guint32)length;
  if (!intern_origin (reading, in, key, url.origin, &reading->origin_number))
    return FALSE;
  entry->origin = reading->origin_number;
  /* No other URL has the origin of an opaque URL. */
  gboolean opaque = url.origin[0] != '\0' && strstr (url.origin, "://") == NULL;
  reading->origin = opaque ? NULL : self->origins->pdata[entry->origin];
  reading->origin_length = strlen (url.origin);
  return TRUE;
}

/* Takes a key that is already serialised and has the same origin as the previous one. */
static gboolean
take_over (Reading *reading, BullaSpan key, Entry *entry)
{
  size_t n = reading->origin_length;

  if (reading->origin == NULL || key.length <= n || key.length > BULLA_URL_MAX
      || memcmp (key.data, reading->origin, n) != 0
      || !bulla_bundle_url_is_plain_path (key.data + n, key.length - n)
      || (n == 0 && key.length > 1 && key.data[1] == '/'))
    return FALSE;
  entry->url = (const char *)key.data;
  entry->url_length = (guint32)key.length;
  entry->origin = reading->origin_number;
  return TRUE;
}

static void
read_location (Reading *reading, BullaCursor *in)
{
  BullaCborItem offset, length;
  guint64 end = reading->index->responses_length;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_UNSIGNED, "an offset that is not a number",
                          &offset)
      || !bulla_cbor_expect (in, &reasons, BULLA_CBOR_UNSIGNED, "a length that is not a number",
                             &length))
    return;
  BullaSpan blame = offset.whole;
  blame.length += length.whole.length;
  bulla_cursor_require (in, offset.number <= end && length.number <= end - offset.number, blame,
                        BULLA_REASON_INDEX_RANGE, "beyond the end of the responses");
  bulla_cursor_require (in, reading->index->locations->len < BULLA_BUNDLE_RESOURCES_MAX, blame,
                        BULLA_REASON_BUNDLE_TOO_LARGE, "more locations than Bulla reads");
  BullaBundleLocation location = {offset.number, length.number};
  g_array_append_val (reading->index->locations, location);
}

/* Reads the number of locations that a variants-value requires. */
static gboolean
read_variants (Reading *reading, BullaCursor *in, Entry *entry, guint64 *n)
{
  BullaBundleIndex *self = reading->index;
  BullaCborItem item;
  BullaVariantsSyntax syntax;

  *n = 1;
  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES,
                          "a variants-value that is not a byte string", &item))
    return FALSE;
  if (item.bytes.length == 0)
    return TRUE;
  g_autofree char *text = g_strndup ((const char *)item.bytes.data, item.bytes.length);
  gboolean fine = strlen (text) == item.bytes.length
                  && bulla_variants_count (text, &reading->options->variants, &syntax, n);
  if (!bulla_cursor_require (in, fine, item.whole, BULLA_REASON_INDEX_VARIANTS, "cannot be read"))
    return FALSE;
  Varied varied = {g_string_chunk_insert (self->strings, text), (guint32)*n};
  g_array_append_val (self->varied, varied);
  entry->varied = self->varied->len;
  return TRUE;
}

static void
read_value (Reading *reading, BullaCursor *in, Entry *entry)
{
  BullaCborItem array;
  guint64 n = 1;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_ARRAY, "a value that is not an array", &array))
    return;
  if (reading->options->is_b2) {
    if (!bulla_cursor_require (in, array.number == 2, array.whole, BULLA_REASON_INDEX_ENTRY,
                               "not an offset and a length"))
      return;
  } else if (!bulla_cursor_require (in, array.number >= 3 && array.number % 2 == 1, array.whole,
                                    BULLA_REASON_INDEX_ENTRY,
                                    "not a variants-value and pairs of offset and length")
             || !read_variants (reading, in, entry, &n)
             || !bulla_cursor_require (in, (array.number - 1) / 2 == n, array.whole,
                                       BULLA_REASON_INDEX_VARIANTS,
                                       "not as many locations as there are combinations")) {
    return;
  }
  entry->first = reading->index->locations->len;
  for (guint64 i = 0; i < n && in->fault == NULL; i++)
    read_location (reading, in);
}

/* Reads an entry of the usual form; the result is the same as if the functions above read it.
 * Returns: %FALSE after a fault, and if they have to read it */
static gboolean
read_plain (Reading *reading, BullaCursor *in, BullaCborKeys *keys, Entry *entry)
{
  BullaBundleIndex *self = reading->index;
  BullaBundlePlainEntry plain;
  guint64 end = self->responses_length;

  if (reading->origin == NULL
      || !bulla_bundle_plain_entry_read (&plain, in->rest, reading->options->is_b2, reading->origin,
                                         reading->origin_length)
      || plain.offset > end || plain.size > end - plain.offset
      || self->locations->len >= BULLA_BUNDLE_RESOURCES_MAX
      || !bulla_cbor_check_key (in, &reasons, keys, plain.whole_key))
    return FALSE;
  *entry = (Entry){(const char *)plain.key.data, (guint32)plain.key.length, reading->origin_number,
                   self->locations->len, 0};
  BullaBundleLocation location = {plain.offset, plain.size};
  g_array_append_val (self->locations, location);
  self->n_urls++;
  bulla_cursor_take (in, plain.length);
  return TRUE;
}

static void
read_map (Reading *reading, BullaCursor *in)
{
  BullaBundleIndex *self = reading->index;
  BullaCborItem map, key;
  BullaCborKeys keys = {0};

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_MAP, "not a map", &map)
      || !bulla_cursor_require (in, map.number <= in->rest.length / SMALLEST_ENTRY, map.whole,
                                BULLA_REASON_BUNDLE_MALFORMED, "more entries than it has room for")
      || !bulla_cursor_require (in, map.number <= BULLA_BUNDLE_RESOURCES_MAX, map.whole,
                                BULLA_REASON_BUNDLE_TOO_LARGE, "more entries than Bulla reads"))
    return;
  self->entries = g_new0 (Entry, map.number + 1);
  self->locations =
      g_array_sized_new (FALSE, FALSE, sizeof (BullaBundleLocation), (guint)map.number);
  for (guint64 i = 0; i < map.number; i++) {
    Entry *entry = &self->entries[self->n_urls];
    guint n_locations = self->locations->len, n_varied = self->varied->len;
    gboolean odd = FALSE;
    if (read_plain (reading, in, &keys, entry))
      continue;
    if (in->fault != NULL)
      return;
    if (!bulla_cbor_expect_any_text (in, &reasons, "a key that is not text", &key)
        || !bulla_cbor_check_key (in, &reasons, &keys, key.whole)
        || (!take_over (reading, key.bytes, entry) && !resolve (reading, in, &key, entry, &odd)))
      return;
    read_value (reading, in, entry);
    if (in->fault != NULL)
      return;
    if (odd) {
      *entry = (Entry){0};
      g_array_set_size (self->locations, n_locations);
      g_array_set_size (self->varied, n_varied);
    } else {
      self->n_urls++;
    }
  }
}

static int
compare_origins (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/**
 * bulla_bundle_index_read: (skip)
 * @section: the index section; it must outlive the result
 * @options: options for reading it
 * @error: a %BULLA_FAULT
 *
 * Returns: (transfer full) (nullable): the index
 */
BullaBundleIndex *
bulla_bundle_index_read (BullaSpan section, const BullaBundleIndexOptions *options, GError **error)
{
  g_autoptr (BullaBundleIndex) self = g_new0 (BullaBundleIndex, 1);
  g_autoptr (GTree) origins = g_tree_new (compare_origins);
  guint64 copied =
      BULLA_BUNDLE_COPIED_URLS_FREE + (guint64)section.length * BULLA_BUNDLE_COPIED_URLS_RATIO;
  Reading reading = {.index = self,
                     .options = options,
                     .origins = origins,
                     .copied_max = MIN (copied, BULLA_BUNDLE_COPIED_URLS_MAX)};

  self->strings = g_string_chunk_new (256);
  self->origins = g_ptr_array_new ();
  self->odd = g_ptr_array_new_with_free_func (g_free);
  self->varied = g_array_new (FALSE, FALSE, sizeof (Varied));
  self->responses_length = options->responses_length;
  g_auto (BullaCursor) in = bulla_cursor_over (section, BULLA_REASON_BUNDLE_MALFORMED);
  read_map (&reading, &in);
  if (!bulla_cursor_close (&in, BULLA_REASON_BUNDLE_TRAILING_BYTES, error))
    return NULL;
  if (reading.resolved)
    make_table (self);
  self->survey = bulla_bundle_survey_take ((const BullaBundleLocation *)self->locations->data,
                                           self->locations->len);
  return g_steal_pointer (&self);
}

void
bulla_bundle_index_free (BullaBundleIndex *self)
{
  g_clear_pointer (&self->locations, g_array_unref);
  g_ptr_array_unref (self->origins);
  g_ptr_array_unref (self->odd);
  g_array_unref (self->varied);
  g_string_chunk_free (self->strings);
  g_free (self->entries);
  g_free (self->slots);
  g_free (self->order);
  g_free (self);
}

/**
 * bulla_bundle_index_fits: (skip)
 * @self: an index
 * @n_responses: number of responses, as stated by the head of their array
 * @head_width: bytes of that head
 *
 * Returns: whether the locations in the index allow that many responses
 */
gboolean
bulla_bundle_index_fits (const BullaBundleIndex *self, guint64 n_responses, size_t head_width)
{
  return bulla_bundle_survey_fits (&self->survey, n_responses, head_width, self->responses_length);
}

static char *
join_origins (const BullaBundleIndex *self)
{
  GString *text = g_string_new (NULL);
  guint n_told = 0;

  for (guint i = 0; i < self->origins->len && n_told < ORIGINS_TOLD; i++) {
    const char *origin = self->origins->pdata[i];
    if (origin[0] != '\0')
      g_string_append_printf (text, "%s%s", n_told++ > 0 ? ", " : "", origin);
    if (n_told == ORIGINS_TOLD && i + 1 < self->origins->len)
      g_string_append (text, ", …");
  }
  return g_string_free (text, FALSE);
}

/**
 * bulla_bundle_index_fill_facts: (skip)
 * @self: an index
 * @facts: facts about the bundle
 */
void
bulla_bundle_index_fill_facts (const BullaBundleIndex *self, BullaFacts *facts)
{
  g_autofree char *origins = join_origins (self);

  facts->bundle.claimed_origins = bulla_facts_intern (facts, origins);
  facts->bundle.n_resources = self->n_urls;
  facts->bundle.n_ambiguous = self->n_ambiguous;
  facts->bundle.n_odd = self->odd->len;
  facts->bundle.n_aliases = self->survey.n_aliases;
  facts->bundle.n_overlaps = self->survey.n_overlaps;
}

/* Returns: (transfer none) (element-type utf8): keys that are not URLs, and what is wrong */
const GPtrArray *
bulla_bundle_index_get_odd (const BullaBundleIndex *self)
{
  return self->odd;
}

guint
bulla_bundle_index_get_n_urls (const BullaBundleIndex *self)
{
  return self->n_urls;
}

/**
 * bulla_bundle_index_get_url: (skip)
 * @self: an index
 * @i: number of the entry, in the order of the section
 * @length: (out): bytes of the URL
 *
 * Returns: (transfer none): its URL, serialised; not NUL-terminated
 */
const char *
bulla_bundle_index_get_url (const BullaBundleIndex *self, guint i, size_t *length)
{
  *length = self->entries[i].url_length;
  return self->entries[i].url;
}

/**
 * bulla_bundle_index_get_origin: (skip)
 * @self: an index
 * @i: number of the entry
 *
 * Returns: (transfer none): the origin that its URL claims: scheme://host[:port], or the whole of
 *   an opaque URL, or "" for a path
 */
const char *
bulla_bundle_index_get_origin (const BullaBundleIndex *self, guint i)
{
  return self->origins->pdata[self->entries[i].origin];
}

/**
 * bulla_bundle_index_find: (skip)
 * @self: an index
 * @url: a serialised URL, or a path if the index has paths
 * @length: bytes of @url
 *
 * Returns: the number of the first entry with that URL; -1 if there is none
 */
gssize
bulla_bundle_index_find (const BullaBundleIndex *self, const char *url, size_t length)
{
  if (self->slots == NULL)
    return find_sorted (self, url, length);
  const guint32 *slot = find_slot (self, url, length, bulla_bundle_index_hash (url, length));
  return slot != NULL ? (gssize)*slot - 1 : -1;
}

/**
 * bulla_bundle_index_get_variants: (skip)
 * @self: an index
 * @i: number of the entry
 *
 * Returns: (transfer none) (nullable): its variants-value; %NULL if it has only one location
 */
const char *
bulla_bundle_index_get_variants (const BullaBundleIndex *self, guint i)
{
  guint32 varied = self->entries[i].varied;

  return varied > 0 ? g_array_index (self->varied, Varied, varied - 1).variants : NULL;
}

/**
 * bulla_bundle_index_get_n_locations: (skip)
 * @self: an index
 * @i: number of the entry
 *
 * Returns: the number of its locations: 1, or one for each combination of the available values; the
 *   first axis varies slowest
 */
guint
bulla_bundle_index_get_n_locations (const BullaBundleIndex *self, guint i)
{
  guint32 varied = self->entries[i].varied;

  return varied > 0 ? g_array_index (self->varied, Varied, varied - 1).n_locations : 1;
}

/**
 * bulla_bundle_index_get_location: (skip)
 * @self: an index
 * @i: number of the entry
 * @location: index of one of its locations
 *
 * Returns: the location of the response in the responses section; offset and length are 0 if b1
 *   omits this combination
 */
BullaBundleLocation
bulla_bundle_index_get_location (const BullaBundleIndex *self, guint i, guint location)
{
  return g_array_index (self->locations, BullaBundleLocation, self->entries[i].first + location);
}
