/* bulla-cli-diff.h - compares two responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-cli-bundle.h"

G_BEGIN_DECLS

typedef struct {
  guint status;
  BullaReason fault;
  GHashTable *headers; /* owned; header name -> value */
  char *sha256;        /* owned; SHA-256 of the body; NULL if it was not read */
  guint64 length;
} BullaCliDiffSide;

typedef struct {
  BullaCliDiffSide a, b;
} BullaCliDiff;

gboolean bulla_cli_diff_read (BullaCliDiffSide *side, BullaCliBundle *bundle,
                              BullaCliResponse *response, GError **error);
gboolean bulla_cli_diff_is_empty (const BullaCliDiff *self);
char *bulla_cli_diff_to_text (const BullaCliDiff *self);
JsonNode *bulla_cli_diff_to_json (const BullaCliDiff *self, const char *url, guint variant);
void bulla_cli_diff_clear (BullaCliDiff *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCliDiff, bulla_cli_diff_clear)

G_END_DECLS
