/* bulla-nel-policies.c - stores the NEL policies of all origins until they expire
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: Network Error Logging, "Policy cache" and "Report delivery"; Network Reporting API,
 * "Send reports". Nothing is stored on disk; the time and random numbers are arguments. */
#include "bulla-nel-policies.h"

#include <string.h>

#include "bulla-report-collector-retry.h"
#include "bulla-url.h"

/* The policies of one origin in one partition. */
typedef struct {
  char *partition, *origin, *host; /* owned */
  BullaNelPolicy policy;           /* max_age is 0 without a policy */
  char *address;                   /* owned; NULL if unknown; IP address that sent the policy */
  gint64 policy_since;             /* Unix time in s at which the policy was received */
  GPtrArray *groups;               /* owned BullaNelGroup; NULL before a Report-To header */
  gint64 groups_since;
  guint64 used; /* serial number of the last use */
} Site;

struct _BullaNelPolicies {
  GPtrArray *sites; /* owned Site; few enough to be searched in order */
  guint64 serial;
};

static void
site_free (gpointer data)
{
  Site *site = data;

  g_free (site->partition);
  g_free (site->origin);
  g_free (site->host);
  bulla_nel_policy_clear (&site->policy);
  g_free (site->address);
  g_clear_pointer (&site->groups, g_ptr_array_unref);
  g_free (site);
}

BullaNelPolicies *
bulla_nel_policies_new (void)
{
  BullaNelPolicies *self = g_new0 (BullaNelPolicies, 1);

  self->sites = g_ptr_array_new_with_free_func (site_free);
  return self;
}

void
bulla_nel_policies_free (BullaNelPolicies *self)
{
  g_ptr_array_unref (self->sites);
  g_free (self);
}

/* Parses a URL without its fragment. NEL covers secure origins only, and excludes http on
 * loopback. */
static gboolean
parse (BullaUrl *url, const char *text)
{
  BullaReason reason;
  const char *detail;

  return bulla_url_parse (url, text, strcspn (text, "#"), &reason, &detail) && url->https;
}

static Site *
find_site (BullaNelPolicies *self, const char *partition, const char *origin)
{
  for (guint i = 0; i < self->sites->len; i++) {
    Site *site = self->sites->pdata[i];
    if (g_str_equal (site->origin, origin) && g_str_equal (site->partition, partition))
      return site;
  }
  return NULL;
}

static void
make_room (BullaNelPolicies *self)
{
  guint oldest = 0;

  if (self->sites->len < BULLA_NEL_ORIGINS_MAX)
    return;
  for (guint i = 1; i < self->sites->len; i++)
    if (((Site *)self->sites->pdata[i])->used < ((Site *)self->sites->pdata[oldest])->used)
      oldest = i;
  g_ptr_array_remove_index_fast (self->sites, oldest);
}

static Site *
ensure (BullaNelPolicies *self, const char *partition, const BullaUrl *url)
{
  Site *site = find_site (self, partition, url->origin);

  if (site == NULL) {
    make_room (self);
    site = g_new0 (Site, 1);
    site->partition = g_strdup (partition);
    site->origin = g_strdup (url->origin);
    site->host = g_strdup (url->host);
    g_ptr_array_add (self->sites, site);
  }
  site->used = ++self->serial;
  return site;
}

static gboolean
has_policy (const Site *site, gint64 now)
{
  return site->policy.max_age > 0 && now - site->policy_since <= site->policy.max_age;
}

static void
drop_policy (Site *site)
{
  bulla_nel_policy_clear (&site->policy);
  site->policy = (BullaNelPolicy){0};
  g_clear_pointer (&site->address, g_free);
}

static void
drop_if_empty (BullaNelPolicies *self, Site *site)
{
  if (site->policy.max_age == 0 && (site->groups == NULL || site->groups->len == 0))
    g_ptr_array_remove_fast (self->sites, site);
}

/* --- storing policies and groups */

static void
set_policy (Site *site, const BullaNelResponse *response, gint64 now)
{
  BullaNelPolicy policy;

  if (response->nel == NULL || !bulla_nel_policy_parse (&policy, response->nel))
    return;
  drop_policy (site);
  site->policy = policy;
  site->policy.subdomains = policy.subdomains && !response->is_suffix;
  site->address = g_strdup (response->address);
  site->policy_since = now;
}

