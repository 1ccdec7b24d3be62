/* bulla-cli-unfinished.h - removes unfinished files and folders when the command is interrupted
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Between these two calls signals that end the process wait, so that what was made is also listed,
 * or what was moved to its place is not listed any more. The calls do not nest. */
void bulla_cli_unfinished_lock (void);
void bulla_cli_unfinished_unlock (void);

/* Only between the calls above. */
void bulla_cli_unfinished_add (const char *path);
void bulla_cli_unfinished_remove (const char *path);

/* Removes a file, or a folder with all that is in it; links are not followed. */
void bulla_cli_unfinished_delete (const char *path);

void bulla_cli_unfinished_watch (int exit_status);

G_END_DECLS
