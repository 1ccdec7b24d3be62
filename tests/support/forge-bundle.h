/* forge-bundle.h - what a web bundle is made of, and the stages at which it is spoilt
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * It shares no code with the library's writer of bundles: what both understand alike is tested by
 * each of them. Spec: bundles.md */
#pragma once

#include "mutator.h"
#include "write/bulla-cbor-writer.h"
#include "write/bulla-exchange-writer-private.h"

G_BEGIN_DECLS

/* after those of the library's writers; beside each, what the subject is. Those of the headers, the
 * body, the message and the signature are the exchange's own. */
enum {
  FORGE_STAGE_RESPONSE_CBOR = 1000, /* BullaCborWriter: of the target */
  FORGE_STAGE_RESPONSES_CBOR,       /* BullaCborWriter: a head, and each item as one token */
  FORGE_STAGE_INDEX,                /* GPtrArray of ForgeEntry, the target's first */
  FORGE_STAGE_INDEX_CBOR,           /* BullaCborWriter */
  FORGE_STAGE_SUBSET,               /* ForgeSubset */
  FORGE_STAGE_SIGNED_CBOR,          /* BullaCborWriter: the signed-subset */
  FORGE_STAGE_SIGNATURES_CBOR,      /* BullaCborWriter: the section, authorities as one token */
  FORGE_STAGE_SECTIONS,             /* GPtrArray of ForgeSection */
  FORGE_STAGE_LENGTHS_CBOR,         /* BullaCborWriter */
  FORGE_STAGE_TOP,                  /* ForgeTop */
  FORGE_STAGE_TOTAL,                /* uint64_t: the trailing length */
  FORGE_STAGE_BLOCK,                /* ForgeBlock */
  FORGE_STAGE_ATTRIBUTES_CBOR,      /* BullaCborWriter: of the block */
  FORGE_STAGE_SIGNER_CBOR,          /* BullaCborWriter: the attributes of the first signature */
  FORGE_STAGE_BLOCK_CBOR,           /* BullaCborWriter: the whole block */
  FORGE_STAGE_FILE,                 /* Forge: its bundle and its parts */
};

/* The parameters in which a base of bundles differs. */
typedef struct {
  const char *name;
  const char *version; /* "b1" or "b2" */
  gboolean primary;
  gboolean manifest;
  gboolean variants;   /* the first two responses are those of one URL */
  gboolean vouched;    /* for all responses but the last */
  const char *signers; /* "e" and "p": kinds of keys in the integrity block; "": none */
} ForgeBundleBase;

/* one URL of the index */
typedef struct {
  GBytes *url;    /* owned */
  char *variants; /* owned; b1 alone: "" for none */
  GArray *pairs;  /* owned; of uint64_t: offset, length, offset, … */
} ForgeEntry;

/* one response */
typedef struct {
  GBytes *url;     /* owned */
  gboolean target; /* the one that is spoilt */
  GBytes *headers; /* owned; the CBOR map */
  GBytes *item;    /* owned; the whole response */
  uint64_t offset; /* from the first byte of the section */
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
  char *unknown_key; /* owned; nullable */
} ForgeSubset;

typedef struct {
  char *name;      /* owned */
  GBytes *bytes;   /* owned */
  uint64_t length; /* as announced */
} ForgeSection;

typedef struct {
  GBytes *array; /* all owned; a head */
  GBytes *magic; /* without its head, as the next three */
  GBytes *version;
  GBytes *primary; /* nullable: b2 has none here */
  GBytes *lengths;
  GBytes *count;   /* a head */
  GBytes *trailer; /* the head of the trailing length */
} ForgeTop;

typedef struct {
  gboolean v1;
  GBytes *magic, *version; /* owned; without heads */
  char *id;                /* owned */
  gboolean unsigned_;      /* the list of signatures is empty */
  int unknown;             /* where an entry of a kind that nobody knows goes; -1: there is none */
} ForgeBlock;

/* the writer's state */
typedef struct {
  Forge *forge; /* borrowed, as all that follow but what says otherwise */
  const ForgeBundleBase *base;
  Mutator *mutator;
  BullaCredential *leaf;
  BullaExchangePlan plan; /* of the target; the times, of the subset; owned */
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
