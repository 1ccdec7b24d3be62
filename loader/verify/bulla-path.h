/* bulla-path.h - builds the path from a leaf to a root, and checks the permitted uses of the leaf
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-anchors.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

/* The verification result is the same at any time in this window. */
typedef struct {
  gint64 from, to; /* Unix seconds, both included */
} BullaWindow;

typedef struct {
  BullaCertFlags flags;
  char *detail;  /* owned; the first error; NULL without one */
  X509 *issuer;  /* owned; NULL if not found; certificate of the leaf's issuer */
  char *revoked; /* owned; NULL if no certificate is on the local revocation list; which one, and
                    why */
  gint64 not_before, not_after;
  gint64 end; /* earliest notAfter of the path, Unix seconds; G_MAXINT64 without a path */
  BullaWindow window;
} BullaPath;

void bulla_path_build (BullaPath *self, BullaAnchors *anchors, X509 *leaf, STACK_OF (X509) * hints,
                       gint64 now);
void bulla_path_clear (BullaPath *self);
void bulla_window_narrow (BullaWindow *window, gint64 from, gint64 to, gint64 now);
gint64 bulla_time_to_unix (const ASN1_TIME *time);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaPath, bulla_path_clear)

G_END_DECLS
