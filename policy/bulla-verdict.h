/* bulla-verdict.h - a verdict: the outcome, and every rule that was checked
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_OUTCOME_SUBSTITUTE,
  BULLA_OUTCOME_SEPARATE_ORIGIN,
  BULLA_OUTCOME_FALL_BACK,
  BULLA_OUTCOME_REFUSE,
  BULLA_OUTCOME_NOT_A_PACKAGE, /* treated as an ordinary response: neither judged nor changed */
} BullaOutcome;

typedef enum {
  BULLA_REPLY_SERVE,
  BULLA_REPLY_NETWORK,
  BULLA_REPLY_REFUSE,
  BULLA_REPLY_ASK, /* the user is asked whether to send the request to the network */
} BullaReply;

typedef enum { BULLA_STATE_HELD, BULLA_STATE_BROKEN, BULLA_STATE_UNASKED } BullaState;

typedef enum {
  BULLA_EXPIRES_BY_NONE,
  BULLA_EXPIRES_BY_SIGNATURE,
  BULLA_EXPIRES_BY_CERTIFICATE, /* the leaf, or another certificate of its path */
  BULLA_EXPIRES_BY_OCSP,
  BULLA_EXPIRES_BY_SCT,
  BULLA_EXPIRES_BY_CAA,
  BULLA_EXPIRES_BY_PROFILE,
} BullaExpiresBy;

#define BULLA_TYPE_VERDICT (bulla_verdict_get_type ())
typedef struct _BullaVerdict BullaVerdict;

BULLA_API GType bulla_verdict_get_type (void);
BULLA_API BullaVerdict *bulla_verdict_ref (BullaVerdict *self);
BULLA_API void bulla_verdict_unref (BullaVerdict *self);

BULLA_API BullaOutcome bulla_verdict_get_outcome (const BullaVerdict *self);
BULLA_API BullaReply bulla_verdict_get_reply (const BullaVerdict *self);
BULLA_API BullaReason bulla_verdict_get_reason (const BullaVerdict *self);
BULLA_API const char *bulla_verdict_get_report_type (const BullaVerdict *self);
BULLA_API gint64 bulla_verdict_get_time (const BullaVerdict *self);
BULLA_API gint64 bulla_verdict_get_expires (const BullaVerdict *self);
BULLA_API BullaExpiresBy bulla_verdict_get_expires_by (const BullaVerdict *self);
BULLA_API gint64 bulla_verdict_find_end (const BullaVerdict *self, BullaExpiresBy *by);
BULLA_API const char *bulla_verdict_get_profile_name (const BullaVerdict *self);

BULLA_API guint bulla_verdict_get_n_steps (const BullaVerdict *self);
BULLA_API const char *bulla_verdict_get_rule (const BullaVerdict *self, guint step);
BULLA_API const char *bulla_verdict_get_title (const BullaVerdict *self, guint step);
BULLA_API BullaState bulla_verdict_get_state (const BullaVerdict *self, guint step);
BULLA_API BullaReason bulla_verdict_get_step_reason (const BullaVerdict *self, guint step);
BULLA_API const char *bulla_verdict_get_anchor (const BullaVerdict *self, guint step);
BULLA_API const char *bulla_verdict_get_concerns (const BullaVerdict *self, guint step);
BULLA_API void bulla_verdict_get_range (const BullaVerdict *self, guint step, BullaRange *range);
BULLA_API char *bulla_verdict_dup_observed (const BullaVerdict *self, guint step);
BULLA_API char *bulla_verdict_dup_required (const BullaVerdict *self, guint step);
BULLA_API char *bulla_verdict_dup_why (const BullaVerdict *self);
BULLA_API char *bulla_verdict_dup_leniency (const BullaVerdict *self);
BULLA_API gboolean bulla_verdict_is_on_request (const BullaVerdict *self);
BULLA_API char *bulla_verdict_describe (const BullaVerdict *self, gboolean every_step);

#define BULLA_TYPE_OUTCOME (bulla_outcome_get_type ())
#define BULLA_TYPE_REPLY (bulla_reply_get_type ())
#define BULLA_TYPE_STATE (bulla_state_get_type ())
#define BULLA_TYPE_EXPIRES_BY (bulla_expires_by_get_type ())
BULLA_API GType bulla_outcome_get_type (void);
BULLA_API GType bulla_reply_get_type (void);
BULLA_API GType bulla_state_get_type (void);
BULLA_API GType bulla_expires_by_get_type (void);
BULLA_API const char *bulla_outcome_get_nick (BullaOutcome outcome);
BULLA_API const char *bulla_reply_get_nick (BullaReply reply);
BULLA_API const char *bulla_state_get_nick (BullaState state);
BULLA_API const char *bulla_expires_by_get_nick (BullaExpiresBy by);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaVerdict, bulla_verdict_unref)

G_END_DECLS
