/* bulla-tls-stream.c - the server's side of a TLS connection, as a GIOStream over a socket
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The gateway encrypts with OpenSSL instead of a GTlsConnection: a GTlsConnection needs a thread
 * for each handshake, and sends each record of 16 KiB by a system call of its own.
 *
 * No function of the streams blocks. OpenSSL never waits to write: its records are held here, and
 * leave the socket together.
 * Whole because: both streams drive the same SSL and hold the same bytes. */
#include "bulla-tls-stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "bulla-main-loop-source.h"

#define HELD_MAX 135168   /* bytes: eight full TLS records with their headers and tags */
#define KEPT_MAX 16384    /* most bytes of memory that stay allocated while nothing is held */
#define PART_MAX 65536    /* most bytes that one call encrypts */
#define HELD_LIMIT 262144 /* bytes; a client that makes us hold more without reading is refused */
#define MESSAGES_MAX 1000 /* most handshake messages of a client, such as new keys */
#define GROUPS "X25519:P-256:P-384" /* others take the main loop more than 10 ms */
#define CIPHERS "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

#define BULLA_TYPE_TLS_INPUT bulla_tls_input_get_type ()
G_DECLARE_FINAL_TYPE (BullaTlsInput, bulla_tls_input, BULLA, TLS_INPUT, GInputStream)
#define BULLA_TYPE_TLS_OUTPUT bulla_tls_output_get_type ()
G_DECLARE_FINAL_TYPE (BullaTlsOutput, bulla_tls_output, BULLA, TLS_OUTPUT, GOutputStream)

/* What the two streams of a connection share. */
typedef struct {
  gatomicrefcount count;
  GSocket *socket;  /* owned; non-blocking */
  SSL *ssl;         /* owned */
  GByteArray *held; /* owned; encrypted bytes, of which the first @sent have left */
  gsize sent;       /* bytes */
  gsize most;       /* bytes; the most that @held has had, for which memory is allocated */
  GSource *flush;   /* owned; nullable; sends @held when the socket accepts bytes */
  gboolean offers_http2;
  gboolean corked;    /* small writes stay in @held */
  guint n_messages;   /* handshake messages of the client */
  gboolean over;      /* the client has shut down its sending half */
  gboolean may_yield; /* the last read returned bytes, so that OpenSSL may have more of them */
} Tls;

struct _BullaTlsInput {
  GInputStream parent_instance;
  Tls *tls; /* owned */
};

struct _BullaTlsOutput {
  GOutputStream parent_instance;
  Tls *tls; /* owned */
};

struct _BullaTlsStream {
  GIOStream parent_instance;
  BullaTlsInput *input;   /* owned */
  BullaTlsOutput *output; /* owned */
  Tls *tls;               /* owned */
};

static void bulla_tls_input_pollable_init (GPollableInputStreamInterface *pollable);
static void bulla_tls_output_pollable_init (GPollableOutputStreamInterface *pollable);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaTlsInput, bulla_tls_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      bulla_tls_input_pollable_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (BullaTlsOutput, bulla_tls_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      bulla_tls_output_pollable_init))
G_DEFINE_FINAL_TYPE (BullaTlsStream, bulla_tls_stream, G_TYPE_IO_STREAM)

/* --- the connection below the two streams */

static Tls *
tls_ref (Tls *tls)
{
  g_atomic_ref_count_inc (&tls->count);
  return tls;
}

static void
tls_unref (Tls *tls)
{
  if (!g_atomic_ref_count_dec (&tls->count))
    return;
  bulla_clear_source (&tls->flush);
  SSL_free (tls->ssl);
  g_byte_array_unref (tls->held);
  g_object_unref (tls->socket);
  g_free (tls);
}

/* Returns: whether no bytes are held any more; otherwise @error is set, to
 * %G_IO_ERROR_WOULD_BLOCK if the socket accepts no more for now */
