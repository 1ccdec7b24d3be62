/* bulla-fetcher.c - fetches a URL without credentials, within limits of size and time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-fetcher.h"

#include <string.h>

#include "bulla-connector.h"
#include "bulla-error.h"
#include "bulla-private-address.h"
#include "bulla-url.h"

#define CHUNK_SIZE 16384

struct _BullaFetcher {
  GObject parent_instance;
  BullaConnector *connector; /* owned */
};

G_DEFINE_FINAL_TYPE (BullaFetcher, bulla_fetcher, G_TYPE_OBJECT)

static void
bulla_fetcher_finalize (GObject *object)
{
  BullaFetcher *self = BULLA_FETCHER (object);

  g_object_unref (self->connector);
  G_OBJECT_CLASS (bulla_fetcher_parent_class)->finalize (object);
}

static void
bulla_fetcher_class_init (BullaFetcherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_fetcher_finalize;
}

static void
bulla_fetcher_init (BullaFetcher *self)
{
}

/**
 * bulla_fetcher_new:
 * @trust: the roots for verifying servers
 * @ledger: the ledger that records each contact
 *
 * Returns: (transfer full): a fetcher; it belongs to the thread of its ledger, and each fetch runs
 *   in the main context in which it was started
 */
BullaFetcher *
bulla_fetcher_new (BullaTrust *trust, BullaLedger *ledger)
{
  BullaFetcher *self = g_object_new (BULLA_TYPE_FETCHER, NULL);

  self->connector = bulla_connector_new (trust, ledger);
  return self;
}

/**
 * bulla_fetcher_get_connector:
 * @self: a fetcher
 *
 * Returns: (transfer none): the connector of the fetcher
 */
BullaConnector *
bulla_fetcher_get_connector (BullaFetcher *self)
{
  return self->connector;
}

/**
 * bulla_fetcher_add_resolve:
 * @self: a fetcher
 * @host_port_address: see bulla_given_addresses_add()
 * @error: what is wrong with it
 *
 * Returns: whether @host_port_address is valid
 */
gboolean
bulla_fetcher_add_resolve (BullaFetcher *self, const char *host_port_address, GError **error)
{
  return bulla_given_addresses_add (bulla_connector_get_resolve (self->connector),
                                    host_port_address, error);
}

void
bulla_fetch_result_free (BullaFetchResult *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_free (self->content_type);
  g_free (self->final_url);
  g_free (self->server_address);
  g_free (self);
}

/* --- one fetch */

typedef struct {
  char *method;      /* owned */
  char *accept;      /* owned; nullable */
  BullaCause *cause; /* owned */
  GStrv headers;     /* owned; nullable */
  GStrv named;       /* owned; nullable; headers for the origin of the URL alone */
  GBytes *post;      /* owned; NULL for a GET; the body of a POST */
  char *post_type;   /* owned; nullable */
  gboolean follow_redirects, bypass_cache, insecure, collect;
  gboolean public_only, keep_status;
  char *own_host;       /* owned; nullable */
  gboolean was_private; /* the server that redirected here has a private address */
  gsize max_size;
  GUri *uri;                 /* owned; URI of this hop */
  BullaHttpMessage *message; /* owned */
  BullaFetchResult *result;  /* owned */
  GByteArray *body;          /* owned */
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  g_free (fetch->method);
  g_free (fetch->accept);
  bulla_cause_free (fetch->cause);
  g_strfreev (fetch->headers);
  g_strfreev (fetch->named);
  g_clear_pointer (&fetch->post, g_bytes_unref);
  g_free (fetch->post_type);
  g_free (fetch->own_host);
  g_clear_pointer (&fetch->uri, g_uri_unref);
  g_clear_object (&fetch->message);
  g_clear_pointer (&fetch->result, bulla_fetch_result_free);
  g_clear_pointer (&fetch->body, g_byte_array_unref);
  g_free (fetch);
}

