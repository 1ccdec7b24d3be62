/* bulla-revocations.c - certificates and keys that the user does not trust any more
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-revocations.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "bulla-distinguished-name.h"

#define SHA256_SIZE 32
#define ID_LENGTH 16 /* hex digits */
#define SERIAL_LENGTH_MAX 80

struct _BullaRevocations {
  GPtrArray *entries; /* owned; of BullaRevoked */
  GHashTable *by_key; /* owned; char * -> BullaRevoked, borrowed from entries */
};

static const char *const KINDS[BULLA_N_REVOKED_KINDS] = {
    [BULLA_REVOKED_SERIAL] = "serial",
    [BULLA_REVOKED_SPKI] = "spki",
    [BULLA_REVOKED_CERTIFICATE] = "certificate",
};

/**
 * bulla_revoked_kind_get_nick: (skip)
 * @kind: by what a certificate is recognised
 *
 * Returns: (transfer none): its name for programs
 */
const char *
bulla_revoked_kind_get_nick (BullaRevokedKind kind)
{
  return KINDS[kind];
}

gboolean
bulla_revoked_kind_from_nick (const char *nick, BullaRevokedKind *kind)
{
  for (guint i = 0; i < BULLA_N_REVOKED_KINDS; i++)
    if (strcmp (KINDS[i], nick) == 0) {
      *kind = (BullaRevokedKind)i;
      return TRUE;
    }
  return FALSE;
}

BullaRevoked *
bulla_revoked_new (BullaRevokedKind kind)
{
  BullaRevoked *self = g_new0 (BullaRevoked, 1);

  self->kind = kind;
  return self;
}

void
bulla_revoked_free (BullaRevoked *self)
{
  g_free (self->issuer);
  g_free (self->serial);
  g_free (self->sha256);
  g_free (self->why);
  g_free (self->source);
  g_free (self->id);
  g_free (self);
}

BullaRevocations *
bulla_revocations_new (void)
{
  BullaRevocations *self = g_new0 (BullaRevocations, 1);

  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_revoked_free);
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
bulla_revocations_free (BullaRevocations *self)
{
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

/**
 * bulla_serial_normalise: (skip)
 * @hex: a serial number in hex, in either case, with or without colons and leading zeros
 *
 * Returns: (transfer full) (nullable): as #BullaRevoked has it; %NULL if it is not one
 */
char *
bulla_serial_normalise (const char *hex)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (; *hex != '\0'; hex++) {
    if (*hex == ':')
      continue;
    if (!g_ascii_isxdigit (*hex) || text->len >= SERIAL_LENGTH_MAX)
      return NULL;
    if (text->len > 0 || *hex != '0' || hex[1] == '\0')
      g_string_append_c (text, g_ascii_tolower (*hex));
  }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/**
 * bulla_sha256_normalise: (skip)
 * @hex: a hash in hex, in either case, with or without colons
 *
 * Returns: (transfer full) (nullable): 64 lower-case hex digits; %NULL if it is not one
 */
char *
bulla_sha256_normalise (const char *hex)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (; *hex != '\0'; hex++) {
    if (*hex != ':' && !g_ascii_isxdigit (*hex))
      return NULL;
    if (*hex != ':')
      g_string_append_c (text, g_ascii_tolower (*hex));
  }
  return text->len == 2 * SHA256_SIZE ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/**
 * bulla_serial_dup_hex: (skip)
 * @serial: of a certificate
 *
 * Returns: (transfer full): lower-case hex without leading zeros
 */
char *
bulla_serial_dup_hex (const ASN1_INTEGER *serial)
{
  BIGNUM *number = ASN1_INTEGER_to_BN (serial, NULL);
  char *hex = number != NULL ? BN_bn2hex (number) : NULL;
  g_autofree char *lower = g_ascii_strdown (hex != NULL ? hex : "0", -1);
  gboolean negative = *lower == '-';
  const char *digits = lower + negative;

  OPENSSL_free (hex);
  BN_free (number);
  while (digits[0] == '0' && digits[1] != '\0')
    digits++;
  return g_strconcat (negative ? "-" : "", digits, NULL);
}

static char *
dup_serial_key (const char *serial, const char *issuer)
{
  g_autofree char *name = bulla_distinguished_name_normalise (issuer);

  return name != NULL ? g_strconcat ("serial ", serial, " ", name, NULL) : NULL;
}

/* NULL: the issuer is not a distinguished name */
static char *
dup_key (const BullaRevoked *revoked)
{
  if (revoked->kind == BULLA_REVOKED_SERIAL)
    return dup_serial_key (revoked->serial, revoked->issuer);
  return g_strconcat (KINDS[revoked->kind], " ", revoked->sha256, NULL);
}

/**
 * bulla_revocations_add: (skip)
 * @self: revocations
 * @revoked: (transfer full): one more
 * @already_there: (out): whether the same was revoked before; then that entry stays
 *
 * Returns: whether @revoked is good; its issuer may not be a distinguished name
 */
gboolean
bulla_revocations_add (BullaRevocations *self, BullaRevoked *revoked, gboolean *already_there)
{
  g_autoptr (BullaRevoked) owned = revoked;
  g_autofree char *key = dup_key (owned);

  if (key == NULL)
    return FALSE;
  *already_there = g_hash_table_contains (self->by_key, key);
  if (*already_there)
    return TRUE;
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  g_free (owned->id);
  owned->id = g_strndup (hash, ID_LENGTH);
  g_hash_table_insert (self->by_key, g_steal_pointer (&key), owned);
  g_ptr_array_add (self->entries, g_steal_pointer (&owned));
  return TRUE;
}

/**
 * bulla_revocations_remove: (skip)
 * @self: revocations
 * @id: of an entry
 *
 * Returns: whether there was such an entry
 */
gboolean
bulla_revocations_remove (BullaRevocations *self, const char *id)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const BullaRevoked *entry = self->entries->pdata[i];
    if (strcmp (entry->id, id) == 0) {
      g_autofree char *key = dup_key (entry);
      g_hash_table_remove (self->by_key, key);
      g_ptr_array_remove_index (self->entries, i);
      return TRUE;
    }
  }
  return FALSE;
}

