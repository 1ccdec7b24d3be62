/* bulla-error.c - errors that are not faults of a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"

G_DEFINE_QUARK (bulla - error - quark, bulla_error)
