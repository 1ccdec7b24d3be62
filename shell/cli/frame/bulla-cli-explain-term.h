/* bulla-cli-explain-term.h - explains words that are not reasons: outcomes, findings, report types
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* a word and what it means */
typedef struct {
  const char *word;    /* static */
  const char *kind;    /* static; translatable: what the word is */
  const char *meaning; /* static; translatable sentences */
} BullaCliTerm;

const BullaCliTerm *bulla_cli_find_term (const char *word);
const BullaCliTerm *bulla_cli_get_term (guint number);

G_END_DECLS
