/* bulla-cli-cite.h - links to the specifications, in terminals that support them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bulla_cli_print_cited (const char *text);

G_END_DECLS
