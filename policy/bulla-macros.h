/* bulla-macros.h - what the library exports
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

/* everything else is hidden by -fvisibility=hidden */
#define BULLA_API __attribute__ ((visibility ("default")))
