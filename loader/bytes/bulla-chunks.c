/* bulla-chunks.c - decodes the framing of a chunked body
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A recipient that repairs malformed chunks may end a body elsewhere than its sender did. So
 * nothing is repaired: `-5`, `0x5` and `5g` are not sizes, and lines end with CR LF. In responses
 * blanks may follow a size, as some servers write them; they are a part of the extension. */
#include "bulla-chunks.h"

#include <string.h>

/* RFC 9110 section 5.6.2 */
static gboolean
is_token_character (guint8 byte)
{
  return g_ascii_isalnum (byte) || (byte != '\0' && strchr ("!#$%&'*+-.^_`|~", byte) != NULL);
}

static gboolean
is_text (guint8 byte)
{
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

/* Returns: the next state; FAULTY if the grammar does not allow @byte here */
static BullaChunksState
expect (guint8 byte, guint8 wanted, BullaChunksState next)
{
  return byte == wanted ? next : BULLA_CHUNKS_FAULTY;
}

static BullaChunksState
take_size (BullaChunks *self, guint8 byte)
{
  if (g_ascii_isxdigit (byte)) {
    self->size = self->size * 16 + (guint)g_ascii_xdigit_value (byte);
    return ++self->digits <= BULLA_CHUNK_DIGITS_MAX ? BULLA_CHUNKS_SIZE : BULLA_CHUNKS_FAULTY;
  }
  self->dropped = 0;
  if (self->digits > 0 && (byte == ';' || (self->may_pad && (byte == ' ' || byte == '\t'))))
    return BULLA_CHUNKS_EXTENSION;
  return self->digits > 0 ? expect (byte, '\r', BULLA_CHUNKS_SIZE_END) : BULLA_CHUNKS_FAULTY;
}

static BullaChunksState
take_extension (BullaChunks *self, guint8 byte)
{
  if (is_text (byte) && ++self->dropped <= BULLA_CHUNK_EXTENSION_MAX)
    return BULLA_CHUNKS_EXTENSION;
  return expect (byte, '\r', BULLA_CHUNKS_SIZE_END);
}

static BullaChunksState
take_size_end (BullaChunks *self, guint8 byte)
{
  self->digits = 0;
  return expect (byte, '\n', self->size > 0 ? BULLA_CHUNKS_DATA : BULLA_CHUNKS_LINE);
}

static BullaChunksState
take_trailer (BullaChunks *self, guint8 byte)
{
  if (self->state == BULLA_CHUNKS_LINE && byte == '\r')
    return BULLA_CHUNKS_LAST_LF;
  if (++self->dropped > BULLA_CHUNK_TRAILER_MAX)
    return BULLA_CHUNKS_FAULTY;
  if (self->state == BULLA_CHUNKS_VALUE)
    return is_text (byte) ? BULLA_CHUNKS_VALUE : expect (byte, '\r', BULLA_CHUNKS_VALUE_END);
  if (self->state == BULLA_CHUNKS_VALUE_END)
    return expect (byte, '\n', BULLA_CHUNKS_LINE);
  if (self->state == BULLA_CHUNKS_NAME && byte == ':')
    return BULLA_CHUNKS_VALUE;
  return is_token_character (byte) ? BULLA_CHUNKS_NAME : BULLA_CHUNKS_FAULTY;
}

static BullaChunksState
next_state (BullaChunks *self, guint8 byte)
{
  switch (self->state) {
  case BULLA_CHUNKS_SIZE:
    return take_size (self, byte);
  case BULLA_CHUNKS_EXTENSION:
    return take_extension (self, byte);
  case BULLA_CHUNKS_SIZE_END:
    return take_size_end (self, byte);
  case BULLA_CHUNKS_DATA_CR:
    return expect (byte, '\r', BULLA_CHUNKS_DATA_LF);
  case BULLA_CHUNKS_DATA_LF:
    return expect (byte, '\n', BULLA_CHUNKS_SIZE);
  case BULLA_CHUNKS_LINE:
  case BULLA_CHUNKS_NAME:
  case BULLA_CHUNKS_VALUE:
  case BULLA_CHUNKS_VALUE_END:
    return take_trailer (self, byte);
  case BULLA_CHUNKS_LAST_LF:
    return expect (byte, '\n', BULLA_CHUNKS_OVER);
  case BULLA_CHUNKS_DATA:
  case BULLA_CHUNKS_OVER:
  case BULLA_CHUNKS_FAULTY:
  default:
    return BULLA_CHUNKS_FAULTY;
  }
}

/**
 * bulla_chunks_filter:
 * @self: all zero at the beginning of a body, apart from `may_pad`
 * @bytes: the next bytes of the connection; the decoded content is moved to the beginning
 * @length: number of bytes
 * @kept: (out): number of decoded bytes at the beginning of @bytes
 *
 * Spec: RFC 9112 section 7.1; malformed framing that it allows to repair sets the state to
 * %BULLA_CHUNKS_FAULTY. At the end of the body the state is %BULLA_CHUNKS_OVER.
 *
 * Returns: how many of @bytes belong to the body; the bytes after it are unchanged
 */
gsize
bulla_chunks_filter (BullaChunks *self, guint8 *bytes, gsize length, gsize *kept)
{
  gsize at = 0;

  *kept = 0;
  while (at < length && self->state != BULLA_CHUNKS_OVER && self->state != BULLA_CHUNKS_FAULTY) {
    if (self->state != BULLA_CHUNKS_DATA) {
      self->state = next_state (self, bytes[at++]);
      continue;
    }
    gsize part = MIN (length - at, self->size);
    memmove (bytes + *kept, bytes + at, part);
    *kept += part;
    at += part;
    self->size -= part;
    if (self->size == 0)
      self->state = BULLA_CHUNKS_DATA_CR;
  }
  return at;
}
