/* bulla-merkle-writer.c - encodes a body as mi-sha256-03, in memory or as a stream
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md section 6 (MICE03 2)
 *
 * A record's proof covers the proof of the next record, so proofs are computed from the last
 * record backwards. The stream form reads the body twice: backwards in blocks for the proofs,
 * which go into an unnamed temporary file, and forwards to interleave both. */
#include "bulla-merkle-writer.h"

#include "bulla-merkle-writer-private.h"
#include "bulla-write-private.h"

#define BLOCK_SIZE (256 * 1024) /* bytes of records read at once; at least one record */

typedef struct {
  EVP_MD *algorithm;   /* owned */
  EVP_MD_CTX *context; /* owned */
} MerkleHasher;

struct _BullaMerkleWriter {
  GObject parent_instance;
  GInputStream *body;    /* owned; a GSeekable */
  GFileIOStream *proofs; /* owned; NULL before the proofs are computed, and for an empty body */
  uint64_t record_size;
  uint64_t size;        /* bytes of the body */
  size_t block_records; /* number of records in a block */
};

G_DEFINE_FINAL_TYPE (BullaMerkleWriter, bulla_merkle_writer, G_TYPE_OBJECT)

static void
hasher_clear (MerkleHasher *self)
{
  EVP_MD_CTX_free (self->context);
  EVP_MD_free (self->algorithm);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MerkleHasher, hasher_clear)

static gboolean
hasher_init (MerkleHasher *self, GError **error)
{
  self->algorithm = EVP_MD_fetch (NULL, "SHA256", NULL);
  self->context = EVP_MD_CTX_new ();
  return bulla_write_check (self->algorithm != NULL && self->context != NULL, error, "SHA-256");
}

/* proof(last) = SHA256(r || 0x00); proof(i) = SHA256(r || proof(i+1) || 0x01) */
static gboolean
prove_record (MerkleHasher *self, const uint8_t *record, size_t size, gboolean last,
              uint8_t proof[BULLA_WRITE_SHA256], GError **error)
{
  const uint8_t flag = last ? 0 : 1;

  return bulla_write_check (
      EVP_DigestInit_ex2 (self->context, self->algorithm, NULL)
          && EVP_DigestUpdate (self->context, record, size)
          && (last || EVP_DigestUpdate (self->context, proof, BULLA_WRITE_SHA256))
          && EVP_DigestUpdate (self->context, &flag, 1)
          && EVP_DigestFinal_ex (self->context, proof, NULL),
      error, "SHA-256");
}

/* Computes the proofs of a block of whole records, from its last to its first. @proof: (inout):
 * the proof of the record after the block; on return, that of the block's first record; @proofs:
 * (out): the proofs of all records, in the order of the body. */
static gboolean
prove_block (MerkleHasher *hasher, const uint8_t *data, size_t size, size_t record_size,
             gboolean last, uint8_t proof[BULLA_WRITE_SHA256], uint8_t *proofs, GError **error)
{
  for (size_t i = (size - 1) / record_size + 1; i-- > 0;) {
    size_t start = i * record_size;
    if (!prove_record (hasher, data + start, MIN (record_size, size - start), last, proof, error))
      return FALSE;
    memcpy (proofs + i * BULLA_WRITE_SHA256, proof, BULLA_WRITE_SHA256);
    last = FALSE;
  }
  return TRUE;
}

/* Interleaves a block: each record after the first of the whole body is preceded by its proof. */
static void
append_block (GByteArray *out, const uint8_t *data, size_t size, size_t record_size, gboolean first,
              const uint8_t *proofs)
{
  for (size_t start = 0; start < size; start += record_size, proofs += BULLA_WRITE_SHA256) {
    if (!first || start > 0)
      g_byte_array_append (out, proofs, BULLA_WRITE_SHA256);
    g_byte_array_append (out, data + start, MIN (record_size, size - start));
  }
}

/* proof of the empty body: SHA256(0x00) */
static gboolean
prove_empty (uint8_t proof[BULLA_WRITE_SHA256], GError **error)
{
  return bulla_write_sha256 ("", 1, proof, error);
}

static char *
format_digest (const uint8_t proof[BULLA_WRITE_SHA256])
{
  g_autofree char *base64 = g_base64_encode (proof, BULLA_WRITE_SHA256);

  return g_strconcat ("mi-sha256-03=", base64, NULL);
}

static gboolean
check_range (uint64_t record_size, int max, GError **error)
{
  if (record_size >= 1 && record_size <= (uint64_t)max)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "A record size of %" G_GUINT64_FORMAT " bytes is not between 1 and %d", record_size,
               max);
  return FALSE;
}

/* Says whether readers take the record size. */
gboolean
bulla_merkle_check_record_size (uint64_t record_size, GError **error)
{
  return check_range (record_size, BULLA_MERKLE_RECORD_SIZE_MAX, error);
}

