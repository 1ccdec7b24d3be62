/* bulla-cli-variants-junit.h - writes choices as JUnit XML, a case for each
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

char *bulla_cli_choices_to_junit (const BullaCliChoices *choices, guint n_clients);
char *bulla_cli_choice_dup_trace (const BullaCliChoice *choice);

G_END_DECLS
