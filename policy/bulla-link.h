/* bulla-link.h - the Link field: what a response points to, and what it says of that
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-field.h"

G_BEGIN_DECLS

#define BULLA_LINKS_MAX 512     /* of one field; the rest is not read */
#define BULLA_LINK_URL_MAX 8192 /* a longer one leads nowhere */

typedef struct {
  char *target;      /* owned; absolute, without its fragment */
  GPtrArray *names;  /* owned; of the parameters, in lower case */
  GPtrArray *values; /* owned; one for each name; "" without a value */
} BullaLink;

GPtrArray *bulla_links_read (const char *field, const char *base);
char *bulla_link_resolve (const char *base, const char *reference);
const char *bulla_link_get (const BullaLink *self, const char *name);
char *bulla_link_dup_url (const BullaLink *self, const char *name, const char *base);
gboolean bulla_link_has_rel (const BullaLink *self, const char *relation);
gboolean bulla_link_is_rel (const BullaLink *self, const char *relation);

G_END_DECLS
