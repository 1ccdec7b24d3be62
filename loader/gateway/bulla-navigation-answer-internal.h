/* bulla-navigation-answer-internal.h - functions by which the gateway records what it sends
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-navigation-answer.h"

G_BEGIN_DECLS

#define BULLA_ANSWER_LIVE_MAX (16 << 20) /* most decoded bytes of a live body that are hashed */

/* Bodies are decoded and hashed while they are sent; these limits keep decompression bombs
 * cheap. */
#define BULLA_ANSWER_RATIO_MAX 64         /* most decoded bytes for each coded byte */
#define BULLA_ANSWER_RATIO_FREE (1 << 20) /* decoded bytes to which the ratio does not apply */

BullaAnswer *bulla_answer_new (const char *url, gboolean frame, BullaAnswerKind kind,
                               BullaLoad *load, BullaBundle *bundle);
void bulla_answer_set_private (BullaAnswer *self, gboolean private_peer);
gboolean bulla_answer_is_private (BullaAnswer *self);
void bulla_answer_set_entry (BullaAnswer *self, const char *entry);
const char *bulla_answer_get_entry (BullaAnswer *self);
void bulla_answer_set_click (BullaAnswer *self, guint click);
void bulla_answer_begin (BullaAnswer *self, guint status, SoupMessageHeaders *headers);
void bulla_answer_push (BullaAnswer *self, GBytes *chunk);
void bulla_answer_end (BullaAnswer *self, gboolean whole);

G_END_DECLS
