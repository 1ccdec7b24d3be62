/* forge-random.h - replaces OpenSSL's random bytes by fixed ones, so that packages are reproducible
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Between start and stop OpenSSL's random numbers in the whole process derive from @seed. */
void forge_random_start (const char *seed);
void forge_random_stop (void);

G_END_DECLS
