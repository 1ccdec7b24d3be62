/* bulla-mi-sha256.c - verifies each record of a body by its proof before releasing it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: draft-thomson-http-mice-03 section 2; ORIG 3.5 caps the record size. */
#include "bulla-mi-sha256.h"

#include <string.h>

#include "bulla-openssl.h"
#include "bulla-verification-scope.h"

#define RECORD_SIZE_LENGTH 8

struct _BullaMiSha256 {
  GObject parent_instance;
  BullaFacts *facts;              /* owned; receives the record size, the length and the fault */
  EVP_MD_CTX *digest;             /* owned; reused for all records */
  guint8 proof[BULLA_PROOF_SIZE]; /* expected proof of the next record */
  guint64 offset;                 /* offset of the next byte in the package */
  guint64 record_size;            /* bytes; 0 before it is read */
  size_t verified;                /* bytes at the start of the input that are verified */
  size_t emitted;                 /* bytes of the verified record already returned */
  gboolean last;                  /* the verified record is the last one */
};

static void bulla_mi_sha256_converter_init (GConverterIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaMiSha256, bulla_mi_sha256, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER,
                                                      bulla_mi_sha256_converter_init))

static void
bulla_mi_sha256_finalize (GObject *object)
{
  BullaMiSha256 *self = BULLA_MI_SHA256 (object);

  bulla_facts_unref (self->facts);
  EVP_MD_CTX_free (self->digest);
  G_OBJECT_CLASS (bulla_mi_sha256_parent_class)->finalize (object);
}

static void
bulla_mi_sha256_class_init (BullaMiSha256Class *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_mi_sha256_finalize;
}

static void
bulla_mi_sha256_init (BullaMiSha256 *self)
{
  /* Fetched once, because looking up the algorithm takes as long as hashing a short record. */
  static EVP_MD *sha256;

  if (g_once_init_enter (&sha256)) {
    g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();

    g_once_init_leave (&sha256, EVP_MD_fetch (NULL, "SHA256", NULL));
  }
  self->digest = EVP_MD_CTX_new ();
  EVP_DigestInit_ex2 (self->digest, sha256, NULL);
}

/**
 * bulla_mi_sha256_new: (skip)
 * @top_proof: the proof of the first record, from the signed Digest header
 * @offset: offset of the body in the package
 * @facts: facts that receive the result of verifying the body
 *
 * Returns: (transfer full): a converter from the encoded body to the plain body
 */
BullaMiSha256 *
bulla_mi_sha256_new (const guint8 top_proof[BULLA_PROOF_SIZE], guint64 offset, BullaFacts *facts)
{
  BullaMiSha256 *self = g_object_new (BULLA_TYPE_MI_SHA256, NULL);

  memcpy (self->proof, top_proof, BULLA_PROOF_SIZE);
  self->offset = offset;
  self->facts = bulla_facts_ref (facts);
  return self;
}

static GConverterResult
fault (BullaMiSha256 *self, GError **error, BullaReason reason, size_t length, const char *detail)
{
  GError *found = NULL;

  bulla_fault_set (&found, reason, (BullaRange){self->offset, length}, "%s", detail);
  if (error != NULL)
    *error = g_error_copy (found);
  bulla_facts_take_fault (self->facts, &self->facts->body, found);
  return G_CONVERTER_ERROR;
}

/* Hashes a record with the proof behind it, if there is one, and compares. */
static gboolean
record_holds (BullaMiSha256 *self, const guint8 *record, size_t length, guint8 closing)
{
  guint8 hash[BULLA_PROOF_SIZE];

  EVP_DigestInit_ex (self->digest, NULL, NULL);
  EVP_DigestUpdate (self->digest, record, length);
  EVP_DigestUpdate (self->digest, &closing, 1);
  EVP_DigestFinal_ex (self->digest, hash, NULL);
  return memcmp (hash, self->proof, sizeof hash) == 0;
}

/* An empty body has no record size, and the proof of an empty string. */
static GConverterResult
finish_empty (BullaMiSha256 *self, GError **error)
{
  if (!record_holds (self, NULL, 0, 0x00))
    return fault (self, error, BULLA_REASON_BODY_RECORD, 0, "empty body does not match its proof");
  bulla_part_set_ok (&self->facts->body);
  return G_CONVERTER_FINISHED;
}

static GConverterResult
read_record_size (BullaMiSha256 *self, const guint8 *in, size_t length, gboolean at_end,
                  gsize *bytes_read, GError **error)
{
  if (length < RECORD_SIZE_LENGTH) {
    if (!at_end)
      return g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "a record size is cut"),
             G_CONVERTER_ERROR;
    if (length == 0)
      return finish_empty (self, error);
    return fault (self, error, BULLA_REASON_BODY_TRUNCATED, length,
                  "the body ends within the record size");
  }
  guint64 wire;
  memcpy (&wire, in, sizeof wire);
  guint64 record_size = GUINT64_FROM_BE (wire);
  self->facts->record_size = record_size;
  if (record_size == 0 || record_size > BULLA_RECORD_SIZE_MAX) {
    g_autofree char *detail = g_strdup_printf ("%" G_GUINT64_FORMAT " bytes", record_size);
    return fault (self, error, BULLA_REASON_BODY_RECORD_SIZE, RECORD_SIZE_LENGTH, detail);
  }
  self->record_size = record_size;
  self->offset += RECORD_SIZE_LENGTH;
  *bytes_read = RECORD_SIZE_LENGTH;
  return G_CONVERTER_CONVERTED;
}

