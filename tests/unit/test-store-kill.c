/* test-store-kill.c - the database survives kill -9 at any moment, and full disks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bulla-exchange-log.h"
#include "bulla-vulnerable.h"
#include "store-kit.h"

#define KILLS 300
#define FULL_DISKS 200

/* --- kill -9 */

/* The kernel kills this process at that moment, wherever it is. */
static void
die_in (gint64 microseconds)
{
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
  struct itimerspec in = {.it_value = {.tv_nsec = microseconds * 1000 + 1}};
  timer_t timer;

  if (timer_create (CLOCK_MONOTONIC, &event, &timer) != 0
      || timer_settime (timer, 0, &in, NULL) != 0)
    _exit (1);
}

/* Everything that the program remembers of one URL: the version, an entry of the log, an older
 * version that was refused, and an entry of the list of vulnerable ones. Returns: whether all of it
 * is on the disk */
static gboolean
write_all (BullaStore *store, guint number)
{
  g_autofree char *url = g_strdup_printf ("https://publisher.test/%u", number);
  g_autofree char *line = g_strdup_printf ("body-digest %064x %s", number, url);
  g_autoptr (GPtrArray) entries = bulla_vulnerable_parse (line, strlen (line), NULL);
  guint added = 0, total = 0;
  const BullaSighting sighting = {
      .url = url, .date = number, .seen = number, .header_integrity = "sha256-A"};
  const BullaExchangeLogEntry entry = {.time = number,
                                       .url = url,
                                       .date = number,
                                       .certificate_sha256 = "00",
                                       .header_integrity = "sha256-A",
                                       .profile = "draft-b3"};

  return bulla_history_note (store, &sighting, NULL)
         && bulla_exchange_log_append (store, &entry, NULL)
         && bulla_history_note_refused (store, url, number, NULL)
         && bulla_vulnerable_import (store, entries, NULL, number, &added, &total, NULL);
}

/* Writes one URL after the other, and says which of them is on the disk. Never returns.
 * @opened: whether the time runs only from when the store is open */
static void
write_forever (Kit *kit, guint first, gboolean opened, gint64 after_us, int acknowledged)
{
  if (!opened)
    die_in (after_us);
  BullaStore *store = bulla_store_open (kit->folder, BULLA_STORE_CREATE, NULL);
  if (store == NULL)
    _exit (1);
  if (opened)
    die_in (after_us);
  for (guint i = first;; i++) {
    if (!write_all (store, i) || write (acknowledged, &i, sizeof i) != sizeof i)
      _exit (1);
  }
}

/* Returns: one more than the last number that a writer acknowledged before it was killed */
static guint
write_until_killed (Kit *kit, guint first, gboolean opened, gint64 after_us)
{
  int ends[2], status = 0;
  guint number = 0;

  g_assert_cmpint (pipe (ends), ==, 0);
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    write_forever (kit, first, opened, after_us, ends[1]);
  close (ends[1]);
  while (read (ends[0], &number, sizeof number) == sizeof number)
    first = number + 1;
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  return first;
}

static gboolean
check_entry (const char *line, gpointer user_data, GError **error)
{
  bulla_exchange_log_check_line (user_data, line);
  return TRUE;
}

/* the log has the acknowledged entries, and perhaps one more of each writer, in an intact chain */
static void
assert_log (BullaStore *store, guint n)
{
  g_auto (BullaExchangeLogCheck) check = {0};

  g_assert_true (bulla_exchange_log_foreach (store, 0, check_entry, &check, NULL));
  g_assert_cmpint (check.broken_at, ==, 0);
  g_assert_cmpuint (check.entries, >=, n);
  g_assert_cmpuint (check.entries, <=, n + KILLS);
}

