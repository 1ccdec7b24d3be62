/* bulla-integrity-block.c - reads the integrity block in front of a signed web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Signatures are not verified here. Spec: IB. */
#include "bulla-integrity-block.h"

#include <string.h>

#include "bulla-cbor.h"

#define MAGIC_HEAD 0x48 /* head of a byte string of 8 bytes */
#define VERSION_SIZE 4
#define ED25519_SIGNATURE_SIZE 64
#define P256_SIGNATURE_MIN 64 /* smallest signature in DER, in bytes, as in Chromium */
#define P256_SIGNATURE_MAX 72

static const guint8 magic[] = {0x48, 0xf0, 0x9f, 0x96, 0x8b, 0xf0, 0x9f, 0x93, 0xa6};

static const BullaCborReasons reasons = {
    BULLA_REASON_INTEGRITY_MALFORMED,
    BULLA_REASON_INTEGRITY_NOT_CANONICAL,
    BULLA_REASON_INTEGRITY_TYPE,
    BULLA_REASON_INTEGRITY_TRUNCATED,
};

typedef struct {
  BullaIntegrityBlock *block;
  BullaFacts *facts;
  BullaCursor *in;
} Reading;

/**
 * bulla_integrity_block_recognise: (skip)
 * @data: the first bytes of a file
 * @length: number of bytes; %BULLA_INTEGRITY_MAGIC_SIZE are enough
 *
 * Also accepts a head that is longer than necessary, because no other kind of file begins like
 * this; reading the block then reports the fault.
 *
 * Returns: whether @data begins with an integrity block of any version
 */
gboolean
bulla_integrity_block_recognise (const guint8 *data, size_t length)
{
  if (length < BULLA_INTEGRITY_MAGIC_SIZE || data[0] >> 5 != BULLA_CBOR_ARRAY)
    return FALSE;
  size_t width = bulla_cbor_head_width (data[0]);
  return memcmp (data + width, magic, MIN (sizeof magic, length - width)) == 0;
}

static BullaSpan
span_between (BullaSpan from, BullaSpan to)
{
  return (BullaSpan){from.data, (size_t)(to.offset - from.offset), from.offset};
}

/* Reads a number, a truth value or a string, which contain no other items. */
static gboolean
expect_simple_value (BullaCursor *in, BullaCborItem *value)
{
  if (!bulla_cbor_next (in, &reasons, value))
    return FALSE;
  guint8 first = value->whole.data[0];
  gboolean truth = first == 0xf4 || first == 0xf5;
  return bulla_cursor_require (in, value->type <= BULLA_CBOR_TEXT || truth, value->whole,
                               BULLA_REASON_INTEGRITY_ATTRIBUTES,
                               "a value that is not a truth value, number, byte string or text");
}

static gboolean
expect_key (BullaCursor *in, BullaCborKeys *keys, BullaCborItem *key)
{
  return bulla_cbor_expect (in, &reasons, BULLA_CBOR_TEXT, "an attribute whose name is not text",
                            key)
         && bulla_cbor_check_key (in, &reasons, keys, key->whole);
}

static void
take_id (Reading *self, const BullaCborItem *value)
{
  BullaCursor *in = self->in;
  const char *why = "not text, or empty";

  self->facts->integrity.id_range = bulla_span_range (value->whole);
  if (!bulla_cursor_require (in, value->type == BULLA_CBOR_TEXT && value->bytes.length > 0,
                             value->whole, BULLA_REASON_INTEGRITY_WEB_BUNDLE_ID, why))
    return;
  g_autofree char *id = g_strndup ((const char *)value->bytes.data, value->bytes.length);
  gboolean fine =
      strlen (id) == value->bytes.length && bulla_web_bundle_id_parse (id, NULL, NULL, &why);
  if (bulla_cursor_require (in, fine, value->whole, BULLA_REASON_INTEGRITY_WEB_BUNDLE_ID, why))
    self->block->web_bundle_id = g_steal_pointer (&id);
}

static gboolean
read_attributes (Reading *self)
{
  BullaCursor *in = self->in;
  BullaSpan start = in->rest;
  BullaCborItem map, key, value;
  BullaCborKeys keys = {0};

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_MAP, "attributes that are not a map", &map))
    return FALSE;
  for (guint64 i = 0; i < map.number; i++) {
    if (!expect_key (in, &keys, &key) || !expect_simple_value (in, &value))
      return FALSE;
    if (bulla_span_equal (key.bytes, "webBundleId", 11))
      take_id (self, &value);
  }
  self->block->attributes = span_between (start, in->rest);
  return bulla_cursor_require (in, self->block->web_bundle_id != NULL, map.whole,
                               BULLA_REASON_INTEGRITY_WEB_BUNDLE_ID, "no webBundleId");
}

