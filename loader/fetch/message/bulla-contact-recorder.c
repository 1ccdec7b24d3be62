/* bulla-contact-recorder.c - records in the ledger the network contacts of one request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-contact-recorder.h"

#include "bulla-field.h"
#include "bulla-http-message-internal.h"

struct _BullaContactRecorder {
  BullaLedger *ledger; /* owned */
  BullaCause *cause;   /* owned */
  GUri *uri;           /* owned */
  guint16 port;
  gboolean looks_up;      /* a lookup of the host is recorded if it happens */
  BullaContact *dns;      /* owned; nullable */
  GPtrArray *attempts;    /* owned BullaContact; connection attempts, one for each address */
  BullaContact *request;  /* owned; NULL before the request is sent */
  gint64 began, answered; /* g_get_monotonic_time(); 0 before it happened */
};

/**
 * bulla_contact_recorder_new:
 * @ledger: the ledger that records the contacts
 * @cause: the cause of the contacts
 * @uri: the requested URI
 * @port: the server's port
 * @looks_up: whether the resolver looks up the host
 *
 * Returns: (transfer full): a recorder
 */
BullaContactRecorder *
bulla_contact_recorder_new (BullaLedger *ledger, const BullaCause *cause, GUri *uri, guint16 port,
                            gboolean looks_up)
{
  BullaContactRecorder *self = g_new0 (BullaContactRecorder, 1);

  self->ledger = g_object_ref (ledger);
  self->cause = bulla_cause_copy (cause);
  self->uri = g_uri_ref (uri);
  self->port = port;
  self->looks_up = looks_up;
  self->attempts = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/* Contacts that are still open end with their recorder. */
void
bulla_contact_recorder_free (BullaContactRecorder *self)
{
  bulla_contact_recorder_fail (self, NULL);
  if (self->request != NULL)
    bulla_ledger_finish (self->ledger, self->request);
  g_clear_object (&self->dns);
  g_clear_object (&self->request);
  g_ptr_array_unref (self->attempts);
  bulla_cause_free (self->cause);
  g_uri_unref (self->uri);
  g_object_unref (self->ledger);
  g_free (self);
}

static BullaContact *
begin_contact (BullaContactRecorder *self, BullaContactKind kind)
{
  return bulla_ledger_begin (self->ledger, kind, self->cause, g_uri_get_host (self->uri),
                             kind == BULLA_CONTACT_DNS ? 0 : self->port);
}

/* --- connections */

static char *
dup_address (GSocketAddress *address)
{
  return G_IS_INET_SOCKET_ADDRESS (address) ? g_inet_address_to_string (
             g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)))
                                            : NULL;
}

static char *
dup_stream_address (GIOStream *stream)
{
  g_autoptr (GSocketAddress) address =
      G_IS_SOCKET_CONNECTION (stream)
          ? g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (stream), NULL)
          : NULL;

  return dup_address (address);
}

/* Returns the attempt at that address; TLS belongs to the last attempt. */
static BullaContact *
find_attempt (BullaContactRecorder *self, const char *address)
{
  for (guint i = self->attempts->len; i > 0; i--) {
    BullaContact *attempt = self->attempts->pdata[i - 1];
    if (address == NULL || g_strcmp0 (attempt->address, address) == 0)
      return attempt;
  }
  return NULL;
}

static void
begin_attempt (BullaContactRecorder *self, const char *address)
{
  BullaContact *attempt = begin_contact (self, BULLA_CONTACT_CONNECT);

  attempt->address = g_strdup (address);
  attempt->connection = attempt->id;
  g_ptr_array_add (self->attempts, attempt);
}

/* Moves the attempt that succeeded to the end of the list. */
static void
choose_attempt (BullaContactRecorder *self, const char *address)
{
  BullaContact *attempt = find_attempt (self, address);
  guint index = 0;

  if (g_ptr_array_find (self->attempts, attempt, &index))
    g_ptr_array_add (self->attempts, g_ptr_array_steal_index (self->attempts, index));
}

static void
complete_attempts (BullaContactRecorder *self)
{
  BullaContact *chosen = find_attempt (self, NULL);

  if (chosen != NULL)
    bulla_ledger_finish (self->ledger, chosen);
  for (guint i = 0; i + 1 < self->attempts->len; i++)
    bulla_ledger_fail (self->ledger, self->attempts->pdata[i], "another address was faster");
}

/**
 * bulla_contact_recorder_resolve:
 * @self: a recorder
 *
 * The host is about to be looked up.
 */
