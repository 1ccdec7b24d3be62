/* command-kit.h - runs bulla gateway as typed, with the curl command that it prints
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-gateway-world.h"

G_BEGIN_DECLS

/* Returns: (transfer full): the output up to the first line with @part in it */
char *command_kit_read_until (GDataInputStream *out, const char *part);
/* Returns: (transfer full): the line that begins with @start, without @start */
char *command_kit_find_line (const char *text, const char *start);
/* Returns: the exit status */
int command_kit_wait_for (GSubprocess *process);
/* Runs the line that the command printed, for @url. Returns: (transfer full): what it printed */
char *command_kit_run_curl (const char *printed, const char *url);
/* Starts a gateway for the world. @option: (nullable): a further one, with @value */
GSubprocess *command_kit_start (GatewayWorld *self, const char *ledger, const char *option,
                                const char *value);

G_END_DECLS
