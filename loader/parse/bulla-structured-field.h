/* bulla-structured-field.h - parses parameterised lists of structured headers, draft 10
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_SF_NONE, /* the parameter has no value */
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
  GBytes *bytes;    /* owned; value of a byte sequence */
  const char *text; /* borrowed from the member; value of a string or a token */
  BullaRange range; /* range of the value, or of the key without one */
} BullaSfParameter;

typedef struct {
  GStringChunk *texts;    /* owned; texts of the member */
  const char *identifier; /* borrowed from texts */
  GArray *parameters;     /* owned; of BullaSfParameter */
  BullaRange range;
} BullaSfMember;

GPtrArray *bulla_sf_parse_parameterised_list (BullaSpan span, BullaReason reason, GError **error);
const BullaSfParameter *bulla_sf_member_find (const BullaSfMember *self, const char *key);

G_END_DECLS
