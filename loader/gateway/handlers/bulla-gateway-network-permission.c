/* bulla-gateway-network-permission.c - asks whether a package's page may reach the network
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-network-permission.h"

#include "bulla-gateway-decision.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-session.h"
#include "bulla-judge.h"

#define DECISIONS_MAX 4096

/* The permission of one package to contact one host, in one network session. */
typedef struct {
  gatomicrefcount count;
  BullaGatewaySession *session; /* owned while the prompt is open; NULL otherwise */
  char *key;                    /* owned */
  gboolean decided, allowed;
  GPtrArray *waiting; /* owned BullaGatewayRequest; requests that wait for the answer */
} Decision;

static GPtrArray *
new_waiting (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_gateway_request_unref);
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
  g_ptr_array_unref (self->waiting);
  g_free (self->key);
  g_free (self);
}

static GHashTable *
decisions_of (BullaGatewaySession *session)
{
  if (session->network_permission == NULL)
    session->network_permission =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, decision_unref);
  return session->network_permission;
}

static void
refuse_network (BullaGatewayRequest *request)
{
  g_autofree char *why = g_strdup_printf (
      "%s: not in the bundle, and the profile does not allow its pages to request it from %s",
      bulla_reason_get_nick (BULLA_REASON_REQUEST_NOT_IN_BUNDLE), g_uri_get_host (request->uri));

  bulla_gateway_decide_refuse (request, NULL, why);
}

static void
carry_out (const Decision *self, BullaGatewayRequest *request)
{
  if (self->allowed)
    bulla_gateway_decide_next (request);
  else
    refuse_network (request);
}

static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Decision *self = user_data;
  g_autoptr (BullaGatewaySession) session = g_steal_pointer (&self->session);
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);
  g_autoptr (GError) error = NULL;

  self->waiting = new_waiting ();
  self->allowed =
      bulla_gateway_delegate_ask_network_finish (BULLA_GATEWAY_DELEGATE (object), result, &error);
  self->decided = TRUE;
  if (error != NULL && g_hash_table_lookup (session->network_permission, self->key) == self)
    g_hash_table_remove (session->network_permission, self->key);
  for (guint i = 0; i < waiting->len; i++)
    carry_out (self, waiting->pdata[i]);
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
  self->waiting = new_waiting ();
  GHashTable *all = decisions_of (session);
  if (g_hash_table_size (all) >= DECISIONS_MAX)
    g_hash_table_remove_all (all);
  g_hash_table_insert (all, self->key, self);
  return self;
}

/* Prompts once for each host, however many requests wait for the answer. */
static void
ask_delegate (BullaGatewayRequest *request)
{
  BullaGatewaySession *session = request->session;
  const char *host = g_uri_get_host (request->uri);
  g_autofree char *key = g_strconcat (request->package, "\n", host, NULL);
  Decision *decision = g_hash_table_lookup (decisions_of (session), key);

  if (session->delegate == NULL) {
    refuse_network (request);
    return;
  }
  if (decision != NULL && decision->decided) {
    carry_out (decision, request);
    return;
  }
  gboolean is_new = decision == NULL;
  if (is_new)
    decision = begin_decision (request, g_steal_pointer (&key));
  g_ptr_array_add (decision->waiting, bulla_gateway_request_ref (request));
  if (is_new)
    bulla_gateway_delegate_ask_network_async (session->delegate, request->view_token,
                                              request->package, host, session->cancellable,
                                              asked_cb, decision_ref (decision));
}

/**
 * bulla_gateway_network_permission_handle:
 * @request: a request
 *
 * A page shown in its bundle's own origin requests a URL that the bundle does not contain. The
 * profile or the user decides whether the request is sent. Requests of other pages are not
 * affected.
 *
 * Returns: whether a package's page sent the request, which is then decided here
 */
gboolean
bulla_gateway_network_permission_handle (BullaGatewayRequest *request)
{
  BullaLoader *loader = request->gateway->loader;
  BullaRequestFacts asked;

  if (request->package == NULL)
    return FALSE;
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  bulla_gateway_request_fill (request, &asked);
  asked.separate_origin = TRUE;
  g_autoptr (BullaVerdict) verdict = bulla_judge_missing (facts, bulla_loader_get_profile (loader),
                                                          &asked, bulla_loader_get_time (loader));
  switch (bulla_verdict_get_reply (verdict)) {
  case BULLA_REPLY_NETWORK:
    return FALSE;
  case BULLA_REPLY_ASK:
    ask_delegate (request);
    break;
  case BULLA_REPLY_SERVE:
  case BULLA_REPLY_REFUSE:
  default:
    refuse_network (request);
  }
  return TRUE;
}
