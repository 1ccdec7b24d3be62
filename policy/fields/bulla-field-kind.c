/* bulla-field-kind.c - lists header fields of one connection, and fields that change stored state
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field-kind.h"

#include <string.h>

/* IMPL 4.1: hop-by-hop header fields. A signed exchange that has one is refused. */
const char *const BULLA_FIELDS_HOP_BY_HOP[] = {
    "connection", "keep-alive", "proxy-connection", "trailer", "transfer-encoding",
    "upgrade",    NULL};

/* IMPL 4.1: stateful response header fields. A signed exchange that has one is refused. */
const char *const BULLA_FIELDS_STATEFUL[] = {"authentication-control",
                                             "authentication-info",
                                             "clear-site-data",
                                             "optional-www-authenticate",
                                             "proxy-authenticate",
                                             "proxy-authentication-info",
                                             "public-key-pins",
                                             "sec-websocket-accept",
                                             "set-cookie",
                                             "set-cookie2",
                                             "setprofile",
                                             "strict-transport-security",
                                             "www-authenticate",
                                             NULL};

/* Fields bound to one connection, or meant only for the next server or proxy. */
static const char *const CONNECTION[] = {
    "alt-svc",           /* RFC 7838: names another server, which would bypass the gateway */
    "alt-used",          /* RFC 7838: names the alternative server in use */
    "capsule-protocol",  /* RFC 9297: describes the data after an upgrade */
    "close",             /* RFC 9110 16.3.2: reserved; some read it as a connection option */
    "connection",        /* RFC 9110 7.6.1 */
    "http2-settings",    /* RFC 7540 3.2.1 */
    "keep-alive",        /* RFC 2068 19.7.1 */
    "te",                /* RFC 9110 10.1.4 */
    "trailer",           /* RFC 9110 6.6.2 */
    "trailers",          /* a common misspelling of "trailer" */
    "transfer-encoding", /* RFC 9112 6.1 */
    "upgrade",           /* RFC 9110 7.8 */
    NULL};

/* Prefixes of such fields; the last two mark Bulla's own fields, which nobody else may set. */
static const char *const CONNECTION_PREFIXES[] = {"proxy-", "sec-websocket-", "bulla-",
                                                  "sec-bulla-", NULL};

/* RFC 9209: a proxy on the way adds this field for the client, on any connection. */
#define PROXY_STATUS "proxy-status"

/**
 * bulla_header_is_hop_by_hop: (skip)
 * @name: name of a header field, in lower case
 *
 * Returns: whether the signed exchange draft lists it as hop-by-hop (IMPL 4.1)
 */
gboolean
bulla_header_is_hop_by_hop (const char *name)
{
  return g_strv_contains (BULLA_FIELDS_HOP_BY_HOP, name);
}

/**
 * bulla_header_is_stateful: (skip)
 * @name: name of a header field, in lower case
 *
 * Returns: whether the field changes data that the browser stores, which only the origin may do
 */
gboolean
bulla_header_is_stateful (const char *name)
{
  return g_strv_contains (BULLA_FIELDS_STATEFUL, name);
}

/**
 * bulla_field_is_for_connection: (skip)
 * @name: the name of a header field, in any case; need not be valid UTF-8
 *
 * These are the fields that RFC 9110 section 7.6.1, and the specifications of single fields, bind
 * to one connection or to the next hop, and all fields in `Bulla-` and `Sec-Bulla-`, which only
 * Bulla sets. The list is longer than that of trust.hop-by-hop, for which a signed exchange is
 * refused.
 *
 * The caller must also remove the fields that a `Connection` field of the message names.
 *
 * Returns: whether the gateway must not forward the field, in either direction, whatever its value
 */
gboolean
bulla_field_is_for_connection (const char *name)
{
  for (const char *const *each = CONNECTION; *each != NULL; each++)
    if (g_ascii_strcasecmp (name, *each) == 0)
      return TRUE;
  for (const char *const *each = CONNECTION_PREFIXES; *each != NULL; each++)
    if (g_ascii_strncasecmp (name, *each, strlen (*each)) == 0)
      return g_ascii_strcasecmp (name, PROXY_STATUS) != 0;
  return FALSE;
}
