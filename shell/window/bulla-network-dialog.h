/* bulla-network-dialog.h - asks in a window whether a page of a bundle may use the network
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-network-prompt.h"

G_BEGIN_DECLS

#define BULLA_TYPE_NETWORK_DIALOG (bulla_network_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BullaNetworkDialog, bulla_network_dialog, BULLA, NETWORK_DIALOG, GObject)

BullaNetworkPrompt *bulla_network_dialog_new (void);

G_END_DECLS
