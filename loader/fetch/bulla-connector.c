/* bulla-connector.c - opens network connections: checks servers and addresses, pools connections
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: every contact with a server begins here, and a lint lets it begin nowhere else */
#include "bulla-connector.h"

#include "bulla-contact-recorder.h"
#include "bulla-error.h"
#include "bulla-http-head.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer.h"
#include "bulla-private-address.h"
#include "bulla-tls-database.h"

#define TIMEOUT_SECONDS 30

/* One client for each main context, because pooled connections must not be used from another one;
 * and two of them, so that requests that may reach private addresses share no connection with
 * others. */
typedef struct {
  BullaHttpClient *client; /* owned */
  gboolean private;
} PooledClient;

struct _BullaConnector {
  GObject parent_instance;
  BullaTrust *trust;            /* owned */
  BullaLedger *ledger;          /* owned */
  BullaGivenAddresses *resolve; /* owned */
  GMutex lock;
  GTlsDatabase *database; /* owned; created on first use */
  GQueue clients;         /* owned PooledClient, the most recently used first */
  gint64 deadline;        /* see bulla_connector_set_deadline() */
  gboolean offline;       /* see bulla_connector_set_offline() */
};

G_DEFINE_FINAL_TYPE (BullaConnector, bulla_connector, G_TYPE_OBJECT)

static void
pooled_client_free (PooledClient *pooled)
{
  bulla_http_client_stop (pooled->client);
  g_object_unref (pooled->client);
  g_free (pooled);
}

static void
bulla_connector_finalize (GObject *object)
{
  BullaConnector *self = BULLA_CONNECTOR (object);

  g_queue_clear_full (&self->clients, (GDestroyNotify)pooled_client_free);
  g_clear_object (&self->database);
  g_clear_object (&self->trust);
  g_clear_object (&self->ledger);
  bulla_given_addresses_unref (self->resolve);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (bulla_connector_parent_class)->finalize (object);
}

static void
bulla_connector_class_init (BullaConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_connector_finalize;
}

static void
bulla_connector_init (BullaConnector *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->clients);
  self->resolve = bulla_given_addresses_new ();
}

/**
 * bulla_connector_new:
 * @trust: the roots for verifying servers; read at the first connection
 * @ledger: the ledger that records all contacts
 *
 * System proxies are not used, because the connector itself checks the address of each host.
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
 * Returns: (transfer none): the ledger that records all contacts
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
 * Returns: (transfer none): the addresses that the user gave; mappings may be added at any time
 */
BullaGivenAddresses *
bulla_connector_get_resolve (BullaConnector *self)
{
  return self->resolve;
}

/**
 * bulla_connector_set_deadline:
 * @self: a connector
 * @deadline: g_get_monotonic_time() at which requests end, whether or not the response is complete;
 *   0 for none
 *
 * Holds for requests that are sent from now on. A request after the deadline contacts nobody.
 */
void
bulla_connector_set_deadline (BullaConnector *self, gint64 deadline)
{
  self->deadline = deadline;
}

/**
 * bulla_connector_set_offline:
 * @self: a connector
 * @offline: whether requests and connections fail with %BULLA_ERROR_OFFLINE, and contact nobody
 */
void
bulla_connector_set_offline (BullaConnector *self, gboolean offline)
{
  self->offline = offline;
}

/* Says whether a server may be asked now. */
static gboolean
check_permitted (BullaConnector *self, GUri *uri, GError **error)
{
  gboolean late = self->deadline != 0 && g_get_monotonic_time () >= self->deadline;

  if (self->offline)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_OFFLINE, "%s: not asked (--offline)",
                 g_uri_get_host (uri));
  else if (late)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK,
                 "%s: not asked, because the time of --timeout is over", g_uri_get_host (uri));
  return !self->offline && !late;
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

/**
 * bulla_connector_lookup:
 * @self: a connector
 * @uri: a URL
 *
 * Returns: (transfer full) (nullable) (element-type GInetAddress): the addresses that the user gave
 *   for its host and port
 */
GPtrArray *
bulla_connector_lookup (BullaConnector *self, GUri *uri)
{
  return bulla_given_addresses_lookup (self->resolve, g_uri_get_host (uri), port_of (uri));
}

/* Returns: (transfer full) (nullable): the least recently used idle client; never the first one,
 * which is about to be used */
static PooledClient *
steal_spare (BullaConnector *self)
{
  if (self->clients.length <= BULLA_CONNECTOR_CLIENTS_MAX)
    return NULL;
  for (GList *each = self->clients.tail; each != self->clients.head; each = each->prev) {
    PooledClient *pooled = each->data;
    if (!bulla_http_client_is_busy (pooled->client)) {
      g_queue_delete_link (&self->clients, each);
      return pooled;
    }
  }
  return NULL;
}

