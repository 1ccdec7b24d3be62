/* bulla-page-frames.c - lists the hosts of the documents in the frames of a page
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * WebKit does not say which frame sends a request, but it emits a signal for each new document
 * with scripts in a frame. The shell adds documents without scripts, and those restored from the
 * page cache. */
#include "bulla-page-frames.h"

#include <string.h>

#include "bulla-uri-text.h"

#define KEY "bulla-frames"
#define HOSTS_MAX 63    /* most hosts kept for one page */
#define OTHER_HOSTS "*" /* placeholder for the hosts that were not kept; never a host itself */

/**
 * bulla_page_frames_get_main:
 *
 * Returns: (transfer none) (nullable): the main frame of @page
 */
WebKitFrame *
bulla_page_frames_get_main (WebKitWebPage *page)
{
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  return webkit_web_page_get_main_frame (page);
  G_GNUC_END_IGNORE_DEPRECATIONS
}

/* Records a new document of a frame. The page keeps the hosts of earlier documents of its frames
 * until the page itself has a new document. */
static void
window_object_cleared_cb (WebKitScriptWorld *world, WebKitWebPage *page, WebKitFrame *frame,
                          gpointer user_data)
{
  GHashTable *hosts = g_object_get_data (G_OBJECT (page), KEY);
  g_autofree char *host = bulla_url_dup_document_host (webkit_frame_get_uri (frame));

  if (hosts == NULL || webkit_frame_is_main_frame (frame)) {
    hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_object_set_data_full (G_OBJECT (page), KEY, hosts, (GDestroyNotify)g_hash_table_unref);
  }
  if (host == NULL)
    return;
  gboolean keeps = g_hash_table_size (hosts) < HOSTS_MAX || g_hash_table_contains (hosts, host);
  g_hash_table_add (hosts, keeps ? g_steal_pointer (&host) : g_strdup (OTHER_HOSTS));
}

/**
 * bulla_page_frames_follow:
 *
 * Records every document of every frame in this process.
 */
void
bulla_page_frames_follow (void)
{
  g_signal_connect (webkit_script_world_get_default (), "window-object-cleared",
                    G_CALLBACK (window_object_cleared_cb), NULL);
}

/**
 * bulla_page_frames_list:
 *
 * Returns: (transfer floating): `as`: the hosts of all documents that frames of @page contain or
 *   contained, each once, in lower case
 */
GVariant *
bulla_page_frames_list (WebKitWebPage *page)
{
  GHashTable *hosts = g_object_get_data (G_OBJECT (page), KEY);
  GVariantBuilder list;
  GHashTableIter iter;
  gpointer host;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("as"));
  if (hosts != NULL) {
    g_hash_table_iter_init (&iter, hosts);
    while (g_hash_table_iter_next (&iter, &host, NULL))
      g_variant_builder_add (&list, "s", host);
  }
  return g_variant_builder_end (&list);
}
