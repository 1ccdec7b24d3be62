/* bulla-link.h - parses the Link header field
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-field.h"

G_BEGIN_DECLS

#define BULLA_LINKS_MAX 512     /* most links read from one field */
#define BULLA_LINK_URL_MAX 8192 /* most bytes of a link's URL; a longer one is ignored */

typedef struct {
  char *target;      /* owned; absolute URL without its fragment */
  GPtrArray *names;  /* owned; parameter names in lower case */
  GPtrArray *values; /* owned; parameter values, one for each name; "" if there is none */
} BullaLink;

GPtrArray *bulla_links_read (const char *field, const char *base);
char *bulla_link_resolve (const char *base, const char *reference);
const char *bulla_link_get (const BullaLink *self, const char *name);
char *bulla_link_dup_url (const BullaLink *self, const char *name, const char *base);
gboolean bulla_link_has_rel (const BullaLink *self, const char *relation);
gboolean bulla_link_is_rel (const BullaLink *self, const char *relation);

G_END_DECLS
