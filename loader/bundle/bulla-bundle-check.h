/* bulla-bundle-check.h - reads every response of a bundle to its end, and says what holds
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"

G_BEGIN_DECLS

/* one response of it, as it was found */
typedef struct {
  guint resource, variant;
  BullaRange range;   /* of the item, in the file; length 0: b1 has no such response */
  guint status;       /* 0: not read */
  BullaReason reason; /* NONE: nothing wrong, which says nothing of signatures */
  BullaOutcome outcome;
  char *vouched_by;     /* owned; nullable: nobody; the names of the certificate */
  gint64 vouched_until; /* Unix seconds; -1: nobody vouches */
  guint64 body_length;
  char *body_sha256; /* owned; nullable: not read to its end */
} BullaBundleFinding;

typedef struct {
  BullaOutcome outcome;
  BullaReason reason;
  BullaLoad *decisive; /* owned; nullable: the load whose verdict that is, not the bundle's own */
  GArray *findings;    /* owned; of BullaBundleFinding, in the order of the index */
  GHashTable *read;    /* owned; offset to 1 + the number of a finding with the body there */
} BullaBundleCheck;

/* returns FALSE to stop */
typedef gboolean (*BullaBundleProgress) (guint n_read, guint n_all, gpointer user_data);

BullaBundleCheck *bulla_bundle_check (BullaBundle *bundle, BullaBundleProgress progress,
                                      gpointer user_data, GError **error);
void bulla_bundle_check_free (BullaBundleCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundleCheck, bulla_bundle_check_free)

G_END_DECLS
