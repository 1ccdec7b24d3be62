/* bulla-variants-readings.h - readings of Variants where its drafts leave a choice
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

/* The wire forms: lists of drafts 04 and 05 (`accept-language;en;fr`), and the dictionary of draft
 * 06 (`accept-language=(en fr)`). */
typedef enum { BULLA_VARIANTS_SYNTAX_LISTS, BULLA_VARIANTS_SYNTAX_DICTIONARY } BullaVariantsSyntax;

typedef enum {
  BULLA_VARIANTS_DEFAULT_WHEN_NONE,
  BULLA_VARIANTS_DEFAULT_ALWAYS_LAST
} BullaVariantsDefault;
typedef enum { BULLA_ZERO_WEIGHT_DROPS_RANGE, BULLA_ZERO_WEIGHT_EXCLUDES } BullaZeroWeight;
typedef enum { BULLA_PRECEDENCE_FIELD, BULLA_PRECEDENCE_SPECIFIC } BullaPrecedence;
typedef enum { BULLA_WILDCARDS_COUNT, BULLA_WILDCARDS_DEFAULT_ONLY } BullaWildcards;
typedef enum { BULLA_TYPE_PARAMETERS_IGNORED, BULLA_TYPE_PARAMETERS_COMPARED } BullaTypeParameters;
typedef enum { BULLA_IDENTITY_ALWAYS, BULLA_IDENTITY_REFUSABLE } BullaIdentityChoice;
typedef enum { BULLA_CODING_WILDCARD_NO, BULLA_CODING_WILDCARD_YES } BullaCodingWildcard;
typedef enum {
  BULLA_LANGUAGES_BASIC,
  BULLA_LANGUAGES_EXTENDED,
  BULLA_LANGUAGES_LOOKUP
} BullaLanguages;
typedef enum {
  BULLA_LIST_TOKENS_SH_10,
  BULLA_LIST_TOKENS_DRAFT_04,
  BULLA_LIST_TOKENS_WIDE
} BullaListTokens;
typedef enum {
  BULLA_MEMBER_PARAMETERS_FAIL,
  BULLA_MEMBER_PARAMETERS_IGNORED
} BullaMemberParameters;
typedef enum {
  BULLA_DUPLICATE_AXES_TWO_AXES,
  BULLA_DUPLICATE_AXES_FAIL,
  BULLA_DUPLICATE_AXES_LAST
} BullaDuplicateAxes;
typedef enum { BULLA_UNKNOWN_AXIS_MISMATCH, BULLA_UNKNOWN_AXIS_IGNORED } BullaUnknownAxis;
typedef enum { BULLA_COOKIE_AXIS_DRAFT_06, BULLA_COOKIE_AXIS_NEVER } BullaCookieAxis;
typedef enum {
  BULLA_ABSENT_COMBINATION_NEXT,
  BULLA_ABSENT_COMBINATION_NONE,
  BULLA_ABSENT_COMBINATION_FIRST
} BullaAbsentCombination;

/* The group [variants] of a profile; docs/profiles.md says what each key decides. All zeros are the
 * readings of draft-b3. */
typedef struct {
  BullaVariantsDefault default_value;
  BullaZeroWeight zero_weight;
  BullaPrecedence precedence;
  BullaWildcards wildcards;
  BullaTypeParameters type_parameters;
  BullaIdentityChoice identity;
  BullaCodingWildcard coding_wildcard;
  BullaLanguages languages;
  BullaListTokens list_tokens;
  BullaMemberParameters member_parameters;
  BullaDuplicateAxes duplicate_axes;
  BullaUnknownAxis unknown_axis;
  BullaCookieAxis cookie;
  BullaAbsentCombination absent_combination;
} BullaVariantsReadings;

G_END_DECLS
