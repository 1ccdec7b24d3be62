/* bulla-explain.h - translates reasons and verdicts into the user's language
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "bulla-reason.h"
#include "bulla-verdict.h"

G_BEGIN_DECLS

#define BULLA_TYPE_EXPLANATION (bulla_explanation_get_type ())
typedef struct _BullaExplanation BullaExplanation;

BULLA_API GType bulla_explanation_get_type (void);
BULLA_API BullaExplanation *bulla_explain (BullaReason reason);
BULLA_API BullaExplanation *bulla_explanation_ref (BullaExplanation *self);
BULLA_API void bulla_explanation_unref (BullaExplanation *self);
BULLA_API const char *bulla_explanation_get_meaning (const BullaExplanation *self);
BULLA_API const char *bulla_explanation_get_impact (const BullaExplanation *self);
BULLA_API const char *bulla_explanation_get_remedy (const BullaExplanation *self);
BULLA_API const char *bulla_explanation_get_spec (const BullaExplanation *self);

void bulla_explain_bind (void);
BULLA_API const char *bulla_explain_text (const char *text);
BULLA_API char *bulla_explain_observed (const BullaVerdict *verdict, guint step);
BULLA_API char *bulla_explain_required (const BullaVerdict *verdict, guint step);
BULLA_API char *bulla_explain_verdict (const BullaVerdict *verdict, gboolean every_step);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaExplanation, bulla_explanation_unref)

G_END_DECLS
