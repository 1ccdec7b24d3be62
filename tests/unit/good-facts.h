/* good-facts.h - provides facts of valid packages, and for each reason one change that breaks them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-rule.h"

G_BEGIN_DECLS

#define GOOD_NOW G_GINT64_CONSTANT (1795402800)
#define GOOD_DAY G_GINT64_CONSTANT (86400)
#define GOOD_URL "https://publisher.test/article.html"

BullaFacts *good_facts_new (void);
/* Returns facts of a bundle, and of a response in it that is covered by a subset. */
BullaFacts *good_facts_new_bundle (void);
BullaFacts *good_facts_new_response (void);
void good_facts_add_integrity (BullaFacts *facts);
/* Says whether facts of that form can give that reason. */
gboolean good_facts_has_reason (BullaForm form, BullaReason reason);
void good_facts_set_header (BullaFacts *facts, const char *name, const char *value);
/* Breaks the facts. Returns: FALSE if no facts give that reason */
gboolean good_facts_breaks (BullaReason reason);
gboolean good_facts_spoil (BullaFacts *facts, BullaReason reason);
/* Returns the shipped profile that requires the rule of @reason. */
const char *good_facts_profile_for (BullaReason reason);

G_END_DECLS
