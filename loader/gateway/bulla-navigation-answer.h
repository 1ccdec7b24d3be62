/* bulla-navigation-answer.h - the response to one navigation, for comparison with the view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-bundle.h"
#include "bulla-load.h"

G_BEGIN_DECLS

/**
 * BullaAnswerKind:
 * @BULLA_ANSWER_LIVE: the server's own response
 * @BULLA_ANSWER_SUBSTITUTED: a verified package's response
 * @BULLA_ANSWER_FELL_BACK: the server's own response, after a package did not serve
 */
typedef enum {
  BULLA_ANSWER_LIVE,
  BULLA_ANSWER_SUBSTITUTED,
  BULLA_ANSWER_FELL_BACK,
} BullaAnswerKind;

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

#define BULLA_TYPE_ANSWER (bulla_answer_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaAnswer, bulla_answer, BULLA, ANSWER, GObject)

BULLA_API const char *bulla_answer_get_id (BullaAnswer *self);
BULLA_API const char *bulla_answer_get_url (BullaAnswer *self);
BULLA_API BullaAnswerKind bulla_answer_get_kind (BullaAnswer *self);
BULLA_API guint bulla_answer_get_click (BullaAnswer *self);
BULLA_API gboolean bulla_answer_is_since (BullaAnswer *self, gint64 time);
BULLA_API gboolean bulla_answer_is_frame (BullaAnswer *self);
BULLA_API gboolean bulla_answer_is_truncated (BullaAnswer *self);
BULLA_API BullaLoad *bulla_answer_get_load (BullaAnswer *self);
BULLA_API BullaBundle *bulla_answer_get_bundle (BullaAnswer *self);
BULLA_API BullaUncompared bulla_answer_get_uncompared (BullaAnswer *self);
BULLA_API guint64 bulla_answer_get_n_hashed (BullaAnswer *self);
BULLA_API BullaConfirmation bulla_answer_confirm (BullaAnswer *self, const char *url, guint status,
                                                  GHashTable *headers, const guint8 *digest,
                                                  char **difference);

G_END_DECLS
