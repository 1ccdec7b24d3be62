/* forge-random.h - the same "random" bytes every time, so that a recipe makes the same package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From start to stop OpenSSL's random numbers, in the whole process, come from @seed. */
void forge_random_start (const char *seed);
void forge_random_stop (void);

G_END_DECLS
