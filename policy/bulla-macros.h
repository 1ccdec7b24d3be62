/* bulla-macros.h - marks the symbols that the library exports
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

/* the build hides all other symbols: -fvisibility=hidden */
#define BULLA_API __attribute__ ((visibility ("default")))
