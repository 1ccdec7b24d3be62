/* bulla-validity-facts.h - what the publisher answered at the validity URL of a signature, and when
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-parsed-part.h"

G_BEGIN_DECLS

/**
 * BullaValidityOutcome:
 * @BULLA_VALIDITY_UNKNOWN: nobody was asked, or no answer has come yet
 * @BULLA_VALIDITY_REFRESHED: a new signature passed the full verification
 * @BULLA_VALIDITY_NOTHING_NEW: the answer has no signature that is new and valid
 * @BULLA_VALIDITY_UPDATE_AVAILABLE: as before, and the publisher has a newer version
 * @BULLA_VALIDITY_WITHDRAWN: the answer has no signatures
 * @BULLA_VALIDITY_UNREACHABLE: no answer, or one with another HTTP status than 200
 * @BULLA_VALIDITY_MALFORMED: the answer is not validity data
 *
 * Spec: IMPL 3.6.
 */
typedef enum {
  BULLA_VALIDITY_UNKNOWN,
  BULLA_VALIDITY_REFRESHED,
  BULLA_VALIDITY_NOTHING_NEW,
  BULLA_VALIDITY_UPDATE_AVAILABLE,
  BULLA_VALIDITY_WITHDRAWN,
  BULLA_VALIDITY_UNREACHABLE,
  BULLA_VALIDITY_MALFORMED,
} BullaValidityOutcome;

/* One question at a validity URL. Strings are borrowed from the BullaFacts. */
typedef struct {
  BullaValidityOutcome outcome;
  const char *url;    /* NULL if nobody was asked */
  gboolean blocking;  /* whether the verdict waited for the answer */
  guint http_status;  /* 0 without a response */
  guint n_signatures; /* number of signatures in the answer */
  guint n_valid;      /* number of these that passed the full verification */
  BullaKnown update;  /* whether the answer announces a newer version */
  gint64 update_size; /* bytes of the newer version, as announced; -1 if the answer has no size */
  gint64 started;     /* when the request was sent, Unix seconds */
  gint64 duration;    /* µs from the request to the answer, or to giving up; -1 before */
  gint64 verdict;     /* µs from the request to the verdict on the package; -1 before */
  guint64 delivered;  /* bytes of the body that had been delivered when the answer came */
  const char *error;  /* what went wrong; NULL if nothing did */
} BullaValidityFacts;

/* the facts before anybody is asked */
#define BULLA_VALIDITY_FACTS_NONE                                                                  \
  {                                                                                                \
    .update_size = -1, .duration = -1, .verdict = -1                                               \
  }

const char *bulla_validity_outcome_get_nick (BullaValidityOutcome outcome);

G_END_DECLS