static gboolean
send_held (Tls *tls, GError **error)
{
  while (tls->sent < tls->held->len) {
    gssize sent = g_socket_send (tls->socket, (const char *)tls->held->data + tls->sent,
                                 tls->held->len - tls->sent, NULL, error);
    if (sent < 0)
      return FALSE;
    tls->sent += sent;
  }
  if (tls->most > KEPT_MAX && !tls->corked) {
    g_byte_array_unref (tls->held);
    tls->held = g_byte_array_new ();
    tls->most = 0;
  } else {
    g_byte_array_set_size (tls->held, 0);
  }
  tls->sent = 0;
  return TRUE;
}

static gboolean
flush_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Tls *tls = user_data;
  g_autoptr (GError) error = NULL;

  if (!send_held (tls, &error) && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&tls->flush, g_source_unref);
  return G_SOURCE_REMOVE; /* the next read or write reports any other error */
}

/* Sends what is held as soon as the socket accepts it. Returns: like send_held() */
static gboolean
flush (Tls *tls, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (send_held (tls, &failure)) {
    bulla_clear_source (&tls->flush);
    return TRUE;
  }
  if (tls->flush == NULL && g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
    tls->flush = g_socket_create_source (tls->socket, G_IO_OUT, NULL);
    g_source_set_callback (tls->flush, G_SOURCE_FUNC (flush_cb), tls, NULL);
    g_source_attach (tls->flush, g_main_context_get_thread_default ());
  }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* @result: what a function of OpenSSL has returned. Sets @error. Returns: whether the client has
 * ended the connection in order, or without close_notify; then @error is not set */
static gboolean
take_result (Tls *tls, int result, GError **error)
{
  int code = SSL_get_error (tls->ssl, result);

  if (code == SSL_ERROR_ZERO_RETURN)
    return TRUE;
  if (code == SSL_ERROR_WANT_READ) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "no bytes have arrived");
  } else if (g_socket_is_closed (tls->socket)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the connection is closed");
  } else {
    const char *reason = ERR_reason_error_string (ERR_peek_last_error ());
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "the TLS connection failed: %s",
                 reason != NULL ? reason : "the client closed the connection");
  }
  ERR_clear_error ();
  return FALSE;
}

/* --- the BIO between OpenSSL and the socket */

static int
bio_read (BIO *bio, char *buffer, int size)
{
  Tls *tls = BIO_get_data (bio);

  BIO_clear_retry_flags (bio);
  if (g_socket_is_closed (tls->socket) || tls->n_messages > MESSAGES_MAX)
    return -1;
  gssize got = recv (g_socket_get_fd (tls->socket), buffer, (gsize)size, 0);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    BIO_set_retry_read (bio);
  tls->over = got == 0;
  return (int)got;
}

static int
bio_write (BIO *bio, const char *bytes, int length)
{
  Tls *tls = BIO_get_data (bio);

  BIO_clear_retry_flags (bio);
  if (tls->held->len > HELD_LIMIT) /* answers to new keys that the client does not read */
    return -1;
  g_byte_array_append (tls->held, (const guint8 *)bytes, (guint)length);
  tls->most = MAX (tls->most, tls->held->len);
  return length;
}

static long
bio_ctrl (BIO *bio, int command, long number, void *pointer)
{
  if (command == BIO_CTRL_EOF)
    return ((Tls *)BIO_get_data (bio))->over;
  return command == BIO_CTRL_FLUSH;
}

static gpointer
make_method (gpointer data)
{
  BIO_METHOD *method = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "bulla-tls");

  BIO_meth_set_read (method, bio_read);
  BIO_meth_set_write (method, bio_write);
  BIO_meth_set_ctrl (method, bio_ctrl);
  return method;
}

static BIO *
make_bio (Tls *tls)
{
  static GOnce method = G_ONCE_INIT;
  BIO *bio = BIO_new (g_once (&method, make_method, NULL));

  BIO_set_data (bio, tls);
  BIO_set_init (bio, 1);
  return bio;
}

