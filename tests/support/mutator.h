/* mutator.h - the hook that spoils packages, and what its tables are made of
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "forge.h"
#include "write/bulla-authority-private.h"
#include "write/bulla-mutation.h"

G_BEGIN_DECLS

typedef struct _Mutator Mutator;

typedef gboolean (*MutateFunc) (Mutator *self, gpointer subject, const char *argument,
                                GError **error);

/* a name may have several rows, one for each stage that it touches */
typedef struct {
  ForgeMutation about;
  int stage;        /* BullaStage, or one of forge-bundle.h */
  MutateFunc apply; /* @subject: see BullaStage */
} MutationRow;

typedef struct {
  char *name;       /* owned */
  char *argument;   /* owned; "" for none */
  gboolean applied; /* a mutation that met no stage is a mistake */
} ChosenMutation;

struct _Mutator {
  BullaMutation hook;
  GPtrArray *chosen; /* owned; of ChosenMutation */
  int64_t now;
  BullaAuthority *authority; /* borrowed; NULL while it is being made */
  BullaAuthority *other;     /* owned; not trusted; made when wanted */
  X509 *issuer;              /* issuer of the leaf, if not the intermediate */
  EVP_PKEY *issuer_key;      /* owned */
};

extern const MutationRow MUTATIONS_OF_LEAF[];
extern const MutationRow MUTATIONS_OF_OCSP[];
extern const MutationRow MUTATIONS_OF_SCT[];
extern const MutationRow MUTATIONS_OF_CHAIN[];
extern const MutationRow MUTATIONS_OF_CBOR[];
extern const MutationRow MUTATIONS_OF_EXCHANGE[];
extern const MutationRow MUTATIONS_OF_BODY[];
extern const MutationRow MUTATIONS_OF_SIGNATURE[];

Mutator *mutator_new (int64_t now);
void mutator_free (Mutator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Mutator, mutator_free)
gboolean mutator_choose (Mutator *self, const char *text, GError **error);
gboolean mutator_require_applied (Mutator *self, GError **error);
BullaAuthority *mutator_get_other (Mutator *self, GError **error);

/* arguments */
gboolean argument_fail (const char *argument, GError **error);
GByteArray *argument_bytes (const char *argument, GError **error); /* \xNN \n \r \t \\, or hex:… */
gboolean argument_number (const char *argument, int64_t *number, GError **error);
/* "now", "+3d", "-1h", "+5", or Unix seconds */
gboolean argument_time (Mutator *self, const char *argument, int64_t *time, GError **error);
/* splits "a=b" at its first mark after the first character; @value points into @argument */
char *argument_split (const char *argument, char mark, const char **value);
int argument_choose (const char *argument, const char *const *choices, GError **error);
/* an offset from the start, or from the end if negative; must lie inside */
gboolean argument_offset (const char *argument, size_t size, size_t *offset, GError **error);

/* bytes that several stages let spoil in the same ways */
gboolean bytes_flip (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean bytes_truncate (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean bytes_drop (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean bytes_append (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean bytes_replace (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean cbor_spoil (Mutator *self, gpointer subject, const char *argument, GError **error);
void set_bytes (GBytes **field, GByteArray *taken);

G_END_DECLS