static void
set_groups (Site *site, const BullaNelResponse *response, gint64 now)
{
  g_autoptr (GPtrArray) groups = response->report_to != NULL
                                     ? bulla_nel_groups_parse (response->report_to, response->url)
                                     : NULL;

  if (groups == NULL)
    return;
  for (guint i = groups->len; i-- > 0;) {
    BullaNelGroup *group = groups->pdata[i];
    group->subdomains = group->subdomains && !response->is_suffix;
    if (group->max_age == 0 || group->endpoints->len == 0)
      g_ptr_array_remove_index (groups, i);
  }
  g_clear_pointer (&site->groups, g_ptr_array_unref);
  site->groups = g_steal_pointer (&groups);
  site->groups_since = now;
}

/**
 * bulla_nel_policies_note: (skip)
 * @self: policies
 * @partition: network partition; a policy is only used in the partition in which it was received
 * @response: a response from the network
 * @now: Unix seconds
 *
 * Spec: NEL "Process policy headers". Policies of http responses and malformed ones are ignored.
 */
void
bulla_nel_policies_note (BullaNelPolicies *self, const char *partition,
                         const BullaNelResponse *response, gint64 now)
{
  g_auto (BullaUrl) url = {0};

  if ((response->nel == NULL && response->report_to == NULL) || !parse (&url, response->url))
    return;
  Site *site = ensure (self, partition, &url);
  set_policy (site, response, now);
  set_groups (site, response, now);
  drop_if_empty (self, site);
}

/* --- deciding whether to report */

/* RFC 6797, 8.2: whether @host is a parent domain of @of */
static gboolean
is_above (const char *host, const char *of)
{
  size_t above = strlen (host), below = strlen (of);

  return below > above && of[below - above - 1] == '.' && g_str_equal (of + below - above, host)
         && !g_hostname_is_ip_address (of);
}

typedef gboolean (*SiteFunc) (const Site *site, const char *group, gint64 now);

/* Finds the nearest parent host that @has accepts and whose policy includes subdomains. */
static Site *
find_above (BullaNelPolicies *self, const char *partition, const char *host, SiteFunc has,
            const char *group, gint64 now)
{
  Site *nearest = NULL;

  for (guint i = 0; i < self->sites->len; i++) {
    Site *site = self->sites->pdata[i];
    if (g_str_equal (site->partition, partition) && is_above (site->host, host)
        && has (site, group, now)
        && (nearest == NULL || strlen (site->host) > strlen (nearest->host)))
      nearest = site;
  }
  return nearest;
}

static gboolean
has_policy_below (const Site *site, const char *group, gint64 now)
{
  return site->policy.subdomains && has_policy (site, now);
}

/* A fraction of 0 reports nothing, even if the random number is 0. */
static gboolean
is_sampled (double fraction, double random)
{
  return fraction >= 1.0 || random < fraction;
}

/**
 * bulla_nel_policies_ask: (skip)
 * @self: policies
 * @partition: network partition
 * @occasion: the transfer
 * @random: a random number in [0, 1) that decides whether this transfer is sampled
 * @now: Unix seconds
 * @fraction: (out): the sampling fraction; set if a report is due
 * @group: (out) (transfer full): the group that receives the report; set if a report is due
 *
 * Spec: NEL "Generate a network error report"; LOAD "Queuing signed exchange report", which does
 * not report what NEL calls `dns.address_changed`.
 *
 * Returns: whether a report is due
 */
BullaNelAnswer
bulla_nel_policies_ask (BullaNelPolicies *self, const char *partition,
                        const BullaNelOccasion *occasion, double random, gint64 now,
                        double *fraction, char **group)
{
  g_auto (BullaUrl) url = {0};

  if (!parse (&url, occasion->url))
    return BULLA_NEL_NO_POLICY;
  Site *own = find_site (self, partition, url.origin);
  if (own != NULL && !has_policy (own, now))
    own = NULL;
  Site *site =
      own != NULL ? own : find_above (self, partition, url.host, has_policy_below, NULL, now);
  if (site == NULL)
    return BULLA_NEL_NO_POLICY;
  site->used = ++self->serial;
  double rate = occasion->success ? site->policy.success : site->policy.failure;
  if (!is_sampled (rate, random))
    return BULLA_NEL_NOT_SAMPLED;
  if (own == NULL)
    return BULLA_NEL_SUBDOMAIN;
  if (occasion->address != NULL && g_strcmp0 (occasion->address, site->address) != 0)
    return BULLA_NEL_ADDRESS_CHANGED;
  *fraction = rate;
  *group = g_strdup (site->policy.group);
  if (now - site->policy_since > BULLA_NEL_STALE_AFTER)
    drop_policy (site); /* the groups are still needed */
  return BULLA_NEL_DUE;
}

