/* bulla-bundle-scope.c - checks which URLs an unsigned bundle may represent, by its own URL
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: NAV "Unsigned bundle scope": defined and widened as the scope of a service worker, by
 * the same header field. */
#include <string.h>

#include "bulla-bundle-private.h"
#include "bulla-uri-text.h"
#include "bulla-url.h"

/* Two parsers could read an escaped slash or a dot segment as different folders. */
static gboolean
is_plain (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, (gssize)strcspn (path, "?"));

  return strstr (lower, "%2f") == NULL && strstr (lower, "%5c") == NULL
         && strstr (lower, "%2e") == NULL && strstr (lower, "/./") == NULL
         && strstr (lower, "/../") == NULL && !g_str_has_suffix (lower, "/..")
         && !g_str_has_suffix (lower, "/.") && strchr (lower, '\\') == NULL;
}

/* Returns the path up to and including its last slash. */
static char *
dup_folder (const char *url)
{
  size_t length = strcspn (url, "?#");

  while (length > 0 && url[length - 1] != '/')
    length--;
  return g_strndup (url, length);
}

/* Returns: (nullable): the widened scope; NULL without such a header or if it leads elsewhere */
static char *
dup_allowed (BullaBundle *self, const BullaUrl *bundle)
{
  const char *allowed = bulla_outer_get_header (self->outer, "service-worker-allowed");
  g_auto (BullaUrl) parsed = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;
  g_autofree char *url =
      allowed != NULL ? bulla_url_resolve (bundle->url, allowed, G_URI_FLAGS_ENCODED) : NULL;

  if (url == NULL || !bulla_url_parse (&parsed, url, strlen (url), &reason, &detail)
      || strcmp (parsed.origin, bundle->origin) != 0)
    return NULL;
  return g_strndup (parsed.url, strcspn (parsed.url, "?#"));
}

static gboolean
is_below (const char *url, const char *scope, const char *origin)
{
  return scope != NULL && g_str_has_prefix (url, scope) && is_plain (url + strlen (origin))
         && is_plain (scope + strlen (origin));
}

/**
 * bulla_bundle_fill_scope_facts: (skip)
 * @self: a bundle
 * @facts: facts about a response in the bundle, or about the bundle and its primary URL; receives
 *   the scope
 *
 * Signed bundles have no scope, nor have those from a local file or an insecure connection.
 */
void
bulla_bundle_fill_scope_facts (BullaBundle *self, BullaFacts *facts)
{
  const char *url = self->facts->outer.url;
  g_auto (BullaUrl) bundle = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;
  BullaResponseFacts *response = &facts->response;

  response->in_scope = BULLA_NO;
  if (url == NULL || self->facts->outer.secure != BULLA_YES
      || self->facts->integrity.present == BULLA_YES
      || !bulla_url_parse (&bundle, url, strlen (url), &reason, &detail))
    return;
  g_autofree char *folder = dup_folder (bundle.url);
  g_autofree char *allowed = dup_allowed (self, &bundle);
  const char *asked = facts->request_url;
  gboolean same = asked != NULL && g_strcmp0 (facts->request_origin, bundle.origin) == 0;
  gboolean wider = allowed != NULL && g_str_has_prefix (folder, allowed);
  response->scope = bulla_facts_intern (facts, wider ? allowed : folder);
  if (same && (is_below (asked, folder, bundle.origin) || is_below (asked, allowed, bundle.origin)))
    response->in_scope = BULLA_YES;
}
