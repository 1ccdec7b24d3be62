/* fuzz-url.c - parses URLs: an accepted URL must parse to itself
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-url.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (BullaUrl) url = {0}, again = {0};
  BullaReason reason;
  const char *detail;

  if (!bulla_url_parse (&url, (const char *)data, size, &reason, &detail)) {
    g_assert_cmpint (reason, !=, BULLA_REASON_NONE);
    g_assert_nonnull (detail);
    return 0;
  }
  g_autoptr (GUri) other = g_uri_parse (url.url, G_URI_FLAGS_ENCODED, NULL);
  g_assert_true (g_str_is_ascii (url.url) && g_str_has_prefix (url.url, url.origin));
  g_assert_cmpstr (g_uri_get_host (other), ==, url.host);
  g_assert_true (bulla_url_parse (&again, url.url, strlen (url.url), &reason, &detail));
  g_assert_cmpstr (again.url, ==, url.url);
  g_assert_cmpstr (again.origin, ==, url.origin);
  return 0;
}
