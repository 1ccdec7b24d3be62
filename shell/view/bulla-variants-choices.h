/* bulla-variants-choices.h - finds which variant of each resource of a package a client gets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-client.h"
#include "bulla-provenance.h"
#include "bulla-settings.h"

G_BEGIN_DECLS

GListModel *bulla_variants_list_choices (BullaProvenance *provenance, const BullaClient *client,
                                         const BullaSettings *settings);

G_END_DECLS
