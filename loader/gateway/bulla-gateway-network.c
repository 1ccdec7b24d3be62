/* bulla-gateway-network.c - may a page in an origin of its own reach the network?
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"
#include "bulla-judge.h"

#define DECISIONS_MAX 4096

typedef struct {
  BullaGatewayRequest *request; /* owned */
  BullaGatewayGoFunc go;
} Waiting;

/* of one package and one host, in one network session */
typedef struct {
  gatomicrefcount count;
  BullaGatewaySession *session; /* owned while it is being asked; nullable */
  char *key;                    /* owned */
  gboolean decided, allowed;
  GArray *waiting; /* owned; of Waiting */
} Decision;

static void
clear_waiting (gpointer data)
{
  bulla_gateway_request_unref (((Waiting *)data)->request);
}

static Decision *
decision_ref (Decision *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

static void
decision_unref (gpointer data)
{
  Decision *self = data;

  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_clear_pointer (&self->session, bulla_gateway_session_unref);
  g_array_unref (self->waiting);
  g_free (self->key);
  g_free (self);
}

GHashTable *
bulla_gateway_network_new_decisions (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, decision_unref);
}

static void
refuse (BullaGatewayRequest *request)
{
  g_autofree char *why = g_strdup_printf (
      "%s: the bundle does not have it, and its pages may not ask %s",
      bulla_reason_get_nick (BULLA_REASON_REQUEST_NOT_IN_BUNDLE), g_uri_get_host (request->uri));

  bulla_gateway_refuse (request, NULL, why);
}

static void
carry_out (const Decision *self, BullaGatewayRequest *request, BullaGatewayGoFunc go)
{
  if (request->message == NULL)
    return;
  if (self->allowed)
    go (request);
  else
    refuse (request);
}

static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Decision *self = user_data;
  g_autoptr (BullaGatewaySession) session = g_steal_pointer (&self->session);
  g_autoptr (GArray) waiting = g_steal_pointer (&self->waiting);
  g_autoptr (GError) error = NULL;

  self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  self->allowed =
      bulla_gateway_delegate_ask_network_finish (BULLA_GATEWAY_DELEGATE (object), result, &error);
  self->decided = TRUE;
  if (error != NULL && g_hash_table_lookup (session->network, self->key) == self)
    g_hash_table_remove (session->network, self->key);
  for (guint i = 0; i < waiting->len; i++) {
    Waiting *each = &g_array_index (waiting, Waiting, i);
    carry_out (self, each->request, each->go);
  }
  decision_unref (self);
}

static Decision *
begin_decision (BullaGatewayRequest *request, char *key)
{
  BullaGatewaySession *session = request->session;
  Decision *self = g_new0 (Decision, 1);

  g_atomic_ref_count_init (&self->count);
  self->session = bulla_gateway_session_ref (session);
  self->key = key;
  self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_array_set_clear_func (self->waiting, clear_waiting);
  if (g_hash_table_size (session->network) >= DECISIONS_MAX)
    g_hash_table_remove_all (session->network);
  g_hash_table_insert (session->network, self->key, self);
  return self;
}

/* each host is asked about once, however many requests wait for it */
static void
ask (BullaGatewayRequest *request, BullaGatewayGoFunc go)
{
  BullaGatewaySession *session = request->session;
  const char *host = g_uri_get_host (request->uri);
  g_autofree char *key = g_strconcat (request->package, "\n", host, NULL);
  Decision *decision = g_hash_table_lookup (session->network, key);

  if (session->delegate == NULL) {
    refuse (request);
    return;
  }
  if (decision != NULL && decision->decided) {
    carry_out (decision, request, go);
    return;
  }
  Waiting waiting = {bulla_gateway_request_ref (request), go};
  gboolean is_new = decision == NULL;
  if (is_new)
    decision = begin_decision (request, g_steal_pointer (&key));
  g_array_append_val (decision->waiting, waiting);
  if (!request->uploads) /* one that does is to go on, until enough of it waits */
    soup_server_message_pause (request->message);
  if (is_new)
    bulla_gateway_delegate_ask_network_async (session->delegate, request->view, request->package,
                                              host, session->cancellable, asked_cb,
                                              decision_ref (decision));
}

/**
 * bulla_gateway_network_gate:
 * @request: a request
 * @go: what is to be done with it
 *
 * A page in an origin of its own, which asks here for what its bundle does not have, gets it only
 * where the profile allows, or the user; all others do.
 */
void
bulla_gateway_network_gate (BullaGatewayRequest *request, BullaGatewayGoFunc go)
{
  BullaLoader *loader = request->gateway->loader;
  BullaRequestFacts asked;

  if (request->package == NULL) {
    go (request);
    return;
  }
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  bulla_gateway_request_fill (request, &asked);
  asked.separate_origin = TRUE;
  g_autoptr (BullaVerdict) verdict = bulla_judge_missing (facts, bulla_loader_get_profile (loader),
                                                          &asked, bulla_loader_get_time (loader));
  switch (bulla_verdict_get_reply (verdict)) {
  case BULLA_REPLY_NETWORK:
    go (request);
    break;
  case BULLA_REPLY_ASK:
    ask (request, go);
    break;
  case BULLA_REPLY_SERVE:
  case BULLA_REPLY_REFUSE:
  default:
    refuse (request);
  }
}
