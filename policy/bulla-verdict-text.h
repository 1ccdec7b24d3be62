/* bulla-verdict-text.h - formats a verdict in the language of its reader
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-verdict.h"

G_BEGIN_DECLS

/* Returns: a translation of @text, which is English and not empty, or @text itself */
typedef const char *(*BullaTranslateFunc) (const char *text);

const char *bulla_text_translate (const char *text, BullaTranslateFunc translate);
char *bulla_verdict_translate (const BullaVerdict *self, gboolean every_step,
                               BullaTranslateFunc translate);
char *bulla_verdict_translate_observed (const BullaVerdict *self, guint step,
                                        BullaTranslateFunc translate);
gint bulla_verdict_find_deciding_step (const BullaVerdict *self);
char *bulla_verdict_translate_why (const BullaVerdict *self, BullaTranslateFunc translate);
char *bulla_verdict_translate_required (const BullaVerdict *self, guint step,
                                        BullaTranslateFunc translate);

G_END_DECLS
