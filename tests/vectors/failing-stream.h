/* failing-stream.h - a stream that fails after a number of bytes, like a broken transport
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define FAILING_TYPE_STREAM (failing_stream_get_type ())
G_DECLARE_FINAL_TYPE (FailingStream, failing_stream, FAILING, STREAM, GInputStream)

GInputStream *failing_stream_new (GBytes *bytes, gsize fails_after);

G_END_DECLS
