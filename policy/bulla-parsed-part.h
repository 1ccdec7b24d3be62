/* bulla-parsed-part.h - tri-state facts, and the result of reading one part of a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

/* The zero value is "unknown", so a fact that was never set never counts. */
typedef enum { BULLA_UNKNOWN, BULLA_YES, BULLA_NO } BullaKnown;

/* the result of reading one part of a package */
typedef struct {
  BullaKnown read;    /* BULLA_YES: read to its end without a fault */
  BullaReason reason; /* the fault; NONE if there is none */
  BullaRange range;   /* bytes of the fault */
  const char *detail; /* the observation, or why the part was not read */
} BullaPart;

G_END_DECLS