static GUri *
parse_url (GUri *base, const char *text, gboolean insecure, GError **error)
{
  g_autoptr (GUri) uri = base != NULL ? g_uri_parse_relative (base, text, SOUP_HTTP_URI_FLAGS, NULL)
                                      : g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);

  gboolean known = uri != NULL
                   && (g_str_equal (g_uri_get_scheme (uri), "https")
                       || (insecure && g_str_equal (g_uri_get_scheme (uri), "http")));
  if (!known || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || g_uri_get_userinfo (uri) != NULL) {
    g_set_error (error, BULLA_ERROR, base != NULL ? BULLA_ERROR_NETWORK : BULLA_ERROR_ARGUMENT,
                 base != NULL ? "redirected to “%.200s”, which is not an https URL"
                              : "“%.200s” is not an https URL",
                 text);
    return NULL;
  }
  return g_steal_pointer (&uri);
}

static void
add_header (const char *name, const char *value, gpointer user_data)
{
  GHashTable *headers = user_data;
  char *lower = g_ascii_strdown (name, -1);
  const char *before = g_hash_table_lookup (headers, lower);

  g_hash_table_replace (
      headers, lower, before != NULL ? g_strconcat (before, ", ", value, NULL) : g_strdup (value));
}

static void
note_response (BullaFetcher *self, Fetch *fetch)
{
  BullaFetchResult *result = fetch->result;
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (fetch->message);

  result->status = bulla_http_message_get_status (fetch->message);
  g_clear_pointer (&result->headers, g_hash_table_unref);
  result->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  soup_message_headers_foreach (headers, add_header, result->headers);
  g_free (result->content_type);
  result->content_type = g_strdup (g_hash_table_lookup (result->headers, "content-type"));
  g_free (result->final_url);
  result->final_url = g_uri_to_string (fetch->uri);
  g_free (result->server_address);
  result->server_address = bulla_http_message_dup_address (fetch->message);
  result->protocol = bulla_http_message_get_protocol (fetch->message);
}

static void send_hop (GTask *task);

/* Ends a fetch whose body is too large: with the status alone if that was asked for. */
static void
end_too_large (GTask *task, guint64 size)
{
  Fetch *fetch = g_task_get_task_data (task);

  if (fetch->keep_status) {
    g_clear_object (&fetch->result->stream);
    g_task_return_pointer (task, g_steal_pointer (&fetch->result),
                           (GDestroyNotify)bulla_fetch_result_free);
    return;
  }
  if (size > 0)
    g_task_return_new_error (task, BULLA_ERROR, BULLA_ERROR_LIMIT,
                             "%s: the body has %" G_GUINT64_FORMAT
                             " bytes, more than %" G_GSIZE_FORMAT,
                             g_uri_get_host (fetch->uri), size, fetch->max_size);
  else
    g_task_return_new_error (task, BULLA_ERROR, BULLA_ERROR_LIMIT,
                             "%s: the body is larger than %" G_GSIZE_FORMAT " bytes",
                             g_uri_get_host (fetch->uri), fetch->max_size);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (chunk == NULL) {
    g_task_return_error (task, bulla_connector_explain (fetch->uri, error));
  } else if (g_bytes_get_size (chunk) == 0) {
    fetch->result->body = g_byte_array_free_to_bytes (g_steal_pointer (&fetch->body));
    g_clear_object (&fetch->result->stream);
    g_task_return_pointer (task, g_steal_pointer (&fetch->result),
                           (GDestroyNotify)bulla_fetch_result_free);
  } else if (g_bytes_get_size (chunk) > fetch->max_size - fetch->body->len) {
    end_too_large (task, 0);
  } else {
    g_byte_array_append (fetch->body, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
    g_input_stream_read_bytes_async (G_INPUT_STREAM (object), CHUNK_SIZE, G_PRIORITY_DEFAULT,
                                     g_task_get_cancellable (task), read_cb, g_object_ref (task));
  }
}

static void
use_response (GTask *task, GInputStream *stream)
{
  Fetch *fetch = g_task_get_task_data (task);
  goffset declared = soup_message_headers_get_content_length (
      bulla_http_message_get_response_headers (fetch->message));

  note_response (g_task_get_source_object (task), fetch);
  if (declared > 0 && (guint64)declared > fetch->max_size) {
    end_too_large (task, (guint64)declared);
    return;
  }
  fetch->result->stream = bulla_http_message_decode (fetch->message, stream);
  if (!fetch->collect) {
    g_task_return_pointer (task, g_steal_pointer (&fetch->result),
                           (GDestroyNotify)bulla_fetch_result_free);
    return;
  }
  fetch->body = g_byte_array_new ();
  g_input_stream_read_bytes_async (fetch->result->stream, CHUNK_SIZE, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), read_cb, g_object_ref (task));
}

