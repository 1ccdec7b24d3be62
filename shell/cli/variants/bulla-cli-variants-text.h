/* bulla-cli-variants-text.h - formats choices and their summary as text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

/* Counts of clients that are left out, over all choices. */
typedef struct {
  guint n_clients, n_resources;           /* of all */
  guint n_left_out, n_resources_left_out; /* clients that get nothing for some resource */
  guint n_undecodable;                    /* clients that cannot decode what they get */
  guint n_unread;                         /* clients whose user does not read what they get */
} BullaCliVariantsSummary;

void bulla_cli_choices_summarise (const BullaCliChoices *choices, guint n_clients,
                                  BullaCliVariantsSummary *summary);
char *bulla_cli_variants_dup_bytes (guint64 bytes);
char *bulla_cli_variants_summary_to_text (const BullaCliVariantsSummary *self);
char *bulla_cli_variants_summary_to_json (const BullaCliVariantsSummary *self, const char *text);
char *bulla_cli_choice_to_text (const BullaCliChoice *choice);
char *bulla_cli_group_to_heading (const BullaCliGroup *group);
char *bulla_cli_choice_dup_key (const BullaCliChoice *choice);
const char *bulla_cli_unusable_get_words (const char *cause);
const char *bulla_cli_grade_get_words (BullaCliGrade grade);

G_END_DECLS
