/* test-write-exchange.c - writes exchanges and reads them back by hand
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "write/bulla-authority.h"
#include "write/bulla-credential-private.h"
#include "write/bulla-exchange-writer-private.h"

#include <openssl/ec.h>
#include <string.h>

#define NOW 1795402800
#define VECTOR_HEADERS                                                                             \
  "a44664696765737458396d692d7368613235362d30333d64635244675232474d"                               \
  "3335446c7541563133507a676e47362b7076517750797766467641753155654672"                             \
  "733d473a737461747573433230304c636f6e74656e742d7479706549746578742f"                             \
  "68746d6c50636f6e74656e742d656e636f64696e674c6d692d7368613235362d3033"

static BullaCredential *
new_credential (void)
{
  static const char *const HOSTS[] = {"example.com", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAuthority) authority = bulla_authority_new ("Test", NOW, &error);

  g_assert_no_error (error);
  BullaCredential *credential =
      bulla_authority_issue (authority, HOSTS, NOW, 90, BULLA_ISSUE_SIGN_EXCHANGES, &error);
  g_assert_no_error (error);
  return credential;
}

static BullaExchangeWriter *
new_writer (BullaCredential *credential)
{
  BullaExchangeWriter *writer = bulla_exchange_writer_new ("https://example.com/", credential);
  static const char BODY[] = "When I grow up, I want to be a watermelon";
  g_autoptr (GBytes) body = g_bytes_new_static (BODY, strlen (BODY));

  bulla_exchange_writer_add_header (writer, "Content-Type", "text/html");
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, "https://example.com/cert.cbor");
  bulla_exchange_writer_set_validity_url (writer, "https://example.com/resource.validity");
  bulla_exchange_writer_set_validity (writer, NOW, NOW + 604800);
  return writer;
}

static char *
hex (const guint8 *data, gsize size)
{
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (out, "%02x", data[i]);
  return g_string_free (out, FALSE);
}

static char *
hex_bytes (GBytes *bytes)
{
  return hex (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* sxg.md section 5.3 */
static void
test_headers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCredential) credential = new_credential ();
  g_autoptr (BullaExchangeWriter) writer = new_writer (credential);

  g_assert_null (bulla_exchange_writer_dup_header_integrity (writer));
  g_autoptr (GBytes) file = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  g_assert_nonnull (file);
  g_autofree char *headers = hex_bytes (bulla_exchange_writer_get_headers (writer));
  g_assert_cmpstr (headers, ==, VECTOR_HEADERS);
  g_autofree char *integrity = bulla_exchange_writer_dup_header_integrity (writer);
  g_assert_cmpstr (integrity, ==, "sha256-lV6oqwU2C/wL4FwstNc7dA0LsVxgEUeoaMBbN3pPQKA=");
}

static gboolean
set_vector_hash_cb (BullaMutation *mutation, BullaStage stage, gpointer subject, GError **error)
{
  if (stage == BULLA_STAGE_MESSAGE) {
    BullaMessagePlan *plan = subject;
    guint8 hash[32];
    for (guint8 i = 0; i < sizeof hash; i++)
      hash[i] = i;
    g_bytes_unref (plan->cert_sha256);
    plan->cert_sha256 = g_bytes_new (hash, sizeof hash);
  }
  return TRUE;
}

/* sxg.md section 3 */
static void
test_message (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCredential) credential = new_credential ();
  g_autoptr (BullaExchangeWriter) writer = new_writer (credential);
  BullaMutation mutation = {set_vector_hash_cb};

  bulla_exchange_writer_set_validity (writer, 1511128380, 1511733180);
  bulla_exchange_writer_set_mutation (writer, &mutation);
  g_autoptr (GBytes) file = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  g_assert_nonnull (file);
  GBytes *message = bulla_exchange_writer_get_message (writer);
  g_assert_cmpuint (g_bytes_get_size (message), ==, 345);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, message);
  g_assert_cmpstr (hash, ==, "b90bf442914b8eccba76741524bf2c75a51333950bebfc603b5a72affcd27b14");
}

static guint64
read_be (const guint8 *data, gsize width)
{
  guint64 value = 0;

  for (gsize i = 0; i < width; i++)
    value = value << 8 | data[i];
  return value;
}

