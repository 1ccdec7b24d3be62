/* bulla-worker-removal.c - removes the service workers of origins from a network session
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * WebKitWebsiteDataManager neither lists nor removes the service workers of an ephemeral session,
 * as measured. So an empty page of the origin, which contacts nobody and is in no window,
 * unregisters them. */
#include "bulla-worker-removal.h"

#include "bulla-web-settings.h"

static const char UNREGISTER[] = "if (navigator.serviceWorker === undefined) return [0, 0];"
                                 "const before = await navigator.serviceWorker.getRegistrations();"
                                 "for (const each of before) await each.unregister();"
                                 "const after = await navigator.serviceWorker.getRegistrations();"
                                 "return [before.length, after.length];";

typedef struct {
  WebKitWebView *view;      /* owned */
  GStrv origins;            /* owned */
  guint next;               /* index of the origin that is being cleared */
  GStrvBuilder *had, *left; /* owned; origins with service workers before, and afterwards */
  gboolean calling;         /* a call of the page is pending */
} Removal;

static void
removal_free (Removal *self)
{
  g_object_unref (self->view);
  g_strfreev (self->origins);
  g_strv_builder_unref (self->had);
  g_strv_builder_unref (self->left);
  g_free (self);
}

static void
go_on (GTask *task)
{
  Removal *self = g_task_get_task_data (task);
  const char *origin = self->origins[self->next];

  if (origin == NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  g_autofree char *base = g_strconcat (origin, "/", NULL);
  webkit_web_view_load_html (self->view, "<!doctype html><title></title>", base);
}

static gint32
get_number (JSCValue *pair, guint index)
{
  g_autoptr (JSCValue) value = jsc_value_object_get_property_at_index (pair, index);

  return jsc_value_to_int32 (value);
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Removal *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JSCValue) pair = webkit_web_view_call_async_javascript_function_finish (
      WEBKIT_WEB_VIEW (source), result, &error);
  const char *origin = self->origins[self->next];

  self->calling = FALSE;
  if (origin != NULL) { /* otherwise the web process has crashed */
    self->next++;
    if (pair != NULL && get_number (pair, 0) > 0)
      g_strv_builder_add (self->had, origin);
    if (pair == NULL || get_number (pair, 1) > 0)
      g_strv_builder_add (self->left, origin);
  }
  if (pair == NULL)
    g_warning ("service workers of %s: %s", origin != NULL ? origin : "packages", error->message);
  go_on (task);
}

static void
load_changed_cb (WebKitWebView *view, WebKitLoadEvent event, GTask *task)
{
  Removal *self = g_task_get_task_data (task);

  if (event != WEBKIT_LOAD_FINISHED || self->calling)
    return;
  self->calling = TRUE;
  webkit_web_view_call_async_javascript_function (view, UNREGISTER, -1, NULL, NULL, NULL, NULL,
                                                  called_cb, task);
}

/* The origins that were not reached keep their service workers. A call that was made is answered
 * with an error, and ends the task. */
static void
terminated_cb (WebKitWebView *view, WebKitWebProcessTerminationReason reason, GTask *task)
{
  Removal *self = g_task_get_task_data (task);

  g_warning ("the page that removes service workers crashed");
  g_signal_handlers_disconnect_by_data (view, task);
  while (self->origins[self->next] != NULL)
    g_strv_builder_add (self->left, self->origins[self->next++]);
  if (!self->calling)
    go_on (task);
}

/**
 * bulla_worker_removal_async:
 * @session: an ephemeral network session
 * @context: the context of a view of @session: in a new one WebKit would start no service worker of
 *   these origins any more
 * @origins: https origins
 *
 * Unregisters every service worker of each of @origins.
 */
void
bulla_worker_removal_async (WebKitNetworkSession *session, WebKitWebContext *context,
                            const char *const *origins, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (session, NULL, callback, user_data);
  g_autoptr (WebKitSettings) settings = bulla_web_settings_new (FALSE, TRUE);
  Removal *self = g_new0 (Removal, 1);

  self->view =
      g_object_ref_sink (g_object_new (WEBKIT_TYPE_WEB_VIEW, "network-session", session,
                                       "web-context", context, "settings", settings, NULL));
  self->origins = g_strdupv ((char **)origins);
  self->had = g_strv_builder_new ();
  self->left = g_strv_builder_new ();
  g_task_set_task_data (task, self, (GDestroyNotify)removal_free);
  g_signal_connect (self->view, "load-changed", G_CALLBACK (load_changed_cb), task);
  g_signal_connect (self->view, "web-process-terminated", G_CALLBACK (terminated_cb), task);
  go_on (task);
}

/**
 * bulla_worker_removal_finish:
 * @left: (out) (transfer full): the origins that still have service workers
 * @error: set if WebKit did not say what there is
 *
 * Returns: (transfer full) (nullable): the origins that had service workers; %NULL on error
 */
GStrv
bulla_worker_removal_finish (GAsyncResult *result, GStrv *left, GError **error)
{
  Removal *self = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  *left = g_strv_builder_end (self->left);
  return g_strv_builder_end (self->had);
}
