/* validity-kit.h - a publisher that signs a page, and answers at its validity URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-loader.h"
#include "test-world.h"

G_BEGIN_DECLS

#define VALIDITY_HOUR 3600
#define VALIDITY_DAY (24 * VALIDITY_HOUR)

/* What the publisher answers. */
typedef struct {
  GBytes *body;         /* owned; NULL to answer nothing at all */
  guint status;         /* 0 for 200 */
  const char *location; /* static; nullable; where a redirect leads */
  gboolean chunked;     /* whether the length is not declared */
} ValidityReply;

typedef struct {
  TestWorld *world;            /* owned */
  TestServer *publisher;       /* owned; https, port of its own */
  BullaCredential *credential; /* owned; can sign for the publisher */
  ValidityReply reply;         /* owned */
  char *cert_url;              /* owned; where new signatures say that their chain is */
  gboolean chain_waits;        /* whether the chain at /chain is never served */
  guint n_chains;              /* requests for /chain */
  char *question; /* owned; head of the last request for validity data; NULL for none */
  guint n_questions;
  SoupServerMessage *held; /* owned; the last one that was not answered; NULL for none */
} ValidityKit;

ValidityKit *validity_kit_new (const char *host);
void validity_kit_free (ValidityKit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ValidityKit, validity_kit_free)

/* Answers the question that was held, as the reply says now. */
void validity_kit_release (ValidityKit *self);
void validity_kit_take_reply (ValidityKit *self, GBytes *body, guint status);
/* Signs the page; @age: of the signature, seconds. It lasts for seven days. */
GBytes *validity_kit_sign (ValidityKit *self, gint64 age);
/* Signs the headers of @exchange anew; the signature is @age seconds old. */
GBytes *validity_kit_sign_again (ValidityKit *self, GBytes *exchange, gint64 age);
/* Returns the Signature of @exchange. */
GBytes *validity_kit_dup_signature (GBytes *exchange);
/* Returns validity data with @signature, which may be NULL. @size: of the update; -2 for none */
GBytes *validity_kit_write (GBytes *signature, gint64 size);
/* Returns a loader with draft-b3 and @changes, a list of settings */
BullaLoader *validity_kit_loader (ValidityKit *self, const char *const *changes);

/* What the publisher may answer to the question about an exchange. */
typedef enum {
  VALIDITY_NEWER,
  VALIDITY_SAME,
  VALIDITY_OLDER,
  VALIDITY_OF_ANOTHER,
  VALIDITY_NO_SIGNATURE,
  VALIDITY_UPDATE_AND_SAME,
  VALIDITY_UPDATE_AND_NEWER,
  VALIDITY_UPDATE_ALONE,
  VALIDITY_EMPTY,
  VALIDITY_NOT_FOUND,
  VALIDITY_MOVED,
  VALIDITY_PAGE,
  VALIDITY_HUGE,
  VALIDITY_HUGE_CHUNKED,
  VALIDITY_SILENT,
  VALIDITY_N_REPLIES
} ValidityAnswer;

void validity_kit_set_reply (ValidityKit *kit, ValidityAnswer reply, GBytes *exchange);
/* Returns the bytes with another `expires`, which is not signed. @bytes: (transfer full) */
GBytes *validity_kit_spoil (GBytes *bytes);

typedef struct {
  BullaLoad *load; /* owned */
  GError *error;   /* owned */
  gboolean done;
} ValidityLoaded;

void validity_kit_begin (BullaLoader *loader, BullaOuter *outer, GBytes *exchange,
                         GCancellable *cancellable, ValidityLoaded *loaded);
/* Returns the exchange, loaded from a file without waiting. */
BullaLoad *validity_kit_load (BullaLoader *loader, GBytes *exchange);
const BullaValidityFacts *validity_kit_get_facts (BullaLoad *load);
/* @data: a BullaLoad; for test_wait_until() */
gboolean validity_kit_has_answer (gpointer data);
void validity_kit_assert_verdict (BullaLoad *load, const char *outcome, const char *reason);
void validity_kit_assert_outcome (BullaLoad *load, const char *outcome);

G_END_DECLS
