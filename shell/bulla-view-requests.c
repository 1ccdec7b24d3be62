/* bulla-view-requests.c - completes what web processes announce of their requests
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A navigation may be sent by a process that was started for it: that process knows neither the
 * page that is shown still, nor its frames, nor what redirected here. The shell knows all three. */
#include "bulla-view-private.h"

#include "bulla-address.h"
#include "bulla-engine.h"

#define FRAMES_MAX 64 /* as the gateway takes them */

static void
add_frame (BullaView *self, const char *host)
{
  if (host != NULL && *host != '\0' && g_hash_table_size (self->frames) < FRAMES_MAX)
    g_hash_table_add (self->frames, g_strdup (host));
}

/* Which hosts the frames of the page are of, as far as its requests tell. */
static void
learn_frames (BullaView *self, GVariantDict *message)
{
  g_autoptr (GVariant) said =
      g_variant_dict_lookup_value (message, "frames", G_VARIANT_TYPE_STRING_ARRAY);
  const char *dest = "", *url = "";

  for (gsize i = 0; said != NULL && i < g_variant_n_children (said); i++) {
    const char *host;
    g_variant_get_child (said, i, "&s", &host);
    add_frame (self, host);
  }
  if (g_variant_dict_lookup (message, "dest", "&s", &dest) && g_str_equal (dest, "iframe")
      && g_variant_dict_lookup (message, "url", "&s", &url)) {
    g_autofree char *host = bulla_address_dup_host (url);
    add_frame (self, host);
  }
}

static void
complete (BullaView *self, GVariantDict *message)
{
  const char *shown = bulla_provenance_get_url (self->provenance);
  const char *url = "", *redirected = "";
  g_autofree char **frames = (char **)g_hash_table_get_keys_as_array (self->frames, NULL);

  g_variant_dict_insert (message, "document", "s", shown != NULL ? shown : "");
  g_variant_dict_insert_value (message, "frames",
                               g_variant_new_strv ((const char *const *)frames, -1));
  if (g_variant_dict_lookup (message, "redirected", "&s", &redirected) && *redirected == '\0'
      && g_variant_dict_lookup (message, "url", "&s", &url)
      && bulla_address_equal (url, self->itinerary->redirect_to))
    g_variant_dict_insert (message, "redirected", "s", self->itinerary->redirect_from);
}

/**
 * bulla_view_announce:
 * @message: an `a{sv}` from a web process
 */
void
bulla_view_announce (BullaView *self, GVariant *message)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (message);
  gboolean top = FALSE;

  learn_frames (self, &dict);
  if (g_variant_dict_lookup (&dict, "top", "b", &top) && top)
    complete (self, &dict);
  g_autoptr (GVariant) completed = g_variant_ref_sink (g_variant_dict_end (&dict));
  bulla_engine_announce (self->engine, self, completed);
}
