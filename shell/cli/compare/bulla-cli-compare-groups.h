/* bulla-cli-compare-groups.h - collects packages that differ, by the rules that differ
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-comparison.h"

G_BEGIN_DECLS

typedef struct _BullaCliCompareGroups BullaCliCompareGroups;

BullaCliCompareGroups *bulla_cli_compare_groups_new (void);
void bulla_cli_compare_groups_free (BullaCliCompareGroups *self);
void bulla_cli_compare_groups_add (BullaCliCompareGroups *self,
                                   const BullaCliComparison *comparison);
void bulla_cli_compare_groups_print (BullaCliCompareGroups *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliCompareGroups, bulla_cli_compare_groups_free)

G_END_DECLS