static void
assert_numbers (Kit *kit, guint n)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE | BULLA_STORE_CHECK);

  g_assert_null (bulla_store_get_notice (store));
  for (guint i = n > 20 ? n - 20 : 0; i < n; i++) {
    g_autofree char *url = g_strdup_printf ("https://publisher.test/%u", i);
    g_autoptr (BullaHistoryEntry) entry = NULL;
    g_assert_true (bulla_history_find (store, url, &entry, NULL));
    g_assert_nonnull (entry);
    g_assert_cmpint (entry->newest, ==, i);
    g_assert_cmpuint (entry->refused, >=, 1);
    g_assert_cmpint (entry->last_refused, ==, i);
  }
  assert_log (store, n);
  g_autoptr (GPtrArray) list = bulla_vulnerable_list (store, NULL);
  g_assert_cmpuint (list->len, >=, n);
  g_autoptr (GPtrArray) all = bulla_history_list (store, NULL, NULL);
  g_assert_cmpuint (all->len, >=, n);
  g_assert_cmpuint (all->len, <=, n + KILLS); /* one of each writer was not acknowledged */
}

static void
test_kill (Kit *kit, gconstpointer data)
{
  guint n = 0;

  for (guint i = 0; i < KILLS; i++) {
    n = write_until_killed (kit, n, i % 4 != 0, g_test_rand_int_range (0, 12000));
    assert_numbers (kit, n);
  }
  g_test_message ("%u entries were acknowledged by %d writers", n, KILLS);
  g_assert_cmpuint (n, >, KILLS / 10);
  g_assert_cmpuint (kit_count_files (kit, ".damaged-"), ==, 0);
}

/* --- full disks */

static void
fill_until_full (BullaStore *store, guint *n)
{
  g_autoptr (GError) error = NULL;

  for (*n = 0; error == NULL && *n < 100000; ++*n) {
    g_autofree char *url = g_strdup_printf ("https://publisher.test/%u", *n);
    BullaSighting sighting = {.url = url, .date = 1, .seen = 1, .header_integrity = "sha256-A"};
    bulla_history_note (store, &sighting, &error);
  }
  --*n; /* the last commit failed */
  g_assert_error (error, BULLA_STORE_ERROR, BULLA_STORE_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, bulla_store_get_path (store)));
}

static void
test_full_database (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  guint n = 0;

  g_assert_cmpint (sqlite3_exec (store->db, "PRAGMA max_page_count = 40", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  fill_until_full (store, &n);
  g_assert_cmpuint (n, >, 10);
  g_autoptr (GPtrArray) all = bulla_history_list (store, NULL, NULL);
  g_assert_cmpuint (all->len, ==, n);
  /* room again */
  sqlite3_exec (store->db, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL);
  kit_note (store, KIT_URL, 5);
}

/* the write-ahead log meets the limit of the process, as it would meet the end of the disk */
static void
write_under_limit (Kit *kit)
{
  struct rlimit limit = {200000, 200000};
  guint n = 0;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  fill_until_full (store, &n);
  g_autoptr (GPtrArray) all = bulla_history_list (store, NULL, NULL);
  _exit (all != NULL && all->len == n && n > 10 ? 0 : 1);
}

/* The disk ends at another place each time: what was stored before is kept, and there is room
 * again. */
static void
test_full_often (Kit *kit, gconstpointer data)
{
  for (guint i = 0; i < FULL_DISKS; i++) {
    g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE | BULLA_STORE_CHECK);
    g_autofree char *sql = g_strdup_printf ("PRAGMA max_page_count = %u", 30 + i % 40);
    g_autoptr (GError) error = NULL;
    guint n = 0;
    g_assert_null (bulla_store_get_notice (store));
    g_assert_cmpint (sqlite3_exec (store->db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    fill_until_full (store, &n);
    g_autoptr (GPtrArray) all = bulla_history_list (store, NULL, NULL);
    g_assert_cmpuint (all->len, ==, n);
    guint n_forgotten = 0;
    g_assert_true (bulla_history_forget (store, NULL, &n_forgotten, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (n_forgotten, ==, n);
  }
}

static void
test_full_file (Kit *kit, gconstpointer data)
{
  int status = 0;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    write_under_limit (kit);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE | BULLA_STORE_CHECK);
  g_assert_null (bulla_store_get_notice (store));
  kit_note (store, KIT_URL, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Kit, NULL, kit_set_up, test, kit_tear_down)
  ADD ("/store/kill", test_kill);
  ADD ("/store/full/database", test_full_database);
  ADD ("/store/full/often", test_full_often);
  ADD ("/store/full/file", test_full_file);
  return g_test_run ();
}
