/* bulla-cli-html-parts.c - finds the URLs that pages load
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: HTML, "Parsing HTML documents", as far as tags and attributes are concerned */
#include <string.h>

#include "bulla-cli-page-parts-private.h"
#include "bulla-link.h"

#define ATTRIBUTES_MAX 64 /* most attributes of one tag that are read */

typedef struct {
  const char *at, *end;
  char *base;          /* owned; what URLs are relative to */
  gboolean has_base;   /* whether <base href> has set it */
  gboolean in_picture; /* <source> elements choose the picture, not <img> */
  GPtrArray *parts;    /* owned; of BullaCliPagePart */
} Scan;

/* a start tag */
typedef struct {
  char *name;             /* owned; in lower case */
  GHashTable *attributes; /* owned; name in lower case -> value */
} Tag;

static void
tag_clear (Tag *self)
{
  g_free (self->name);
  g_clear_pointer (&self->attributes, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tag, tag_clear)

static const char *
tag_get (const Tag *tag, const char *name)
{
  return g_hash_table_lookup (tag->attributes, name);
}

static gboolean
tag_attribute_is (const Tag *tag, const char *name, const char *value)
{
  const char *found = tag_get (tag, name);

  return found != NULL && g_ascii_strcasecmp (found, value) == 0;
}

/* Says whether a list of words separated by white space contains @word. */
static gboolean
tag_has_word (const Tag *tag, const char *name, const char *word)
{
  const char *value = tag_get (tag, name);
  g_auto (GStrv) words = g_strsplit_set (value != NULL ? value : "", " \t\n\f\r", 64);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* Moves behind the next @word, or to the end. */
static void
scan_skip_behind (Scan *scan, const char *word)
{
  const char *found = g_strstr_len (scan->at, scan->end - scan->at, word);

  scan->at = found != NULL ? found + strlen (word) : scan->end;
}

static void
scan_skip_spaces (Scan *scan)
{
  while (scan->at < scan->end && (g_ascii_isspace (*scan->at) || *scan->at == '/'))
    scan->at++;
}

/* Reads up to one of the characters in @stops. */
static char *
scan_read_until (Scan *scan, const char *stops)
{
  const char *start = scan->at;

  while (scan->at < scan->end && *scan->at != '\0' && strchr (stops, *scan->at) == NULL)
    scan->at++;
  if (scan->at < scan->end && *scan->at == '\0')
    scan->at++;
  return g_strndup (start, (gsize)(scan->at - start));
}

/* Appends the character that a numeric reference at @text stands for. Returns its length in @text;
 * 0 if it is not one */
static size_t
append_number (GString *out, const char *text)
{
  gboolean hex = g_ascii_strncasecmp (text, "&#x", 3) == 0;
  size_t start = hex ? 3 : 2;
  size_t n = strncmp (text, "&#", 2) == 0 ? strspn (text + start, "0123456789abcdefABCDEF") : 0;
  g_autofree char *digits = g_strndup (n > 0 ? text + start : "", MIN (n, 8));
  guint64 number = 0;

  if (n == 0 || text[start + n] != ';'
      || !g_ascii_string_to_unsigned (digits, hex ? 16 : 10, 1, 0x10ffff, &number, NULL)
      || !g_unichar_validate ((gunichar)number))
    return 0;
  g_string_append_unichar (out, (gunichar)number);
  return start + n + 1;
}

/* As append_number(), also for the references that markup itself needs. */
static size_t
append_reference (GString *out, const char *text)
{
  static const struct {
    const char *reference;
    char character;
  } NAMED[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

  for (size_t i = 0; i < G_N_ELEMENTS (NAMED); i++)
    if (g_str_has_prefix (text, NAMED[i].reference)) {
      g_string_append_c (out, NAMED[i].character);
      return strlen (NAMED[i].reference);
    }
  return append_number (out, text);
}

/* Replaces character references. */
static char *
decode_references (const char *text)
{
  GString *out = g_string_new (NULL);

  while (*text != '\0') {
    size_t length = *text == '&' ? append_reference (out, text) : 0;
    if (length == 0)
      g_string_append_c (out, *text);
    text += MAX (length, 1);
  }
  return g_string_free (out, FALSE);
}

static char *
scan_read_value (Scan *scan)
{
  char quote = scan->at < scan->end ? *scan->at : '\0';
  g_autofree char *raw = NULL;

  if (quote != '"' && quote != '\'') {
    raw = scan_read_until (scan, " \t\n\f\r>");
    return decode_references (raw);
  }
  const char stops[] = {quote, '\0'};
  scan->at++;
  raw = scan_read_until (scan, stops);
  if (scan->at < scan->end)
    scan->at++;
  return decode_references (raw);
}

/* Reads one attribute; the first of a name counts. */
static void
scan_read_attribute (Scan *scan, Tag *tag)
{
  g_autofree char *typed = scan_read_until (scan, " \t\n\f\r/=>");
  g_autofree char *name = g_ascii_strdown (typed, -1);
  g_autofree char *value = NULL;
  const char *before = scan->at;

  while (scan->at < scan->end && g_ascii_isspace (*scan->at))
    scan->at++;
  if (scan->at < scan->end && *scan->at == '=') {
    scan->at++;
    while (scan->at < scan->end && g_ascii_isspace (*scan->at))
      scan->at++;
    value = scan_read_value (scan);
  } else {
    scan->at = before;
  }
  if (*name == '\0' || g_hash_table_size (tag->attributes) >= ATTRIBUTES_MAX
      || g_hash_table_contains (tag->attributes, name))
    return;
  g_hash_table_insert (tag->attributes, g_steal_pointer (&name),
                       value != NULL ? g_steal_pointer (&value) : g_strdup (""));
}

/* Reads a start tag, whose name is at scan->at. */
static void
scan_read_tag (Scan *scan, Tag *tag)
{
  g_autofree char *typed = scan_read_until (scan, " \t\n\f\r/>");

  tag->name = g_ascii_strdown (typed, -1);
  tag->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  scan_skip_spaces (scan);
  while (scan->at < scan->end && *scan->at != '>') {
    const char *before = scan->at;
    scan_read_attribute (scan, tag);
    if (scan->at == before)
      scan->at++; /* a stray character, such as “=” */
    scan_skip_spaces (scan);
  }
  if (scan->at < scan->end)
    scan->at++;
}

static BullaCliPagePart *
scan_add (Scan *scan, const Tag *tag, const char *attribute, const char *as, gboolean is_cors)
{
  const char *reference = tag_get (tag, attribute);
  gboolean anonymous = tag_get (tag, "crossorigin") != NULL
                       && !tag_attribute_is (tag, "crossorigin", "use-credentials");

  return reference != NULL ? bulla_cli_page_parts_add (scan->parts, scan->base, reference, as,
                                                       is_cors || anonymous)
                           : NULL;
}

/* A preload that the page has itself keeps its destination. */
static const char *
get_destination (const char *as)
{
  static const char *const KNOWN[] = {"fetch", "font", "image", "script", "style", "track"};

  for (size_t i = 0; as != NULL && i < G_N_ELEMENTS (KNOWN); i++)
    if (g_ascii_strcasecmp (as, KNOWN[i]) == 0)
      return KNOWN[i];
  return NULL;
}

/* Keeps the candidates, unless a header field could not express them: browsers resolve those of a
 * header against the URL of the page, and not against <base>. */
static void
set_candidates (const Scan *scan, BullaCliPagePart *part, const char *srcset, const char *sizes)
{
  if (scan->has_base || part == NULL || srcset == NULL || strpbrk (srcset, "\"\\\r\n") != NULL
      || (sizes != NULL && strpbrk (sizes, "\"\\\r\n") != NULL) || !g_str_is_ascii (srcset))
    return;
  part->srcset = g_strdup (srcset);
  part->sizes = g_strdup (sizes);
}

static void
scan_link (Scan *scan, const Tag *tag)
{
  const char *as = get_destination (tag_get (tag, "as"));

  if (tag_has_word (tag, "rel", "stylesheet") && !tag_has_word (tag, "rel", "alternate")
      && tag_get (tag, "disabled") == NULL && !tag_attribute_is (tag, "media", "print"))
    scan_add (scan, tag, "href", "style", FALSE);
  else if (tag_has_word (tag, "rel", "modulepreload"))
    scan_add (scan, tag, "href", "script", TRUE);
  else if (tag_has_word (tag, "rel", "preload") && as != NULL)
    set_candidates (scan, scan_add (scan, tag, "href", as, strcmp (as, "font") == 0),
                    tag_get (tag, "imagesrcset"), tag_get (tag, "imagesizes"));
}

static gboolean
is_script_type (const char *type)
{
  static const char *const KNOWN[] = {"", "module", "text/javascript", "application/javascript",
                                      "application/x-javascript"};

  for (size_t i = 0; i < G_N_ELEMENTS (KNOWN); i++)
    if (type == NULL || g_ascii_strcasecmp (type, KNOWN[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
scan_base (Scan *scan, const Tag *tag)
{
  const char *href = tag_get (tag, "href");
  char *url = href != NULL && !scan->has_base ? bulla_link_resolve (scan->base, href) : NULL;

  if (url == NULL)
    return;
  g_free (scan->base);
  scan->base = url;
  scan->has_base = TRUE;
}

/* Adds what a tag loads. */
static void
scan_tag (Scan *scan, const Tag *tag)
{
  if (strcmp (tag->name, "base") == 0)
    scan_base (scan, tag);
  else if (strcmp (tag->name, "link") == 0)
    scan_link (scan, tag);
  else if (strcmp (tag->name, "script") == 0 && is_script_type (tag_get (tag, "type"))
           && tag_get (tag, "nomodule") == NULL)
    scan_add (scan, tag, "src", "script", tag_attribute_is (tag, "type", "module"));
  else if (strcmp (tag->name, "img") == 0 && !scan->in_picture
           && !tag_attribute_is (tag, "loading", "lazy"))
    set_candidates (scan, scan_add (scan, tag, "src", "image", FALSE), tag_get (tag, "srcset"),
                    tag_get (tag, "sizes"));
  else if (strcmp (tag->name, "video") == 0)
    scan_add (scan, tag, "poster", "image", FALSE);
  else if (strcmp (tag->name, "source") == 0 && tag_get (tag, "srcset") != NULL)
    scan->in_picture = TRUE;
}

/* Skips the text of an element whose content is not markup; reads that of <style>. */
static void
scan_text (Scan *scan, const char *name)
{
  static const char *const TEXT[] = {"script", "style",   "textarea", "title",    "xmp",
                                     "iframe", "noembed", "noframes", "noscript", NULL};
  const char *start = scan->at;

  if (!g_strv_contains (TEXT, name))
    return;
  for (; scan->at < scan->end; scan->at++)
    if (scan->at[0] == '<' && scan->end - scan->at > 2 && scan->at[1] == '/'
        && (size_t)(scan->end - scan->at - 2) >= strlen (name)
        && g_ascii_strncasecmp (scan->at + 2, name, strlen (name)) == 0)
      break;
  if (strcmp (name, "style") != 0)
    return;
  g_autoptr (GPtrArray) inner =
      bulla_cli_page_parts_read_css (start, (gsize)(scan->at - start), scan->base);
  for (guint i = 0; i < inner->len; i++) {
    const BullaCliPagePart *part = inner->pdata[i];
    bulla_cli_page_parts_add (scan->parts, scan->base, part->url, part->as, part->is_cors);
  }
}

/* Reads from a “<” on. */
static void
scan_markup (Scan *scan)
{
  g_auto (Tag) tag = {NULL, NULL};
  gsize left = (gsize)(scan->end - scan->at);

  if (left >= 4 && strncmp (scan->at, "<!--", 4) == 0) {
    scan_skip_behind (scan, "-->");
  } else if (left >= 2 && (scan->at[1] == '!' || scan->at[1] == '?' || scan->at[1] == '/')) {
    if (left >= 9 && g_ascii_strncasecmp (scan->at, "</picture", 9) == 0)
      scan->in_picture = FALSE;
    scan_skip_behind (scan, ">");
  } else if (left >= 2 && g_ascii_isalpha (scan->at[1])) {
    scan->at++;
    scan_read_tag (scan, &tag);
    scan_tag (scan, &tag);
    scan_text (scan, tag.name);
  } else {
    scan->at++;
  }
}

/**
 * bulla_cli_page_parts_read_html: (skip)
 * @html: a page in an encoding that contains ASCII
 * @length: bytes of @html
 * @url: the page's URL
 *
 * Reads what is in the markup, not what scripts add: stylesheets, scripts, pictures and preloads.
 * Pictures that are loaded lazily, or that <source> elements choose, are left out, because a
 * preload would load them too early, or another one.
 *
 * Returns: (transfer full) (element-type BullaCliPagePart): the subresources, in order; at most
 *   %BULLA_CLI_PAGE_PARTS_MAX
 */
GPtrArray *
bulla_cli_page_parts_read_html (const char *html, gsize length, const char *url)
{
  GPtrArray *parts = bulla_cli_page_parts_new ();
  Scan scan = {html, html + length, g_strdup (url), FALSE, FALSE, parts};

  while (scan.at < scan.end && parts->len < BULLA_CLI_PAGE_PARTS_MAX) {
    const char *next = memchr (scan.at, '<', (size_t)(scan.end - scan.at));
    scan.at = next != NULL ? next : scan.end;
    if (next != NULL)
      scan_markup (&scan);
  }
  g_free (scan.base);
  return parts;
}
