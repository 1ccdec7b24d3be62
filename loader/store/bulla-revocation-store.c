/* bulla-revocation-store.c - the local revocation list, kept in a file
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A line for each entry, its fields apart by tabs and escaped as in C; the first line names the
 * format. It is written anew as a whole for each change. */
#include "bulla-revocation-store.h"

#include <string.h>

#include "bulla-bytes.h"
#include "bulla-error.h"

#define HEAD "bulla-revocations 1"
#define MAX_SIZE (256 << 20)

enum { KIND, ISSUER, SERIAL, HASH, WHY, SOURCE, IMPORTED, N_FIELDS };

static char *
dup_field (const char *text)
{
  return *text != '\0' ? g_strcompress (text) : NULL;
}

/* NULL: it is malformed */
static BullaRevoked *
read_line (const char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", -1);
  BullaRevokedKind kind;
  gint64 imported = 0;

  if (g_strv_length (fields) != N_FIELDS || !bulla_revoked_kind_from_nick (fields[KIND], &kind)
      || !g_ascii_string_to_signed (fields[IMPORTED], 10, 0, G_MAXINT64, &imported, NULL))
    return NULL;
  g_autoptr (BullaRevoked) entry = bulla_revoked_new (kind);
  entry->issuer = dup_field (fields[ISSUER]);
  entry->serial = dup_field (fields[SERIAL]);
  entry->sha256 = dup_field (fields[HASH]);
  entry->why = dup_field (fields[WHY]);
  entry->source = dup_field (fields[SOURCE]);
  entry->imported = imported;
  gboolean whole = kind == BULLA_REVOKED_SERIAL ? entry->issuer != NULL && entry->serial != NULL
                                                : entry->sha256 != NULL;
  return whole ? g_steal_pointer (&entry) : NULL;
}

/* FALSE: it is damaged */
static gboolean
read_file (BullaRevocations *into, GBytes *bytes)
{
  g_autofree char *text = bulla_bytes_dup_text (bytes);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);
  gboolean already_there = FALSE;

  /* the last line ends with a newline too, so that a cut is seen */
  if (strlen (text) != g_bytes_get_size (bytes) || n < 2 || strcmp (lines[0], HEAD) != 0
      || *lines[n - 1] != '\0')
    return FALSE;
  for (guint i = 1; i < n - 1; i++) {
    BullaRevoked *entry = read_line (lines[i]);
    if (entry == NULL || !bulla_revocations_add (into, entry, &already_there))
      return FALSE;
  }
  return TRUE;
}

/**
 * bulla_revocation_store_load_whole: (skip)
 * @store: a store
 * @error: %BULLA_ERROR_ARGUMENT if the file is damaged, and was set aside; otherwise why it cannot
 *   be read, and it stays where it is
 *
 * Returns: (transfer full) (nullable): what is in it, nothing without a file
 */
BullaRevocations *
bulla_revocation_store_load_whole (BullaFiles *store, GError **error)
{
  g_autofree char *path = bulla_files_dup_path (store, BULLA_REVOCATION_STORE_NAME);
  g_autoptr (BullaRevocations) revocations = bulla_revocations_new ();
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) bytes = bulla_bytes_read_file (path, MAX_SIZE, &failure);

  if (bulla_bytes_is_missing (failure) || (bytes != NULL && read_file (revocations, bytes)))
    return g_steal_pointer (&revocations);
  if (bytes == NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  bulla_files_set_aside (store, path, "not a revocation list");
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "%s: damaged", path);
  return NULL;
}

/**
 * bulla_revocation_store_load: (skip)
 * @store: a store
 * @error: why the file cannot be read; the list must not be written anew then
 *
 * Returns: (transfer full) (nullable): what is in it; nothing if the file is damaged, which is set
 *   aside
 */
BullaRevocations *
bulla_revocation_store_load (BullaFiles *store, GError **error)
{
  g_autoptr (GError) failure = NULL;
  BullaRevocations *revocations = bulla_revocation_store_load_whole (store, &failure);

  if (g_error_matches (failure, BULLA_ERROR, BULLA_ERROR_ARGUMENT))
    return bulla_revocations_new ();
  if (revocations == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return revocations;
}

static void
append_field (GString *text, const char *field, char end)
{
  g_autofree char *valid = field != NULL ? g_utf8_make_valid (field, -1) : g_strdup ("");
  g_autofree char *escaped = g_strescape (valid, NULL);

  g_string_append (text, escaped);
  g_string_append_c (text, end);
}

/**
 * bulla_revocation_store_save: (skip)
 * @store: a store
 * @revocations: the new contents of the list
 * @error: as for bulla_files_write()
 */
gboolean
bulla_revocation_store_save (BullaFiles *store, const BullaRevocations *revocations, GError **error)
{
  g_autoptr (GString) text = g_string_new (HEAD "\n");

  for (guint i = 0; i < bulla_revocations_get_n (revocations); i++) {
    const BullaRevoked *entry = bulla_revocations_get (revocations, i);
    append_field (text, bulla_revoked_kind_get_nick (entry->kind), '\t');
    append_field (text, entry->issuer, '\t');
    append_field (text, entry->serial, '\t');
    append_field (text, entry->sha256, '\t');
    append_field (text, entry->why, '\t');
    append_field (text, entry->source, '\t');
    g_string_append_printf (text, "%" G_GINT64_FORMAT "\n", entry->imported);
  }
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  return bulla_files_write (store, BULLA_REVOCATION_STORE_NAME, bytes, error);
}
