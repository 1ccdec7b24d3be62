/* bulla-cli-sign-file.c - reads a web bundle that will be signed, and its integrity block, if it
 * has one
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md sections 2.4 and 9 */
#include "bulla-cli-sign-file.h"

#include <bulla.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulla-cli-files.h"

#define TRAILER_SIZE 9
#define STREAM_MAX (G_GUINT64_CONSTANT (4) << 30) /* most bytes of standard input */
#define START_SIZE 10                             /* bytes of the array head and the magic */

static gboolean
refuse_file (const char *path, GError **error, const char *why)
{
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "%s: %s", path, why);
  return FALSE;
}

/* Finds the bundle by its own length, counted from the end, even if the block in front of it
 * cannot be parsed. */
static gboolean
find_bundle (BullaCliSignFile *self, GError **error)
{
  static const guint8 magic[] = "\x48\xf0\x9f\x8c\x90\xf0\x9f\x93\xa6";
  gsize size;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  guint64 length = 0;

  if (size < START_SIZE + TRAILER_SIZE
      || (memcmp (data + 1, magic, START_SIZE - 1) != 0
          && !bulla_integrity_block_recognise (data, size)))
    return refuse_file (self->name, error, _ ("the file is not a web bundle"));
  for (guint i = 0; i < 8; i++)
    length = length << 8 | data[size - 8 + i];
  if (data[size - TRAILER_SIZE] != 0x48 || length > size || length < START_SIZE + TRAILER_SIZE)
    return refuse_file (
        self->name, error,
        _ ("the bundle does not end with its length: the file was truncated, or bytes "
           "were appended"));
  self->start = size - (gsize)length;
  if (memcmp (data + self->start + 1, magic, START_SIZE - 1) != 0)
    return refuse_file (
        self->name, error,
        _ ("the length of the bundle does not match the length it states: the file was "
           "truncated or changed"));
  return TRUE;
}

static void
read_block (BullaCliSignFile *self)
{
  gboolean wants_more = FALSE;
  BullaSpan span = {g_bytes_get_data (self->bytes, NULL), self->start, 0};

  self->facts = bulla_facts_new ();
  self->block = bulla_integrity_block_read (span, TRUE, self->facts, &wants_more);
  /* A signature can be added only to a block that ends at the bundle. */
  if (self->block != NULL && g_bytes_get_size (self->block->bytes) != self->start)
    g_clear_pointer (&self->block, bulla_integrity_block_free);
}

/* Maps a file and notes its mode. Returns: FALSE with @error set if it cannot be read */
static gboolean
map_file (BullaCliSignFile *self, const char *path, GError **error)
{
  g_autofree char *real = realpath (path, NULL);
  GStatBuf status;

  if (real == NULL || g_stat (real, &status) != 0) {
    int code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path,
                 g_strerror (code));
    return FALSE;
  }
  self->path = g_steal_pointer (&real);
  self->mode = status.st_mode & 07777;
  if (!S_ISREG (status.st_mode))
    return refuse_file (path, error, _ ("not a regular file"));
  g_autoptr (GMappedFile) map = g_mapped_file_new (self->path, FALSE, error);
  if (map == NULL)
    return FALSE;
  self->bytes = g_mapped_file_get_bytes (map);
  return TRUE;
}

/**
 * bulla_cli_sign_file_new: (skip)
 * @path: a web bundle, signed or not; “-” is standard input
 * @error: set if it cannot be read or is not a bundle
 *
 * Returns: (transfer full) (nullable): the file
 */
BullaCliSignFile *
bulla_cli_sign_file_new (const char *path, GError **error)
{
  g_autoptr (BullaCliSignFile) self = g_new0 (BullaCliSignFile, 1);

  self->name = g_strdup (path);
  if (strcmp (path, "-") == 0)
    self->bytes = bulla_cli_map_stream (path, STREAM_MAX, error);
  else if (!map_file (self, path, error))
    return NULL;
  if (self->bytes == NULL || !find_bundle (self, error))
    return NULL;
  if (self->start > 0)
    read_block (self);
  return g_steal_pointer (&self);
}

void
bulla_cli_sign_file_free (BullaCliSignFile *self)
{
  g_clear_pointer (&self->block, bulla_integrity_block_free);
  g_clear_pointer (&self->facts, bulla_facts_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

/* Returns: (transfer full) (nullable): the signed bytes as a stream: reading a mapped file at
 * once would count as memory */
GInputStream *
bulla_cli_sign_file_open_bundle (const BullaCliSignFile *self, GError **error)
{
  if (self->path == NULL) {
    g_autoptr (GBytes) bundle = g_bytes_new_from_bytes (
        self->bytes, self->start, g_bytes_get_size (self->bytes) - self->start);
    return g_memory_input_stream_new_from_bytes (bundle);
  }
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, error);

  if (in == NULL
      || !g_seekable_seek (G_SEEKABLE (in), (goffset)self->start, G_SEEK_SET, NULL, error))
    return NULL;
  return G_INPUT_STREAM (g_steal_pointer (&in));
}

/* Returns: (nullable): the web bundle id in the block */
const char *
bulla_cli_sign_file_get_web_bundle_id (const BullaCliSignFile *self)
{
  return self->block != NULL ? self->block->web_bundle_id : NULL;
}

/* Returns: (transfer full) (nullable): the ID of the key that signed; NULL if its type is
 * unknown */
char *
bulla_cli_sign_file_dup_signer (const BullaCliSignFile *self, guint signature)
{
  const BullaIntegritySignature *entry = &self->block->signatures[signature];

  return entry->kind == BULLA_WEB_BUNDLE_KEY_UNKNOWN
             ? NULL
             : bulla_web_bundle_id_derive (entry->kind, entry->key.data, entry->key.length);
}
