/* test-write-authority.c - checks the test authority with OpenSSL's own verifiers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "write/bulla-authority-private.h"

#include <glib/gstdio.h>
#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#define NOW 1795402800
#define DAY 86400

static const char *const HOSTS[] = {"example.com", "*.example.com", "192.0.2.1", NULL};

static BullaAuthority *
new_authority (void)
{
  g_autoptr (GError) error = NULL;
  BullaAuthority *authority = bulla_authority_new ("Test", NOW, &error);

  g_assert_no_error (error);
  return authority;
}

static BullaCredential *
issue (BullaAuthority *authority, BullaIssueFlags flags)
{
  g_autoptr (GError) error = NULL;
  BullaCredential *credential = bulla_authority_issue (authority, HOSTS, NOW, 90, flags, &error);

  g_assert_no_error (error);
  return credential;
}

/* Returns: an X509_V_… code */
static int
verify_chain (BullaAuthority *authority, BullaCredential *credential, int64_t now)
{
  X509_STORE *store = X509_STORE_new ();
  X509_STORE_CTX *context = X509_STORE_CTX_new ();

  STACK_OF (X509) *others = sk_X509_new_null ();
  X509 *leaf = bulla_credential_get_leaf (credential);

  X509_STORE_add_cert (store, authority->root);
  sk_X509_push (others, bulla_credential_get_issuer (credential));
  g_assert_cmpint (X509_STORE_CTX_init (context, store, leaf, others), ==, 1);
  X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param (context);
  X509_VERIFY_PARAM_set_time (parameters, now);
  X509_VERIFY_PARAM_set_purpose (parameters, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_flags (parameters, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set1_host (parameters, "www.example.com", 0);
  X509_verify_cert (context);
  int code = X509_STORE_CTX_get_error (context);
  sk_X509_free (others);
  X509_STORE_CTX_free (context);
  X509_STORE_free (store);
  ERR_clear_error ();
  return code;
}

static void
test_chain (void)
{
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autoptr (BullaAuthority) other = new_authority ();
  g_autoptr (BullaCredential) leaf = issue (authority, BULLA_ISSUE_SIGN_EXCHANGES);

  g_assert_cmpint (verify_chain (authority, leaf, NOW), ==, X509_V_OK);
  /* the last valid second is 90 * DAY - 1, but OpenSSL treats notAfter itself as expired */
  g_assert_cmpint (verify_chain (authority, leaf, NOW + 90 * DAY - 2), ==, X509_V_OK);
  g_assert_cmpint (verify_chain (authority, leaf, NOW - 1), ==, X509_V_ERR_CERT_NOT_YET_VALID);
  g_assert_cmpint (verify_chain (authority, leaf, NOW + 90 * DAY), ==, X509_V_ERR_CERT_HAS_EXPIRED);
  g_assert_cmpint (verify_chain (other, leaf, NOW), !=, X509_V_OK);
}

/* Returns: (nullable): the content of the CanSignHttpExchanges extension */
static const ASN1_OCTET_STRING *
find_can_sign (BullaCredential *credential)
{
  X509 *leaf = bulla_credential_get_leaf (credential);
  ASN1_OBJECT *object = OBJ_txt2obj (BULLA_OID_CAN_SIGN_HTTP_EXCHANGES, TRUE);
  int index = X509_get_ext_by_OBJ (leaf, object, -1);

  ASN1_OBJECT_free (object);
  if (index < 0)
    return NULL;
  g_assert_false (X509_EXTENSION_get_critical (X509_get_ext (leaf, index)));
  return X509_EXTENSION_get_data (X509_get_ext (leaf, index));
}

static void
test_can_sign (void)
{
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autoptr (BullaCredential) signer = issue (authority, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (BullaCredential) server = issue (authority, BULLA_ISSUE_TLS_SERVER);
  const ASN1_OCTET_STRING *content = find_can_sign (signer);

  g_assert_nonnull (content);
  g_assert_cmpmem (ASN1_STRING_get0_data (content), ASN1_STRING_length (content), "\x05\x00", 2);
  g_assert_null (find_can_sign (server));
  g_assert_cmpint (verify_chain (authority, server, NOW), ==, X509_V_OK);
}

/* Returns: V_OCSP_CERTSTATUS_…, once the response has been verified */
static int
verify_ocsp (BullaAuthority *authority, BullaCredential *leaf, GBytes *der)
{
  const unsigned char *data = g_bytes_get_data (der, NULL);
  g_autoptr (OCSP_RESPONSE) response = d2i_OCSP_RESPONSE (NULL, &data, g_bytes_get_size (der));
  X509_STORE *store = X509_STORE_new ();

  STACK_OF (X509) *others = sk_X509_new_null ();
  ASN1_GENERALIZEDTIME *this_update, *next_update, *revoked;
  int status, reason;

  g_assert_nonnull (response);
  g_assert_cmpint (OCSP_response_status (response), ==, OCSP_RESPONSE_STATUS_SUCCESSFUL);
  g_autoptr (OCSP_BASICRESP) basic = OCSP_response_get1_basic (response);
  X509_STORE_add_cert (store, authority->root);
  X509_VERIFY_PARAM_set_time (X509_STORE_get0_param (store), NOW);
  sk_X509_push (others, authority->intermediate);
  g_assert_cmpint (OCSP_basic_verify (basic, others, store, 0), ==, 1);
  OCSP_CERTID *id =
      OCSP_cert_to_id (NULL, bulla_credential_get_leaf (leaf), authority->intermediate);
  g_assert_cmpint (
      OCSP_resp_find_status (basic, id, &status, &reason, &revoked, &this_update, &next_update), ==,
      1);
  g_assert_cmpint (ASN1_TIME_cmp_time_t (this_update, NOW), ==, 0);
  g_assert_cmpint (ASN1_TIME_cmp_time_t (next_update, NOW + 6 * DAY), ==, 0);
  g_assert_cmpint (ASN1_TIME_cmp_time_t (OCSP_resp_get0_produced_at (basic), NOW), ==, 0);
  OCSP_CERTID_free (id);
  sk_X509_free (others);
  X509_STORE_free (store);
  return status;
}

static void
test_ocsp (void)
{
  static const struct {
    BullaRespondFlags flags;
    int status;
  } CASES[] = {
      {BULLA_RESPOND_GOOD, V_OCSP_CERTSTATUS_GOOD},
      {BULLA_RESPOND_REVOKED, V_OCSP_CERTSTATUS_REVOKED},
      {BULLA_RESPOND_UNKNOWN, V_OCSP_CERTSTATUS_UNKNOWN},
      {BULLA_RESPOND_DELEGATED, V_OCSP_CERTSTATUS_GOOD},
      {BULLA_RESPOND_DELEGATED | BULLA_RESPOND_REVOKED, V_OCSP_CERTSTATUS_REVOKED},
      {BULLA_RESPOND_EMBED_SCT, V_OCSP_CERTSTATUS_GOOD},
  };
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autoptr (BullaCredential) leaf = issue (authority, BULLA_ISSUE_SIGN_EXCHANGES);

  for (size_t i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) der =
        bulla_authority_respond (authority, leaf, NOW, NOW + 6 * DAY, CASES[i].flags, &error);
    g_assert_no_error (error);
    g_assert_cmpint (verify_ocsp (authority, leaf, der), ==, CASES[i].status);
  }
}

/* OpenSSL reads logs from a configuration file only. */
static CTLOG_STORE *
load_logs (BullaAuthority *authority)
{
  g_autofree char *folder = g_dir_make_tmp ("bulla-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "logs.cnf", NULL);
  g_autoptr (GBytes) spki = bulla_write_spki (authority->log_key);
  g_autofree char *key = g_base64_encode (g_bytes_get_data (spki, NULL), g_bytes_get_size (spki));
  g_autofree char *text =
      g_strdup_printf ("enabled_logs = test\n[test]\ndescription = test\nkey = %s\n", key);
  CTLOG_STORE *store = CTLOG_STORE_new ();

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (CTLOG_STORE_load_file (store, path), ==, 1);
  g_remove (path);
  g_rmdir (folder);
  return store;
}

static sct_validation_status_t
validate_scts (BullaAuthority *authority, BullaCredential *leaf, STACK_OF (SCT) * scts,
               sct_source_t source, int64_t now)
{
  CTLOG_STORE *store = load_logs (authority);
  CT_POLICY_EVAL_CTX *context = CT_POLICY_EVAL_CTX_new ();

  CT_POLICY_EVAL_CTX_set1_cert (context, bulla_credential_get_leaf (leaf));
  CT_POLICY_EVAL_CTX_set1_issuer (context, bulla_credential_get_issuer (leaf));
  CT_POLICY_EVAL_CTX_set_shared_CTLOG_STORE (context, store);
  CT_POLICY_EVAL_CTX_set_time (context, (uint64_t)now * 1000);
  g_assert_cmpint (sk_SCT_num (scts), ==, 1);
  SCT *sct = sk_SCT_value (scts, 0);
  g_assert_cmpint (SCT_set_source (sct, source), ==, 1);
  g_assert_cmpint (SCT_validate (sct, context), >=, 0);
  sct_validation_status_t status = SCT_get_validation_status (sct);
  CT_POLICY_EVAL_CTX_free (context);
  CTLOG_STORE_free (store);
  return status;
}

static void
test_sct_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autoptr (BullaAuthority) other = new_authority ();
  g_autoptr (BullaCredential) leaf = issue (authority, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (GBytes) list = bulla_authority_stamp (authority, leaf, NOW, &error);

  g_assert_no_error (error);
  const unsigned char *data = g_bytes_get_data (list, NULL);
  STACK_OF (SCT) *scts = o2i_SCT_LIST (NULL, &data, g_bytes_get_size (list));
  g_assert_nonnull (scts);
  g_assert_cmpint (validate_scts (authority, leaf, scts, SCT_SOURCE_TLS_EXTENSION, NOW), ==,
                   SCT_VALIDATION_STATUS_VALID);
  g_assert_cmpint (validate_scts (authority, leaf, scts, SCT_SOURCE_TLS_EXTENSION, NOW - 1), ==,
                   SCT_VALIDATION_STATUS_INVALID);
  g_assert_cmpint (validate_scts (other, leaf, scts, SCT_SOURCE_TLS_EXTENSION, NOW), ==,
                   SCT_VALIDATION_STATUS_UNKNOWN_LOG);
  SCT_LIST_free (scts);
}

static void
test_sct_in_certificate (void)
{
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autoptr (BullaCredential) leaf =
      issue (authority, BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT);

  STACK_OF (SCT) *scts =
      X509_get_ext_d2i (bulla_credential_get_leaf (leaf), NID_ct_precert_scts, NULL, NULL);

  g_assert_nonnull (scts);
  g_assert_cmpint (verify_chain (authority, leaf, NOW), ==, X509_V_OK);
  g_assert_cmpint (validate_scts (authority, leaf, scts, SCT_SOURCE_X509V3_EXTENSION, NOW), ==,
                   SCT_VALIDATION_STATUS_VALID);
  SCT_LIST_free (scts);
}

static void
test_sct_in_ocsp (void)
{
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autoptr (BullaCredential) leaf = issue (authority, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (GBytes) der =
      bulla_authority_respond (authority, leaf, NOW, NOW + DAY, BULLA_RESPOND_EMBED_SCT, NULL);
  const unsigned char *data = g_bytes_get_data (der, NULL);
  g_autoptr (OCSP_RESPONSE) response = d2i_OCSP_RESPONSE (NULL, &data, g_bytes_get_size (der));
  g_autoptr (OCSP_BASICRESP) basic = OCSP_response_get1_basic (response);

  STACK_OF (SCT) *scts =
      OCSP_SINGLERESP_get1_ext_d2i (OCSP_resp_get0 (basic, 0), NID_ct_cert_scts, NULL, NULL);

  g_assert_nonnull (scts);
  g_assert_cmpint (validate_scts (authority, leaf, scts, SCT_SOURCE_OCSP_STAPLED_RESPONSE, NOW), ==,
                   SCT_VALIDATION_STATUS_VALID);
  SCT_LIST_free (scts);
}

static void
assert_mode (const char *folder, const char *name, guint mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, mode);
}

static void
remove_folder (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_remove (path);
  }
  g_dir_close (dir);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_store (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autofree char *parent = g_dir_make_tmp ("bulla-test-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (parent, "authority", NULL);

  g_assert_true (bulla_authority_save (authority, folder, FALSE, &error));
  g_assert_no_error (error);
  assert_mode (folder, "root.key", 0600);
  assert_mode (folder, "intermediate.key", 0600);
  assert_mode (folder, "log.key", 0600);
  g_autoptr (BullaAuthority) loaded = bulla_authority_load (folder, &error);
  g_assert_no_error (error);
  g_autofree char *root = bulla_authority_dup_root_pem (authority);
  g_autofree char *loaded_root = bulla_authority_dup_root_pem (loaded);
  g_assert_cmpstr (root, ==, loaded_root);
  g_autofree char *logs = bulla_authority_dup_log_list (authority);
  g_autofree char *loaded_logs = bulla_authority_dup_log_list (loaded);
  g_assert_cmpstr (logs, ==, loaded_logs);
  g_autoptr (BullaCredential) leaf = issue (loaded, BULLA_ISSUE_SIGN_EXCHANGES);
  g_assert_cmpint (verify_chain (authority, leaf, NOW), ==, X509_V_OK);

  g_assert_false (bulla_authority_save (authority, folder, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_autoptr (BullaAuthority) other = new_authority ();
  g_assert_true (bulla_authority_save (other, folder, TRUE, &error));
  assert_mode (folder, "root.key", 0600);
  remove_folder (folder);
  g_assert_null (bulla_authority_load (folder, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_cmpint (g_rmdir (parent), ==, 0);
}

static void
test_credential (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autoptr (BullaCredential) one = issue (authority, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (BullaCredential) two = issue (authority, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (one);
  g_autofree char *key = bulla_credential_dup_private_key_pem (one);
  g_autofree char *other_key = bulla_credential_dup_private_key_pem (two);
  g_autoptr (BullaCredential) read = bulla_credential_new_from_pem (certificates, key, &error);

  g_assert_no_error (error);
  g_autoptr (GBytes) leaf = bulla_credential_dup_leaf (one);
  g_autoptr (GBytes) read_leaf = bulla_credential_dup_leaf (read);
  g_assert_true (g_bytes_equal (leaf, read_leaf));
  g_assert_null (bulla_credential_new_from_pem (certificates, other_key, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (bulla_credential_new_from_pem ("no certificate", key, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

/* sxg.md section 7.1: array of magic and maps, the keys in canonical order */
static void
test_chain_format (void)
{
  static const char HEAD[] = "\x83\x67\xf0\x9f\x93\x9c\xe2\x9b\x93\xa3\x63sct";
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAuthority) authority = new_authority ();
  g_autoptr (BullaCredential) leaf = issue (authority, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autofree char *pem = bulla_credential_dup_certificates_pem (leaf);
  g_autoptr (GBytes) ocsp =
      bulla_authority_respond (authority, leaf, NOW, NOW + DAY, BULLA_RESPOND_GOOD, &error);
  g_autoptr (GBytes) scts = bulla_authority_stamp (authority, leaf, NOW, &error);
  g_autoptr (GBytes) chain = bulla_chain_write (pem, ocsp, scts, &error);

  g_assert_no_error (error);
  const char *data = g_bytes_get_data (chain, NULL);

  g_assert_cmpmem (data, sizeof HEAD - 1, HEAD, sizeof HEAD - 1);
  gsize at = sizeof HEAD - 1 + 2; /* a length below 256 is in the second byte */
  g_assert_cmpmem (data + at, g_bytes_get_size (scts), g_bytes_get_data (scts, NULL),
                   g_bytes_get_size (scts));
  at += g_bytes_get_size (scts);
  g_assert_cmpmem (data + at, 5,
                   "\x64"
                   "cert",
                   5);
  g_autoptr (GBytes) der = bulla_credential_dup_leaf (leaf);
  at += 5 + 3;
  g_assert_cmpmem (data + at, g_bytes_get_size (der), g_bytes_get_data (der, NULL),
                   g_bytes_get_size (der));
  at += g_bytes_get_size (der);
  g_assert_cmpmem (data + at, 5, "\x64ocsp", 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/write/authority/chain", test_chain);
  g_test_add_func ("/write/authority/can-sign", test_can_sign);
  g_test_add_func ("/write/authority/ocsp", test_ocsp);
  g_test_add_func ("/write/authority/sct/list", test_sct_list);
  g_test_add_func ("/write/authority/sct/certificate", test_sct_in_certificate);
  g_test_add_func ("/write/authority/sct/ocsp", test_sct_in_ocsp);
  g_test_add_func ("/write/authority/store", test_store);
  g_test_add_func ("/write/authority/credential", test_credential);
  g_test_add_func ("/write/authority/chain-format", test_chain_format);
  return g_test_run ();
}