static PooledClient *
find_client (BullaConnector *self, GMainContext *context, gboolean private)
{
  for (GList *each = self->clients.head; each != NULL; each = each->next) {
    PooledClient *pooled = each->data;
    if (bulla_http_client_get_context (pooled->client) == context && pooled->private == private) {
      g_queue_unlink (&self->clients, each);
      g_queue_push_head_link (&self->clients, each);
      return pooled;
    }
  }
  return NULL;
}

/* Returns the client of the thread's main context. */
static BullaHttpClient *
dup_client (BullaConnector *self, gboolean private)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  g_mutex_lock (&self->lock);
  PooledClient *pooled = find_client (self, context, private);
  if (pooled == NULL) {
    pooled = g_new (PooledClient, 1);
    *pooled = (PooledClient){bulla_http_client_new (context, &bulla_http_transfer_funcs), private};
    g_queue_push_head (&self->clients, pooled);
  }
  BullaHttpClient *client = g_object_ref (pooled->client);
  PooledClient *spare = steal_spare (self);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&spare, pooled_client_free);
  return client;
}

/**
 * bulla_connector_drop_idle:
 * @self: a connector
 *
 * Closes the idle connections of the thread's main context, to free descriptors.
 */
void
bulla_connector_drop_idle (BullaConnector *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  g_mutex_lock (&self->lock);
  for (GList *each = self->clients.head; each != NULL; each = each->next) {
    PooledClient *pooled = each->data;
    if (bulla_http_client_get_context (pooled->client) == context)
      bulla_http_client_drop_idle (pooled->client);
  }
  g_mutex_unlock (&self->lock);
}

static BullaContactRecorder *
new_recorder (BullaConnector *self, GUri *uri, const BullaCause *cause)
{
  guint16 port = port_of (uri);

  return bulla_contact_recorder_new (
      self->ledger, cause, uri, port,
      bulla_host_needs_lookup (g_uri_get_host (uri), port, self->resolve));
}

/* --- requests */

/**
 * bulla_connector_explain:
 * @uri: the requested URI
 * @error: how it failed
 *
 * Returns: (transfer full): @error itself, if it is a cancellation or one of Bulla's errors;
 *   otherwise a %BULLA_ERROR_NETWORK that names the host
 */
GError *
bulla_connector_explain (GUri *uri, const GError *error)
{
  if (error->domain == BULLA_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  g_autofree char *text = bulla_http_escape (error->message);
  return g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "%s: %s", g_uri_get_host (uri), text);
}

/**
 * bulla_connector_send_async:
 * @self: a connector
 * @message: an `http` or `https` request that was not sent yet
 * @cause: the cause of the request
 * @flags: permissions of the connection
 * @cancellable: (nullable): cancels the request
 * @callback: called when the response's header fields have arrived
 * @user_data: for @callback
 */
