/* bulla-cli-variants-set.h - groups the responses of packages by URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-settings.h"
#include "bulla-variants-field.h"

G_BEGIN_DECLS

/* a response in a package */
typedef struct {
  char *url, *file;        /* owned */
  guint64 offset, bytes;   /* place in the file; of an exchange 0 and the size of the file */
  guint64 body;            /* bytes of the body; 0 if it was not read */
  guint64 signature, link; /* bytes of the Signature and of the Link field */
  char *type, *language;   /* owned; nullable; media type and Content-Language */
  char *coding;            /* owned; nullable; Content-Encoding without mi-sha256-03 */
  char *etag, *digest;     /* owned; nullable; strong ETag, and a digest of the body */
  char *variants, *key;    /* owned; nullable; fields of the pair that the profile reads */
  const char *other;       /* static; nullable; Variants by another name */
  gint64 signed_at;        /* Unix seconds; 0 if it is not signed */
} BullaCliVariant;

typedef enum {
  BULLA_CLI_GROUP_NEGOTIATED,
  BULLA_CLI_GROUP_ONLY, /* neither Variants nor Variant-Key */
  BULLA_CLI_GROUP_HALF, /* one of them without the other */
  BULLA_CLI_GROUP_UNREADABLE,
} BullaCliGroupState;

/* all responses of a URL: in exchanges together, in each bundle apart */
typedef struct {
  const char *url;     /* borrowed */
  char *bundle;        /* owned; file; NULL for exchanges */
  const char *version; /* static; version of the bundle: `b1` or `b2`; NULL for exchanges */
  const char *kind;    /* static; Fetch destination of requests for it */
  BullaCliGroupState state;
  gboolean disagree;         /* exchanges differ in Variants; those signed earlier are left out */
  GPtrArray *variants;       /* owned; of BullaCliVariant; an element is NULL where b1 has (0,0) */
  const BullaVariants *axes; /* borrowed from the set; NULL unless NEGOTIATED */
  BullaVariantKeys *keys;    /* owned; the keys that exist; NULL unless NEGOTIATED */
  guint *variant_of_key;     /* owned; for each key its place in @variants */
  gboolean *there;           /* owned; b1: whether each combination exists; otherwise NULL */
  guint n_there;
  guint *key_of_combination; /* owned; b1: for each combination that exists the number of its key */
  guint64 total;             /* bytes of all responses of its bundle; of exchanges those of its URL;
                                a response that several keys or URLs share counts once */
  const BullaCliVariant *half; /* borrowed; nullable; an exchange with one of the two fields only */
  const BullaCliVariant *unreadable; /* borrowed; nullable; one whose Variant-Key is unreadable */
} BullaCliGroup;

typedef struct _BullaCliVariantsSet BullaCliVariantsSet;

BullaCliVariantsSet *bulla_cli_variants_set_new (const BullaSettings *settings);
void bulla_cli_variants_set_free (BullaCliVariantsSet *self);
void bulla_cli_variants_set_add_exchange (BullaCliVariantsSet *self, BullaCliVariant *variant);
void bulla_cli_variants_set_add_resource (BullaCliVariantsSet *self, const char *bundle,
                                          const char *version, const char *url,
                                          const char *variants, GPtrArray *responses);
void bulla_cli_variants_set_finish (BullaCliVariantsSet *self);
const GPtrArray *bulla_cli_variants_set_get_groups (const BullaCliVariantsSet *self);
void bulla_cli_variant_free (gpointer variant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliVariantsSet, bulla_cli_variants_set_free)

G_END_DECLS
