/* dns-tree.h - runs a signed DNS tree, root included, on a real name server (nsd) on loopback
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DNS_TREE_DAY 86400

typedef struct _DnsTree DnsTree;

/* Starts the tree; its signatures are valid from one day before now until dns_tree_get_end().
 * Returns: (nullable): NULL if nsd or ldns is not installed */
DnsTree *dns_tree_new (void);
/* @self: (nullable): result of dns_tree_new()
 * Returns: whether the tree is missing; if so, the case is marked as skipped */
gboolean dns_tree_is_missing (DnsTree *self);
void dns_tree_free (DnsTree *self);
/* Returns: "127.0.0.1@PORT" */
const char *dns_tree_get_resolver (DnsTree *self);
guint16 dns_tree_get_port (DnsTree *self);
/* Returns: the path of a file with the DS record of the root */
const char *dns_tree_get_anchor_file (DnsTree *self);
guint16 dns_tree_get_key_tag (DnsTree *self);
gint64 dns_tree_get_now (DnsTree *self);
gint64 dns_tree_get_end (DnsTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DnsTree, dns_tree_free)

G_END_DECLS
