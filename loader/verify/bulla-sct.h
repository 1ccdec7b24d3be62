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

/* Where timestamps may be. */
typedef struct {
  BullaSpan certificate; /* the leaf in DER */
  BullaSpan in_chain;    /* the `sct` value of the leaf in the chain; length 0 if absent */
  GBytes *in_ocsp;       /* borrowed; nullable; the list in the OCSP response */
} BullaSctSources;

void bulla_scts_read (BullaScts *self, BullaAnchors *anchors, X509 *leaf, X509 *issuer,
                      const BullaSctSources *sources, gint64 now);

G_END_DECLS