void
bulla_connector_send_async (BullaConnector *self, BullaHttpMessage *message,
                            const BullaCause *cause, BullaConnectorFlags flags,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  GUri *uri = bulla_http_message_get_uri (message);
  gboolean private = (flags & BULLA_CONNECTOR_PRIVATE) != 0;
  g_autoptr (GTlsDatabase) database = uri_is_tls (uri) ? dup_database (self, &error) : NULL;
  g_autoptr (BullaHttpTls) tls =
      database != NULL ? bulla_http_tls_new (database, g_uri_get_host (uri), port_of (uri)) : NULL;
  g_autoptr (GPtrArray) given = bulla_connector_lookup (self, uri);
  g_autoptr (BullaHttpClient) client = dup_client (self, private);

  if (error != NULL || !check_permitted (self, uri, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    g_object_unref (task);
    return;
  }
  message->recorder = new_recorder (self, uri, cause);
  BullaHttpTransferOptions options = {
      .given = given,
      .allow_private = private,
      .timeout = (flags & BULLA_CONNECTOR_PATIENT) ? 0 : TIMEOUT_SECONDS,
      .deadline = self->deadline,
      .tls = tls,
  };
  bulla_http_transfer_start (client, message, &options, task);
}

/**
 * bulla_connector_send_finish:
 * @self: a connector
 * @result: the result passed to the callback
 * @error: a cancellation, one of Bulla's errors, or a %BULLA_ERROR_NETWORK or %BULLA_ERROR_REFUSED
 *   that names the host
 *
 * Returns: (transfer full): the response body
 */
GInputStream *
bulla_connector_send_finish (BullaConnector *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- plain connections */

typedef struct {
  BullaContactRecorder *recorder; /* owned; NULL once it was passed on */
  GTlsDatabase *database;         /* owned; nullable */
  GUri *uri;                      /* owned */
  gboolean *signer;               /* owned; whether the server presented a signing certificate */
} Connecting;

static void
connecting_free (gpointer data)
{
  Connecting *connecting = data;

  g_clear_pointer (&connecting->recorder, bulla_contact_recorder_free);
  g_clear_object (&connecting->database);
  g_uri_unref (connecting->uri);
  g_rc_box_release (connecting->signer);
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
  GError *explained = *connecting->signer
                          ? bulla_http_tls_new_signer_error (g_uri_get_host (connecting->uri))
                          : bulla_connector_explain (connecting->uri, error);
  bulla_contact_recorder_fail (connecting->recorder, explained);
  g_task_return_error (task, explained);
}

/* Called for a certificate that is refused; it stays so. */
static gboolean
accept_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags,
           gpointer user_data)
{
  gboolean *signer = user_data;

  *signer = bulla_tls_certificate_can_sign (certificate);
  return FALSE;
}

static void
release_cb (gpointer data, GClosure *closure)
{
  g_rc_box_release (data);
}

/* Remembers the key of a server that completed a handshake. */
static void
note_key (Connecting *connecting, GIOStream *stream)
{
  g_autoptr (GBytes) certificate = bulla_tls_certificate_dup_der (
      g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (stream)));
  g_autofree char *signs_for = certificate != NULL
                                   ? bulla_tls_database_note_key (connecting->database, certificate,
                                                                  g_uri_get_host (connecting->uri))
                                   : NULL;

  bulla_contact_recorder_set_signs_for (connecting->recorder, signs_for);
}

static void
client_event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable,
                 GIOStream *stream, gpointer user_data)
{
  Connecting *connecting = user_data;

  bulla_contact_recorder_event (connecting->recorder, event, stream);
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING) {
    g_autoptr (GSocketConnectable) identity =
        bulla_http_tls_new_identity (g_uri_get_host (connecting->uri), port_of (connecting->uri));
    g_tls_client_connection_set_server_identity (G_TLS_CLIENT_CONNECTION (stream), identity);
    g_tls_connection_set_database (G_TLS_CONNECTION (stream), connecting->database);
    g_signal_connect_data (stream, "accept-certificate", G_CALLBACK (accept_cb),
                           g_rc_box_acquire (connecting->signer), release_cb, 0);
  } else if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED) {
    note_key (connecting, stream);
  } else if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_TCP_CONNECTION (stream))
    g_socket_set_option (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)),
                         6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, 1, NULL);
}

/**
 * bulla_connector_connect_async:
 * @self: a connector
 * @uri: the server to connect to; TLS is used for `https` and `wss`
 * @cause: the cause of the connection
 * @flags: permissions of the connection
 * @cancellable: (nullable): cancels the call
 * @callback: called when the connection is established; with TLS, when the server is verified
 * @user_data: for @callback
 *
 * Opens a separate connection, for protocols other than HTTP requests and responses.
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

  *connecting = (Connecting){new_recorder (self, uri, cause),
                             uri_is_tls (uri) ? dup_database (self, &error) : NULL, g_uri_ref (uri),
                             g_rc_box_new0 (gboolean)};
  g_task_set_task_data (task, connecting, connecting_free);
  if (error != NULL || !check_permitted (self, uri, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_tls (client, uri_is_tls (uri));
  g_signal_connect (client, "event", G_CALLBACK (client_event_cb), connecting);
  g_autoptr (GSocketConnectable) address = bulla_filtered_address_new (
      g_uri_get_host (uri), port_of (uri), uri_is_tls (uri) ? "https" : "http", self->resolve,
      (flags & BULLA_CONNECTOR_PRIVATE) != 0);
  g_socket_client_connect_async (client, address, cancellable, connected_cb,
                                 g_steal_pointer (&task));
}

/**
 * bulla_connector_connect_finish:
 * @self: a connector
 * @result: the result passed to the callback
 * @recorder: (out) (nullable): the recorder for further contacts on the connection
 * @error: as in bulla_connector_send_finish()
 *
 * Returns: (transfer full): the connection, with TLS if the URI requires it
 */
GIOStream *
bulla_connector_connect_finish (BullaConnector *self, GAsyncResult *result,
                                BullaContactRecorder **recorder, GError **error)
{
  Connecting *connecting = g_task_get_task_data (G_TASK (result));

  *recorder = g_steal_pointer (&connecting->recorder);
  return g_task_propagate_pointer (G_TASK (result), error);
}
