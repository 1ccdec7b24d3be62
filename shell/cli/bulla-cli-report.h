/* bulla-cli-report.h - a judgement, as text and as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* what `bulla verify` found out about one file or URL */
typedef struct {
  const char *name;      /* borrowed; as it was given */
  const char *kind;      /* static; "exchange", "bundle" or "unknown" */
  BullaLoad *load;       /* owned */
  BullaVerdict *request; /* owned; nullable: the package is not to be substituted */
  char *body_sha256;     /* owned; nullable: the body was not read */
  guint64 body_length;
  gboolean body_complete;
} BullaReport;

void bulla_report_free (BullaReport *self);
BullaOutcome bulla_report_get_outcome (const BullaReport *self);
BullaReason bulla_report_get_reason (const BullaReport *self);
JsonNode *bulla_report_to_json (const BullaReport *self);
char *bulla_report_to_text (const BullaReport *self, gboolean explain);
char *bulla_cli_format_time (gint64 seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaReport, bulla_report_free)

G_END_DECLS
