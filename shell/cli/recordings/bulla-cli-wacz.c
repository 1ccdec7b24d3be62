/* bulla-cli-wacz.c - reads the files of a WACZ archive, or a WARC file
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: WACZ 1.1.1 */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-cli-warc.h"
#include "bulla-json.h"

#define PAGES_MAX (1 << 20)        /* bytes */
#define ENTRY_MAX ((gsize)1 << 30) /* bytes */
#define SHA256 "sha256:"
#define DEPTH_MAX 2 /* WACZ archives that contain others */

/* Takes the URL of the first page from pages.jsonl, whose first line is a header. */
static void
take_pages (BullaCliWarc *self, GBytes *pages)
{
  g_autofree char *text = bulla_bytes_dup_text (pages);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 64);

  for (guint i = 0; lines[i] != NULL && self->page == NULL; i++) {
    g_autoptr (JsonNode) root = bulla_json_parse (lines[i], strlen (lines[i]), 16, NULL);
    if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
      self->page = g_strdup (bulla_json_get_text (json_node_get_object (root), "url"));
  }
}

/* what a file in a WACZ archive is for */
typedef enum {
  FILE_UNUSED,
  FILE_PACKAGE, /* the list of all files */
  FILE_PAGES,
  FILE_WARC,
  FILE_WACZ,
} FileKind;

static FileKind
get_kind (const char *name)
{
  if (g_str_has_suffix (name, ".wacz"))
    return FILE_WACZ;
  if (g_str_has_prefix (name, "archive/")
      && (g_str_has_suffix (name, ".warc") || g_str_has_suffix (name, ".warc.gz")))
    return FILE_WARC;
  if (g_str_equal (name, "pages/pages.jsonl"))
    return FILE_PAGES;
  return g_str_equal (name, "datapackage.json") ? FILE_PACKAGE : FILE_UNUSED;
}

/* Remembers the main page, the files of an archive, and their hashes. */
static void
take_package (BullaCliWarc *self, GBytes *package, GHashTable *stated)
{
  gsize size;
  const char *text = g_bytes_get_data (package, &size);
  g_autoptr (JsonNode) root = bulla_json_parse (text, size, 16, NULL);
  JsonObject *object =
      root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonArray *files = bulla_json_get_array (object, "resources");

  if (self->main_page == NULL)
    self->main_page = g_strdup (bulla_json_get_text (object, "mainPageUrl"));
  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++) {
    JsonObject *file = bulla_json_get_element (files, i);
    const char *path = bulla_json_get_text (file, "path");
    const char *hash = bulla_json_get_text (file, "hash");
    gboolean is_known = hash != NULL && g_ascii_strncasecmp (hash, SHA256, strlen (SHA256)) == 0;
    if (path != NULL)
      g_hash_table_replace (stated, g_strdup (path),
                            is_known ? g_strdup (hash + strlen (SHA256)) : NULL);
  }
}

/* Reads a file of a WACZ archive that has records, or is such an archive again. */
static gboolean
read_inner (BullaCliWarc *self, const char *name, GBytes *bytes, GError *damage, guint depth,
            GError **error)
{
  g_autoptr (GError) why = damage;

  if (why != NULL) {
    g_clear_pointer (&self->url, g_free);
    if (!bulla_cli_warc_report_damage (self, g_bytes_get_size (bytes), g_steal_pointer (&why),
                                       error)) {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }
  }
  g_autoptr (BullaCliArchive) archive = bulla_cli_archive_open_bytes (bytes, error);
  return archive != NULL && bulla_cli_warc_read_archive (self, archive, depth + 1, error);
}

/* The files of a WACZ archive. */
typedef struct {
  GHashTable *stated; /* borrowed; path -> SHA-256 in datapackage.json, in hexadecimal; nullable */
  GHashTable *found;  /* borrowed; path -> SHA-256 of the file; NULL if that is not compared */
  guint depth;        /* of archives in archives */
} Wacz;

/* Reads an entry of a WACZ archive. */
static gboolean
read_entry (BullaCliWarc *self, Wacz *wacz, BullaCliArchive *archive, const char *path,
            GError **error)
{
  g_autofree char *name = g_strdup (path);
  FileKind kind = get_kind (name);
  gboolean has_records = kind == FILE_WARC || kind == FILE_WACZ;
  GError *damage = NULL;

  g_hash_table_replace (wacz->found, g_strdup (name), NULL);
  if (kind == FILE_UNUSED || (kind == FILE_WACZ && wacz->depth >= DEPTH_MAX))
    return TRUE;
  g_autoptr (GBytes) bytes =
      bulla_cli_archive_read_all (archive, has_records ? ENTRY_MAX : PAGES_MAX, &damage, error);
  if (bytes == NULL)
    return FALSE;
  if (has_records) {
    if (damage == NULL)
      g_hash_table_replace (wacz->found, g_strdup (name),
                            g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes));
    return read_inner (self, name, bytes, damage, wacz->depth, error);
  }
  g_clear_error (&damage); /* the records do not depend on it */
  if (kind == FILE_PAGES)
    take_pages (self, bytes);
  else
    take_package (self, bytes, wacz->stated);
  return TRUE;
}

/* Reports the files of datapackage.json that the archive lacks, and those that have other bytes
 * than those of which it has the hash. */
static void
compare_package (BullaCliWarc *self, const Wacz *wacz)
{
  g_autoptr (GList) paths = g_hash_table_get_keys (wacz->stated);

  paths = g_list_sort (paths, (GCompareFunc)strcmp);
  for (GList *each = paths; each != NULL; each = each->next) {
    const char *path = each->data, *stated = g_hash_table_lookup (wacz->stated, path);
    const char *hash = g_hash_table_lookup (wacz->found, path);
    gboolean is_there = g_hash_table_contains (wacz->found, path);
    if (!is_there && get_kind (path) != FILE_UNUSED)
      bulla_cli_resources_lose (self->resources, path,
                                _ ("datapackage.json lists it, but it is not in %s"), self->path);
    else if (hash != NULL && stated != NULL && g_ascii_strcasecmp (stated, hash) != 0)
      bulla_cli_resources_lose (self->resources, path,
                                _ ("it does not have the hash in datapackage.json of %s"),
                                self->path);
    else
      continue;
    self->resources->n_damaged++;
  }
}

/* Reads a WARC file, or the files of a WACZ archive. */
gboolean
bulla_cli_warc_read_archive (BullaCliWarc *self, BullaCliArchive *archive, guint depth,
                             GError **error)
{
  g_autoptr (GHashTable) stated = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Wacz wacz = {stated, found, depth};
  GError *failure = NULL;
  const char *name = NULL;

  while (bulla_cli_archive_next (archive, &name, &failure))
    if (!(bulla_cli_archive_is_zip (archive) ? read_entry (self, &wacz, archive, name, error)
                                             : bulla_cli_warc_read_records (self, archive, error)))
      return FALSE;
  compare_package (self, &wacz);
  if (failure == NULL)
    return TRUE;
  g_clear_pointer (&self->url, g_free);
  return bulla_cli_warc_report_damage (self, bulla_cli_archive_get_offset (archive), failure,
                                       error);
}
