/* bulla-on-demand-ssl.c - functions of libssl that load it when they are called
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#include <openssl/ssl.h>

static BullaOnDemand library = {.soname = SONAME_SSL};

BULLA_DEFINE_ON_DEMAND (library, void, SSL_get0_alpn_selected,
                        (const SSL *ssl, const unsigned char **data, unsigned int *len),
                        (ssl, data, len))
BULLA_DEFINE_ON_DEMAND (library, void *, SSL_get_ex_data, (const SSL *ssl, int idx), (ssl, idx))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_set_ex_data, (SSL * ssl, int idx, void *data),
                        (ssl, idx, data))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_version, (const SSL *ssl), (ssl))
BULLA_DEFINE_ON_DEMAND (library, long, SSL_CTX_ctrl,
                        (SSL_CTX * self, int command, long number, void *data),
                        (self, command, number, data))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_CTX_free, (SSL_CTX * self), (self))
BULLA_DEFINE_ON_DEMAND (library, void *, SSL_CTX_get_ex_data, (const SSL_CTX *self, int index),
                        (self, index))
BULLA_DEFINE_ON_DEMAND (library, SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *method), (method))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_CTX_set_alpn_select_cb,
                        (SSL_CTX * self, SSL_CTX_alpn_select_cb_func callback, void *data),
                        (self, callback, data))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_CTX_set_alpn_protos,
                        (SSL_CTX * self, const unsigned char *names, unsigned int length),
                        (self, names, length))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_CTX_set_cert_verify_callback,
                        (SSL_CTX * self, int (*callback) (X509_STORE_CTX *, void *), void *data),
                        (self, callback, data))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_CTX_set_ciphersuites, (SSL_CTX * self, const char *names),
                        (self, names))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_CTX_set_default_read_buffer_len,
                        (SSL_CTX * self, size_t size), (self, size))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_CTX_set_ex_data, (SSL_CTX * self, int index, void *data),
                        (self, index, data))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_CTX_set_info_callback,
                        (SSL_CTX * self, void (*callback) (const SSL *ssl, int type, int value)),
                        (self, callback))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_CTX_set_msg_callback,
                        (SSL_CTX * self,
                         void (*callback) (int written, int version, int type, const void *data,
                                           size_t size, SSL *ssl, void *user_data)),
                        (self, callback))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_CTX_set_num_tickets, (SSL_CTX * self, size_t n),
                        (self, n))
BULLA_DEFINE_ON_DEMAND (library, uint64_t, SSL_CTX_set_options, (SSL_CTX * self, uint64_t options),
                        (self, options))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_CTX_use_PrivateKey, (SSL_CTX * self, EVP_PKEY *key),
                        (self, key))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_check_private_key, (const SSL *self), (self))
BULLA_DEFINE_ON_DEMAND (library, long, SSL_ctrl, (SSL * self, int command, long number, void *data),
                        (self, command, number, data))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_do_handshake, (SSL * self), (self))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_free, (SSL * self), (self))
BULLA_DEFINE_ON_DEMAND (library, X509 *, SSL_get0_peer_certificate, (const SSL *self), (self))
BULLA_DEFINE_ON_DEMAND (library, SSL_CTX *, SSL_get_SSL_CTX, (const SSL *self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_get_error, (const SSL *self, int result), (self, result))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_has_pending, (const SSL *self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_is_init_finished, (const SSL *self), (self))
BULLA_DEFINE_ON_DEMAND (library, SSL *, SSL_new, (SSL_CTX * context), (context))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_read_ex, (SSL * self, void *data, size_t size, size_t *n),
                        (self, data, size, n))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_select_next_proto,
                        (unsigned char **chosen, unsigned char *size, const unsigned char *server,
                         unsigned int server_size, const unsigned char *client,
                         unsigned int client_size),
                        (chosen, size, server, server_size, client, client_size))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_set0_rbio, (SSL * self, BIO *reader), (self, reader))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_CTX_sess_set_new_cb,
                        (SSL_CTX * self, int (*callback) (SSL *, SSL_SESSION *)), (self, callback))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_set_accept_state, (SSL * self), (self))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_set_bio, (SSL * self, BIO *reader, BIO *writer),
                        (self, reader, writer))
BULLA_DEFINE_ON_DEMAND (library, void, SSL_set_msg_callback,
                        (SSL * self,
                         void (*callback) (int written, int version, int type, const void *data,
                                           size_t size, SSL *ssl, void *user_data)),
                        (self, callback))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_shutdown, (SSL * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_use_certificate, (SSL * self, X509 *certificate),
                        (self, certificate))
BULLA_DEFINE_ON_DEMAND (library, int, SSL_write_ex,
                        (SSL * self, const void *data, size_t size, size_t *n),
                        (self, data, size, n))
BULLA_DEFINE_ON_DEMAND (library, const SSL_METHOD *, TLS_server_method, (void), ())
