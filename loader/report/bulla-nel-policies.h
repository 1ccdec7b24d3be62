/* bulla-nel-policies.h - stores the NEL policies of all origins until they expire
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-nel-policy.h"

G_BEGIN_DECLS

#define BULLA_NEL_ORIGINS_MAX 512    /* all partitions; drops the least recently used origins */
#define BULLA_NEL_STALE_AFTER 172800 /* seconds; an older policy is used once more */

/* The parts of a response that concern reports. */
typedef struct {
  const char *url;
  const char *address;   /* NULL if unknown; IP address of the server */
  const char *nel;       /* NULL if absent; several fields are joined by commas */
  const char *report_to; /* NULL if absent; the value of Report-To */
  gboolean is_suffix;    /* the host is a public suffix, so its headers are ignored */
} BullaNelResponse;

/* A transfer that may be reported. */
typedef struct {
  const char *url;
  const char *address; /* NULL if unknown; IP address of the server */
  gboolean success;    /* selects the success fraction or the failure fraction */
} BullaNelOccasion;

typedef enum {
  BULLA_NEL_DUE,
  BULLA_NEL_NO_POLICY,
  BULLA_NEL_NOT_SAMPLED,
  BULLA_NEL_SUBDOMAIN,       /* the policy is of a parent host, which gets reports about DNS only */
  BULLA_NEL_ADDRESS_CHANGED, /* the server's address differs from that of the policy's server */
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