/* Like bulla_merkle_encode(), for any record size above 0: tests write sizes that readers must
 * refuse. */
GBytes *
bulla_merkle_encode_unchecked (GBytes *body, uint64_t record_size, char **digest, GError **error)
{
  gsize size;
  const uint8_t *data = g_bytes_get_data (body, &size);
  size_t step = MIN (record_size, MAX (size, 1));
  size_t count = size / step + (size % step != 0);
  g_autofree uint8_t *proofs = g_malloc (MAX (count, 1) * BULLA_WRITE_SHA256);
  uint8_t proof[BULLA_WRITE_SHA256];
  g_auto (MerkleHasher) hasher = {NULL};
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (!hasher_init (&hasher, error))
    return NULL;
  if (size == 0) {
    if (!prove_empty (proof, error))
      return NULL;
  } else {
    if (!prove_block (&hasher, data, size, step, TRUE, proof, proofs, error))
      return NULL;
    bulla_write_be (out, record_size, 8);
    append_block (out, data, size, step, TRUE, proofs);
  }
  *digest = format_digest (proof);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/**
 * bulla_merkle_encode:
 * @body: the body; an empty body is encoded as zero bytes
 * @record_size: 1 to %BULLA_MERKLE_RECORD_SIZE_MAX bytes
 * @digest: (out) (transfer full): the value of the `Digest` header, "mi-sha256-03=…"
 * @error: a `G_IO_ERROR`
 *
 * Encodes a body in memory. Spec: MICE03 section 2.
 *
 * Returns: (transfer full) (nullable): the encoded body, or %NULL with @error set
 */
GBytes *
bulla_merkle_encode (GBytes *body, guint64 record_size, char **digest, GError **error)
{
  g_return_val_if_fail (body != NULL && digest != NULL, NULL);

  if (!bulla_merkle_check_record_size (record_size, error))
    return NULL;
  return bulla_merkle_encode_unchecked (body, record_size, digest, error);
}

static void
bulla_merkle_writer_finalize (GObject *object)
{
  BullaMerkleWriter *self = BULLA_MERKLE_WRITER (object);

  g_clear_object (&self->body);
  g_clear_object (&self->proofs);
  G_OBJECT_CLASS (bulla_merkle_writer_parent_class)->finalize (object);
}

static void
bulla_merkle_writer_class_init (BullaMerkleWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_merkle_writer_finalize;
}

static void
bulla_merkle_writer_init (BullaMerkleWriter *self)
{
}

/* Like bulla_merkle_writer_new(), for a record size of up to %BULLA_MERKLE_RECORD_SIZE_WRITTEN: the
 * command can write packages that readers refuse. */
BullaMerkleWriter *
bulla_merkle_writer_new_unchecked (GInputStream *body, uint64_t record_size, GError **error)
{
  if (!check_range (record_size, BULLA_MERKLE_RECORD_SIZE_WRITTEN, error))
    return NULL;
  if (!G_IS_SEEKABLE (body) || !g_seekable_can_seek (G_SEEKABLE (body))) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "The body cannot be read twice");
    return NULL;
  }
  BullaMerkleWriter *self = g_object_new (BULLA_TYPE_MERKLE_WRITER, NULL);
  self->body = g_object_ref (body);
  self->record_size = record_size;
  self->block_records = MAX (BLOCK_SIZE / record_size, 1);
  return self;
}

/**
 * bulla_merkle_writer_new:
 * @body: a seekable stream; it is read twice, from start to end
 * @record_size: 1 to %BULLA_MERKLE_RECORD_SIZE_MAX bytes
 * @error: a `G_IO_ERROR`
 *
 * Prepares to encode a body of any size without reading it into memory.
 *
 * Returns: (transfer full) (nullable): a writer, or %NULL with @error set
 */
BullaMerkleWriter *
bulla_merkle_writer_new (GInputStream *body, guint64 record_size, GError **error)
{
  g_return_val_if_fail (G_IS_INPUT_STREAM (body), NULL);

  return bulla_merkle_check_record_size (record_size, error)
             ? bulla_merkle_writer_new_unchecked (body, record_size, error)
             : NULL;
}

/* Reads exactly @size bytes at @offset. */
static gboolean
read_at (GInputStream *in, uint64_t offset, void *data, size_t size, GCancellable *cancellable,
         GError **error)
{
  gsize got = 0;

  if (!g_seekable_seek (G_SEEKABLE (in), offset, G_SEEK_SET, cancellable, error)
      || !g_input_stream_read_all (in, data, size, &got, cancellable, error))
    return FALSE;
  if (got == size)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
               "The body became shorter while Bulla read it");
  return FALSE;
}

