/* mutator.h - the hook that mutates packages, and the types of its tables
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "forge.h"
#include "write/bulla-authority-private.h"
#include "write/bulla-mutation.h"

G_BEGIN_DECLS

typedef struct _Mutator Mutator;

typedef gboolean (*MutateFunc) (Mutator *self, gpointer subject, const char *argument,
                                GError **error);

/* A mutation at one stage; a name has one row for each of its stages. */
typedef struct {
  ForgeMutation about;
  int stage;        /* BullaStage, or a stage of forge-bundle.h */
  MutateFunc apply; /* @subject: the object of the stage */
} MutationRow;

typedef struct {
  char *name;       /* owned */
  char *argument;   /* owned; "" for none */
  gboolean applied; /* whether a stage applied the mutation; an unapplied one is a mistake */
} ChosenMutation;

struct _Mutator {
  BullaMutation hook;
  GPtrArray *chosen; /* owned; of ChosenMutation */
  int64_t now;
  BullaAuthority *authority; /* borrowed; NULL while the authority is being made */
  BullaAuthority *other;     /* owned; untrusted authority; NULL before it is needed */
  X509 *issuer;              /* issuer of the leaf; NULL for the intermediate */
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

/* parsers of arguments */
gboolean argument_fail (const char *argument, GError **error);
GByteArray *argument_bytes (const char *argument, GError **error); /* \xNN \n \r \t \\, or hex:… */
gboolean argument_number (const char *argument, int64_t *number, GError **error);
/* Parses "now", "+3d", "-1h", "+5", or Unix seconds. */
gboolean argument_time (Mutator *self, const char *argument, int64_t *time, GError **error);
/* Splits "a=b" at its first mark after the first character; @value points into @argument. */
char *argument_split (const char *argument, char mark, const char **value);
int argument_choose (const char *argument, const char *const *choices, GError **error);
/* Parses an offset from the start, or from the end if negative; it must lie inside. */
gboolean argument_offset (const char *argument, size_t size, size_t *offset, GError **error);

/* Mutations of bytes, shared by several stages. */
gboolean bytes_flip (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean bytes_truncate (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean bytes_drop (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean bytes_append (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean bytes_replace (Mutator *self, gpointer subject, const char *argument, GError **error);
gboolean cbor_spoil (Mutator *self, gpointer subject, const char *argument, GError **error);
void set_bytes (GBytes **field, GByteArray *taken);

G_END_DECLS
