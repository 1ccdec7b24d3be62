/* bulla-sct.h - verifies signed certificate timestamps from all three sources
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-anchors.h"
#include "bulla-cursor.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

typedef struct {
  BullaSctFlags flags;
  const char *detail; /* static; nullable */
  guint n_found, n_valid;
  guint n_live;    /* valid timestamps from logs that are not retired */
  gint64 earliest; /* Unix time in s of the earliest valid timestamp */
} BullaScts;

void bulla_scts_read (BullaScts *self, BullaAnchors *anchors, X509 *leaf, X509 *issuer,
                      BullaSpan in_chain, GBytes *in_ocsp);

G_END_DECLS
