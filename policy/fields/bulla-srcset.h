/* bulla-srcset.h - selects one of several pictures of a srcset, as a page would
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* size of the view that will show the page; zeros if not known */
typedef struct {
  double width;   /* width in CSS pixels */
  double density; /* device pixels per CSS pixel */
} BullaViewport;

char *bulla_srcset_choose (const char *srcset, const char *sizes, const BullaViewport *viewport);

G_END_DECLS
