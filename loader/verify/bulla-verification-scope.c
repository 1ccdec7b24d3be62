/* bulla-verification-scope.c - makes OpenSSL look up only the algorithms that certificates need
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * For each public key that OpenSSL 3 decodes, it goes through all decoders of all providers, which
 * takes longer than to verify a signature. Within a scope it uses a library context with one
 * provider: it has the functions of OpenSSL's own default provider, but of decoders only those for
 * public keys in certificates, and of kinds of keys only those that can verify a signature. */
#include "bulla-verification-scope.h"

#include <openssl/core_dispatch.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <string.h>

#define PROVIDER_NAME "bulla-verification"

typedef struct {
  OSSL_LIB_CTX *whole_context; /* owned; that of @whole */
  OSSL_PROVIDER *whole;        /* owned; the default provider */
  OSSL_ALGORITHM *decoders;    /* owned; ends with an empty row */
  OSSL_ALGORITHM *key_kinds;   /* owned; likewise */
} Algorithms;

static Algorithms algorithms;

static gboolean has_few_names; /* whether the process began without the names of digests */

/* Says whether one of the names of the algorithm, which are separated by colons, is that of a kind
 * of keys that sign. */
static gboolean
is_signing_key (const OSSL_ALGORITHM *algorithm)
{
  static const char *const kinds[] = {"EC",    "RSA", "RSA-PSS", "ED25519",
                                      "ED448", "DSA", "SM2",     NULL};
  g_auto (GStrv) names = g_strsplit (algorithm->algorithm_names, ":", -1);

  for (gsize i = 0; names[i] != NULL; i++)
    if (g_strv_contains (kinds, names[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_decoder_of_certificates (const OSSL_ALGORITHM *algorithm)
{
  const char *properties = algorithm->property_definition;

  return strstr (properties, "structure=SubjectPublicKeyInfo") != NULL
         && strstr (properties, "input=der") != NULL && is_signing_key (algorithm);
}

/* Returns: (transfer full): the rows of the default provider that @is_wanted accepts; NULL if there
 * are none */
static OSSL_ALGORITHM *
select_algorithms (int operation, gboolean (*is_wanted) (const OSSL_ALGORITHM *))
{
  int no_cache = 0;
  const OSSL_ALGORITHM *all =
      OSSL_PROVIDER_query_operation (algorithms.whole, operation, &no_cache);
  g_autoptr (GArray) rows = g_array_new (TRUE, TRUE, sizeof (OSSL_ALGORITHM));

  for (; all != NULL && all->algorithm_names != NULL; all++)
    if (is_wanted (all))
      g_array_append_val (rows, *all);
  return rows->len > 0 && no_cache == 0 ? (OSSL_ALGORITHM *)(void *)g_array_steal (rows, NULL)
                                        : NULL;
}

static const OSSL_ALGORITHM *
query_operation (void *context, int operation, int *no_cache)
{
  *no_cache = 0;
  switch (operation) {
  case OSSL_OP_DECODER:
    return algorithms.decoders;
  case OSSL_OP_KEYMGMT:
    return algorithms.key_kinds;
  default:
    return OSSL_PROVIDER_query_operation (algorithms.whole, operation, no_cache);
  }
}

/* The functions of the default provider get its own context, not one of ours. */
static int
init_provider (const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *from_core,
               const OSSL_DISPATCH **dispatch, void **context)
{
  static const OSSL_DISPATCH functions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*) (void))query_operation},
      {0, NULL},
  };

  *dispatch = functions;
  *context = OSSL_PROVIDER_get0_provider_ctx (algorithms.whole);
  return 1;
}

/* Returns: (transfer full) (nullable): the context; it lives as long as the process */
static OSSL_LIB_CTX *
create_context (void)
{
  OSSL_LIB_CTX *whole = OSSL_LIB_CTX_new (), *selected = OSSL_LIB_CTX_new ();

  algorithms.whole_context = whole;
  algorithms.whole = whole != NULL ? OSSL_PROVIDER_load (whole, "default") : NULL;
  if (algorithms.whole != NULL) {
    algorithms.decoders = select_algorithms (OSSL_OP_DECODER, is_decoder_of_certificates);
    algorithms.key_kinds = select_algorithms (OSSL_OP_KEYMGMT, is_signing_key);
  }
  gboolean fine = algorithms.decoders != NULL && algorithms.key_kinds != NULL && selected != NULL
                  && OSSL_PROVIDER_add_builtin (selected, PROVIDER_NAME, init_provider) == 1
                  && OSSL_PROVIDER_load (selected, PROVIDER_NAME) != NULL;
  ERR_clear_error ();
  if (fine)
    return selected;
  OSSL_LIB_CTX_free (selected);
  return NULL;
}

