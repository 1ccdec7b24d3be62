/* http2-server.c - an https server of HTTP/2 that can break each of its rules
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http2-server.h"

#include <glib-unix.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "http2-peer.h"

static void
http2_stream_free (gpointer data)
{
  Http2Stream *stream = data;

  g_free (stream->path);
  g_free (stream->text);
  g_free (stream);
}

/* --- bytes */

void
http2_peer_write (Http2Peer *self, const guint8 *bytes, gsize length)
{
  gint cut = g_atomic_int_get (&self->server->cut);

  if (cut >= 0 && self->n_sent + length > (gsize)cut) {
    length = MAX ((gsize)cut, self->n_sent) - self->n_sent;
    self->over = TRUE;
  }
  if (length > 0 && SSL_write (self->ssl, bytes, (int)length) <= 0)
    self->over = TRUE;
  self->n_sent += length;
  g_atomic_int_add (&self->server->n_bytes, (gint)length);
}

void
http2_peer_flush (Http2Peer *self)
{
  const guint8 *bytes = NULL;
  gssize length = 0;

  while (!self->over && (length = nghttp2_session_mem_send (self->session, &bytes)) > 0)
    http2_peer_write (self, bytes, (gsize)length);
  self->over |= length < 0;
}

/* --- what nghttp2 reports */

static int
begin_headers_cb (nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
  Http2Peer *self = user_data;

  if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
    return 0;
  g_ptr_array_add (self->streams, g_new0 (Http2Stream, 1));
  nghttp2_session_set_stream_user_data (session, frame->hd.stream_id,
                                        self->streams->pdata[self->streams->len - 1]);
  return 0;
}

static int
header_cb (nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
           size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
           void *user_data)
{
  Http2Stream *stream = nghttp2_session_get_stream_user_data (session, frame->hd.stream_id);

  if (name_length == 5 && memcmp (name, ":path", 5) == 0)
    stream->path = g_strndup ((const char *)value, value_length);
  return 0;
}

static int
data_cb (nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes, size_t length,
         void *user_data)
{
  ((Http2Stream *)nghttp2_session_get_stream_user_data (session, id))->received += length;
  return 0;
}

static int
frame_cb (nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
  Http2Peer *self = user_data;
  Http2Stream *stream = nghttp2_session_get_stream_user_data (session, frame->hd.stream_id);
  gboolean request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;

  if (frame->hd.type == NGHTTP2_RST_STREAM)
    g_atomic_int_inc (&self->server->n_resets);
  if (frame->hd.type == NGHTTP2_RST_STREAM && stream != NULL
      && g_strcmp0 (stream->path, "/stubborn") == 0)
    self->stubborn = frame->hd.stream_id;
  if (request
      && ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
          || (frame->hd.type == NGHTTP2_HEADERS && g_strcmp0 (stream->path, "/early") == 0)))
    g_queue_push_tail (&self->asked, GINT_TO_POINTER (frame->hd.stream_id));
  return 0;
}

/* --- connections */

static void
speak_new (Http2Peer *self)
{
  nghttp2_session_callbacks *callbacks = NULL;
  nghttp2_option *option = NULL;
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, HTTP2_SERVER_WINDOW},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, self->server->most},
  };

  self->streams = g_ptr_array_new_with_free_func (http2_stream_free);
  nghttp2_session_callbacks_new (&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback (callbacks, begin_headers_cb);
  nghttp2_session_callbacks_set_on_header_callback (callbacks, header_cb);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback (callbacks, data_cb);
  nghttp2_session_callbacks_set_on_frame_recv_callback (callbacks, frame_cb);
  nghttp2_option_new (&option);
  nghttp2_option_set_max_send_header_block_length (option, 1024 * 1024);
  nghttp2_option_set_no_closed_streams (option, 1);
  nghttp2_session_server_new2 (&self->session, callbacks, self, option);
  nghttp2_option_del (option);
  nghttp2_session_callbacks_del (callbacks);
  nghttp2_submit_settings (self->session, NGHTTP2_FLAG_NONE, settings,
                           self->server->most > 0 || self->server->none ? 2 : 1);
  http2_peer_flush (self);
  while (!self->over) {
    guint8 buffer[16384];
    int got = SSL_read (self->ssl, buffer, sizeof buffer);
    if (got <= 0 || nghttp2_session_mem_recv (self->session, buffer, (gsize)got) < 0)
      break;
    while (!self->over && !g_queue_is_empty (&self->asked))
      http2_peer_answer (self, GPOINTER_TO_INT (g_queue_pop_head (&self->asked)));
    if (self->stubborn != 0)
      http2_peer_ignore_reset (self, self->stubborn);
    http2_peer_flush (self);
    if (!nghttp2_session_want_read (self->session) && !nghttp2_session_want_write (self->session))
      break;
  }
  nghttp2_session_del (self->session);
  g_ptr_array_unref (self->streams);
  g_queue_clear (&self->asked);
}