/* --- the input stream */

static gssize
bulla_tls_input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize size,
                                  GError **error)
{
  Tls *tls = BULLA_TLS_INPUT (stream)->tls;
  gsize got = 0;

  ERR_clear_error ();
  int result = SSL_read_ex (tls->ssl, buffer, size, &got);
  tls->may_yield = result == 1;
  if (result == 1)
    return (gssize)got;
  gboolean ended = take_result (tls, result, error);
  if (tls->held->len > 0 && !tls->corked) /* an alert, or the answer to a new key */
    flush (tls, NULL);
  return ended ? 0 : -1;
}

/* Returns: whether OpenSSL has bytes that the socket will not announce again */
static gboolean
has_bytes (Tls *tls)
{
  return tls->may_yield && SSL_has_pending (tls->ssl) == 1;
}

static gboolean
bulla_tls_input_is_readable (GPollableInputStream *stream)
{
  Tls *tls = BULLA_TLS_INPUT (stream)->tls;

  return has_bytes (tls) || g_socket_condition_check (tls->socket, G_IO_IN) != 0;
}

typedef struct {
  GSource source;
  Tls *tls; /* owned */
} BytesSource;

static gboolean
bytes_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return has_bytes (((BytesSource *)source)->tls);
}

static gboolean
bytes_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return G_SOURCE_CONTINUE; /* its parent has been dispatched */
}

static void
bytes_finalize (GSource *source)
{
  tls_unref (((BytesSource *)source)->tls);
}

static GSource *
bulla_tls_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  static GSourceFuncs funcs = {
      .prepare = bytes_prepare, .dispatch = bytes_dispatch, .finalize = bytes_finalize};
  Tls *tls = BULLA_TLS_INPUT (stream)->tls;
  g_autoptr (GSource) arrived = g_socket_create_source (tls->socket, G_IO_IN, NULL);
  g_autoptr (GSource) bytes = g_source_new (&funcs, sizeof (BytesSource));

  ((BytesSource *)bytes)->tls = tls_ref (tls);
  GSource *source = g_pollable_source_new_full (stream, arrived, cancellable);
  g_source_add_child_source (source, bytes);
  return source;
}

static gboolean
bulla_tls_input_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
bulla_tls_input_finalize (GObject *object)
{
  g_clear_pointer (&BULLA_TLS_INPUT (object)->tls, tls_unref);
  G_OBJECT_CLASS (bulla_tls_input_parent_class)->finalize (object);
}

static void
bulla_tls_input_pollable_init (GPollableInputStreamInterface *pollable)
{
  pollable->is_readable = bulla_tls_input_is_readable;
  pollable->create_source = bulla_tls_input_create_source;
  pollable->read_nonblocking = bulla_tls_input_read_nonblocking;
}

static void
bulla_tls_input_class_init (BullaTlsInputClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->close_fn = bulla_tls_input_close;
  G_OBJECT_CLASS (klass)->finalize = bulla_tls_input_finalize;
}

static void
bulla_tls_input_init (BullaTlsInput *self)
{
}

/* --- the output stream */

static gboolean
has_room (Tls *tls)
{
  return tls->held->len < (tls->corked ? HELD_MAX : 1);
}

static gssize
bulla_tls_output_write_nonblocking (GPollableOutputStream *stream, const void *bytes, gsize size,
                                    GError **error)
{
  Tls *tls = BULLA_TLS_OUTPUT (stream)->tls;
  gsize length = MIN (size, PART_MAX), written = 0;

  if (!has_room (tls) && !flush (tls, error))
    return -1;
  ERR_clear_error ();
  int result = SSL_write_ex (tls->ssl, bytes, length, &written);
  if (result != 1) {
    if (take_result (tls, result, error))
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                           "the client closed the connection");
    return -1;
  }
  if (!tls->corked)
    flush (tls, NULL); /* what cannot leave now does so later; the next write reports an error */
  return (gssize)written;
}

