/* bulla-response-writer.c - lays out the responses of a web bundle, then writes them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md section 4
 *
 * The index precedes the responses, so every size must be known before anything is written. A body
 * that is a file is read only when it is written; one that a subset covers, once before for its
 * digest. */
#include "bulla-bundle-writer-private.h"
#include "bulla-bytes.h"
#include "bulla-error.h"
#include "bulla-exchange-writer-private.h"
#include "bulla-merkle-writer-private.h"
#include "bulla-merkle-writer.h"

#define BUFFER_SIZE (64 * 1024)
#define PAIR 0x82 /* head of an array of two, which a response is */

/* MICE03 section 2: a length, and a proof between each two records */
static guint64
coded_size (guint64 size, guint64 record_size)
{
  return size == 0 ? 0 : 8 + size + (size - 1) / record_size * BULLA_WRITE_SHA256;
}

static BullaMerkleWriter *
open_merkle (const BullaResponsePlan *plan, guint64 record_size, char **digest,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) in = g_file_read (plan->file, cancellable, error);

  if (in == NULL)
    return NULL;
  g_autoptr (BullaMerkleWriter) merkle =
      bulla_merkle_writer_new_unchecked (G_INPUT_STREAM (in), record_size, error);
  if (merkle == NULL)
    return NULL;
  *digest = bulla_merkle_writer_prove (merkle, cancellable, error);
  return *digest != NULL ? g_steal_pointer (&merkle) : NULL;
}

static gboolean
code_file (BullaResponsePlan *plan, guint64 record_size, GCancellable *cancellable, GError **error)
{
  g_autoptr (BullaMerkleWriter) merkle =
      open_merkle (plan, record_size, &plan->digest, cancellable, error);

  plan->payload_size = coded_size (plan->file_size, record_size);
  return merkle != NULL;
}

/* Returns: (transfer full): the body that was set, or an empty one */
static GBytes *
dup_body (const BullaResponsePlan *plan)
{
  return plan->body != NULL ? g_bytes_ref (plan->body) : g_bytes_new (NULL, 0);
}

static gboolean
code_body (BullaResponsePlan *plan, guint64 record_size, BullaMutation *mutation, GError **error)
{
  g_autoptr (GBytes) content = dup_body (plan);
  g_auto (BullaBodyPlan) body = {.body = content, .record_size = record_size};
  GBytes *encoded = bulla_merkle_encode_unchecked (content, record_size, &body.digest, error);

  if (encoded == NULL)
    return FALSE;
  body.encoded = g_bytes_unref_to_array (encoded);
  if (!bulla_mutate (mutation, BULLA_STAGE_BODY, &body, error))
    return FALSE;
  plan->payload = g_byte_array_free_to_bytes (g_steal_pointer (&body.encoded));
  plan->payload_size = g_bytes_get_size (plan->payload);
  plan->digest = g_steal_pointer (&body.digest);
  return TRUE;
}

static gboolean
set_payload (BullaResponsePlan *plan, guint64 record_size, BullaMutation *mutation,
             GCancellable *cancellable, GError **error)
{
  if (plan->coded)
    return plan->file != NULL ? code_file (plan, record_size, cancellable, error)
                              : code_body (plan, record_size, mutation, error);
  if (plan->file == NULL)
    plan->payload = dup_body (plan);
  plan->payload_size = plan->file != NULL ? plan->file_size : g_bytes_get_size (plan->payload);
  return TRUE;
}

static gboolean
set_head (BullaResponsePlan *plan, BullaMutation *mutation, GError **error)
{
  g_autofree char *status = g_strdup_printf ("%03u", plan->status);
  g_autoptr (GPtrArray) headers = bulla_written_headers_copy (plan->headers);

  bulla_written_headers_add (headers, ":status", status);
  if (plan->coded) {
    bulla_written_headers_add (headers, "content-encoding", "mi-sha256-03");
    bulla_written_headers_add (headers, "digest", plan->digest);
  }
  plan->head = bulla_write_headers (headers, mutation, error);
  return plan->head != NULL;
}

/* Returns: (transfer full): the bytes of the item before its payload */
static GBytes *
write_start (const BullaResponsePlan *plan)
{
  GByteArray *start = g_byte_array_new ();

  bulla_write_be (start, PAIR, 1);
  bulla_cbor_append_head (start, BULLA_CBOR_BYTES, g_bytes_get_size (plan->head));
  bulla_write_bytes (start, plan->head);
  bulla_cbor_append_head (start, BULLA_CBOR_BYTES, plan->payload_size);
  return g_byte_array_free_to_bytes (start);
}

/* Returns: number of bytes of a laid-out response before its payload */
guint64
bulla_response_plan_get_start_size (const BullaResponsePlan *plan)
{
  g_autoptr (GBytes) start = plan->start != NULL ? g_bytes_ref (plan->start) : write_start (plan);

  return g_bytes_get_size (start);
}

/* Takes the head of an earlier response with the same status and headers, or writes a new one.
 * @firsts: array of headers -> BullaResponsePlan that was the first with it */
static gboolean
share_head (BullaResponsePlan *plan, GHashTable *firsts, GError **error)
{
  const BullaResponsePlan *first = g_hash_table_lookup (firsts, plan->headers);

  if (first != NULL && first->status == plan->status && !plan->coded) {
    plan->head = g_bytes_ref (first->head);
    return TRUE;
  }
  if (first == NULL && plan->shares_headers && !plan->coded)
    g_hash_table_insert (firsts, plan->headers, plan);
  return set_head (plan, NULL, error);
}

