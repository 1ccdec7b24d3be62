/* fuzz.h - functions shared by the fuzz targets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bulla-cursor.h"
#include "bulla-facts.h"
#include "bulla-verdict.h"

G_BEGIN_DECLS

#define FUZZ_NOW G_GINT64_CONSTANT (1795402800) /* Unix seconds at which the seeds are valid */

/* the entry point of every target; libFuzzer or replay.c calls it */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* creates an object once; it is kept and stays reachable, so that the leak checker accepts it */
#define FUZZ_ONCE(type, name, make)                                                                \
  static type *name;                                                                               \
  if (name == NULL)                                                                                \
    name = (make);

/* sizes of pieces, derived from the input, so that an input can be reproduced */
typedef struct {
  guint32 state;
} FuzzSplit;

FuzzSplit fuzz_split_new (const uint8_t *data, size_t size);
size_t fuzz_split_next (FuzzSplit *self, size_t left);

void fuzz_check_fault (const GError *error, size_t size);
void fuzz_check_part (const BullaPart *part, size_t size);
void fuzz_check_verdict (const BullaVerdict *verdict);
BullaFacts *fuzz_read_head (const uint8_t *data, size_t size, gboolean in_pieces);
GByteArray *fuzz_read_body (const uint8_t *proof, const uint8_t *coded, size_t size,
                            gboolean in_pieces, BullaFacts *facts);

G_END_DECLS
