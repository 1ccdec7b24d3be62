/* bulla-bundle-script.h - parses <script type="webbundle">: the URLs that a bundle serves
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-macros.h"

G_BEGIN_DECLS

#define BULLA_BUNDLE_RULE_LENGTH_MAX (1024 * 1024)
#define BULLA_BUNDLE_RULE_URLS_MAX 16384

typedef enum {
  BULLA_BUNDLE_CREDENTIALS_SAME_ORIGIN,
  BULLA_BUNDLE_CREDENTIALS_OMIT,
  BULLA_BUNDLE_CREDENTIALS_INCLUDE,
} BullaBundleCredentials;

typedef struct _BullaBundleScript BullaBundleScript;

gboolean bulla_bundle_script_is_type (const char *type);
BullaBundleScript *bulla_bundle_script_parse (const char *json, const char *base_url,
                                              GError **error);
void bulla_bundle_script_free (BullaBundleScript *self);
const char *bulla_bundle_script_get_source (const BullaBundleScript *self);
BullaBundleCredentials bulla_bundle_script_get_credentials (const BullaBundleScript *self);
const char *bulla_bundle_script_get_credentials_nick (const BullaBundleScript *self);
const char *const *bulla_bundle_script_get_warnings (const BullaBundleScript *self);
gboolean bulla_bundle_script_matches (const BullaBundleScript *self, const char *url);
gboolean bulla_bundle_script_is_below (const char *source, const char *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundleScript, bulla_bundle_script_free)

G_END_DECLS
