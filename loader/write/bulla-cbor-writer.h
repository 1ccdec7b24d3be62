/* bulla-cbor-writer.h - writes canonical CBOR: shortest heads, sorted keys, no indefinite lengths
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_CBOR_UNSIGNED = 0,
  BULLA_CBOR_BYTES = 2,
  BULLA_CBOR_TEXT = 3,
  BULLA_CBOR_ARRAY = 4,
  BULLA_CBOR_MAP = 5,
} BullaCborMajor;

typedef struct {
  GPtrArray *tokens; /* owned; of GBytes: each a head, with the payload of a string */
} BullaCborWriter;

typedef struct {
  BullaCborWriter *key;   /* owned; exactly one item */
  BullaCborWriter *value; /* owned; exactly one item */
} BullaCborEntry;

BullaCborWriter *bulla_cbor_writer_new (void);
void bulla_cbor_writer_free (BullaCborWriter *self);
void bulla_cbor_writer_add_unsigned (BullaCborWriter *self, uint64_t value);
void bulla_cbor_writer_add_bytes (BullaCborWriter *self, GBytes *bytes);
void bulla_cbor_writer_add_text (BullaCborWriter *self, const char *text);
void bulla_cbor_writer_add_array (BullaCborWriter *self, size_t count);
void bulla_cbor_writer_add_map (BullaCborWriter *self, GPtrArray *entries);
GBytes *bulla_cbor_writer_finish (const BullaCborWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCborWriter, bulla_cbor_writer_free)

BullaCborEntry *bulla_cbor_entry_new (void);
void bulla_cbor_entry_free (BullaCborEntry *self);

void bulla_cbor_append_head (GByteArray *out, BullaCborMajor major, uint64_t argument);
GBytes *bulla_cbor_write_token (BullaCborMajor major, uint64_t argument, GBytes *payload);

G_END_DECLS
