/* bulla-package-door.h - shows bundles in origins of their own: webpkg: and isolated-app: URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"
#include "bulla-door.h"
#include "bulla-loader.h"

G_BEGIN_DECLS

#define BULLA_PACKAGE_SCHEME "webpkg"
#define BULLA_ISOLATED_SCHEME "isolated-app"

#define BULLA_TYPE_PACKAGE_DOOR (bulla_package_door_get_type ())
G_DECLARE_FINAL_TYPE (BullaPackageDoor, bulla_package_door, BULLA, PACKAGE_DOOR, GObject)

BullaPackageDoor *bulla_package_door_new (BullaLoader *loader);
BullaLoader *bulla_package_door_get_loader (BullaPackageDoor *self);

/* Which bundles are open, and in which views. */
void bulla_package_door_open (BullaPackageDoor *self, const char *view, BullaBundle *bundle);
void bulla_package_door_close_view (BullaPackageDoor *self, const char *view);
BullaBundle *bulla_package_door_find (BullaPackageDoor *self, const char *view, const char *url);
gboolean bulla_package_door_is_within (BullaPackageDoor *self, const char *view, const char *page,
                                       const char *url);

/* Converts between the URLs that a bundle claims and the URLs at which it is shown. */
gboolean bulla_package_is_url (const char *url);
char *bulla_package_dup_origin (const char *url);
char *bulla_package_dup_url (BullaBundle *bundle, const char *claimed_url);
char *bulla_package_dup_start_url (BullaBundle *bundle);
char *bulla_package_dup_id (BullaBundle *bundle);
const char *bulla_package_door_get_claimed_origin (BullaPackageDoor *self, const char *view,
                                                   const char *url);
char *bulla_package_door_dup_claimed_url (BullaPackageDoor *self, const char *view,
                                          const char *url);
GVariant *bulla_package_describe_claims (BullaBundle *bundle);

G_END_DECLS
