/* bulla-load-again.h - judges an exchange once more, at the moment of its use
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-context.h"
#include "bulla-load.h"

G_BEGIN_DECLS

BullaVerdict *bulla_load_judge_again (BullaLoad *self, BullaContext *context);
gboolean bulla_load_is_worth_a_question (BullaLoad *self, BullaContext *context);

G_END_DECLS
