/* bulla-cli-print.h - prints all output of the command, with control characters escaped
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_cli_dup_for_charset (const char *text);
void bulla_cli_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
gboolean bulla_cli_has_headings (void);
void bulla_cli_print_heading (const char *format, ...) G_GNUC_PRINTF (1, 2);
char *bulla_cli_dup_line (const char *format, va_list arguments) G_GNUC_PRINTF (1, 0);
void bulla_cli_print_error (const char *format, ...) G_GNUC_PRINTF (1, 2);
void bulla_cli_print_progress (const char *format, ...) G_GNUC_PRINTF (1, 2);
void bulla_cli_clear_progress (void);

G_END_DECLS
