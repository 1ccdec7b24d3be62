/* bulla-cli-trust.h - what the verbs share that are about trust in depth
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-cli-caa.h"
#include "bulla-cli-store.h"
#include "bulla-cli.h"
#include "bulla-issuer-store.h"

G_BEGIN_DECLS

BullaIssuerStore *bulla_cli_open_issuers (char **folder, GError **error);

/* --- whom a question about CAA is about */

typedef struct {
  gboolean any;           /* no issuer was named */
  char **domains;         /* owned; in lower case; empty: none is known */
  char *name;             /* owned; nullable; of the certificate that was given first */
  const char *matched_by; /* static; nullable */
  char **hosts;           /* owned; the names of the leaves that were given */
} BullaCliCaaIssuer;

BullaCliCaaIssuer *bulla_cli_caa_issuer_new (char **arguments, GError **error);
void bulla_cli_caa_issuer_free (BullaCliCaaIssuer *self);

/* --- one host of a command line, and what DNS says */

typedef struct {
  char *typed;          /* owned; as it was written */
  char *host;           /* owned; nullable: it is not the name of a host */
  gboolean wildcard;    /* the question is about "*." and the host */
  BullaCaaClimb *climb; /* owned; nullable until it is answered */
} BullaCliCaaQuestion;

void bulla_cli_caa_question_free (BullaCliCaaQuestion *self);

/* --- who answers */

typedef struct {
  char *records, *evidence, *save; /* files */
  char **resolvers;
  char *trust_anchor, *at, *ledger;
  double timeout; /* seconds for everything */
  gboolean offline, force;
} BullaCliCaaOptions;

typedef struct _BullaCliCaaSource BullaCliCaaSource;

BullaCliCaaSource *bulla_cli_caa_source_new (const BullaCliCaaOptions *options, GError **error);
void bulla_cli_caa_source_free (BullaCliCaaSource *self);
gboolean bulla_cli_caa_source_answer (BullaCliCaaSource *self, GPtrArray *questions,
                                      gboolean *interrupted, GError **error);
gboolean bulla_cli_caa_source_save (BullaCliCaaSource *self, GError **error);
JsonNode *bulla_cli_caa_source_dup_evidence (BullaCliCaaSource *self);

/* --- what is printed */

void bulla_cli_caa_print_text (const BullaCliCaa *self);
char *bulla_cli_caa_dup_error (const BullaCliCaa *self);

extern const BullaVerb bulla_verb_issuers_import;
extern const BullaVerb bulla_verb_issuers_list;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliCaaIssuer, bulla_cli_caa_issuer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliCaaQuestion, bulla_cli_caa_question_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliCaaSource, bulla_cli_caa_source_free)

G_END_DECLS
