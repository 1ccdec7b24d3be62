/* bulla-bundle-check.h - reads every response of a bundle to its end and collects the verdicts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

/* The result for one response of the bundle. */
typedef struct {
  guint resource, variant;
  BullaRange range;   /* location of the item in the file; length 0 if b1 lacks the response */
  guint status;       /* HTTP status; 0 before it is read */
  BullaReason reason; /* the failed rule; NONE if none failed, even if the response is unsigned */
  BullaOutcome outcome;
  char *vouched_by;                /* owned; NULL if unsigned; names in the certificate */
  gint64 vouched_until;            /* Unix time in s; -1 if unsigned */
  BullaExpiresBy vouched_until_by; /* what ends it then */
  gint64 date; /* Unix time in s: of the signature, else its Date; -1 if it has neither */
  guint64 body_length;
  char *body_sha256;     /* owned; NULL if the body was not read to its end */
  gboolean coding_tried; /* whether it has a content coding that was checked, up to a limit */
  BullaKnown coding;     /* whether it decodes; BULLA_UNKNOWN if that is too much to decode */
} BullaBundleFinding;

/* Called when a response was judged. @load: borrowed; @decides: whether the response can decide the
 * outcome of its bundle */
typedef void (*BullaBundleEach) (BullaLoad *load, const BullaBundleFinding *finding,
                                 gboolean decides, gpointer user_data);

typedef struct {
  BullaOutcome outcome;
  BullaReason reason;
  BullaLoad *decisive;  /* owned; NULL if the bundle's own verdict decides; the load that decides */
  GArray *findings;     /* owned; BullaBundleFinding in the order of the index */
  GHashTable *read;     /* owned; offset -> 1 + index of a finding with that body */
  guint64 decode_left;  /* bytes that all bodies together may still decode to */
  BullaBundleEach each; /* nullable */
  gpointer each_data;   /* borrowed; valid during the check only */
} BullaBundleCheck;

/* Returns: FALSE to stop */
typedef gboolean (*BullaBundleProgress) (guint n_read, guint n_all, gpointer user_data);

BullaBundleCheck *bulla_bundle_check (BullaBundle *bundle, BullaBundleProgress progress,
                                      gpointer user_data, GError **error);
BullaBundleCheck *bulla_bundle_check_each (BullaBundle *bundle, BullaBundleEach each,
                                           gpointer user_data, GError **error);
void bulla_bundle_check_free (BullaBundleCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundleCheck, bulla_bundle_check_free)

G_END_DECLS
