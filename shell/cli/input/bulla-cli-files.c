/* bulla-cli-files.c - opens files named on the command line, and formats names for display
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-files.h"

#include <bulla.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulla-cli-guess-content.h"

#define START_SIZE 10        /* bytes; the longest start by which a package is recognised */
#define TEXT_SIZE (64 << 10) /* bytes of a text that are looked through for certificates */
#define BUFFER_SIZE 4096
#define PIECE_SIZE (64 << 10)
#define SMALL_MAX (256 << 10)  /* most bytes of a file that is read at once */
#define MEMORY_MAX (256 << 20) /* most bytes read from a stream, which may be endless */

gboolean
bulla_cli_is_url (const char *name)
{
  return g_ascii_strncasecmp (name, "https://", 8) == 0
         || g_ascii_strncasecmp (name, "http://", 7) == 0;
}

/* Reads a small ordinary file at once: a stream of a descriptor would poll before each read.
 * Returns: (transfer full) (nullable): its bytes, with the descriptor closed; NULL if it is
 * something else, large or growing, or cannot be read; the descriptor is then open, and at its
 * start */
static GBytes *
read_small_file (int file)
{
  struct stat status;

  if (fstat (file, &status) != 0 || !S_ISREG (status.st_mode) || status.st_size > SMALL_MAX)
    return NULL;
  gsize size = (gsize)status.st_size + 1, length = 0; /* one more byte would show that it grows */
  g_autofree guint8 *data = g_malloc (size);
  ssize_t n = 1;
  while (length < size && (n = read (file, data + length, size - length)) > 0)
    length += (gsize)n;
  if (n != 0) {
    lseek (file, 0, SEEK_SET);
    return NULL;
  }
  close (file);
  return g_bytes_new_take (g_steal_pointer (&data), length);
}

/* Avoids GFile: its first use loads all GIO modules, including TLS, to look for file systems
 * that they implement. That takes a quarter of the whole run time of the command. */
/**
 * bulla_cli_open_file: (skip)
 * @path: a file, or a pipe; "-" is standard input
 * @error: if it cannot be read
 *
 * Returns: (transfer full) (nullable): a stream of its bytes
 */
GInputStream *
bulla_cli_open_file (const char *path, GError **error)
{
  if (strcmp (path, "-") == 0)
    return g_unix_input_stream_new (STDIN_FILENO, FALSE);
  int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) {
    int code = errno;
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
    return NULL;
  }
  g_autoptr (GBytes) bytes = read_small_file (file);
  return bytes != NULL ? g_memory_input_stream_new_from_bytes (bytes)
                       : g_unix_input_stream_new (file, TRUE);
}

/* Detects the kind of package by its first bytes; the verdict names an unknown magic. */
static BullaPackageKind
kind_of_start (const char *start, gsize n)
{
  BullaPackageKind kind = bulla_package_sniff ((const guint8 *)start, n);
  gboolean known = kind != BULLA_PACKAGE_EXCHANGE || (n >= 6 && memcmp (start, "sxg1-b", 6) == 0);

  return known ? kind : BULLA_PACKAGE_UNKNOWN;
}

/**
 * bulla_cli_open_package: (skip)
 * @path: a file, or a pipe, which cannot be read twice; "-" is standard input
 * @kind: (out): the kind of package, from its first bytes
 * @guess: (out) (optional) (nullable): a description of a file that is not a package, for gettext
 * @error: set if it cannot be read
 *
 * Returns: (transfer full) (nullable): a stream of all its bytes
 */
GInputStream *
bulla_cli_open_package (const char *path, BullaPackageKind *kind, const char **guess,
                        GError **error)
{
  g_autoptr (GInputStream) file = bulla_cli_open_file (path, error);

  return file != NULL ? bulla_cli_sniff_package (file, kind, guess, error) : NULL;
}

/* Reads ahead until @size bytes are there, or all. Returns: FALSE with @error set if that failed */
static gboolean
read_ahead (GBufferedInputStream *buffered, gsize size, GError **error)
{
  gssize n = 1;

  if (g_buffered_input_stream_get_buffer_size (buffered) < size)
    g_buffered_input_stream_set_buffer_size (buffered, size);
  while (n > 0 && g_buffered_input_stream_get_available (buffered) < size)
    n = g_buffered_input_stream_fill (buffered, -1, NULL, error);
  return n >= 0;
}

/**
 * bulla_cli_sniff_package: (skip)
 * @stream: the bytes of a package, from their start
 * @kind: (out): the kind of package, from its first bytes
 * @guess: (out) (optional) (nullable): a description of bytes that are not a package, for gettext
 * @error: set if they cannot be read
 *
 * Returns: (transfer full) (nullable): a stream of all bytes, in place of @stream
 */
