/* bulla-cli-css-parts.c - finds the URLs that stylesheets load
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: CSS Syntax section 4, as far as it concerns comments, strings and url() */
#include <string.h>

#include "bulla-cli-page-parts-private.h"

typedef struct {
  const char *at, *end;
  const char *base;
  GPtrArray *parts;
} Scan;

static gboolean
scan_begins_with (const Scan *scan, const char *word)
{
  size_t length = strlen (word);

  return (size_t)(scan->end - scan->at) >= length
         && g_ascii_strncasecmp (scan->at, word, length) == 0;
}

static void
scan_skip_spaces (Scan *scan)
{
  while (scan->at < scan->end && g_ascii_isspace (*scan->at))
    scan->at++;
}

static void
scan_skip_comment (Scan *scan)
{
  const char *close = g_strstr_len (scan->at + 2, scan->end - scan->at - 2, "*/");

  scan->at = close != NULL ? close + 2 : scan->end;
}

/* Reads up to the character @close; an escaped character stands for itself. */
static char *
scan_read_until (Scan *scan, char close)
{
  GString *text = g_string_new (NULL);

  for (; scan->at < scan->end && *scan->at != close && *scan->at != '\n'; scan->at++) {
    if (*scan->at == '\\' && scan->at + 1 < scan->end)
      scan->at++;
    g_string_append_c (text, *scan->at);
  }
  if (scan->at < scan->end)
    scan->at++;
  return g_string_free (text, FALSE);
}

static char *
scan_read_string (Scan *scan)
{
  char quote = *scan->at++;

  return scan_read_until (scan, quote);
}

/* Reads the argument of url(), behind its bracket. */
static char *
scan_read_url (Scan *scan)
{
  char *url;

  scan_skip_spaces (scan);
  if (scan->at < scan->end && (*scan->at == '"' || *scan->at == '\'')) {
    url = scan_read_string (scan);
    scan_skip_spaces (scan);
    if (scan->at < scan->end && *scan->at == ')')
      scan->at++;
    return url;
  }
  url = scan_read_until (scan, ')');
  return g_strstrip (url);
}

/* Reads the target of @import, behind that word. */
static void
scan_import (Scan *scan)
{
  g_autofree char *url = NULL;

  scan_skip_spaces (scan);
  if (scan->at < scan->end && (*scan->at == '"' || *scan->at == '\''))
    url = scan_read_string (scan);
  else if (scan_begins_with (scan, "url(")) {
    scan->at += strlen ("url(");
    url = scan_read_url (scan);
  }
  if (url != NULL)
    bulla_cli_page_parts_add (scan->parts, scan->base, url, "style", FALSE);
}

static void
scan_token (Scan *scan)
{
  if (scan_begins_with (scan, "/*")) {
    scan_skip_comment (scan);
  } else if (*scan->at == '"' || *scan->at == '\'') {
    g_free (scan_read_string (scan));
  } else if (scan_begins_with (scan, "@import")) {
    scan->at += strlen ("@import");
    scan_import (scan);
  } else if (scan_begins_with (scan, "url(")) {
    scan->at += strlen ("url(");
    g_autofree char *url = scan_read_url (scan);
    bulla_cli_page_parts_add (scan->parts, scan->base, url, NULL, FALSE);
  } else {
    scan->at++;
  }
}

/**
 * bulla_cli_page_parts_read_css: (skip)
 * @css: a stylesheet
 * @length: bytes of @css
 * @url: the stylesheet's URL
 *
 * Returns: (transfer full) (element-type BullaCliPagePart): what it imports, and the fonts and
 *   pictures that it may load, in order; at most %BULLA_CLI_PAGE_PARTS_MAX
 */
GPtrArray *
bulla_cli_page_parts_read_css (const char *css, gsize length, const char *url)
{
  GPtrArray *parts = bulla_cli_page_parts_new ();
  Scan scan = {css, css + length, url, parts};

  while (scan.at < scan.end && parts->len < BULLA_CLI_PAGE_PARTS_MAX)
    scan_token (&scan);
  return parts;
}