static gboolean
bulla_tls_output_is_writable (GPollableOutputStream *stream)
{
  Tls *tls = BULLA_TLS_OUTPUT (stream)->tls;

  return has_room (tls) || g_socket_condition_check (tls->socket, G_IO_OUT) != 0;
}

static GSource *
bulla_tls_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  Tls *tls = BULLA_TLS_OUTPUT (stream)->tls;
  g_autoptr (GSource) writable = g_socket_create_source (tls->socket, G_IO_OUT, NULL);

  return g_pollable_source_new_full (stream, writable, cancellable);
}

/* Sends close_notify, behind what is held. */
static gboolean
bulla_tls_output_close (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  Tls *tls = BULLA_TLS_OUTPUT (stream)->tls;

  tls->corked = FALSE;
  ERR_clear_error ();
  if (SSL_is_init_finished (tls->ssl) && SSL_shutdown (tls->ssl) < 0)
    ERR_clear_error (); /* the client closed the connection */
  return flush (tls, error);
}

static gboolean
closing_cb (GObject *stream, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (flush (BULLA_TLS_OUTPUT (stream)->tls, &error))
    g_task_return_boolean (task, TRUE);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  else
    g_task_return_error (task, g_steal_pointer (&error));
  return G_SOURCE_REMOVE;
}

static void
bulla_tls_output_close_async (GOutputStream *stream, int priority, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;

  if (bulla_tls_output_close (stream, NULL, &error)) {
    g_task_return_boolean (task, TRUE);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
    g_task_return_error (task, g_steal_pointer (&error));
  } else {
    g_autoptr (GSource) writable =
        g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (stream), cancellable);
    g_task_attach_source (task, writable, G_SOURCE_FUNC (closing_cb));
  }
}

static gboolean
bulla_tls_output_close_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
bulla_tls_output_finalize (GObject *object)
{
  g_clear_pointer (&BULLA_TLS_OUTPUT (object)->tls, tls_unref);
  G_OBJECT_CLASS (bulla_tls_output_parent_class)->finalize (object);
}

static void
bulla_tls_output_pollable_init (GPollableOutputStreamInterface *pollable)
{
  pollable->is_writable = bulla_tls_output_is_writable;
  pollable->create_source = bulla_tls_output_create_source;
  pollable->write_nonblocking = bulla_tls_output_write_nonblocking;
}

static void
bulla_tls_output_class_init (BullaTlsOutputClass *klass)
{
  GOutputStreamClass *stream = G_OUTPUT_STREAM_CLASS (klass);

  stream->close_fn = bulla_tls_output_close;
  stream->close_async = bulla_tls_output_close_async;
  stream->close_finish = bulla_tls_output_close_finish;
  G_OBJECT_CLASS (klass)->finalize = bulla_tls_output_finalize;
}

static void
bulla_tls_output_init (BullaTlsOutput *self)
{
}

/* --- the stream */

static GInputStream *
bulla_tls_stream_get_input (GIOStream *stream)
{
  return G_INPUT_STREAM (BULLA_TLS_STREAM (stream)->input);
}

static GOutputStream *
bulla_tls_stream_get_output (GIOStream *stream)
{
  return G_OUTPUT_STREAM (BULLA_TLS_STREAM (stream)->output);
}

static void
bulla_tls_stream_finalize (GObject *object)
{
  BullaTlsStream *self = BULLA_TLS_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  g_clear_pointer (&self->tls, tls_unref);
  G_OBJECT_CLASS (bulla_tls_stream_parent_class)->finalize (object);
}

static void
bulla_tls_stream_class_init (BullaTlsStreamClass *klass)
{
  G_IO_STREAM_CLASS (klass)->get_input_stream = bulla_tls_stream_get_input;
  G_IO_STREAM_CLASS (klass)->get_output_stream = bulla_tls_stream_get_output;
  G_OBJECT_CLASS (klass)->finalize = bulla_tls_stream_finalize;
}

