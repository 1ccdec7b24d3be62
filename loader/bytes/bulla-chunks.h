/* bulla-chunks.h - decodes the framing of a chunked body
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_CHUNK_DIGITS_MAX 15      /* most digits of a chunk size; 15 cannot overflow */
#define BULLA_CHUNK_EXTENSION_MAX 1024 /* most bytes of the extension of a chunk */
#define BULLA_CHUNK_TRAILER_MAX 16384  /* most bytes of all trailer fields together */

/* The states are explained in bulla-chunks.c. */
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
  guint digits;     /* digits of the chunk size read so far */
  guint64 size;     /* bytes of the chunk still to be read */
  gsize dropped;    /* bytes of the ignored chunk extension or trailer fields */
  gboolean may_pad; /* set by the caller: blanks may follow a size, as some servers write them */
} BullaChunks;

gsize bulla_chunks_filter (BullaChunks *self, guint8 *bytes, gsize length, gsize *kept);

G_END_DECLS
