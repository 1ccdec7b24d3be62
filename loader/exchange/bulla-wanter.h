/* bulla-wanter.h - what has to be brought from outside before something can be judged
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-outer.h"
#include "bulla-reason.h"

G_BEGIN_DECLS

/* each kind has a row in bulla-bringing.c, which says how it is brought */
typedef enum {
  BULLA_WANT_BYTES, /* the next ones of the package itself */
  BULLA_WANT_CHAIN, /* the certificate chain at a URL */
  BULLA_N_WANTS
} BullaWantKind;

typedef struct {
  BullaWantKind kind;
  const char *url; /* borrowed from the wanter until it takes something; NULL: of the package */
  gboolean fresh;  /* caches are passed by */
} BullaWant;

/* what came, or why nothing did */
typedef struct {
  const guint8 *data;  /* borrowed; of bytes; NULL: there is an error */
  gsize length;        /* of @data; 0: the end */
  const GError *error; /* borrowed; nullable; why no more bytes will come */
  GBytes *body;        /* borrowed; nullable; the response at the URL */
  gboolean cached;     /* nobody was asked for @body */
  const char *address; /* borrowed; nullable; the IP address that gave it */
  BullaReason reason;  /* without @body: what was wrong; NONE: nobody was asked */
  const char *detail;  /* borrowed; the same in words */
} BullaBrought;

#define BULLA_TYPE_WANTER (bulla_wanter_get_type ())
G_DECLARE_INTERFACE (BullaWanter, bulla_wanter, BULLA, WANTER, GObject)

/**
 * BullaWanterInterface:
 * @list_wants: fills in what is wanted now, and returns how many that are; 0: it is judged
 * @take: takes what was brought for one of them; returns how many bytes of @data it has used
 * @get_outer: the outer response: in whose name it is asked for
 */
struct _BullaWanterInterface {
  GTypeInterface parent_iface;
  guint (*list_wants) (BullaWanter *self, BullaWant wants[BULLA_N_WANTS]);
  gsize (*take) (BullaWanter *self, BullaWantKind kind, const BullaBrought *brought);
  BullaOuter *(*get_outer) (BullaWanter *self);
};

gboolean bulla_wanter_get_next (BullaWanter *self, BullaWant *want);
gsize bulla_wanter_take (BullaWanter *self, BullaWantKind kind, const BullaBrought *brought);
BullaOuter *bulla_wanter_get_outer (BullaWanter *self);

G_END_DECLS
