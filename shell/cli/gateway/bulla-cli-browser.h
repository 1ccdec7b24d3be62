/* bulla-cli-browser.h - browsers that the gateway can start, and the profiles that they need
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a browser has to know of the gateway. None of it is secret. */
typedef struct {
  char *host;      /* owned; its address, IPv6 without brackets */
  guint16 port;    /* its port */
  char *authority; /* owned; the certificate of its authority as PEM */
  char *leaf_hash; /* owned; the hash of its certificates' public key, in base64 */
} BullaCliBrowserProxy;

void bulla_cli_browser_proxy_clear (BullaCliBrowserProxy *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCliBrowserProxy, bulla_cli_browser_proxy_clear)

typedef struct {
  const struct _BullaCliBrowserKind *kind; /* borrowed from a table */
  char *program;                           /* owned; absolute path */
} BullaCliBrowser;

BullaCliBrowser *bulla_cli_browser_new (const char *name, GError **error);
void bulla_cli_browser_free (BullaCliBrowser *self);
void bulla_cli_browser_set_environment (const BullaCliBrowser *self);
const char *bulla_cli_browser_get_title (const BullaCliBrowser *self);
char **bulla_cli_browser_prepare (const BullaCliBrowser *self, const char *folder,
                                  const BullaCliBrowserProxy *proxy, char **arguments,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliBrowser, bulla_cli_browser_free)

G_END_DECLS
