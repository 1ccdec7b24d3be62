/* bulla-view-requests.c - completes the announcements of requests by web processes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A navigation may be sent by a new web process, which knows neither the shown page, nor its
 * frames, nor the redirecting URL. The shell adds all three. */
#include "bulla-view-private.h"

#include <string.h>

#include "bulla-address.h"
#include "bulla-uri-text.h"

#define FRAMES_MAX 64   /* most frames of an announcement, the gateway's limit */
#define HOST_MAX 255    /* most bytes of a host name, the gateway's limit */
#define HOSTS_MAX 4096  /* most hosts kept for all pages of a view */
#define OTHER_HOSTS "*" /* placeholder for the hosts that were not kept; never a host itself */

/* Returns a table of the frames that pages had: hosts of the view's pages -> hosts of their
 * frames. It is kept as long as the view, because the page cache brings pages back with their
 * frames without any request. */
GHashTable *
bulla_view_frames_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify)g_hash_table_unref);
}

static GHashTable *
make_frames_of (BullaView *self, const char *top)
{
  GHashTable *hosts = g_hash_table_lookup (self->frames, top);

  if (hosts == NULL) {
    hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert (self->frames, g_strdup (top), hosts);
  }
  return hosts;
}

/* Records a frame's host. @top: host of the page, or "" */
static void
add_frame (BullaView *self, const char *top, const char *host)
{
  GHashTable *known = g_hash_table_lookup (self->frames, top);

  if (host == NULL || *host == '\0' || g_str_equal (host, top)
      || (known != NULL && g_hash_table_contains (known, host)))
    return;
  if (self->n_frames >= HOSTS_MAX) {
    self->lost_frames = TRUE;
    return;
  }
  known = make_frames_of (self, top);
  gboolean keeps = strlen (host) <= HOST_MAX && g_hash_table_size (known) < FRAMES_MAX - 1;
  if (g_hash_table_add (known, g_strdup (keeps ? host : OTHER_HOSTS)))
    self->n_frames++;
}

static char *
dup_host_in (GVariantDict *message, const char *member)
{
  const char *url = "";

  return g_variant_dict_lookup (message, member, "&s", &url) ? bulla_url_dup_document_host (url)
                                                             : NULL;
}

/* Returns the host of the requesting page. Its process names the page, unless it has shown none
 * yet. */
static char *
dup_top (BullaView *self, GVariantDict *message)
{
  char *top = dup_host_in (message, "document");

  if (top == NULL)
    top = bulla_url_dup_document_host (bulla_provenance_get_url (self->provenance));
  return top != NULL ? top : g_strdup ("");
}

/* Says whether the request is for the document of a frame. Frames without scripts are known only
 * from such requests, because messages do not list them. */
static gboolean
is_for_frame (GVariantDict *message)
{
  static const char *const frames[] = {"iframe", "frame", "object", "embed", NULL};
  const char *dest = "";

  return g_variant_dict_lookup (message, "dest", "&s", &dest) && g_strv_contains (frames, dest);
}

static void
learn_frames (BullaView *self, GVariantDict *message)
{
  g_autoptr (GVariant) said =
      g_variant_dict_lookup_value (message, "frames", G_VARIANT_TYPE_STRING_ARRAY);
  g_autofree char *top = dup_top (self, message);

  for (gsize i = 0; said != NULL && i < g_variant_n_children (said); i++) {
    const char *host;
    g_variant_get_child (said, i, "&s", &host);
    add_frame (self, top, host);
  }
  if (is_for_frame (message)) {
    g_autofree char *host = dup_host_in (message, "url");
    add_frame (self, top, host);
  }
}

static void
complete_frames (BullaView *self, GVariantDict *message)
{
  g_autofree char *top = dup_top (self, message);
  GHashTable *hosts = g_hash_table_lookup (self->frames, top);
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer host;

  if (self->lost_frames)
    g_ptr_array_add (list, (gpointer)OTHER_HOSTS);
  if (hosts != NULL) {
    g_hash_table_iter_init (&iter, hosts);
    while (list->len < FRAMES_MAX && g_hash_table_iter_next (&iter, &host, NULL))
      g_ptr_array_add (list, host);
  }
  g_variant_dict_insert_value (
      message, "frames", g_variant_new_strv ((const char *const *)list->pdata, (gssize)list->len));
}

/* Adds the shown page and the redirecting URL, which a process started for the navigation does not
 * know. */
static void
complete_navigation (BullaView *self, GVariantDict *message)
{
  const char *shown = bulla_provenance_get_url (self->provenance);
  const char *url = "", *redirected = "";

  g_variant_dict_insert (message, "document", "s", shown != NULL ? shown : "");
  g_variant_dict_lookup (message, "url", "&s", &url);
  g_variant_dict_lookup (message, "redirected", "&s", &redirected);
  const char *from = bulla_navigation_state_find_redirect (self->navigation, url, redirected);
  if (from != NULL)
    g_variant_dict_insert (message, "redirected", "s", from);
  bulla_navigation_state_ask (self->navigation, url);
}

/* Returns: whether the shown page has, or had, frames of hosts other than its own */
gboolean
bulla_view_has_other_frames (BullaView *self)
{
  g_autofree char *top = bulla_url_dup_document_host (bulla_provenance_get_url (self->provenance));

  return self->lost_frames || top == NULL || g_hash_table_contains (self->frames, top);
}

/* Completes a message. @message: an `a{sv}` from a web process */
static void
announce (BullaView *self, GVariant *message)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (message);
  gboolean top = FALSE;

  learn_frames (self, &dict);
  if (g_variant_dict_lookup (&dict, "top", "b", &top) && top)
    complete_navigation (self, &dict);
  complete_frames (self, &dict);
  g_autoptr (GVariant) completed = g_variant_ref_sink (g_variant_dict_end (&dict));
  bulla_engine_announce (self->engine, &self->id, completed);
}

/* Handles a request of a web process. Under automation all views have one context, and no view
 * ever changes its process: the page's id identifies the view. */
static gboolean
message_received_cb (WebKitWebContext *context, WebKitUserMessage *message, BullaView *self)
{
  GVariant *parameters = webkit_user_message_get_parameters (message);
  guint64 page = 0;

  if (!g_str_equal (webkit_user_message_get_name (message), "request") || parameters == NULL
      || !g_variant_is_of_type (parameters, G_VARIANT_TYPE_VARDICT) || self->engine == NULL)
    return FALSE;
  if (bulla_engine_get_automation_context (self->engine) != NULL
      && (!g_variant_lookup (parameters, "page", "t", &page)
          || page != webkit_web_view_get_page_id (WEBKIT_WEB_VIEW (self))))
    return FALSE;
  gboolean top = FALSE;
  if (g_variant_lookup (parameters, "top", "b", &top) && top)
    self->asked = g_get_monotonic_time ();
  announce (self, parameters);
  return TRUE;
}

/**
 * bulla_view_follow_requests:
 * @context: context of @self
 *
 * Handles every announcement of a request by the web processes of @context.
 */
void
bulla_view_follow_requests (BullaView *self, WebKitWebContext *context)
{
  g_signal_connect_object (context, "user-message-received", G_CALLBACK (message_received_cb), self,
                           0);
}
