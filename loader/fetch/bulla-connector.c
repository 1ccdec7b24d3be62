/* bulla-connector.c - the only way out: trusted servers, given addresses, pooled connections
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-connector.h"

#include "bulla-error.h"
#include "bulla-peer.h"
#include "bulla-tls-database.h"
#include "bulla-watch.h"

#define TIMEOUT_SECONDS 30
#define IDLE_SECONDS 60
#define CONNECTIONS_MAX 32 /* to one host and port */

/* A session of libsoup for each host, port and main context: only a whole session takes a
 * connectable of ours, and what it pools must not be used from another context. */
typedef struct {
  char *key;             /* owned */
  GMainContext *context; /* owned */
  SoupSession *session;  /* owned */
} PooledSession;

struct _BullaConnector {
  GObject parent_instance;
  BullaTrust *trust;     /* owned */
  BullaLedger *ledger;   /* owned */
  BullaResolve *resolve; /* owned */
  GMutex lock;
  GTlsDatabase *database; /* owned; made when it is first needed */
  GQueue sessions;        /* owned PooledSession, the last used first */
};

G_DEFINE_FINAL_TYPE (BullaConnector, bulla_connector, G_TYPE_OBJECT)

static void
pooled_session_free (PooledSession *pooled)
{
  g_free (pooled->key);
  g_main_context_unref (pooled->context);
  g_object_unref (pooled->session);
  g_free (pooled);
}

static void
bulla_connector_finalize (GObject *object)
{
  BullaConnector *self = BULLA_CONNECTOR (object);

  g_queue_clear_full (&self->sessions, (GDestroyNotify)pooled_session_free);
  g_clear_object (&self->database);
  g_clear_object (&self->trust);
  g_clear_object (&self->ledger);
  bulla_resolve_unref (self->resolve);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (bulla_connector_parent_class)->finalize (object);
}

static void
bulla_connector_class_init (BullaConnectorClass *class)
{
  G_OBJECT_CLASS (class)->finalize = bulla_connector_finalize;
}

static void
bulla_connector_init (BullaConnector *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->sessions);
  self->resolve = bulla_resolve_new ();
}

/**
 * bulla_connector_new:
 * @trust: the roots that servers are verified with; they are read at the first connection
 * @ledger: where all that is done here is written down
 *
 * System proxies are not used: by which address a host is reached is decided here.
 *
 * Returns: (transfer full): a connector; it belongs to the thread of its ledger
 */
BullaConnector *
bulla_connector_new (BullaTrust *trust, BullaLedger *ledger)
{
  BullaConnector *self = g_object_new (BULLA_TYPE_CONNECTOR, NULL);

  self->trust = g_object_ref (trust);
  self->ledger = g_object_ref (ledger);
  return self;
}

/**
 * bulla_connector_get_ledger:
 * @self: a connector
 *
 * Returns: (transfer none): where all that is done here is written down
 */
BullaLedger *
bulla_connector_get_ledger (BullaConnector *self)
{
  return self->ledger;
}

/**
 * bulla_connector_get_resolve:
 * @self: a connector
 *
 * Returns: (transfer none): the addresses the user gave; mappings may be added at any time
 */
BullaResolve *
bulla_connector_get_resolve (BullaConnector *self)
{
  return self->resolve;
}

static GTlsDatabase *
dup_database (BullaConnector *self, GError **error)
{
  g_mutex_lock (&self->lock);
  if (self->database == NULL)
    self->database = bulla_tls_database_new (self->trust, error);
  GTlsDatabase *database = self->database != NULL ? g_object_ref (self->database) : NULL;
  g_mutex_unlock (&self->lock);
  return database;
}

static gboolean
uri_is_tls (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);

  return g_str_equal (scheme, "https") || g_str_equal (scheme, "wss");
}

static guint16
port_of (GUri *uri)
{
  int port = g_uri_get_port (uri);

  return port > 0 ? port : uri_is_tls (uri) ? 443 : 80;
}

