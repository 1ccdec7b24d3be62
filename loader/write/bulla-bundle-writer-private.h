/* bulla-bundle-writer-private.h - stages of writing a web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-writer.h"
#include "bulla-cbor-writer.h"
#include "bulla-mutation.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

typedef struct {
  guint number; /* position in the file, from 0 */
  guint status;
  GPtrArray
      *headers; /* owned; of BullaWrittenHeader, without :status, and without digest if coded */
  gboolean shares_headers; /* whether other responses may have the same array */
  gboolean coded;          /* the body is coded as mi-sha256-03, because a subset covers it */
  GBytes *body;            /* owned; not coded; NULL if it is empty or in the file */
  GFile *file;             /* owned; nullable */
  guint64 file_size;       /* bytes of the file when it was added */

  /* Derived from the above, then shown as BULLA_STAGE_RESPONSE. */
  char *digest;    /* owned; NULL unless coded; the value of Digest */
  GBytes *head;    /* owned; CBOR map of the headers; may be that of other responses */
  GBytes *start;   /* owned; all bytes before the payload; NULL if they are made from the head */
  GBytes *payload; /* owned; NULL if streamed from the file */
  guint64 payload_size;
  guint64 offset, length; /* of the whole item, from the start of the responses section */
} BullaResponsePlan;

/* A URL of the index. */
typedef struct {
  guint *responses; /* numbers; may contain BULLA_BUNDLE_NO_RESPONSE */
  guint n_responses;
  char *variants; /* "" except in b1 with variants */
  char url[];     /* all of an entry is in one block of memory */
} BullaIndexEntry;

typedef struct {
  BullaCredential *credential; /* owned */
  GBytes *chain;               /* owned; application/cert-chain+cbor */
  char *validity_url;          /* owned */
  gint64 date, expires;        /* Unix time in s */
  GPtrArray *urls;             /* owned; of char *: the covered URLs */
} BullaSubsetRequest;

/* The contents to write, shown first of all as BULLA_STAGE_BUNDLE. */
typedef struct {
  BullaBundleFormat format;
  char *primary_url;    /* owned; nullable */
  char *manifest_url;   /* owned; nullable */
  GPtrArray *critical;  /* owned; of char * */
  GPtrArray *extra;     /* owned; of BullaBundlePart */
  GPtrArray *responses; /* owned; of BullaResponsePlan */
  GHashTable *headers;  /* owned; set of the GPtrArray that responses share */
  GPtrArray *index;     /* owned; of BullaIndexEntry, in the order in which they were added */
  GPtrArray *subsets;   /* owned; of BullaSubsetRequest */
  guint64 record_size;
  gboolean unchecked; /* whether to write signatures that every reader refuses */
} BullaBundlePlan;

/* A section as it is written. */
typedef struct {
  char *name;               /* owned */
  GBytes *item;             /* owned; for responses, only the array head */
  guint64 announced_length; /* bytes, as stated in section-lengths */
  gboolean has_responses;   /* the responses follow the item */
} BullaBundlePart;

/* One location of the index. BULLA_STAGE_INDEX shows a GPtrArray of BullaIndexRow. */
typedef struct {
  guint64 offset, length;
} BullaIndexLocation;

typedef struct {
  char *url;         /* owned */
  char *variants;    /* owned; NULL in b2, which has no such element */
  GArray *locations; /* owned; of BullaIndexLocation */
} BullaIndexRow;

/* bundles.md section 6: one URL of signed-subset. */
typedef struct {
  char *url;         /* owned */
  char *variants;    /* owned */
  GPtrArray *hashes; /* owned; of GBytes: header-sha256 of each location */
  char *integrity;   /* owned; "digest/mi-sha256-03" */
} BullaSubsetHash;

typedef struct {
  guint number;
  char *context;       /* owned; "Web Package 1 b1" */
  char *validity_url;  /* owned */
  GBytes *auth_sha256; /* owned; 32 bytes */
  gint64 date, expires;
  guint64 authority; /* index of the leaf among the authorities */
  GPtrArray *hashes; /* owned; of BullaSubsetHash */
  GPtrArray *extra;  /* owned; of BullaCborEntry: additional keys of the signed map */
} BullaSubsetPlan;

