/* bulla-dns-name.h - checks and normalises the names of hosts and of DNS records
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_DNS_NAME_MAX 253 /* most bytes of a name without its final dot */
#define BULLA_DNS_LABEL_MAX 63 /* most bytes of a label */

char *bulla_dns_name_dup_host (const char *typed, gboolean *wildcard);
char *bulla_dns_name_dup_owner (const char *text, gsize length);
gboolean bulla_dns_name_is_caa_domain (const char *text, gsize length);

G_END_DECLS
