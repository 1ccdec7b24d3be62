/* bulla-nel-policies.h - the policies of all origins, for as long as each of them said
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-nel-policy.h"

G_BEGIN_DECLS

#define BULLA_NEL_ORIGINS_MAX 512    /* in all partitions; the least recently used are dropped */
#define BULLA_NEL_FAILURES_MAX 5     /* consecutive failures of a collector */
#define BULLA_NEL_STALE_AFTER 172800 /* seconds; such a policy is used once more */
#define BULLA_NEL_RETRY_SECONDS 60   /* after a first failure; twice as long after each other */

/* The parts of a response that concern reports. */
typedef struct {
  const char *url;
  const char *address;   /* nullable; IP address of the server */
  const char *nel;       /* nullable; several fields are joined by commas */
  const char *report_to; /* nullable; the value of Report-To */
  gboolean is_suffix;    /* the host is a public suffix, so its headers are ignored */
} BullaNelResponse;

/* A transfer that may be reported. */
typedef struct {
  const char *url;
  const char *address; /* nullable; IP address of the server */
  gboolean success;    /* which of the two fractions counts */
} BullaNelOccasion;

typedef enum {
  BULLA_NEL_DUE,
  BULLA_NEL_NO_POLICY,
  BULLA_NEL_NOT_SAMPLED,
  BULLA_NEL_SUBDOMAIN,       /* policy of a parent host, which gets reports about DNS only */
  BULLA_NEL_ADDRESS_CHANGED, /* another server than the one the policy is from */
} BullaNelAnswer;

typedef struct _BullaNelPolicies BullaNelPolicies;

BullaNelPolicies *bulla_nel_policies_new (void);
void bulla_nel_policies_free (BullaNelPolicies *self);
void bulla_nel_policies_note (BullaNelPolicies *self, const char *partition,
                              const BullaNelResponse *response, gint64 now);
BullaNelAnswer bulla_nel_policies_ask (BullaNelPolicies *self, const char *partition,
                                       const BullaNelOccasion *occasion, double random, gint64 now,
                                       double *fraction, char **group);
char *bulla_nel_policies_choose (BullaNelPolicies *self, const char *partition, const char *url,
                                 const char *group, double random, gint64 now);
void bulla_nel_policies_note_delivery (BullaNelPolicies *self, const char *partition,
                                       const char *url, const char *group, const char *endpoint,
                                       guint status, gint64 now);
void bulla_nel_policies_forget (BullaNelPolicies *self, const char *prefix);
guint bulla_nel_policies_get_n_origins (BullaNelPolicies *self);
const char *bulla_nel_answer_get_nick (BullaNelAnswer answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaNelPolicies, bulla_nel_policies_free)

G_END_DECLS
