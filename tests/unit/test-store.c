/* test-store.c - the database survives damage, older versions and several writers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/stat.h>

#include "store-kit.h"

#define DAMAGES 200

static void
test_folder (Kit *kit, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat info;

  g_assert_null (bulla_store_open (kit->folder, BULLA_STORE_DEFAULT, &error));
  g_assert_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_ABSENT);
  g_assert_false (g_file_test (kit->folder, G_FILE_TEST_EXISTS));

  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  g_assert_cmpint (g_stat (kit->folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (bulla_store_get_path (store), &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_null (bulla_store_get_notice (store));
  g_assert_cmpuint (kit_count_files (kit, ".new-"), ==, 0);
}

static void
test_place (void)
{
  g_setenv ("BULLA_STORE", "/from/environment", TRUE);
  g_autofree char *named = bulla_store_dup_folder ("/named");
  g_autofree char *environment = bulla_store_dup_folder (NULL);
  g_unsetenv ("BULLA_STORE");
  g_autofree char *standard = bulla_store_dup_folder (NULL);

  g_assert_cmpstr (named, ==, "/named");
  g_assert_cmpstr (environment, ==, "/from/environment");
  g_assert_true (g_str_has_prefix (standard, g_get_user_data_dir ()));
  g_assert_true (g_str_has_suffix (standard, "/bulla"));
}

/* The path of the folder is a regular file. */
static void
test_unusable (Kit *kit, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (kit->folder, "x", 1, NULL));
  g_assert_null (bulla_store_open (kit->folder, BULLA_STORE_CREATE, &error));
  g_assert_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, kit->folder));
  g_assert_cmpint (g_remove (kit->folder), ==, 0);
}

/* --- damage */

static char *
make_database (Kit *kit, gsize *length)
{
  char *bytes = NULL;
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);

  for (guint i = 0; i < 300; i++) {
    g_autofree char *url = g_strdup_printf ("https://publisher.test/a/longer/path/%u", i);
    kit_note (store, url, 1000 + i);
  }
  g_assert_true (bulla_store_checkpoint (store, NULL));
  g_assert_true (g_file_get_contents (kit->path, &bytes, length, NULL));
  return bytes;
}

static void
write_database (Kit *kit, const char *bytes, gsize length)
{
  g_autofree char *wal = g_strconcat (kit->path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (kit->path, "-shm", NULL);

  g_remove (wal);
  g_remove (shm);
  g_assert_true (g_file_set_contents (kit->path, bytes, (gssize)length, NULL));
}

/* Returns whether the store is usable: damage is either found and the file renamed, or it has no
 * effect. */
static gboolean
is_set_aside (Kit *kit)
{
  guint before = kit_count_files (kit, ".damaged-");
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE | BULLA_STORE_CHECK);
  const char *notice = bulla_store_get_notice (store);

  kit_note (store, KIT_URL, 7);
  g_assert_cmpuint (kit_count_files (kit, ".damaged-") - before, ==, notice != NULL ? 1 : 0);
  if (notice == NULL)
    return FALSE;
  g_assert_nonnull (strstr (notice, "bulla.db.damaged-2"));
  g_autoptr (GPtrArray) all = bulla_history_list (store, NULL, NULL);
  g_assert_cmpuint (all->len, ==, 1);
  return TRUE;
}

#define AT_VERSION 60 /* offset of user_version in the header of the file */

static void
test_flipped (Kit *kit, gconstpointer data)
{
  gsize length = 0;
  g_autofree char *good = make_database (kit, &length);
  guint n_found = 0;

  for (guint i = 0; i < DAMAGES; i++) {
    g_autofree char *bytes = g_memdup2 (good, length);
    guint n = (guint)g_test_rand_int_range (1, 200);
    for (guint j = 0; j < n; j++)
      bytes[g_test_rand_int_range (0, (gint32)length)] ^= (char)g_test_rand_int_range (1, 256);
    /* a different version causes a different error */
    memcpy (bytes + AT_VERSION, good + AT_VERSION, 4);
    write_database (kit, bytes, length);
    n_found += is_set_aside (kit) ? 1 : 0;
  }
  g_assert_cmpuint (n_found, >, DAMAGES / 2);
}

static void
test_truncated (Kit *kit, gconstpointer data)
{
  gsize length = 0;
  g_autofree char *good = make_database (kit, &length);

  for (guint i = 0; i < DAMAGES; i++) {
    gsize end = i == 0 ? 0 : (gsize)g_test_rand_int_range (0, (gint32)length);
    write_database (kit, good, end);
    g_assert_true (is_set_aside (kit));
  }
}

/* damage that is found during use */
static void
test_damaged_while_open (Kit *kit, gconstpointer data)
{
  gsize length = 0;
  g_autofree char *bytes = make_database (kit, &length);
  g_autoptr (GError) error = NULL;

  memset (bytes + 4096, 0xff, length - 4096);
  write_database (kit, bytes, length);
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  g_assert_null (bulla_history_list (store, NULL, &error));
  g_assert_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "was renamed to"));
  g_assert_cmpuint (kit_count_files (kit, ".damaged-"), ==, 1);
  kit_note (store, KIT_URL, 7);
  g_autoptr (GPtrArray) all = bulla_history_list (store, NULL, NULL);
  g_assert_cmpuint (all->len, ==, 1);
}

