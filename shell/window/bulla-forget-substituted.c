/* bulla-forget-substituted.c - forgets everything that came by substitution
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A signed exchange cannot carry Clear-Site-Data, so only the user can end what a substituted page
 * has left behind without asking its publisher. */
#include "bulla-forget-substituted.h"

#include <glib/gi18n.h>

#include "bulla-window-actions.h"

typedef struct {
  GtkApplication *application; /* owned */
  BullaViewRegistry *views;    /* owned */
} Forgetting;

static void
forgetting_free (Forgetting *self)
{
  g_object_unref (self->application);
  g_object_unref (self->views);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Forgetting, forgetting_free)

static void
show_notice (GtkApplication *application, const char *text)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  if (BULLA_IS_WINDOW (window))
    bulla_window_show_notice (BULLA_WINDOW (window), text);
}

static char *
dup_result (const char *const *left)
{
  return *left != NULL ? g_strdup_printf (
             _ ("WebKit still has data of %s. Quit Bulla to remove them."), *left)
                       : g_strdup (_ ("Everything that came in packages was forgotten"));
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Forgetting) self = user_data;
  BullaDecisionLog *log = bulla_view_registry_get_log (self->views);
  g_auto (GStrv) removed = NULL, left = NULL;
  g_autoptr (GError) error = NULL;

  if (!bulla_substituted_sessions_forget_finish (BULLA_SUBSTITUTED_SESSIONS (source), result,
                                                 &removed, &left, &error)) {
    g_autofree char *text =
        g_strdup_printf (_ ("The data of packages were not removed: %s"), error->message);
    show_notice (self->application, text);
    return;
  }
  if (log != NULL)
    bulla_decision_log_write_forgot (log, (const char *const *)removed, (const char *const *)left);
  g_autofree char *text = dup_result ((const char *const *)left);
  show_notice (self->application, text);
}

/* Returns: (transfer none) (nullable): the context of a view in the session of live pages */
static WebKitWebContext *
find_context (GtkApplication *application)
{
  for (GList *each = gtk_application_get_windows (application); each != NULL; each = each->next) {
    BullaView *web = BULLA_IS_WINDOW (each->data)
                         ? bulla_view_stack_get_web (bulla_window_get_views (each->data))
                         : NULL;

    if (web != NULL && !bulla_view_is_private (web))
      return webkit_web_view_get_context (WEBKIT_WEB_VIEW (web));
  }
  return NULL;
}

/**
 * bulla_forget_substituted:
 * @application: all windows
 * @views: all views
 *
 * Ends every substituted page, drops every package that is kept or was prefetched, and removes what
 * substituted pages have stored in WebKit. The record of the newest versions seen and the log of
 * accepted packages stay: they protect against older packages.
 *
 * Spec: policy.md C12.
 */
void
bulla_forget_substituted (GtkApplication *application, BullaViewRegistry *views)
{
  BullaEngine *engine = bulla_view_registry_get_engine (views);
  Forgetting *self = g_new0 (Forgetting, 1);

  for (GList *each = gtk_application_get_windows (application); each != NULL; each = each->next)
    if (BULLA_IS_WINDOW (each->data))
      bulla_view_stack_forget (bulla_window_get_views (each->data));
  bulla_gateway_forget_packages (bulla_engine_get_gateway (engine));
  self->application = g_object_ref (application);
  self->views = g_object_ref (views);
  bulla_substituted_sessions_forget_async (bulla_engine_get_apart (engine),
                                           bulla_engine_get_session (engine),
                                           find_context (application), forgotten_cb, self);
}
