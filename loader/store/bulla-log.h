/* bulla-log.h - the local transparency log: each accepted exchange, chained by hashes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-store.h"

G_BEGIN_DECLS

/* an exchange that was accepted; the strings are borrowed */
typedef struct {
  gint64 time; /* Unix seconds: when it was accepted */
  const char *url;
  const char *distributor;        /* nullable: it was a file; the host that delivered it */
  gint64 date, expires;           /* Unix seconds, of the signature */
  const char *certificate_sha256; /* lower-case hex */
  const char *header_integrity;   /* `sha256-…` */
  const char *body_digest; /* nullable; `mi-sha256-03=…`, which proves every byte of the body */
  const char *profile;     /* the name of the profile that it was judged by */
} BullaLogEntry;

/* @line: an entry with its hash: JSON without a line break. FALSE with @error set: no more */
typedef gboolean (*BullaLogFunc) (const char *line, gpointer user_data, GError **error);

gboolean bulla_log_append (BullaStore *store, const BullaLogEntry *entry, GError **error);
gboolean bulla_log_foreach (BullaStore *store, gint64 since, BullaLogFunc func, gpointer user_data,
                            GError **error);

/* how far a chain is intact; begins as {0} */
typedef struct {
  guint64 entries;
  gint64 first, last; /* the n of the first and last entry; 0: there are none */
  char *head;         /* owned; nullable; hash of the last entry */
  gint64 broken_at;   /* the first n that is wrong or missing; 0: none is */
  char *why;          /* owned; nullable; what is wrong with it, in words */
  guint64 n_readable; /* lines that are JSON objects */
  const char *wanted; /* borrowed; nullable; a hash to look for */
  gboolean found;     /* @wanted is the hash of an entry before any that is broken */
} BullaLogCheck;

void bulla_log_check_line (BullaLogCheck *self, const char *line);
void bulla_log_check_clear (BullaLogCheck *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaLogCheck, bulla_log_check_clear)

G_END_DECLS