static void
bulla_tls_stream_init (BullaTlsStream *self)
{
}

/* --- construction */

/* Clients get HTTP/2 where it is offered to them, and HTTP/1.1 otherwise. One that offers only
 * other protocols gets the alert no_application_protocol: RFC 7301, section 3.2. HTTP/2 forbids
 * many ciphers of TLS 1.2, and none of TLS 1.3: RFC 9113, section 9.2. */
static int
select_protocol_cb (SSL *ssl, const unsigned char **chosen, unsigned char *length,
                    const unsigned char *offered, unsigned int size, void *user_data)
{
  static const guint8 PROTOCOLS[] = "\x02h2\x08http/1.1";
  const Tls *tls = SSL_get_app_data (ssl);
  guint skipped = tls->offers_http2 && SSL_version (ssl) >= TLS1_3_VERSION ? 0 : 3; /* bytes */
  unsigned char *found = NULL;

  if (SSL_select_next_proto (&found, length, PROTOCOLS + skipped, sizeof PROTOCOLS - 1 - skipped,
                             offered, size)
      != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

/**
 * bulla_tls_context_new:
 * @key: the private key of the server's certificates, an EVP_PKEY of OpenSSL
 *
 * Makes what connections share: TLS 1.2 and later, HTTP/1.1 or HTTP/2 by ALPN, and no session that
 * could be resumed. AES-128 comes first because it costs least, and the bytes stay on this machine.
 *
 * Returns: (transfer full) (nullable): %NULL if OpenSSL fails, whose error queue says why
 */
BullaTlsContext *
bulla_tls_context_new (EVP_PKEY *key)
{
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());

  if (context == NULL)
    return NULL;
  SSL_CTX_set_options (context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                                    | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA
                                    | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode (context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead (context, 1);
  SSL_CTX_set_alpn_select_cb (context, select_protocol_cb, NULL);
  if (SSL_CTX_set_min_proto_version (context, TLS1_2_VERSION) == 1
      && SSL_CTX_set1_groups_list (context, GROUPS) == 1
      && SSL_CTX_set_ciphersuites (context, CIPHERS) == 1
      && SSL_CTX_set_num_tickets (context, 0) == 1 && SSL_CTX_use_PrivateKey (context, key) == 1)
    return context;
  SSL_CTX_free (context);
  return NULL;
}

void
bulla_tls_context_free (BullaTlsContext *self)
{
  SSL_CTX_free (self);
}

static X509 *
make_x509 (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  const guint8 *bytes = der->data;
  return d2i_X509 (NULL, &bytes, (long)der->len);
}

/* One read handles any number of messages that arrive without a pause; a limit ends it. */
static void
message_cb (int written, int version, int type, const void *bytes, size_t length, SSL *ssl,
            void *user_data)
{
  if (!written && type == SSL3_RT_HANDSHAKE)
    ((Tls *)user_data)->n_messages++;
}

/* Takes ownership of @ssl. */
static Tls *
tls_new (GSocket *socket, SSL *ssl)
{
  Tls *tls = g_new0 (Tls, 1);

  g_atomic_ref_count_init (&tls->count);
  tls->socket = g_object_ref (socket);
  tls->held = g_byte_array_new ();
  tls->ssl = ssl;
  BIO *bio = make_bio (tls);
  SSL_set_bio (ssl, bio, bio);
  SSL_set_accept_state (ssl);
  SSL_set_msg_callback (ssl, message_cb);
  SSL_set_msg_callback_arg (ssl, tls);
  SSL_set_app_data (ssl, tls);
  return tls;
}

/**
 * bulla_tls_stream_new:
 * @socket: a connected, non-blocking socket
 * @context: what the connections of this server share
 * @certificate: the server's certificate, for the key of @context
 * @error: why OpenSSL does not take the certificate
 *
 * The streams of the result are pollable and offer only calls that do not block, and asynchronous
 * ones. Use all of them in one thread. Closing its output stream sends close_notify; @socket stays
 * open. A client that ends without close_notify ends the input stream in the same way: HTTP frames
 * its bodies itself.
 *
 * Returns: (transfer full) (nullable): a stream whose handshake has not begun
 */
BullaTlsStream *
bulla_tls_stream_new (GSocket *socket, BullaTlsContext *context, GTlsCertificate *certificate,
                      GError **error)
{
  SSL *ssl = SSL_new (context);
  X509 *x509 = make_x509 (certificate);
  gboolean used = ssl != NULL && x509 != NULL && SSL_use_certificate (ssl, x509) == 1
                  && SSL_check_private_key (ssl) == 1;

  X509_free (x509);
  if (!used) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot start TLS: %s",
                 ERR_reason_error_string (ERR_peek_last_error ()));
    ERR_clear_error ();
    SSL_free (ssl);
    return NULL;
  }
  BullaTlsStream *self = g_object_new (BULLA_TYPE_TLS_STREAM, NULL);
  self->tls = tls_new (socket, ssl);
  self->input = g_object_new (BULLA_TYPE_TLS_INPUT, NULL);
  self->input->tls = tls_ref (self->tls);
  self->output = g_object_new (BULLA_TYPE_TLS_OUTPUT, NULL);
  self->output->tls = tls_ref (self->tls);
  return self;
}

/**
 * bulla_tls_stream_handshake:
 * @self: a stream
 * @error: %G_IO_ERROR_WOULD_BLOCK if the client must send more: call this again when the socket is
 *   readable; any other error ends the connection
 *
 * Spec: RFC 8446 section 2
 *
 * Returns: whether the handshake is complete
 */
gboolean
bulla_tls_stream_handshake (BullaTlsStream *self, GError **error)
{
  Tls *tls = self->tls;

  ERR_clear_error ();
  int result = SSL_do_handshake (tls->ssl);
  tls->may_yield = result == 1;
  if (tls->held->len > 0)
    flush (tls, NULL); /* also an alert that says why the handshake failed */
  if (result == 1)
    return TRUE;
  if (take_result (tls, result, error))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                         "the client closed the connection");
  return FALSE;
}

