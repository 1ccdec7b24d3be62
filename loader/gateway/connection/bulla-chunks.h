/* bulla-chunks.h - the framing of a body that comes in chunks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_CHUNK_DIGITS_MAX 15      /* of a size: none overflows */
#define BULLA_CHUNK_EXTENSION_MAX 1024 /* bytes, of one chunk */
#define BULLA_CHUNK_TRAILER_MAX 16384  /* bytes, of all trailer fields */

/* see bulla-chunks.c */
typedef enum {
  BULLA_CHUNKS_SIZE,
  BULLA_CHUNKS_EXTENSION,
  BULLA_CHUNKS_SIZE_END,
  BULLA_CHUNKS_DATA,
  BULLA_CHUNKS_DATA_CR,
  BULLA_CHUNKS_DATA_LF,
  BULLA_CHUNKS_LINE,
  BULLA_CHUNKS_NAME,
  BULLA_CHUNKS_VALUE,
  BULLA_CHUNKS_VALUE_END,
  BULLA_CHUNKS_LAST_LF,
  BULLA_CHUNKS_OVER,
  BULLA_CHUNKS_FAULTY,
} BullaChunksState;

typedef struct {
  BullaChunksState state;
  guint digits;  /* of the size that is being read */
  guint64 size;  /* bytes of the chunk that are still to come */
  gsize dropped; /* bytes of the extension, or of the trailer fields */
} BullaChunks;

gsize bulla_chunks_filter (BullaChunks *self, guint8 *bytes, gsize length, gsize *kept);

G_END_DECLS
