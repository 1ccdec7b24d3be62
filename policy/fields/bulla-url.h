/* bulla-url.h - parses URLs strictly, computes origins, and refuses ambiguous URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

#define BULLA_URL_MAX 65535
/* characters that bulla_url_parse() refuses and that browsers may send as they are */
#define BULLA_URL_REFUSED "\\\"<>^`{|}"

typedef struct {
  char *url;    /* owned; serialised URL: lower-case scheme and host, no default port, ASCII */
  char *origin; /* owned; scheme://host[:port] */
  char *host;   /* owned; host; an IPv6 address has no brackets */
  guint16 port;
  gboolean https; /* whether the scheme is https; otherwise it is http */
} BullaUrl;

/* how URLs that parsers could read differently are read */
typedef enum {
  BULLA_URL_ALIKE,  /* refused, unless every parser reads them alike */
  BULLA_URL_WHATWG, /* path and query as in the URL Standard, because no origin depends on them */
} BullaUrlReading;

gboolean bulla_url_read (BullaUrl *self, const char *bytes, size_t length, BullaUrlReading reading,
                         BullaReason *reason, const char **detail);
gboolean bulla_url_is_stray_percent (const char *bytes, size_t i, size_t length);
char *bulla_url_dup_named (const char *bytes, size_t length, const char *detail);
char *bulla_url_dup_escaped (const char *bytes, size_t length);
char *bulla_url_dup_replacement (const char *bytes, size_t length);
gboolean bulla_url_parse (BullaUrl *self, const char *bytes, size_t length, BullaReason *reason,
                          const char **detail);
char *bulla_url_dup_origin (const char *url);
gboolean bulla_url_same_origin (const char *a, const char *b);
void bulla_url_clear (BullaUrl *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaUrl, bulla_url_clear)

G_END_DECLS
