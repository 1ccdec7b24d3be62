/* bulla-issuers.c - maps certificate authorities to the domains that name them in CAA records
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-issuers.h"

#include <string.h>

struct _BullaIssuers {
  GPtrArray *entries;  /* owned; of BullaIssuer, in the order of insertion */
  GHashTable *indices; /* owned; "KIND folded value" -> index of an entry */
  GBytes *later;       /* owned; nullable; lines that are read when they are needed */
  gsize is_read;       /* of g_once_init_enter(): whether @later was read */
};

/* columns of a line; those behind DOMAINS are optional */
enum { KIND, VALUE, DOMAINS, SOURCES };

static const char *const NICKS[BULLA_ISSUER_N_KINDS] = {"ski", "dn", "o"};

G_DEFINE_QUARK (bulla - issuers - error, bulla_issuers_error)

const char *
bulla_issuer_kind_get_nick (BullaIssuerKind kind)
{
  g_return_val_if_fail (kind < BULLA_ISSUER_N_KINDS, NULL);
  return NICKS[kind];
}

void
bulla_issuer_names_clear (BullaIssuerNames *self)
{
  g_clear_pointer (&self->ski, g_free);
  g_clear_pointer (&self->dn, g_free);
  g_clear_pointer (&self->o, g_free);
}

static void
issuer_free (gpointer data)
{
  BullaIssuer *self = data;

  g_free (self->value);
  g_strfreev (self->domains);
  g_strfreev (self->sources);
  g_free (self);
}

/**
 * bulla_issuers_new: (skip)
 *
 * Returns: (transfer full): an empty table
 */
