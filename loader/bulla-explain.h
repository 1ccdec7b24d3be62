/* bulla-explain.h - what a reason means, and what to do about it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "bulla-reason.h"

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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaExplanation, bulla_explanation_unref)

G_END_DECLS
