/* bulla-http2-wire.c - reads and writes the bytes of a TLS connection that curl has opened
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * curl's own functions look up the connection among all others at each call. So OpenSSL is called
 * directly, with a BIO that knows nothing but the descriptor: curl may free the SSL at any time. */
#include "bulla-http2-wire.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <string.h>
#include <sys/socket.h>

/* --- the BIO between OpenSSL and the socket */

static int
bio_read (BIO *bio, char *buffer, int size)
{
  BIO_clear_retry_flags (bio);
  gssize got = recv (GPOINTER_TO_INT (BIO_get_data (bio)), buffer, (gsize)size, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    BIO_set_retry_read (bio);
  if (got == 0)
    BIO_set_flags (bio, BIO_FLAGS_IN_EOF);
  return (int)got;
}

static int
bio_write (BIO *bio, const char *bytes, int length)
{
  BIO_clear_retry_flags (bio);
  gssize sent = send (GPOINTER_TO_INT (BIO_get_data (bio)), bytes, (gsize)length,
                      MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    BIO_set_retry_write (bio);
  return (int)sent;
}

static long
bio_ctrl (BIO *bio, int command, long number, void *pointer)
{
  if (command == BIO_CTRL_EOF)
    return BIO_test_flags (bio, BIO_FLAGS_IN_EOF) != 0;
  return command == BIO_CTRL_FLUSH;
}

static gpointer
make_method (gpointer data)
{
  BIO_METHOD *method = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "bulla-http2");

  BIO_meth_set_read (method, bio_read);
  BIO_meth_set_write (method, bio_write);
  BIO_meth_set_ctrl (method, bio_ctrl);
  return method;
}

/* --- the connection */

/**
 * bulla_http2_wire_is_chosen:
 * @wire: a connection whose handshake is complete
 *
 * Spec: RFC 7301 section 3.1
 *
 * Returns: whether the server has chosen HTTP/2
 */
gboolean
bulla_http2_wire_is_chosen (BullaHttp2Wire *wire)
{
  const guchar *name = NULL;
  guint length = 0;

  SSL_get0_alpn_selected (wire, &name, &length);
  return length == 2 && memcmp (name, "h2", 2) == 0;
}

/**
 * bulla_http2_wire_take:
 * @wire: a connection whose handshake is complete
 * @fd: the descriptor of its socket
 *
 * From now on curl must not read or write, and may only close the connection.
 *
 * Returns: whether the connection can be used
 */
gboolean
bulla_http2_wire_take (BullaHttp2Wire *wire, int fd)
{
  static GOnce method = G_ONCE_INIT;
  BIO *bio = BIO_new (g_once (&method, make_method, NULL));

  if (bio == NULL)
    return FALSE;
  BIO_set_data (bio, GINT_TO_POINTER (fd));
  BIO_set_init (bio, 1);
  SSL_set_bio (wire, bio, bio);
  SSL_set_mode (wire, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_sess_set_new_cb (SSL_get_SSL_CTX (wire), NULL); /* curl's refers to the transfer */
  return TRUE;
}

/* @result: what a function of OpenSSL has returned. Returns: 0 if the server has ended the
 * connection; otherwise -1, with @error set */
static gssize
take_result (BullaHttp2Wire *wire, int result, GError **error)
{
  int code = SSL_get_error (wire, result);
  gulong failure = ERR_peek_last_error ();
  const char *reason = ERR_reason_error_string (failure);
  gboolean ended = code == SSL_ERROR_SSL && ERR_GET_LIB (failure) == ERR_LIB_SSL
                   && ERR_GET_REASON (failure) == SSL_R_UNEXPECTED_EOF_WHILE_READING;

  ERR_clear_error ();
  if (code == SSL_ERROR_ZERO_RETURN || ended) /* HTTP/2 frames its bodies itself */
    return 0;
  if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "the socket is not ready");
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "the connection was lost: %s",
                 reason != NULL ? reason : g_strerror (errno));
  return -1;
}

/**
 * bulla_http2_wire_read:
 * @wire: a connection that was taken
 * @buffer: (array length=size): receives bytes
 * @size: its size
 * @error: %G_IO_ERROR_WOULD_BLOCK if nothing has arrived; any other error is the connection's
 *
 * Returns: the number of bytes; 0 if the server has ended the connection; -1 on error
 */
gssize
bulla_http2_wire_read (BullaHttp2Wire *wire, guint8 *buffer, gsize size, GError **error)
{
  gsize got = 0;

  ERR_clear_error ();
  errno = 0;
  int result = SSL_read_ex (wire, buffer, size, &got);
  return result == 1 ? (gssize)got : take_result (wire, result, error);
}

/**
 * bulla_http2_wire_write:
 * @wire: a connection that was taken
 * @bytes: (array length=length): the bytes to send
 * @length: at least 1
 * @error: as in bulla_http2_wire_read()
 *
 * Returns: the number of bytes that were sent, which may be fewer than @length; -1 on error
 */
gssize
bulla_http2_wire_write (BullaHttp2Wire *wire, const guint8 *bytes, gsize length, GError **error)
{
  gsize sent = 0;

  ERR_clear_error ();
  errno = 0;
  int result = SSL_write_ex (wire, bytes, length, &sent);
  if (result == 1)
    return (gssize)sent;
  if (take_result (wire, result, error) == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                         "the server closed the connection");
  return -1;
}
