/* bulla-shell-store.h - opens the store of the shell, and records accepted exchanges in it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-exchange-recorder.h"
#include "bulla-options.h"

G_BEGIN_DECLS

gboolean bulla_shell_store_open (BullaLoader *loader, const BullaOptions *options,
                                 BullaExchangeRecorder **recorder, GError **error);

G_END_DECLS
