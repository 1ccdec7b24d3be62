/* bulla-gateway-hop-by-hop.c - handles hop-by-hop fields, and responses that must not have a body
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-hop-by-hop.h"

#include "bulla-field-kind.h"

/**
 * bulla_gateway_read_options:
 * @headers: the header fields of a message
 *
 * Returns: (transfer full) (element-type utf8): the names that its `Connection` field lists, in
 *   lower case
 */
GHashTable *
bulla_gateway_read_options (SoupMessageHeaders *headers)
{
  const char *list = soup_message_headers_get_list (headers, "Connection");
  GSList *names = list != NULL ? soup_header_parse_list (list) : NULL;
  GHashTable *options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (GSList *each = names; each != NULL; each = each->next)
    g_hash_table_add (options, g_ascii_strdown (each->data, -1));
  soup_header_free_list (names);
  return options;
}

/**
 * bulla_gateway_is_hop_by_hop:
 * @options: (element-type utf8): result of bulla_gateway_read_options(), called once for each
 *   message
 * @name: the name of a field
 *
 * Returns: whether the field is hop-by-hop, by definition or because `Connection` lists it
 */
gboolean
bulla_gateway_is_hop_by_hop (GHashTable *options, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return bulla_field_is_for_connection (lower) || g_hash_table_contains (options, lower);
}

/* @status: status code of the response */
gboolean
bulla_gateway_has_no_body (BullaGatewayRequest *request, guint status)
{
  return g_str_equal (request->method, "HEAD") || status / 100 == 1
         || status == SOUP_STATUS_NO_CONTENT || status == SOUP_STATUS_NOT_MODIFIED;
}
