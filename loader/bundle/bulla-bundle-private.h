/* bulla-bundle-private.h - what a bundle keeps, and how its files work together
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-internal.h"
#include "bulla-bundle-response.h"
#include "bulla-chain.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_BUNDLE_WANTS_BYTES, /* until the offset it says */
  BULLA_BUNDLE_WANTS_HASH,  /* SHA-512 of all from its start */
  BULLA_BUNDLE_JUDGED,
} BullaBundleWants;

typedef enum {
  BULLA_BUNDLE_STATION_FIND, /* where does it begin? */
  BULLA_BUNDLE_STATION_BLOCK,
  BULLA_BUNDLE_STATION_HEAD,
  BULLA_BUNDLE_STATION_LENGTH,
  BULLA_BUNDLE_STATION_HASH,
  BULLA_BUNDLE_STATION_JUDGE,
  BULLA_BUNDLE_STATION_END,
} BullaBundleStation;

/* what one subset came to; asked once for all that it covers */
typedef struct {
  BullaKnown valid; /* does the authority's key verify it? */
  char *id;         /* owned; nullable: nobody asked */
} BullaBundleVouching;

struct _BullaBundle {
  GObject parent_instance;
  BullaContext *context;     /* owned */
  BullaProfile *profile;     /* borrowed from it */
  BullaOuter *outer;         /* owned */
  BullaBundleSource *source; /* owned */
  BullaBundlePlace place;
  BullaFacts *facts; /* owned */
  BullaBundleStation station;
  guint64 block_start, wanted;    /* of the integrity block, and how much of it */
  guint64 start, pushed;          /* of the bundle, and how far it was read */
  BullaIntegrityBlock *block;     /* owned; nullable */
  BullaBundleReader *reader;      /* owned; nullable: not that far */
  BullaVerdict *verdict;          /* owned; nullable until judged */
  GPtrArray *earlier;             /* owned; verdicts that were given before, as callers keep them */
  GCancellable *waiting;          /* owned; cancelled when it is gone: for its primary resource */
  guint64 primary_end;            /* 0: the verdict does not wait for the primary resource */
  BullaChain **chains;            /* owned; of each authority; owned; nullable: not verified yet */
  BullaBundleVouching *vouchings; /* owned; as many as the section has subsets */
  char *digest;                   /* owned; nullable: nobody asked */
};

/* bulla-bundle-open.c */
gboolean bulla_bundle_step (BullaBundle *self, BullaBundleWants *wants, guint64 *until,
                            GError **error);
void bulla_bundle_give_hash (BullaBundle *self, const guint8 sha512[BULLA_HASH_MAX]);

/* bulla-bundle-find.c */
gboolean bulla_bundle_find_appended_block (BullaBundle *self, gboolean *has_block, GError **error);
gboolean bulla_bundle_check_length (BullaBundle *self, GError **error);

/* bulla-bundle-respond.c: one response, from its bytes to a load */
BullaLoad *bulla_bundle_load_there (BullaBundle *self, guint resource, guint variant,
                                    GError **error);
BullaLoad *bulla_bundle_respond (BullaBundle *self, guint resource, guint variant, BullaRange range,
                                 BullaSpan start);

/* bulla-bundle-vouch.c */
BullaVerdict *bulla_bundle_judge_response (BullaBundle *self, BullaFacts *facts, guint variant,
                                           BullaSpan headers);

/* bulla-bundle-scope.c */
void bulla_bundle_fill_scope_facts (BullaBundle *self, BullaFacts *facts);

/* bulla-bundle-judge.c */
void bulla_bundle_judge (BullaBundle *self);
void bulla_bundle_judge_again (BullaBundle *self);

G_END_DECLS
