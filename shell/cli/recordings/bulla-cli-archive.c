/* bulla-cli-archive.c - reads compressed files and ZIP archives as streams of bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The one user of libarchive. */
#include "bulla-cli-archive.h"
#include "bulla-cli-gunzip.h"

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
  GBytes *bytes;           /* owned; what is read */
  BullaCliGunzip *gzip;    /* owned; of a file that gzip has compressed; else NULL */
  gboolean is_open;        /* the only entry of such a file was gone to */
  GByteArray *ahead;       /* owned; bytes that were read and not used yet */
  gsize at;                /* offset in @ahead */
  guint64 total;           /* bytes that were read of all entries */
  guint64 start;           /* those before the current entry */
  gboolean ended;          /* the entry has no more bytes */
};

static BullaCliArchive *
archive_new (void)
{
  BullaCliArchive *self = g_new0 (BullaCliArchive, 1);

  self->archive = archive_read_new ();
  self->ahead = g_byte_array_new ();
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

/* Says whether a file begins with a dictionary, or with a frame that needs one, as files .warc.zst
 * do. Spec: RFC 8878 section 3.1.1.1.1.6; Zstandard compression for WARC files 1.0 */
static gboolean
needs_dictionary (const guint8 *data, gsize size)
{
  static const guint8 FRAME[] = {0x28, 0xb5, 0x2f, 0xfd}, DICTIONARY[] = {0x5d, 0x2a, 0x4d, 0x18};

  if (size <= sizeof FRAME)
    return FALSE;
  return memcmp (data, DICTIONARY, sizeof DICTIONARY) == 0
         || (memcmp (data, FRAME, sizeof FRAME) == 0 && (data[sizeof FRAME] & 3) != 0);
}

/**
 * bulla_cli_archive_open_bytes: (skip)
 * @bytes: a file, which gzip or Zstandard may have compressed, or a ZIP archive
 * @error: set if it cannot be read
 *
 * Returns: (transfer full) (nullable): an archive; without a ZIP archive it has one entry
 */
BullaCliArchive *
bulla_cli_archive_open_bytes (GBytes *bytes, GError **error)
{
  g_autoptr (BullaCliArchive) self = archive_new ();
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  self->bytes = g_bytes_ref (bytes);
  self->gzip = bulla_cli_gunzip_new (bytes);
  if (self->gzip != NULL)
    return g_steal_pointer (&self);
  if (needs_dictionary (data, size)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         _ ("Zstandard with a dictionary of its own, as in files .warc.zst, is not "
                            "supported; convert the archive to .warc.gz"));
    return NULL;
  }
  if (archive_read_open_memory (self->archive, data, size) == ARCHIVE_OK)
    return g_steal_pointer (&self);
  take_error (self, error);
  return NULL;
}

void
bulla_cli_archive_close (BullaCliArchive *self)
{
  archive_read_free (self->archive);
  g_clear_pointer (&self->gzip, bulla_cli_gunzip_free);
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

  g_byte_array_set_size (self->ahead, 0);
  self->at = 0;
  self->ended = FALSE;
  self->start = self->total;
  if (self->gzip != NULL) {
    gboolean first = !self->is_open;
    *name = "";
    self->is_open = TRUE;
    return first;
  }
  int result = archive_read_next_header (self->archive, &entry);
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
  return self->gzip == NULL
         && (archive_format (self->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
}

/* Reads a piece of the entry behind @ahead. Returns: FALSE with @error set if that failed */
static gboolean
fill (BullaCliArchive *self, GError **error)
{
  guint8 piece[PIECE_SIZE];
  gssize n = self->gzip != NULL ? bulla_cli_gunzip_read (self->gzip, piece, sizeof piece, error)
                                : (gssize)archive_read_data (self->archive, piece, sizeof piece);

  if (n < 0) {
    if (self->gzip == NULL)
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

/* Returns: how many bytes of the current entry, uncompressed, were used */
guint64
bulla_cli_archive_get_offset (const BullaCliArchive *self)
{
  return self->total - self->start - (self->ahead->len - self->at);
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
 * @damage: (out) (nullable) (transfer full): why the rest of the entry is missing; else %NULL
 * @error: set if the entry is longer than @max
 *
 * Returns: (transfer full) (nullable): the rest of the entry, as far as it can be read
 */
GBytes *
bulla_cli_archive_read_all (BullaCliArchive *self, gsize max, GError **damage, GError **error)
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
    if (fill (self, damage))
      continue;
    if (!g_error_matches (*damage, BULLA_ERROR, BULLA_ERROR_LIMIT))
      return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
    g_propagate_error (error, g_steal_pointer (damage));
    return NULL;
  }
}
