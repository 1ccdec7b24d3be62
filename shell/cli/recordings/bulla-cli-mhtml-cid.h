/* bulla-cli-mhtml-cid.h - resolves the references of the parts of an MHTML file to each other
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GHashTable *bulla_cli_mhtml_cids_new (void);
void bulla_cli_mhtml_cids_add (GHashTable *cids, const char *id, const char *url);
GBytes *bulla_cli_mhtml_cids_resolve (GHashTable *cids, const char *url, const char *media_type,
                                      GBytes *body);

G_END_DECLS
