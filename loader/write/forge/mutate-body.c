/* mutate-body.c - mutations of mi-sha256-03 bodies; they keep the digest unless stated otherwise
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutator.h"
#include "write/bulla-exchange-writer-private.h"

#include <string.h>

#define PROOF 32

/* Finds the offset of record @index in the encoded body. */
static gboolean
find_record (const BullaBodyPlan *plan, const char *argument, size_t *offset, GError **error)
{
  int64_t index;

  *offset = 0;
  if (!argument_number (argument, &index, error))
    return FALSE;
  if (index < 0 || (uint64_t)index >= plan->encoded->len) /* records have at least one byte */
    return argument_fail (argument, error);
  *offset = 8 + (size_t)index * (plan->record_size + PROOF);
  return *offset < plan->encoded->len || argument_fail (argument, error);
}

static gboolean
flip_record (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaBodyPlan *plan = subject;
  size_t offset;

  if (!find_record (plan, argument, &offset, error))
    return FALSE;
  plan->encoded->data[offset] ^= 1;
  return TRUE;
}

/* Changes the proof before record N. */
static gboolean
flip_proof (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaBodyPlan *plan = subject;
  size_t offset;

  if (!find_record (plan, argument, &offset, error))
    return FALSE;
  if (offset == 8)
    return argument_fail (argument, error);
  plan->encoded->data[offset - PROOF] ^= 1;
  return TRUE;
}

/* Exchanges records "I,J", both of full size. */
static gboolean
swap_records (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaBodyPlan *plan = subject;
  const char *second;
  g_autofree char *first = argument_split (argument, ',', &second);
  size_t one, other;

  if (second == NULL || !find_record (plan, first, &one, error)
      || !find_record (plan, second, &other, error)
      || MAX (one, other) + plan->record_size > plan->encoded->len)
    return argument_fail (argument, error);
  g_autofree guint8 *kept = g_memdup2 (plan->encoded->data + one, plan->record_size);
  memcpy (plan->encoded->data + one, plan->encoded->data + other, plan->record_size);
  memcpy (plan->encoded->data + other, kept, plan->record_size);
  return TRUE;
}

/* Ends the stream after record N-1, or with "proof" after the proof of record N. */
static gboolean
end_before_record (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaBodyPlan *plan = subject;
  size_t offset;

  if (!find_record (plan, argument, &offset, error) || offset == 8)
    return argument_fail (argument, error);
  g_byte_array_set_size (plan->encoded, offset - PROOF);
  return TRUE;
}

static gboolean
end_after_proof (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaBodyPlan *plan = subject;
  size_t offset;

  if (!find_record (plan, argument, &offset, error) || offset == 8)
    return argument_fail (argument, error);
  g_byte_array_set_size (plan->encoded, offset);
  return TRUE;
}

static gboolean
set_record_size_field (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaBodyPlan *plan = subject;
  int64_t number;

  if (!argument_number (argument, &number, error) || plan->encoded->len < 8)
    return argument_fail (argument, error);
  for (int i = 0; i < 8; i++)
    plan->encoded->data[i] = (uint64_t)number >> (8 * (7 - i));
  return TRUE;
}

static void
hash (const void *data, size_t size, const guint8 *proof, guint8 flag, guint8 digest[PROOF])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = PROOF;

  g_checksum_update (checksum, data, size);
  if (proof != NULL)
    g_checksum_update (checksum, proof, PROOF);
  g_checksum_update (checksum, &flag, 1);
  g_checksum_get_digest (checksum, digest, &length);
}

/* Writes a chain of valid hashes whose last record is empty, which is not a valid encoding
 * (MICE03 2). */
static gboolean
add_empty_record (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaBodyPlan *plan = subject;
  gsize size;
  const guint8 *body = g_bytes_get_data (plan->body, &size);
  guint8 proof[PROOF];

  if (size == 0 || size % plan->record_size != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "The last record must be full");
    return FALSE;
  }
  hash ("", 0, NULL, 0, proof);
  g_byte_array_set_size (plan->encoded, 8);
  for (gsize start = 0; start < size; start += plan->record_size) {
    g_byte_array_append (plan->encoded, body + start, plan->record_size);
    g_byte_array_append (plan->encoded, proof, PROOF); /* filled in below */
  }
  for (gsize i = size / plan->record_size; i-- > 0;) {
    guint8 *record = plan->encoded->data + 8 + i * (plan->record_size + PROOF);
    memcpy (record + plan->record_size, proof, PROOF);
    hash (record, plan->record_size, proof, 1, proof);
  }
  g_autofree char *base64 = g_base64_encode (proof, PROOF);
  g_free (plan->digest);
  plan->digest = g_strconcat ("mi-sha256-03=", base64, NULL);
  return TRUE;
}

#define ON_ENCODED(name, function)                                                                 \
  static gboolean name (Mutator *self, gpointer subject, const char *argument, GError **error)     \
  {                                                                                                \
    return function (self, ((BullaBodyPlan *)subject)->encoded, argument, error);                  \
  }

ON_ENCODED (flip_encoded, bytes_flip)
ON_ENCODED (truncate_encoded, bytes_truncate)
ON_ENCODED (drop_encoded, bytes_drop)
ON_ENCODED (append_encoded, bytes_append)
ON_ENCODED (replace_encoded, bytes_replace)

const MutationRow MUTATIONS_OF_BODY[] = {
    {{"record-flip", "I", "A bit flipped in record I, counted from 0"},
     BULLA_STAGE_BODY,
     flip_record},
    {{"proof-flip", "I", "A bit flipped in the proof before record I"},
     BULLA_STAGE_BODY,
     flip_proof},
    {{"records-swap", "I,J", "Two records exchanged"}, BULLA_STAGE_BODY, swap_records},
    {{"end-before-record", "I", "Neither record I nor its proof nor what follows"},
     BULLA_STAGE_BODY,
     end_before_record},
    {{"end-after-proof", "I", "The body ends after the proof of record I"},
     BULLA_STAGE_BODY,
     end_after_proof},
    {{"record-size-field", "N", "Another number in the record size field"},
     BULLA_STAGE_BODY,
     set_record_size_field},
    {{"empty-final-record", "", "An empty last record in a chain of hashes that holds"},
     BULLA_STAGE_BODY,
     add_empty_record},
    {{"body-flip", "N", "A bit flipped in byte N of the encoded body"},
     BULLA_STAGE_BODY,
     flip_encoded},
    {{"body-truncate", "N", "Only N bytes of the encoded body"},
     BULLA_STAGE_BODY,
     truncate_encoded},
    {{"body-drop", "N", "The last N bytes missing"}, BULLA_STAGE_BODY, drop_encoded},
    {{"body-append", "BYTES", "Bytes after the last record"}, BULLA_STAGE_BODY, append_encoded},
    {{"body-replace", "BYTES", "Another encoded body"}, BULLA_STAGE_BODY, replace_encoded},
    {{NULL}},
};
