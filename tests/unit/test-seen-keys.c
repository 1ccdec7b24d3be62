/* test-seen-keys.c - checks the memory of keys that were used in TLS or for exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-key-hash.h"

#include <string.h>

static void
make_hash (guint8 *hash, guint32 number)
{
  memset (hash, 0, BULLA_KEY_HASH_SIZE);
  memcpy (hash, &number, sizeof number);
}

static void
test_both (void)
{
  g_autoptr (BullaSeenKeys) keys = bulla_seen_keys_new ();
  guint8 one[BULLA_KEY_HASH_SIZE], two[BULLA_KEY_HASH_SIZE];

  make_hash (one, 1);
  make_hash (two, 2);
  bulla_seen_keys_add_tls (keys, one, "first.test");
  bulla_seen_keys_add_tls (keys, one, "second.test");
  bulla_seen_keys_add_exchange (keys, two, "publisher.test");
  g_autofree char *tls = bulla_seen_keys_dup_tls_host (keys, one);
  g_autofree char *exchange = bulla_seen_keys_dup_exchange_host (keys, two);
  g_assert_cmpstr (tls, ==, "first.test");
  g_assert_cmpstr (exchange, ==, "publisher.test");
  g_assert_null (bulla_seen_keys_dup_exchange_host (keys, one));
  g_assert_null (bulla_seen_keys_dup_tls_host (keys, two));
}

/* the oldest keys are dropped, and the memory stays bounded */
static void
test_many (void)
{
  g_autoptr (BullaSeenKeys) keys = bulla_seen_keys_new ();
  guint8 hash[BULLA_KEY_HASH_SIZE];

  for (guint32 i = 0; i < 5000; i++) {
    make_hash (hash, i);
    bulla_seen_keys_add_tls (keys, hash, "many.test");
  }
  g_autofree char *newest = bulla_seen_keys_dup_tls_host (keys, hash);
  g_assert_cmpstr (newest, ==, "many.test");
  make_hash (hash, 0);
  g_assert_null (bulla_seen_keys_dup_tls_host (keys, hash));
}

static void
test_not_a_certificate (void)
{
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) text = g_bytes_new_static ("text", 4);
  guint8 hash[BULLA_KEY_HASH_SIZE] = {0};

  g_assert_false (bulla_key_hash_of_der (empty, hash));
  g_assert_false (bulla_key_hash_of_der (text, hash));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seen-keys/both", test_both);
  g_test_add_func ("/seen-keys/many", test_many);
  g_test_add_func ("/seen-keys/not-a-certificate", test_not_a_certificate);
  return g_test_run ();
}