GInputStream *
bulla_cli_sniff_package (GInputStream *stream, BullaPackageKind *kind, const char **guess,
                         GError **error)
{
  g_autoptr (GInputStream) whole = g_buffered_input_stream_new_sized (stream, BUFFER_SIZE);
  GBufferedInputStream *buffered = G_BUFFERED_INPUT_STREAM (whole);
  gsize length = 0;

  if (!read_ahead (buffered, START_SIZE, error))
    return NULL;
  const char *start = g_buffered_input_stream_peek_buffer (buffered, &length);
  *kind = kind_of_start (start, length);
  if (*kind == BULLA_PACKAGE_UNKNOWN && bulla_cli_is_text (start, length)) {
    if (!read_ahead (buffered, TEXT_SIZE, error))
      return NULL;
    start = g_buffered_input_stream_peek_buffer (buffered, &length);
  }
  if (guess != NULL)
    *guess = *kind == BULLA_PACKAGE_UNKNOWN ? bulla_cli_guess_content (start, length) : NULL;
  return g_steal_pointer (&whole);
}

/**
 * bulla_cli_read_file: (skip)
 * @path: a file, or a pipe; "-" is standard input
 * @max: most bytes of the file; a pipe is limited further, because it is kept in memory
 * @error: set if the file cannot be read, or exceeds @max
 *
 * Returns: (transfer full) (nullable): its bytes; a regular file is mapped into memory, not read
 */
GBytes *
bulla_cli_read_file (const char *path, guint64 max, GError **error)
{
  if (strcmp (path, "-") != 0 && g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, error);
    if (mapped != NULL && g_mapped_file_get_length (mapped) <= max)
      return g_mapped_file_get_bytes (mapped);
    if (mapped != NULL)
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("%s: larger than %u MiB"), path,
                   (guint)(max >> 20));
    return NULL;
  }
  g_autoptr (GInputStream) stream = bulla_cli_open_file (path, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[BUFFER_SIZE];
  gssize n = 1;
  max = MIN (max, MEMORY_MAX);
  while (stream != NULL && n > 0 && bytes->len <= max) {
    n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, error);
    if (n > 0)
      g_byte_array_append (bytes, buffer, (guint)n);
  }
  if (stream == NULL || n < 0) {
    bulla_cli_prefix_path (error, path);
    return NULL;
  }
  if (n == 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("%s: larger than %u MiB"), path,
               (guint)(max >> 20));
  return NULL;
}

/* Copies a stream into a file. Returns: FALSE with @error set if that failed, or there are more
 * than @max bytes */
static gboolean
copy_stream (GInputStream *in, int file, guint64 max, GError **error)
{
  g_autofree guint8 *piece = g_malloc (PIECE_SIZE);
  guint64 total = 0;
  gssize n = 0;

  while ((n = g_input_stream_read (in, piece, PIECE_SIZE, NULL, error)) > 0) {
    total += (guint64)n;
    if (total > max) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("larger than %u MiB"),
                   (guint)(max >> 20));
      return FALSE;
    }
    for (gssize done = 0, step = 0; done < n; done += step) {
      step = write (file, piece + done, (size_t)(n - done));
      if (step >= 0 || errno == EINTR) {
        step = MAX (step, 0);
        continue;
      }
      int code = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("temporary file: %s"),
                   g_strerror (code));
      return FALSE;
    }
  }
  return n == 0;
}

/**
 * bulla_cli_map_stream: (skip)
 * @path: a pipe; "-" is standard input
 * @max: most bytes
 * @error: set if it cannot be read, or has more
 *
 * The bytes are put into a temporary file, which has no name any more when they are read.
 *
 * Returns: (transfer full) (nullable): all bytes, mapped into memory
 */
GBytes *
bulla_cli_map_stream (const char *path, guint64 max, GError **error)
{
  g_autoptr (GInputStream) in = bulla_cli_open_file (path, error);
  g_autofree char *name = NULL;
  int file = in != NULL ? g_file_open_tmp ("bulla-XXXXXX", &name, error) : -1;

  if (file < 0)
    return NULL;
  g_unlink (name);
  g_autoptr (GMappedFile) mapped =
      copy_stream (in, file, max, error) ? g_mapped_file_new_from_fd (file, FALSE, error) : NULL;
  close (file);
  if (mapped == NULL)
    bulla_cli_prefix_path (error, path);
  return mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
}

/* Says whether @text has @word, and not only as a part of a longer one. */
static gboolean
has_word (const char *text, const char *word)
{
  size_t length = strlen (word);

  for (const char *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    if ((at == text || !g_ascii_isalnum (at[-1])) && !g_ascii_isalnum (at[length]))
      return TRUE;
  return FALSE;
}

/**
 * bulla_cli_prefix_path: (skip)
 * @error: (nullable): an error about a file
 * @path: the file
 *
 * Puts the path in front of the message, unless the message has it.
 */
void
bulla_cli_prefix_path (GError **error, const char *path)
{
  if (error != NULL && *error != NULL && !has_word ((*error)->message, path))
    g_prefix_error (error, "%s: ", path);
}
