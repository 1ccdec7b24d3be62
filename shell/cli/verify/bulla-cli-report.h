/* bulla-cli-report.h - formats a judgement as text and as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>
#include <json-glib/json-glib.h>

#include "bulla-bundle-check.h"
#include "bulla-caa-finder.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

/* The result of `bulla verify` for one file or URL. */
typedef struct {
  const char *name;        /* borrowed; the argument of the command */
  const char *kind;        /* static; "exchange", "bundle", "signed-bundle" or "unknown" */
  const char *guess;       /* static, for gettext; what it is instead of a package; nullable */
  guint status;            /* of the answer of a server; 0 for a file */
  BullaLoad *load;         /* owned; NULL for a bundle */
  BullaBundle *bundle;     /* owned; NULL for an exchange */
  BullaBundleCheck *check; /* owned; check of the bundle; NULL for an exchange */
  BullaVerdict *chain;     /* owned; verdict on a chain, then load and bundle are NULL; nullable */
  BullaFacts *chain_facts; /* owned; facts about that chain; nullable */
  char *chain_mistake;     /* owned; in the order of its certificates, translated; nullable */
  BullaCaaFinder *caa;     /* owned; where CAA records were looked up; nullable */
  GPtrArray *objections;   /* owned; of BullaCliObjection; NULL without --lint */
  BullaVerdict *request;   /* owned; NULL if the package may not be substituted */
  char *body_sha256;       /* owned; of the body or the primary resource; NULL if not read */
  guint64 body_length;
  gboolean body_complete;
  GByteArray *body; /* owned; the body, if it is written elsewhere; NULL if it is not kept */
  gint64 elapsed;   /* milliseconds until all was read; 0 for a file */
} BullaCliReport;

void bulla_cli_report_free (BullaCliReport *self);
BullaVerdict *bulla_cli_report_get_verdict (const BullaCliReport *self);
BullaOutcome bulla_cli_report_get_outcome (const BullaCliReport *self);
const char *bulla_cli_report_get_url (const BullaCliReport *self);
BullaReason bulla_cli_report_get_reason (const BullaCliReport *self);
const BullaVerdict *bulla_cli_report_get_decisive (const BullaCliReport *self);
char *bulla_cli_report_to_compact_json (const BullaCliReport *self);
char *bulla_cli_report_dup_message (const BullaCliReport *self);
GPtrArray *bulla_cli_report_dup_loads (const BullaCliReport *self, GError **error);
gboolean bulla_cli_report_is_fit (const BullaCliReport *self);
const BullaFacts *bulla_cli_report_find_facts (const BullaCliReport *self);
BullaLoad *bulla_cli_report_find_load (const BullaCliReport *self);
void bulla_cli_report_add_certificate (const BullaCliReport *self, JsonBuilder *builder);
JsonNode *bulla_cli_report_to_json (const BullaCliReport *self);
void bulla_cli_report_add_caa (const BullaCliReport *self, JsonBuilder *builder);
char *bulla_cli_report_to_text (const BullaCliReport *self, gboolean explain);

/* only for bundles */
const BullaBundleFinding *bulla_cli_report_find_primary (const BullaCliReport *self);
void bulla_cli_report_add_resources (const BullaCliReport *self, JsonBuilder *builder);
void bulla_cli_report_append_bundle (const BullaCliReport *self, GString *text);
void bulla_cli_report_append_resources (const BullaCliReport *self, GString *text,
                                        gboolean explain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliReport, bulla_cli_report_free)

G_END_DECLS
