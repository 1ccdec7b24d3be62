/* bulla-printable.h - makes untrusted text safe to print
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_printable_dup (const char *text);
char *bulla_printable_dup_lines (const char *text);

G_END_DECLS
