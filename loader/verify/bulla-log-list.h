/* bulla-log-list.h - the transparency logs that a browser knows, and what it thinks of each
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <openssl/types.h>

#include "bulla-log-state.h"

G_BEGIN_DECLS

#define BULLA_LOG_ID_SIZE 32

typedef struct {
  char *name;   /* owned */
  gint64 until; /* Unix seconds */
} BullaLogOperator;

typedef struct {
  guint8 id[BULLA_LOG_ID_SIZE]; /* SHA-256 of the key */
  GBytes *key;                  /* owned; a SubjectPublicKeyInfo in DER */
  EVP_PKEY *decoded;            /* owned; @key, if reading the list decoded it; nullable */
  char *description;            /* owned; nullable */
  char *operator_name;          /* owned; nullable */
  GPtrArray *previous;          /* owned; of BullaLogOperator */
  gboolean tiled;               /* static-ct instead of RFC 6962 */
  gboolean placeholder;         /* deliberately bogus: no timestamp of it counts */
  BullaLogState state;
  gint64 state_since;                          /* Unix seconds */
  char *url, *submission_url, *monitoring_url; /* owned; nullable */
  gint64 mmd;                                  /* seconds; -1: not said */
  gint64 start, end;                           /* of notAfter, from and before; -1: any */
  gint64 final_tree_size;                      /* entries; -1: not said */
} BullaLog;

/* a log that cannot be used */
typedef struct {
  char *description; /* owned; nullable */
  const char *why;   /* static */
} BullaDroppedLog;

typedef struct {
  char *version;    /* owned; nullable; as "85.110" */
  gint64 timestamp; /* Unix seconds; -1: not said */
  guint n_operators;
  GPtrArray *logs;    /* owned; of BullaLog, in the order of the list */
  GPtrArray *dropped; /* owned; of BullaDroppedLog */
} BullaLogList;

BullaLogList *bulla_log_list_parse (GBytes *json, GError **error);
BullaLogList *bulla_log_list_parse_any (GBytes *json, GError **error);
void bulla_log_list_free (BullaLogList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaLogList, bulla_log_list_free)

G_END_DECLS
