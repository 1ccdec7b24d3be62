/* bulla-cli-refreshed.c - writes an exchange with its new signature
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-refreshed.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-file-name.h"
#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli-write.h"
#include "bulla-load-internal.h"
#include "bulla-merkle-writer.h"
#include "bulla-refresh.h"

#define MODE 0644

/* Only the head is new: the body is what its records prove, and stays byte for byte. */
typedef struct {
  GBytes *head;       /* owned; up to the body */
  GInputStream *body; /* owned; encoded */
} Parts;

static void
parts_clear (Parts *self)
{
  g_clear_pointer (&self->head, g_bytes_unref);
  g_clear_object (&self->body);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static gboolean
skip (GInputStream *stream, guint64 length, GError **error)
{
  while (length > 0) {
    gssize n = g_input_stream_skip (stream, (gsize)length, NULL, error);
    if (n < 0)
      return FALSE;
    if (n == 0) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("the file has changed"));
      return FALSE;
    }
    length -= (guint64)n;
  }
  return TRUE;
}

static GInputStream *
open_body_of_file (const char *name, const BullaFacts *facts, GError **error)
{
  g_autoptr (GInputStream) stream = bulla_cli_open_file (name, error);
  guint64 end = facts->headers_range.offset + facts->headers_range.length;

  return stream != NULL && skip (stream, end, error) ? g_steal_pointer (&stream) : NULL;
}

/* What was read from a stream is gone, but its encoding follows from the body. */
static GInputStream *
encode_body (BullaLoad *load, GByteArray *read, GError **error)
{
  const BullaFacts *facts = bulla_load_get_facts (load);
  GInputStream *rest = read == NULL ? bulla_load_peek_body (load) : NULL;
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autofree char *digest = NULL;

  if (rest != NULL
      && g_output_stream_splice (memory, rest, G_OUTPUT_STREAM_SPLICE_NONE, NULL, error) < 0)
    return NULL;
  if (read != NULL && !g_output_stream_write_all (memory, read->data, read->len, NULL, NULL, error))
    return NULL;
  g_output_stream_close (memory, NULL, NULL);
  g_autoptr (GBytes) body = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
  guint64 size = facts->record_size > 0 ? facts->record_size : BULLA_MERKLE_RECORD_SIZE_DEFAULT;
  g_autoptr (GBytes) encoded = bulla_merkle_encode (body, size, &digest, error);
  return encoded != NULL ? g_memory_input_stream_new_from_bytes (encoded) : NULL;
}

static gboolean
write_cb (GOutputStream *out, gpointer user_data, GError **error)
{
  Parts *parts = user_data;
  gsize length = 0;
  const void *data = g_bytes_get_data (parts->head, &length);

  return g_output_stream_write_all (out, data, length, NULL, NULL, error)
         && g_output_stream_splice (out, parts->body, G_OUTPUT_STREAM_SPLICE_NONE, NULL, error)
                >= 0;
}

/**
 * bulla_cli_refreshed_needs_body: (skip)
 * @name: a file or a URL
 *
 * Returns: whether the body has to be kept while it is read, since it cannot be read again
 */
gboolean
bulla_cli_refreshed_needs_body (const char *name)
{
  return bulla_cli_is_url (name) || strcmp (name, "-") == 0
         || !g_file_test (name, G_FILE_TEST_IS_REGULAR);
}

/**
 * bulla_cli_write_refreshed: (skip)
 * @load: an exchange that was judged, and whose publisher has answered
 * @name: the file or URL that it is from
 * @body: (nullable): its decoded body, if that was read and kept
 * @path: the file to write; "-" is standard output
 * @force: whether it may replace a file
 * @error: if it cannot be written
 *
 * Without a new signature nothing is written, which a message on stderr says.
 *
 * Returns: whether there was nothing to write, or it was written
 */
gboolean
bulla_cli_write_refreshed (BullaLoad *load, const char *name, GByteArray *body, const char *path,
                           gboolean force, GError **error)
{
  BullaRefresh *refresh = bulla_load_peek_refresh (load);
  const BullaFacts *facts = bulla_load_get_facts (load);
  g_auto (Parts) parts = {.head = refresh != NULL ? bulla_refresh_dup_head (refresh) : NULL};

  if (parts.head == NULL || facts->body.read == BULLA_NO) {
    g_autofree char *file = bulla_cli_file_name_dup_shown (path);
    bulla_cli_print_error (_ ("bulla: no newer signature, so %s was not written\n"), file);
    return TRUE;
  }
  parts.body = bulla_cli_refreshed_needs_body (name) ? encode_body (load, body, error)
                                                     : open_body_of_file (name, facts, error);
  return parts.body != NULL && bulla_cli_write_output (path, MODE, force, write_cb, &parts, error);
}