BullaIssuers *
bulla_issuers_new (void)
{
  BullaIssuers *self = g_atomic_rc_box_new0 (BullaIssuers);

  self->entries = g_ptr_array_new_with_free_func (issuer_free);
  self->indices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

BullaIssuers *
bulla_issuers_ref (BullaIssuers *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
issuers_clear (gpointer data)
{
  BullaIssuers *self = data;

  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->indices);
  g_clear_pointer (&self->later, g_bytes_unref);
}

/**
 * bulla_issuers_unref: (skip)
 * @self: (transfer full): a table; a complete table is immutable, and any thread may use it
 */
void
bulla_issuers_unref (BullaIssuers *self)
{
  g_atomic_rc_box_release_full (self, issuers_clear);
}

/* Returns: (transfer full) (nullable): the key of the hash table; NULL if @value is invalid */
static char *
dup_key (BullaIssuerKind kind, const char *value)
{
  g_autofree char *folded = bulla_issuer_value_fold (kind, value);

  return folded != NULL ? g_strconcat (NICKS[kind], " ", folded, NULL) : NULL;
}

static gboolean
put_entry (BullaIssuers *self, BullaIssuerKind kind, const char *value, char **domains,
           char **sources, gboolean imported)
{
  g_autofree char *key = dup_key (kind, value);
  gpointer index = NULL;

  if (key == NULL)
    return FALSE;
  BullaIssuer *entry = g_new0 (BullaIssuer, 1);
  *entry = (BullaIssuer){
      .kind = kind,
      .value =
          kind == BULLA_ISSUER_SKI ? g_strdup (key + strlen (NICKS[kind]) + 1) : g_strdup (value),
      .domains = g_strdupv (domains),
      .sources = g_strdupv (sources),
      .imported = imported,
  };
  if (g_hash_table_lookup_extended (self->indices, key, NULL, &index)) {
    gpointer *place = &self->entries->pdata[GPOINTER_TO_UINT (index)];
    issuer_free (*place);
    *place = entry;
    return TRUE;
  }
  g_hash_table_insert (self->indices, g_steal_pointer (&key),
                       GUINT_TO_POINTER (self->entries->len));
  g_ptr_array_add (self->entries, entry);
  return TRUE;
}

static gboolean
refuse_line (GError **error, guint line, const char *what)
{
  g_set_error (error, BULLA_ISSUERS_ERROR, BULLA_ISSUERS_ERROR_SYNTAX, "line %u: %s", line, what);
  return FALSE;
}

static BullaIssuerKind
read_kind (const char *text)
{
  BullaIssuerKind kind = 0;

  while (kind < BULLA_ISSUER_N_KINDS && strcmp (text, NICKS[kind]) != 0)
    kind++;
  return kind;
}

static gboolean
read_line (BullaIssuers *self, char *text, guint line, gboolean imported, const char *source,
           GError **error)
{
  g_auto (GStrv) columns = g_strsplit (g_strchomp (text), "\t", -1);
  guint n = g_strv_length (columns);

  if (n == 0 || *columns[KIND] == '#' || strcmp (columns[KIND], "kind") == 0)
    return TRUE; /* empty, a comment, or the names of the columns */
  if (n <= DOMAINS)
    return refuse_line (error, line,
                        "expected a kind, a value and domains, with tabs between them");
  BullaIssuerKind kind = read_kind (columns[KIND]);
  if (kind == BULLA_ISSUER_N_KINDS)
    return refuse_line (error, line, "the kind is not ski, dn or o");
  g_auto (GStrv) domains = bulla_issuer_domains_split (columns[DOMAINS], TRUE);
  if (domains == NULL)
    return refuse_line (error, line, "the domains are missing, too many, or not DNS names");
  const char *written = n > SOURCES && *columns[SOURCES] != '\0' ? columns[SOURCES] : source;
  g_auto (GStrv) sources = g_strsplit (written, " ", -1);
  if (!put_entry (self, kind, columns[VALUE], domains, sources, imported))
    return refuse_line (error, line, "the value is not one of that kind");
  return TRUE;
}

static gboolean
read_lines (BullaIssuers *self, const char *text, gsize length, gboolean imported,
            const char *source, GError **error)
{
  const char *at = text, *end = text + length;

  if (length > BULLA_ISSUERS_SIZE_MAX) {
    g_set_error_literal (error, BULLA_ISSUERS_ERROR, BULLA_ISSUERS_ERROR_LIMIT,
                         "the table is too large");
    return FALSE;
  }
  for (guint line = 1; at < end; line++) {
    const char *newline = memchr (at, '\n', (gsize)(end - at));
    gsize size = (gsize)((newline != NULL ? newline : end) - at);
    g_autofree char *copy = g_strndup (at, size);
    if (strlen (copy) != size || !g_utf8_validate (copy, -1, NULL))
      return refuse_line (error, line, "not a line of text in UTF-8");
    if (!read_line (self, copy, line, imported, source, error))
      return FALSE;
    if (self->entries->len > BULLA_ISSUERS_ENTRIES_MAX)
      return refuse_line (error, line, "there are too many entries");
    at = newline != NULL ? newline + 1 : end;
  }
  return TRUE;
}

/* Reads the lines of bulla_issuers_add_lines_later(), once. */
static void
read_later_lines (BullaIssuers *self)
{
  gsize length = 0;

  if (self->later == NULL || !g_once_init_enter (&self->is_read))
    return;
  const char *text = g_bytes_get_data (self->later, &length);
  gboolean fine = read_lines (self, text, length, FALSE, "", NULL);
  g_once_init_leave (&self->is_read, 1);
  g_return_if_fail (fine);
}

/* Says whether a line may have @value, by its kind and its first word. */
static gboolean
may_have (const char *line, const char *end, BullaIssuerKind kind, const char *value)
{
  gsize length = strlen (NICKS[kind]);

  if ((gsize)(end - line) <= length || strncmp (line, NICKS[kind], length) != 0
      || line[length] != '\t')
    return FALSE;
  line += length + 1;
  while (line < end && g_ascii_isspace (*line))
    line++;
  while (g_ascii_isspace (*value))
    value++;
  for (; line < end && g_ascii_isalnum (*line) && g_ascii_isalnum (*value); line++, value++)
    if (g_ascii_tolower (*line) != g_ascii_tolower (*value))
      return FALSE;
  return TRUE;
}

/* Says whether @value may be in the lines that are not read yet. Their values fold to others if a
 * letter or digit of the first word differs, except for subjects, whose parts may have any order.
 */
static gboolean
may_be_later (const BullaIssuers *self, BullaIssuerKind kind, const char *value)
{
  gsize length = 0;

  const char *at = g_bytes_get_data (self->later, &length), *end = at + length;
  while (at < end) {
    const char *newline = memchr (at, '\n', (gsize)(end - at));
    const char *stop = newline != NULL ? newline : end;
    if (may_have (at, stop, kind, kind == BULLA_ISSUER_DN ? "" : value))
      return TRUE;
    at = newline != NULL ? newline + 1 : end;
  }
  return FALSE;
}

/**
 * bulla_issuers_add_lines: (skip)
 * @self: a table; undefined after an error
 * @text: (array length=length): lines of kind, value, domains and, if known, sources, with tabs
 *   between them and spaces between domains and sources
 * @length: bytes of @text
 * @imported: whether the user imported the lines
 * @source: the source of lines without one
 * @error: a %BULLA_ISSUERS_ERROR
 */
gboolean
bulla_issuers_add_lines (BullaIssuers *self, const char *text, gsize length, gboolean imported,
                         const char *source, GError **error)
{
  read_later_lines (self);
  return read_lines (self, text, length, imported, source, error);
}

/**
 * bulla_issuers_add_lines_later: (skip)
 * @self: an empty table
 * @lines: lines of entries that came with Bulla, as for bulla_issuers_add_lines(), without faults:
 *   a test has read them
 *
 * The lines are read when something is looked up that may be among them, or when another function
 * needs all entries.
 */
void
bulla_issuers_add_lines_later (BullaIssuers *self, GBytes *lines)
{
  g_return_if_fail (self->later == NULL && self->entries->len == 0);
  self->later = g_bytes_ref (lines);
}

/**
 * bulla_issuers_put: (skip)
 * @self: a table
 * @kind: the kind of @value
 * @value: the key or name of the authority
 * @domains: the domains that name it in CAA records, in lower case
 * @sources: where these domains are documented
 * @imported: whether the user imported the entry
 *
 * Replaces an entry of the same kind and value.
 *
 * Returns: %FALSE if @value is not valid for @kind
 */
gboolean
bulla_issuers_put (BullaIssuers *self, BullaIssuerKind kind, const char *value, char **domains,
                   char **sources, gboolean imported)
{
  read_later_lines (self);
  return put_entry (self, kind, value, domains, sources, imported);
}

static gboolean
is_same (const BullaIssuer *a, const BullaIssuer *b)
{
  return g_strv_equal ((const char *const *)a->domains, (const char *const *)b->domains);
}

/**
 * bulla_issuers_add_all: (skip)
 * @self: a table
 * @other: a table, whose entries replace those of the same kind and value
 * @added: (out) (optional): number of entries that are new or whose domains changed
 * @already_there: (out) (optional): number of entries that existed with the same domains
 */
void
bulla_issuers_add_all (BullaIssuers *self, const BullaIssuers *other, guint *added,
                       guint *already_there)
{
  guint n_there = 0;

  read_later_lines ((BullaIssuers *)other);
  if (other->entries->len > 0)
    read_later_lines (self);
  for (guint i = 0; i < other->entries->len; i++) {
    const BullaIssuer *entry = g_ptr_array_index (other->entries, i);
    g_autofree char *key = dup_key (entry->kind, entry->value);
    gpointer index = NULL;
    if (g_hash_table_lookup_extended (self->indices, key, NULL, &index)
        && is_same (g_ptr_array_index (self->entries, GPOINTER_TO_UINT (index)), entry))
      n_there++;
    bulla_issuers_put (self, entry->kind, entry->value, entry->domains, entry->sources,
                       entry->imported);
  }
  if (added != NULL)
    *added = other->entries->len - n_there;
  if (already_there != NULL)
    *already_there = n_there;
}

guint
bulla_issuers_get_n (const BullaIssuers *self)
{
  read_later_lines ((BullaIssuers *)self);
  return self->entries->len;
}

const BullaIssuer *
bulla_issuers_get (const BullaIssuers *self, guint i)
{
  read_later_lines ((BullaIssuers *)self);
  g_return_val_if_fail (i < self->entries->len, NULL);
  return g_ptr_array_index (self->entries, i);
}

static const BullaIssuer *
find_issuer (const BullaIssuers *self, BullaIssuerKind kind, const char *value)
{
  g_autofree char *key = value != NULL ? dup_key (kind, value) : NULL;
  gpointer index = NULL;

  if (key == NULL)
    return NULL;
  gsize *is_read = &((BullaIssuers *)self)->is_read;
  if (self->later != NULL && g_atomic_pointer_get (is_read) == 0) {
    if (!may_be_later (self, kind, value))
      return NULL;
    read_later_lines ((BullaIssuers *)self);
  }
  if (!g_hash_table_lookup_extended (self->indices, key, NULL, &index))
    return NULL;
  return g_ptr_array_index (self->entries, GPOINTER_TO_UINT (index));
}

/**
 * bulla_issuers_find: (skip)
 * @self: a table
 * @names: the key and names of an authority
 *
 * Looks up the key first, then the subject, then the organisation.
 *
 * Returns: (nullable): the entry, owned by @self
 */
const BullaIssuer *
bulla_issuers_find (const BullaIssuers *self, const BullaIssuerNames *names)
{
  const BullaIssuer *found = find_issuer (self, BULLA_ISSUER_SKI, names->ski);

  if (found == NULL)
    found = find_issuer (self, BULLA_ISSUER_DN, names->dn);
  return found != NULL ? found : find_issuer (self, BULLA_ISSUER_O, names->o);
}

/* Replaces tabs and newlines, which bulla_issuers_add_lines() cannot have in a column. */
static void
append_column (GString *text, const char *column, char end)
{
  gsize start = text->len;

  g_string_append (text, column);
  g_strdelimit (text->str + start, "\t\r\n", ' ');
  g_string_append_c (text, end);
}

/**
 * bulla_issuers_dup_lines: (skip)
 * @self: a table
 * @imported: whether to write the imported entries; otherwise those that came with Bulla
 *
 * Returns: (transfer full): lines that bulla_issuers_add_lines() reads
 */
char *
bulla_issuers_dup_lines (const BullaIssuers *self, gboolean imported)
{
  GString *text = g_string_new ("kind\tvalue\tdomains\tsources\n");

  read_later_lines ((BullaIssuers *)self);
  for (guint i = 0; i < self->entries->len; i++) {
    const BullaIssuer *entry = g_ptr_array_index (self->entries, i);
    g_autofree char *domains = g_strjoinv (" ", entry->domains);
    g_autofree char *sources = g_strjoinv (" ", entry->sources);
    if (entry->imported != imported)
      continue;
    append_column (text, NICKS[entry->kind], '\t');
    append_column (text, entry->value, '\t');
    append_column (text, domains, '\t');
    append_column (text, sources, '\n');
  }
  return g_string_free (text, FALSE);
}
