/* bulla-http-tls.c - verifies a server's certificate with a GTlsDatabase during curl's handshake
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * curl uses OpenSSL for TLS, but a GTlsDatabase decides which servers are trusted, as for all
 * connections: it gets the certificates that OpenSSL received during the handshake, before a byte
 * of a request is sent. */
#include "bulla-http-tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "bulla-error.h"
#include "bulla-tls-database.h"

#define READ_AHEAD 65631  /* bytes read from a socket at a time: four full records */
#define MESSAGES_MAX 1000 /* most handshake messages of a server, such as new keys */
#define CHAIN_MAX 16      /* most certificates in a chain */

struct _BullaHttpTls {
  guint n_messages; /* handshake messages of the server */
  gatomicrefcount count;
  GTlsDatabase *database;        /* owned */
  GSocketConnectable *identity;  /* owned; the expected identity of the server */
  char *host;                    /* owned */
  gboolean judged;               /* a certificate arrived and was verified */
  gboolean can_sign;             /* the certificate has the extension for signing exchanges */
  GTlsCertificateFlags mistakes; /* the errors of the certificate */
  GError *error;                 /* owned; NULL unless verification was not possible */
  char *signs_for;               /* owned; nullable; host of an exchange signed with its key */
};

/**
 * bulla_http_tls_new_identity:
 * @host: the server's host name or IP address
 * @port: the server's port
 *
 * Returns: (transfer full): the identity that the server's certificate must have. A final dot of
 *   the host name is removed, because certificates contain names without it
 */
GSocketConnectable *
bulla_http_tls_new_identity (const char *host, guint16 port)
{
  gsize length = strlen (host);
  g_autofree char *name = g_strndup (host, g_str_has_suffix (host, ".") ? length - 1 : length);

  return g_network_address_new (name, port);
}

/**
 * bulla_http_tls_new:
 * @database: the trusted roots
 * @host: the server's host name or IP address
 * @port: the server's port
 *
 * Returns: (transfer full): an object that verifies the certificate of one connection
 */
BullaHttpTls *
bulla_http_tls_new (GTlsDatabase *database, const char *host, guint16 port)
{
  BullaHttpTls *self = g_new0 (BullaHttpTls, 1);

  g_atomic_ref_count_init (&self->count);
  self->database = g_object_ref (database);
  self->identity = bulla_http_tls_new_identity (host, port);
  self->host = g_strdup (host);
  return self;
}

