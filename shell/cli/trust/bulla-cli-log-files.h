/* bulla-cli-log-files.h - reads exported logs, and declares the verbs below bulla log
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli.h"
#include "bulla-exchange-log.h"

G_BEGIN_DECLS

gboolean bulla_cli_log_read_file (const char *path, BullaExchangeLogFunc func, gpointer user_data,
                                  GError **error);

extern const BullaVerb bulla_verb_log_compare;

G_END_DECLS
