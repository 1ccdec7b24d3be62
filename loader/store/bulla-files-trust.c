/* bulla-files-trust.c - what the kept files add to a trust
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-files-trust.h"

#include "bulla-log-list-store.h"
#include "bulla-revocation-store.h"
#include "bulla-trust-internal.h"

/**
 * bulla_files_fill_trust: (skip)
 * @self: a store
 * @at: the time that packages are judged at, in Unix seconds; -1: now
 * @with_logs: whether the log list in effect at that time is used; not if the user names another
 * @trust: a trust
 *
 * Adds the log list and the local revocation list. Files that are damaged are set aside, and
 * bulla_files_steal_notice() says so.
 */
void
bulla_files_fill_trust (BullaFiles *self, gint64 at, gboolean with_logs, BullaTrust *trust)
{
  gint64 now = at >= 0 ? at : g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (BullaLogList) logs = with_logs ? bulla_log_list_store_find (self, now) : NULL;
  g_autoptr (BullaRevocations) revocations = bulla_revocation_store_load (self);

  if (logs != NULL)
    bulla_trust_add_log_list (trust, logs);
  if (bulla_revocations_get_n (revocations) > 0)
    bulla_trust_set_revocations (trust, g_steal_pointer (&revocations));
}
