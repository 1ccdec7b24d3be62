/* bulla-gateway.c - forward proxy on loopback that serves substituted pages in their own origin
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway.h"

#include "bulla-fetcher.h"
#include "bulla-gateway-certificate.h"
#include "bulla-gateway-choose-handler.h"
#include "bulla-gateway-connection.h"
#include "bulla-gateway-identify-initiator.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-upload.h"
#include "bulla-loader-clients.h"
#include "bulla-loader-internal.h"

static void bulla_gateway_door_init (BullaDoorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaGateway, bulla_gateway, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_DOOR, bulla_gateway_door_init))

enum {
  LOAD_DECIDED,
  BUNDLE_DECIDED,
  SERVED,
  RESOURCE_SERVED,
  PREFETCHED,
  UNUSED,
  LIVE,
  FELL_BACK,
  SEPARATE,
  APART,
  LEAVE,
  REFUSED,
  TRUNCATED,
  REPORT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* --- the door interface */

static const char *
get_name (BullaDoor *door)
{
  return "gateway";
}

static BullaDoorFlags
get_flags (BullaDoor *door)
{
  return BULLA_DOOR_REAL_ORIGIN | BULLA_DOOR_FRAMING_HEADERS | BULLA_DOOR_COOKIES
         | BULLA_DOOR_SERVICE_WORKERS | BULLA_DOOR_REDIRECTS | BULLA_DOOR_STREAMS;
}

static void
bulla_gateway_door_init (BullaDoorInterface *iface)
{
  iface->get_name = get_name;
  iface->get_flags = get_flags;
}

/* --- requests */

static void
refuse_target (BullaGatewayStream *stream)
{
  if ((stream->connection->session->flags & BULLA_GATEWAY_EXPLAIN) != 0)
    stream->kind->refuse (
        stream, SOUP_STATUS_BAD_REQUEST,
        "bulla: the request names no host, or a host that it may not reach here\n");
  else
    stream->kind->reset (stream);
}

/* @head: the request head; the body has not been read yet */
static void
arrive_cb (BullaGateway *self, BullaGatewayStream *stream, const BullaGatewayHead *head)
{
  g_autoptr (BullaGatewayRequest) request = bulla_gateway_request_new (self, stream, head);

  if (request == NULL) { /* the Host is missing or differs from that of the tunnel */
    refuse_target (stream);
    return;
  }
  if (stream->kind->is_receiving (stream))
    bulla_gateway_upload_begin (request, head);
  if (!request->over)
    bulla_gateway_identify (request, bulla_gateway_choose_handler);
}

/* --- the object */

static void
report_cb (BullaReporter *reporter, const char *view, const char *collector, const char *text,
           const char *fate, gpointer user_data)
{
  BullaGateway *self = user_data;
  BullaLedger *ledger = bulla_loader_get_ledger (self->loader);
  BullaCause cause = {.view = view != NULL ? bulla_ledger_number_view (ledger, view) : 0,
                      .purpose = "report"};

  if (collector != NULL && g_str_equal (fate, "withheld"))
    bulla_ledger_add_withheld (ledger, &cause, collector, strlen (text));
  g_signal_emit (user_data, signals[REPORT], 0, view, collector, text, fate);
}

static void
bulla_gateway_dispose (GObject *object)
{
  BullaGateway *self = BULLA_GATEWAY (object);
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session)) {
    g_hash_table_remove_all (((BullaGatewaySession *)session)->views);
    g_cancellable_cancel (((BullaGatewaySession *)session)->cancellable);
  }
  g_hash_table_remove_all (self->sessions);
  g_clear_pointer (&self->listener, bulla_gateway_listener_free);
  if (self->reporter != NULL) {
    g_signal_handlers_disconnect_by_data (self->reporter, self);
    bulla_reporter_close (self->reporter);
  }
  g_clear_object (&self->reporter);
  G_OBJECT_CLASS (bulla_gateway_parent_class)->dispose (object);
}

