/* bulla-bundle-private.h - struct of a bundle, shared by the bulla-bundle*.c files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-internal.h"
#include "bulla-bundle-response.h"
#include "bulla-chain.h"
#include "bulla-load-internal.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_BUNDLE_WANTS_BYTES, /* the bundle waits for the bytes up to the stated offset */
  BULLA_BUNDLE_WANTS_HASH,  /* the bundle waits for the SHA-512 hash of all its bytes */
  BULLA_BUNDLE_JUDGED,
} BullaBundleWants;

typedef enum {
  BULLA_BUNDLE_STATION_FIND, /* the next step finds the start of the bundle */
  BULLA_BUNDLE_STATION_BLOCK,
  BULLA_BUNDLE_STATION_HEAD,
  BULLA_BUNDLE_STATION_LENGTH,
  BULLA_BUNDLE_STATION_HASH,
  BULLA_BUNDLE_STATION_JUDGE,
  BULLA_BUNDLE_STATION_END,
} BullaBundleStation;

/* The verification of one subset, done once for all of its responses. */
typedef struct {
  BullaKnown valid;      /* whether the authority's key verifies the signature */
  char *id;              /* owned; NULL before it is computed */
  BullaRefresh *refresh; /* owned; question to the publisher; NULL before it is asked, and while
                            verdicts wait for its answer */
  struct _BullaBundleQuestion *question; /* borrowed; NULL unless verdicts wait for the answer */
} BullaBundleVouching;

struct _BullaBundle {
  GObject parent_instance;
  BullaContext *context;     /* owned */
  BullaProfile *profile;     /* borrowed from the context */
  BullaOuter *outer;         /* owned */
  BullaBundleSource *source; /* owned */
  BullaBundlePlace place;
  BullaFacts *facts; /* owned */
  BullaBundleStation station;
  guint64 block_start, wanted;    /* offset of the integrity block; bytes needed of it */
  guint64 start, pushed;          /* offset of the bundle; bytes given to the reader */
  BullaIntegrityBlock *block;     /* owned; nullable */
  BullaBundleReader *reader;      /* owned; NULL before the bundle is read */
  BullaVerdict *verdict;          /* owned; NULL before the judgement */
  GPtrArray *earlier;             /* owned; earlier verdicts, kept because callers borrowed them */
  GCancellable *waiting;          /* owned; cancels the wait for the primary resource */
  guint64 primary_end;            /* offset of the end of the primary resource; 0 if not needed */
  BullaChain **chains;            /* owned; one for each authority, NULL before it is verified */
  guint trust_generation;         /* of the trust that verified @chains */
  BullaBundleVouching *vouchings; /* owned; one for each subset */
  gint32 *subset_of;              /* owned; NULL before it is needed; for each resource its first
                                     subset, or -1 */
  BullaFacts **caa; /* owned; one for each authority: the CAA records of its leaf's names, which are
                       looked up once for all responses; NULL before they are needed */
  gint wanting;     /* resource whose CAA records the verdict waits for; -1 if there is none */
  char *digest;     /* owned; NULL before it is computed */
};

/* defined in bulla-bundle-open.c */
gboolean bulla_bundle_step (BullaBundle *self, BullaBundleWants *wants, guint64 *until,
                            GError **error);
void bulla_bundle_give_hash (BullaBundle *self, const guint8 sha512[BULLA_HASH_MAX]);

/* defined in bulla-bundle-find-at-end.c */
gboolean bulla_bundle_find_appended_block (BullaBundle *self, gboolean *has_block, GError **error);
gboolean bulla_bundle_check_length (BullaBundle *self, GError **error);

/* defined in bulla-bundle-vouch.c */
BullaVerdict *bulla_bundle_judge_response (BullaBundle *self, BullaFacts *facts, guint variant,
                                           BullaSpan headers, gint *authority);

/* defined in bulla-bundle-supply.c */
gboolean bulla_bundle_bring_records (BullaBundle *self, GCancellable *cancellable, GError **error);

/* defined in bulla-bundle-validity.c */
gboolean bulla_bundle_begin_question (BullaBundle *self, BullaLoad *load);
void bulla_bundle_ask_publisher_async (BullaBundle *self, BullaLoad *load,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean bulla_bundle_ask_publisher_finish (BullaBundle *self, GAsyncResult *result,
                                            GError **error);
BullaRefresh *bulla_bundle_peek_refresh (BullaBundle *self, guint subset);

/* defined in bulla-bundle-scope.c */
void bulla_bundle_fill_scope_facts (BullaBundle *self, BullaFacts *facts);

/* defined in bulla-bundle-judge.c */
void bulla_bundle_judge (BullaBundle *self);
void bulla_bundle_judge_again (BullaBundle *self);
gint bulla_bundle_find_variant (BullaBundle *self, guint resource, BullaRange *range);

G_END_DECLS