static void
speak_old (Http2Peer *self)
{
  g_autoptr (GString) head = g_string_new (NULL);
  char c = '\0';

  while (!self->over && SSL_read (self->ssl, &c, 1) == 1) {
    g_string_append_c (head, c);
    if (!g_str_has_suffix (head->str, "\r\n\r\n"))
      continue;
    g_atomic_int_inc (&self->server->n_requests);
    g_string_truncate (head, 0);
    http2_peer_write (self, TEXT ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
  }
}

static int
choose_cb (SSL *ssl, const guchar **out, guchar *length, const guchar *in, guint in_length,
           void *user_data)
{
  Http2Server *self = user_data;
  const guchar *names = (const guchar *)(self->old ? "\x08http/1.1" : "\x02h2\x08http/1.1");

  return SSL_select_next_proto ((guchar **)out, length, names, self->old ? 9 : 12, in, in_length)
                 == OPENSSL_NPN_NEGOTIATED
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *
make_context (Http2Server *self)
{
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());
  g_autofree char *pem = NULL;

  g_object_get (self->certificate, "private-key-pem", &pem, NULL);
  BIO *bio = BIO_new_mem_buf (pem, -1);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL);
  BIO_free (bio);
  for (GTlsCertificate *each = self->certificate; each != NULL;
       each = g_tls_certificate_get_issuer (each)) {
    g_autoptr (GByteArray) der = NULL;
    g_object_get (each, "certificate", &der, NULL);
    const guint8 *at = der->data;
    X509 *x509 = d2i_X509 (NULL, &at, (long)der->len);
    if (each == self->certificate)
      g_assert_cmpint (SSL_CTX_use_certificate (context, x509), ==, 1);
    else
      g_assert_cmpint (SSL_CTX_add1_chain_cert (context, x509), ==, 1);
    X509_free (x509);
  }
  g_assert_cmpint (SSL_CTX_use_PrivateKey (context, key), ==, 1);
  EVP_PKEY_free (key);
  SSL_CTX_set_alpn_select_cb (context, choose_cb, self);
  return context;
}

typedef struct {
  Http2Server *server;
  GSocket *socket; /* owned */
} Accepted;

static gpointer
run_connection (gpointer user_data)
{
  g_autofree Accepted *accepted = user_data;
  SSL_CTX *context = make_context (accepted->server);
  Http2Peer peer = {.server = accepted->server, .ssl = SSL_new (context)};
  const guchar *name = NULL;
  guint length = 0;
  sigset_t pipe;

  sigemptyset (&pipe); /* in this thread alone: the client must do without */
  sigaddset (&pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe, NULL);
  SSL_set_fd (peer.ssl, g_socket_get_fd (accepted->socket));
  if (SSL_accept (peer.ssl) == 1) {
    SSL_get0_alpn_selected (peer.ssl, &name, &length);
    (length == 2 ? speak_new : speak_old) (&peer);
  }
  SSL_free (peer.ssl);
  SSL_CTX_free (context);
  ERR_clear_error ();
  shutdown (g_socket_get_fd (accepted->socket), SHUT_RDWR);
  g_object_unref (accepted->socket);
  return NULL;
}

static gpointer
accept_connections (gpointer user_data)
{
  Http2Server *self = user_data;
  GSocket *socket = NULL;

  while ((socket = g_socket_accept (self->listener, NULL, NULL)) != NULL) {
    Accepted *accepted = g_new (Accepted, 1);
    g_unix_set_fd_nonblocking (g_socket_get_fd (socket), FALSE, NULL);
    g_atomic_int_inc (&self->n_connections);
    *accepted = (Accepted){self, g_object_ref (socket)};
    g_mutex_lock (&self->lock);
    g_ptr_array_add (self->sockets, socket);
    g_ptr_array_add (self->threads, g_thread_new ("connection", run_connection, accepted));
    g_mutex_unlock (&self->lock);
  }
  return NULL;
}

Http2Server *
http2_server_new (GTlsCertificate *certificate)
{
  Http2Server *self = g_new0 (Http2Server, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GError) error = NULL;

  self->certificate = g_object_ref (certificate);
  self->cut = -1;
  g_mutex_init (&self->lock);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->threads = g_ptr_array_new ();
  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (self->listener, any, FALSE, &error));
  g_assert_true (g_socket_listen (self->listener, &error));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (self->listener, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->thread = g_thread_new ("server", accept_connections, self);
  return self;
}

void
http2_server_end_connections (Http2Server *self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->sockets->len; i++)
    shutdown (g_socket_get_fd (self->sockets->pdata[i]), SHUT_RDWR);
  g_mutex_unlock (&self->lock);
}

void
http2_server_free (Http2Server *self)
{
  shutdown (g_socket_get_fd (self->listener), SHUT_RDWR);
  g_thread_join (self->thread);
  http2_server_end_connections (self);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (self->threads->pdata[i]);
  g_ptr_array_unref (self->threads);
  g_ptr_array_unref (self->sockets);
  g_object_unref (self->listener);
  g_object_unref (self->certificate);
  g_mutex_clear (&self->lock);
  g_free (self);
}
