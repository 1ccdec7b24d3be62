/* bulla-uri-text.c - writes and resolves URIs, including those that GLib fails to write
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-uri-text.h"

#include <string.h>

/**
 * bulla_uri_dup_text: (skip)
 * @uri: a URI
 * @hidden: the parts to leave out
 *
 * GLib parses `x:/.//a`, but cannot write it, because without a host its path, which begins with
 * two slashes, would be read as a host. Remote input may be such a URI, so g_uri_to_string() never
 * gets one.
 *
 * Returns: (transfer full) (nullable): @uri as text; %NULL if it cannot be written
 */
char *
bulla_uri_dup_text (GUri *uri, GUriHideFlags hidden)
{
  if (g_uri_get_host (uri) == NULL && g_str_has_prefix (g_uri_get_path (uri), "//"))
    return NULL;
  return g_uri_to_string_partial (uri, hidden);
}

/**
 * bulla_url_resolve: (skip)
 * @base: an absolute URL
 * @reference: an absolute or relative URL
 * @flags: how to parse both
 *
 * Like g_uri_resolve_relative(), but accepts any input: see bulla_uri_dup_text().
 *
 * Returns: (transfer full) (nullable): the absolute URL; %NULL if it cannot be resolved
 */
char *
bulla_url_resolve (const char *base, const char *reference, GUriFlags flags)
{
  g_autoptr (GUri) from = g_uri_parse (base, flags, NULL);
  g_autoptr (GUri) uri = from != NULL ? g_uri_parse_relative (from, reference, flags, NULL) : NULL;

  return uri != NULL ? bulla_uri_dup_text (uri, G_URI_HIDE_NONE) : NULL;
}

/**
 * bulla_url_dup_document_host: (skip)
 * @url: (nullable): the URL of a document
 *
 * Returns: (transfer full) (nullable): its host, in lower case; for a blob: document, the host of
 *   the origin in its URL
 */
char *
bulla_url_dup_document_host (const char *url)
{
  const char *inner = url != NULL && g_str_has_prefix (url, "blob:") ? url + strlen ("blob:") : url;
  g_autoptr (GUri) uri =
      inner != NULL ? g_uri_parse (inner, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL)
                    : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL && *host != '\0' ? g_ascii_strdown (host, -1) : NULL;
}