static gboolean
write_at (GIOStream *stream, uint64_t offset, const void *data, size_t size,
          GCancellable *cancellable, GError **error)
{
  return g_seekable_seek (G_SEEKABLE (stream), offset, G_SEEK_SET, cancellable, error)
         && g_output_stream_write_all (g_io_stream_get_output_stream (stream), data, size, NULL,
                                       cancellable, error);
}

/* Returns a temporary file that has already been unlinked. */
static GFileIOStream *
open_unnamed (GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("bulla-proofs-XXXXXX", &stream, error);

  if (file == NULL || !g_file_delete (file, cancellable, error))
    return NULL;
  return g_steal_pointer (&stream);
}

static gboolean
prove_blocks (BullaMerkleWriter *self, uint8_t proof[BULLA_WRITE_SHA256], GCancellable *cancellable,
              GError **error)
{
  size_t step = self->block_records * self->record_size;
  uint64_t blocks = (self->size - 1) / step + 1;
  g_autofree uint8_t *data = g_malloc (step);
  g_autofree uint8_t *proofs = g_malloc (self->block_records * BULLA_WRITE_SHA256);
  g_auto (MerkleHasher) hasher = {NULL};

  if (!hasher_init (&hasher, error))
    return FALSE;
  for (uint64_t block = blocks; block-- > 0;) {
    size_t size = MIN (step, self->size - block * step);
    size_t count = (size - 1) / self->record_size + 1;
    if (!read_at (self->body, block * step, data, size, cancellable, error)
        || !prove_block (&hasher, data, size, self->record_size, block == blocks - 1, proof, proofs,
                         error)
        || !write_at (G_IO_STREAM (self->proofs), block * self->block_records * BULLA_WRITE_SHA256,
                      proofs, count * BULLA_WRITE_SHA256, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * bulla_merkle_writer_prove:
 * @self: a writer
 * @cancellable: (nullable): cancels the call
 * @error: a `G_IO_ERROR`
 *
 * Reads the whole body backwards and computes its proofs.
 *
 * Returns: (transfer full) (nullable): the value of the `Digest` header, "mi-sha256-03=…", or %NULL
 *   with @error set
 */
char *
bulla_merkle_writer_prove (BullaMerkleWriter *self, GCancellable *cancellable, GError **error)
{
  uint8_t proof[BULLA_WRITE_SHA256];

  g_return_val_if_fail (BULLA_IS_MERKLE_WRITER (self), NULL);

  if (!g_seekable_seek (G_SEEKABLE (self->body), 0, G_SEEK_END, cancellable, error))
    return NULL;
  self->size = g_seekable_tell (G_SEEKABLE (self->body));
  g_clear_object (&self->proofs);
  if (self->size == 0)
    return prove_empty (proof, error) ? format_digest (proof) : NULL;
  self->proofs = open_unnamed (cancellable, error);
  if (self->proofs == NULL || !prove_blocks (self, proof, cancellable, error))
    return NULL;
  return format_digest (proof);
}

/**
 * bulla_merkle_writer_write:
 * @self: a writer whose proofs have been computed
 * @out: the output stream; it need not be seekable, and is not closed
 * @cancellable: (nullable): cancels the call
 * @error: a `G_IO_ERROR`
 *
 * Reads the body again and writes it with its proofs. Nothing is written for an empty body.
 *
 * Returns: whether everything was written
 */
gboolean
bulla_merkle_writer_write (BullaMerkleWriter *self, GOutputStream *out, GCancellable *cancellable,
                           GError **error)
{
  size_t step = self->block_records * self->record_size;
  g_autofree uint8_t *data = NULL;
  g_autofree uint8_t *proofs = NULL;
  g_autoptr (GByteArray) encoded = g_byte_array_new ();

  g_return_val_if_fail (BULLA_IS_MERKLE_WRITER (self), FALSE);
  g_return_val_if_fail (self->size == 0 || self->proofs != NULL, FALSE);

  if (self->size == 0)
    return TRUE;
  data = g_malloc (step);
  proofs = g_malloc (self->block_records * BULLA_WRITE_SHA256);
  bulla_write_be (encoded, self->record_size, 8);
  for (uint64_t offset = 0; offset < self->size; offset += step) {
    size_t size = MIN (step, self->size - offset);
    size_t count = (size - 1) / self->record_size + 1;
    if (!read_at (self->body, offset, data, size, cancellable, error)
        || !read_at (g_io_stream_get_input_stream (G_IO_STREAM (self->proofs)),
                     offset / self->record_size * BULLA_WRITE_SHA256, proofs,
                     count * BULLA_WRITE_SHA256, cancellable, error))
      return FALSE;
    append_block (encoded, data, size, self->record_size, offset == 0, proofs);
    if (!g_output_stream_write_all (out, encoded->data, encoded->len, NULL, cancellable, error))
      return FALSE;
    g_byte_array_set_size (encoded, 0);
  }
  return TRUE;
}