/* Exactly one attribute of a signature must be a known key, as a byte string. */
static gboolean
read_key (BullaCursor *in, BullaIntegritySignature *signature)
{
  BullaSpan start = in->rest;
  BullaCborItem map, key, value;
  BullaCborKeys keys = {0};
  guint n_keys = 0;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_MAP, "attributes that are not a map", &map))
    return FALSE;
  for (guint64 i = 0; i < map.number; i++) {
    if (!expect_key (in, &keys, &key) || !expect_simple_value (in, &value))
      return FALSE;
    gboolean ed25519 = bulla_span_equal (key.bytes, "ed25519PublicKey", 16);
    if (!ed25519 && !bulla_span_equal (key.bytes, "ecdsaP256SHA256PublicKey", 24))
      continue;
    n_keys++;
    signature->kind = value.type != BULLA_CBOR_BYTES ? BULLA_WEB_BUNDLE_KEY_UNKNOWN
                      : ed25519                      ? BULLA_WEB_BUNDLE_KEY_ED25519
                                                     : BULLA_WEB_BUNDLE_KEY_P256;
    signature->key = value.bytes;
  }
  if (n_keys != 1)
    signature->kind = BULLA_WEB_BUNDLE_KEY_UNKNOWN;
  if (signature->kind == BULLA_WEB_BUNDLE_KEY_UNKNOWN)
    signature->key = (BullaSpan){0};
  signature->attributes = span_between (start, in->rest);
  return TRUE;
}

static gboolean
check_sizes (BullaCursor *in, const BullaIntegritySignature *signature)
{
  size_t key = signature->key.length, length = signature->signature.length;

  if (signature->kind == BULLA_WEB_BUNDLE_KEY_ED25519)
    return bulla_cursor_require (in, key == BULLA_ED25519_KEY_SIZE, signature->key,
                                 BULLA_REASON_INTEGRITY_KEY, "an Ed25519 key has 32 bytes")
           && bulla_cursor_require (in, length == ED25519_SIGNATURE_SIZE, signature->signature,
                                    BULLA_REASON_INTEGRITY_KEY,
                                    "an Ed25519 signature has 64 bytes");
  if (signature->kind != BULLA_WEB_BUNDLE_KEY_P256)
    return TRUE;
  return bulla_cursor_require (in, key == BULLA_P256_KEY_SIZE, signature->key,
                               BULLA_REASON_INTEGRITY_KEY,
                               "a compressed point of P-256 has 33 bytes")
         && bulla_cursor_require (in, length >= P256_SIGNATURE_MIN && length <= P256_SIGNATURE_MAX,
                                  signature->signature, BULLA_REASON_INTEGRITY_KEY,
                                  "an ECDSA signature has 64 to 72 bytes");
}

static gboolean
read_signature (Reading *self, BullaIntegritySignature *signature)
{
  BullaCursor *in = self->in;
  BullaSpan start = in->rest;
  BullaCborItem array, value;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_ARRAY, "a signature that is not an array",
                          &array)
      || !bulla_cursor_require (in, array.number == 2, array.whole, BULLA_REASON_INTEGRITY_TYPE,
                                "not attributes and a signature")
      || !read_key (in, signature)
      || !bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES,
                             "a signature that is not a byte string", &value))
    return FALSE;
  signature->signature = value.bytes;
  signature->whole = span_between (start, in->rest);
  return check_sizes (in, signature);
}

static gboolean
read_stack (Reading *self)
{
  BullaCursor *in = self->in;
  BullaIntegrityBlock *block = self->block;
  BullaIntegrityFacts *facts = &self->facts->integrity;
  BullaSpan start = in->rest;
  BullaCborItem stack;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_ARRAY, "signatures that are not an array",
                          &stack)
      || !bulla_cursor_require (in, stack.number > 0, stack.whole,
                                BULLA_REASON_INTEGRITY_NO_SIGNATURES, "an empty list")
      || !bulla_cursor_require (in, stack.number <= BULLA_INTEGRITY_SIGNATURES_MAX, stack.whole,
                                BULLA_REASON_INTEGRITY_TOO_LARGE,
                                "more signatures than Bulla reads"))
    return FALSE;
  block->signatures = g_new0 (BullaIntegritySignature, stack.number);
  for (guint64 i = 0; i < stack.number; i++) {
    BullaIntegritySignature *signature = &block->signatures[block->n_signatures++];
    if (!read_signature (self, signature))
      return FALSE;
    gboolean known = signature->kind != BULLA_WEB_BUNDLE_KEY_UNKNOWN;
    facts->n_known += known;
    if (i == 0)
      facts->first_known = known ? BULLA_YES : BULLA_NO;
  }
  facts->n_signatures = block->n_signatures;
  facts->entries_range = bulla_span_range (span_between (start, in->rest));
  return TRUE;
}

