/* bulla-unbound-context.c - wraps one libunbound context with its options, look-ups and thread
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * libunbound runs look-ups in its own thread and wakes the main loop through a descriptor. Options
 * are fixed from the first look-up on, so each time at which signatures are judged needs its own
 * context. */
#include "bulla-unbound-context.h"

#include <glib-unix.h>
#include <string.h>
#include <unbound.h>

#include "bulla-dns-anchors.h"
#include "bulla-error.h"

#define CLASS_IN 1
#define THREAD 1 /* ub_ctx_async() uses a thread; the alternative forks the whole process */

struct _BullaUnboundContext {
  guint references;
  struct ub_ctx *unbound; /* owned */
  GMainContext *main;     /* owned */
  GSource *source;        /* owned; waits for the descriptor of @unbound */
};

struct _BullaDnsQuery {
  BullaUnboundContext *context; /* owned */
  int id;
  BullaDnsReplyFunc callback;
  gpointer user_data; /* borrowed; passed to the callback */
};

/* libunbound has process-wide state, which each new context initialises. */
static GMutex contexts_lock;

typedef struct {
  const char *name, *value;
} Option;

/* Limits that libunbound applies to the whole process stay unchanged. */
static const Option always[] = {
    {"trust-anchor-signaling:", "no"}, /* does not tell the root which anchors we have */
    /* Without these, signatures are accepted for a day after they expire (RFC 4035 section
     * 5.3.1). */
    {"val-sig-skew-min:", "0"},
    {"val-sig-skew-max:", "0"},
};

/* The zone of a publisher may name any address for its servers. */
static const Option recursive[] = {
    {"do-not-query-localhost:", "yes"},          {"do-not-query-address:", "0.0.0.0/8"},
    {"do-not-query-address:", "10.0.0.0/8"},     {"do-not-query-address:", "100.64.0.0/10"},
    {"do-not-query-address:", "169.254.0.0/16"}, {"do-not-query-address:", "172.16.0.0/12"},
    {"do-not-query-address:", "192.168.0.0/16"}, {"do-not-query-address:", "fc00::/7"},
    {"do-not-query-address:", "fe80::/10"},
};

/* libunbound answers these names with NXDOMAIN itself (RFC 6761, RFC 8375), unless @named is set */
static const char *const LOCAL_NAMES[] = {"test", "invalid", "localhost", "home.arpa"};

static const Option named[] = {
    {"local-zone:", "test. transparent"},
    {"local-zone:", "invalid. transparent"},
    {"local-zone:", "localhost. transparent"},
    {"local-zone:", "home.arpa. transparent"},
};

static const Option replay[] = {
    {"aggressive-nsec:", "no"},
    {"qname-minimisation:", "no"},
    {"val-max-restart:", "0"},
    {"outbound-msg-retry:", "1"},
};

static gboolean
check (int code, GError **error)
{
  if (code == UB_NOERROR)
    return TRUE;
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "DNS: %s", ub_strerror (code));
  return FALSE;
}

static gboolean
set_options (struct ub_ctx *unbound, const Option *options, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (!check (ub_ctx_set_option (unbound, options[i].name, options[i].value), error))
      return FALSE;
  return TRUE;
}

static gboolean
set_time (struct ub_ctx *unbound, gint64 time, GError **error)
{
  if (time == 0)
    return TRUE;
  g_autoptr (GDateTime) moment =
      time > 0 && time <= G_MAXUINT32 ? g_date_time_new_from_unix_utc (time) : NULL;
  if (moment == NULL) {
    g_set_error (
        error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
        "DNSSEC signatures have no time %" G_GINT64_FORMAT "; use one between 1970 and 2106", time);
    return FALSE;
  }
  g_autofree char *text = g_date_time_format (moment, "%Y%m%d%H%M%S");
  return check (ub_ctx_set_option (unbound, "val-override-date:", text), error);
}

static gboolean
set_resolvers (struct ub_ctx *unbound, const BullaUnboundContextOptions *options, GError **error)
{
  for (guint i = 0; options->resolvers[i] != NULL; i++) {
    int code = ub_ctx_set_fwd (unbound, options->resolvers[i]);
    if (code == UB_NOERROR)
      continue;
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "resolver %s: %s", options->resolvers[i],
                 ub_strerror (code));
    return FALSE;
  }
  if (options->resolvers[0] == NULL)
    return set_options (unbound, recursive, G_N_ELEMENTS (recursive), error);
  return check (
      ub_ctx_set_option (unbound, "do-not-query-localhost:", options->loopback ? "no" : "yes"),
      error);
}

