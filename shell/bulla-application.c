/* bulla-application.c - the bulla-shell application: options, windows, shortcuts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-application.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-automation.h"
#include "bulla-engine.h"
#include "bulla-forget-substituted.h"
#include "bulla-gateway-events.h"
#include "bulla-network-dialog.h"
#include "bulla-options.h"
#include "bulla-package-scheme.h"
#include "bulla-view-registry.h"
#include "bulla-window.h"

struct _BullaApplication {
  AdwApplication parent_instance;

  BullaOptions *options;       /* owned */
  BullaEngine *engine;         /* owned; NULL before startup */
  BullaViewRegistry *views;    /* owned; NULL before startup */
  BullaAutomation *automation; /* owned; NULL without automation */
  int status;                  /* exit status of a program that failed to start */
};

G_DEFINE_FINAL_TYPE (BullaApplication, bulla_application, ADW_TYPE_APPLICATION)

static BullaWindow *
open_window (BullaApplication *self, gboolean private_window, const char *url)
{
  g_autoptr (BullaView) view = g_object_ref_sink (bulla_view_new (self->views, private_window));
  BullaWindow *window = bulla_window_new (GTK_APPLICATION (self), view);

  gtk_window_present (GTK_WINDOW (window));
  if (url != NULL) {
    bulla_view_open (view, url);
    gtk_widget_grab_focus (GTK_WIDGET (view)); /* the page gets the key events */
  } else {
    bulla_window_show_start (window);
    bulla_window_focus_address (window);
  }
  return window;
}

static void
new_window_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_window (user_data, FALSE, NULL);
}

static void
new_private_window_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_window (user_data, TRUE, NULL);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_quit (G_APPLICATION (user_data));
}

static void
forget_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BullaApplication *self = BULLA_APPLICATION (user_data);

  if (self->views != NULL)
    bulla_forget_substituted (GTK_APPLICATION (self), self->views);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (user_data)),
                         "application-name", _ ("Bulla"), "application-icon", "org.bulla.Shell",
                         "version", BULLA_VERSION, "comments",
                         _ ("Browse web packages in their publishers’ own origins"), "license-type",
                         GTK_LICENSE_LGPL_2_1, "developer-name", _ ("The Bulla developers"), NULL);
}

static const GActionEntry ACTIONS[] = {
    {"new-window", new_window_cb, NULL, NULL, NULL, {0}},
    {"new-private-window", new_private_window_cb, NULL, NULL, NULL, {0}},
    {"forget-substituted", forget_cb, NULL, NULL, NULL, {0}},
    {"about", about_cb, NULL, NULL, NULL, {0}},
    {"quit", quit_cb, NULL, NULL, NULL, {0}},
};

static const struct {
  const char *action;
  const char *keys[4];
} SHORTCUTS[] = {
    {"app.new-window", {"<Control>n", NULL}},
    {"app.new-private-window", {"<Control><Shift>n", NULL}},
    {"app.forget-substituted", {"<Control><Shift>Delete", NULL}},
    {"app.quit", {"<Control>q", NULL}},
    {"win.back", {"<Alt>Left", "Back", NULL}},
    {"win.forward", {"<Alt>Right", "Forward", NULL}},
    {"win.history", {"<Control>h", NULL}},
    {"win.reload", {"<Control>r", "F5", "Reload", NULL}},
    {"win.stop", {"Escape", "Stop", NULL}},
    {"win.load-live", {"<Control><Shift>r", NULL}},
    {"win.open-file", {"<Control>o", NULL}},
    {"win.edit-address", {"<Control>l", NULL}},
    {"win.panel", {"F9", "<Control>i", NULL}},
    {"win.ledger", {"F8", "<Control>j", NULL}},
    {"win.variants", {"F7", NULL}},
    {"win.show-help-overlay", {"<Control>question", "F1", NULL}},
    {"win.next-area", {"F6", NULL}},
    {"win.previous-area", {"<Shift>F6", NULL}},
    {"win.find", {"<Control>f", NULL}},
    {"win.find-next", {"<Control>g", NULL}},
    {"win.find-previous", {"<Control><Shift>g", NULL}},
    {"win.zoom-in", {"<Control>plus", "<Control>equal", "<Control>KP_Add", NULL}},
    {"win.zoom-out", {"<Control>minus", "<Control>KP_Subtract", NULL}},
    {"win.zoom-reset", {"<Control>0", "<Control>KP_0", NULL}},
    {"win.fullscreen", {"F11", NULL}},
    {"win.print", {"<Control>p", NULL}},
    {"win.inspector", {"F12", "<Control><Shift>i", NULL}},
    {"window.close", {"<Control>w", NULL}},
};

/* Opens a window for the driver, as a BullaAutomationOpen. */
static WebKitWebView *
open_for_driver (GApplication *application)
{
  BullaApplication *self = BULLA_APPLICATION (application);
  g_autoptr (BullaView) view = g_object_ref_sink (bulla_view_new (self->views, FALSE));
  BullaWindow *window = bulla_window_new (GTK_APPLICATION (self), view);

  gtk_window_present (GTK_WINDOW (window));
  return WEBKIT_WEB_VIEW (view);
}

