/* mutate-cbor.c - mutations of single CBOR tokens
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tokens are counted from 0: the head of a map, then key, value, key, value …; in a chain: the
 * array, the magic, the first map, "sct", its bytes, "cert", its bytes, "ocsp", its bytes, … */
#include "mutator.h"
#include "write/bulla-cbor-writer.h"
#include "write/bulla-write-private.h"

#include <string.h>

typedef struct {
  unsigned major;
  uint64_t argument;
  GBytes *payload; /* owned */
} Token;

static void
token_clear (Token *self)
{
  g_clear_pointer (&self->payload, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Token, token_clear)

/* Parses a token that the writer has encoded. */
static Token
token_parse (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  unsigned info = size > 0 ? data[0] & 0x1f : 0;
  unsigned width = info < 24 || info > 27 ? 0 : 1u << (info - 24);
  Token token = {size > 0 ? data[0] >> 5 : 0, info < 24 ? info : 0, NULL};

  if (size < 1 + width) { /* an earlier mutation has cut it */
    token.payload = g_bytes_new (NULL, 0);
    return token;
  }

  for (unsigned i = 0; i < width; i++)
    token.argument = token.argument << 8 | data[1 + i];
  token.payload = g_bytes_new (data + 1 + width, size - 1 - width);
  return token;
}

static void
replace (BullaCborWriter *cbor, guint index, GBytes *taken)
{
  g_bytes_unref (g_ptr_array_index (cbor->tokens, index));
  cbor->tokens->pdata[index] = taken;
}

/* Writes a head one width wider than necessary, or of the widest form with @widest. */
static GBytes *
widen (const Token *token, gboolean widest)
{
  GByteArray *out = g_byte_array_new ();
  unsigned steps = token->argument < 24        ? 0
                   : token->argument <= 0xff   ? 1
                   : token->argument <= 0xffff ? 2
                                               : 3;

  if (widest)
    steps = 3;
  bulla_write_be (out, token->major << 5 | (24 + steps), 1);
  bulla_write_be (out, token->argument, 1u << steps);
  bulla_write_bytes (out, token->payload);
  return g_byte_array_free_to_bytes (out);
}

static GBytes *
make_indefinite_string (const Token *token)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GBytes) chunk = bulla_cbor_write_token (token->major, token->argument, token->payload);

  bulla_write_be (out, token->major << 5 | 31, 1);
  bulla_write_bytes (out, chunk);
  bulla_write_be (out, 0xff, 1);
  return g_byte_array_free_to_bytes (out);
}

/* Returns: the index after the item that begins at @index */
static guint
skip_item (const BullaCborWriter *cbor, guint index)
{
  g_auto (Token) token = token_parse (g_ptr_array_index (cbor->tokens, index));
  uint64_t items = token.major == BULLA_CBOR_ARRAY ? token.argument
                   : token.major == BULLA_CBOR_MAP ? token.argument * 2
                                                   : 0;

  for (index++; items > 0 && index < cbor->tokens->len; items--)
    index = skip_item (cbor, index);
  return index;
}

static guint
skip_pair (const BullaCborWriter *cbor, guint index)
{
  return skip_item (cbor, skip_item (cbor, index));
}

static void
make_indefinite (BullaCborWriter *cbor, guint index, const Token *token)
{
  if (token->major == BULLA_CBOR_BYTES || token->major == BULLA_CBOR_TEXT) {
    replace (cbor, index, make_indefinite_string (token));
    return;
  }
  guint end = skip_item (cbor, index);
  const guint8 head = token->major << 5 | 31;
  replace (cbor, index, g_bytes_new (&head, 1));
  g_ptr_array_insert (cbor->tokens, end, g_bytes_new ("\xff", 1));
}