static gboolean
set_up (struct ub_ctx *unbound, const BullaUnboundContextOptions *options, GError **error)
{
  if (!check (ub_ctx_debugout (unbound, NULL), error) /* writes nothing to stderr */
      || !check (ub_ctx_async (unbound, THREAD), error)
      || !set_options (unbound, always, G_N_ELEMENTS (always), error)
      || !set_resolvers (unbound, options, error) || !set_time (unbound, options->time, error))
    return FALSE;
  if (options->named && !set_options (unbound, named, G_N_ELEMENTS (named), error))
    return FALSE;
  if (options->replay && !set_options (unbound, replay, G_N_ELEMENTS (replay), error))
    return FALSE;
  for (guint i = 0; i < options->anchors->len; i++) {
    const BullaDnsAnchor *anchor = g_ptr_array_index (options->anchors, i);
    if (!check (ub_ctx_add_ta (unbound, anchor->record), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
readable_cb (int descriptor, GIOCondition condition, gpointer user_data)
{
  BullaUnboundContext *self =
      bulla_unbound_context_ref (user_data); /* a callback may drop the last one */

  ub_process (self->unbound);
  bulla_unbound_context_unref (self);
  return G_SOURCE_CONTINUE;
}

/**
 * bulla_unbound_context_new: (skip)
 * @options: resolvers and trust anchors, copied
 * @error: a %BULLA_ERROR_ARGUMENT that names the option that libunbound rejects
 *
 * No query is sent, and no thread starts, before the first look-up. The context belongs to the
 * calling thread; callbacks run in its current thread-default main context.
 *
 * Returns: (transfer full) (nullable): a context
 */
BullaUnboundContext *
bulla_unbound_context_new (const BullaUnboundContextOptions *options, GError **error)
{
  BullaUnboundContext *self = NULL;

  g_return_val_if_fail (options->anchors->len > 0, NULL);

  g_mutex_lock (&contexts_lock);
  struct ub_ctx *unbound = ub_ctx_create ();
  if (unbound == NULL)
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
                         "DNS: no descriptors or no memory are left");
  else if (!set_up (unbound, options, error))
    ub_ctx_delete (g_steal_pointer (&unbound));
  g_mutex_unlock (&contexts_lock);
  if (unbound == NULL)
    return NULL;
  self = g_new0 (BullaUnboundContext, 1);
  self->references = 1;
  self->unbound = unbound;
  self->main = g_main_context_ref_thread_default ();
  self->source = g_unix_fd_source_new (ub_fd (unbound), G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_set_can_recurse (self->source, TRUE); /* a callback may wait for another look-up */
  g_source_attach (self->source, self->main);
  return self;
}

BullaUnboundContext *
bulla_unbound_context_ref (BullaUnboundContext *self)
{
  self->references++;
  return self;
}

/* Each look-up holds a reference, so none is pending here. */
void
bulla_unbound_context_unref (BullaUnboundContext *self)
{
  if (--self->references > 0)
    return;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_mutex_lock (&contexts_lock);
  ub_ctx_delete (self->unbound);
  g_mutex_unlock (&contexts_lock);
  g_main_context_unref (self->main);
  g_free (self);
}

GMainContext *
bulla_unbound_context_get_main_context (BullaUnboundContext *self)
{
  return self->main;
}

/* --- look-ups */

static void
query_free (BullaDnsQuery *self)
{
  bulla_unbound_context_unref (self->context);
  g_free (self);
}

static guint
count_records (const struct ub_result *result)
{
  guint n = 0;

  while (result->havedata && result->data[n] != NULL)
    n++;
  return n;
}

static void
answered_cb (void *user_data, int code, struct ub_result *result)
{
  BullaDnsQuery *self = user_data;
  BullaDnsReply reply = {.error = code != UB_NOERROR ? ub_strerror (code) : NULL};

  if (code == UB_NOERROR)
    reply = (BullaDnsReply){.rcode = result->rcode,
                            .secure = result->secure != 0,
                            .bogus = result->bogus != 0,
                            .why_bogus = result->why_bogus,
                            .canonical = result->canonname,
                            .n_records = count_records (result),
                            .records = result->data,
                            .lengths = result->len,
                            .message = result->answer_packet,
                            .message_length = (gsize)MAX (result->answer_len, 0)};
  self->callback (&reply, self->user_data);
  ub_resolve_free (result);
  query_free (self);
}

/**
 * bulla_unbound_context_ask: (skip)
 * @self: a context
 * @name: a DNS name
 * @type: record type
 * @callback: called once with the response, unless the look-up is cancelled before
 * @user_data: for @callback
 * @error: a %BULLA_ERROR_NETWORK if the look-up cannot start
 *
 * The first look-up of a context starts its thread and takes a few ms.
 *
 * Returns: (transfer none) (nullable): the look-up, which is freed when @callback returns
 */
BullaDnsQuery *
bulla_unbound_context_ask (BullaUnboundContext *self, const char *name, guint16 type,
                           BullaDnsReplyFunc callback, gpointer user_data, GError **error)
{
  BullaDnsQuery *query = g_new0 (BullaDnsQuery, 1);

  *query = (BullaDnsQuery){bulla_unbound_context_ref (self), 0, callback, user_data};
  int code = ub_resolve_async (self->unbound, name, type, CLASS_IN, query, answered_cb, &query->id);
  if (code == UB_NOERROR)
    return query;
  g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_NETWORK, ub_strerror (code));
  query_free (query);
  return NULL;
}

/**
 * bulla_dns_query_cancel: (skip)
 * @self: (transfer full): a look-up whose callback was not called yet; it will not be called
 */
void
bulla_dns_query_cancel (BullaDnsQuery *self)
{
  ub_cancel (self->context->unbound, self->id);
  query_free (self);
}

/**
 * bulla_dns_name_is_local: (skip)
 * @name: a name in lower-case A-labels
 *
 * Returns: whether libunbound answers for @name itself, without sending a query, unless the user
 *   named a resolver
 */
gboolean
bulla_dns_name_is_local (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (LOCAL_NAMES); i++) {
    g_autofree char *end = g_strconcat (".", LOCAL_NAMES[i], NULL);
    if (strcmp (name, LOCAL_NAMES[i]) == 0 || g_str_has_suffix (name, end))
      return TRUE;
  }
  return FALSE;
}
