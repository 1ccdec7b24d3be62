/* bulla-bundle-check.h - reads every response of a bundle to its end, and says what holds
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"

G_BEGIN_DECLS

/* The result for one response of the bundle. */
typedef struct {
  guint resource, variant;
  BullaRange range;   /* of the item in the file; length 0: missing in b1 */
  guint status;       /* 0: not read */
  BullaReason reason; /* NONE: no rule failed; the response may still be unsigned */
  BullaOutcome outcome;
  char *vouched_by;     /* owned; nullable: unsigned; the names of the certificate */
  gint64 vouched_until; /* Unix seconds; -1: unsigned */
  guint64 body_length;
  char *body_sha256; /* owned; nullable: not read completely */
} BullaBundleFinding;

typedef struct {
  BullaOutcome outcome;
  BullaReason reason;
  BullaLoad *decisive; /* owned; nullable: the load whose verdict decides instead of the bundle's */
  GArray *findings;    /* owned; BullaBundleFinding in the order of the index */
  GHashTable *read;    /* owned; offset -> 1 + index of a finding with that body */
} BullaBundleCheck;

/* Returns: FALSE to stop */
typedef gboolean (*BullaBundleProgress) (guint n_read, guint n_all, gpointer user_data);

BullaBundleCheck *bulla_bundle_check (BullaBundle *bundle, BullaBundleProgress progress,
                                      gpointer user_data, GError **error);
void bulla_bundle_check_free (BullaBundleCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundleCheck, bulla_bundle_check_free)

G_END_DECLS
