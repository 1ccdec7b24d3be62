/* bulla-automation.c - opens windows for WebKitWebDriver
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-automation.h"

struct _BullaAutomation {
  GObject parent_instance;

  GApplication *application; /* borrowed; owner of this object */
  WebKitWebContext *context; /* owned */
  BullaAutomationOpen open;  /* called with @application */
  gboolean held;             /* whether the program is kept alive until the driver has connected */
};

G_DEFINE_FINAL_TYPE (BullaAutomation, bulla_automation, G_TYPE_OBJECT)

static void
release (BullaAutomation *self)
{
  if (self->held)
    g_application_release (self->application);
  self->held = FALSE;
}

static WebKitWebView *
create_web_view_cb (WebKitAutomationSession *session, BullaAutomation *self)
{
  WebKitWebView *view = self->open (self->application);

  release (self);
  return view;
}

static void
will_close_cb (WebKitAutomationSession *session, BullaAutomation *self)
{
  g_application_quit (self->application);
}

static void
automation_started_cb (WebKitWebContext *context, WebKitAutomationSession *session,
                       BullaAutomation *self)
{
  WebKitApplicationInfo *info = webkit_application_info_new ();

  webkit_application_info_set_name (info, "bulla-shell");
  webkit_application_info_set_version (info, 0, 1, 0);
  webkit_automation_session_set_application_info (session, info);
  webkit_application_info_unref (info);
  g_signal_connect_object (session, "create-web-view", G_CALLBACK (create_web_view_cb), self, 0);
  g_signal_connect_object (session, "will-close", G_CALLBACK (will_close_cb), self, 0);
}

static void
bulla_automation_dispose (GObject *object)
{
  BullaAutomation *self = BULLA_AUTOMATION (object);

  release (self);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (bulla_automation_parent_class)->dispose (object);
}

static void
bulla_automation_class_init (BullaAutomationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bulla_automation_dispose;
}

static void
bulla_automation_init (BullaAutomation *self)
{
}

/**
 * bulla_automation_new:
 * @application: outlives the automation
 * @context: context of all views, which allows automation
 * @open: opens a window for the driver
 */
BullaAutomation *
bulla_automation_new (GApplication *application, WebKitWebContext *context,
                      BullaAutomationOpen open)
{
  BullaAutomation *self = g_object_new (BULLA_TYPE_AUTOMATION, NULL);

  self->application = application;
  self->context = g_object_ref (context);
  self->open = open;
  self->held = TRUE;
  g_application_hold (application);
  g_signal_connect_object (context, "automation-started", G_CALLBACK (automation_started_cb), self,
                           0);
  return self;
}
