/* bulla-cli-bundle-layout.h - where the parts of a bundle lie, as far as they can be read
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
  BullaFacts *facts;          /* owned; the faults are in it */
  BullaIntegrityBlock *block; /* owned; nullable */
  BullaRange block_range;     /* length 0: there is none, or it cannot be read */
  gboolean has_block;         /* at least its magic */
  gboolean has_bundle;        /* or what should be one, at start */
  guint64 start;
  BullaBundleReader *reader; /* owned; nullable: no bundle */
} BullaCliBundleLayout;

/* One response; its spans point into the bytes of the layout. */
typedef struct {
  BullaFacts *facts; /* owned */
  BullaRange item;
  BullaBundleResponse parts; /* set if is_read */
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
