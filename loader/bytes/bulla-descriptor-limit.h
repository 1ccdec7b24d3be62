/* bulla-descriptor-limit.h - reads and raises the limit of open file descriptors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint64 bulla_descriptors_get_limit (void);
void bulla_descriptors_raise_limit (void);

G_END_DECLS
