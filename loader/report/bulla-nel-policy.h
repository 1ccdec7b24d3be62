/* bulla-nel-policy.h - parses the header fields NEL and Report-To
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_NEL_VALUE_MAX 16384   /* most bytes of a field value */
#define BULLA_NEL_GROUPS_MAX 16     /* most groups in one Report-To header */
#define BULLA_NEL_ENDPOINTS_MAX 16  /* most endpoints in one group */
#define BULLA_NEL_NAME_MAX 256      /* most bytes of a group's name */
#define BULLA_NEL_URL_MAX 2048      /* most bytes of an endpoint's URL */
#define BULLA_NEL_AGE_MAX 315360000 /* most seconds of a max_age; longer ones are shortened */

/* The value of a NEL header. */
typedef struct {
  char *group;    /* owned; NULL if the policy was withdrawn */
  gint64 max_age; /* seconds; 0 if the policy is withdrawn */
  gboolean subdomains;
  double success, failure; /* fractions, from 0 to 1 */
} BullaNelPolicy;

/* A collector of reports. */
typedef struct {
  char *url; /* owned; https URL without a fragment */
  guint priority, weight;
  guint failures;
  gint64 retry_after; /* Unix time in s before which it is not used */
} BullaNelEndpoint;

/* A group of collectors, one of which gets each report. */
typedef struct {
  char *name; /* owned */
  gint64 max_age;
  gboolean subdomains;
  GPtrArray *endpoints; /* owned BullaNelEndpoint */
} BullaNelGroup;

gboolean bulla_nel_policy_parse (BullaNelPolicy *self, const char *value);
void bulla_nel_policy_clear (BullaNelPolicy *self);
GPtrArray *bulla_nel_groups_parse (const char *value, const char *url);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaNelPolicy, bulla_nel_policy_clear)

G_END_DECLS
