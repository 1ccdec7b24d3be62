/* bulla-quota.c - limits the bytes that several bodies occupy together, in memory and in one file
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Bodies arrive at the same time, and their lengths are unknown: so each reserves bytes as they
 * arrive, and releases them when it is freed. All bodies together use one descriptor, and no more
 * memory than one body. A body may be freed in another thread than the others. */
#include "bulla-quota.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "bulla-error.h"

struct _BullaQuota {
  gatomicrefcount count;
  GMutex lock;       /* protects the members below, except @max and @file */
  guint64 max, left; /* bytes */
  guint64 memory;    /* bytes of memory that are not reserved yet */
  int file;          /* owned; unlinked after creation; -1 before it is needed */
  guint32 n_blocks;  /* number of blocks in the file so far */
  GArray *spare;     /* owned guint32; released blocks, which can be reused */
};

BullaQuota *
bulla_quota_new (guint64 max)
{
  BullaQuota *self = g_new (BullaQuota, 1);

  *self = (BullaQuota){.max = max, .left = max, .memory = BULLA_QUOTA_MEMORY_MAX, .file = -1};
  g_atomic_ref_count_init (&self->count);
  g_mutex_init (&self->lock);
  self->spare = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

BullaQuota *
bulla_quota_ref (BullaQuota *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_quota_unref (BullaQuota *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  if (self->file >= 0)
    close (self->file);
  g_array_unref (self->spare);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
fail_full (BullaQuota *self, GError **error)
{
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
               "no more than %" G_GUINT64_FORMAT " bytes are kept", self->max);
  return FALSE;
}

/* Returns: whether the bytes were taken from @left; nothing is taken if fewer are left */
static gboolean
quota_take (BullaQuota *self, guint64 *left, guint64 bytes)
{
  g_mutex_lock (&self->lock);
  gboolean enough = bytes <= *left;
  if (enough)
    *left -= bytes;
  g_mutex_unlock (&self->lock);
  return enough;
}

static void
quota_give_back (BullaQuota *self, guint64 *left, guint64 bytes)
{
  g_mutex_lock (&self->lock);
  *left += bytes;
  g_mutex_unlock (&self->lock);
}

/* Returns: whether the bytes were reserved; nothing is reserved if fewer are left */
gboolean
bulla_quota_reserve (BullaQuota *self, guint64 bytes, GError **error)
{
  return quota_take (self, &self->left, bytes) || fail_full (self, error);
}

void
bulla_quota_release (BullaQuota *self, guint64 bytes)
{
  quota_give_back (self, &self->left, bytes);
}

guint64
bulla_quota_get_left (BullaQuota *self)
{
  g_mutex_lock (&self->lock);
  guint64 left = self->left;
  g_mutex_unlock (&self->lock);
  return left;
}

guint64
bulla_quota_get_max (BullaQuota *self)
{
  return self->max;
}

/* Returns: whether the memory was reserved; nothing is reserved if less is left */
gboolean
bulla_quota_reserve_memory (BullaQuota *self, guint64 bytes)
{
  return quota_take (self, &self->memory, bytes);
}

void
bulla_quota_release_memory (BullaQuota *self, guint64 bytes)
{
  quota_give_back (self, &self->memory, bytes);
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
  g_mutex_lock (&self->lock);
  gboolean full =
      self->spare->len == 0 && (guint64)self->n_blocks * BULLA_QUOTA_BLOCK_SIZE >= self->max;
  if (self->spare->len > 0) {
    *block = g_array_index (self->spare, guint32, self->spare->len - 1);
    g_array_set_size (self->spare, self->spare->len - 1);
  } else if (!full) {
    *block = self->n_blocks++;
  }
  g_mutex_unlock (&self->lock);
  return !full || fail_full (self, error);
}

void
bulla_quota_release_block (BullaQuota *self, guint32 block)
{
  g_mutex_lock (&self->lock);
  g_array_append_val (self->spare, block);
  g_mutex_unlock (&self->lock);
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
