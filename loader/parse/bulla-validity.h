/* bulla-validity.h - parses validity data: newer signatures, and news of a newer version
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-parsed-part.h"

G_BEGIN_DECLS

#define BULLA_VALIDITY_SIZE_MAX 65536     /* most bytes of validity data */
#define BULLA_VALIDITY_SIGNATURES_MAX 128 /* most signatures in it */

/* Validity data. Each signature is one member of a Signature header field, as bytes. */
typedef struct {
  BullaKnown has_signatures; /* NO if the key is absent: the publisher has withdrawn the version */
  GPtrArray *signatures;     /* owned; of GBytes; empty if the key is absent */
  BullaKnown update;         /* YES if a newer version is announced */
  gint64 update_size;        /* bytes of it, as estimated by the publisher; -1 if not stated */
} BullaValidity;

BullaValidity *bulla_validity_parse (GBytes *bytes, GError **error);
void bulla_validity_free (BullaValidity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaValidity, bulla_validity_free)

G_END_DECLS
