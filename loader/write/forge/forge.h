/* forge.h - builds valid and invalid packages from text recipes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A recipe is a key file. The group [package] is required; all keys are optional:
 *
 *   [package]
 *   base=page                       forge_bases() lists them; forge_bundle_bases() makes bundles
 *   target=0                        index of a bundle's response to mutate
 *   mutation=header:set-cookie=a    forge_mutations() lists them; mutation-2, mutation-3, … too
 *   url=https://publisher.test/article.html
 *   now=1795402800                  Unix seconds of creation and judgement
 *   [request]
 *   headers=Accept-Language: en-US,en | Cookie: a=b
 *   [outer]                         the response that carries the exchange
 *   url=https://aggregator.test/article.sxg
 *   headers=Content-Type: application/signed-exchange;v=b3 | X-Content-Type-Options: nosniff
 *   fails-at=headers+3              the transport fails there; see offset below
 *   [cert-response]                 the response of the cert-url
 *   status=200
 *   type=application/cert-chain+cbor
 *   redirect=https://elsewhere.test/cert.cbor
 *   fails=true                      no response at all
 *   [expect]                        and [expect PROFILE] for other profiles
 *   outcome=fall-back
 *   reason=headers.stateful
 *   offset=headers+12               a number, or a part of the file and a number:
 *   length=10                       magic, url, lengths, signature, headers, body, end; of a
 *                                   bundle: before, block, magic, primary-url, lengths, sections,
 *                                   the name of each section, response (the target), length, end
 *
 * A recipe always produces the same bytes. Only one thread at a time may use the forge. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  const char *name;        /* name, such as "header-remove" */
  const char *argument;    /* form of the argument, such as "NAME=VALUE"; "" for none */
  const char *description; /* one line */
} ForgeMutation;

/* location of a part in the file */
typedef struct {
  const char *name; /* interned */
  size_t offset;
} ForgePart;

#define FORGE_PARTS_MAX 24

typedef struct {
  char *url;        /* all owned; signed URL */
  int64_t now;      /* Unix seconds at which the package is made and judged */
  GBytes *exchange; /* application/signed-exchange;v=b3; NULL for a bundle */
  GBytes *bundle;   /* application/webbundle; NULL for an exchange */
  GBytes *chain;    /* application/cert-chain+cbor */
  char *root_pem;   /* the trusted root */
  char *ct_logs;    /* JSON list of the trusted logs */
  char *cert_url;   /* URL of the chain */
  char *outer_url;
  GStrv outer_headers;   /* "Name: value" */
  gssize outer_fails_at; /* offset at which the transport fails; -1 if it does not */
  GStrv request_headers; /* "Name: value" */
  guint cert_status;
  char *cert_type;     /* Content-Type of the chain */
  char *cert_redirect; /* redirect target of the chain's URL; nullable */
  gboolean cert_fails;
  GKeyFile *recipe;                 /* for further keys that a test reads */
  size_t offsets[7];                /* of the parts in the exchange, in the order named above */
  ForgePart parts[FORGE_PARTS_MAX]; /* parts in the order of the file */
  guint n_parts;
} Forge;

Forge *forge_from_text (const char *recipe, GError **error);
Forge *forge_from_file (const char *path, GError **error);
void forge_free (Forge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Forge, forge_free)

GBytes *forge_get_package (const Forge *self);

/* For the functions that make packages: parses PART±N, PART or N. */
gboolean forge_parse_place (const Forge *self, const char *text, gssize *place, GError **error);
void forge_add_part (Forge *self, const char *name, size_t offset);
/* Moves all parts by @by bytes, because a new part called @name precedes them. */
void forge_shift_parts (Forge *self, size_t by, const char *name);

/* Returns the value in [expect PROFILE], or else in [expect]. @profile: (nullable). Returns: NULL
 * without either */
char *forge_dup_expected (const Forge *self, const char *profile, const char *key);
/* Same for offset and length, converted to numbers; -1 if not stated. */
gssize forge_get_expected (const Forge *self, const char *profile, const char *key);

const ForgeMutation *forge_mutations (size_t *count);
const char *const *forge_bases (void);
const char *const *forge_bundle_bases (void);

G_END_DECLS
