/* bulla-address.c - converts typed, dropped or named addresses to URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-address.h"

#include <string.h>

#include "bulla-url-key.h"

#define PACKAGE_DOOR BULLA_PACKAGE_SCHEME "://open/?url="

static gboolean
looks_like_package (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  return uri != NULL
         && (g_str_has_suffix (g_uri_get_path (uri), ".sxg")
             || g_str_has_suffix (g_uri_get_path (uri), ".wbn")
             || g_str_has_suffix (g_uri_get_path (uri), ".swbn"));
}

/**
 * bulla_address_from_text:
 * @text: the typed text: a URL, a host with or without a path, or an absolute file name
 *
 * Local files that may be packages get an address of the package door; https is assumed if there is
 * no scheme.
 *
 * Returns: (transfer full) (nullable): a URL; %NULL when @text is blank
 */
char *
bulla_address_from_text (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autofree char *scheme = g_uri_parse_scheme (trimmed);

  if (*trimmed == '\0')
    return NULL;
  if (*trimmed == '/') {
    g_autoptr (GFile) file = g_file_new_for_path (trimmed);
    return bulla_address_from_file (file);
  }
  if (g_strcmp0 (scheme, "file") == 0) {
    g_autoptr (GFile) file = g_file_new_for_uri (trimmed);
    return bulla_address_from_file (file);
  }
  /* "localhost:8000" looks like a scheme and a path */
  if (scheme != NULL
      && (strstr (trimmed, "://") != NULL || g_str_equal (scheme, "about")
          || g_str_equal (scheme, "data")))
    return g_steal_pointer (&trimmed);
  return g_strconcat ("https://", trimmed, NULL);
}

/**
 * bulla_address_is_words:
 * @text: the typed text
 *
 * Returns: whether it looks like words to search for, and not like an address: it has a space
 *   outside of a file name and of a URL, or it is one word without dot, colon or slash
 */
gboolean
bulla_address_is_words (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  gboolean is_url = strstr (trimmed, "://") != NULL || g_str_has_prefix (trimmed, "about:")
                    || g_str_has_prefix (trimmed, "data:") || g_str_has_prefix (trimmed, "file:");

  if (*trimmed == '\0' || *trimmed == '/' || is_url)
    return FALSE;
  return strpbrk (trimmed, " \t") != NULL
         || (strpbrk (trimmed, ".:/") == NULL && g_ascii_strcasecmp (trimmed, "localhost") != 0);
}

/**
 * bulla_address_from_file:
 *
 * Returns: (transfer full): an address of the package door, if the file may be a package; otherwise
 *   the file's URL. (Over https the media type decides instead)
 */
char *
bulla_address_from_file (GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  if (!g_str_has_prefix (uri, "file:"))
    return g_steal_pointer (&uri);
  if (!looks_like_package (uri)) {
    g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE,
                                                    G_FILE_QUERY_INFO_NONE, NULL, NULL);
    const char *type = info != NULL ? g_file_info_get_content_type (info) : NULL;

    if (type != NULL
        && (g_str_has_prefix (type, "text/") || g_str_has_prefix (type, "image/")
            || g_str_has_suffix (type, "+xml")))
      return g_steal_pointer (&uri);
  }
  return bulla_address_for_package (uri);
}

/**
 * bulla_address_for_package:
 * @url: https or file URL of a package
 */
char *
bulla_address_for_package (const char *url)
{
  g_autofree char *escaped = g_uri_escape_string (url, NULL, FALSE);

  return g_strconcat (PACKAGE_DOOR, escaped, NULL);
}

/* Decodes percent escapes; NULL if an escape is invalid, or the bytes are not UTF-8. */
static char *
unescape (const char *escaped)
{
  g_autofree char *text = g_uri_unescape_string (escaped, NULL);

  return text != NULL && g_utf8_validate (text, -1, NULL) ? g_steal_pointer (&text) : NULL;
}

/**
 * bulla_address_get_package:
 *
 * Returns: (transfer full) (nullable): the URL of the package that @address opens
 */
char *
bulla_address_get_package (const char *address)
{
  if (address == NULL || !g_str_has_prefix (address, PACKAGE_DOOR))
    return NULL;
  g_autofree char *escaped = g_strdup (address + strlen (PACKAGE_DOOR));
  escaped[strcspn (escaped, "&#")] = '\0';
  return unescape (escaped);
}

/**
 * bulla_address_get_filter:
 *
 * Returns: (transfer full) (nullable): the filter of the list of the package's resources; %NULL if
 *   @address does not request the list
 */
char *
bulla_address_get_filter (const char *address)
{
  const char *field = strstr (address, "&filter=");

  if (field == NULL || !g_str_has_prefix (address, PACKAGE_DOOR))
    return NULL;
  g_autofree char *escaped = g_strdup (field + strlen ("&filter="));
  escaped[strcspn (escaped, "&#")] = '\0';
  g_strdelimit (escaped, "+", ' ');
  return unescape (escaped);
}

/**
 * bulla_address_equal:
 *
 * Returns: whether both URLs refer to the same resource: fragments and equivalent spellings do not
 *   count
 */
gboolean
bulla_address_equal (const char *a, const char *b)
{
  return a != NULL && b != NULL && bulla_url_same (a, b);
}

/**
 * bulla_address_for_display:
 *
 * Returns: (transfer full): the text to show in the address entry for @url: for a package, the URL
 *   of the package; for a blank page, ""
 */
char *
bulla_address_for_display (const char *url)
{
  char *package = bulla_address_get_package (url);

  if (package != NULL)
    return package;
  return g_strdup (url == NULL || g_str_equal (url, "about:blank") ? "" : url);
}