/* Verifies the record at the start of the input; a record is the last only at the end of the
 * input. */
static GConverterResult
verify_record (BullaMiSha256 *self, const guint8 *in, size_t length, gboolean at_end,
               GError **error)
{
  size_t size = (size_t)self->record_size;
  gboolean followed = length > size + BULLA_PROOF_SIZE;

  if (!followed && !at_end)
    return g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "a record is cut"),
           G_CONVERTER_ERROR;
  if (!followed && length == 0)
    return fault (self, error, BULLA_REASON_BODY_TRUNCATED, 0,
                  "the body ends before the last record");
  if (!followed && length > size)
    return fault (self, error, BULLA_REASON_BODY_TRUNCATED, length,
                  "the body ends between two records");
  size_t covered = followed ? size + BULLA_PROOF_SIZE : length;
  if (!record_holds (self, in, covered, followed ? 0x01 : 0x00))
    return fault (self, error, BULLA_REASON_BODY_RECORD, covered,
                  "record hash does not match its proof");
  if (followed)
    memcpy (self->proof, in + size, BULLA_PROOF_SIZE);
  self->verified = followed ? size : length;
  self->emitted = 0;
  self->last = !followed;
  return G_CONVERTER_CONVERTED;
}

/* Returns verified bytes; removes the record from the input once all its bytes were returned. */
static GConverterResult
emit (BullaMiSha256 *self, const guint8 *in, guint8 *out, size_t room, gsize *bytes_read,
      gsize *bytes_written)
{
  size_t n = MIN (self->verified - self->emitted, room);

  memcpy (out, in + self->emitted, n);
  self->emitted += n;
  self->facts->body_length += n;
  *bytes_written = n;
  if (self->emitted < self->verified)
    return G_CONVERTER_CONVERTED;
  *bytes_read = self->verified + (self->last ? 0 : BULLA_PROOF_SIZE);
  self->offset += *bytes_read;
  self->verified = self->emitted = 0;
  if (!self->last)
    return G_CONVERTER_CONVERTED;
  bulla_part_set_ok (&self->facts->body);
  return G_CONVERTER_FINISHED;
}

static GConverterResult
bulla_mi_sha256_convert (GConverter *converter, const void *in, gsize in_size, void *out,
                         gsize out_size, GConverterFlags flags, gsize *bytes_read,
                         gsize *bytes_written, GError **error)
{
  BullaMiSha256 *self = BULLA_MI_SHA256 (converter);
  gboolean at_end = (flags & G_CONVERTER_INPUT_AT_END) != 0;
  const guint8 *from = in;
  guint8 *to = out;

  *bytes_read = *bytes_written = 0;
  if (self->record_size == 0) {
    GConverterResult result = read_record_size (self, from, in_size, at_end, bytes_read, error);
    if (result != G_CONVERTER_CONVERTED)
      return result;
  }
  /* Decodes as many records as fit: a call for each would cost more than hashing a short record. */
  for (;;) {
    const guint8 *record = from + *bytes_read;
    gsize used = 0, written = 0;
    gboolean progress = *bytes_read > 0 || *bytes_written > 0;
    if (self->verified == 0) {
      size_t left = in_size - *bytes_read;
      if (progress && left <= self->record_size + BULLA_PROOF_SIZE && !at_end)
        return G_CONVERTER_CONVERTED;
      g_autoptr (GError) found = NULL;
      if (verify_record (self, record, left, at_end, &found) == G_CONVERTER_ERROR) {
        if (*bytes_written > 0) /* return these first; the next call meets the fault again */
          return G_CONVERTER_CONVERTED;
        g_propagate_error (error, g_steal_pointer (&found));
        return G_CONVERTER_ERROR;
      }
    }
    GConverterResult result =
        emit (self, record, to + *bytes_written, out_size - *bytes_written, &used, &written);
    *bytes_read += used;
    *bytes_written += written;
    if (result == G_CONVERTER_FINISHED || used == 0 || *bytes_written == out_size)
      return result;
  }
}

static void
bulla_mi_sha256_reset (GConverter *converter)
{
  g_warn_if_reached (); /* a proof chain cannot be restarted */
}

static void
bulla_mi_sha256_converter_init (GConverterIface *iface)
{
  iface->convert = bulla_mi_sha256_convert;
  iface->reset = bulla_mi_sha256_reset;
}
