/* bulla-cli-caa.h - what DNS says of the issuance of a certificate, as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-caa-judge.h"

G_BEGIN_DECLS

/* one host that DNS was asked about, and for which issuer */
typedef struct {
  const char *host;           /* borrowed; as it was given, or as in the certificate */
  const BullaCaaClimb *climb; /* borrowed */
  BullaCaaJudgement judgement;
  gboolean any_issuer;        /* no issuer was named: the question is whether any CA may */
  const char *const *domains; /* borrowed; nullable; CAA domains of the issuer; NULL-terminated */
  const char *issuer_name;    /* borrowed; nullable; its distinguished name */
  const char *matched_by;     /* borrowed; nullable; `ski`, `dn` or `o` */
  JsonNode *evidence;         /* borrowed; nullable */
  const char *error;          /* borrowed; nullable; what happened, and what to do */
} BullaCliCaa;

void bulla_cli_caa_add_to_json (const BullaCliCaa *self, JsonBuilder *builder);

G_END_DECLS
