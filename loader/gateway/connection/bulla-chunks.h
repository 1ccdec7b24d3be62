/* bulla-chunks.h - the framing of a body that comes in chunks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_CHUNK_DIGITS_MAX 15      /* of a chunk size; 15 hexadecimal digits cannot overflow */
#define BULLA_CHUNK_EXTENSION_MAX 1024 /* bytes in each chunk */
#define BULLA_CHUNK_TRAILER_MAX 16384  /* bytes in all trailer fields together */

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
  guint digits;  /* digits of the chunk size read so far */
  guint64 size;  /* bytes of the chunk still to be read */
  gsize dropped; /* bytes of the chunk extension or of the trailer fields, which are ignored */
} BullaChunks;

gsize bulla_chunks_filter (BullaChunks *self, guint8 *bytes, gsize length, gsize *kept);

G_END_DECLS
