/* bulla-cli-bundle-resources.h - collects the responses for a new bundle from any source
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "write/bulla-bundle-writer.h"

G_BEGIN_DECLS

typedef struct {
  char *url; /* owned; URL in the index */
  guint status;
  GPtrArray *headers; /* owned; of char *: name, value, name, value, … */
  GBytes *body;       /* owned; body; NULL if it is read from @file */
  GFile *file;        /* owned; file with the body; NULL if @body is set */
  char *alias;        /* owned; second URL for the same response; NULL if there is none */
} BullaCliResource;

typedef struct {
  GPtrArray *list;    /* owned; of BullaCliResource, in the order of the bundle */
  GHashTable *by_url; /* owned; URL -> BullaCliResource */
  char *primary;      /* owned; default primary URL; NULL if there is none */
  char *start;        /* owned; URL of the page that the source begins with; NULL if not known */
  guint n_lost;       /* number of missing resources, each reported on stderr */
  guint n_damaged;    /* number of those whose content is in the source, but cannot be read */
} BullaCliResources;

BullaCliResources *bulla_cli_resources_new (void);
void bulla_cli_resources_free (BullaCliResources *self);
BullaCliResource *bulla_cli_resources_add (BullaCliResources *self, const char *url, guint status,
                                           gboolean *replaced);
BullaCliResource *bulla_cli_resources_find (const BullaCliResources *self, const char *url);
void bulla_cli_resources_lose (BullaCliResources *self, const char *url, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void bulla_cli_resource_set_header (BullaCliResource *self, const char *name, const char *value);
const char *bulla_cli_resource_get_header (const BullaCliResource *self, const char *name);
gboolean bulla_cli_header_is_kept (const char *name);
gboolean bulla_cli_resources_write (const BullaCliResources *self, BullaBundleWriter *writer,
                                    GError **error);

/* readers of the three sources */
typedef enum {
  BULLA_INDEX_REDIRECT,
  BULLA_INDEX_ALIAS,
  BULLA_INDEX_FILE,
} BullaCliIndexRule;

gboolean bulla_cli_resources_add_folder (BullaCliResources *self, const char *folder,
                                         const char *base_url, BullaCliIndexRule rule,
                                         gboolean hidden, GError **error);
gboolean bulla_cli_resources_add_har (BullaCliResources *self, const char *path, GError **error);
gboolean bulla_cli_resources_add_warc (BullaCliResources *self, const char *path, GError **error);
gboolean bulla_cli_resources_add_mhtml (BullaCliResources *self, const char *path, GError **error);
gboolean bulla_cli_resources_add_urls (BullaCliResources *self, const char *path, GError **error);

char *bulla_cli_normalise_url (const char *url);
char *bulla_cli_guess_media_type (const char *name, GFile *file, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliResources, bulla_cli_resources_free)

G_END_DECLS
