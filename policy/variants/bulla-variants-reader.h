/* bulla-variants-reader.h - reads names and values in the wire forms of Variants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-variants-readings.h"

G_BEGIN_DECLS

/* A position in a field. Values are copied to @out, each with a NUL; a buffer of twice the length
 * of the field plus two bytes has room for all. */
typedef struct {
  const char *at; /* borrowed; the rest of the field */
  char *out;      /* borrowed; where the next value is written */
  BullaVariantsSyntax syntax;
  const BullaVariantsReadings *readings;
} BullaVariantsReader;

void bulla_variants_reader_skip_space (BullaVariantsReader *self);
const char *bulla_variants_reader_take_value (BullaVariantsReader *self);
const char *bulla_variants_reader_take_name (BullaVariantsReader *self);
gboolean bulla_variants_reader_skip_parameters (BullaVariantsReader *self);

G_END_DECLS
