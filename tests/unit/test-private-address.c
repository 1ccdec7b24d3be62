/* test-private-address.c - recognises private addresses and names, including those mapped by hand
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "bulla-private-address.h"

static void
test_own_host (void)
{
  g_autofree char *none = bulla_server_dup_own_host ("https://a.test/x", NULL);
  g_autofree char *public = bulla_server_dup_own_host ("https://a.test/x", "8.8.8.8");
  g_autofree char *private = bulla_server_dup_own_host ("https://a.test/x", "10.0.0.1");

  g_assert_null (none);
  g_assert_null (public);
  g_assert_cmpstr (private, ==, "a.test");
  g_assert_true (bulla_server_is_public ("https://a.test/"));
  g_assert_false (bulla_server_is_public ("https://0x7f.1/"));
  g_assert_false (bulla_server_is_public (NULL));
}

static const char *const PRIVATE_ONES[] = {"127.0.0.1",
                                           "10.1.2.3",
                                           "172.16.0.1",
                                           "172.31.255.255",
                                           "192.168.1.1",
                                           "169.254.169.254",
                                           "100.64.0.1",
                                           "0.0.0.0",
                                           "224.0.0.1",
                                           "255.255.255.255",
                                           "::1",
                                           "::",
                                           "fe80::1",
                                           "fec0::1",
                                           "fc00::1",
                                           "fd12::1",
                                           "ff02::1",
                                           "::ffff:127.0.0.1",
                                           "::ffff:10.0.0.1",
                                           "64:ff9b::7f00:1",
                                           "2002:7f00:1::",
                                           "::127.0.0.1",
                                           "0.1.2.3",
                                           "127.255.255.254",
                                           "192.0.0.8",
                                           "198.18.0.1",
                                           "198.19.255.255",
                                           "240.0.0.1",
                                           "febf::1",
                                           "::ffff:0:10.0.0.1",
                                           "64:ff9b::a00:1",
                                           "64:ff9b:1::1",
                                           "64:ff9b:1:808::808:808",
                                           "2002:a00:1::1",
                                           "2002:a9fe:a9fe::",
                                           "2001:0:808:808::f5ff:fffe",
                                           "2001:0:a00:1::f7f7:f7f7",
                                           "2606:4700::5efe:10.0.0.1",
                                           "2606:4700::200:5efe:10.0.0.1"};

static const char *const PUBLIC_ONES[] = {"8.8.8.8",         "172.32.0.1",
                                          "100.128.0.1",     "192.0.2.1",
                                          "2606:4700::1111", "::ffff:8.8.8.8",
                                          "2002:808:808::",  "64:ff9b::808:808",
                                          "64:ff9c::1",      "2001:0:808:808::f7f7:f7f7",
                                          "192.0.1.1",       "198.20.0.1",
                                          "100.63.255.255",  "169.253.255.255",
                                          "223.255.255.255"};

static void
test_addresses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (PRIVATE_ONES); i++) {
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (PRIVATE_ONES[i]);
    if (!bulla_address_is_private (address))
      g_error ("%s is private", PRIVATE_ONES[i]);
    g_assert_true (bulla_host_is_private (PRIVATE_ONES[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (PUBLIC_ONES); i++) {
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (PUBLIC_ONES[i]);
    if (bulla_address_is_private (address))
      g_error ("%s is public", PUBLIC_ONES[i]);
  }
}

static void
test_names (void)
{
  const char *const private_names[] = {
      "localhost",    "LocalHost.",    "a.localhost..", "printer.local", "LOCAL",
      "db.internal.", "nas.home.arpa", "0x7f.1",        "2130706433",    "0177.0.0.1",
      "127.1",        "10.1",          "0xa9fea9fe",    "[::1]",         "[::ffff:7f00:1]",
      "fe80::1%eth0", "127.0.0.1."};
  const char *const public_names[] = {"localhost.example", "local.example", "internal.example",
                                      "home.arpa.example", "notlocal",      "0x8.0x8.0x8.0x8",
                                      "134744072",         "face.cafe"};

  for (guint i = 0; i < G_N_ELEMENTS (private_names); i++)
    if (!bulla_host_is_private (private_names[i]))
      g_error ("%s is private", private_names[i]);
  for (guint i = 0; i < G_N_ELEMENTS (public_names); i++)
    if (bulla_host_is_private (public_names[i]))
      g_error ("%s is public", public_names[i]);
}

static void
test_resolve (void)
{
  const char *const bad[] = {"",
                             "a",
                             "a:1",
                             "a:1:",
                             ":1:1.2.3.4",
                             "a:0:1.2.3.4",
                             "a:65536:1.2.3.4",
                             "a:x:1.2.3.4",
                             "a:1:b.test",
                             "a:1:1.2.3.4,",
                             "[::1:1:1.2.3.4",
                             NULL};
  g_autoptr (BullaGivenAddresses) resolve = bulla_given_addresses_new ();

  for (const char *const *text = bad; *text != NULL; text++) {
    g_autoptr (GError) error = NULL;
    g_assert_false (bulla_given_addresses_add (resolve, *text, &error));
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
  }
  g_assert_true (bulla_given_addresses_add (resolve, "A.test:443:1.2.3.4,[::1]", NULL));
  g_assert_true (bulla_given_addresses_add (resolve, "[::2]:443:::1", NULL));
  g_assert_true (bulla_given_addresses_add (resolve, "*:80:127.0.0.1", NULL));
  g_autoptr (GPtrArray) two = bulla_given_addresses_lookup (resolve, "a.TEST", 443);
  g_assert_cmpuint (two->len, ==, 2);
  g_autoptr (GPtrArray) literal = bulla_given_addresses_lookup (resolve, "::2", 443);
  g_assert_cmpuint (literal->len, ==, 1);
  g_autoptr (GPtrArray) any = bulla_given_addresses_lookup (resolve, "other.test", 80);
  g_assert_cmpuint (any->len, ==, 1);
  g_assert_null (bulla_given_addresses_lookup (resolve, "a.test", 8443));
  g_assert_null (bulla_given_addresses_lookup (resolve, "other.test", 443));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/private-address/own-host", test_own_host);
  g_test_add_func ("/private-address/addresses", test_addresses);
  g_test_add_func ("/private-address/names", test_names);
  g_test_add_func ("/private-address/resolve", test_resolve);
  return g_test_run ();
}
