/* bulla-variants-field.h - parses the fields Variants and Variant-Key
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-variants-readings.h"

G_BEGIN_DECLS

#define BULLA_VARIANTS_AXES_MAX 16
#define BULLA_VARIANTS_VALUES_MAX 256 /* most values of one axis */
#define BULLA_VARIANTS_KEYS_MAX 256   /* most members of one Variant-Key */
#define BULLA_VARIANTS_PLACE_NONE G_MAXUINT16

typedef enum {
  BULLA_VARIANTS_MECHANISM_NONE,    /* the axis is not known */
  BULLA_VARIANTS_MECHANISM_IGNORED, /* not known either, but the profile accepts any value */
  BULLA_VARIANTS_MECHANISM_ACCEPT,
  BULLA_VARIANTS_MECHANISM_ENCODING,
  BULLA_VARIANTS_MECHANISM_LANGUAGE,
  BULLA_VARIANTS_MECHANISM_COOKIE,
} BullaVariantsMechanism;

/* an axis: the name of a request field and the values that are available */
typedef struct {
  const char *name; /* borrowed; in lower case */
  BullaVariantsMechanism mechanism;
  const char *const *values; /* borrowed; @n_values of them, the default first */
  guint n_values;            /* at most BULLA_VARIANTS_VALUES_MAX */
} BullaVariantsAxis;

/* a parsed field Variants */
typedef struct {
  BullaVariantsSyntax syntax;
  BullaVariantsAxis axes[BULLA_VARIANTS_AXES_MAX];
  guint n_axes;
  char *text;          /* owned; the bytes of all names and values */
  const char **values; /* owned; the values of all axes */
} BullaVariants;

/* a parsed field Variant-Key */
typedef struct {
  guint n_keys, n_axes; /* @n_keys is at most BULLA_VARIANTS_KEYS_MAX */
  const char **values;  /* owned array; @n_axes values for each key */
  /* owned; for each value its place among those of the axis, from 0. The number of these values
   * stands for `identity` on an axis of codings that does not list it, and
   * BULLA_VARIANTS_PLACE_NONE for every other value. */
  guint16 *places;
  char *text; /* owned; the bytes of all values */
} BullaVariantKeys;

BullaVariants *bulla_variants_parse (const char *text, BullaVariantsSyntax syntax,
                                     const BullaVariantsReadings *readings, gsize *stopped);
void bulla_variants_free (BullaVariants *self);
guint64 bulla_variants_get_product (const BullaVariants *self);
const char *bulla_variants_get_known_axes (BullaVariantsSyntax syntax,
                                           const BullaVariantsReadings *readings);
BullaVariantKeys *bulla_variant_keys_parse (const char *text, const BullaVariants *variants,
                                            const BullaVariantsReadings *readings, gsize *stopped);
BullaVariantKeys *bulla_variant_keys_new (const BullaVariants *variants, const char *const *values,
                                          guint n_keys);
void bulla_variant_keys_free (BullaVariantKeys *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaVariants, bulla_variants_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaVariantKeys, bulla_variant_keys_free)

G_END_DECLS
