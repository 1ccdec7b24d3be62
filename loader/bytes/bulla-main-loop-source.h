/* bulla-main-loop-source.h - destroys and unrefs a source of the main loop
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bulla_clear_source (GSource **source);

G_END_DECLS