/* Exchanges the pair at @index, key and value, with the next pair. */
static gboolean
swap_pairs (BullaCborWriter *cbor, guint index)
{
  guint middle = index + 2 <= cbor->tokens->len ? skip_pair (cbor, index) : cbor->tokens->len;

  if (middle + 2 > cbor->tokens->len)
    return FALSE;
  for (guint end = skip_pair (cbor, middle); middle < end; middle++, index++)
    g_ptr_array_insert (cbor->tokens, index, g_ptr_array_steal_index (cbor->tokens, middle));
  return TRUE;
}

/* Repeats the pair at @index; the count of the map at token 0 grows with it. */
static gboolean
double_pair (BullaCborWriter *cbor, guint index)
{
  g_auto (Token) map = token_parse (g_ptr_array_index (cbor->tokens, 0));

  if (index + 2 > cbor->tokens->len || map.major != BULLA_CBOR_MAP)
    return FALSE;
  guint size = skip_pair (cbor, index) - index;
  for (guint i = 0; i < size; i++)
    g_ptr_array_insert (cbor->tokens, index + size + i,
                        g_bytes_ref (g_ptr_array_index (cbor->tokens, index + i)));
  replace (cbor, 0, bulla_cbor_write_token (BULLA_CBOR_MAP, map.argument + 1, NULL));
  return TRUE;
}

/* @in_place: whether to replace the token there; otherwise insert before it */
static gboolean
insert (BullaCborWriter *cbor, guint index, gboolean in_place, const char *value, GError **error)
{
  GByteArray *bytes = argument_bytes (value, error);

  if (bytes == NULL)
    return FALSE;
  if (in_place)
    g_ptr_array_remove_index (cbor->tokens, index);
  g_ptr_array_insert (cbor->tokens, index, g_byte_array_free_to_bytes (bytes));
  return TRUE;
}

static gboolean
retype (BullaCborWriter *cbor, guint index, const Token *token, const char *value, GError **error)
{
  int64_t major;

  if (!argument_number (value, &major, error) || major < 0 || major > 7)
    return argument_fail (value, error);
  replace (cbor, index, bulla_cbor_write_token (major, token->argument, token->payload));
  return TRUE;
}

static gboolean
recount (BullaCborWriter *cbor, guint index, const Token *token, const char *value, GError **error)
{
  int64_t number;

  if (!argument_number (value, &number, error))
    return FALSE;
  if (*value == '+' || *value == '-')
    number += token->argument;
  replace (cbor, index, bulla_cbor_write_token (token->major, number, token->payload));
  return TRUE;
}

/* Applies the mutations that need no value. */
static gboolean
spoil_plainly (BullaCborWriter *cbor, guint index, const Token *token, int way)
{
  if (way == 0 || way == 1)
    replace (cbor, index, widen (token, way == 1));
  else if (way == 2)
    make_indefinite (cbor, index, token);
  else if (way == 3)
    return swap_pairs (cbor, index);
  else if (way == 4)
    return double_pair (cbor, index);
  else if (way == 5)
    g_ptr_array_remove_index (cbor->tokens, index);
  else {
    g_ptr_array_remove_range (cbor->tokens, index, skip_item (cbor, index) - index);
    g_ptr_array_insert (cbor->tokens, index,
                        bulla_cbor_write_token (BULLA_CBOR_UNSIGNED, 200, NULL));
  }
  return TRUE;
}

/* Parses and applies "WAY[=VALUE]@INDEX". */
gboolean
cbor_spoil (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  static const char *const WAYS[] = {"wide",        "widest", "indefinite", "swap-pairs",
                                     "double-pair", "remove", "number",     "insert",
                                     "type",        "count",  "replace",    NULL};
  BullaCborWriter *cbor = subject;
  const char *place, *value;
  g_autofree char *left = argument_split (argument, '@', &place);
  g_autofree char *name = argument_split (left, '=', &value);
  int way = argument_choose (name, WAYS, error);
  size_t index;

  if (way < 0 || place == NULL || (way >= 7) != (value != NULL)
      || !argument_offset (place, cbor->tokens->len, &index, error))
    return argument_fail (argument, error);
  g_auto (Token) token = token_parse (g_ptr_array_index (cbor->tokens, index));
  if (way == 7 || way == 10)
    return insert (cbor, index, way == 10, value, error);
  if (way == 8)
    return retype (cbor, index, &token, value, error);
  if (way == 9)
    return recount (cbor, index, &token, value, error);
  return spoil_plainly (cbor, index, &token, way) || argument_fail (argument, error);
}