const char *
bulla_nel_answer_get_nick (BullaNelAnswer answer)
{
  static const char *const nicks[] = {"due", "no-policy", "not-sampled", "subdomain",
                                      "address-changed"};

  return nicks[answer];
}

/* --- choosing a collector */

static BullaNelGroup *
find_group (const Site *site, const char *name, gint64 now)
{
  for (guint i = 0; site->groups != NULL && i < site->groups->len; i++) {
    BullaNelGroup *group = site->groups->pdata[i];
    if (g_str_equal (group->name, name))
      return now - site->groups_since <= group->max_age ? group : NULL;
  }
  return NULL;
}

static gboolean
has_group_below (const Site *site, const char *name, gint64 now)
{
  const BullaNelGroup *group = find_group (site, name, now);

  return group != NULL && group->subdomains
         && bulla_report_choose_collector (group, 0.0, now) != NULL;
}

static BullaNelGroup *
group_for (BullaNelPolicies *self, const char *partition, const char *text, const char *name,
           gint64 now)
{
  g_auto (BullaUrl) url = {0};

  if (!parse (&url, text))
    return NULL;
  Site *own = find_site (self, partition, url.origin);
  BullaNelGroup *group = own != NULL ? find_group (own, name, now) : NULL;
  if (group != NULL && bulla_report_choose_collector (group, 0.0, now) != NULL)
    return group;
  Site *above = find_above (self, partition, url.host, has_group_below, name, now);
  return above != NULL ? find_group (above, name, now) : group;
}

/**
 * bulla_nel_policies_choose: (skip)
 * @self: policies
 * @partition: network partition
 * @url: the URL that the report is about
 * @group: the group that the policy names
 * @random: a random number in [0, 1) that selects one of several collectors
 * @now: Unix seconds
 *
 * Returns: (transfer full) (nullable): the URL of a collector
 */
char *
bulla_nel_policies_choose (BullaNelPolicies *self, const char *partition, const char *url,
                           const char *group, double random, gint64 now)
{
  const BullaNelGroup *found = group_for (self, partition, url, group, now);
  const BullaNelEndpoint *endpoint =
      found != NULL ? bulla_report_choose_collector (found, random, now) : NULL;

  return endpoint != NULL ? g_strdup (endpoint->url) : NULL;
}

/**
 * bulla_nel_policies_note_delivery: (skip)
 * @self: policies
 * @partition: network partition
 * @url: the URL that the report is about
 * @group: the group that the policy names
 * @endpoint: the collector that was tried
 * @status: HTTP status of its response; 0 if there was none
 * @now: Unix seconds
 *
 * Does nothing if the policy no longer has the group.
 */
void
bulla_nel_policies_note_delivery (BullaNelPolicies *self, const char *partition, const char *url,
                                  const char *group, const char *endpoint, guint status, gint64 now)
{
  BullaNelGroup *found = group_for (self, partition, url, group, now);

  if (found != NULL)
    bulla_report_note_delivery (found, endpoint, status, now);
}

/**
 * bulla_nel_policies_forget: (skip)
 * @self: policies
 * @prefix: common prefix of the partitions
 *
 * Removes the policies and groups of these partitions.
 */
void
bulla_nel_policies_forget (BullaNelPolicies *self, const char *prefix)
{
  for (guint i = self->sites->len; i-- > 0;)
    if (g_str_has_prefix (((Site *)self->sites->pdata[i])->partition, prefix))
      g_ptr_array_remove_index_fast (self->sites, i);
}

guint
bulla_nel_policies_get_n_origins (BullaNelPolicies *self)
{
  return self->sites->len;
}
