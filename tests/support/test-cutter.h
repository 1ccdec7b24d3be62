/* test-cutter.h - a relay on loopback that ends its connections after so many bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TestCutter TestCutter;

/* listens on @address (127.0.0.x) at @port, 0 for any; connects to 127.0.0.1:@server_port */
TestCutter *test_cutter_new (const char *address, guint port, guint server_port);
void test_cutter_free (TestCutter *self);
guint test_cutter_get_port (TestCutter *self);

/* After @bytes more, counted in both directions and over all connections, each of them ends: by a
 * reset, or in the ordinary way. Only once; later connections are whole. */
void test_cutter_arm (TestCutter *self, gsize bytes, gboolean reset);
void test_cutter_disarm (TestCutter *self);

/* Returns: the bytes that passed since it was made */
gsize test_cutter_get_passed (TestCutter *self);
/* Returns: how often it has cut */
guint test_cutter_get_cuts (TestCutter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestCutter, test_cutter_free)

G_END_DECLS
