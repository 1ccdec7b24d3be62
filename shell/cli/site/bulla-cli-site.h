/* bulla-cli-site.h - makes exchanges of a whole folder, and what its server needs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-exchange-signer.h"
#include "bulla-variants-headers.h"

G_BEGIN_DECLS

#define BULLA_CLI_SITE_PACKAGES "packages"
#define BULLA_CLI_SITE_CHAIN "chain.cbor"
#define BULLA_CLI_SITE_MANIFEST "site.json"
#define BULLA_CLI_SITE_LINKS_MAX 20 /* most subresources that a page links: distributors' limit */

/* one response, and its exchange */
typedef struct _BullaCliSiteItem BullaCliSiteItem;
struct _BullaCliSiteItem {
  const BullaCliResource *resource; /* borrowed */
  char *path; /* owned; of the exchange below the packages; begins with a slash */
  gboolean is_page;
  char *integrity;        /* owned; header-integrity; NULL before it is signed */
  GPtrArray *links;       /* owned; of BullaCliSiteLink; of a page */
  BullaCliSiteItem *next; /* borrowed; another representation of the same URL; nullable */
};

/* a subresource that a page preloads */
typedef struct {
  char *url;            /* owned */
  const char *as;       /* static; destination */
  gboolean is_cors;     /* whether it is requested with CORS, without credentials */
  char *srcset, *sizes; /* owned; of a picture with candidates; nullable */
  GPtrArray *items;     /* owned; of borrowed BullaCliSiteItem; those that may answer it */
} BullaCliSiteLink;

typedef struct {
  const BullaCliResources *resources; /* borrowed */
  const char *folder;                 /* borrowed; the files of the site */
  const char *base_url;               /* borrowed; ends with a slash */
  GPtrArray *items;                   /* owned; of BullaCliSiteItem */
  GHashTable *by_url;                 /* owned; URL -> BullaCliSiteItem, the first of it */
  GHashTable *paths;                  /* owned; set of the borrowed paths of items */
  const BullaVariantsNames *names;    /* static; the fields that say which variant it is */
  guint n_pages;                      /* number of pages */
  guint n_links;                      /* number of subresources that they link */
} BullaCliSite;

BullaCliSite *bulla_cli_site_new (const BullaCliResources *resources, const char *folder,
                                  const char *base_url, GError **error);
void bulla_cli_site_free (BullaCliSite *self);
gboolean bulla_cli_site_write (BullaCliSite *self, const BullaCliExchangeSigner *signer,
                               const char *folder, gboolean ignore_errors, GError **error);
char *bulla_cli_site_write_manifest (const BullaCliSite *self,
                                     const BullaCliExchangeSigner *signer);
gboolean bulla_cli_site_is_plain (const char *path);
char *bulla_cli_site_dup_path (const char *url, GError **error);
void bulla_cli_site_append_variants (GString *link, const BullaCliSite *self,
                                     const BullaCliSiteItem *item);
char *bulla_cli_site_dup_alternate (const BullaCliSiteItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliSite, bulla_cli_site_free)

/* what the configuration of a server depends on */
typedef struct {
  const BullaCliSite *site; /* borrowed */
  const char *folder;       /* borrowed; absolute path of the packages */
  const char *chain;        /* borrowed; absolute path of the chain; NULL if it is not served */
  const char *chain_path;   /* borrowed; path of its URL, decoded */
  const char *expires;      /* borrowed; when the signatures end, for a comment */
} BullaCliSiteServer;

char *bulla_cli_site_write_nginx (const BullaCliSiteServer *self);
char *bulla_cli_site_write_apache (const BullaCliSiteServer *self);
char *bulla_cli_site_write_caddy (const BullaCliSiteServer *self);

G_END_DECLS
