/* bulla-nel-policy.h - what the fields NEL and Report-To ask for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_NEL_VALUE_MAX 16384   /* bytes of a field */
#define BULLA_NEL_GROUPS_MAX 16     /* in one Report-To header */
#define BULLA_NEL_ENDPOINTS_MAX 16  /* in one group */
#define BULLA_NEL_NAME_MAX 256      /* bytes of a group's name */
#define BULLA_NEL_URL_MAX 2048      /* bytes of an endpoint's */
#define BULLA_NEL_AGE_MAX 315360000 /* seconds; a longer max_age counts as this */

/* The value of a NEL header. */
typedef struct {
  char *group;    /* owned; NULL: the policy was withdrawn */
  gint64 max_age; /* seconds; 0: the policy is withdrawn */
  gboolean subdomains;
  double success, failure; /* fractions, from 0 to 1 */
} BullaNelPolicy;

/* A collector of reports. */
typedef struct {
  char *url; /* owned; https, without fragment */
  guint priority, weight;
  guint failures;
  gint64 retry_after; /* Unix seconds */
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
