/* bulla-sxg-layout.h - locates the parts of an exchange, even in unsupported versions, for display
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"

G_BEGIN_DECLS

typedef struct {
  char version[8]; /* "b1", "b2", "b3" */
  BullaRange url;  /* length 0 in b1, where a header holds the URL */
  BullaRange signature, headers, body;
  guint64 missing; /* bytes of its head that a cut file lacks, at least; 0 if it is complete */
} BullaSxgLayout;

/* A header or pseudo-header, uninterpreted. */
typedef struct {
  char *name, *value; /* owned; arbitrary bytes */
} BullaSxgField;

gboolean bulla_sxg_layout_read (BullaSxgLayout *self, GBytes *bytes, GError **error);
GArray *bulla_sxg_layout_read_fields (const BullaSxgLayout *self, GBytes *bytes);

G_END_DECLS
