/* bulla-cli-bundle-layout.h - locates the parts of a bundle as far as they are readable
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

#include "bulla-bundle-reader.h"
#include "bulla-bundle-response.h"
#include "bulla-integrity-block.h"

G_BEGIN_DECLS

typedef struct {
  GBytes *bytes;              /* owned */
  BullaProfile *profile;      /* owned */
  BullaFacts *facts;          /* owned; facts and faults of the bundle */
  BullaIntegrityBlock *block; /* owned; NULL if missing or unreadable */
  BullaRange block_range;     /* range of the block; length 0 if missing or unreadable */
  gboolean has_block;         /* whether at least the magic of the block is there */
  gboolean has_bundle;        /* whether a bundle, be it malformed, begins at @start */
  guint64 start;
  BullaBundleReader *reader; /* owned; NULL without a bundle */
} BullaCliBundleLayout;

/* One response; its spans point into the bytes of the layout. */
typedef struct {
  BullaFacts *facts; /* owned */
  BullaRange item;
  BullaBundleResponse parts; /* parts of the response; set if is_read */
  gboolean is_read;
} BullaCliLayoutResponse;

gboolean bulla_cli_bundle_layout_recognise (GBytes *bytes, const char *name);
BullaCliBundleLayout *bulla_cli_bundle_layout_new (GBytes *bytes, const char *base_url,
                                                   GError **error);
void bulla_cli_bundle_layout_free (BullaCliBundleLayout *self);
BullaSpan bulla_cli_bundle_layout_span (const BullaCliBundleLayout *self, BullaRange range);
GBytes *bulla_cli_bundle_layout_dup (const BullaCliBundleLayout *self, BullaRange range);
BullaRange bulla_cli_bundle_layout_get_bundle (const BullaCliBundleLayout *self);
void bulla_cli_bundle_layout_read (const BullaCliBundleLayout *self, guint resource, guint location,
                                   BullaCliLayoutResponse *response);
void bulla_cli_layout_response_clear (BullaCliLayoutResponse *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliBundleLayout, bulla_cli_bundle_layout_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCliLayoutResponse, bulla_cli_layout_response_clear)

G_END_DECLS
