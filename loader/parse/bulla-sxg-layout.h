/* bulla-sxg-layout.h - where the parts of an exchange lie, also in versions that are not trusted
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"

G_BEGIN_DECLS

typedef struct {
  char version[8]; /* "b1", "b2", "b3" */
  BullaRange url;  /* length 0 in b1, which has it among the headers */
  BullaRange signature, headers, body;
} BullaSxgLayout;

/* A header or pseudo-header, uninterpreted. */
typedef struct {
  char *name, *value; /* owned; whatever bytes they are of */
} BullaSxgField;

gboolean bulla_sxg_layout_read (BullaSxgLayout *self, GBytes *bytes, GError **error);
GArray *bulla_sxg_layout_read_fields (const BullaSxgLayout *self, GBytes *bytes);

G_END_DECLS