static gboolean
is_same_origin (GUri *a, GUri *b)
{
  g_autofree char *one = g_uri_to_string (a);
  g_autofree char *other = g_uri_to_string (b);

  return bulla_url_same_origin (one, other);
}

/* Removes a header from those that are sent with each hop. */
static void
drop_header (Fetch *fetch, const char *name)
{
  for (guint i = 0; fetch->headers != NULL && fetch->headers[i] != NULL; i += 2)
    if (g_ascii_strcasecmp (fetch->headers[i], name) == 0) {
      guint n = g_strv_length (fetch->headers);
      g_free (fetch->headers[i]);
      g_free (fetch->headers[i + 1]);
      memmove (fetch->headers + i, fetch->headers + i + 2, (n - i - 1) * sizeof (char *));
      return;
    }
}

/* The address that was connected to decides, not the name. Addresses that the user mapped by hand
 * count as public. */
static gboolean
came_from_private (BullaFetcher *self, Fetch *fetch)
{
  GSocketAddress *remote = bulla_http_message_get_remote_address (fetch->message);
  g_autoptr (GPtrArray) given = bulla_connector_lookup (self->connector, fetch->uri);

  return given == NULL && G_IS_INET_SOCKET_ADDRESS (remote)
         && bulla_address_is_private (
             g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
}

static void
follow (GTask *task, const char *location)
{
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GUri *next = parse_url (fetch->uri, location, fetch->insecure, &error);

  if (next == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if (!is_same_origin (fetch->uri, next)) {
    drop_header (fetch, "Referer");
    g_clear_pointer (&fetch->named, g_strfreev);
  }
  fetch->was_private = came_from_private (g_task_get_source_object (task), fetch);
  g_uri_unref (fetch->uri);
  fetch->uri = next;
  if (++fetch->result->n_redirects > BULLA_FETCH_REDIRECTS_MAX)
    g_task_return_new_error (task, BULLA_ERROR, BULLA_ERROR_LIMIT, "%s: more than %d redirects",
                             g_uri_get_host (fetch->uri), BULLA_FETCH_REDIRECTS_MAX);
  else
    send_hop (task);
}

/* Names the refused URL if it differs from the requested one. */
static void
blame_redirect (Fetch *fetch, GError **error)
{
  if (fetch->result->n_redirects == 0)
    return;
  g_autofree char *url = g_uri_to_string (fetch->uri);
  g_prefix_error (error, "redirected to “%.200s”: ", url);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream =
      bulla_connector_send_finish (BULLA_CONNECTOR (object), result, &error);

  if (stream == NULL) {
    if (g_error_matches (error, BULLA_ERROR, BULLA_ERROR_REFUSED))
      blame_redirect (fetch, &error);
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  const char *location = soup_message_headers_get_one (
      bulla_http_message_get_response_headers (fetch->message), "Location");
  if (fetch->follow_redirects && location != NULL
      && SOUP_STATUS_IS_REDIRECTION (bulla_http_message_get_status (fetch->message)))
    follow (task, location);
  else
    use_response (task, stream);
}

static void
fill_request (Fetch *fetch)
{
  SoupMessageHeaders *headers = bulla_http_message_get_request_headers (fetch->message);

  soup_message_headers_replace (headers, "User-Agent", "Bulla/" BULLA_VERSION);
  soup_message_headers_replace (headers, "Accept-Encoding", "gzip, deflate");
  soup_message_headers_replace (headers, "Accept", fetch->accept != NULL ? fetch->accept : "*/*");
  if (fetch->bypass_cache) {
    soup_message_headers_replace (headers, "Cache-Control", "no-cache");
    soup_message_headers_replace (headers, "Pragma", "no-cache");
  }
  for (guint i = 0; fetch->headers != NULL && fetch->headers[i] != NULL; i += 2)
    soup_message_headers_replace (headers, fetch->headers[i], fetch->headers[i + 1]);
  for (guint i = 0; fetch->named != NULL && fetch->named[i] != NULL; i += 2)
    soup_message_headers_remove (headers, fetch->named[i]);
  for (guint i = 0; fetch->named != NULL && fetch->named[i] != NULL; i += 2)
    soup_message_headers_append (headers, fetch->named[i], fetch->named[i + 1]);
  if (fetch->post != NULL)
    bulla_http_message_set_body_from_bytes (fetch->message, fetch->post_type, fetch->post);
}

static BullaConnectorFlags
flags_of (Fetch *fetch)
{
  gboolean own = fetch->own_host != NULL
                 && g_ascii_strcasecmp (g_uri_get_host (fetch->uri), fetch->own_host) == 0;

  gboolean led_out = fetch->result->n_redirects > 0 && !fetch->was_private;

  return (fetch->public_only || led_out) && !own ? BULLA_CONNECTOR_DEFAULT
                                                 : BULLA_CONNECTOR_PRIVATE;
}

static void
send_hop (GTask *task)
{
  BullaFetcher *self = g_task_get_source_object (task);
  Fetch *fetch = g_task_get_task_data (task);

  g_clear_object (&fetch->message);
  fetch->message = bulla_http_message_new (fetch->method, fetch->uri);
  fill_request (fetch);
  bulla_connector_send_async (self->connector, fetch->message, fetch->cause, flags_of (fetch),
                              g_task_get_cancellable (task), sent_cb, g_object_ref (task));
}

static void
start (BullaFetcher *self, const BullaFetchOptions *options, gboolean collect,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  Fetch *fetch = g_new0 (Fetch, 1);

  g_task_set_task_data (task, fetch, (GDestroyNotify)fetch_free);
  fetch->method = g_strdup (options->method != NULL ? options->method : "GET");
  fetch->accept = g_strdup (options->accept);
  fetch->headers = g_strdupv ((char **)options->headers);
  fetch->named = g_strdupv ((char **)options->named_headers);
  fetch->post = options->body != NULL ? g_bytes_ref (options->body) : NULL;
  fetch->post_type = g_strdup (options->body_type);
  fetch->cause = bulla_cause_copy (&options->cause);
  fetch->follow_redirects = options->follow_redirects;
  fetch->bypass_cache = options->bypass_cache;
  fetch->insecure = options->insecure;
  fetch->public_only = options->public_only;
  fetch->own_host = g_strdup (options->own_host);
  fetch->max_size = options->max_size;
  fetch->keep_status = options->keep_status;
  fetch->collect = collect;
  fetch->result = g_new0 (BullaFetchResult, 1);
  fetch->uri = parse_url (NULL, options->url, options->insecure, &error);
  if (fetch->uri == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    send_hop (task);
}

/**
 * bulla_fetcher_fetch_async:
 * @self: a fetcher
 * @options: what to fetch and how
 * @cancellable: (nullable): cancels the fetch
 * @callback: called when the whole body has arrived
 * @user_data: for @callback
 *
 * Sends no cookies, Referer or credentials; TLS certificates are always verified. A server whose
 * certificate is for signing exchanges is refused before any byte of the request is sent. At most
 * `max_size` bytes of the body are kept.
 */
void
bulla_fetcher_fetch_async (BullaFetcher *self, const BullaFetchOptions *options,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  start (self, options, TRUE, cancellable, callback, user_data);
}

/**
 * bulla_fetcher_fetch_finish:
 * @self: a fetcher
 * @result: the result passed to the callback
 * @error: %BULLA_ERROR_NETWORK, %BULLA_ERROR_REFUSED for a certificate or address that is not
 *   accepted, %BULLA_ERROR_LIMIT, %BULLA_ERROR_ARGUMENT if the URL is not https, or a cancellation
 *
 * Returns: (transfer full): the response, with any status
 */
BullaFetchResult *
bulla_fetcher_fetch_finish (BullaFetcher *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bulla_fetcher_send_async:
 * @self: a fetcher
 * @options: as for bulla_fetcher_fetch_async(); `max_size` limits only the declared length
 * @cancellable: (nullable): cancels the request
 * @callback: called when the header fields have arrived
 * @user_data: for @callback
 */
void
bulla_fetcher_send_async (BullaFetcher *self, const BullaFetchOptions *options,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  start (self, options, FALSE, cancellable, callback, user_data);
}

/**
 * bulla_fetcher_send_finish:
 * @self: a fetcher
 * @result: the result passed to the callback
 * @error: as in bulla_fetcher_fetch_finish()
 *
 * Returns: (transfer full): the response, with its body in `stream`
 */
BullaFetchResult *
bulla_fetcher_send_finish (BullaFetcher *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
