/* bulla-structured-field.h - parameterised lists of structured headers, draft 10
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_SF_NONE, /* a parameter without a value */
  BULLA_SF_INTEGER,
  BULLA_SF_FLOAT,
  BULLA_SF_STRING,
  BULLA_SF_TOKEN,
  BULLA_SF_BYTES,
  BULLA_SF_BOOLEAN,
} BullaSfType;

typedef struct {
  const char *key; /* borrowed from the member */
  BullaSfType type;
  gint64 integer;
  GBytes *bytes;    /* owned; of a byte sequence */
  const char *text; /* borrowed from the member; of a string or a token */
  BullaRange range; /* of the value; of the key if there is none */
} BullaSfParameter;

typedef struct {
  GStringChunk *texts;    /* owned; all of the member's */
  const char *identifier; /* borrowed from texts */
  GArray *parameters;     /* owned; of BullaSfParameter */
  BullaRange range;
} BullaSfMember;

GPtrArray *bulla_sf_parse_parameterised_list (BullaSpan span, BullaReason reason, GError **error);
const BullaSfParameter *bulla_sf_member_find (const BullaSfMember *self, const char *key);

G_END_DECLS