/* without BULLA_STORE_CREATE, damage is an error; the file is renamed in both cases */
static void
test_damaged_for_reader (Kit *kit, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_object_unref (kit_open (kit, BULLA_STORE_CREATE));
  write_database (kit, "This is not a database, and it is long enough to look like one", 62);
  g_assert_null (bulla_store_open (kit->folder, BULLA_STORE_DEFAULT, &error));
  g_assert_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "bulla.db.damaged-2"));
  g_assert_false (g_file_test (kit->path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (kit_count_files (kit, ".damaged-"), ==, 1);
}

/* When one process renames the damaged file, another process that has it open stops writing to
 * it. */
static void
test_replaced (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) other = kit_open (kit, BULLA_STORE_CREATE);
  g_autofree char *name = NULL;

  kit_note (other, "https://publisher.test/before", 1);
  g_assert_true (bulla_store_file_set_aside (kit->folder, kit->path, other->device, other->inode,
                                             &name, NULL));
  g_assert_nonnull (name);
  kit_note (other, KIT_URL, 2);
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_DEFAULT);
  g_autoptr (BullaHistoryEntry) entry = NULL;
  g_assert_true (bulla_history_find (store, KIT_URL, &entry, NULL));
  g_assert_nonnull (entry);
  /* the new database is not renamed because of the old one */
  g_autofree char *second = NULL;
  g_assert_true (bulla_store_file_set_aside (kit->folder, kit->path, 0, 0, &second, NULL));
  g_assert_null (second);
  g_assert_true (g_file_test (kit->path, G_FILE_TEST_EXISTS));
}

/* --- versions */

static void
set_version (Kit *kit, int version)
{
  sqlite3 *db = NULL;
  g_autofree char *sql = g_strdup_printf ("PRAGMA user_version = %d", version);

  g_assert_cmpint (sqlite3_open (kit->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_newer (Kit *kit, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_object_unref (kit_open (kit, BULLA_STORE_CREATE));
  set_version (kit, BULLA_STORE_N_MIGRATIONS + 1);
  g_assert_null (bulla_store_open (kit->folder, BULLA_STORE_CREATE, &error));
  g_assert_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_NEWER);
  g_assert_cmpuint (kit_count_files (kit, ".damaged-"), ==, 0);
  g_assert_true (g_file_test (kit->path, G_FILE_TEST_EXISTS));
}

static void
make_version (Kit *kit, int version)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (g_mkdir_with_parents (kit->folder, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (kit->path, &db), ==, SQLITE_OK);
  g_assert_true (bulla_store_file_migrate (db, version, NULL));
  g_assert_cmpint (sqlite3_exec (db,
                                 "INSERT INTO history (url, origin, newest, source, seen) VALUES"
                                 " ('" KIT_URL "', 'https://publisher.test', 11, 'exchange', 12);",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_migrate (Kit *kit, gconstpointer data)
{
  for (int version = 1; version <= BULLA_STORE_N_MIGRATIONS; version++) {
    make_version (kit, version);
    g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_DEFAULT | BULLA_STORE_CHECK);
    g_autoptr (BullaHistoryEntry) entry = NULL;
    g_assert_true (bulla_history_find (store, KIT_URL, &entry, NULL));
    g_assert_cmpint (entry->newest, ==, 11);
    kit_note (store, KIT_URL, 13);
    g_clear_object (&store);
    g_assert_cmpint (g_remove (kit->path), ==, 0);
  }
}

/* --- concurrent use */

#define WRITERS 4
#define EACH 25

typedef struct {
  BullaStore *store; /* borrowed */
  guint number;
} Writer;

static gpointer
write_some (gpointer data)
{
  Writer *writer = data;

  for (guint i = 0; i < EACH; i++) {
    g_autofree char *url = g_strdup_printf ("https://publisher.test/%u/%u", writer->number, i);
    kit_note (writer->store, url, i);
  }
  return NULL;
}

/* two connections, as from two processes, each used by two threads */
static void
test_together (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) one = kit_open (kit, BULLA_STORE_CREATE);
  g_autoptr (BullaStore) two = kit_open (kit, BULLA_STORE_CREATE);
  Writer writers[WRITERS];
  GThread *threads[WRITERS];

  for (guint i = 0; i < WRITERS; i++) {
    writers[i] = (Writer){i % 2 == 0 ? one : two, i};
    threads[i] = g_thread_new ("writer", write_some, &writers[i]);
  }
  for (guint i = 0; i < WRITERS; i++)
    g_thread_join (threads[i]);
  g_autoptr (GPtrArray) all = bulla_history_list (one, NULL, NULL);
  g_assert_cmpuint (all->len, ==, WRITERS * EACH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Kit, NULL, kit_set_up, test, kit_tear_down)
  g_test_add_func ("/store/place", test_place);
  ADD ("/store/folder", test_folder);
  ADD ("/store/unusable", test_unusable);
  ADD ("/store/damage/flipped", test_flipped);
  ADD ("/store/damage/truncated", test_truncated);
  ADD ("/store/damage/while-open", test_damaged_while_open);
  ADD ("/store/damage/reader", test_damaged_for_reader);
  ADD ("/store/damage/replaced", test_replaced);
  ADD ("/store/version/newer", test_newer);
  ADD ("/store/version/migrate", test_migrate);
  ADD ("/store/together", test_together);
  return g_test_run ();
}
