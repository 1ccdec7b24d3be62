/* bulla-zone-writer.c - writes DNS answers of a signed zone: CAA records and keys, for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 1035 section 4, RFC 4034 sections 2, 3 and 6, RFC 6605, RFC 8659 section 4.1 */
#include "bulla-zone-writer.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <string.h>

#include "bulla-write-private.h"

#define TTL 3600
#define CLASS_IN 1
#define TYPE_RRSIG 46
#define TYPE_DNSKEY 48
#define TYPE_CAA 257
#define FLAGS_ANSWER 0x8580 /* a response, authoritative, with recursion */
#define KEY_FLAGS 257       /* zone key, secure entry point */
#define KEY_PROTOCOL 3
#define ALGORITHM 13 /* ECDSA P-256 with SHA-256 */
#define COORDINATE 32
#define LABEL_MAX 63

struct _BullaZoneWriter {
  char *zone;         /* owned; in lower case, without a final dot */
  guint32 date;       /* Unix seconds, from which signatures are valid */
  guint32 expires;    /* Unix seconds, until which they are */
  EVP_PKEY *key;      /* owned */
  GByteArray *dnskey; /* owned; data of the DNSKEY record */
  guint16 tag;
};

/* --- numbers and names */

static void
add8 (GByteArray *out, guint value)
{
  guint8 byte = (guint8)value;

  g_byte_array_append (out, &byte, 1);
}

static void
add16 (GByteArray *out, guint value)
{
  add8 (out, value >> 8);
  add8 (out, value & 0xff);
}

static void
add32 (GByteArray *out, guint32 value)
{
  add16 (out, value >> 16);
  add16 (out, value & 0xffff);
}

static void
add_bytes (GByteArray *out, const GByteArray *bytes)
{
  g_byte_array_append (out, bytes->data, bytes->len);
}

/* @name: labels of 1 to 63 bytes, in lower case. Returns: the number of labels */
static guint
add_name (GByteArray *out, const char *name)
{
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);
  guint n = g_strv_length (labels);

  for (guint i = 0; i < n; i++) {
    add8 (out, (guint)MIN (strlen (labels[i]), LABEL_MAX));
    g_byte_array_append (out, (const guint8 *)labels[i],
                         (guint)MIN (strlen (labels[i]), LABEL_MAX));
  }
  add8 (out, 0);
  return n;
}

static void
add_record (GByteArray *out, const char *owner, guint type, const GByteArray *data)
{
  add_name (out, owner);
  add16 (out, type);
  add16 (out, CLASS_IN);
  add32 (out, TTL);
  add16 (out, data->len);
  add_bytes (out, data);
}

/* --- the key */

/* RFC 4034, appendix B */
static guint16
compute_tag (const GByteArray *dnskey)
{
  guint32 sum = 0;

  for (guint i = 0; i < dnskey->len; i++)
    sum += i % 2 == 0 ? (guint32)dnskey->data[i] << 8 : dnskey->data[i];
  return (guint16)((sum + (sum >> 16)) & 0xffff);
}

static gboolean
write_key (BullaZoneWriter *self, GError **error)
{
  guint8 point[1 + 2 * COORDINATE];
  size_t length = 0;

  if (!bulla_write_check (EVP_PKEY_get_octet_string_param (self->key, OSSL_PKEY_PARAM_PUB_KEY,
                                                           point, sizeof point, &length)
                                  == 1
                              && length == sizeof point,
                          error, "the key of the zone"))
    return FALSE;
  self->dnskey = g_byte_array_new ();
  add16 (self->dnskey, KEY_FLAGS);
  add8 (self->dnskey, KEY_PROTOCOL);
  add8 (self->dnskey, ALGORITHM);
  g_byte_array_append (self->dnskey, point + 1, 2 * COORDINATE);
  self->tag = compute_tag (self->dnskey);
  return TRUE;
}

/**
 * bulla_zone_writer_new:
 * @zone: the name of the zone, in lower case, without a final dot
 * @date: Unix seconds from which its signatures are valid
 * @expires: Unix seconds until which they are
 *
 * Returns: (transfer full) (nullable): a zone with a fresh key; %NULL with @error set
 */
