/* bulla-wanter.h - lists the resources that an object needs before it can be judged
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa.h"
#include "bulla-outer.h"
#include "bulla-reason.h"
#include "bulla-version-memory.h"

G_BEGIN_DECLS

/* bulla-supplier.c has a row for each kind, with the function that fetches it. */
typedef enum {
  BULLA_WANT_BYTES,    /* the object waits for the next bytes of the package */
  BULLA_WANT_CHAIN,    /* the object waits for the certificate chain at a URL */
  BULLA_WANT_CAA,      /* the object waits for the CAA records of a DNS name */
  BULLA_WANT_MEMORY,   /* the object waits for what the store knows about this version of a URL */
  BULLA_WANT_VALIDITY, /* the object waits for the answer at a validity URL */
  BULLA_N_WANTS
} BullaWantKind;

typedef struct {
  BullaWantKind kind;
  const char *url;  /* borrowed until the next call; NULL if it is the URL of the package */
  gboolean fresh;   /* the fetch must bypass caches */
  GBytes *leaf;     /* borrowed until the next call; nullable; SHA-256 of the chain's leaf */
  const char *host; /* borrowed until the next call; nullable; DNS name; may begin with "*." */
  const BullaVersion *version; /* borrowed until the next call; NULL unless it asks the store */
} BullaWant;

/* The result: data, or the reason why there is none. */
typedef struct {
  const guint8 *data;   /* borrowed; NULL if reading failed with @error; the bytes */
  gsize length;         /* bytes of @data; 0 at the end of the package */
  const GError *error;  /* borrowed; NULL unless reading the package failed */
  GBytes *body;         /* borrowed; NULL if the fetch failed; body of the response */
  gboolean cached;      /* @body is from a cache; no server was contacted */
  const char *address;  /* borrowed; NULL if unknown; IP address of the server */
  BullaReason reason;   /* why @body is NULL; NONE if nothing was fetched */
  const char *detail;   /* borrowed; nullable; the reason in words */
  BullaCaaClimb *climb; /* borrowed; NULL if DNS was not asked, see @reason; what DNS says */
  const BullaVersionMemory *memory; /* borrowed; NULL if the store failed with @detail */
  guint status;                     /* of validity data: HTTP status; 0 without a response */
  gboolean too_large;               /* of validity data: @body is NULL because it is too large */
  gint64 started;                   /* of validity data: when the request was sent, Unix seconds */
  gint64 began, ended; /* of validity data: when it was sent and answered, monotonic time in µs */
} BullaBrought;

#define BULLA_TYPE_WANTER (bulla_wanter_get_type ())
G_DECLARE_INTERFACE (BullaWanter, bulla_wanter, BULLA, WANTER, GObject)

/**
 * BullaWanterInterface:
 * @list_wants: fills in the current wants, and returns their number; 0 once it is judged
 * @take: takes the result of one of them; returns the number of bytes of @data that it used
 * @get_outer: returns the outer response, which determines the cause of each fetch
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
