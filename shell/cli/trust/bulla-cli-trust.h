/* bulla-cli-trust.h - functions shared by the verbs about CAA, issuers and logs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-cli-caa-json.h"
#include "bulla-cli-store.h"
#include "bulla-cli.h"
#include "bulla-issuer-store.h"

G_BEGIN_DECLS

BullaIssuerStore *bulla_cli_open_issuers (char **folder, GError **error);

/* --- the issuer of a CAA question */

typedef struct {
  gboolean any;           /* whether no issuer was named */
  char **domains;         /* owned; CAA domains in lower case; empty if none is known */
  char *name;             /* owned; name of the first certificate given; NULL if none was */
  const char *matched_by; /* static; how the domains were found; NULL if they were not */
  char **hosts;           /* owned; names of the leaf certificates given */
} BullaCliCaaIssuer;

BullaCliCaaIssuer *bulla_cli_caa_issuer_new (char **arguments, GError **error);
void bulla_cli_caa_issuer_free (BullaCliCaaIssuer *self);

/* --- one host of a command line, and its CAA lookups */

typedef struct {
  char *typed;          /* owned; name as typed */
  char *host;           /* owned; normalised host; NULL if @typed is not a host name */
  gboolean wildcard;    /* whether the question is about "*." followed by the host */
  BullaCaaClimb *climb; /* owned; NULL before it is answered */
} BullaCliCaaQuestion;

void bulla_cli_caa_question_free (BullaCliCaaQuestion *self);

/* --- the source of answers */

typedef struct {
  char *records, *evidence, *save; /* file names */
  char **resolvers;
  char *trust_anchor, *at, *ledger;
  gboolean offline, force;
} BullaCliCaaOptions;

typedef struct _BullaCliCaaSource BullaCliCaaSource;

BullaCliCaaSource *bulla_cli_caa_source_new (const BullaCliCaaOptions *options, GError **error);
void bulla_cli_caa_source_free (BullaCliCaaSource *self);
gboolean bulla_cli_caa_source_answer (BullaCliCaaSource *self, GPtrArray *questions,
                                      gboolean *interrupted, GError **error);
gboolean bulla_cli_caa_source_save (BullaCliCaaSource *self, GError **error);
JsonNode *bulla_cli_caa_source_dup_evidence (BullaCliCaaSource *self, const BullaCaaClimb *climb);

/* --- output */

void bulla_cli_caa_print_text (const BullaCliCaa *self);

extern const BullaVerb bulla_verb_issuers_import;
extern const BullaVerb bulla_verb_issuers_list;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliCaaIssuer, bulla_cli_caa_issuer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliCaaQuestion, bulla_cli_caa_question_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliCaaSource, bulla_cli_caa_source_free)

G_END_DECLS
