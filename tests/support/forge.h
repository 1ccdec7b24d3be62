/* forge.h - builds packages, right and wrong, from text recipes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A recipe is a key file; every key may be left out, but [package] must be there:
 *
 *   [package]
 *   base=page                       forge_bases() lists them
 *   mutation=header:set-cookie=a    forge_mutations() lists them; mutation-2, mutation-3, … too
 *   url=https://publisher.test/article.html
 *   now=1795402800                  Unix seconds: when it is made, and judged
 *   [request]
 *   headers=Accept-Language: en-US,en | Cookie: a=b
 *   [outer]                         the response that carries the exchange
 *   url=https://aggregator.test/article.sxg
 *   headers=Content-Type: application/signed-exchange;v=b3 | X-Content-Type-Options: nosniff
 *   fails-at=headers+3              the transport breaks there; as offset below
 *   [cert-response]                 the response of the cert-url
 *   status=200
 *   type=application/cert-chain+cbor
 *   redirect=https://elsewhere.test/cert.cbor
 *   fails=true                      no response at all
 *   [expect]                        and [expect PROFILE], where a profile differs
 *   outcome=fall-back
 *   reason=headers.stateful
 *   offset=headers+12               a number, or a part of the file and a number:
 *   length=10                       magic, url, lengths, signature, headers, body, end
 *
 * The same recipe makes the same bytes, every time. One thread at a time may forge. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  const char *name;        /* "header-remove" */
  const char *argument;    /* its form, "NAME=VALUE"; "" for none */
  const char *description; /* a line */
} ForgeMutation;

typedef struct {
  char *url;        /* all owned; the URL that was asked to be signed */
  int64_t now;      /* Unix seconds */
  GBytes *exchange; /* application/signed-exchange;v=b3 */
  GBytes *chain;    /* application/cert-chain+cbor */
  char *root_pem;   /* what to trust */
  char *ct_logs;    /* JSON */
  char *cert_url;   /* where the chain is to be found */
  char *outer_url;
  GStrv outer_headers;   /* "Name: value" */
  gssize outer_fails_at; /* where the transport breaks, or -1 */
  GStrv request_headers; /* "Name: value" */
  guint cert_status;
  char *cert_type;     /* Content-Type */
  char *cert_redirect; /* or NULL */
  gboolean cert_fails;
  GKeyFile *recipe;  /* for whatever else a test wants to read in it */
  size_t offsets[7]; /* of the parts in the exchange, in the order named above */
} Forge;

Forge *forge_from_text (const char *recipe, GError **error);
Forge *forge_from_file (const char *path, GError **error);
void forge_free (Forge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Forge, forge_free)

/* What [expect PROFILE] says, or [expect]. @profile: or NULL; Returns: NULL when neither does */
char *forge_dup_expected (const Forge *self, const char *profile, const char *key);
/* Likewise for offset and length, resolved; -1 when it is not said. */
gssize forge_get_expected (const Forge *self, const char *profile, const char *key);

const ForgeMutation *forge_mutations (size_t *count);
const char *const *forge_bases (void);

G_END_DECLS