static gboolean
start_engine (BullaApplication *self, GError **error)
{
  g_autoptr (BullaNetworkPrompt) prompt = bulla_network_dialog_new ();
  WebKitWebContext *automation;

  self->engine = bulla_engine_new (self->options, prompt, error);
  self->views = self->engine != NULL
                    ? bulla_view_registry_new (self->engine, self->options->decisions, error)
                    : NULL;
  if (self->views == NULL)
    return FALSE;
  bulla_gateway_events_follow (bulla_engine_get_gateway (self->engine), self->views);
  automation = bulla_engine_get_automation_context (self->engine);
  if (automation != NULL) /* under automation one context serves all views */
    bulla_package_scheme_register (automation);
  return TRUE;
}

static void
bulla_application_startup (GApplication *application)
{
  BullaApplication *self = BULLA_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  G_APPLICATION_CLASS (bulla_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (self), ACTIONS, G_N_ELEMENTS (ACTIONS), self);
  for (guint i = 0; i < G_N_ELEMENTS (SHORTCUTS); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), SHORTCUTS[i].action,
                                           SHORTCUTS[i].keys);
  if (!start_engine (self, &error)) {
    g_printerr ("bulla-shell: %s\n", error->message);
    self->status = 2;
    g_application_quit (application);
    return;
  }
  if (self->options->automation)
    self->automation = bulla_automation_new (
        application, bulla_engine_get_automation_context (self->engine), open_for_driver);
}

static void
bulla_application_activate (GApplication *application)
{
  BullaApplication *self = BULLA_APPLICATION (application);

  if (self->views != NULL && self->automation == NULL)
    open_window (self, self->options->private_window, NULL);
}

static void
bulla_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  BullaApplication *self = BULLA_APPLICATION (application);

  for (int i = 0; self->views != NULL && self->automation == NULL && i < n_files; i++) {
    g_autofree char *url = bulla_address_from_file (files[i]);
    open_window (self, self->options->private_window, url);
  }
}

/* Keeps GTK from reading its own style sheet, which takes a tenth of the time of the start:
 * libadwaita replaces it by another. libadwaita looks at the variable again, so it is unset
 * afterwards. No thread of the program runs yet. */
static void
init_gtk (void)
{
  static const char VARIABLE[] = "GTK_THEME";
  gboolean chosen = g_getenv (VARIABLE) != NULL;

  if (!chosen)
    g_setenv (VARIABLE, "Empty", TRUE);
  gtk_init ();
  gtk_settings_get_default (); /* reads the style sheet */
  if (!chosen)
    g_unsetenv (VARIABLE);
}

/* Options change trust, keys and files of the whole process, so a running one cannot heed them. */
static gboolean
bulla_application_local_command_line (GApplication *application, char ***arguments, int *status)
{
  if (bulla_options_need_own_process ((const char *const *)*arguments))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return G_APPLICATION_CLASS (bulla_application_parent_class)
      ->local_command_line (application, arguments, status);
}

static int
bulla_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  BullaApplication *self = BULLA_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  if (self->options->version) {
    g_print ("bulla-shell %s\n", BULLA_VERSION);
    return 0;
  }
  if (!bulla_options_check (self->options, &error)) {
    g_printerr ("bulla-shell: %s\n", error->message);
    return 2;
  }
  init_gtk ();
  return -1;
}

static void
bulla_application_shutdown (GApplication *application)
{
  BullaApplication *self = BULLA_APPLICATION (application);

  g_clear_object (&self->automation);
  G_APPLICATION_CLASS (bulla_application_parent_class)->shutdown (application);
  g_clear_object (&self->views);
  g_clear_object (&self->engine);
}

static void
bulla_application_finalize (GObject *object)
{
  bulla_options_free (BULLA_APPLICATION (object)->options);
  G_OBJECT_CLASS (bulla_application_parent_class)->finalize (object);
}

static void
bulla_application_class_init (BullaApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bulla_application_finalize;
  application_class->startup = bulla_application_startup;
  application_class->activate = bulla_application_activate;
  application_class->open = bulla_application_open;
  application_class->local_command_line = bulla_application_local_command_line;
  application_class->handle_local_options = bulla_application_handle_local_options;
  application_class->shutdown = bulla_application_shutdown;
}

static void
bulla_application_init (BullaApplication *self)
{
  self->options = bulla_options_new ();
  bulla_options_add_to (self->options, G_APPLICATION (self));
}

/**
 * bulla_application_new:
 *
 * One process of a session has the name org.bulla.Shell on its bus: it opens what the session, or
 * another run of the program without options, asks it to. A run with options is a process of its
 * own; see bulla_options_need_own_process().
 */
BullaApplication *
bulla_application_new (void)
{
  return g_object_new (BULLA_TYPE_APPLICATION, "application-id", "org.bulla.Shell", "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/bulla/Shell", NULL);
}

/**
 * bulla_application_get_status:
 *
 * Returns: 0, or the exit status if the program could not start
 */
int
bulla_application_get_status (BullaApplication *self)
{
  return self->status;
}
