/* bulla-srcset.h - which of several pictures a page would take
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* of the view that the page is for; zeros: not known */
typedef struct {
  double width;   /* CSS pixels */
  double density; /* device pixels for one of CSS */
} BullaViewport;

char *bulla_srcset_choose (const char *srcset, const char *sizes, const BullaViewport *viewport);

G_END_DECLS
