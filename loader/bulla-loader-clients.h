/* bulla-loader-clients.h - finds client files: shipped ones, the user's, and files by path
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-client.h"

G_BEGIN_DECLS

/* The client whose Accept the gateway uses for the parts of a page: the engine of the shell. */
#define BULLA_CLIENT_OF_SHELL "webkitgtk-2.50"

BullaClient *bulla_client_load (const char *name_or_file, GError **error);
BullaClient *bulla_client_load_of_shell (GError **error);
char **bulla_client_list (void);
char *bulla_client_dup_location (const char *name);

G_END_DECLS
