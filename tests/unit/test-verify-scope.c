/* test-verify-scope.c - finds digests of signatures in a process that begins with few names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <string.h>

#include "bulla-verification-scope.h"

#define EXPECTED "BULLA_TEST_DIGESTS"

/* Returns: (transfer full): for the digest of each kind of signature that OpenSSL knows, whether it
 * is found by its number, and whether it can be computed in a scope */
static char *
list_digests (void)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
  int end = OBJ_new_nid (0);

  for (int kind = 1; kind < end; kind++) {
    int digest = NID_undef, key = NID_undef;
    if (OBJ_find_sigid_algs (kind, &digest, &key) != 1 || digest == NID_undef)
      continue;
    const EVP_MD *found = EVP_get_digestbynid (digest);
    unsigned char hash[EVP_MAX_MD_SIZE];
    gboolean computed = found != NULL && EVP_Digest ("", 0, hash, NULL, found, NULL) == 1;
    g_string_append_printf (list, "%s %d %d\n", OBJ_nid2sn (digest), found != NULL, computed);
  }
  ERR_clear_error ();
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static void
test_prepared (void)
{
  bulla_verification_prepare_process ();
  g_autofree char *list = list_digests ();

  g_assert_cmpstr (list, ==, g_getenv (EXPECTED));
}

/* What is left out at the start of a short process does not change which signatures it verifies. */
static void
test_digests (void)
{
  g_autofree char *list = list_digests ();

  g_assert_nonnull (strstr (list, "SHA256 1 1\n"));
  g_assert_nonnull (strstr (list, "SHA3-512 1 1\n"));
  g_setenv (EXPECTED, list, TRUE);
  g_test_trap_subprocess ("/verify/scope/digests/subprocess/prepared", 0,
                          G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/scope/digests", test_digests);
  g_test_add_func ("/verify/scope/digests/subprocess/prepared", test_prepared);
  return g_test_run ();
}
