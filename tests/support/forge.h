/* forge.h - builds valid and invalid packages from text recipes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A recipe is a key file; every key may be left out, but [package] must be there:
 *
 *   [package]
 *   base=page                       forge_bases() lists them; forge_bundle_bases() makes bundles
 *   target=0                        of a bundle: the response that is spoilt, counted from 0
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
 *   length=10                       magic, url, lengths, signature, headers, body, end; of a
 *                                   bundle: before, block, magic, primary-url, lengths, sections,
 *                                   the name of each section, response (the target), length, end
 *
 * The same recipe makes the same bytes, every time. One thread at a time may forge. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  const char *name;        /* name, such as "header-remove" */
  const char *argument;    /* form of the argument, such as "NAME=VALUE"; "" for none */
  const char *description; /* one line */
} ForgeMutation;

/* the position of a part of the file */
typedef struct {
  const char *name; /* interned */
  size_t offset;
} ForgePart;

#define FORGE_PARTS_MAX 24

typedef struct {
  char *url;        /* all owned; URL that was to be signed */
  int64_t now;      /* Unix seconds at which the package is made and judged */
  GBytes *exchange; /* application/signed-exchange;v=b3; NULL for a bundle */
  GBytes *bundle;   /* application/webbundle; NULL for an exchange */
  GBytes *chain;    /* application/cert-chain+cbor */
  char *root_pem;   /* the trusted root */
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
  GKeyFile *recipe;                 /* for whatever else a test wants to read in it */
  size_t offsets[7];                /* of the parts in the exchange, in the order named above */
  ForgePart parts[FORGE_PARTS_MAX]; /* in the order of the file */
  guint n_parts;
} Forge;

Forge *forge_from_text (const char *recipe, GError **error);
Forge *forge_from_file (const char *path, GError **error);
void forge_free (Forge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Forge, forge_free)

GBytes *forge_get_package (const Forge *self);

/* for what makes packages: PART±N, PART or N */
gboolean forge_parse_place (const Forge *self, const char *text, gssize *place, GError **error);
void forge_add_part (Forge *self, const char *name, size_t offset);
/* @by bytes come before all parts; they are a part called @name */
void forge_shift_parts (Forge *self, size_t by, const char *name);

/* Returns the value in [expect PROFILE], or else in [expect]. @profile: (nullable). Returns: NULL
 * without either */
char *forge_dup_expected (const Forge *self, const char *profile, const char *key);
/* Likewise for offset and length, resolved; -1 when it is not said. */
gssize forge_get_expected (const Forge *self, const char *profile, const char *key);

const ForgeMutation *forge_mutations (size_t *count);
const char *const *forge_bases (void);
const char *const *forge_bundle_bases (void);

G_END_DECLS
