/* test-exchange-log.c - checks the hash chain of the log, and detects every way to break it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-exchange-log-private.h"
#include "store-kit.h"

#define N 5

static void
append (BullaStore *store, gint64 time)
{
  g_autoptr (GError) error = NULL;
  BullaExchangeLogEntry entry = {.time = time,
                                 .url = KIT_URL,
                                 .date = time - 10,
                                 .expires = time + 10,
                                 .certificate_sha256 = "ab",
                                 .header_integrity = "sha256-AAAA",
                                 .body_digest = "mi-sha256-03=BBBB",
                                 .profile = "draft-b3"};

  bulla_exchange_log_append (store, &entry, &error);
  g_assert_no_error (error);
}

static gboolean
collect (const char *line, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, g_strdup (line));
  return TRUE;
}

/* Returns: (transfer full): the lines of a log of N entries */
static GPtrArray *
make_lines (Kit *kit, gint64 since)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (gint64 i = 1; i <= N; i++)
    append (store, 1000 * i);
  g_assert_true (bulla_exchange_log_foreach (store, since, collect, lines, NULL));
  return lines;
}

/* @broken_at: number of the broken entry; 0 if the log is intact */
static void
assert_check (const GPtrArray *lines, gint64 broken_at)
{
  g_auto (BullaExchangeLogCheck) check = {0};

  for (guint i = 0; i < lines->len; i++)
    bulla_exchange_log_check_line (&check, lines->pdata[i]);
  if (broken_at != 0)
    g_test_message ("%s", check.why);
  g_assert_cmpint (check.broken_at, ==, broken_at);
  g_assert_true ((check.why != NULL) == (broken_at != 0));
  g_assert_cmpuint (check.entries, ==, lines->len);
}

static void
replace (GPtrArray *lines, guint i, const char *from, const char *to)
{
  GString *text = g_string_new (lines->pdata[i]);

  g_assert_cmpuint (g_string_replace (text, from, to, 1), ==, 1);
  g_free (lines->pdata[i]);
  lines->pdata[i] = g_string_free (text, FALSE);
}

static void
test_intact (Kit *kit, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = make_lines (kit, 0);

  g_assert_cmpuint (lines->len, ==, N);
  assert_check (lines, 0);
  g_assert_nonnull (strstr (lines->pdata[0], "\"previous\":\"" BULLA_EXCHANGE_LOG_START "\""));
  /* another spelling of the same JSON is the same entry */
  replace (lines, 2, "{", " { ");
  replace (lines, 2, "\"n\":3", "\"n\" : 3");
  assert_check (lines, 0);
}

/* the hash was computed by hand with sha256sum */
static void
test_hash (Kit *kit, gconstpointer data)
{
  static const char text[] =
      "{\"body_digest\":\"mi-sha256-03=BBBB\",\"certificate_sha256\":\"ab\",\"date\":990,"
      "\"distributor\":null,\"expires\":1010,\"header_integrity\":\"sha256-AAAA\",\"n\":1,"
      "\"previous\":\"0000000000000000000000000000000000000000000000000000000000000000\","
      "\"profile\":\"draft-b3\",\"time\":1000,\"url\":\"https://publisher.test/tides\"}";
  g_autoptr (GPtrArray) lines = make_lines (kit, 0);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *member = g_strdup_printf ("\"hash\":\"%s\"", hash);

  g_assert_nonnull (strstr (lines->pdata[0], member));
}

static gpointer
copy_line (gconstpointer line, gpointer data)
{
  return g_strdup (line);
}

static void
test_changed (Kit *kit, gconstpointer data)
{
  static const struct {
    const char *from, *to;
  } rows[] = {
      {"\"date\":2990", "\"date\":2991"},
      {"/tides", "/tidez"},
      {"\"distributor\":null", "\"distributor\":\"evil.test\""},
      {"\"distributor\":null,", ""},
      {"{", "{\"more\":1,"},
      {"{", "{\"url\":\"https://evil.test/\","},
      {"/tides", "/tides\\u0000"},
      {"\"n\":3", "\"n\":4"},
      {"\"hash\":\"", "\"hash\":\"0"},
      {"{", "["},
  };

  g_autoptr (GPtrArray) good = make_lines (kit, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) lines = g_ptr_array_copy (good, copy_line, NULL);
    g_ptr_array_set_free_func (lines, g_free);
    replace (lines, 2, rows[i].from, rows[i].to);
    assert_check (lines, 3);
  }
}

static void
test_missing (Kit *kit, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = make_lines (kit, 0);

  g_free (g_ptr_array_steal_index (lines, 2));
  assert_check (lines, 3);
}

static void
test_moved (Kit *kit, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = make_lines (kit, 0);
  gpointer third = lines->pdata[2];

  lines->pdata[2] = lines->pdata[3];
  lines->pdata[3] = third;
  assert_check (lines, 3);
}

/* an entry with the right hash for its contents, but in the wrong place */
static void
test_computed_anew (Kit *kit, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = make_lines (kit, 0);
  g_autoptr (JsonNode) node = json_from_string (lines->pdata[2], NULL);
  JsonObject *object = json_node_get_object (node);

  json_object_set_string_member (object, "url", "https://publisher.test/other");
  g_autofree char *hash = bulla_exchange_log_hash (object);
  json_object_set_string_member (object, "hash", hash);
  g_free (lines->pdata[2]);
  lines->pdata[2] = json_to_string (node, FALSE);
  assert_check (lines, 4);
}

static void
test_since (Kit *kit, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = make_lines (kit, 3000);
  g_auto (BullaExchangeLogCheck) check = {0};

  g_assert_cmpuint (lines->len, ==, 3);
  for (guint i = 0; i < lines->len; i++)
    bulla_exchange_log_check_line (&check, lines->pdata[i]);
  g_assert_null (check.why);
  g_assert_cmpint (check.first, ==, 3);
  g_assert_cmpint (check.last, ==, 5);
}

/* a truncated log is detected by searching for a hash that was recorded before */
static void
test_head (Kit *kit, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = make_lines (kit, 0);
  g_auto (BullaExchangeLogCheck) all = {0};
  g_auto (BullaExchangeLogCheck) cut = {0};

  for (guint i = 0; i < lines->len; i++)
    bulla_exchange_log_check_line (&all, lines->pdata[i]);
  cut.wanted = all.head;
  for (guint i = 0; i < lines->len; i++) {
    g_assert_false (cut.found);
    bulla_exchange_log_check_line (&cut, lines->pdata[i]);
  }
  g_assert_true (cut.found);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Kit, NULL, kit_set_up, test, kit_tear_down)
  ADD ("/log/intact", test_intact);
  ADD ("/log/hash", test_hash);
  ADD ("/log/changed", test_changed);
  ADD ("/log/missing", test_missing);
  ADD ("/log/moved", test_moved);
  ADD ("/log/computed-anew", test_computed_anew);
  ADD ("/log/since", test_since);
  ADD ("/log/head", test_head);
  return g_test_run ();
}
