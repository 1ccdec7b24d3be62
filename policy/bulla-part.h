/* bulla-part.h - tri-state knowledge, and a part of a package that is read as one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

/* zero is "not known", so that a fact nobody looked for never counts */
typedef enum { BULLA_UNKNOWN, BULLA_YES, BULLA_NO } BullaKnown;

/* a part of the package that is read as one */
typedef struct {
  BullaKnown read;    /* yes: to its end, without fault */
  BullaReason reason; /* the fault; NONE where there is none */
  BullaRange range;   /* the bytes to blame */
  const char *detail; /* the observation, or why the part was not read */
} BullaPart;

G_END_DECLS
