/* bulla-load-private.h - what a load keeps, for the files that are a load
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load-internal.h"

G_BEGIN_DECLS

struct _BullaLoad {
  GObject parent_instance;
  BullaProfile *profile; /* owned */
  BullaTrust *trust;     /* owned; NULL for a response in a bundle */
  BullaOuter *outer;     /* owned */
  BullaBundle *bundle;   /* owned; NULL for an exchange; has the bytes of a response */
  GBytes *by_hand;       /* owned; nullable; the chain given by the user */
  gint64 now;
  BullaLoadState state;
  BullaFacts *facts;      /* owned */
  BullaSxgReader *reader; /* owned; NULL for a response in a bundle */
  GPtrArray *members;     /* owned; nullable; members of the Signature list */
  guint member;           /* index of the member being judged */
  BullaSxgSignature signature;
  guint n_fetches;
  GPtrArray *cert_urls;      /* owned; URLs of all members that were tried */
  GPtrArray *cert_addresses; /* owned; addresses of the servers that responded */
  gboolean refetching, fetched;
  gboolean asks_dns;     /* CAA records can be obtained */
  BullaVerdict *first;   /* owned; nullable; verdict on the first failed member */
  BullaVerdict *verdict; /* owned; NULL before the judgement */
  BullaVerdict *head;    /* owned; nullable; earlier verdict, kept because callers borrowed it */
  GInputStream *body;    /* owned; nullable */
};

G_END_DECLS
