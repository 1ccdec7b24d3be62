/* bundle-kit.h - writes, opens and inspects bundles in one process
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-authority.h"
#include "bulla-bundle-writer.h"
#include "bulla-bundle.h"
#include "bulla-loader.h"

G_BEGIN_DECLS

#define KIT_NOW G_GINT64_CONSTANT (1795402800)
#define KIT_DAY G_GINT64_CONSTANT (86400)
#define KIT_HOST "https://publisher.test"

typedef struct {
  char *folder;              /* owned */
  BullaAuthority *authority; /* owned */
  BullaCredential *leaf;     /* owned; certificate that may sign for publisher.test */
  GBytes *chain;             /* owned; of the leaf; its OCSP response expires on the sixth day */
  BullaTrust *trust;         /* owned; trusts the authority */
  BullaProfile *profile;     /* owned */
  gint64 now;
} BundleKit;

BundleKit *bundle_kit_new (void);
void bundle_kit_free (BundleKit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BundleKit, bundle_kit_free)

/* Sets a profile that inherits draft-b3. @settings: text of the profile */
void bundle_kit_set_profile (BundleKit *self, const char *settings);
char *bundle_kit_path (BundleKit *self, const char *name);
char *bundle_kit_save (BundleKit *self, const char *name, GBytes *bytes);
BullaLoader *bundle_kit_loader (BundleKit *self);

/* Adds responses with their URLs; returns their number. */
guint bundle_kit_add (BullaBundleWriter *writer, const char *url, const char *type,
                      const char *body);
guint bundle_kit_vouch (BundleKit *self, BullaBundleWriter *writer, gint64 date, gint64 expires);
GBytes *bundle_kit_write (BullaBundleWriter *writer);
/* Flips a bit of the byte at @at after the last @text. */
GBytes *bundle_kit_spoil (GBytes *bundle, const char *text, gsize at);
GBytes *bundle_kit_join (GBytes *one, GBytes *other);

/* @url: (nullable): the URL from which the bundle seems to come */
BullaBundle *bundle_kit_open (BundleKit *self, GBytes *bundle, const char *url);
BullaLoad *bundle_kit_load (BullaBundle *bundle, const char *url);
/* Returns the whole body, or the bytes before @error. */
char *bundle_kit_read (BullaLoad *load, GError **error);
char *bundle_kit_header (BullaLoad *load, const char *name);
void bundle_kit_assert (BullaVerdict *verdict, const char *outcome, const char *reason);

G_END_DECLS
