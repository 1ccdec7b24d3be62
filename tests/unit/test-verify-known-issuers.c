/* test-verify-known-issuers.c - keeps issuers by their bytes, bounded, and rebuilds precertificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-known-issuers.h"

#include <openssl/x509v3.h>

#include "bulla-openssl.h"
#include "bulla-precertificate.h"
#include "bulla-verification-scope.h"
#include "test-bytes.h"
#include "write/bulla-authority.h"

#define NOW G_GINT64_CONSTANT (1795402800)

static BullaAuthority *authority;

static GBytes *
issue_leaf (guint number, BullaIssueFlags flags)
{
  g_autofree char *host = g_strdup_printf ("publisher-%u.test", number);
  const char *hosts[] = {host, NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCredential) leaf =
      bulla_authority_issue (authority, hosts, NOW, 90, flags, &error);

  g_assert_no_error (error);
  return bulla_credential_dup_leaf (leaf);
}

static BullaSpan
span_of (GBytes *bytes)
{
  return (BullaSpan){g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0};
}

/* the same bytes are decoded once; others, however similar, are never mistaken for them */
static void
test_bytes (void)
{
  g_autoptr (BullaKnownIssuers) known = bulla_known_issuers_new ();
  g_autoptr (GBytes) bytes = issue_leaf (0, 0), other = issue_leaf (1, 0);
  g_autoptr (X509) first = bulla_known_issuers_read (known, span_of (bytes));
  g_autoptr (GByteArray) copy = g_byte_array_new ();

  g_byte_array_append (copy, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  g_autoptr (X509) again =
      bulla_known_issuers_read (known, (BullaSpan){copy->data, copy->len, 700});
  g_autoptr (X509) second = bulla_known_issuers_read (known, span_of (other));
  g_assert_true (first == again);
  g_assert_nonnull (second);
  g_assert_true (first != second);
  copy->data[copy->len - 1] ^= 1; /* a byte of its signature */
  g_autoptr (X509) spoilt = bulla_known_issuers_read (known, (BullaSpan){copy->data, copy->len, 0});
  g_assert_true (spoilt != first);
  g_assert_null (bulla_known_issuers_read (known, (BullaSpan){copy->data, copy->len - 1, 0}));
  g_byte_array_append (copy, (const guint8 *)"", 1);
  g_assert_null (bulla_known_issuers_read (known, (BullaSpan){copy->data, copy->len, 0}));
}

/* more certificates and pairs than are kept: each is still decoded, and only those are forgotten
 * that nothing but speed needs */
static void
test_bounded (void)
{
  g_autoptr (BullaKnownIssuers) known = bulla_known_issuers_new ();
  g_autoptr (GPtrArray) certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);

  for (guint i = 0; i < BULLA_KNOWN_ISSUERS_MAX + 2; i++) {
    g_autoptr (GBytes) bytes = issue_leaf (i, 0);
    X509 *certificate = bulla_known_issuers_read (known, span_of (bytes));
    g_assert_nonnull (certificate);
    g_ptr_array_add (certificates, certificate);
  }
  for (guint i = 1; i < certificates->len; i++) {
    g_assert_false (
        bulla_known_issuers_has_pair (known, certificates->pdata[i], certificates->pdata[i - 1]));
    bulla_known_issuers_add_pair (known, certificates->pdata[i], certificates->pdata[i - 1]);
    g_assert_true (
        bulla_known_issuers_has_pair (known, certificates->pdata[i], certificates->pdata[i - 1]));
    g_assert_false (
        bulla_known_issuers_has_pair (known, certificates->pdata[i - 1], certificates->pdata[i]));
  }
  /* the first pair made room for the last one */
  g_assert_false (
      bulla_known_issuers_has_pair (known, certificates->pdata[1], certificates->pdata[0]));
}

/* what OpenSSL writes after it has removed the extension */
static GByteArray *
rebuild_with_openssl (GBytes *bytes)
{
  const unsigned char *at = g_bytes_get_data (bytes, NULL);
  g_autoptr (X509) certificate = d2i_X509 (NULL, &at, (long)g_bytes_get_size (bytes));
  unsigned char *tbs = NULL;
  GByteArray *result = g_byte_array_new ();
  int index = X509_get_ext_by_NID (certificate, NID_ct_precert_scts, -1);

  if (index >= 0)
    X509_EXTENSION_free (X509_delete_ext (certificate, index));
  int length = i2d_re_X509_tbs (certificate, &tbs);
  g_byte_array_append (result, tbs, (guint)length);
  OPENSSL_free (tbs);
  return result;
}

