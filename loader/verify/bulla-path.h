/* bulla-path.h - from a leaf to a root, and what the leaf may be used for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-anchors.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

/* while this lasts, asking again would give the same answer */
typedef struct {
  gint64 from, to; /* Unix seconds, both included */
} BullaWindow;

typedef struct {
  BullaCertFlags flags;
  char *detail;  /* owned; nullable; the first thing wrong */
  X509 *issuer;  /* owned; nullable; of the leaf */
  char *revoked; /* owned; nullable; which certificate is on the local revocation list, and why */
  gint64 not_before, not_after;
  BullaWindow window;
} BullaPath;

void bulla_path_build (BullaPath *self, BullaAnchors *anchors, X509 *leaf, STACK_OF (X509) * hints,
                       gint64 now);
void bulla_path_clear (BullaPath *self);
gboolean bulla_path_name_matches (X509 *leaf, const char *host);
char *bulla_path_dup_names (X509 *leaf);
void bulla_window_narrow (BullaWindow *window, gint64 from, gint64 to, gint64 now);
gint64 bulla_time_to_unix (const ASN1_TIME *time);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaPath, bulla_path_clear)

G_END_DECLS
