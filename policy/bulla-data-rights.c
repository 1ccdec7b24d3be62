/* bulla-data-rights.c - decides what a substituted page may leave behind
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-data-rights.h"

#include "bulla-settings.h"
#include "bulla-url.h"

/**
 * bulla_data_get_choice:
 * @profile: a profile
 *
 * Returns: its setting `substituted.data`
 */
BullaDataChoice
bulla_data_get_choice (const BullaProfile *profile)
{
  return bulla_profile_get_settings (profile)->substituted_data;
}

/**
 * bulla_data_judge: (skip)
 * @profile: a profile
 * @publisher: the https URL at which the page is shown
 * @distributor: (nullable): the https URL that delivered the package; %NULL for a file
 * @confirmed: whether the publisher's own server has sent a page of that origin over TLS
 * @rights: (out caller-allocates): what the page may leave behind
 *
 * A file has no origin: in `partition` its page gets a partition that no other page has.
 *
 * Spec: policy.md R61, R62 and R64 (C12).
 */
void
bulla_data_judge (const BullaProfile *profile, const char *publisher, const char *distributor,
                  gboolean confirmed, BullaDataRights *rights)
{
  *rights = (BullaDataRights){.apart = TRUE};
  switch (bulla_data_get_choice (profile)) {
  case BULLA_DATA_ALLOW:
    *rights = (BullaDataRights){.apart = FALSE, .stores = TRUE, .asks = TRUE, .lasts = TRUE};
    break;
  case BULLA_DATA_PARTITION:
    rights->partition = distributor != NULL ? bulla_url_dup_origin (distributor) : NULL;
    rights->stores = rights->asks = TRUE;
    rights->lasts = rights->partition != NULL;
    break;
  case BULLA_DATA_UNTIL_CONFIRMED:
    rights->partition = bulla_url_dup_origin (publisher);
    rights->stores = TRUE;
    rights->asks = confirmed;
    rights->lasts = confirmed && rights->partition != NULL;
    break;
  case BULLA_DATA_DENY:
  default:
    break;
  }
}

/* Frees what @self points to. */
void
bulla_data_rights_clear (BullaDataRights *self)
{
  g_clear_pointer (&self->partition, g_free);
}
