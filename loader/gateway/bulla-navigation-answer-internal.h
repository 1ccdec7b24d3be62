/* bulla-navigation-answer-internal.h - functions by which the gateway records what it sends
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-navigation-answer.h"

G_BEGIN_DECLS

#define BULLA_NAVIGATION_ANSWER_LIVE_MAX                                                           \
  (16 << 20) /* most decoded bytes of a live body that are hashed */

/* Bodies are decoded and hashed while they are sent; these limits keep decompression bombs
 * cheap. */
#define BULLA_NAVIGATION_ANSWER_RATIO_MAX 64 /* most decoded bytes for each coded byte */
#define BULLA_NAVIGATION_ANSWER_RATIO_FREE                                                         \
  (1 << 20) /* decoded bytes to which the ratio does not apply */

BullaNavigationAnswer *bulla_navigation_answer_new (const char *url, gboolean frame,
                                                    BullaNavigationAnswerKind kind, BullaLoad *load,
                                                    BullaBundle *bundle);
void bulla_navigation_answer_set_private (BullaNavigationAnswer *self, gboolean private_peer);
void bulla_navigation_answer_set_verdict (BullaNavigationAnswer *self, BullaVerdict *verdict);
gboolean bulla_navigation_answer_is_private (BullaNavigationAnswer *self);
void bulla_navigation_answer_set_entry (BullaNavigationAnswer *self, const char *entry);
const char *bulla_navigation_answer_get_entry (BullaNavigationAnswer *self);
void bulla_navigation_answer_forget_package (BullaNavigationAnswer *self);
void bulla_navigation_answer_set_click (BullaNavigationAnswer *self, guint click);
void bulla_navigation_answer_begin (BullaNavigationAnswer *self, guint status,
                                    SoupMessageHeaders *headers);
void bulla_navigation_answer_push (BullaNavigationAnswer *self, GBytes *chunk);
void bulla_navigation_answer_end (BullaNavigationAnswer *self, gboolean whole);

G_END_DECLS
