/* bulla-cli-verify-command.h - words of the command that verifies what was just made
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

char *bulla_cli_dup_verify_command (const char *authority, GBytes *chain, int64_t date);

G_END_DECLS