/**
 * bulla_tls_stream_offer_http2:
 * @self: a stream whose handshake has not begun
 *
 * Prefers HTTP/2 to HTTP/1.1 if the client supports both.
 */
void
bulla_tls_stream_offer_http2 (BullaTlsStream *self)
{
  self->tls->offers_http2 = TRUE;
}

/**
 * bulla_tls_stream_get_protocol:
 * @self: a stream after its handshake
 *
 * Returns: (nullable): `h2` or `http/1.1`; %NULL if the client offered none
 */
const char *
bulla_tls_stream_get_protocol (BullaTlsStream *self)
{
  const unsigned char *name = NULL;
  unsigned int length = 0;

  SSL_get0_alpn_selected (self->tls->ssl, &name, &length);
  return length == 2 ? "h2" : length > 0 ? "http/1.1" : NULL;
}

/**
 * bulla_tls_stream_cork:
 * @self: a stream
 *
 * From now on what is written is held, up to eight records; further writes send what is held.
 */
void
bulla_tls_stream_cork (BullaTlsStream *self)
{
  self->tls->corked = TRUE;
}

/**
 * bulla_tls_stream_uncork:
 * @self: a stream, corked or not
 * @error: %G_IO_ERROR_WOULD_BLOCK if the socket does not accept all bytes now: they are sent once
 *   it does; any other error is the socket's
 *
 * Sends the held bytes without blocking.
 *
 * Returns: whether all of them were sent
 */
gboolean
bulla_tls_stream_uncork (BullaTlsStream *self, GError **error)
{
  self->tls->corked = FALSE;
  return flush (self->tls, error);
}
