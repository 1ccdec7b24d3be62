/* bulla-cli-inspect-body.h - decodes the bodies of exchanges in the old versions b1 and b2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-facts.h"
#include "bulla-sxg-layout.h"

G_BEGIN_DECLS

GInputStream *bulla_cli_inspect_open_old_body (GBytes *package, const BullaSxgLayout *layout,
                                               const GArray *fields, BullaFacts *facts);

G_END_DECLS