/* Shows each stage to a test. */
static gboolean
lay_out_for_test (BullaResponsePlan *plan, guint64 record_size, BullaMutation *mutation,
                  GCancellable *cancellable, GError **error)
{
  bulla_response_plan_own_headers (plan);
  if (!bulla_mutate (mutation, BULLA_STAGE_RESPONSE, plan, error)
      || !set_payload (plan, record_size, mutation, cancellable, error)
      || !set_head (plan, mutation, error))
    return FALSE;
  plan->start = write_start (plan);
  return bulla_mutate (mutation, BULLA_STAGE_RESPONSE_LAID, plan, error);
}

/* Computes for each response its size, its location and the bytes before its payload. */
gboolean
bulla_bundle_plan_lay_out (BullaBundlePlan *plan, BullaMutation *mutation,
                           GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) array = bulla_cbor_write_token (BULLA_CBOR_ARRAY, plan->responses->len, NULL);
  g_autoptr (GHashTable) firsts = g_hash_table_new (NULL, NULL);
  guint64 offset = g_bytes_get_size (array);

  for (guint i = 0; i < plan->responses->len; i++) {
    BullaResponsePlan *response = g_ptr_array_index (plan->responses, i);
    g_clear_pointer (&response->digest, g_free);
    g_clear_pointer (&response->head, g_bytes_unref);
    g_clear_pointer (&response->start, g_bytes_unref);
    g_clear_pointer (&response->payload, g_bytes_unref);
    if (mutation != NULL
            ? !lay_out_for_test (response, plan->record_size, mutation, cancellable, error)
            : !set_payload (response, plan->record_size, NULL, cancellable, error)
                  || !share_head (response, firsts, error))
      return FALSE;
    response->offset = offset;
    response->length = bulla_response_plan_get_start_size (response) + response->payload_size;
    offset += response->length;
  }
  return bulla_mutate (mutation, BULLA_STAGE_RESPONSES, plan, error);
}

static gboolean
fail_changed (const BullaResponsePlan *plan, GError **error)
{
  g_autofree char *name = g_file_get_parse_name (plan->file);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "“%s” changed while it was read", name);
  return FALSE;
}

/* Copies a local file that fits into the buffer, with as few system calls as possible: a bundle may
 * have very many of them. */
static gboolean
copy_small_file (const BullaResponsePlan *plan, GOutputStream *out, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) bytes =
      bulla_bytes_read_file (g_file_peek_path (plan->file), BUFFER_SIZE, &failure);
  gsize size = 0;

  if (g_error_matches (failure, BULLA_ERROR, BULLA_ERROR_LIMIT)
      || (bytes != NULL && g_bytes_get_size (bytes) != plan->file_size))
    return fail_changed (plan, error);
  if (bytes == NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  const void *data = g_bytes_get_data (bytes, &size);
  return g_output_stream_write_all (out, data, size, NULL, cancellable, error);
}

/* Copies exactly the number of bytes that was measured before. */
static gboolean
copy_file (const BullaResponsePlan *plan, GOutputStream *out, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GFileInputStream) in = g_file_read (plan->file, cancellable, error);
  g_autofree char *buffer = g_malloc (BUFFER_SIZE);
  guint64 left = plan->file_size;

  if (in == NULL)
    return FALSE;
  for (;;) {
    gssize n = g_input_stream_read (G_INPUT_STREAM (in), buffer, BUFFER_SIZE, cancellable, error);
    if (n < 0)
      return FALSE;
    if ((guint64)n > left || (n == 0 && left > 0))
      return fail_changed (plan, error);
    if (n == 0)
      return TRUE;
    if (!g_output_stream_write_all (out, buffer, n, NULL, cancellable, error))
      return FALSE;
    left -= n;
  }
}

static gboolean
code_and_copy_file (const BullaResponsePlan *plan, guint64 record_size, GOutputStream *out,
                    GCancellable *cancellable, GError **error)
{
  g_autofree char *digest = NULL;
  g_autoptr (BullaMerkleWriter) merkle =
      open_merkle (plan, record_size, &digest, cancellable, error);

  if (merkle == NULL)
    return FALSE;
  if (!g_str_equal (digest, plan->digest))
    return fail_changed (plan, error);
  return bulla_merkle_writer_write (merkle, out, cancellable, error);
}

/* Writes the whole item of a response that was laid out. */
gboolean
bulla_response_plan_write (const BullaResponsePlan *plan, guint64 record_size, GOutputStream *out,
                           GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) made = plan->start != NULL ? g_bytes_ref (plan->start) : write_start (plan);
  gsize size;
  const void *start = g_bytes_get_data (made, &size);

  if (!g_output_stream_write_all (out, start, size, NULL, cancellable, error))
    return FALSE;
  if (plan->payload == NULL)
    return plan->coded ? code_and_copy_file (plan, record_size, out, cancellable, error)
           : plan->file_size <= BUFFER_SIZE && g_file_is_native (plan->file)
               ? copy_small_file (plan, out, cancellable, error)
               : copy_file (plan, out, cancellable, error);
  const void *payload = g_bytes_get_data (plan->payload, &size);
  return g_output_stream_write_all (out, payload, size, NULL, cancellable, error);
}
