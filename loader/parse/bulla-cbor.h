/* bulla-cbor.h - decodes canonical CBOR one item at a time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_CBOR_UNSIGNED,
  BULLA_CBOR_NEGATIVE,
  BULLA_CBOR_BYTES,
  BULLA_CBOR_TEXT,
  BULLA_CBOR_ARRAY,
  BULLA_CBOR_MAP,
  BULLA_CBOR_TAG,
  BULLA_CBOR_SIMPLE, /* the item is a simple value or a float */
} BullaCborType;

typedef struct {
  BullaCborType type;
  guint64 number;  /* the value, or the number of items or pairs that follow */
  BullaSpan bytes; /* contents of a byte or text string */
  BullaSpan whole; /* the head and the string */
} BullaCborItem;

/* Reasons that a format assigns to the CBOR faults. */
typedef struct {
  BullaReason malformed;
  BullaReason not_canonical;
  BullaReason type;
  BullaReason truncated; /* reason for missing bytes; NONE if they make the item malformed */
} BullaCborReasons;

typedef struct {
  BullaSpan previous; /* the previous key, encoded */
  gboolean any;
} BullaCborKeys;

gboolean bulla_cbor_next (BullaCursor *in, const BullaCborReasons *reasons, BullaCborItem *item);
gboolean bulla_cbor_expect (BullaCursor *in, const BullaCborReasons *reasons, BullaCborType type,
                            const char *what, BullaCborItem *item);
gboolean bulla_cbor_expect_any_text (BullaCursor *in, const BullaCborReasons *reasons,
                                     const char *what, BullaCborItem *item);
gboolean bulla_cbor_check_key (BullaCursor *in, const BullaCborReasons *reasons,
                               BullaCborKeys *keys, BullaSpan key);
gboolean bulla_cbor_skip (BullaCursor *in, const BullaCborReasons *reasons);
gboolean bulla_cbor_skip_within (BullaCursor *in, const BullaCborReasons *reasons, guint64 max);
gboolean bulla_cbor_expect_head (BullaCursor *in, const BullaCborReasons *reasons,
                                 BullaCborType type, const char *what, BullaCborItem *item);
size_t bulla_cbor_head_width (guint8 first);

G_END_DECLS
