/* bulla-cli-signatures.h - reads the signatures of exchanges, byte for byte
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-facts.h"
#include "bulla-sxg-reader.h"

G_BEGIN_DECLS

/* The head of an exchange, and the members of its Signature. */
typedef struct {
  GBytes *bytes;          /* owned; the file */
  BullaFacts *facts;      /* owned */
  BullaSxgReader *reader; /* owned */
  GPtrArray *members;     /* owned; of BullaSfMember */
} BullaCliSignatures;

BullaCliSignatures *bulla_cli_signatures_read (const char *path, GError **error);
void bulla_cli_signatures_free (BullaCliSignatures *self);
GBytes *bulla_cli_signatures_dup_member (BullaCliSignatures *self, guint member);
const char *bulla_cli_signatures_get_text (BullaCliSignatures *self, guint member,
                                           const char *parameter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliSignatures, bulla_cli_signatures_free)

G_END_DECLS
