/* bulla-view-answer.c - what the gateway's answers say of pages and files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-private.h"

/**
 * bulla_answer_get_standing:
 * @answer: (nullable): the gateway's answer to the request for @url
 *
 * Returns: the standing of a document at @url whose bytes are those of @answer; they are not
 *   compared here
 */
BullaStanding
bulla_answer_get_standing (BullaNavigationAnswer *answer, const char *url)
{
  if (!g_str_has_prefix (url, "https://"))
    return g_str_has_prefix (url, "http://") ? BULLA_STANDING_INSECURE : BULLA_STANDING_NONE;
  if (answer == NULL || bulla_navigation_answer_is_frame (answer))
    return BULLA_STANDING_UNKNOWN;
  switch (bulla_navigation_answer_get_kind (answer)) {
  case BULLA_NAVIGATION_ANSWER_SUBSTITUTED:
    if (bulla_navigation_answer_get_load (answer) == NULL) /* no longer kept */
      return BULLA_STANDING_UNKNOWN;
    return bulla_navigation_answer_is_truncated (answer) ? BULLA_STANDING_TRUNCATED
                                                         : BULLA_STANDING_SUBSTITUTED;
  case BULLA_NAVIGATION_ANSWER_FELL_BACK: /* the user requested the live page without the package */
    return bulla_navigation_answer_get_load (answer) != NULL
                   || bulla_navigation_answer_get_bundle (answer) != NULL
                   || bulla_navigation_answer_get_verdict (answer) != NULL
               ? BULLA_STANDING_FELL_BACK
               : BULLA_STANDING_LIVE;
  case BULLA_NAVIGATION_ANSWER_LIVE:
  default:
    return BULLA_STANDING_LIVE;
  }
}

static void
add_field (const char *name, const char *value, gpointer user_data)
{
  GHashTable *fields = user_data;
  char *key = g_ascii_strdown (name, -1);
  const char *before = g_hash_table_lookup (fields, key);

  g_hash_table_replace (
      fields, key, before != NULL ? g_strdup_printf ("%s, %s", before, value) : g_strdup (value));
}

/**
 * bulla_response_list_fields:
 * @response: (nullable): a response
 *
 * Returns: (transfer full): its header fields: name in lower case -> values, joined by ", "
 */
GHashTable *
bulla_response_list_fields (WebKitURIResponse *response)
{
  GHashTable *fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  SoupMessageHeaders *headers =
      response != NULL ? webkit_uri_response_get_http_headers (response) : NULL;

  if (headers != NULL)
    soup_message_headers_foreach (headers, add_field, fields);
  return fields;
}
