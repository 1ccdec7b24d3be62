/* test-load-trust.c - verifies each chain once, and reads roots and logs from files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-error.h"
#include "bulla-trust-internal.h"
#include "load-world.h"

static BullaChain *
verify (LoadWorld *world, GBytes *chain, gint64 now)
{
  g_autoptr (GError) error = NULL;
  BullaChain *found = bulla_trust_verify_chain (world->trust, chain, now, &error);

  g_assert_no_error (error);
  return found;
}

static void
test_once (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  GBytes *bytes = world->forge->chain;
  g_autoptr (GBytes) copy = g_bytes_new (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  gint64 now = world->forge->now;
  g_autoptr (BullaChain) first = verify (world, bytes, now);
  g_autoptr (BullaChain) again = verify (world, bytes, now + 1);
  g_autoptr (BullaChain) equal = verify (world, copy, now);
  g_autoptr (BullaChain) later = verify (world, bytes, now + 365 * 86400);
  g_autoptr (BullaChain) before = verify (world, bytes, now - 365 * 86400);

  g_assert_true (again == first);
  g_assert_true (equal == first);
  g_assert_true (later != first);
  g_assert_true (before != later);
  g_assert_false (bulla_chain_is_good_for (first, now + 365 * 86400));
}

/* chains verified with other roots or logs are verified again */
static void
test_forgotten (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autoptr (BullaChain) first = verify (world, world->forge->chain, world->forge->now);
  g_autofree char *path = NULL;
  int descriptor = g_file_open_tmp ("bulla-trust-XXXXXX", &path, NULL);

  g_close (descriptor, NULL);
  g_assert_true (g_file_set_contents (path, world->forge->root_pem, -1, NULL));
  g_assert_true (bulla_trust_add_roots (world->trust, path, NULL));
  g_autoptr (BullaChain) second = verify (world, world->forge->chain, world->forge->now);
  g_assert_true (second != first);
  g_assert_true (g_file_set_contents (path, world->forge->ct_logs, -1, NULL));
  g_assert_true (bulla_trust_add_logs (world->trust, path, NULL));
  g_autoptr (BullaChain) third = verify (world, world->forge->chain, world->forge->now);
  g_assert_true (third != second);
  g_unlink (path);
}

/* many chains with different padding: old ones are dropped, and none is confused with another */
static void
test_many (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  gsize size;
  const guint8 *data = g_bytes_get_data (world->forge->chain, &size);

  for (guint i = 0; i < 600; i++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_byte_array_append (bytes, data, (guint)size);
    bytes->data[size - 1 - i % 50] ^= (guint8)(1 + i / 50); /* changes the issuer's signature */
    g_autoptr (GBytes) spoilt = g_bytes_new (bytes->data, bytes->len);
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaChain) chain =
        bulla_trust_verify_chain (world->trust, spoilt, world->forge->now, &error);
    g_assert_cmpint (chain == NULL, ==, error != NULL);
    if (chain != NULL)
      g_assert_true (g_bytes_equal (bulla_chain_get_bytes (chain), spoilt));
  }
  g_autoptr (BullaChain) good = verify (world, world->forge->chain, world->forge->now);
  g_assert_nonnull (good);
}

static void
test_unreadable (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x80", 1);

  for (int i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_trust_verify_chain (world->trust, bytes, world->forge->now, &error));
    g_assert_error (error, BULLA_FAULT, (int)BULLA_REASON_CHAIN_EMPTY);
  }
}

static void
test_log_lists (void)
{
  static const char *const bad[] = {
      "",
      "nonsense",
      "{}",
      "[1]",
      "[{}]",
      "[{\"key\": 7}]",
      "[{\"key\": \"AAAA\"}]",
      "{\"operators\": 1}",
      "{\"operators\": [{\"logs\": [{\"key\": \"\"}]}]}",
      "[{\"key\": null}]",
      "null",
      "7",
      "[]",
      "{\"operators\": []}",
      "{\"operators\": [{}, {\"logs\": []}]}",
  };
  g_autofree char *path = NULL;
  int descriptor = g_file_open_tmp ("bulla-logs-XXXXXX", &path, NULL);

  g_close (descriptor, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (BullaTrust) trust = bulla_trust_new ();
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", bad[i]);
    g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
    g_assert_false (bulla_trust_add_logs (trust, path, &error));
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error->message, path));
  }
  g_unlink (path);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  g_assert_false (bulla_trust_add_logs (trust, path, NULL)); /* the file was removed */
  g_assert_false (bulla_trust_add_roots (trust, path, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/trust/once", test_once);
  g_test_add_func ("/load/trust/forgotten", test_forgotten);
  g_test_add_func ("/load/trust/many", test_many);
  g_test_add_func ("/load/trust/unreadable", test_unreadable);
  g_test_add_func ("/load/trust/log-lists", test_log_lists);
  return g_test_run ();
}
