/* bulla-error.c - what went wrong on our side
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"

G_DEFINE_QUARK (bulla - error - quark, bulla_error)
