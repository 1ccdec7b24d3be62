/* bulla-issuer-store.c - reads the table of shipped and imported issuers, and imports further ones
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-issuer-store.h"

#include <string.h>

#include "bulla-bytes.h"
#include "bulla-ccadb.h"
#include "bulla-resources.h"
#include "bulla-store-folder.h"

#define SHIPPED "/org/bulla/ca-domains.tsv"
#define FILE_NAME "issuers.tsv"
#define FILE_MODE 0600

static gboolean
add_shipped (BullaIssuers *empty, GError **error)
{
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (bulla_get_resource (), SHIPPED, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (bytes == NULL)
    return FALSE;
  bulla_issuers_add_lines_later (empty, bytes);
  return TRUE;
}

/* @imported: an empty table. A damaged file is set aside, and the import continues without it. */
static gboolean
add_imported (BullaIssuers **imported, const char *folder, char **damaged, GError **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) bytes = bulla_bytes_read_file (path, BULLA_ISSUERS_SIZE_MAX, &failure);
  gsize length = 0;

  if (bulla_bytes_is_missing (failure))
    return TRUE;
  if (bytes == NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  const char *text = g_bytes_get_data (bytes, &length);
  if (bulla_issuers_add_lines (*imported, text, length, TRUE, FILE_NAME, &failure))
    return TRUE;
  bulla_issuers_unref (*imported);
  *imported = bulla_issuers_new ();
  *damaged = bulla_store_folder_set_aside (path);
  if (*damaged != NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&failure), "%s: ", path);
  return FALSE;
}

/**
 * bulla_issuer_store_open: (skip)
 * @folder: the folder of the imported issuers; it need not exist
 * @error: if a file there cannot be read
 *
 * Returns: (transfer full) (nullable): the table
 */
BullaIssuerStore *
bulla_issuer_store_open (const char *folder, GError **error)
{
  g_autoptr (BullaIssuerStore) self = g_new0 (BullaIssuerStore, 1);
  g_autoptr (BullaIssuers) imported = bulla_issuers_new ();

  self->issuers = bulla_issuers_new ();
  if (!add_shipped (self->issuers, error)
      || !add_imported (&imported, folder, &self->damaged, error))
    return NULL;
  bulla_issuers_add_all (self->issuers, imported, NULL, NULL);
  return g_steal_pointer (&self);
}

void
bulla_issuer_store_free (BullaIssuerStore *self)
{
  g_clear_pointer (&self->issuers, bulla_issuers_unref);
  g_free (self->damaged);
  g_free (self);
}

static guint
count_imported (const BullaIssuers *issuers)
{
  guint n = 0;

  for (guint i = 0; i < bulla_issuers_get_n (issuers); i++)
    n += bulla_issuers_get (issuers, i)->imported ? 1 : 0;
  return n;
}

static gboolean
write_imported (const BullaIssuers *issuers, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *text = bulla_issuers_dup_lines (issuers, TRUE);

  return bulla_store_folder_make (folder, error)
         && g_file_set_contents_full (path, text, (gssize)strlen (text),
                                      G_FILE_SET_CONTENTS_CONSISTENT, FILE_MODE, error);
}

/**
 * bulla_issuer_store_import: (skip)
 * @self: the table, as bulla_issuer_store_open() read it from @folder
 * @folder: the folder of the imported issuers; it is created if missing
 * @file: CCADB's list of CAA identifiers, or lines as in data/ca-domains.tsv
 * @source: the source recorded for entries that name none
 * @replace: whether earlier imports are removed
 * @result: (out caller-allocates): the result of the import
 * @error: a %BULLA_ISSUERS_ERROR with the line number, or a file error
 *
 * After an error the folder is unchanged.
 */
gboolean
bulla_issuer_store_import (BullaIssuerStore *self, const char *folder, GBytes *file,
                           const char *source, gboolean replace, BullaIssuerImport *result,
                           GError **error)
{
  g_autoptr (BullaIssuers) read = bulla_issuers_new ();
  gsize length = 0;
  const char *text = g_bytes_get_data (file, &length);
  gboolean is_ccadb = length > 0 && bulla_ccadb_is_caa_list (text, length);

  if (!(is_ccadb ? bulla_ccadb_read (read, text, length, source, error)
                 : bulla_issuers_add_lines (read, text, length, TRUE, source, error)))
    return FALSE;
  g_autoptr (BullaIssuers) all = bulla_issuers_new ();
  if (replace && !add_shipped (all, error))
    return FALSE;
  if (!replace)
    bulla_issuers_add_all (all, self->issuers, NULL, NULL);
  *result = (BullaIssuerImport){.format = is_ccadb ? "ccadb" : "lines"};
  bulla_issuers_add_all (all, read, &result->added, &result->already_there);
  result->total = count_imported (all);
  if (!write_imported (all, folder, error))
    return FALSE;
  bulla_issuers_unref (self->issuers);
  self->issuers = g_steal_pointer (&all);
  return TRUE;
}
