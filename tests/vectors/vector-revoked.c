/* vector-revoked.c - a local revocation list for a recipe
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vector-revoked.h"

#include <openssl/pem.h>
#include <string.h>

#include "bulla-distinguished-name.h"
#include "bulla-key-hash.h"
#include "bulla-openssl.h"
#include "bulla-revocation-import.h"
#include "bulla-trust-internal.h"

static X509 *
find_certificate (const Forge *forge, const char *name, GError **error)
{
  if (g_str_equal (name, "root")) {
    BIO *bio = BIO_new_mem_buf (forge->root_pem, -1);
    X509 *root = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
    BIO_free (bio);
    return root;
  }
  g_autoptr (BullaCertChain) chain = bulla_cert_chain_parse (forge->chain, error);
  guint number = g_str_equal (name, "leaf") ? 0 : 1;
  if (chain == NULL || number >= chain->n_entries)
    return NULL;
  const unsigned char *at = chain->entries[number].cert.data;
  return d2i_X509 (NULL, &at, (long)chain->entries[number].cert.length);
}

static char *
describe (X509 *certificate, const char *kind)
{
  unsigned char *der = NULL;

  if (g_str_equal (kind, "serial")) {
    g_autofree char *serial = bulla_serial_dup_hex (X509_get0_serialNumber (certificate));
    g_autofree char *issuer = bulla_distinguished_name_to_text (X509_get_issuer_name (certificate));
    return g_strdup_printf ("serial %s issuer %s", serial, issuer);
  }
  int length = g_str_equal (kind, "spki")
                   ? i2d_X509_PUBKEY (X509_get_X509_PUBKEY (certificate), &der)
                   : i2d_X509 (certificate, &der);
  g_autofree char *hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der, (gsize)length);
  OPENSSL_free (der);
  return g_strdup_printf ("%s %s # as the recipe says", kind, hash);
}

/* "KIND WHICH": spki leaf */
gboolean
vector_add_revocations (BullaTrust *trust, const Forge *forge, GError **error)
{
  g_autofree char *value = g_key_file_get_value (forge->recipe, "loader", "revoked", NULL);
  g_auto (GStrv) words = value != NULL ? g_strsplit (value, " ", 2) : NULL;
  BullaRevocationImport result;

  if (words == NULL)
    return TRUE;
  g_autoptr (X509) certificate =
      words[0] != NULL && words[1] != NULL ? find_certificate (forge, words[1], error) : NULL;
  g_assert_nonnull (certificate);
  g_autofree char *line = describe (certificate, words[0]);
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));
  g_autoptr (BullaRevocations) list = bulla_revocations_new ();
  if (!bulla_revocations_import (list, bytes, NULL, "recipe", forge->now, &result, error))
    return FALSE;
  bulla_trust_set_revocations (trust, g_steal_pointer (&list));
  return TRUE;
}

/* a server that had the key of the leaf in TLS */
void
vector_add_tls_host (BullaTrust *trust, const Forge *forge)
{
  g_autofree char *host = g_key_file_get_value (forge->recipe, "loader", "tls-host", NULL);
  guint8 hash[BULLA_KEY_HASH_SIZE];

  if (host == NULL)
    return;
  X509 *leaf = find_certificate (forge, "leaf", NULL);
  g_assert_nonnull (leaf);
  bulla_key_hash_of (leaf, hash);
  bulla_seen_keys_add_tls (bulla_trust_get_seen_keys (trust), hash, host);
  X509_free (leaf);
}
