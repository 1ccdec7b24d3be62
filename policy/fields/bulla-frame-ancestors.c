/* bulla-frame-ancestors.c - checks X-Frame-Options and frame-ancestors in place of WebKit
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A source that cannot be parsed matches nothing. */
#include "bulla-frame-ancestors.h"

#include <string.h>

#define MAX_PARTS 1024 /* most parts read from one header; the rest matches nothing */

typedef struct {
  char *scheme; /* owned */
  char *host;   /* owned; host in lower case */
  char *port;   /* owned; port; NULL if it is the scheme's default */
} Origin;

static void
origin_clear (Origin *self)
{
  g_free (self->scheme);
  g_free (self->host);
  g_free (self->port);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Origin, origin_clear)

/* Parses scheme://host[:port]; FALSE for an opaque origin. */
static gboolean
origin_split (Origin *self, const char *text)
{
  const char *mark = strstr (text, "://");

  if (mark == NULL)
    return FALSE;
  const char *host = mark + 3;
  const char *colon = strrchr (host, ':');
  /* A colon inside brackets belongs to an IPv6 address. */
  if (colon != NULL && strchr (colon, ']') != NULL)
    colon = NULL;
  size_t length = colon != NULL ? (size_t)(colon - host) : strlen (host);
  self->scheme = g_ascii_strdown (text, mark - text);
  self->host = g_ascii_strdown (host, (gssize)length);
  self->port = colon != NULL ? g_strdup (colon + 1) : NULL;
  return self->host[0] != '\0';
}

static gboolean
scheme_matches (const char *wanted, const char *scheme)
{
  return strcmp (wanted, scheme) == 0
         || (strcmp (wanted, "http") == 0 && strcmp (scheme, "https") == 0);
}

static gboolean
host_matches (const char *wanted, const char *host)
{
  if (strcmp (wanted, "*") == 0)
    return TRUE;
  if (g_str_has_prefix (wanted, "*."))
    return g_str_has_suffix (host, wanted + 1) && strlen (host) > strlen (wanted + 1);
  return strcmp (wanted, host) == 0;
}

/* Matches an origin with a host-source, CSP3 6.7.2.8: [scheme://]host[:port][/path] */
static gboolean
host_source_matches (const char *source, const Origin *ancestor, const char *self)
{
  g_auto (Origin) own = {NULL};
  gboolean bare = strstr (source, "://") == NULL;

  if (bare && (self == NULL || !origin_split (&own, self)))
    return FALSE;
  g_autofree char *whole = bare ? g_strconcat (own.scheme, "://", source, NULL) : g_strdup (source);
  char *slash = strchr (strstr (whole, "://") + 3, '/');
  /* a source with a path never matches: origins have no path */
  if (slash != NULL && slash[1] != '\0')
    return FALSE;
  if (slash != NULL)
    *slash = '\0';
  g_auto (Origin) wanted = {NULL};
  if (!origin_split (&wanted, whole))
    return FALSE;
  gboolean port = g_strcmp0 (wanted.port, "*") == 0 || g_strcmp0 (wanted.port, ancestor->port) == 0;
  return port && scheme_matches (wanted.scheme, ancestor->scheme)
         && host_matches (wanted.host, ancestor->host);
}

static gboolean
source_matches (const char *source, const char *ancestor, const char *self)
{
  g_auto (Origin) origin = {NULL};

  if (g_ascii_strcasecmp (source, "'self'") == 0)
    return self != NULL && strcmp (self, ancestor) == 0;
  if (!origin_split (&origin, ancestor))
    return FALSE;
  if (strcmp (source, "*") == 0)
    return TRUE;
  if (source[0] == '\'')
    return FALSE;
  if (g_str_has_suffix (source, ":")) {
    g_autofree char *scheme = g_ascii_strdown (source, (gssize)strlen (source) - 1);
    return scheme_matches (scheme, origin.scheme);
  }
  return host_source_matches (source, &origin, self);
}

/* Says whether each page around the frame matches one of the sources. */
static gboolean
sources_allow (const char *sources, const char *self, const char *const *ancestors)
{
  g_auto (GStrv) list = g_strsplit_set (sources, " \t", MAX_PARTS);

  for (int i = 0; ancestors[i] != NULL; i++) {
    gboolean matches = FALSE;
    for (int j = 0; list[j] != NULL && !matches; j++)
      matches = list[j][0] != '\0' && source_matches (list[j], ancestors[i], self);
    if (!matches)
      return FALSE;
  }
  return TRUE;
}

/* Returns the first frame-ancestors directive of one policy; NULL if it has none. */
static const char *
find_ancestors (char *const *directives)
{
  static const char name[] = "frame-ancestors";

  for (int i = 0; directives[i] != NULL; i++) {
    const char *directive = directives[i] + strspn (directives[i], " \t");
    size_t length = strcspn (directive, " \t");
    if (length == strlen (name) && g_ascii_strncasecmp (directive, name, length) == 0)
      return directive + length;
  }
  return NULL;
}

static gboolean
policies_allow (const char *policies, const char *self, const char *const *ancestors,
                gboolean *found)
{
  g_auto (GStrv) list = g_strsplit (policies, ",", MAX_PARTS);

  for (int i = 0; list[i] != NULL; i++) {
    g_auto (GStrv) directives = g_strsplit (list[i], ";", MAX_PARTS);
    const char *sources = find_ancestors (directives);
    *found = *found || sources != NULL;
    if (sources != NULL && !sources_allow (sources, self, ancestors))
      return FALSE;
  }
  return TRUE;
}

/**
 * bulla_framing_allows: (skip)
 * @frame_options: (nullable): the value of X-Frame-Options
 * @security_policy: (nullable): the value of Content-Security-Policy
 * @self: (nullable): the origin of the response; %NULL matches nothing
 * @ancestors: (array zero-terminated=1): the origins of the pages around the frame
 * @why: (out): static; the header that decided
 *
 * As in HTML, X-Frame-Options is ignored if there is a frame-ancestors directive.
 *
 * Returns: whether the response may be shown in that frame
 */
gboolean
bulla_framing_allows (const char *frame_options, const char *security_policy, const char *self,
                      const char *const *ancestors, const char **why)
{
  gboolean found = FALSE;
  gboolean allows =
      security_policy == NULL || policies_allow (security_policy, self, ancestors, &found);

  *why = "frame-ancestors";
  if (found)
    return allows;
  *why = frame_options != NULL ? "X-Frame-Options" : "no framing header";
  g_auto (GStrv) values = g_strsplit (frame_options != NULL ? frame_options : "", ",", MAX_PARTS);
  for (int i = 0; values[i] != NULL; i++) {
    const char *value = g_strstrip (values[i]);
    if (g_ascii_strcasecmp (value, "deny") == 0)
      return FALSE;
    if (g_ascii_strcasecmp (value, "sameorigin") == 0 && !sources_allow ("'self'", self, ancestors))
      return FALSE;
  }
  return TRUE;
}