/* Requires "2b" and two zeros; another version is copied for display without trailing zeros. */
static gboolean
read_version (Reading *self, guint64 n_items)
{
  BullaCursor *in = self->in;
  BullaCborItem version;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES, "a version that is not a byte string",
                          &version)
      || !bulla_cursor_require (in, version.bytes.length == VERSION_SIZE, version.whole,
                                BULLA_REASON_INTEGRITY_TYPE, "a version that is not of 4 bytes"))
    return FALSE;
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = 0; i < VERSION_SIZE; i++)
    if (g_ascii_isgraph ((char)version.bytes.data[i]))
      g_string_append_c (text, (char)version.bytes.data[i]);
    else if (version.bytes.data[i] != 0)
      g_string_append_c (text, '?');
  self->facts->integrity.version = bulla_facts_intern (self->facts, text->str);
  gboolean v1 = bulla_span_equal (version.bytes, "1b\0\0", VERSION_SIZE);
  gboolean v2 = bulla_span_equal (version.bytes, "2b\0\0", VERSION_SIZE);
  self->block->version = v1 ? 1 : 2;
  return bulla_cursor_require (in, v1 || v2, version.whole, BULLA_REASON_INTEGRITY_VERSION,
                               "another version")
         && bulla_cursor_require (in, n_items == (v1 ? 3 : 4), version.whole,
                                  BULLA_REASON_INTEGRITY_TYPE,
                                  "not as many items as this version has");
}

static void
read_block (Reading *self)
{
  BullaCursor *in = self->in;
  BullaSpan start = in->rest;
  BullaCborItem array, item;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_ARRAY, "not an array", &array)
      || !bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES, "a magic that is not a byte string",
                             &item)
      || !bulla_cursor_require (in, bulla_span_equal (item.whole, magic, sizeof magic), item.whole,
                                BULLA_REASON_INTEGRITY_MAGIC, "unrecognised file signature")
      || !read_version (self, array.number))
    return;
  self->block->head = span_between (start, in->rest);
  if (self->block->version == 2 && !read_attributes (self))
    return;
  read_stack (self);
}

/* Moves the spans to a copy of the bytes that outlives the input. */
static void
move (BullaSpan *span, const guint8 *from, const guint8 *to)
{
  if (span->data != NULL)
    span->data = to + (span->data - from);
}

static void
keep_bytes (BullaIntegrityBlock *block, const guint8 *from, size_t length)
{
  block->bytes = g_bytes_new (from, length);
  const guint8 *to = g_bytes_get_data (block->bytes, NULL);
  move (&block->head, from, to);
  move (&block->attributes, from, to);
  for (guint i = 0; i < block->n_signatures; i++) {
    move (&block->signatures[i].attributes, from, to);
    move (&block->signatures[i].key, from, to);
    move (&block->signatures[i].signature, from, to);
    move (&block->signatures[i].whole, from, to);
  }
}

/**
 * bulla_integrity_block_read: (skip)
 * @start: the first bytes of the file that have arrived
 * @at_end: whether no more bytes will arrive
 * @facts: receives `integrity`, unless @wants_more is set
 * @wants_more: (out): whether more bytes are needed
 *
 * A block of version 1 is read for inspection, but is still a fault.
 *
 * Returns: (transfer full) (nullable): the block, if it could be read; its length is that of its
 *   `bytes`
 */
BullaIntegrityBlock *
bulla_integrity_block_read (BullaSpan start, gboolean at_end, BullaFacts *facts,
                            gboolean *wants_more)
{
  g_autoptr (BullaIntegrityBlock) block = g_new0 (BullaIntegrityBlock, 1);
  BullaSpan within = {start.data, MIN (start.length, BULLA_INTEGRITY_BLOCK_MAX), start.offset};
  g_auto (BullaCursor) in = bulla_cursor_over (within, BULLA_REASON_INTEGRITY_TRUNCATED);
  Reading reading = {block, facts, &in};

  facts->integrity = (BullaIntegrityFacts){.present = BULLA_YES};
  read_block (&reading);
  in.closed = TRUE;
  gboolean cut = in.fault != NULL && in.fault->code == BULLA_REASON_INTEGRITY_TRUNCATED;
  *wants_more = cut && !at_end && start.length < BULLA_INTEGRITY_BLOCK_MAX;
  if (*wants_more) {
    facts->integrity = (BullaIntegrityFacts){0};
    return NULL;
  }
  if (cut && start.length >= BULLA_INTEGRITY_BLOCK_MAX) {
    g_clear_error (&in.fault);
    bulla_fault_set (&in.fault, BULLA_REASON_INTEGRITY_TOO_LARGE, bulla_span_range (within),
                     "more than 1 MiB");
  }
  gboolean whole = in.fault == NULL;
  if (whole && block->version == 1)
    bulla_fault_set (&in.fault, BULLA_REASON_INTEGRITY_VERSION, bulla_span_range (block->head),
                     "version 1, which is obsolete");
  facts->integrity.web_bundle_id = bulla_facts_intern (facts, block->web_bundle_id);
  if (in.fault != NULL)
    bulla_facts_take_fault (facts, &facts->integrity.block, g_steal_pointer (&in.fault));
  else
    bulla_part_set_ok (&facts->integrity.block);
  if (!whole)
    return NULL;
  keep_bytes (block, start.data, (size_t)(in.rest.offset - start.offset));
  return g_steal_pointer (&block);
}

void
bulla_integrity_block_free (BullaIntegrityBlock *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->web_bundle_id);
  g_free (self->signatures);
  g_free (self);
}
