/* test-cutter.h - a relay on loopback that cuts its connections after a number of bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TestCutter TestCutter;

/* Listens on @address (127.0.0.x) at @port, 0 for any; connects to 127.0.0.1:@server_port. */
TestCutter *test_cutter_new (const char *address, guint port, guint server_port);
void test_cutter_free (TestCutter *self);
guint test_cutter_get_port (TestCutter *self);

/* Cuts all connections once, after @bytes more (the sum of both directions of all connections):
 * by a reset, or by closing them. Later connections are not cut. */
void test_cutter_arm (TestCutter *self, gsize bytes, gboolean reset);
void test_cutter_disarm (TestCutter *self);

/* Returns: the number of bytes relayed so far */
gsize test_cutter_get_passed (TestCutter *self);
/* Returns: the number of cuts so far */
guint test_cutter_get_cuts (TestCutter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestCutter, test_cutter_free)

G_END_DECLS