/* Adds the digests that OpenSSL adds by default, by which it finds those of signatures. */
static void
add_digests (void)
{
  const EVP_MD *digests[] = {
#ifndef OPENSSL_NO_MD4
      EVP_md4 (),
#endif
#ifndef OPENSSL_NO_MD5
      EVP_md5 (),        EVP_md5_sha1 (),
#endif
#ifndef OPENSSL_NO_MDC2
      EVP_mdc2 (),
#endif
#ifndef OPENSSL_NO_RMD160
      EVP_ripemd160 (),
#endif
#ifndef OPENSSL_NO_WHIRLPOOL
      EVP_whirlpool (),
#endif
#ifndef OPENSSL_NO_SM3
      EVP_sm3 (),
#endif
#ifndef OPENSSL_NO_BLAKE2
      EVP_blake2b512 (), EVP_blake2s256 (),
#endif
      EVP_sha1 (),       EVP_sha224 (),     EVP_sha256 (),   EVP_sha384 (),   EVP_sha512 (),
      EVP_sha512_224 (), EVP_sha512_256 (), EVP_sha3_224 (), EVP_sha3_256 (), EVP_sha3_384 (),
      EVP_sha3_512 (),   EVP_shake128 (),   EVP_shake256 (),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (digests); i++)
    EVP_add_digest (digests[i]);
}

/* A library context copies the names of all digests when it first looks for an algorithm. Where
 * they are added only afterwards, it learns those that it needs from its provider. */
static void
name_digests_later (OSSL_LIB_CTX *context)
{
  EVP_MD_free (EVP_MD_fetch (algorithms.whole_context, "SHA2-256", NULL));
  EVP_MD_free (EVP_MD_fetch (context, "SHA2-256", NULL));
  ERR_clear_error ();
  add_digests ();
}

/* Returns: (nullable): the context that all scopes use */
static OSSL_LIB_CTX *
get_context (void)
{
  static OSSL_LIB_CTX *context;
  static gsize ready;

  if (g_once_init_enter (&ready)) {
    context = create_context ();
    if (has_few_names)
      name_digests_later (context);
    g_once_init_leave (&ready, 1);
  }
  return context;
}

/**
 * bulla_verification_prepare_process: (skip)
 *
 * Makes OpenSSL start with less than usual, in a process that verifies signatures and does nothing
 * else with it: without the names of ciphers and digests, which each library context would copy,
 * without texts of errors and openssl.cnf, and without freeing everything at the end. All
 * digests are added when the contexts exist. Call it once, before OpenSSL is used, and neither use
 * TLS nor decrypt keys later: what is left out stays so.
 */
void
bulla_verification_prepare_process (void)
{
  has_few_names =
      OPENSSL_init_crypto (OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS
                               | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_LOAD_CONFIG
                               | OPENSSL_INIT_NO_ATEXIT,
                           NULL)
      == 1;
  get_context ();
}

/**
 * bulla_verification_scope_enter: (skip)
 *
 * Until the scope is left, OpenSSL uses the smaller context for all calls of this thread that name
 * no other. Objects that are made within may be used afterwards, also by other threads. If the
 * context cannot be made, as with an OpenSSL without its default provider, nothing changes.
 *
 * Returns: the scope; leave it with bulla_verification_scope_leave()
 */
BullaVerificationScope
bulla_verification_scope_enter (void)
{
  OSSL_LIB_CTX *context = get_context ();

  return (BullaVerificationScope){context != NULL ? OSSL_LIB_CTX_set0_default (context) : NULL};
}

/**
 * bulla_verification_scope_leave: (skip)
 * @self: a scope that this thread entered last
 */
void
bulla_verification_scope_leave (BullaVerificationScope *self)
{
  if (self->before != NULL)
    OSSL_LIB_CTX_set0_default (self->before);
  self->before = NULL;
}
