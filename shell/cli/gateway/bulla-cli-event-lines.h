/* bulla-cli-event-lines.h - prints lines about events without waiting for their reader
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BullaCliEventLines BullaCliEventLines;

BullaCliEventLines *bulla_cli_event_lines_new (int descriptor);
void bulla_cli_event_lines_free (BullaCliEventLines *self);
void bulla_cli_event_lines_add (BullaCliEventLines *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliEventLines, bulla_cli_event_lines_free)

G_END_DECLS
