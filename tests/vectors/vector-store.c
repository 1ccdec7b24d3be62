/* vector-store.c - what a recipe's reader remembers from before
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vector-store.h"

#include <glib/gstdio.h>
#include <string.h>

#include "bulla-history.h"
#include "bulla-vulnerable.h"

static gboolean
note_newest (Vector *vector, BullaStore *store, GError **error)
{
  GKeyFile *recipe = vector->forge->recipe;
  g_autofree char *url = g_key_file_get_value (recipe, "store", "url", NULL);
  gboolean live = g_key_file_get_boolean (recipe, "store", "live", NULL);
  gint64 newest = g_key_file_get_int64 (recipe, "store", "newest", NULL);
  const BullaSighting sighting = {
      .url = url != NULL ? url : vector->forge->url,
      .source = live ? BULLA_SEEN_LIVE : BULLA_SEEN_EXCHANGE,
      .date = newest,
      .seen = newest,
      .header_integrity = live ? NULL : "sha256-AAAA",
  };

  return newest == 0 || bulla_history_note (store, &sighting, error);
}

static gboolean
list_vulnerable (Vector *vector, BullaStore *store, GError **error)
{
  g_autofree char *line = g_key_file_get_value (vector->forge->recipe, "store", "vulnerable", NULL);
  guint added, total;

  if (line == NULL)
    return TRUE;
  g_autoptr (GPtrArray) entries = bulla_vulnerable_parse (line, strlen (line), error);
  return entries != NULL
         && bulla_vulnerable_import (store, entries, "recipe", 1, &added, &total, error);
}

BullaStore *
vector_store_new (Vector *vector, const char *folder, GError **error)
{
  g_autofree char *own = g_build_filename (folder, "store", NULL);
  g_autoptr (BullaStore) store = bulla_store_open (own, BULLA_STORE_CREATE, error);

  if (store == NULL || !note_newest (vector, store, error)
      || !list_vulnerable (vector, store, error))
    return NULL;
  return g_steal_pointer (&store);
}

void
vector_store_free (BullaStore *store)
{
  g_autofree char *path = g_strdup (bulla_store_get_path (store));
  g_autofree char *folder = g_path_get_dirname (path);

  g_object_unref (store); /* the last connection removes its other files */
  g_unlink (path);
  g_rmdir (folder);
}
