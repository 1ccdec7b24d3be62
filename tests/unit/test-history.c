/* test-history.c - finds the newest version of a URL that was seen
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "store-kit.h"

static BullaHistoryEntry *
find_entry (BullaStore *store, const char *url)
{
  BullaHistoryEntry *entry = NULL;
  g_autoptr (GError) error = NULL;

  bulla_history_find (store, url, &entry, &error);
  g_assert_no_error (error);
  return entry;
}

static void
test_newest (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  g_autoptr (BullaHistoryEntry) none = find_entry (store, KIT_URL);

  g_assert_null (none);
  kit_note (store, KIT_URL, 1000);
  kit_note (store, KIT_URL, 3000);
  kit_note (store, KIT_URL, 2000); /* older: counted as a version, but not the newest one */
  kit_note (store, KIT_URL, 3000); /* seen again */
  g_autoptr (BullaHistoryEntry) entry = find_entry (store, "https://PUBLISHER.test:443/tides#part");
  g_assert_cmpstr (entry->url, ==, KIT_URL);
  g_assert_cmpint (entry->newest, ==, 3000);
  g_assert_cmpint (entry->signature_date, ==, 3000);
  g_assert_cmpint (entry->seen, ==, 3060);
  g_assert_cmpint (entry->source, ==, BULLA_SEEN_EXCHANGE);
  g_assert_cmpstr (entry->distributor, ==, "distributor.test");
  g_assert_cmpstr (entry->header_integrity, ==, "sha256-AAAA");
  g_assert_cmpuint (entry->versions, ==, 3);
  g_assert_cmpuint (entry->refused, ==, 0);
  g_assert_cmpint (entry->last_refused, ==, -1);
}

static void
test_live (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  BullaSighting live = {
      .url = KIT_URL, .source = BULLA_SEEN_LIVE, .date = 2000, .seen = 2001, .validator = "\"v1\""};

  kit_note (store, KIT_URL, 1000);
  g_assert_true (bulla_history_note (store, &live, NULL));
  live.date = live.seen = 2500; /* the same bytes, served later */
  g_assert_true (bulla_history_note (store, &live, NULL));
  g_autoptr (BullaHistoryEntry) entry = find_entry (store, KIT_URL);
  g_assert_cmpint (entry->newest, ==, 2500);
  g_assert_cmpint (entry->source, ==, BULLA_SEEN_LIVE);
  g_assert_cmpint (entry->signature_date, ==, -1);
  g_assert_null (entry->distributor);
  g_assert_null (entry->header_integrity);
  g_assert_cmpuint (entry->versions, ==, 2);
}

static void
test_refused (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);

  kit_note (store, KIT_URL, 1000);
  g_assert_true (bulla_history_note_refused (store, KIT_URL, 5000, NULL));
  g_assert_true (bulla_history_note_refused (store, KIT_URL, 6000, NULL));
  g_autoptr (BullaHistoryEntry) entry = find_entry (store, KIT_URL);
  g_assert_cmpuint (entry->refused, ==, 2);
  g_assert_cmpint (entry->last_refused, ==, 6000);
  g_assert_cmpint (entry->newest, ==, 1000);
}

static guint
count (BullaStore *store, const char *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = bulla_history_list (store, place, &error);

  g_assert_no_error (error);
  return entries->len;
}

static void
test_list (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  kit_note (store, "https://b.test/", 1);
  kit_note (store, "https://a.test/2", 1);
  kit_note (store, "https://a.test/1", 1);
  kit_note (store, "https://a.test:8443/1", 1);
  g_assert_cmpuint (count (store, NULL), ==, 4);
  g_assert_cmpuint (count (store, "https://a.test"), ==, 2);
  g_assert_cmpuint (count (store, "https://a.test/2"), ==, 1);
  g_assert_cmpuint (count (store, "https://a.test/3"), ==, 0);
  g_assert_true (bulla_history_forget (store, "https://a.test", &n, &error));
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (bulla_history_forget (store, "https://a.test", &n, &error));
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (count (store, NULL), ==, 2);
  g_assert_true (bulla_history_forget (store, NULL, &n, &error));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (count (store, NULL), ==, 0);
}

/* after forgetting, no file in the folder contains the bytes */
static void
test_forgotten_bytes (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  g_autofree char *command = g_strdup_printf ("grep -rqa needle-in-the-path '%s'", kit->folder);
  guint n = 0;
  int status = 0;

  kit_note (store, "https://a.test/needle-in-the-path", 1);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, &status, NULL));
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  g_assert_true (bulla_history_forget (store, NULL, &n, NULL));
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, &status, NULL));
  g_assert_false (g_spawn_check_wait_status (status, NULL));
}

static void
test_place (void)
{
  static const struct {
    const char *text, *place;
  } rows[] = {
      {"https://example.com", "https://example.com"},
      {"HTTPS://Example.COM:443", "https://example.com"},
      {"https://example.com:8443", "https://example.com:8443"},
      {"https://example.com/", "https://example.com/"},
      {"https://example.com/tides?x#y", "https://example.com/tides?x"},
      {"example.com", NULL},
      {"", NULL},
      {"https://user@example.com/", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *place = bulla_history_dup_place (rows[i].text, &error);
    g_assert_cmpstr (place, ==, rows[i].place);
    g_assert_true (place != NULL || g_error_matches (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Kit, NULL, kit_set_up, test, kit_tear_down)
  ADD ("/history/newest", test_newest);
  ADD ("/history/live", test_live);
  ADD ("/history/refused", test_refused);
  ADD ("/history/list", test_list);
  ADD ("/history/forgotten-bytes", test_forgotten_bytes);
  g_test_add_func ("/history/place", test_place);
  return g_test_run ();
}
