/* bulla-sct.h - verifies signed certificate timestamps from all three sources
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-anchors.h"
#include "bulla-cursor.h"
#include "bulla-facts.h"
#include "bulla-path.h"

G_BEGIN_DECLS

typedef struct {
  BullaSctFlags flags;
  const char *detail; /* static; nullable */
  guint n_found, n_valid;
  gint64 earliest;    /* Unix time in s of the earliest valid timestamp */
  gint64 live_until;  /* last second, in Unix time, in which one of their logs is not retired;
                         G_MAXINT64 if one has no such end; 0 without valid timestamps */
  BullaWindow window; /* the result is the same in it */
} BullaScts;

void bulla_scts_read (BullaScts *self, BullaAnchors *anchors, X509 *leaf, X509 *issuer,
                      BullaSpan in_chain, GBytes *in_ocsp, gint64 now);

G_END_DECLS