void
bulla_contact_recorder_resolve (BullaContactRecorder *self)
{
  if (self->looks_up && self->dns == NULL)
    self->dns = begin_contact (self, BULLA_CONTACT_DNS);
}

/**
 * bulla_contact_recorder_try:
 * @self: a recorder
 * @address: the address to which a connection is about to be opened
 */
void
bulla_contact_recorder_try (BullaContactRecorder *self, const char *address)
{
  if (self->dns != NULL)
    bulla_ledger_finish (self->ledger, self->dns);
  begin_attempt (self, address);
}

/**
 * bulla_contact_recorder_connected:
 * @self: a recorder
 * @address: the address of the established connection
 * @tls: whether TLS is established
 */
void
bulla_contact_recorder_connected (BullaContactRecorder *self, const char *address, gboolean tls)
{
  choose_attempt (self, address);
  BullaContact *chosen = find_attempt (self, NULL);
  if (chosen != NULL)
    chosen->tls = tls;
  complete_attempts (self);
}

/**
 * bulla_contact_recorder_set_signs_for:
 * @self: a recorder
 * @host: (nullable): the host of an exchange that was signed with the server's key
 */
void
bulla_contact_recorder_set_signs_for (BullaContactRecorder *self, const char *host)
{
  BullaContact *chosen = find_attempt (self, NULL);

  if (chosen != NULL && host != NULL && !bulla_contact_is_over (chosen))
    bulla_contact_set_text (&chosen->signs_for, host);
}

/**
 * bulla_contact_recorder_get_connection:
 * @self: a recorder
 *
 * Returns: the ledger id of the last connection; 0 if there was none
 */
guint64
bulla_contact_recorder_get_connection (BullaContactRecorder *self)
{
  BullaContact *chosen = find_attempt (self, NULL);

  return chosen != NULL ? chosen->connection : 0;
}

/**
 * bulla_contact_recorder_event:
 * @self: a recorder
 * @event: an event of a #GSocketClient
 * @stream: (nullable): the connection, if it exists
 */
void
bulla_contact_recorder_event (BullaContactRecorder *self, GSocketClientEvent event,
                              GIOStream *stream)
{
  BullaContact *current = find_attempt (self, NULL);
  g_autofree char *address = dup_stream_address (stream);

  switch (event) {
  case G_SOCKET_CLIENT_RESOLVING:
    bulla_contact_recorder_resolve (self);
    break;
  case G_SOCKET_CLIENT_RESOLVED:
    if (self->dns != NULL)
      bulla_ledger_finish (self->ledger, self->dns);
    break;
  case G_SOCKET_CLIENT_CONNECTING:
    begin_attempt (self, address);
    break;
  case G_SOCKET_CLIENT_CONNECTED:
    choose_attempt (self, address);
    break;
  case G_SOCKET_CLIENT_TLS_HANDSHAKED:
    if (current != NULL)
      current->tls = TRUE;
    break;
  case G_SOCKET_CLIENT_COMPLETE:
    if (stream != NULL) /* a failure is recorded with its error */
      complete_attempts (self);
    break;
  case G_SOCKET_CLIENT_PROXY_NEGOTIATING:
  case G_SOCKET_CLIENT_PROXY_NEGOTIATED:
  case G_SOCKET_CLIENT_TLS_HANDSHAKING:
  default:
    break;
  }
}

/**
 * bulla_contact_recorder_fail:
 * @self: a recorder
 * @error: (nullable): why the running contacts ended
 */
void
bulla_contact_recorder_fail (BullaContactRecorder *self, const GError *error)
{
  const char *why = error != NULL ? error->message : "cancelled";

  if (self->dns != NULL)
    bulla_ledger_fail (self->ledger, self->dns, why);
  for (guint i = 0; i < self->attempts->len; i++)
    bulla_ledger_fail (self->ledger, self->attempts->pdata[i], why);
  if (error != NULL && self->request != NULL)
    bulla_ledger_fail (self->ledger, self->request, why);
}

/* --- sending a request */

typedef struct {
  GPtrArray *kept; /* owned char * */
  guint n_more;
} Names;

static void
add_field (const char *name, const char *value, gpointer user_data)
{
  Names *names = user_data;
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (g_ptr_array_find_with_equal_func (names->kept, lower, g_str_equal, NULL))
    return;
  if (names->kept->len < BULLA_CONTACT_NAMES_MAX)
    g_ptr_array_add (names->kept, g_steal_pointer (&lower));
  else
    names->n_more++;
}