guint
bulla_revocations_get_n (const BullaRevocations *self)
{
  return self->entries->len;
}

const BullaRevoked *
bulla_revocations_get (const BullaRevocations *self, guint number)
{
  return self->entries->pdata[number];
}

static const BullaRevoked *
find_hash (const BullaRevocations *self, BullaRevokedKind kind, unsigned char *der, int length)
{
  g_autofree char *hash =
      length > 0 ? g_compute_checksum_for_data (G_CHECKSUM_SHA256, der, (gsize)length) : NULL;
  g_autofree char *key = g_strconcat (KINDS[kind], " ", hash != NULL ? hash : "", NULL);

  OPENSSL_free (der);
  return g_hash_table_lookup (self->by_key, key);
}

/**
 * bulla_revocations_find: (skip)
 * @self: revocations
 * @certificate: any certificate of a path
 *
 * Returns: (transfer none) (nullable): the entry that revokes it, by its key, its bytes, or its
 *   serial number and issuer
 */
const BullaRevoked *
bulla_revocations_find (const BullaRevocations *self, X509 *certificate)
{
  unsigned char *der = NULL;

  if (self->entries->len == 0)
    return NULL;
  int length = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (certificate), &der);
  const BullaRevoked *found = find_hash (self, BULLA_REVOKED_SPKI, der, length);
  if (found != NULL)
    return found;
  der = NULL;
  length = i2d_X509 (certificate, &der);
  found = find_hash (self, BULLA_REVOKED_CERTIFICATE, der, length);
  if (found != NULL)
    return found;
  g_autofree char *serial = bulla_serial_dup_hex (X509_get0_serialNumber (certificate));
  g_autofree char *issuer = bulla_distinguished_name_to_text (X509_get_issuer_name (certificate));
  g_autofree char *key = dup_serial_key (serial, issuer);
  return key != NULL ? g_hash_table_lookup (self->by_key, key) : NULL;
}
