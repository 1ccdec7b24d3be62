/* bulla-quota.c - limits the bytes that several bodies occupy together, in memory and in one file
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Bodies arrive at the same time, and their lengths are unknown: so each reserves bytes as they
 * arrive, and releases them when it is freed. All bodies together use one descriptor, and no more
 * memory than one body. */
#include "bulla-quota.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "bulla-error.h"

struct _BullaQuota {
  guint references;
  guint64 max, left; /* bytes */
  guint64 memory;    /* reserved bytes that are still in memory */
  int file;          /* owned; unlinked after creation; -1 before it is needed */
  guint32 n_blocks;  /* number of blocks in the file so far */
  GArray *spare;     /* owned guint32; released blocks, which can be reused */
};

BullaQuota *
bulla_quota_new (guint64 max)
{
  BullaQuota *self = g_new (BullaQuota, 1);

  *self = (BullaQuota){1, max, max, BULLA_QUOTA_MEMORY_MAX, -1, 0, NULL};
  self->spare = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

BullaQuota *
bulla_quota_ref (BullaQuota *self)
{
  self->references++;
  return self;
}

void
bulla_quota_unref (BullaQuota *self)
{
  if (--self->references > 0)
    return;
  if (self->file >= 0)
    close (self->file);
  g_array_unref (self->spare);
  g_free (self);
}

static gboolean
fail_full (BullaQuota *self, GError **error)
{
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
               "no more than %" G_GUINT64_FORMAT " bytes are kept", self->max);
  return FALSE;
}

/* Returns: whether the bytes were reserved; nothing is reserved if fewer are left */
gboolean
bulla_quota_reserve (BullaQuota *self, guint64 bytes, GError **error)
{
  if (bytes > self->left)
    return fail_full (self, error);
  self->left -= bytes;
  return TRUE;
}

void
bulla_quota_release (BullaQuota *self, guint64 bytes)
{
  self->left += bytes;
}

guint64
bulla_quota_get_left (BullaQuota *self)
{
  return self->left;
}

/* Returns: whether the memory was reserved; nothing is reserved if less is left */
gboolean
bulla_quota_reserve_memory (BullaQuota *self, guint64 bytes)
{
  if (bytes > self->memory)
    return FALSE;
  self->memory -= bytes;
  return TRUE;
}

void
bulla_quota_release_memory (BullaQuota *self, guint64 bytes)
{
  self->memory += bytes;
}

/* --- the file */

static gboolean
fail_errno (GError **error)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "a temporary file: %s",
               g_strerror (number));
  return FALSE;
}

static gboolean
open_file (BullaQuota *self, GError **error)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), "bulla-XXXXXX", NULL);

  self->file = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (self->file < 0) {
    g_free (path);
    path = g_build_filename (g_get_tmp_dir (), "bulla-XXXXXX", NULL);
    self->file = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  }
  return (self->file >= 0 && g_unlink (path) == 0) || fail_errno (error);
}

/**
 * bulla_quota_reserve_block: (skip)
 * @self: a quota
 * @block: (out): the number of a free block of %BULLA_QUOTA_BLOCK_SIZE bytes, now reserved for the
 *   caller
 * @error: set if the file cannot be created; %BULLA_ERROR_LIMIT if it has reached its quota
 *
 * Returns: whether a block was reserved
 */
gboolean
bulla_quota_reserve_block (BullaQuota *self, guint32 *block, GError **error)
{
  if (self->file < 0 && !open_file (self, error))
    return FALSE;
  if (self->spare->len == 0 && (guint64)self->n_blocks * BULLA_QUOTA_BLOCK_SIZE >= self->max)
    return fail_full (self, error);
  if (self->spare->len > 0) {
    *block = g_array_index (self->spare, guint32, self->spare->len - 1);
    g_array_set_size (self->spare, self->spare->len - 1);
  } else {
    *block = self->n_blocks++;
  }
  return TRUE;
}

void
bulla_quota_release_block (BullaQuota *self, guint32 block)
{
  g_array_append_val (self->spare, block);
}

static goffset
find_byte (guint32 block, gsize offset)
{
  return (goffset)block * BULLA_QUOTA_BLOCK_SIZE + (goffset)offset;
}

/* @offset: offset in @block, which must be large enough for the bytes */
gboolean
bulla_quota_write (BullaQuota *self, guint32 block, gsize offset, const guint8 *bytes, gsize size,
                   GError **error)
{
  while (size > 0) {
    gssize written = pwrite (self->file, bytes, size, find_byte (block, offset));
    if (written < 0 && errno != EINTR)
      return fail_errno (error);
    if (written > 0) {
      bytes += written;
      offset += (gsize)written;
      size -= (gsize)written;
    }
  }
  return TRUE;
}

/* @offset: offset in @block of bytes written before. Threads may read while nothing is written
 * there. */
gboolean
bulla_quota_read (BullaQuota *self, guint32 block, gsize offset, void *buffer, gsize size,
                  GError **error)
{
  return pread (self->file, buffer, size, find_byte (block, offset)) == (gssize)size
         || fail_errno (error);
}
