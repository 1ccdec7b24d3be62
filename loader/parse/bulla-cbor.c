/* bulla-cbor.c - decodes canonical CBOR one item at a time
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Simple canonical tokens, of which an index has very many, are decoded here; libcbor decodes all
 * others, without allocating memory. Shortest form, key order, UTF-8, depth and counts are checked
 * here.
 * Spec: IMPL 3.4; RFC 7049 section 3.9. */
#include "bulla-cbor.h"

#include <cbor.h>
#include <string.h>

#define MAX_DEPTH 16
#define MAX_SKIPPED 4096

/* The result of the callbacks for one token. */
typedef struct {
  BullaCborItem item;
  gboolean indefinite;
} Token;

#define NUMBER(name, kind, ctype)                                                                  \
  static void on_##name (void *context, ctype value)                                               \
  {                                                                                                \
    Token *token = context;                                                                        \
    token->item.type = kind;                                                                       \
    token->item.number = (guint64)value;                                                           \
  }

NUMBER (uint8, BULLA_CBOR_UNSIGNED, uint8_t)
NUMBER (uint16, BULLA_CBOR_UNSIGNED, uint16_t)
NUMBER (uint32, BULLA_CBOR_UNSIGNED, uint32_t)
NUMBER (uint64, BULLA_CBOR_UNSIGNED, uint64_t)
NUMBER (negint8, BULLA_CBOR_NEGATIVE, uint8_t)
NUMBER (negint16, BULLA_CBOR_NEGATIVE, uint16_t)
NUMBER (negint32, BULLA_CBOR_NEGATIVE, uint32_t)
NUMBER (negint64, BULLA_CBOR_NEGATIVE, uint64_t)
NUMBER (array, BULLA_CBOR_ARRAY, size_t)
NUMBER (map, BULLA_CBOR_MAP, size_t)
NUMBER (tag, BULLA_CBOR_TAG, uint64_t)

/* The values are not used, and not every float has an integer value. */
#define VALUELESS(name, ctype)                                                                     \
  static void on_##name (void *context, ctype value)                                               \
  {                                                                                                \
    ((Token *)context)->item.type = BULLA_CBOR_SIMPLE;                                             \
  }

VALUELESS (float, float)
VALUELESS (double, double)
VALUELESS (boolean, bool)

static void
on_string (Token *token, BullaCborType type, cbor_data data, size_t length)
{
  token->item.type = type;
  token->item.number = length;
  token->item.bytes.data = data;
  token->item.bytes.length = length;
}

static void
on_bytes (void *context, cbor_data data, size_t length)
{
  on_string (context, BULLA_CBOR_BYTES, data, length);
}

static void
on_text (void *context, cbor_data data, size_t length)
{
  on_string (context, BULLA_CBOR_TEXT, data, length);
}

static void
on_simple (void *context)
{
  ((Token *)context)->item.type = BULLA_CBOR_SIMPLE;
}

static void
on_indefinite (void *context)
{
  ((Token *)context)->indefinite = TRUE;
}

static const struct cbor_callbacks callbacks = {
    .uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negint8,
    .negint16 = on_negint16,
    .negint32 = on_negint32,
    .negint64 = on_negint64,
    .byte_string_start = on_indefinite,
    .byte_string = on_bytes,
    .string = on_text,
    .string_start = on_indefinite,
    .indef_array_start = on_indefinite,
    .array_start = on_array,
    .indef_map_start = on_indefinite,
    .map_start = on_map,
    .tag = on_tag,
    .float2 = on_float,
    .float4 = on_float,
    .float8 = on_double,
    .undefined = on_simple,
    .null = on_simple,
    .boolean = on_boolean,
    .indef_break = on_indefinite,
};

/* Returns the length of the shortest head for a number: RFC 7049 section 3.9. */
static size_t
shortest_head (guint64 number)
{
  return number < 24 ? 1 : number <= 0xff ? 2 : number <= 0xffff ? 3 : number <= 0xffffffff ? 5 : 9;
}

