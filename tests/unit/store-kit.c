/* store-kit.c - a temporary folder with a store, for one test
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-kit.h"

#include <string.h>
#include <unistd.h>

void
kit_set_up (Kit *kit, gconstpointer data)
{
  /* in memory where possible, because hundreds of commits would wait for a disk */
  gboolean shared = g_access ("/dev/shm", W_OK) == 0;

  kit->parent = g_build_filename (shared ? "/dev/shm" : g_get_tmp_dir (), "bulla-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (kit->parent));
  kit->folder = g_build_filename (kit->parent, "bulla", NULL);
  kit->path = g_build_filename (kit->folder, "bulla.db", NULL);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    g_assert_cmpint (g_remove (child), ==, 0);
  }
  g_rmdir (path);
}

void
kit_tear_down (Kit *kit, gconstpointer data)
{
  remove_folder (kit->folder);
  remove_folder (kit->parent);
  g_free (kit->folder);
  g_free (kit->parent);
  g_free (kit->path);
}

BullaStore *
kit_open (Kit *kit, BullaStoreFlags flags)
{
  g_autoptr (GError) error = NULL;
  BullaStore *store = bulla_store_open (kit->folder, flags, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

void
kit_note (BullaStore *store, const char *url, gint64 date)
{
  g_autoptr (GError) error = NULL;
  BullaSighting sighting = {.url = url,
                            .source = BULLA_SEEN_EXCHANGE,
                            .date = date,
                            .seen = date + 60,
                            .distributor = "distributor.test",
                            .header_integrity = "sha256-AAAA"};

  bulla_history_note (store, &sighting, &error);
  g_assert_no_error (error);
}

/* Returns the number of files in the folder whose names contain @part. */
guint
kit_count_files (Kit *kit, const char *part)
{
  g_autoptr (GDir) dir = g_dir_open (kit->folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n += strstr (name, part) != NULL ? 1 : 0;
  return n;
}