static void
note_fields (BullaContact *request, SoupMessageHeaders *headers)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  Names names = {kept, 0};

  soup_message_headers_foreach (headers, add_field, &names);
  bulla_contact_set_names (&request->fields, &request->fields_left_out, kept, names.n_more);
}

/**
 * bulla_contact_recorder_begin_request:
 * @self: a recorder
 * @kind: request or WebSocket
 * @method: its method
 * @headers: its header fields as sent
 *
 * Returns: (transfer none): the contact of the request, which ends with the recorder at the latest
 */
BullaContact *
bulla_contact_recorder_begin_request (BullaContactRecorder *self, BullaContactKind kind,
                                      const char *method, SoupMessageHeaders *headers)
{
  g_autofree char *url = g_uri_to_string (self->uri);
  BullaContact *current = find_attempt (self, NULL);

  self->began = g_get_monotonic_time ();
  if (self->request == NULL) /* a retry, because the kept connection was stale */
    self->request = begin_contact (self, kind);
  note_fields (self->request, headers);
  bulla_contact_set_cookies (self->request, soup_message_headers_get_list (headers, "Cookie"));
  bulla_contact_set_text (&self->request->method, method);
  bulla_contact_set_text (&self->request->url, url);
  bulla_contact_set_url (&self->request->referrer,
                         soup_message_headers_get_one (headers, "Referer"));
  self->request->tls = g_strcmp0 (g_uri_get_scheme (self->uri), "https") == 0;
  self->request->reused = current == NULL;
  if (current != NULL) {
    bulla_contact_set_text (&self->request->address, current->address);
    self->request->connection = current->connection;
  }
  return self->request;
}

/* --- receiving the response */

/**
 * bulla_contact_recorder_answer:
 * @self: a recorder whose request was sent
 * @status: HTTP status of the response
 * @date: (nullable): its Date
 */
void
bulla_contact_recorder_answer (BullaContactRecorder *self, guint status, const char *date)
{
  self->answered = g_get_monotonic_time ();
  if (self->request == NULL)
    return;
  self->request->status = status;
  if (date == NULL || !bulla_field_read_date (date, &self->request->date))
    self->request->date = -1;
}

static gint64
between (gint64 from, gint64 to)
{
  return from > 0 && to >= from ? to - from : -1;
}

typedef struct {
  BullaLedger *ledger;   /* owned */
  BullaContact *request; /* owned */
} Finishing;

static gboolean
finish_cb (gpointer user_data)
{
  Finishing *self = user_data;

  if (!bulla_contact_is_over (self->request))
    bulla_ledger_finish (self->ledger, self->request);
  return G_SOURCE_REMOVE;
}

static void
finishing_free (gpointer user_data)
{
  Finishing *self = user_data;

  g_object_unref (self->ledger);
  g_object_unref (self->request);
  g_free (self);
}

/* A short response may end before the caller has read its head and classified it. */
static void
finish_soon (BullaContactRecorder *self)
{
  g_autoptr (GSource) soon = g_idle_source_new ();
  Finishing *finishing = g_new (Finishing, 1);

  *finishing = (Finishing){g_object_ref (self->ledger), g_object_ref (self->request)};
  g_source_set_priority (soon, G_PRIORITY_DEFAULT + 10);
  g_source_set_callback (soon, finish_cb, finishing, finishing_free);
  g_source_attach (soon, g_main_context_get_thread_default ());
}

/**
 * bulla_contact_recorder_finish:
 * @self: a recorder
 * @sent: bytes sent, including header fields
 * @received: bytes received, including header fields
 *
 * Ends the contact after a response. A request without one is ended by
 * bulla_contact_recorder_fail(), with the error.
 */
void
bulla_contact_recorder_finish (BullaContactRecorder *self, gint64 sent, gint64 received)
{
  BullaContact *request = self->request;

  if (request == NULL || bulla_contact_is_over (request))
    return;
  request->bytes_sent = sent;
  request->bytes_received = received;
  request->wait = between (self->began, self->answered);
  request->receive = between (self->answered, g_get_monotonic_time ());
  if (request->status != 0)
    finish_soon (self);
}

/**
 * bulla_contact_recorder_get_request:
 * @message: a message
 *
 * Returns: (transfer none) (nullable): the contact of its request; %NULL if it was not sent
 */
BullaContact *
bulla_contact_recorder_get_request (BullaHttpMessage *message)
{
  return message->recorder != NULL ? message->recorder->request : NULL;
}
