/* bulla-field-kind.c - which header fields are about one connection, and which change stored state
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

/* Fields that are about one connection, or that the next server or proxy alone may act on. */
static const char *const CONNECTION[] = {
    "alt-svc",           /* RFC 7838: another server for this origin, past the gateway */
    "alt-used",          /* RFC 7838 */
    "capsule-protocol",  /* RFC 9297: what follows an upgrade */
    "close",             /* RFC 9110 16.3.2: reserved, read as a connection option by some */
    "connection",        /* RFC 9110 7.6.1 */
    "http2-settings",    /* RFC 7540 3.2.1 */
    "keep-alive",        /* RFC 2068 19.7.1 */
    "te",                /* RFC 9110 10.1.4 */
    "trailer",           /* RFC 9110 6.6.2 */
    "trailers",          /* a common misspelling of it */
    "transfer-encoding", /* RFC 9112 6.1 */
    "upgrade",           /* RFC 9110 7.8 */
    NULL};

/* Prefixes of such fields; the last two are Bulla's own marks, which nobody else may set. */
static const char *const CONNECTION_PREFIXES[] = {"proxy-", "sec-websocket-", "bulla-",
                                                  "sec-bulla-", NULL};

/* RFC 9209: a proxy on the way adds it for the client, whatever connection it comes over. */
#define PROXY_STATUS "proxy-status"

/**
 * bulla_header_is_hop_by_hop: (skip)
 * @name: in lower case
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
 * @name: in lower case
 *
 * Returns: whether it changes what the browser stores: nobody but the origin may send it
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
 * Says whether a header field may not travel past the gateway, in either direction, whatever its
 * value: the fields that RFC 9110 section 7.6.1 and the documents of single fields bind to one
 * connection or to the next hop, and all that begin with `Bulla-` or `Sec-Bulla-`, which Bulla
 * sets itself. It is wider than trust.hop-by-hop, for which a signed exchange is refused.
 *
 * Fields that a `Connection` field of the same message names are the caller's to leave out.
 *
 * Returns: whether neither a client nor a server may be sent it
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