static SoupSession *
make_session (BullaConnector *self, GUri *uri, BullaConnectorFlags flags, GTlsDatabase *database)
{
  g_autoptr (GSocketConnectable) peer =
      bulla_peer_new (g_uri_get_host (uri), port_of (uri), uri_is_tls (uri) ? "https" : "http",
                      self->resolve, (flags & BULLA_CONNECTOR_PRIVATE) != 0);
  SoupSession *session = g_object_new (
      SOUP_TYPE_SESSION, "remote-connectable", peer, "max-conns", CONNECTIONS_MAX,
      "max-conns-per-host", CONNECTIONS_MAX, "idle-timeout", IDLE_SECONDS, "timeout",
      (flags & BULLA_CONNECTOR_PATIENT) ? 0 : TIMEOUT_SECONDS, "proxy-resolver", NULL, NULL);

  if (database != NULL)
    soup_session_set_tls_database (session, database);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  return session;
}

static SoupSession *
find_session (BullaConnector *self, const char *key, GMainContext *context)
{
  for (GList *each = self->sessions.head; each != NULL; each = each->next) {
    PooledSession *pooled = each->data;
    if (pooled->context == context && g_str_equal (pooled->key, key)) {
      g_queue_unlink (&self->sessions, each);
      g_queue_push_head_link (&self->sessions, each);
      return g_object_ref (pooled->session);
    }
  }
  return NULL;
}

/* for this host and port in the thread's main context; other hosts are not asked for through it */
static SoupSession *
dup_session (BullaConnector *self, GUri *uri, BullaConnectorFlags flags, GError **error)
{
  g_autoptr (GTlsDatabase) database = uri_is_tls (uri) ? dup_database (self, error) : NULL;
  if (uri_is_tls (uri) && database == NULL)
    return NULL;
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  g_autofree char *key =
      g_strdup_printf ("%d %d %s:%u", uri_is_tls (uri), (int)flags, host, port_of (uri));
  PooledSession *oldest = NULL;

  g_mutex_lock (&self->lock);
  SoupSession *session = find_session (self, key, context);
  if (session == NULL) {
    session = make_session (self, uri, flags, database);
    PooledSession *pooled = g_new (PooledSession, 1);
    *pooled =
        (PooledSession){g_steal_pointer (&key), g_steal_pointer (&context), g_object_ref (session)};
    g_queue_push_head (&self->sessions, pooled);
    if (self->sessions.length > BULLA_CONNECTOR_SESSIONS_MAX)
      oldest = g_queue_pop_tail (&self->sessions);
  }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&oldest, pooled_session_free);
  return session;
}

static BullaWatch *
watch (BullaConnector *self, GUri *uri, const BullaCause *cause)
{
  guint16 port = port_of (uri);

  return bulla_watch_new (self->ledger, cause, uri, port,
                          bulla_peer_looks_up (g_uri_get_host (uri), port, self->resolve));
}

/* --- requests */

/**
 * bulla_connector_explain:
 * @uri: what was asked for
 * @message: (nullable): the message that failed
 * @error: how it failed
 *
 * Returns: (transfer full): a cancellation or an error of ours as it is, all else as a
 *   %BULLA_ERROR_NETWORK or %BULLA_ERROR_REFUSED that says which host it was
 */
GError *
bulla_connector_explain (GUri *uri, BullaHttpMessage *message, const GError *error)
{
  g_autofree char *flags = NULL;

  if (error->domain == BULLA_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  const char *host = g_uri_get_host (uri);
  if (message != NULL && error->domain == G_TLS_ERROR) {
    SoupMessage *soup = bulla_http_message_get_soup (message);
    if (bulla_tls_certificate_can_sign (soup_message_get_tls_peer_certificate (soup)))
      return g_error_new (BULLA_ERROR, BULLA_ERROR_REFUSED,
                          "%s presents a certificate for signing exchanges in TLS", host);
    flags = bulla_tls_describe_flags (soup_message_get_tls_peer_certificate_errors (soup));
  }
  if (flags != NULL && *flags != '\0')
    return g_error_new (BULLA_ERROR, BULLA_ERROR_REFUSED, "the certificate of %s is refused: %s",
                        host, flags);
  return g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "%s: %s", host, error->message);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaHttpMessage *message = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GInputStream *body = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (body != NULL) {
    g_task_return_pointer (task, body, g_object_unref);
    return;
  }
  GError *explained =
      bulla_connector_explain (bulla_http_message_get_uri (message), message, error);
  bulla_watch_fail_message (message, explained);
  g_task_return_error (task, explained);
}

/**
 * bulla_connector_send_async:
 * @self: a connector
 * @message: an `http` or `https` request that was not sent yet
 * @cause: why
 * @flags: what is allowed
 * @cancellable: (nullable): to give up
 * @callback: called when the header fields of the answer are there
 * @user_data: for @callback
 */
