/* bulla-history.h - stores the newest version seen of each URL, so that older ones are noticed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-store.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_SEEN_EXCHANGE, /* the version came in a signed exchange that was accepted */
  BULLA_SEEN_LIVE,     /* the version came from the publisher's own server */
} BullaSeenSource;

/* One version of a URL that was seen. The strings are borrowed. */
typedef struct {
  const char *url;
  BullaSeenSource source;
  gint64 date;                  /* Unix seconds: the signature's, or `Date` of a live response */
  gint64 seen;                  /* Unix time in s at which it was seen */
  const char *distributor;      /* NULL unless an exchange; host that delivered it */
  const char *header_integrity; /* NULL unless an exchange; `sha256-…` */
  const char *validator;        /* nullable; ETag or Last-Modified of a live response */
} BullaSighting;

typedef struct {
  char *url;              /* owned */
  gint64 newest;          /* Unix time in s: date of the newest version */
  BullaSeenSource source; /* source of the newest version; the next four describe it, too */
  gint64 seen;            /* Unix time in s at which it was last seen */
  char *distributor;      /* owned; nullable */
  gint64 signature_date;  /* Unix time in s; -1 for a live response */
  char *header_integrity; /* owned; nullable */
  guint64 versions;       /* number of distinct versions */
  guint64 refused;        /* number of older versions that were refused */
  gint64 last_refused;    /* Unix time in s; -1 if none was refused */
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