BullaZoneWriter *
bulla_zone_writer_new (const char *zone, gint64 date, gint64 expires, GError **error)
{
  g_autoptr (BullaZoneWriter) self = g_new0 (BullaZoneWriter, 1);

  self->zone = g_strdup (zone);
  self->date = (guint32)date;
  self->expires = (guint32)expires;
  self->key = EVP_EC_gen ("P-256");
  if (!bulla_write_check (self->key != NULL, error, "the key of the zone")
      || !write_key (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
bulla_zone_writer_free (BullaZoneWriter *self)
{
  g_free (self->zone);
  g_clear_pointer (&self->key, EVP_PKEY_free);
  g_clear_pointer (&self->dnskey, g_byte_array_unref);
  g_free (self);
}

/**
 * bulla_zone_writer_dup_anchor:
 *
 * Returns: (transfer full): the zone's DNSKEY record, as a line of a file with trust anchors
 */
char *
bulla_zone_writer_dup_anchor (BullaZoneWriter *self)
{
  g_autofree char *key = g_base64_encode (self->dnskey->data + 4, 2 * COORDINATE);

  return g_strdup_printf ("%s. %d IN DNSKEY %d %d %d %s\n", self->zone, TTL, KEY_FLAGS,
                          KEY_PROTOCOL, ALGORITHM, key);
}

/* --- signatures */

/* RFC 6605, section 4: both numbers, each with 32 bytes */
static gboolean
add_signature (GByteArray *out, EVP_PKEY *key, const GByteArray *message, GError **error)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 der[128], raw[2 * COORDINATE];
  size_t length = sizeof der;
  const guint8 *at = der;
  ECDSA_SIG *pair = NULL;
  gboolean made = context != NULL
                  && EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, key) == 1
                  && EVP_DigestSign (context, der, &length, message->data, message->len) == 1;

  if (made)
    pair = d2i_ECDSA_SIG (NULL, &at, (long)length);
  made = pair != NULL && BN_bn2binpad (ECDSA_SIG_get0_r (pair), raw, COORDINATE) == COORDINATE
         && BN_bn2binpad (ECDSA_SIG_get0_s (pair), raw + COORDINATE, COORDINATE) == COORDINATE;
  ECDSA_SIG_free (pair);
  if (made)
    g_byte_array_append (out, raw, sizeof raw);
  return bulla_write_check (made, error, "a signature of the zone");
}

/* Returns: (transfer full) (nullable): the data of the RRSIG record of a set with one record */
static GByteArray *
sign (BullaZoneWriter *self, const char *owner, guint type, const GByteArray *record,
      GError **error)
{
  g_autoptr (GByteArray) signature = g_byte_array_new ();
  g_autoptr (GByteArray) message = g_byte_array_new ();
  g_autoptr (GByteArray) unused = g_byte_array_new ();

  add16 (signature, type);
  add8 (signature, ALGORITHM);
  add8 (signature, add_name (unused, owner));
  add32 (signature, TTL);
  add32 (signature, self->expires);
  add32 (signature, self->date);
  add16 (signature, self->tag);
  add_name (signature, self->zone);
  add_bytes (message, signature);
  add_bytes (message, record);
  if (!add_signature (signature, self->key, message, error))
    return NULL;
  return g_steal_pointer (&signature);
}

/* Returns: (transfer full) (nullable): the answer to a question, with one record and its signature.
 * @forged: whether the signature is damaged */
static GBytes *
write_answer (BullaZoneWriter *self, const char *name, guint type, const GByteArray *data,
              gboolean forged, GError **error)
{
  g_autoptr (GByteArray) record = g_byte_array_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();

  add_record (record, name, type, data);
  g_autoptr (GByteArray) signature = sign (self, name, type, record, error);
  if (signature == NULL)
    return NULL;
  if (forged)
    signature->data[signature->len - 1] ^= 1;
  add16 (out, 0); /* id */
  add16 (out, FLAGS_ANSWER);
  add16 (out, 1); /* questions */
  add16 (out, 2); /* answers */
  add16 (out, 0);
  add16 (out, 0);
  add_name (out, name);
  add16 (out, type);
  add16 (out, CLASS_IN);
  add_bytes (out, record);
  add_record (out, name, TYPE_RRSIG, signature);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/**
 * bulla_zone_writer_write_keys:
 *
 * Returns: (transfer full) (nullable): the answer to the question for the zone's keys
 */
GBytes *
bulla_zone_writer_write_keys (BullaZoneWriter *self, GError **error)
{
  return write_answer (self, self->zone, TYPE_DNSKEY, self->dnskey, FALSE, error);
}

/**
 * bulla_zone_writer_write_caa:
 * @name: a name in the zone, in lower case
 * @value: the value of its only CAA record, an `issue` property
 * @forged: whether its signature is not the zone's
 *
 * Returns: (transfer full) (nullable): the answer to the question for the CAA records of @name
 */
GBytes *
bulla_zone_writer_write_caa (BullaZoneWriter *self, const char *name, const char *value,
                             gboolean forged, GError **error)
{
  static const char TAG[] = "issue";
  g_autoptr (GByteArray) data = g_byte_array_new ();

  add8 (data, 0);
  add8 (data, strlen (TAG));
  g_byte_array_append (data, (const guint8 *)TAG, strlen (TAG));
  g_byte_array_append (data, (const guint8 *)value, (guint)strlen (value));
  return write_answer (self, name, TYPE_CAA, data, forged, error);
}
