/* bulla-history.h - the newest version seen of each URL, so that an older one can be noticed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-store.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_SEEN_EXCHANGE, /* a signed exchange that was accepted */
  BULLA_SEEN_LIVE,     /* a response of the publisher's own server */
} BullaSeenSource;

/* a version of a URL that was met; the strings are borrowed */
typedef struct {
  const char *url;
  BullaSeenSource source;
  gint64 date;                  /* Unix seconds: of the signature; `Date` of a live response */
  gint64 seen;                  /* Unix seconds */
  const char *distributor;      /* nullable; the host that delivered an exchange */
  const char *header_integrity; /* nullable; of an exchange: `sha256-…` */
  const char *validator;        /* nullable; of a live response: its ETag or Last-Modified */
} BullaSighting;

typedef struct {
  char *url;              /* owned */
  gint64 newest;          /* Unix seconds: the date of the newest version */
  BullaSeenSource source; /* of the newest version, like the next four */
  gint64 seen;            /* Unix seconds: when it was last met */
  char *distributor;      /* owned; nullable */
  gint64 signature_date;  /* Unix seconds; -1: it was a live response */
  char *header_integrity; /* owned; nullable */
  guint64 versions;       /* distinct ones */
  guint64 refused;        /* older ones that were refused */
  gint64 last_refused;    /* Unix seconds; -1: never */
} BullaHistoryEntry;

gboolean bulla_history_note (BullaStore *store, const BullaSighting *sighting, GError **error);
gboolean bulla_history_note_refused (BullaStore *store, const char *url, gint64 time,
                                     GError **error);
gboolean bulla_history_find (BullaStore *store, const char *url, BullaHistoryEntry **entry,
                             GError **error);
GPtrArray *bulla_history_list (BullaStore *store, const char *place, GError **error);
gboolean bulla_history_forget (BullaStore *store, const char *place, guint *n_forgotten,
                               GError **error);
char *bulla_history_dup_place (const char *text, GError **error);
const char *bulla_seen_source_get_nick (BullaSeenSource source);
void bulla_history_entry_free (BullaHistoryEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaHistoryEntry, bulla_history_entry_free)

G_END_DECLS
