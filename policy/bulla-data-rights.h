/* bulla-data-rights.h - what a substituted page may leave behind: storage, workers, permissions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-profile.h"

G_BEGIN_DECLS

/**
 * BullaDataChoice:
 * @BULLA_DATA_ALLOW: the page shares everything with the publisher's live pages
 * @BULLA_DATA_PARTITION: its data are kept apart, one partition for each distributor
 * @BULLA_DATA_UNTIL_CONFIRMED: its data are kept apart, and removed when the page is left, unless
 *   the publisher's own server sent a page meanwhile
 * @BULLA_DATA_DENY: it can neither store anything, nor register service workers, nor be granted
 *   permissions
 *
 * The values of the setting `substituted.data`.
 */
typedef enum {
  BULLA_DATA_ALLOW,
  BULLA_DATA_PARTITION,
  BULLA_DATA_UNTIL_CONFIRMED,
  BULLA_DATA_DENY
} BullaDataChoice;

/**
 * BullaDataRights:
 * @apart: the page does not share the storage of live pages
 * @stores: cookies, localStorage, IndexedDB, caches and service workers work
 * @asks: the page may ask for permissions, as geolocation; otherwise each is denied
 * @lasts: its data stay after the page is left
 * @partition: (owned) (nullable): the origin by which data that are kept apart are found again;
 *   %NULL where no other page gets them
 */
typedef struct {
  gboolean apart, stores, asks, lasts;
  char *partition;
} BullaDataRights;

BULLA_API BullaDataChoice bulla_data_get_choice (const BullaProfile *profile);
BULLA_API void bulla_data_judge (const BullaProfile *profile, const char *publisher,
                                 const char *distributor, gboolean confirmed,
                                 BullaDataRights *rights);
BULLA_API void bulla_data_rights_clear (BullaDataRights *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaDataRights, bulla_data_rights_clear)

G_END_DECLS
