/* bulla-wanter.h - what has to be brought from outside before something can be judged
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa.h"
#include "bulla-outer.h"
#include "bulla-reason.h"

G_BEGIN_DECLS

/* bulla-bringing.c has a row for each kind, with the function that obtains it. */
typedef enum {
  BULLA_WANT_BYTES, /* the next bytes of the package */
  BULLA_WANT_CHAIN, /* the certificate chain at a URL */
  BULLA_WANT_CAA,   /* what DNS says of the CAA records of a name */
  BULLA_N_WANTS
} BullaWantKind;

typedef struct {
  BullaWantKind kind;
  const char *url;  /* borrowed until the next call; NULL: the URL of the package */
  gboolean fresh;   /* bypasses caches */
  const char *host; /* borrowed until the next call; nullable; the DNS name whose CAA records are
                     * wanted, perhaps with a leading "*." */
} BullaWant;

/* The result: data, or the reason why there is none. */
typedef struct {
  const guint8 *data;   /* borrowed; the bytes; NULL: see @error */
  gsize length;         /* bytes of @data; 0: the package has ended */
  const GError *error;  /* borrowed; nullable; why the package broke off */
  GBytes *body;         /* borrowed; nullable; the body of the response */
  gboolean cached;      /* @body is from a cache; no server was contacted */
  const char *address;  /* borrowed; nullable; IP address of the server */
  BullaReason reason;   /* why there is no @body; NONE: nothing was fetched */
  const char *detail;   /* borrowed; the same in words */
  BullaCaaClimb *climb; /* borrowed; nullable; what DNS says; NULL: it was not asked, see @reason */
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
