/* bulla-dns-context.h - one libunbound context: its options, its look-ups, its thread
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *const *resolvers; /* "ADDRESS@PORT" each; empty: full recursion */
  gboolean loopback;            /* one of them is on this machine */
  gboolean named;               /* names as in .test, which libunbound answers itself, go there */
  gboolean replay;              /* a resolver that has each answer at once or never */
  GPtrArray *anchors;           /* of BullaDnsAnchor; at least one */
  gint64 time;                  /* Unix time in s at which signatures are judged; 0: now */
} BullaDnsContextOptions;

/* one answer; all that it points to lies in libunbound's result */
typedef struct {
  const char *error; /* nullable: why there is no answer; nothing else is set then */
  int rcode;
  gboolean secure, bogus;
  const char *why_bogus; /* nullable */
  const char *canonical; /* nullable: the last name of a chain of aliases */
  guint n_records;
  char *const *records; /* their data, which nobody has checked */
  const int *lengths;   /* bytes of each */
  const guint8 *message;
  gsize message_length; /* 0: there is none */
} BullaDnsReply;

typedef void (*BullaDnsReplyFunc) (const BullaDnsReply *reply, gpointer user_data);

typedef struct _BullaDnsContext BullaDnsContext;
typedef struct _BullaDnsQuery BullaDnsQuery;

BullaDnsContext *bulla_dns_context_new (const BullaDnsContextOptions *options, GError **error);
BullaDnsContext *bulla_dns_context_ref (BullaDnsContext *self);
void bulla_dns_context_unref (BullaDnsContext *self);
GMainContext *bulla_dns_context_get_main_context (BullaDnsContext *self);
BullaDnsQuery *bulla_dns_context_ask (BullaDnsContext *self, const char *name, guint16 type,
                                      BullaDnsReplyFunc callback, gpointer user_data,
                                      GError **error);
void bulla_dns_query_cancel (BullaDnsQuery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaDnsContext, bulla_dns_context_unref)
gboolean bulla_dns_name_is_local (const char *name);

G_END_DECLS
