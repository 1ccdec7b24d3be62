/* bulla-bundle-url.h - parses the URLs in a bundle: absolute, relative, or of a bundle's own scheme
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-url.h"

G_BEGIN_DECLS

typedef struct {
  char *url;    /* owned; serialised */
  char *origin; /* owned; scheme://host[:port]; "" if there is none; all of an opaque URL */
} BullaBundleUrl;

typedef struct {
  const char *base_url; /* NULL if relative URLs stay paths without a claimed origin */
  gboolean relative;    /* relative URLs are allowed */
  BullaUrlReading reading;
} BullaBundleUrlOptions;

gboolean bulla_bundle_url_read (BullaBundleUrl *self, BullaSpan text,
                                const BullaBundleUrlOptions *options, BullaReason *reason,
                                const char **detail);
void bulla_bundle_url_clear (BullaBundleUrl *self);
gboolean bulla_bundle_url_is_plain_path (const guint8 *path, size_t length);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaBundleUrl, bulla_bundle_url_clear)

G_END_DECLS