void
bulla_connector_send_async (BullaConnector *self, BullaHttpMessage *message,
                            const BullaCause *cause, BullaConnectorFlags flags,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  GUri *uri = bulla_http_message_get_uri (message);
  g_autoptr (SoupSession) session = dup_session (self, uri, flags, &error);

  g_task_set_task_data (task, g_object_ref (message), g_object_unref);
  if (session == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  bulla_watch_message (watch (self, uri, cause), message);
  soup_session_send_async (session, bulla_http_message_get_soup (message), G_PRIORITY_DEFAULT,
                           cancellable, sent_cb, g_steal_pointer (&task));
}

/**
 * bulla_connector_send_finish:
 * @self: a connector
 * @result: what the callback got
 * @error: a cancellation or an error of ours as it is, all else as a %BULLA_ERROR_NETWORK or
 *   %BULLA_ERROR_REFUSED that says which host it was
 *
 * Returns: (transfer full): the body of the answer
 */
GInputStream *
bulla_connector_send_finish (BullaConnector *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- plain connections */

typedef struct {
  BullaWatch *watch;      /* owned; nullable, once it was handed on */
  GTlsDatabase *database; /* owned; nullable */
  GUri *uri;              /* owned */
} Connecting;

static void
connecting_free (gpointer data)
{
  Connecting *connecting = data;

  g_clear_pointer (&connecting->watch, bulla_watch_free);
  g_clear_object (&connecting->database);
  g_uri_unref (connecting->uri);
  g_free (connecting);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Connecting *connecting = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GSocketConnection *stream =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);

  g_signal_handlers_disconnect_by_data (object, connecting);
  if (stream != NULL) {
    g_task_return_pointer (task, stream, g_object_unref);
    return;
  }
  GError *explained = bulla_connector_explain (connecting->uri, NULL, error);
  bulla_watch_fail (connecting->watch, explained);
  g_task_return_error (task, explained);
}

static void
client_event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable,
                 GIOStream *stream, gpointer user_data)
{
  Connecting *connecting = user_data;

  bulla_watch_event (connecting->watch, event, stream);
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_tls_connection_set_database (G_TLS_CONNECTION (stream), connecting->database);
  else if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_TCP_CONNECTION (stream))
    g_socket_set_option (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)),
                         6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, 1, NULL);
}

/**
 * bulla_connector_connect_async:
 * @self: a connector
 * @uri: where to; `https` and `wss` are connected to with TLS
 * @cause: why
 * @flags: what is allowed
 * @cancellable: (nullable): to give up
 * @callback: called once connected, with TLS established and verified
 * @user_data: for @callback
 *
 * Opens a connection of its own, for what is not a plain request and response.
 */
void
bulla_connector_connect_async (BullaConnector *self, GUri *uri, const BullaCause *cause,
                               BullaConnectorFlags flags, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  Connecting *connecting = g_new (Connecting, 1);

  *connecting =
      (Connecting){watch (self, uri, cause), uri_is_tls (uri) ? dup_database (self, &error) : NULL,
                   g_uri_ref (uri)};
  g_task_set_task_data (task, connecting, connecting_free);
  if (error != NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_tls (client, uri_is_tls (uri));
  g_signal_connect (client, "event", G_CALLBACK (client_event_cb), connecting);
  g_autoptr (GSocketConnectable) peer =
      bulla_peer_new (g_uri_get_host (uri), port_of (uri), uri_is_tls (uri) ? "https" : "http",
                      self->resolve, (flags & BULLA_CONNECTOR_PRIVATE) != 0);
  g_socket_client_connect_async (client, peer, cancellable, connected_cb, g_steal_pointer (&task));
}

/**
 * bulla_connector_connect_finish:
 * @self: a connector
 * @result: what the callback got
 * @watch: (out) (nullable): what goes on to write down what is done with it
 * @error: why there is no connection; as in bulla_connector_send_finish()
 *
 * Returns: (transfer full): a connection; encrypted where it was to be
 */
GIOStream *
bulla_connector_connect_finish (BullaConnector *self, GAsyncResult *result, BullaWatch **watch,
                                GError **error)
{
  Connecting *connecting = g_task_get_task_data (G_TASK (result));

  *watch = g_steal_pointer (&connecting->watch);
  return g_task_propagate_pointer (G_TASK (result), error);
}