/* Adds a key that readers must ignore at the end of the first map: longer keys sort later. */
static void
add_last_key (BullaCborWriter *cbor, GBytes *taken)
{
  guint end = skip_item (cbor, 2);
  g_auto (Token) map = token_parse (g_ptr_array_index (cbor->tokens, 2));

  replace (cbor, 2, bulla_cbor_write_token (BULLA_CBOR_MAP, map.argument + 1, NULL));
  g_ptr_array_insert (cbor->tokens, end, g_bytes_new ("\x67unknown", 8));
  g_ptr_array_insert (cbor->tokens, end + 1, taken);
}

static gboolean
add_unknown_key (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *value = argument_bytes (argument, error);

  if (value == NULL)
    return FALSE;
  add_last_key (subject, g_byte_array_free_to_bytes (value));
  return TRUE;
}

/* Adds such a key with a value that makes the chain @argument bytes long. */
static gboolean
pad_chain (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_autoptr (GBytes) now = bulla_cbor_writer_finish (subject);
  int64_t wanted;

  if (!argument_number (argument, &wanted, error))
    return FALSE;
  int64_t rest = wanted - (int64_t)g_bytes_get_size (now) - 8;
  int64_t head = rest > 0x10004 ? 5 : 3;
  if (rest < 300 || rest > G_MAXINT)
    return argument_fail (argument, error);
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (rest - head), rest - head);
  add_last_key (subject, bulla_cbor_write_token (BULLA_CBOR_BYTES, rest - head, zeros));
  return TRUE;
}

#define WAYS_HELP                                                                                  \
  "wide widest indefinite swap-pairs double-pair remove number insert=BYTES replace=BYTES "        \
  "type=MAJOR count=N"

const MutationRow MUTATIONS_OF_CBOR[] = {
    {{"headers-cbor", "WAY@TOKEN", "Signed headers spoilt at a token: " WAYS_HELP},
     BULLA_STAGE_HEADERS_CBOR,
     cbor_spoil},
    {{"headers-append", "BYTES", "Bytes after the map of headers"},
     BULLA_STAGE_HEADERS_BYTES,
     bytes_append},
    {{"headers-truncate", "N", "Only N bytes of the map of headers"},
     BULLA_STAGE_HEADERS_BYTES,
     bytes_truncate},
    {{"headers-replace", "BYTES", "Other bytes instead of the map"},
     BULLA_STAGE_HEADERS_BYTES,
     bytes_replace},
    {{"chain-cbor", "WAY@TOKEN", "The chain spoilt at a token: " WAYS_HELP},
     BULLA_STAGE_CHAIN_CBOR,
     cbor_spoil},
    {{"chain-unknown-key", "CBOR", "A key in the first map that nobody knows"},
     BULLA_STAGE_CHAIN_CBOR,
     add_unknown_key},
    {{"chain-pad", "N", "A chain of exactly N bytes"}, BULLA_STAGE_CHAIN_CBOR, pad_chain},
    {{"chain-append", "BYTES", "Bytes after the chain"}, BULLA_STAGE_CHAIN_BYTES, bytes_append},
    {{"chain-truncate", "N", "Only N bytes of the chain"}, BULLA_STAGE_CHAIN_BYTES, bytes_truncate},
    {{"chain-drop", "N", "The last N bytes of the chain missing"},
     BULLA_STAGE_CHAIN_BYTES,
     bytes_drop},
    {{"chain-replace", "BYTES", "Other bytes instead of the chain"},
     BULLA_STAGE_CHAIN_BYTES,
     bytes_replace},
    {{NULL}},
};
