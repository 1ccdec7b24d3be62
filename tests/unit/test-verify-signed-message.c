/* test-verify-signed-message.c - verifies the signed message of an exchange, and its signer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/ec.h>

#include "bulla-signed-message.h"
#include "test-bytes.h"

/* sxg.md 3 and 5.3 */
#define HEADERS                                                                                    \
  "a44664696765737458396d692d7368613235362d30333d64635244675232474d"                               \
  "3335446c7541563133507a676e47362b7076517750797766467641753155654672"                             \
  "733d473a737461747573433230304c636f6e74656e742d7479706549746578742f"                             \
  "68746d6c50636f6e74656e742d656e636f64696e674c6d692d7368613235362d3033"
#define URL "https://example.com/"
#define VALIDITY_URL "https://example.com/resource.validity"
#define MESSAGE_SHA256 "b90bf442914b8eccba76741524bf2c75a51333950bebfc603b5a72affcd27b14"

typedef struct {
  guint8 hash[32];
  GByteArray *headers; /* owned */
  BullaSignedMessage message;
} Fixture;

static void
fixture_init (Fixture *self)
{
  for (guint8 i = 0; i < 32; i++)
    self->hash[i] = i;
  self->headers = bytes_from_hex (HEADERS);
  self->message = (BullaSignedMessage){
      .url = {(const guint8 *)URL, strlen (URL), 0},
      .headers = {self->headers->data, self->headers->len, 0},
      .cert_sha256 = {self->hash, sizeof self->hash, 0},
      .validity_url = VALIDITY_URL,
      .date = 1511128380,
      .expires = 1511733180,
  };
}

static void
fixture_clear (Fixture *self)
{
  g_byte_array_unref (self->headers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static void
test_vector (void)
{
  g_auto (Fixture) fixture = {0};

  fixture_init (&fixture);
  g_autoptr (GBytes) message = bulla_signed_message_build (&fixture.message);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, message);

  g_assert_cmpuint (g_bytes_get_size (message), ==, 345);
  g_assert_cmpstr (hash, ==, MESSAGE_SHA256);
}

/* Signs independently: takes the message as one buffer, and uses another interface of OpenSSL. */
static GByteArray *
sign (EVP_PKEY *key, const BullaSignedMessage *parts, const EVP_MD *hash)
{
  g_autoptr (GBytes) message = bulla_signed_message_build (parts);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  guint8 signature[256];
  size_t size = sizeof signature;

  g_assert_cmpint (EVP_DigestSignInit (context, NULL, hash, NULL, key), ==, 1);
  g_assert_cmpint (EVP_DigestSign (context, signature, &size, data, length), ==, 1);
  return g_byte_array_append (g_byte_array_new (), signature, (guint)size);
}

static gboolean
verify (const BullaSignedMessage *parts, EVP_PKEY *key, const guint8 *signature, size_t length)
{
  g_autoptr (ExactBytes) copy = exact_copy (signature, length);
  g_autoptr (EVP_MD_CTX) prepared = bulla_signed_message_prepare (key);

  return bulla_signed_message_verify (parts, prepared, copy, length);
}

static void
test_every_part (void)
{
  g_auto (Fixture) fixture = {0};

  fixture_init (&fixture);
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256"), other = EVP_EC_gen ("P-256");
  g_autoptr (GByteArray) signature = sign (key, &fixture.message, EVP_sha256 ());
  const guint8 *data = signature->data;
  guint length = signature->len;

  g_assert_true (verify (&fixture.message, key, data, length));
  g_assert_false (verify (&fixture.message, other, data, length));
  BullaSignedMessage parts[7];
  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    parts[i] = fixture.message;
  guint8 other_hash[32] = {1};
  parts[0].url.length--;
  parts[1].headers.length--;
  parts[2].cert_sha256.data = other_hash;
  parts[3].validity_url = VALIDITY_URL "2";
  parts[4].date++;
  parts[5].expires++;
  /* moving a byte from one field to the next gives another message */
  parts[6].url = (BullaSpan){(const guint8 *)URL "\xa4", strlen (URL) + 1, 0};
  parts[6].headers.data++;
  parts[6].headers.length--;
  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    g_assert_false (verify (&parts[i], key, data, length));
}

static void
test_every_bit (void)
{
  g_auto (Fixture) fixture = {0};

  fixture_init (&fixture);
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (GByteArray) signature = sign (key, &fixture.message, EVP_sha256 ());

  for (guint length = 0; length < signature->len; length++)
    g_assert_false (verify (&fixture.message, key, signature->data, length));
  for (guint at = 0; at < signature->len; at++) {
    signature->data[at] ^= 1;
    g_assert_false (verify (&fixture.message, key, signature->data, signature->len));
    signature->data[at] ^= 1;
  }
  g_byte_array_append (signature, (const guint8 *)"", 1);
  g_assert_false (verify (&fixture.message, key, signature->data, signature->len));
}

static void
test_other_hash (void)
{
  g_auto (Fixture) fixture = {0};

  fixture_init (&fixture);
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (GByteArray) signature = sign (key, &fixture.message, EVP_sha384 ());

  g_assert_false (verify (&fixture.message, key, signature->data, signature->len));
}

/* only one DER form is accepted: r and s are positive and in shortest form */
static void
test_der (void)
{
  g_auto (Fixture) fixture = {0};

  fixture_init (&fixture);
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (GByteArray) signature = sign (key, &fixture.message, EVP_sha256 ());
  const guint8 *data = signature->data;
  guint r = data[3], s = data[5 + r];
  g_autoptr (GByteArray) raw = g_byte_array_new (), long_form = g_byte_array_new (),
                         padded = g_byte_array_new ();

  g_assert_cmpuint (6 + r + s, ==, signature->len);
  g_byte_array_append (raw, data + 4, r);
  g_byte_array_append (raw, data + 6 + r, s);
  g_assert_false (verify (&fixture.message, key, raw->data, raw->len));

  const guint8 head[] = {0x30, 0x81, data[1]};
  g_byte_array_append (long_form, head, sizeof head);
  g_byte_array_append (long_form, data + 2, signature->len - 2);
  g_assert_false (verify (&fixture.message, key, long_form->data, long_form->len));

  const guint8 zeros[] = {0x30, (guint8)(data[1] + 1), 0x02, (guint8)(r + 1), 0x00};
  g_byte_array_append (padded, zeros, sizeof zeros);
  g_byte_array_append (padded, data + 4, signature->len - 4);
  g_assert_false (verify (&fixture.message, key, padded->data, padded->len));

  static const guint8 nothing[][8] = {{0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00},
                                      {0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01}};
  for (size_t i = 0; i < G_N_ELEMENTS (nothing); i++)
    g_assert_false (verify (&fixture.message, key, nothing[i], sizeof nothing[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/signed-message/vector", test_vector);
  g_test_add_func ("/verify/signed-message/every-part", test_every_part);
  g_test_add_func ("/verify/signed-message/every-bit", test_every_bit);
  g_test_add_func ("/verify/signed-message/other-hash", test_other_hash);
  g_test_add_func ("/verify/signed-message/der", test_der);
  return g_test_run ();
}
