/* bulla-cli-archive.c - reads compressed files and ZIP archives as streams of bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The one user of libarchive. */
#include "bulla-cli-archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#define PIECE_SIZE 65536
#define LINE_SIZE_MAX 65536                      /* bytes */
#define TOTAL_MAX (G_GUINT64_CONSTANT (4) << 30) /* most bytes of all entries, uncompressed */

struct _BullaCliArchive {
  struct archive *archive; /* owned */
  GBytes *bytes;           /* owned; nullable; what is read */
  GByteArray *ahead;       /* owned; bytes that were read and not used yet */
  gsize at;                /* offset in @ahead */
  guint64 total;
  gboolean ended; /* the entry has no more bytes */
};

static BullaCliArchive *
archive_new (void)
{
  BullaCliArchive *self = g_new0 (BullaCliArchive, 1);

  self->archive = archive_read_new ();
  self->ahead = g_byte_array_new ();
  archive_read_support_filter_gzip (self->archive);
  archive_read_support_filter_zstd (self->archive);
  archive_read_support_format_zip (self->archive);
  archive_read_support_format_raw (self->archive);
  archive_read_support_format_empty (self->archive);
  return self;
}

static void
take_error (BullaCliArchive *self, GError **error)
{
  const char *why = archive_error_string (self->archive);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s",
               why != NULL ? why : _ ("the archive cannot be read"));
}

/**
 * bulla_cli_archive_open: (skip)
 * @path: a file, which gzip or Zstandard may have compressed, or a ZIP archive
 * @error: set if it cannot be read
 *
 * Returns: (transfer full) (nullable): an archive; without a ZIP archive it has one entry
 */
BullaCliArchive *
bulla_cli_archive_open (const char *path, GError **error)
{
  g_autoptr (BullaCliArchive) self = archive_new ();

  if (archive_read_open_filename (self->archive, path, PIECE_SIZE) == ARCHIVE_OK)
    return g_steal_pointer (&self);
  take_error (self, error);
  return NULL;
}

/* As bulla_cli_archive_open(), for bytes in memory. */
BullaCliArchive *
bulla_cli_archive_open_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (BullaCliArchive) self = archive_new ();
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  self->bytes = g_bytes_ref (bytes);
  if (archive_read_open_memory (self->archive, data, size) == ARCHIVE_OK)
    return g_steal_pointer (&self);
  take_error (self, error);
  return NULL;
}

void
bulla_cli_archive_close (BullaCliArchive *self)
{
  archive_read_free (self->archive);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_byte_array_unref (self->ahead);
  g_free (self);
}

/**
 * bulla_cli_archive_next: (skip)
 * @self: an archive
 * @name: (out): its path; valid until the next call
 * @error: set if the archive is damaged
 *
 * Goes to the next entry.
 *
 * Returns: whether there is one
 */
gboolean
bulla_cli_archive_next (BullaCliArchive *self, const char **name, GError **error)
{
  struct archive_entry *entry = NULL;
  int result = archive_read_next_header (self->archive, &entry);

  g_byte_array_set_size (self->ahead, 0);
  self->at = 0;
  self->ended = FALSE;
  if (result == ARCHIVE_EOF)
    return FALSE;
  if (result < ARCHIVE_WARN) {
    take_error (self, error);
    return FALSE;
  }
  *name = archive_entry_pathname_utf8 (entry);
  if (*name == NULL)
    *name = "";
  return TRUE;
}

/* Returns: whether the current entry is one of a ZIP archive */
gboolean
bulla_cli_archive_is_zip (BullaCliArchive *self)
{
  return (archive_format (self->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
}

/* Reads a piece of the entry behind @ahead. Returns: FALSE with @error set if that failed */
static gboolean
fill (BullaCliArchive *self, GError **error)
{
  guint8 piece[PIECE_SIZE];
  la_ssize_t n = archive_read_data (self->archive, piece, sizeof piece);

  if (n < 0) {
    take_error (self, error);
    return FALSE;
  }
  self->ended = n == 0;
  self->total += (guint64)n;
  if (self->total > TOTAL_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("more than %u GiB when uncompressed"),
                 (guint)(TOTAL_MAX >> 30));
    return FALSE;
  }
  g_byte_array_remove_range (self->ahead, 0, (guint)self->at);
  self->at = 0;
  g_byte_array_append (self->ahead, piece, (guint)n);
  return TRUE;
}

/**
 * bulla_cli_archive_read_line: (skip)
 * @self: an archive
 * @line: receives the next line of the entry, without its end, which is LF or CRLF
 * @error: set if it cannot be read, or is longer than 64 KiB
 *
 * Returns: whether there was a line; %FALSE at the end of the entry
 */
gboolean
bulla_cli_archive_read_line (BullaCliArchive *self, GString *line, GError **error)
{
  g_string_truncate (line, 0);
  for (;;) {
    const guint8 *from = self->ahead->data + self->at;
    gsize left = self->ahead->len - self->at;
    const guint8 *end = left > 0 ? memchr (from, '\n', left) : NULL;
    if (end != NULL || (self->ended && left > 0)) {
      gsize length = end != NULL ? (gsize)(end - from) : left;
      g_string_append_len (line, (const char *)from, (gssize)length);
      self->at += length + (end != NULL ? 1 : 0);
      if (line->len > 0 && line->str[line->len - 1] == '\r')
        g_string_truncate (line, line->len - 1);
      return TRUE;
    }
    if (self->ended)
      return FALSE;
    if (left > LINE_SIZE_MAX) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("a line is too long"));
      return FALSE;
    }
    if (!fill (self, error))
      return FALSE;
  }
}

/**
 * bulla_cli_archive_read: (skip)
 * @self: an archive
 * @length: number of bytes to read
 * @max: most bytes to keep
 * @error: set if the entry ends before
 *
 * Returns: (transfer full) (nullable): @length bytes of the entry; if that is more than @max, no
 *   bytes, and @length bytes were skipped
 */
GBytes *
bulla_cli_archive_read (BullaCliArchive *self, guint64 length, gsize max, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean kept = length <= max;

  while (length > 0) {
    gsize n = (gsize)MIN (length, self->ahead->len - self->at);
    if (kept)
      g_byte_array_append (bytes, self->ahead->data + self->at, (guint)n);
    self->at += n;
    length -= n;
    if (length > 0 && self->ended) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                           _ ("the file ends in the middle of a record"));
      return NULL;
    }
    if (length > 0 && !fill (self, error))
      return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/**
 * bulla_cli_archive_read_all: (skip)
 * @self: an archive
 * @max: most bytes
 * @error: set if the rest of the entry cannot be read, or is longer than @max
 *
 * Returns: (transfer full) (nullable): the rest of the entry
 */
GBytes *
bulla_cli_archive_read_all (BullaCliArchive *self, gsize max, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (;;) {
    gsize n = self->ahead->len - self->at;
    if (n > max - bytes->len) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("an entry is larger than %u MiB"),
                   (guint)(max >> 20));
      return NULL;
    }
    g_byte_array_append (bytes, self->ahead->data + self->at, (guint)n);
    self->at += n;
    if (self->ended)
      return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
    if (!fill (self, error))
      return NULL;
  }
}