/**
 * bulla_cbor_head_width: (skip)
 * @first: the first byte of an item
 *
 * Returns: bytes of its head; 1 if @first does not begin an item of definite length
 */
size_t
bulla_cbor_head_width (guint8 first)
{
  guint info = first & 31;

  return info < 24 || info > 27 ? 1 : 1 + ((size_t)1 << (info - 24));
}

static gboolean
is_utf8 (BullaSpan text)
{
  size_t at = 0;
  guint64 bits = 0, word;

  for (; at + sizeof word <= text.length; at += sizeof word) {
    memcpy (&word, text.data + at, sizeof word);
    bits |= word;
  }
  for (; at < text.length; at++)
    bits |= text.data[at];
  return (bits & G_GUINT64_CONSTANT (0x8080808080808080)) == 0
         || g_utf8_validate_len ((const char *)text.data, text.length, NULL);
}

/* Accepts a complete, definite head in shortest form, but not a simple value. */
static gboolean
read_plain_head (BullaSpan rest, BullaCborItem *item)
{
  guint8 first = rest.length > 0 ? rest.data[0] : 0xff;
  size_t width = bulla_cbor_head_width (first);

  if (first >> 5 >= BULLA_CBOR_SIMPLE || (first & 31) > 27 || rest.length < width)
    return FALSE;
  guint64 number = width > 1 ? 0 : first & 31;
  for (size_t i = 1; i < width; i++)
    number = number << 8 | rest.data[i];
  item->type = (BullaCborType)(first >> 5);
  item->number = number;
  item->whole = (BullaSpan){rest.data, width, rest.offset};
  return width == shortest_head (number);
}

/* Reads a number, a string, or the head of an array, map or tag. */
static gboolean
take_plain (BullaCursor *in, BullaCborItem *item)
{
  if (!read_plain_head (in->rest, item))
    return FALSE;
  if (item->type != BULLA_CBOR_BYTES && item->type != BULLA_CBOR_TEXT)
    return TRUE;
  size_t width = item->whole.length;
  if (item->number > in->rest.length - width)
    return FALSE;
  item->bytes = (BullaSpan){in->rest.data + width, (size_t)item->number, in->rest.offset + width};
  item->whole.length += item->bytes.length;
  return TRUE;
}

/* Handles every token that take_plain() rejects, and finds the fault. */
static gboolean
take_token (BullaCursor *in, const BullaCborReasons *reasons, BullaCborItem *item)
{
  Token token = {0};
  BullaSpan rest = in->rest;
  BullaSpan head = {rest.data, MIN (rest.length, 9), rest.offset};
  struct cbor_decoder_result result =
      cbor_stream_decode (rest.data, rest.length, &callbacks, &token);
  gboolean short_of = result.status == CBOR_DECODER_NEDATA || rest.length == 0;

  /* `required` cannot be used because it overflows. The input ends here unless a reason is set. */
  if (!bulla_cursor_require (in, result.status == CBOR_DECODER_FINISHED && result.read > 0, head,
                             short_of && reasons->truncated != BULLA_REASON_NONE
                                 ? reasons->truncated
                                 : reasons->malformed,
                             short_of ? "an item longer than its part" : "not CBOR")
      || !bulla_cursor_require (in, !token.indefinite, head, reasons->not_canonical,
                                "an indefinite length"))
    return FALSE;
  token.item.whole = (BullaSpan){rest.data, result.read, rest.offset};
  size_t width = result.read - token.item.bytes.length;
  token.item.bytes.offset = rest.offset + width;
  *item = token.item;
  return bulla_cursor_require (
      in, item->type == BULLA_CBOR_SIMPLE || width == shortest_head (item->number), item->whole,
      reasons->not_canonical, "a number that is not in shortest form");
}