/* The bundle's header, shown as BULLA_STAGE_BUNDLE_HEAD. */
typedef struct {
  guint8 array_head;    /* 0x86 or 0x85 */
  GBytes *magic;        /* owned; 8 bytes */
  GBytes *version;      /* owned; 4 bytes */
  GBytes *primary;      /* owned; NULL in b2; the whole item */
  GBytes *lengths;      /* owned; content of the byte string section-lengths */
  guint64 n_sections;   /* as stated in the header */
  guint64 total_length; /* bytes, as stated at the end; 0 for the real length */
} BullaBundleHeadPlan;

typedef struct {
  size_t version;   /* offset of the 4 version bytes */
  size_t lengths;   /* offset of the byte string section-lengths */
  size_t sections;  /* offset of the first section */
  size_t responses; /* offset of the responses section's array head */
  size_t trailer;   /* offset of the last 9 bytes */
  size_t end;
} BullaBundleLayout;

/* Everything except the responses, and the offsets of all parts. */
typedef struct {
  GByteArray *head;     /* owned; bytes before the first section */
  GPtrArray *parts;     /* owned; of BullaBundlePart */
  guint64 total_length; /* bytes, as stated at the end */
  BullaBundleLayout layout;
} BullaBundleDraft;

/* The file, shown as BULLA_STAGE_BUNDLE_FILE. */
typedef struct {
  GByteArray *bytes; /* owned */
  BullaBundleLayout layout;
} BullaBundleFilePlan;

/* With a mutation, nothing is rejected, and bulla_bundle_writer_write() may be called only once. */
void bulla_bundle_writer_set_mutation (BullaBundleWriter *self, BullaMutation *mutation);
const BullaBundleLayout *bulla_bundle_writer_get_layout (BullaBundleWriter *self);
BullaBundlePlan *bulla_bundle_writer_get_plan (BullaBundleWriter *self);

BullaBundlePlan *bulla_bundle_plan_new (BullaBundleFormat format);
void bulla_bundle_plan_free (BullaBundlePlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundlePlan, bulla_bundle_plan_free)
BullaResponsePlan *bulla_bundle_plan_get_response (const BullaBundlePlan *self, guint number);
BullaResponsePlan *bulla_response_plan_new (guint number, guint status);
void bulla_bundle_plan_share_headers (BullaBundlePlan *self, BullaResponsePlan *response);
void bulla_response_plan_own_headers (BullaResponsePlan *self);
BullaIndexEntry *bulla_index_entry_new (const char *url, const char *variants,
                                        const guint *responses, gsize n_responses);
/* Returns: (transfer full) (element-type utf8 BullaIndexEntry): entries by URL; the last of equal
 * ones wins */
GHashTable *bulla_bundle_plan_map_index (const BullaBundlePlan *self);
void bulla_bundle_plan_mark_coded (BullaBundlePlan *self);
BullaBundlePart *bulla_bundle_part_new (const char *name, GBytes *item);
void bulla_bundle_part_free (BullaBundlePart *self);

gboolean bulla_bundle_plan_check (const BullaBundlePlan *plan, GError **error);
gboolean bulla_bundle_plan_check_parts (const BullaBundlePlan *plan, GPtrArray *parts,
                                        GBytes *lengths, GError **error);

/* Lays out the responses (heads and sizes), then writes their bytes. */
gboolean bulla_bundle_plan_lay_out (BullaBundlePlan *plan, BullaMutation *mutation,
                                    GCancellable *cancellable, GError **error);
guint64 bulla_response_plan_get_start_size (const BullaResponsePlan *plan);
gboolean bulla_response_plan_write (const BullaResponsePlan *plan, guint64 record_size,
                                    GOutputStream *out, GCancellable *cancellable, GError **error);

gboolean bulla_bundle_draft_init (BullaBundleDraft *self, BullaBundlePlan *plan,
                                  BullaMutation *mutation, GCancellable *cancellable,
                                  GError **error);
void bulla_bundle_draft_clear (BullaBundleDraft *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaBundleDraft, bulla_bundle_draft_clear)

/* Returns: (transfer full): the section index; all responses must be laid out */
GBytes *bulla_write_index (const BullaBundlePlan *plan, BullaMutation *mutation, GError **error);

/* Returns: (transfer full): the section signatures; all responses must be laid out */
GBytes *bulla_write_signatures (const BullaBundlePlan *plan, BullaMutation *mutation,
                                GError **error);

G_END_DECLS
