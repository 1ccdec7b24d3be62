/* bulla-navigation-answer.h - the response to one navigation, for comparison with the view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-bundle.h"
#include "bulla-load.h"

G_BEGIN_DECLS

/**
 * BullaNavigationAnswerKind:
 * @BULLA_NAVIGATION_ANSWER_LIVE: the server's own response
 * @BULLA_NAVIGATION_ANSWER_SUBSTITUTED: a verified package's response
 * @BULLA_NAVIGATION_ANSWER_FELL_BACK: the server's own response, after a package did not serve
 */
typedef enum {
  BULLA_NAVIGATION_ANSWER_LIVE,
  BULLA_NAVIGATION_ANSWER_SUBSTITUTED,
  BULLA_NAVIGATION_ANSWER_FELL_BACK,
} BullaNavigationAnswerKind;

/**
 * BullaConfirmation:
 * @BULLA_CONFIRMATION_UNKNOWN: the bodies were not compared: the body is incomplete, too large, or
 *   has a content coding that cannot be decoded here
 * @BULLA_CONFIRMED: URL, status, content type, policy fields and body are those that were sent
 * @BULLA_CONFIRMED_NOT: at least one of them differs
 */
typedef enum {
  BULLA_CONFIRMATION_UNKNOWN,
  BULLA_CONFIRMED,
  BULLA_CONFIRMED_NOT,
} BullaConfirmation;

/**
 * BullaUncompared:
 * @BULLA_UNCOMPARED_NOT: the body can be compared
 * @BULLA_UNCOMPARED_OPEN: the body is still being sent
 * @BULLA_UNCOMPARED_SIZE: the body is too large
 * @BULLA_UNCOMPARED_CODING: the body has a content coding that cannot be decoded here
 * @BULLA_UNCOMPARED_BREAK: the body was cut short
 *
 * Why the body of a response cannot be compared.
 */
typedef enum {
  BULLA_UNCOMPARED_NOT,
  BULLA_UNCOMPARED_OPEN,
  BULLA_UNCOMPARED_SIZE,
  BULLA_UNCOMPARED_CODING,
  BULLA_UNCOMPARED_BREAK,
} BullaUncompared;

#define BULLA_TYPE_NAVIGATION_ANSWER (bulla_navigation_answer_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaNavigationAnswer, bulla_navigation_answer, BULLA, NAVIGATION_ANSWER,
                      GObject)

BULLA_API const char *bulla_navigation_answer_get_id (BullaNavigationAnswer *self);
BULLA_API const char *bulla_navigation_answer_get_url (BullaNavigationAnswer *self);
BULLA_API BullaNavigationAnswerKind bulla_navigation_answer_get_kind (BullaNavigationAnswer *self);
BULLA_API guint bulla_navigation_answer_get_click (BullaNavigationAnswer *self);
BULLA_API gboolean bulla_navigation_answer_is_since (BullaNavigationAnswer *self, gint64 time);
BULLA_API gboolean bulla_navigation_answer_is_frame (BullaNavigationAnswer *self);
BULLA_API gboolean bulla_navigation_answer_is_truncated (BullaNavigationAnswer *self);
BULLA_API BullaLoad *bulla_navigation_answer_get_load (BullaNavigationAnswer *self);
BULLA_API BullaBundle *bulla_navigation_answer_get_bundle (BullaNavigationAnswer *self);
BULLA_API BullaVerdict *bulla_navigation_answer_get_verdict (BullaNavigationAnswer *self);
BULLA_API BullaUncompared bulla_navigation_answer_get_uncompared (BullaNavigationAnswer *self);
BULLA_API guint64 bulla_navigation_answer_get_n_hashed (BullaNavigationAnswer *self);
BULLA_API BullaConfirmation bulla_navigation_answer_confirm (BullaNavigationAnswer *self,
                                                             const char *url, guint status,
                                                             GHashTable *headers,
                                                             const guint8 *digest,
                                                             char **difference);

G_END_DECLS
