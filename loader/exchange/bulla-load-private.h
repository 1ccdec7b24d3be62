/* bulla-load-private.h - struct of a load, shared by the bulla-load*.c files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load-internal.h"

G_BEGIN_DECLS

struct _BullaLoad {
  GObject parent_instance;
  BullaProfile *profile; /* owned */
  BullaTrust *trust;     /* owned; NULL for a response in a bundle */
  BullaOuter *outer;     /* owned */
  BullaBundle *bundle;   /* owned; NULL for an exchange; provides the bytes of a response */
  GBytes *by_hand;       /* owned; NULL unless the user gave a chain */
  gint64 now;
  BullaLoadState state;
  BullaFacts *facts;      /* owned */
  BullaSxgReader *reader; /* owned; NULL for a response in a bundle */
  GPtrArray *members;     /* owned; NULL before parsing; members of the Signature list */
  guint member;           /* index of the member being judged */
  BullaSxgSignature signature;
  guint n_fetches;
  GPtrArray *cert_urls;      /* owned; URLs of all members that were tried */
  GPtrArray *cert_addresses; /* owned; addresses of the servers that responded */
  gboolean refetching, fetched;
  gboolean asks_dns;     /* the caller can look up CAA records */
  gboolean asks_store;   /* the caller can ask the store */
  BullaVersion version;  /* what the store is asked about; its strings are in @facts */
  BullaVerdict *first;   /* owned; NULL until a member failed; verdict on the first one that did */
  BullaVerdict *verdict; /* owned; NULL before the judgement */
  BullaVerdict *head;    /* owned; nullable; replaced verdict, kept because callers borrowed it */
  GInputStream *body;    /* owned; nullable */
};

G_END_DECLS
