/* bulla-variants-request.h - parses the request fields that Variants are negotiated by
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-request-facts.h"
#include "bulla-variants-readings.h"

G_BEGIN_DECLS

#define BULLA_PREFERENCES_MAX 256 /* most elements of one field that are read */
/* most parameters of a media type that are compared; a range with more is left out */
#define BULLA_TYPE_PARAMETERS_MAX 8

/* an element of Accept, Accept-Language or Accept-Encoding */
typedef struct {
  const char *range;      /* borrowed; without parameters */
  const char *parameters; /* borrowed; `name=value` separated by `;`; NULL if none, or ignored */
  double weight;          /* from 0 to 1; 0 refuses the range */
  guint specificity;      /* greater means more specific; comparable within one field */
  gboolean star;          /* whether the range has a star */
} BullaPreference;

/* a field: its elements by descending weight, the refused ones last */
typedef struct {
  BullaPreference *entries; /* owned; @n of them */
  guint n, n_accepted;      /* the first @n_accepted have a weight above 0 */
  char *text;               /* owned; the bytes of the ranges */
} BullaPreferences;

typedef struct {
  const char *name, *value; /* borrowed */
} BullaCookie;

/* the fields of one request, parsed once for any number of choices */
typedef struct {
  BullaPreferences accept, accept_language, accept_encoding;
  BullaCookie *cookies; /* owned; @n_cookies of them, in the order of the field */
  guint n_cookies;
  char *cookie_text; /* owned */
} BullaVariantsRequest;

BullaVariantsRequest *bulla_variants_request_new (const BullaRequestFacts *facts,
                                                  const BullaVariantsReadings *readings);
void bulla_variants_request_free (BullaVariantsRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaVariantsRequest, bulla_variants_request_free)

G_END_DECLS
