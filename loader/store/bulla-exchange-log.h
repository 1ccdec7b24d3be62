/* bulla-exchange-log.h - local transparency log: accepted exchanges in a hash chain
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-store.h"

G_BEGIN_DECLS

/* An accepted exchange. The strings are borrowed. */
typedef struct {
  gint64 time; /* Unix time in s at which it was accepted */
  const char *url;
  const char *distributor;        /* NULL for a local file; host that delivered it */
  gint64 date, expires;           /* Unix time in s, from the signature */
  const char *certificate_sha256; /* lower-case hex */
  const char *header_integrity;   /* `sha256-…` */
  const char *body_digest;        /* nullable; `mi-sha256-03=…`, the digest of the whole body */
  const char *profile;            /* name of the profile that judged it */
} BullaExchangeLogEntry;

/* @line: an entry with its hash, as JSON without a line break. Returns: FALSE with @error set to
 * stop */
typedef gboolean (*BullaExchangeLogFunc) (const char *line, gpointer user_data, GError **error);

gboolean bulla_exchange_log_append (BullaStore *store, const BullaExchangeLogEntry *entry,
                                    GError **error);
gboolean bulla_exchange_log_find (BullaStore *store, const char *url, const char *header_integrity,
                                  gint64 *n, gint64 *time, GError **error);
gboolean bulla_exchange_log_foreach (BullaStore *store, gint64 since, BullaExchangeLogFunc func,
                                     gpointer user_data, GError **error);

/* State of a check, initially {0}: how far the chain is intact. */
typedef struct {
  guint64 entries;
  gint64 first, last; /* numbers of the first and last entry; 0 if there are none */
  char *head;         /* owned; NULL before an entry; hash of the last entry */
  gint64 broken_at;   /* number of the first wrong or missing entry; 0 if the chain is intact */
  char *why;          /* owned; NULL if the chain is intact; what is wrong, in words */
  guint64 n_readable; /* number of lines that are JSON objects */
  const char *wanted; /* borrowed; nullable; a hash to search for */
  gboolean found;     /* an entry before any broken one has the hash @wanted */
} BullaExchangeLogCheck;

void bulla_exchange_log_check_line (BullaExchangeLogCheck *self, const char *line);
void bulla_exchange_log_check_clear (BullaExchangeLogCheck *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaExchangeLogCheck, bulla_exchange_log_check_clear)

G_END_DECLS
