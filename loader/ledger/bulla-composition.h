/* bulla-composition.h - the dates of everything that a page is made of
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-contact.h"

G_BEGIN_DECLS

/* One version that answered a request of the page. */
typedef struct {
  char *url;                 /* owned */
  gint64 date;               /* Unix time in s: of the signature, else the response's Date */
  BullaContactSource source; /* who answered */
  char *deliverer;           /* owned; NULL unless a package answered; where it came from */
} BullaComponent;

/* The versions in the order of their dates. */
typedef struct {
  GPtrArray *components;   /* owned; of BullaComponent */
  gint64 earliest, latest; /* Unix time in s; -1 if there are none */
} BullaComposition;

BullaComposition *bulla_composition_new (void);
void bulla_composition_free (BullaComposition *self);
void bulla_composition_add (BullaComposition *self, BullaContact *contact);
gint64 bulla_composition_get_skew (const BullaComposition *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaComposition, bulla_composition_free)

G_END_DECLS
