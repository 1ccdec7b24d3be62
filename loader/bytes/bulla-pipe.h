/* bulla-pipe.h - passes bytes from a writer to a GInputStream in memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_TYPE_PIPE (bulla_pipe_get_type ())
G_DECLARE_FINAL_TYPE (BullaPipe, bulla_pipe, BULLA, PIPE, GInputStream)

BullaPipe *bulla_pipe_new (void);
gsize bulla_pipe_push (BullaPipe *self, GBytes *bytes);
void bulla_pipe_end (BullaPipe *self);
void bulla_pipe_break (BullaPipe *self);

G_END_DECLS
