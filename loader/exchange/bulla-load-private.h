/* bulla-load-private.h - what a load keeps, for the files that are a load
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load-internal.h"

G_BEGIN_DECLS

struct _BullaLoad {
  GObject parent_instance;
  BullaProfile *profile; /* owned */
  BullaTrust *trust;     /* owned; nullable: of a response in a bundle */
  BullaOuter *outer;     /* owned */
  BullaBundle *bundle;   /* owned; nullable: of an exchange; what has the bytes of a response */
  GBytes *by_hand;       /* owned; nullable; the chain that was given */
  gint64 now;
  BullaLoadState state;
  BullaFacts *facts;      /* owned */
  BullaSxgReader *reader; /* owned; nullable: of a response in a bundle */
  GPtrArray *members;     /* owned; nullable; of the Signature list */
  guint member;           /* the one that is being judged */
  BullaSxgSignature signature;
  guint n_fetches;
  GPtrArray *cert_urls;      /* owned; of every member that was looked at */
  GPtrArray *cert_addresses; /* owned; of the servers that answered at them */
  gboolean refetching, fetched;
  BullaVerdict *first;   /* owned; nullable; of the first member that failed */
  BullaVerdict *verdict; /* owned; nullable until judged */
  BullaVerdict *head; /* owned; nullable; the verdict before the body's end, as callers keep it */
  GInputStream *body; /* owned; nullable */
};

G_END_DECLS