static void
bulla_gateway_finalize (GObject *object)
{
  BullaGateway *self = BULLA_GATEWAY (object);

  g_clear_object (&self->loader);
  g_clear_object (&self->address);
  g_clear_pointer (&self->client, bulla_client_unref);
  g_free (self->process_session);
  g_clear_pointer (&self->certificate, bulla_gateway_certificate_free);
  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->allow_private);
  g_hash_table_unref (self->private_hosts);
  g_hash_table_unref (self->public_hosts);
  G_OBJECT_CLASS (bulla_gateway_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n, GType a, GType b, GType c, GType d)
{
  return g_signal_new (name, BULLA_TYPE_GATEWAY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n, a, b, c, d);
}

static void
add_signal_of_reports (void)
{
  /**
   * BullaGateway::report:
   * @view: (nullable): the view for which the exchange was loaded
   * @collector: (nullable): the URL that the report is or would be sent to; %NULL if the
   *   distributor named none
   * @text: the complete text of the report
   * @fate: `sent`, `withheld` by the profile, or `undelivered`
   */
  signals[REPORT] =
      add_signal ("report", 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

/* The signals about packages that were judged and shown. */
static void
add_signals_of_showing (void)
{
  /**
   * BullaGateway::load-decided:
   * @view: the view for which the exchange was loaded
   * @load: the exchange that was judged
   */
  signals[LOAD_DECIDED] =
      add_signal ("load-decided", 2, G_TYPE_STRING, BULLA_TYPE_LOAD, G_TYPE_NONE, G_TYPE_NONE);
  /**
   * BullaGateway::bundle-decided:
   * @view: the view for which the bundle was loaded
   * @bundle: the bundle that was judged; it may still be arriving
   */
  signals[BUNDLE_DECIDED] =
      add_signal ("bundle-decided", 2, G_TYPE_STRING, BULLA_TYPE_BUNDLE, G_TYPE_NONE, G_TYPE_NONE);
  /**
   * BullaGateway::served:
   * @view: the view that received the response
   * @load: the exchange, or the response of a bundle, that answers its navigation
   */
  signals[SERVED] =
      add_signal ("served", 2, G_TYPE_STRING, BULLA_TYPE_LOAD, G_TYPE_NONE, G_TYPE_NONE);
  /**
   * BullaGateway::resource-served:
   * @view: the view that received the response
   * @load: the bundle's response that answers a request other than a navigation; its page is from
   *   the same bundle
   */
  signals[RESOURCE_SERVED] =
      add_signal ("resource-served", 2, G_TYPE_STRING, BULLA_TYPE_LOAD, G_TYPE_NONE, G_TYPE_NONE);
  /**
   * BullaGateway::prefetched:
   * @view: the view whose page requested the prefetch
   * @url: the prefetched URL
   * @load: (nullable): the exchange that arrived; %NULL if the response is not a package
   *
   * The response is kept for that page, even if its body is still arriving.
   */
  signals[PREFETCHED] =
      add_signal ("prefetched", 3, G_TYPE_STRING, G_TYPE_STRING, BULLA_TYPE_LOAD, G_TYPE_NONE);
  /**
   * BullaGateway::live:
   * @view: the view that navigated
   * @url: a page that its own server sent over https with status 200
   * @date: the response's Date, in Unix seconds
   * @validator: (nullable): the response's ETag, or else its Last-Modified
   * @frame: whether a frame navigated
   */
  signals[LIVE] =
      g_signal_new ("live", BULLA_TYPE_GATEWAY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    5, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT64, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
add_signals_of_sessions (void)
{
  /**
   * BullaGateway::apart:
   * @view: the view whose navigation it was
   * @handover: the package that answers it
   *
   * The profile wants the page's data apart from those of live pages. The connection is closed: the
   * client goes to the URL in a session with %BULLA_GATEWAY_APART, after
   * bulla_gateway_put_handover().
   */
  signals[APART] =
      add_signal ("apart", 2, G_TYPE_STRING, BULLA_TYPE_HANDOVER, G_TYPE_NONE, G_TYPE_NONE);
  /**
   * BullaGateway::leave:
   * @view: a view in a session with %BULLA_GATEWAY_APART
   * @url: where it goes, and no package that was handed over answers
   * @typed: whether the shell went there for its user
   *
   * The connection is closed, and no server was contacted: the client goes to the URL in the
   * session of live pages.
   */
  signals[LEAVE] =
      add_signal ("leave", 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN, G_TYPE_NONE);
}

static void
add_unused_signal (void)
{
  /**
   * BullaGateway::unused:
   * @view: (nullable): the view that shows the page
   * @url: the URL that the exchange would have answered
   * @load: the exchange, which was prefetched
   * @message: why it does not answer, in words
   */
  signals[UNUSED] =
      add_signal ("unused", 4, G_TYPE_STRING, G_TYPE_STRING, BULLA_TYPE_LOAD, G_TYPE_STRING);
}

static void
bulla_gateway_class_init (BullaGatewayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bulla_gateway_dispose;
  G_OBJECT_CLASS (klass)->finalize = bulla_gateway_finalize;

  add_signals_of_showing ();
  add_signal_of_reports ();
  add_signals_of_sessions ();
  /**
   * BullaGateway::fell-back:
   * @view: the view that is redirected
   * @load: (nullable): the exchange or bundle response that was not usable; %NULL if the bundle as
   *   a whole was not
   * @url: the fallback URL
   * @verdict: why the package was not usable: a verdict on it, or on the request
   * @frame: whether the navigation is that of a frame
   */
  signals[FELL_BACK] = g_signal_new ("fell-back", BULLA_TYPE_GATEWAY, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 5, G_TYPE_STRING, BULLA_TYPE_LOAD,
                                     G_TYPE_STRING, BULLA_TYPE_VERDICT, G_TYPE_BOOLEAN);
  /**
   * BullaGateway::separate:
   * @view: the view that navigated
   * @bundle: a bundle that may be shown, but not in the origins that it claims; it may still be
   *   arriving
   * @url: (nullable): the URL of one of its resources; %NULL for the primary resource, or the list
   *   of resources
   *
   * The connection is closed, or the response is status 502, because the gateway serves true
   * origins only.
   */
  signals[SEPARATE] =
      add_signal ("separate", 3, G_TYPE_STRING, BULLA_TYPE_BUNDLE, G_TYPE_STRING, G_TYPE_NONE);
  add_unused_signal ();
  /**
   * BullaGateway::refused:
   * @view: (nullable): the view that sent the request
   * @url: the requested URL
   * @load: (nullable): the exchange or bundle response that was refused
   * @message: the reason in words
   * @verdict: (nullable): the verdict on @load, or on the request, that is the reason
   *
   * The connection is closed, or the response is status 502.
   */
  signals[REFUSED] = g_signal_new ("refused", BULLA_TYPE_GATEWAY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 5, G_TYPE_STRING, G_TYPE_STRING,
                                   BULLA_TYPE_LOAD, G_TYPE_STRING, BULLA_TYPE_VERDICT);
  /**
   * BullaGateway::truncated:
   * @view: the view that received a part of the response
   * @load: the exchange or bundle response
   * @message: what is wrong with the rest of the body
   */
  signals[TRUNCATED] =
      add_signal ("truncated", 3, G_TYPE_STRING, BULLA_TYPE_LOAD, G_TYPE_STRING, G_TYPE_NONE);
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
bulla_gateway_init (BullaGateway *self)
{
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                          (GDestroyNotify)bulla_gateway_session_unref);
  self->allow_private = new_set ();
  self->private_hosts = new_set ();
  self->public_hosts = new_set ();
  self->listener = bulla_gateway_listener_new (self, bulla_gateway_connection_await, arrive_cb);
}

/**
 * bulla_gateway_new:
 * @loader: judges exchanges; the gateway sends its requests through the loader's network
 * @error: why there can be none
 *
 * The gateway runs in the thread's main context.
 *
 * Returns: (transfer full): a gateway with a certificate authority of its own; it is not listening
 *   yet
 */
BullaGateway *
bulla_gateway_new (BullaLoader *loader, GError **error)
{
  g_autoptr (BullaGateway) self = g_object_new (BULLA_TYPE_GATEWAY, NULL);

  self->loader = g_object_ref (loader);
  self->connector = bulla_fetcher_get_connector (bulla_loader_get_fetcher (loader));
  self->client = bulla_client_load_of_shell (error);
  if (self->client == NULL)
    return NULL;
  self->reporter = bulla_reporter_new (loader);
  g_signal_connect (self->reporter, "report", G_CALLBACK (report_cb), self);
  self->certificate = bulla_gateway_certificate_new (error);
  if (self->certificate == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * bulla_gateway_set_client: (skip)
 * @self: a gateway
 * @client: the client whose Accept the requests for prefetched parts of pages have, by the `as` of
 *   their links; that of the shell's engine if this is never called
 */
void
bulla_gateway_set_client (BullaGateway *self, BullaClient *client)
{
  BullaClient *former = self->client;

  self->client = bulla_client_ref (client);
  bulla_client_unref (former);
}

/**
 * bulla_gateway_listen:
 * @self: a gateway
 * @address: (nullable): the address to listen on; %NULL for a free port of 127.0.0.1
 * @error: why it cannot
 *
 * Returns: whether the gateway is listening
 */
gboolean
bulla_gateway_listen (BullaGateway *self, GSocketAddress *address, GError **error)
{
  g_autoptr (GSocketAddress) local = address != NULL
                                         ? g_object_ref (address)
                                         : g_inet_socket_address_new_from_string ("127.0.0.1", 0);

  if (!bulla_gateway_listener_listen (self->listener, local, error))
    return FALSE;
  g_autoptr (GSocketAddress) bound = bulla_gateway_listener_dup_address (self->listener, error);
  if (bound == NULL)
    return FALSE;
  g_set_object (&self->address, G_INET_SOCKET_ADDRESS (bound));
  return TRUE;
}

/**
 * bulla_gateway_get_address:
 * @self: a gateway
 *
 * Returns: (transfer none) (nullable): the address that the gateway is listening on
 */
GSocketAddress *
bulla_gateway_get_address (BullaGateway *self)
{
  return G_SOCKET_ADDRESS (self->address);
}

/**
 * bulla_gateway_get_authority:
 * @self: a gateway
 *
 * Returns: (transfer none): the certificate of the gateway's authority; clients without a delegate
 *   must trust it
 */
GTlsCertificate *
bulla_gateway_get_authority (BullaGateway *self)
{
  return bulla_gateway_certificate_get_authority (self->certificate);
}

/**
 * bulla_gateway_dup_leaf_hash: (skip)
 * @self: a gateway
 *
 * Returns: (transfer full): the SHA-256 of the public key of all server certificates that the
 *   gateway issues (RFC 7469, section 2.4), in base64
 */
char *
bulla_gateway_dup_leaf_hash (BullaGateway *self)
{
  return bulla_gateway_certificate_dup_leaf_hash (self->certificate);
}

/**
 * bulla_gateway_set_process: (skip)
 * @self: a gateway
 * @token: token of a session
 * @process: a process of this user; the caller waits for it only after it removed the session
 *
 * From now on only @process and its descendants can use the gateway. The kernel tells which process
 * a connection is from, so they need no password, and a password is of no use to others. All of
 * their requests are in that session.
 */
void
bulla_gateway_set_process (BullaGateway *self, const char *token, GPid process)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  g_return_if_fail (session != NULL && process > 1);
  g_free (self->process_session);
  self->process_session = g_strdup (session->id);
  self->process = process;
  self->process_network = 0;
}

/**
 * bulla_gateway_allow_private:
 * @self: a gateway
 * @host: a host on this machine or in its network that pages of public hosts may contact
 */
void
bulla_gateway_allow_private (BullaGateway *self, const char *host)
{
  g_hash_table_add (self->allow_private, g_ascii_strdown (host, -1));
}
