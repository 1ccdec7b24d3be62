/* bulla-cli-decode-body.c - decodes the content coding of a response in a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 9110 section 8.4 */
#include "bulla-cli-decode-body.h"

#include "bulla-coding-check.h"
#include "bulla-content-decoder.h"
#include "bulla-load-internal.h"

#define PIECE_SIZE 65536
#define DECODED_MAX (256u << 20) /* bytes; a longer body may be a decompression bomb */

/**
 * bulla_cli_decode_body: (skip)
 * @load: a response
 * @coding: (out) (nullable) (transfer full): its content coding; %NULL if it has none
 * @decoded: (out) (nullable) (transfer full): the decoded body, of at most 256 MiB
 * @error: a %BULLA_FAULT if a record of the body is wrong, or why it could not be read
 *
 * Returns: the result; the stream of a coded body was read to its end
 */
BullaCliDecoding
bulla_cli_decode_body (BullaLoad *load, char **coding, GBytes **decoded, GError **error)
{
  GInputStream *body = bulla_load_get_body (load);

  *coding = bulla_coding_dup (bulla_load_get_facts (load));
  *decoded = NULL;
  if (*coding == NULL || body == NULL)
    return BULLA_CLI_NOT_CODED;
  g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new (*coding);
  if (decoder == NULL)
    return BULLA_CLI_UNSUPPORTED;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  BullaDecodedBytes into = {.bytes = bytes, .max = DECODED_MAX};
  g_autofree guint8 *piece = g_malloc (PIECE_SIZE);
  gboolean good = TRUE;
  gssize n = 1;

  while (n > 0 && good) {
    n = g_input_stream_read (body, piece, PIECE_SIZE, NULL, error);
    good =
        n <= 0
        || bulla_content_decoder_push (decoder, piece, (gsize)n, bulla_decoded_bytes_append, &into);
  }
  if (n < 0)
    return BULLA_CLI_BODY_FAILED;
  if (!good || !bulla_content_decoder_end (decoder, bulla_decoded_bytes_append, &into))
    return BULLA_CLI_UNDECODABLE;
  *decoded = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  return bulla_content_decoder_has_rest (decoder) ? BULLA_CLI_DECODED_REST : BULLA_CLI_DECODED;
}