/* Takes an item. @any_text: whether its text need not be UTF-8 */
static inline gboolean
take_next (BullaCursor *in, const BullaCborReasons *reasons, gboolean any_text, BullaCborItem *item)
{
  *item = (BullaCborItem){0};
  if (in->fault != NULL || (!take_plain (in, item) && !take_token (in, reasons, item))
      || (item->type == BULLA_CBOR_TEXT && !any_text
          && !bulla_cursor_require (in, is_utf8 (item->bytes), item->whole, reasons->malformed,
                                    "text that is not UTF-8"))) {
    *item = (BullaCborItem){0};
    return FALSE;
  }
  bulla_cursor_take (in, item->whole.length);
  return TRUE;
}

/**
 * bulla_cbor_next: (skip)
 * @in: a cursor at the start of the item
 * @reasons: the reasons reported for CBOR faults
 * @item: (out caller-allocates): the item; for an array or a map, only its head
 *
 * Returns: whether there is no fault
 */
gboolean
bulla_cbor_next (BullaCursor *in, const BullaCborReasons *reasons, BullaCborItem *item)
{
  return take_next (in, reasons, FALSE, item);
}

/**
 * bulla_cbor_expect_any_text: (skip)
 * @in: a cursor at the start of the item
 * @reasons: the reasons reported for CBOR faults
 * @what: name of the item, for the fault
 * @item: (out caller-allocates): the item; its text need not be UTF-8, so the caller checks it
 *
 * For text that a fault has to name.
 *
 * Returns: whether the item is valid but for its characters, and text
 */
gboolean
bulla_cbor_expect_any_text (BullaCursor *in, const BullaCborReasons *reasons, const char *what,
                            BullaCborItem *item)
{
  return take_next (in, reasons, TRUE, item)
         && bulla_cursor_require (in, item->type == BULLA_CBOR_TEXT, item->whole, reasons->type,
                                  what);
}

/**
 * bulla_cbor_expect: (skip)
 * @in: a cursor at the start of the item
 * @reasons: the reasons reported for CBOR faults
 * @type: the required type
 * @what: name of the item, for the fault
 * @item: (out caller-allocates): the item
 *
 * Returns: whether the item is valid and of that type
 */
gboolean
bulla_cbor_expect (BullaCursor *in, const BullaCborReasons *reasons, BullaCborType type,
                   const char *what, BullaCborItem *item)
{
  if (!bulla_cbor_next (in, reasons, item))
    return FALSE;
  return bulla_cursor_require (in, item->type == type, item->whole, reasons->type, what);
}

/**
 * bulla_cbor_expect_head: (skip)
 * @in: a cursor at the start of the item
 * @reasons: the reasons reported for CBOR faults
 * @type: the required type
 * @what: name of the item, for the fault
 * @item: (out caller-allocates): the item, without the contents of a string
 *
 * For strings whose contents are read later, or skipped.
 *
 * Returns: whether the item is valid and of that type
 */
gboolean
bulla_cbor_expect_head (BullaCursor *in, const BullaCborReasons *reasons, BullaCborType type,
                        const char *what, BullaCborItem *item)
{
  BullaSpan rest = in->rest;
  guint info = rest.length > 0 ? rest.data[0] & 31 : 0;

  *item = (BullaCborItem){0};
  size_t width = rest.length > 0 ? bulla_cbor_head_width (rest.data[0]) : 1;
  BullaSpan head = {rest.data, MIN (width, rest.length), rest.offset};
  return bulla_cursor_require (in, width <= rest.length, head,
                               reasons->truncated != BULLA_REASON_NONE ? reasons->truncated
                                                                       : reasons->malformed,
                               "a head longer than its part")
         && bulla_cursor_require (in, info < 28 || info == 31, head, reasons->malformed, "not CBOR")
         && bulla_cursor_require (in, rest.data[0] >> 5 == (guint8)type, head, reasons->type, what)
         && bulla_cursor_require (in, info != 31, head, reasons->not_canonical,
                                  "an indefinite length")
         && bulla_cursor_require (in, read_plain_head (rest, item), head, reasons->not_canonical,
                                  "a number that is not in shortest form")
         && bulla_cursor_take (in, width).length == width;
}

