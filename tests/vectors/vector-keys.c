/* vector-keys.c - the keys that a recipe may have
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vector.h"

#include <string.h>

/* a misspelt key would prove nothing, silently */
static const char *const KEYS[] = {
    "package/base",
    "package/mutation",
    "package/mutation-*",
    "package/target",
    "package/url",
    "package/now",
    "package/cert-url",
    "package/trust",
    "package/ct-logs",
    "request/headers",
    "request/method",
    "request/url",
    "request/destination",
    "request/partition",
    "request/now",
    "request/ancestors",
    "request/other-version",
    "request/fallback-loops",
    "request/live-date",
    "request/page-dates",
    "prefetch/since",
    "prefetch/headers",
    "prefetch/kept",
    "part/url",
    "part/header-integrity",
    "part/deliverer",
    "part/page-deliverer",
    "part/unfinished",
    "part/missing",
    "outer/url",
    "outer/headers",
    "outer/fails-at",
    "outer/pipe",
    "outer/status",
    "outer/redirected",
    "cert-response/status",
    "cert-response/type",
    "cert-response/fails",
    "cert-response/redirect",
    "validity/answer",
    "loader/offline",
    "cert-response/first-mutation",
    "loader/no-logs",
    "loader/revoked",
    "loader/tls-host",
    "loader/settings",
    "store/newest",
    "store/live",
    "store/url",
    "store/vulnerable",
    "expect*/outcome",
    "expect*/reason",
    "expect*/offset",
    "expect*/length",
    "expect*/report",
    "expect*/released",
    "expect*/fetches",
    "expect*/resources",
    "expect*/note",
};

static gboolean
is_known (const char *group, const char *key)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", group, key);

  for (size_t i = 0; i < G_N_ELEMENTS (KEYS); i++)
    if (g_pattern_match_simple (KEYS[i], path))
      return TRUE;
  return FALSE;
}

static gboolean
is_known_group (const char *group)
{
  if (!g_str_has_prefix (group, "expect "))
    return TRUE; /* its keys are looked at */
  return g_strv_contains (VECTOR_PROFILES, group + strlen ("expect "));
}

gboolean
vector_check_keys (GKeyFile *recipe, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (recipe, NULL);

  for (size_t i = 0; groups[i] != NULL; i++) {
    g_auto (GStrv) keys = g_key_file_get_keys (recipe, groups[i], NULL, NULL);
    for (size_t j = 0; keys[j] != NULL; j++)
      if (!is_known_group (groups[i]) || !is_known (groups[i], keys[j])) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "[%s] %s is nothing we read",
                     groups[i], keys[j]);
        return FALSE;
      }
  }
  return TRUE;
}