BullaHttpTls *
bulla_http_tls_ref (BullaHttpTls *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_http_tls_unref (BullaHttpTls *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_object_unref (self->database);
  g_object_unref (self->identity);
  g_free (self->host);
  g_clear_error (&self->error);
  g_free (self->signs_for);
  g_free (self);
}

/* @issuer: (nullable): the issuer's certificate; NULL if it is not in the chain */
static GTlsCertificate *
make_certificate (X509 *x509, GTlsCertificate *issuer)
{
  guint8 *der = NULL;
  int length = i2d_X509 (x509, &der);

  if (length <= 0)
    return NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_append (g_byte_array_new (), der, length);
  OPENSSL_free (der);
  GType type = g_tls_backend_get_certificate_type (g_tls_backend_get_default ());
  return g_initable_new (type, NULL, NULL, "certificate", bytes, "issuer", issuer, NULL);
}

static X509 *
find_issuer (X509 *x509, STACK_OF (X509) * all)
{
  if (X509_check_issued (x509, x509) == X509_V_OK)
    return NULL;
  for (int i = 0; i < sk_X509_num (all); i++)
    if (X509_check_issued (sk_X509_value (all, i), x509) == X509_V_OK)
      return sk_X509_value (all, i);
  return NULL;
}

/* Builds the chain of the server's certificate from the issuers that it sent, in any order. */
static GTlsCertificate *
make_chain (X509_STORE_CTX *store)
{
  X509 *chain[CHAIN_MAX] = {X509_STORE_CTX_get0_cert (store)};

  STACK_OF (X509) *all = X509_STORE_CTX_get0_untrusted (store);
  g_autoptr (GTlsCertificate) last = NULL;
  guint n = chain[0] != NULL ? 1 : 0;

  while (n > 0 && n < CHAIN_MAX && (chain[n] = find_issuer (chain[n - 1], all)) != NULL)
    n++;
  while (n > 0) {
    GTlsCertificate *next = make_certificate (chain[--n], last);
    g_clear_object (&last);
    last = next;
    if (next == NULL)
      return NULL;
  }
  return g_steal_pointer (&last);
}

static int
verify_cb (X509_STORE_CTX *store, void *user_data)
{
  BullaHttpTls *self = user_data;
  g_autoptr (GTlsCertificate) chain = make_chain (store);

  self->judged = TRUE;
  self->can_sign = bulla_tls_certificate_can_sign (chain);
  self->mistakes = chain == NULL || self->can_sign
                       ? G_TLS_CERTIFICATE_GENERIC_ERROR
                       : g_tls_database_verify_chain (
                           self->database, chain, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER,
                           self->identity, NULL, G_TLS_DATABASE_VERIFY_NONE, NULL, &self->error);
  gboolean fine = self->mistakes == 0 && self->error == NULL;
  X509_STORE_CTX_set_error (store, fine ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
  return fine;
}

static void
free_cb (void *parent, void *ptr, CRYPTO_EX_DATA *data, int index, long number, void *pointer)
{
  if (ptr != NULL)
    bulla_http_tls_unref (ptr);
}

static int
get_index (void)
{
  static gsize index;

  if (g_once_init_enter (&index))
    g_once_init_leave (&index, 1 + SSL_CTX_get_ex_new_index (0, NULL, NULL, NULL, free_cb));
  return (int)index - 1;
}

/* Only a server that completes the handshake has the key of the certificate that it presents. */
static void
info_cb (const SSL *ssl, int where, int result)
{
  BullaHttpTls *self = SSL_CTX_get_ex_data (SSL_get_SSL_CTX (ssl), get_index ());
  X509 *certificate = SSL_get0_peer_certificate (ssl);
  guint8 *der = NULL;

  if ((where & SSL_CB_HANDSHAKE_DONE) == 0 || self == NULL || certificate == NULL)
    return;
  int length = i2d_X509 (certificate, &der);
  if (length <= 0)
    return;
  g_autoptr (GBytes) bytes = g_bytes_new (der, (gsize)length);
  OPENSSL_free (der);
  g_autofree char *signs_for = bulla_tls_database_note_key (self->database, bytes, self->host);
  if (self->signs_for == NULL)
    self->signs_for = g_steal_pointer (&signs_for);
}

/* OpenSSL calls this with the head of each record. */
static void
message_cb (int written, int version, int type, const void *bytes, size_t length, SSL *ssl,
            void *user_data)
{
  BullaHttpTls *self = SSL_CTX_get_ex_data (SSL_get_SSL_CTX (ssl), get_index ());

  if (!written && type == SSL3_RT_HEADER)
    ++*(guint64 *)user_data;
  /* One read handles any number of messages that arrive without a pause; here it ends. */
  if (!written && type == SSL3_RT_HANDSHAKE && self != NULL && ++self->n_messages > MESSAGES_MAX)
    SSL_set0_rbio (ssl, BIO_new (BIO_s_null ()));
}

/**
 * bulla_http_tls_set_up:
 * @self: a judge
 * @ssl_ctx: the SSL_CTX of one connection, which keeps a reference to @self
 * @n_records: increased by one for each record that is read, as long as @ssl_ctx exists
 *
 * A record may be read from the socket long before curl asks for it; so @n_records says whether
 * curl is to be asked again.
 */
void
bulla_http_tls_set_up (BullaHttpTls *self, gpointer ssl_ctx, guint64 *n_records)
{
  SSL_CTX_set_read_ahead (ssl_ctx, 1);
  SSL_CTX_set_default_read_buffer_len (ssl_ctx, READ_AHEAD);
  SSL_CTX_set_msg_callback (ssl_ctx, message_cb);
  SSL_CTX_set_msg_callback_arg (ssl_ctx, n_records);
  SSL_CTX_set_options (ssl_ctx, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_ex_data (ssl_ctx, get_index (), bulla_http_tls_ref (self));
  SSL_CTX_set_info_callback (ssl_ctx, info_cb);
  SSL_CTX_set_cert_verify_callback (ssl_ctx, verify_cb, self);
}

/**
 * bulla_http_tls_offer:
 * @ssl_ctx: the SSL_CTX of one connection
 * @both: whether to offer HTTP/2 besides HTTP/1.1
 *
 * Spec: RFC 7301 section 3.1
 *
 * Returns: whether OpenSSL has taken the protocols
 */
gboolean
bulla_http_tls_offer (gpointer ssl_ctx, gboolean both)
{
  static const guchar PROTOCOLS[] = "\x02h2\x08http/1.1";
  guint from = both ? 0 : 3;

  return SSL_CTX_set_alpn_protos (ssl_ctx, PROTOCOLS + from, sizeof PROTOCOLS - 1 - from) == 0;
}

/**
 * bulla_http_tls_has_pending:
 * @ssl: (nullable): the SSL of a connection
 *
 * Returns: whether TLS has buffered bytes that were not read yet
 */
gboolean
bulla_http_tls_has_pending (gpointer ssl)
{
  return ssl != NULL && SSL_has_pending (ssl) == 1;
}

/**
 * bulla_http_tls_new_signer_error:
 * @host: a server
 *
 * Spec: draft-yasskin-httpbis-origin-signed-exchanges-impl, section 4.2: clients must not accept
 * certificates with CanSignHttpExchanges in TLS.
 *
 * Returns: (transfer full): a %BULLA_ERROR_REFUSED that says what it presented
 */
GError *
bulla_http_tls_new_signer_error (const char *host)
{
  return g_error_new (BULLA_ERROR, BULLA_ERROR_REFUSED,
                      "%s presented a certificate for signing exchanges in TLS", host);
}

/**
 * bulla_http_tls_get_signs_for:
 * @self: a judge
 *
 * Returns: (nullable): the host of an exchange that was signed with the key of the server, which
 *   completed a handshake with it
 */
const char *
bulla_http_tls_get_signs_for (BullaHttpTls *self)
{
  return self->signs_for;
}

/**
 * bulla_http_tls_dup_error:
 * @self: a judge
 *
 * Returns: (transfer full) (nullable): why the certificate is refused; %NULL if it is accepted, or
 *   did not arrive
 */
GError *
bulla_http_tls_dup_error (BullaHttpTls *self)
{
  if (!self->judged || (self->mistakes == 0 && self->error == NULL))
    return NULL;
  if (self->can_sign)
    return bulla_http_tls_new_signer_error (self->host);
  if (self->error != NULL)
    return g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "%s: %s", self->host,
                        self->error->message);
  g_autofree char *text = bulla_tls_describe_flags (self->mistakes);
  return g_error_new (BULLA_ERROR, BULLA_ERROR_REFUSED, "the certificate of %s was refused: %s",
                      self->host, text);
}
