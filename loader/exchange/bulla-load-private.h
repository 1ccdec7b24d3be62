/* bulla-load-private.h - struct of a load, shared by the bulla-load*.c files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load-internal.h"

G_BEGIN_DECLS

/* defined in bulla-load-validity.c */
gboolean bulla_load_may_ask (const BullaVerdict *verdict);
void bulla_load_note_validity_url (BullaLoad *self, const BullaVerdict *verdict);
gboolean bulla_load_begin_refresh (BullaLoad *self);
BullaVerdict *bulla_load_end_refresh (BullaLoad *self, BullaVerdict *verdict);
void bulla_load_note_verdict (BullaLoad *self);
void bulla_load_take_late_answer (BullaLoad *self);
void bulla_load_replace_verdict (BullaLoad *self, BullaVerdict *verdict);

/* defined in bulla-load-info.c */
void bulla_load_update_tls_host (BullaLoad *self);

/* defined in bulla-load.c */
void bulla_load_fill_version (BullaLoad *self);

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
  GBytes *chain;             /* owned; the last chain that was fetched; NULL before */
  GBytes *verified;          /* owned; the last chain that was verified; NULL before */
  GPtrArray *cert_urls;      /* owned; URLs of all members that were tried */
  GPtrArray *cert_addresses; /* owned; addresses of the servers that responded */
  gboolean refetching, fetched;
  gboolean asks_dns;    /* the caller can look up CAA records */
  gboolean asks_store;  /* the caller can ask the store */
  BullaVersion version; /* what the store is asked about; its strings are in @facts */
  BullaVerdict *first;  /* owned; NULL until a member failed; verdict on the first one that did */
  BullaVerdict *without_caa; /* owned; NULL unless CAA records are wanted; verdict without them */
  BullaVerdict *verdict;     /* owned; NULL before the judgement */
  BullaVerdict *head;     /* owned; nullable; replaced verdict, kept because callers borrowed it */
  GInputStream *body;     /* owned; nullable */
  gboolean asks_validity; /* the caller can bring validity data */
  const char *validity_url; /* borrowed from the facts; NULL if the publisher must not be asked */
  BullaRefresh *refresh;    /* owned; question to the publisher; NULL if there is none */
  BullaVerdict *pending;    /* owned; verdict that waits for the answer; NULL if none does */
  GPtrArray *earlier;       /* owned; nullable; replaced verdicts, kept as @head is */
  gint64 decided;           /* when the verdict was given, monotonic time in µs; 0 before */
};

G_END_DECLS
