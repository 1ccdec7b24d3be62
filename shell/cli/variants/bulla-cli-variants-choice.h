/* bulla-cli-variants-choice.h - finds which variant of each URL each client gets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-set.h"
#include "bulla-client.h"
#include "bulla-variants-choose.h"

G_BEGIN_DECLS

/* The grades of a choice; the first five are those of BullaVariantsGrade. */
typedef enum {
  BULLA_CLI_GRADE_FIRST_CHOICE,
  BULLA_CLI_GRADE_LATER_CHOICE,
  BULLA_CLI_GRADE_WILDCARD,
  BULLA_CLI_GRADE_DEFAULT,
  BULLA_CLI_GRADE_NOTHING,
  BULLA_CLI_GRADE_ONLY,      /* nothing is negotiated */
  BULLA_CLI_GRADE_NOT_ASKED, /* the client never requests this kind */
  BULLA_CLI_GRADES_N,
} BullaCliGrade;

typedef struct {
  const BullaCliGroup *group;          /* borrowed */
  const BullaClient *client;           /* borrowed */
  const BullaRequestFacts *request;    /* borrowed; the fields as the client sends them */
  const BullaVariantsRequest *fields;  /* borrowed; parsed, as the profile matches them */
  const BullaVariantsRanking *ranking; /* borrowed; NULL if nothing was negotiated */
  BullaVariantsSelection selection;
  const BullaCliVariant *chosen; /* borrowed; NULL if there is none */
  gint key;                      /* number of the chosen key; -1 if there is none */
  BullaCliGrade grade;
  BullaKnown usable;          /* UNKNOWN if nothing was chosen, or the client file does not say */
  const char *unusable_cause; /* static; NULL unless @usable is NO */
} BullaCliChoice;

typedef struct _BullaCliChoices BullaCliChoices;

BullaCliChoices *bulla_cli_choices_new (const GPtrArray *groups, const GPtrArray *clients,
                                        const BullaSettings *settings);
void bulla_cli_choices_free (BullaCliChoices *self);
guint bulla_cli_choices_get_n (const BullaCliChoices *self);
const BullaCliChoice *bulla_cli_choices_get (const BullaCliChoices *self, guint i);
const char *bulla_cli_grade_get_nick (BullaCliGrade grade);
gboolean bulla_cli_choice_is_left_out (const BullaCliChoice *self);
gboolean bulla_cli_group_shares_response (const BullaCliGroup *group, guint one, guint other);
gboolean bulla_cli_choices_needs (const BullaCliChoices *self, const BullaCliChoice *choice,
                                  guint key);
const char *bulla_cli_choice_get_value (const BullaCliChoice *self, guint axis);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliChoices, bulla_cli_choices_free)

G_END_DECLS