/* Returns the value of @key in the Signature @text, decoded from "*base64*". */
static guint8 *
find_bytes (const char *text, const char *key, gsize *size)
{
  g_autofree char *start = g_strdup_printf (";%s=*", key);
  const char *found = strstr (text, start);

  g_assert_nonnull (found);
  found += strlen (start);
  g_autofree char *base64 = g_strndup (found, strcspn (found, "*"));
  return g_base64_decode (base64, size);
}

static void
verify (BullaCredential *credential, const char *text, GBytes *message)
{
  gsize size;
  g_autofree guint8 *signature = find_bytes (text, "sig", &size);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  EVP_PKEY *key = X509_get0_pubkey (bulla_credential_get_leaf (credential));

  g_assert_cmpint (EVP_DigestVerifyInit (context, NULL, EVP_sha256 (), NULL, key), ==, 1);
  g_assert_cmpint (EVP_DigestVerify (context, signature, size, g_bytes_get_data (message, NULL),
                                     g_bytes_get_size (message)),
                   ==, 1);
}

/* sxg.md section 1 and 2, field by field */
static void
test_container (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCredential) credential = new_credential ();
  g_autoptr (BullaExchangeWriter) writer = new_writer (credential);
  g_autoptr (GBytes) file = bulla_exchange_writer_write (writer, &error);

  g_assert_no_error (error);
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);

  g_assert_cmpmem (data, 8, "sxg1-b3", 8);
  gsize url_length = read_be (data + 8, 2);
  g_assert_cmpmem (data + 10, url_length, "https://example.com/", 20);
  gsize signature_length = read_be (data + 10 + url_length, 3);
  gsize headers_length = read_be (data + 13 + url_length, 3);
  const guint8 *headers = data + 16 + url_length + signature_length;
  g_autofree char *text = g_strndup ((const char *)headers - signature_length, signature_length);
  g_assert_cmpuint (headers_length, ==, 132);
  g_assert_cmpuint (size, ==, headers - data + headers_length + 49);

  g_assert_nonnull (strstr (text, ";integrity=\"digest/mi-sha256-03\""));
  g_assert_nonnull (strstr (text, ";cert-url=\"https://example.com/cert.cbor\""));
  g_assert_nonnull (strstr (text, ";validity-url=\"https://example.com/resource.validity\""));
  g_assert_nonnull (strstr (text, ";date=1795402800"));
  g_assert_nonnull (strstr (text, ";expires=1796007600"));
  gsize hash_size;
  g_autofree guint8 *hash = find_bytes (text, "cert-sha256", &hash_size);
  g_autofree char *hash_hex = hex (hash, hash_size);
  g_autoptr (GBytes) leaf = bulla_credential_dup_leaf (credential);
  g_autofree char *leaf_hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, leaf);
  g_assert_cmpstr (hash_hex, ==, leaf_hash);
  verify (credential, text, bulla_exchange_writer_get_message (writer));
}

static void
test_stream (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCredential) credential = new_credential ();
  g_autoptr (BullaExchangeWriter) writer = new_writer (credential);
  g_autoptr (GInputStream) in =
      g_memory_input_stream_new_from_data ("When I grow up, I want to be a watermelon", 41, NULL);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  g_assert_true (bulla_exchange_writer_write_stream (writer, in, out, NULL, &error));
  g_assert_no_error (error);
  g_autofree char *headers = hex_bytes (bulla_exchange_writer_get_headers (writer));
  g_assert_cmpstr (headers, ==, VECTOR_HEADERS);
  gsize size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out));
  const guint8 *data = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out));
  g_assert_cmpmem (data + size - 41, 41, "When I grow up, I want to be a watermelon", 41);
}

/* A header that exists already is extended, not repeated. */
static void
test_joined (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCredential) credential = new_credential ();
  g_autoptr (BullaExchangeWriter) writer = new_writer (credential);

  bulla_exchange_writer_add_header (writer, "Link", " <a>;rel=preload ");
  bulla_exchange_writer_add_header (writer, "link", "<b>;rel=preload");
  g_autoptr (GBytes) file = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  g_assert_nonnull (file);
  g_autofree char *headers = hex_bytes (bulla_exchange_writer_get_headers (writer));
  /* "link", then 32 bytes: <a>;rel=preload, <b>;rel=preload */
  g_assert_nonnull (strstr (headers, "446c696e6b5820"
                                     "3c613e3b72656c3d7072656c6f61642c20"
                                     "3c623e3b72656c3d7072656c6f6164"));
}