static void
test_precertificate (void)
{
  const BullaIssueFlags flags[] = {BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT,
                                   BULLA_ISSUE_SIGN_EXCHANGES, 0};

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++) {
    g_autoptr (GBytes) bytes = issue_leaf (0, flags[i]);
    g_autoptr (GByteArray) wanted = rebuild_with_openssl (bytes);
    g_autoptr (GByteArray) found = bulla_precertificate_rebuild (span_of (bytes));
    g_assert_nonnull (found);
    g_assert_cmpmem (found->data, found->len, wanted->data, wanted->len);
    for (gsize length = 0; length < g_bytes_get_size (bytes); length++) {
      g_autoptr (ExactBytes) part = exact_copy (g_bytes_get_data (bytes, NULL), length);
      g_assert_null (bulla_precertificate_rebuild ((BullaSpan){part, length, 0}));
    }
  }
}

/* a wrong bit anywhere is read within bounds */
static void
test_spoilt_precertificate (void)
{
  g_autoptr (GBytes) bytes = issue_leaf (0, BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT);
  gsize size = g_bytes_get_size (bytes);
  guint n_read = 0;

  for (gsize bit = 0; bit < 8 * size; bit++) {
    g_autoptr (ExactBytes) copy = exact_copy (g_bytes_get_data (bytes, NULL), size);
    copy[bit / 8] ^= (guint8)(1 << bit % 8);
    g_autoptr (GByteArray) found = bulla_precertificate_rebuild ((BullaSpan){copy, size, 0});
    n_read += found != NULL;
    g_assert_true (found == NULL || found->len < size);
  }
  g_assert_cmpuint (n_read, >, 0);
}

/* keys of all kinds that certificates have are decoded within a scope, and usable after it */
static void
test_scope (void)
{
  static const char *const kinds[] = {"ED25519", "ED448"};
  static const guint8 message[] = "message";

  for (gsize i = 0; i < 4; i++) {
    g_autoptr (EVP_PKEY) key = i < 2    ? EVP_PKEY_Q_keygen (NULL, NULL, kinds[i])
                               : i == 2 ? EVP_PKEY_Q_keygen (NULL, NULL, "RSA", (size_t)2048)
                                        : EVP_PKEY_Q_keygen (NULL, NULL, "EC", "P-384");
    g_autoptr (EVP_MD_CTX) signer = EVP_MD_CTX_new (), verifier = EVP_MD_CTX_new ();
    const EVP_MD *hash = i < 2 ? NULL : EVP_sha256 ();
    unsigned char *der = NULL;
    size_t n_signature = 0;
    int length = i2d_PUBKEY (key, &der);
    g_assert_cmpint (length, >, 0);
    g_autofree guint8 *large = g_malloc (512);
    n_signature = 512;
    g_assert_cmpint (EVP_DigestSignInit (signer, NULL, hash, NULL, key), ==, 1);
    g_assert_cmpint (EVP_DigestSign (signer, large, &n_signature, message, sizeof message), ==, 1);
    g_autoptr (EVP_PKEY) decoded = NULL;
    {
      g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
      const unsigned char *at = der;
      g_assert_nonnull (scope.before);
      decoded = d2i_PUBKEY (NULL, &at, length);
      g_assert_nonnull (decoded);
    }
    g_assert_cmpint (EVP_DigestVerifyInit (verifier, NULL, hash, NULL, decoded), ==, 1);
    g_assert_cmpint (EVP_DigestVerify (verifier, large, n_signature, message, sizeof message), ==,
                     1);
    OPENSSL_free (der);
  }
  g_assert_true (OSSL_LIB_CTX_get0_global_default () == OSSL_LIB_CTX_set0_default (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  authority = bulla_authority_new ("Trusted", NOW, NULL);
  g_test_add_func ("/verify/known-issuers/bytes", test_bytes);
  g_test_add_func ("/verify/known-issuers/bounded", test_bounded);
  g_test_add_func ("/verify/known-issuers/precertificate", test_precertificate);
  g_test_add_func ("/verify/known-issuers/spoilt-precertificate", test_spoilt_precertificate);
  g_test_add_func ("/verify/known-issuers/scope", test_scope);
  int result = g_test_run ();
  g_object_unref (authority);
  return result;
}
