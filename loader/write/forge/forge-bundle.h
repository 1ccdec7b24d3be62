/* forge-bundle.h - declares the parts of a web bundle, and the stages at which it is mutated
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The forge shares no code with the library's bundle writer, so that tests of the one can find
 * errors of the other. Spec: bundles.md */
#pragma once

#include "mutator.h"
#include "write/bulla-cbor-writer.h"
#include "write/bulla-exchange-writer-private.h"

G_BEGIN_DECLS

/* Stages after those of the library's writers; each has its subject beside it. Headers, body,
 * message and signature have the stages of exchanges. */
enum {
  FORGE_STAGE_RESPONSE_CBOR = 1000, /* BullaCborWriter of the target response */
  FORGE_STAGE_RESPONSES_CBOR,       /* BullaCborWriter of the head, and of each item as one token */
  FORGE_STAGE_INDEX,                /* GPtrArray of ForgeEntry, the target's first */
  FORGE_STAGE_INDEX_CBOR,           /* BullaCborWriter */
  FORGE_STAGE_SUBSET,               /* ForgeSubset */
  FORGE_STAGE_SIGNED_CBOR,          /* BullaCborWriter of the signed-subset */
  FORGE_STAGE_SIGNATURES_CBOR,      /* BullaCborWriter of the section, authorities as one token */
  FORGE_STAGE_SECTIONS,             /* GPtrArray of ForgeSection */
  FORGE_STAGE_LENGTHS_CBOR,         /* BullaCborWriter */
  FORGE_STAGE_TOP,                  /* ForgeTop */
  FORGE_STAGE_TOTAL,                /* uint64_t, the trailing length */
  FORGE_STAGE_BLOCK,                /* ForgeBlock */
  FORGE_STAGE_ATTRIBUTES_CBOR,      /* BullaCborWriter of the block's attributes */
  FORGE_STAGE_SIGNER_CBOR,          /* BullaCborWriter of the attributes of the first signature */
  FORGE_STAGE_BLOCK_CBOR,           /* BullaCborWriter of the whole block */
  FORGE_STAGE_FILE,                 /* Forge with its bundle and its parts */
};

/* the parameters that distinguish the bases of bundles */
typedef struct {
  const char *name;
  const char *version; /* "b1" or "b2" */
  gboolean primary;
  gboolean manifest;
  gboolean variants;   /* whether the first two responses share one URL */
  gboolean vouched;    /* whether all responses but the last are signed */
  const char *signers; /* kinds of keys in the integrity block, "e" and "p"; "" for no block */
} ForgeBundleBase;

/* one URL of the index */
typedef struct {
  GBytes *url;    /* owned */
  char *variants; /* owned; Variants value, b1 only; "" for none */
  GArray *pairs;  /* owned; of uint64_t: offset, length, offset, length, … */
} ForgeEntry;

/* one response */
typedef struct {
  GBytes *url;     /* owned */
  gboolean target; /* whether this is the response that is mutated */
  GBytes *headers; /* owned; CBOR map of the headers */
  GBytes *item;    /* owned; the whole encoded response */
  uint64_t offset; /* offset from the first byte of the section */
} ForgeResource;

typedef struct {
  GBytes *url;           /* owned */
  GBytes *header_sha256; /* owned */
  char *integrity;       /* owned */
} ForgeHash;

typedef struct {
  char *validity_url;  /* owned */
  GBytes *auth_sha256; /* owned */
  int64_t date, expires;
  GPtrArray *hashes; /* owned; of ForgeHash, the target's first */
  int64_t authority;
  char *unknown_key; /* owned; name of an unknown key to add; NULL for none */
} ForgeSubset;

typedef struct {
  char *name;      /* owned */
  GBytes *bytes;   /* owned */
  uint64_t length; /* length stated in section-lengths */
} ForgeSection;

typedef struct {
  GBytes *array; /* all owned; head of the top-level array */
  GBytes *magic; /* without its head, as are the next three */
  GBytes *version;
  GBytes *primary; /* primary URL; NULL in b2 */
  GBytes *lengths;
  GBytes *count;   /* head of the array of sections */
  GBytes *trailer; /* head of the trailing length */
} ForgeTop;

typedef struct {
  gboolean v1;
  GBytes *magic, *version; /* owned; bytes without heads */
  char *id;                /* owned */
  gboolean unsigned_;      /* whether the list of signatures is empty */
  int unknown;             /* index of an entry of unknown kind; -1 if there is none */
} ForgeBlock;

/* state of the writer */
typedef struct {
  Forge *forge; /* borrowed, as are the next members unless stated otherwise */
  const ForgeBundleBase *base;
  Mutator *mutator;
  BullaCredential *leaf;
  BullaExchangePlan plan; /* plan of the target, and times of the subset; owned */
  GPtrArray *resources;   /* owned; of ForgeResource */
} ForgeBundle;

extern const MutationRow MUTATIONS_OF_BUNDLE[];
extern const MutationRow MUTATIONS_OF_SECTIONS[];
extern const MutationRow MUTATIONS_OF_SUBSET[];
extern const MutationRow MUTATIONS_OF_BLOCK[];

const ForgeBundleBase *forge_bundle_find_base (const char *name);
gboolean forge_bundle_write (Forge *forge, const ForgeBundleBase *base, Mutator *mutator,
                             BullaCredential *leaf, GError **error);

gboolean forge_bundle_write_resources (ForgeBundle *self, GError **error);
GBytes *forge_bundle_write_signatures (ForgeBundle *self, GError **error);
GBytes *forge_bundle_write_block (ForgeBundle *self, GBytes *bundle, GError **error);

ForgeEntry *forge_entry_new (GBytes *url, const char *variants);
void forge_entry_free (ForgeEntry *self);
void forge_resource_free (ForgeResource *self);
ForgeSection *forge_section_new (const char *name, GBytes *taken);
void forge_section_free (ForgeSection *self);
GBytes *forge_section_lengths (GPtrArray *sections, Mutator *mutator, GError **error);
void forge_add_raw (BullaCborWriter *cbor, GBytes *taken);
void forge_add_text_entry (GPtrArray *entries, const char *key, BullaCborWriter *value);

G_END_DECLS