static void
assert_refused (BullaExchangeWriter *writer)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bulla_exchange_writer_write (writer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_refused (void)
{
  g_autoptr (BullaCredential) credential = new_credential ();
  g_autoptr (BullaExchangeWriter) writer = new_writer (credential);

  bulla_exchange_writer_set_validity (writer, NOW, NOW + 604801);
  assert_refused (writer);
  bulla_exchange_writer_set_validity (writer, NOW, NOW);
  assert_refused (writer);
  bulla_exchange_writer_set_validity (writer, NOW, NOW + 604800);
  bulla_exchange_writer_set_cert_url (writer, "http://example.com/cert.cbor");
  assert_refused (writer);
  bulla_exchange_writer_set_cert_url (writer, "data:,");
  bulla_exchange_writer_set_validity_url (writer, "https://example.com/#a");
  assert_refused (writer);
  bulla_exchange_writer_set_validity_url (writer, "https://example.com/");
  bulla_exchange_writer_set_record_size (writer, 16385);
  assert_refused (writer);
  bulla_exchange_writer_set_record_size (writer, 16384);
  bulla_exchange_writer_add_header (writer, "a b", "c");
  assert_refused (writer);
}

static gboolean
change_nothing (BullaMutation *mutation, BullaStage stage, gpointer subject, GError **error)
{
  return TRUE;
}

/* Headers are written in the same order as a map of CBOR whose tokens are sorted one by one. */
static void
test_order (void)
{
  BullaMutation nothing = {.apply = change_nothing};

  for (guint i = 0; i < 2000; i++) {
    g_autoptr (GPtrArray) headers =
        g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_written_header_free);
    g_autoptr (GError) error = NULL;
    guint n = (guint)g_test_rand_int_range (1, 12);
    bulla_written_headers_add (headers, ":status", "200");
    for (guint j = 0; j < n; j++) {
      gsize length = (gsize)g_test_rand_int_range (1, j % 4 == 0 ? 400 : 4);
      g_autofree char *name = g_strnfill (length, (char)('a' + g_test_rand_int_range (0, 3)));
      g_autofree char *value =
          g_strnfill ((gsize)g_test_rand_int_range (0, 70000) >> (j % 16), 'v');
      name[length - 1] = (char)('a' + g_test_rand_int_range (0, 3));
      bulla_written_headers_add (headers, name, value);
    }
    g_autoptr (GBytes) written = bulla_write_headers (headers, NULL, &error);
    g_autoptr (GBytes) sorted = bulla_write_headers (headers, &nothing, &error);
    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (written, sorted));
  }
}

static void
free_hex (gpointer hex)
{
  OPENSSL_free (hex);
}

/* One credential signs many messages: each signature verifies, and no two use the same nonce. */
static void
test_signatures (void)
{
  g_autoptr (BullaCredential) credential = new_credential ();
  g_autoptr (GHashTable) nonces = g_hash_table_new_full (g_str_hash, g_str_equal, free_hex, NULL);

  for (guint i = 0; i < 32; i++) {
    g_autofree char *text = g_strdup_printf ("message %u", i / 2);
    g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) signature = bulla_credential_sign (credential, message, &error);
    g_assert_no_error (error);
    gsize size = 0;
    const guchar *data = g_bytes_get_data (signature, &size), *at = data;
    g_autoptr (EVP_MD_CTX) verifier = EVP_MD_CTX_new ();
    g_assert_cmpint (EVP_DigestVerifyInit_ex (verifier, NULL, "SHA256", NULL, NULL,
                                              bulla_credential_get_key (credential), NULL),
                     ==, 1);
    g_assert_cmpint (EVP_DigestVerify (verifier, data, size, (const guchar *)text, strlen (text)),
                     ==, 1);
    ECDSA_SIG *parts = d2i_ECDSA_SIG (NULL, &at, (long)size);
    g_assert_true (g_hash_table_add (nonces, BN_bn2hex (ECDSA_SIG_get0_r (parts))));
    ECDSA_SIG_free (parts);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/write/exchange/headers", test_headers);
  g_test_add_func ("/write/exchange/headers/order", test_order);
  g_test_add_func ("/write/exchange/signatures", test_signatures);
  g_test_add_func ("/write/exchange/message", test_message);
  g_test_add_func ("/write/exchange/container", test_container);
  g_test_add_func ("/write/exchange/stream", test_stream);
  g_test_add_func ("/write/exchange/joined", test_joined);
  g_test_add_func ("/write/exchange/refused", test_refused);
  return g_test_run ();
}
