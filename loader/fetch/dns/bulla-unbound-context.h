/* bulla-unbound-context.h - wraps one libunbound context with its options, look-ups and thread
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *const *resolvers; /* "ADDRESS@PORT" each; empty for recursion from the root */
  gboolean loopback;            /* one of the resolvers is on this machine */
  gboolean named;               /* names such as .test, which libunbound answers itself, go there */
  gboolean replay;              /* the resolver answers at once or never */
  GPtrArray *anchors;           /* of BullaDnsAnchor; at least one */
  gint64 time;                  /* Unix time in s at which signatures are judged; 0 for now */
} BullaUnboundContextOptions;

/* One response. All its pointers point into libunbound's result. */
typedef struct {
  const char *error; /* NULL if there is a response; otherwise nothing else is set */
  int rcode;
  gboolean secure, bogus;
  const char *why_bogus; /* nullable */
  const char *canonical; /* NULL without aliases; last name of the chain of aliases */
  guint n_records;
  char *const *records; /* data of the records, which has not been parsed */
  const int *lengths;   /* bytes of each record */
  const guint8 *message;
  gsize message_length; /* bytes; 0 without a message */
} BullaDnsReply;

typedef void (*BullaDnsReplyFunc) (const BullaDnsReply *reply, gpointer user_data);

typedef struct _BullaUnboundContext BullaUnboundContext;
typedef struct _BullaDnsQuery BullaDnsQuery;

BullaUnboundContext *bulla_unbound_context_new (const BullaUnboundContextOptions *options,
                                                GError **error);
BullaUnboundContext *bulla_unbound_context_ref (BullaUnboundContext *self);
void bulla_unbound_context_unref (BullaUnboundContext *self);
GMainContext *bulla_unbound_context_get_main_context (BullaUnboundContext *self);
BullaDnsQuery *bulla_unbound_context_ask (BullaUnboundContext *self, const char *name, guint16 type,
                                          BullaDnsReplyFunc callback, gpointer user_data,
                                          GError **error);
void bulla_dns_query_cancel (BullaDnsQuery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaUnboundContext, bulla_unbound_context_unref)
gboolean bulla_dns_name_is_local (const char *name);

G_END_DECLS