/**
 * bulla_cbor_check_key: (skip)
 * @in: the cursor that receives a fault
 * @reasons: the reasons reported for CBOR faults
 * @keys: (inout): the keys of the map so far; initially all zero
 * @key: the next key, encoded
 *
 * Spec: IMPL 3.4: keys are sorted by their encoded bytes, and unique.
 */
gboolean
bulla_cbor_check_key (BullaCursor *in, const BullaCborReasons *reasons, BullaCborKeys *keys,
                      BullaSpan key)
{
  if (in->fault != NULL)
    return FALSE;
  BullaSpan before = keys->previous;
  gboolean any = keys->any;
  keys->previous = key;
  keys->any = TRUE;
  if (!any)
    return TRUE;
  int order = memcmp (before.data, key.data, MIN (before.length, key.length));
  if (order == 0)
    order = before.length < key.length ? -1 : before.length > key.length;
  return bulla_cursor_require (in, order < 0, key, reasons->not_canonical,
                               order == 0 ? "a key that comes twice" : "a key out of order");
}

/* An item that is being skipped. */
typedef struct {
  guint64 left; /* remaining items in it */
  gboolean is_map;
  BullaCborKeys keys;
} Level;

/* Descends one level if the item contains others. */
static gboolean
enter (BullaCursor *in, const BullaCborReasons *reasons, const BullaCborItem *item, guint64 max,
       Level *level, guint *depth)
{
  gboolean is_map = item->type == BULLA_CBOR_MAP, is_tag = item->type == BULLA_CBOR_TAG;

  if (!is_map && !is_tag && item->type != BULLA_CBOR_ARRAY)
    return TRUE;
  if (!bulla_cursor_require (in, *depth + 1 < MAX_DEPTH && (is_tag || item->number <= max),
                             item->whole, reasons->malformed,
                             "nested more deeply or longer than Bulla reads"))
    return FALSE;
  level[++*depth] = (Level){is_tag ? 1 : item->number * (is_map ? 2 : 1), is_map, {{0}}};
  return TRUE;
}

/**
 * bulla_cbor_skip_within: (skip)
 * @in: the start of an item of any type
 * @reasons: the reasons reported for CBOR faults
 * @max: maximum number of items, including nested ones and the item itself
 *
 * Skips one item with all nested items, without recursion. The order of keys is not checked if they
 * contain other items.
 */
gboolean
bulla_cbor_skip_within (BullaCursor *in, const BullaCborReasons *reasons, guint64 max)
{
  Level level[MAX_DEPTH] = {{.left = 1}};
  guint depth = 0;
  guint64 seen = 0;
  BullaCborItem item;

  while (depth > 0 || level[0].left > 0) {
    Level *here = &level[depth];
    if (here->left == 0) {
      depth--;
      continue;
    }
    gboolean is_key = here->is_map && here->left % 2 == 0;
    here->left--;
    if (!bulla_cbor_next (in, reasons, &item)
        || !bulla_cursor_require (in, ++seen <= max, item.whole, reasons->malformed,
                                  "more items than Bulla reads")
        || (is_key && item.type <= BULLA_CBOR_TEXT
            && !bulla_cbor_check_key (in, reasons, &here->keys, item.whole))
        || !enter (in, reasons, &item, max, level, &depth))
      return FALSE;
  }
  return TRUE;
}

/**
 * bulla_cbor_skip: (skip)
 * @in: the start of an item of any type
 * @reasons: the reasons reported for CBOR faults
 *
 * Like bulla_cbor_skip_within(), with a limit that suits items that are small in valid packages.
 */
gboolean
bulla_cbor_skip (BullaCursor *in, const BullaCborReasons *reasons)
{
  return bulla_cbor_skip_within (in, reasons, MAX_SKIPPED);
}
