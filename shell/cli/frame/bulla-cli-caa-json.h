/* bulla-cli-caa-json.h - writes the CAA judgement of a host as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-caa-judge.h"
#include "bulla-dns-evidence.h"

G_BEGIN_DECLS

/* CAA lookups for one host, judged for one issuer */
typedef struct {
  const char *host;           /* borrowed; host as given, or as in the certificate */
  const BullaCaaClimb *climb; /* borrowed */
  BullaCaaJudgement judgement;
  gboolean any_issuer;        /* TRUE if no issuer was named: whether any CA may issue is judged */
  const char *const *domains; /* borrowed; nullable; CAA domains of the issuer, NULL-terminated */
  const char *issuer_name;    /* borrowed; nullable; distinguished name of the issuer */
  const char *matched_by;     /* borrowed; nullable; key of the domains: `ski`, `dn` or `o` */
  JsonNode *evidence;         /* borrowed; nullable; recorded DNS evidence */
  const char *error;          /* borrowed; what failed, and what to do; NULL if nothing failed */
} BullaCliCaa;

char *bulla_cli_caa_dup_error (const BullaCliCaa *self);
JsonNode *bulla_cli_caa_evidence_to_json (BullaDnsEvidence *evidence, const char *file,
                                          const BullaCaaClimb *climb);
void bulla_cli_caa_add_to_json (const BullaCliCaa *self, JsonBuilder *builder);

G_END_DECLS
