/* bulla-web-settings.c - what the shell asks of WebKit beyond its defaults
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-web-settings.h"

/* `<link rel=prefetch>` is what an aggregator offers its packages by; WebKit has it switched off */
#define PREFETCH "LinkPrefetch"

/**
 * bulla_web_settings_new:
 *
 * Returns: (transfer full): the settings of a view
 */
WebKitSettings *
bulla_web_settings_new (void)
{
  WebKitSettings *settings = webkit_settings_new ();
  WebKitFeatureList *features = webkit_settings_get_all_features ();
  gboolean found = FALSE;

  for (gsize i = 0; i < webkit_feature_list_get_length (features); i++) {
    WebKitFeature *feature = webkit_feature_list_get (features, i);
    if (!g_str_equal (webkit_feature_get_identifier (feature), PREFETCH))
      continue;
    webkit_settings_set_feature_enabled (settings, feature, TRUE);
    found = TRUE;
  }
  webkit_feature_list_unref (features);
  if (!found)
    g_warning ("this WebKit has no %s: pages cannot prefetch", PREFETCH);
  return settings;
}
