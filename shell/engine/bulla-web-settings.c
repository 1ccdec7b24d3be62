/* bulla-web-settings.c - enables and disables WebKit features for views
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-web-settings.h"

typedef struct {
  const char *name;
  gboolean web, package; /* whether web views and package views have the feature */
  gboolean needed;       /* whether a WebKit without the feature causes a warning */
} Feature;

static const Feature FEATURES[] = {
    /* aggregators offer packages by `<link rel=prefetch>`, which is off by default in WebKit */
    {"LinkPrefetch", TRUE, FALSE, TRUE},
    /* asks the system's resolver without the proxy, as measured */
    {"LinkDNSPrefetch", FALSE, FALSE, TRUE},
    /* A package view uses the network only through the gateway, so features that open
     * connections by themselves are off as well. */
    {"LinkPreconnect", TRUE, FALSE, FALSE},
    {"LinkPreconnectEarlyHints", TRUE, FALSE, FALSE},
    {"PeerConnectionEnabled", FALSE, FALSE, FALSE},
    {"WebTransport", FALSE, FALSE, FALSE},
    {"PushAPI", FALSE, FALSE, FALSE},
    {"BackgroundFetchAPI", FALSE, FALSE, FALSE},
};

/* what a page needs to store something */
static const char *const STORING[] = {"ServiceWorkers", "LocalStorage",   "IndexedDBAPI",
                                      "CacheAPI",       "CookieStoreAPI", "StorageAPI"};

static WebKitFeature *
find_feature (WebKitFeatureList *features, const char *name)
{
  for (gsize i = 0; i < webkit_feature_list_get_length (features); i++) {
    WebKitFeature *feature = webkit_feature_list_get (features, i);

    if (g_str_equal (webkit_feature_get_identifier (feature), name))
      return feature;
  }
  return NULL;
}

/**
 * bulla_web_settings_new:
 * @package: whether the settings are for a package view
 * @stores: whether pages of the view may store data and register service workers
 *
 * Returns: (transfer full): the settings of a view
 */
WebKitSettings *
bulla_web_settings_new (gboolean package, gboolean stores)
{
  WebKitSettings *settings = webkit_settings_new ();
  WebKitFeatureList *features = webkit_settings_get_all_features ();

  for (guint i = 0; i < G_N_ELEMENTS (FEATURES); i++) {
    const Feature *each = &FEATURES[i];
    WebKitFeature *feature = find_feature (features, each->name);

    if (feature != NULL)
      webkit_settings_set_feature_enabled (settings, feature, package ? each->package : each->web);
    else if (each->needed)
      g_warning ("this version of WebKit lacks the feature %s", each->name);
  }
  for (guint i = 0; !stores && i < G_N_ELEMENTS (STORING); i++) {
    WebKitFeature *feature = find_feature (features, STORING[i]);

    if (feature != NULL)
      webkit_settings_set_feature_enabled (settings, feature, FALSE);
    else
      g_warning ("this version of WebKit lacks the feature %s", STORING[i]);
  }
  webkit_feature_list_unref (features);
  /* what the inspector requests for a page has the session of the page, and so its permissions */
  webkit_settings_set_enable_developer_extras (settings, TRUE);
  if (package) {
    webkit_settings_set_enable_webrtc (settings, FALSE);
    webkit_settings_set_enable_media_stream (settings, FALSE);
  }
  return settings;
}
