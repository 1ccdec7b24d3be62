/* bulla-view-new.c - creates the web view of a window, and package views
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-navigation.h"
#include "bulla-package-scheme.h"
#include "bulla-view-private.h"
#include "bulla-web-settings.h"

/* Returns a context, with the schemes of bundles for package views only. Under automation the
 * application has prepared one context for all views. */
static WebKitWebContext *
dup_context (BullaEngine *engine, gboolean packages)
{
  WebKitWebContext *context = bulla_engine_dup_context (engine);

  if (packages && bulla_engine_get_automation_context (engine) == NULL)
    bulla_package_scheme_register (context);
  return context;
}

/* @bundle: (nullable): bundle of a package view; @token: (transfer full); @stores: whether its
 * pages may store data */
static BullaView *
make (BullaViewRegistry *registry, BullaBundle *bundle, WebKitNetworkSession *session, char *token,
      gboolean stores)
{
  BullaEngine *engine = bulla_view_registry_get_engine (registry);
  g_autoptr (WebKitWebContext) context = dup_context (engine, bundle != NULL);
  g_autoptr (WebKitSettings) settings = bulla_web_settings_new (bundle != NULL, stores);
  BullaView *self = g_object_new (BULLA_TYPE_VIEW, "web-context", context, "network-session",
                                  session, "settings", settings, "is-controlled-by-automation",
                                  bulla_engine_get_automation_context (engine) != NULL, NULL);

  g_signal_connect (self, "notify::is-loading", G_CALLBACK (bulla_view_notify_busy), NULL);
  bulla_view_follow_loads (self);
  bulla_view_follow_history (self);
  bulla_navigation_guard (self);
  bulla_view_follow_permissions (self);
  self->registry = g_object_ref (registry);
  self->engine = g_object_ref (engine);
  bulla_view_id_init (&self->id, webkit_web_view_get_network_session (WEBKIT_WEB_VIEW (self)),
                      token);
  g_set_object (&self->bundle, bundle);
  bulla_view_follow_requests (self, context);
  return self;
}

/**
 * bulla_view_new:
 * @private_window: whether the view shares cookies and storage with no other
 *
 * Every view has its own web context, and so its own web processes. Their announcements of requests
 * therefore belong to this view.
 *
 * Returns: (transfer floating): the web view of a window
 */
BullaView *
bulla_view_new (BullaViewRegistry *registry, gboolean private_window)
{
  BullaEngine *engine = bulla_view_registry_get_engine (registry);
  g_autoptr (WebKitNetworkSession) session = bulla_engine_dup_session (engine, private_window);
  BullaView *self = make (registry, NULL, session, bulla_view_id_make_token (), TRUE);

  self->private_window = private_window;
  self->revealed = TRUE;
  self->id.number = bulla_ledger_number_view (bulla_engine_get_ledger (engine), self->id.token);
  bulla_view_registry_add (self->registry, &self->id, self);
  if (bulla_engine_get_client (engine) != NULL)
    bulla_view_set_client (self, bulla_engine_get_client (engine), FALSE);
  return self;
}

/**
 * bulla_view_new_for_package:
 * @web: the web view of the window in which it is shown
 * @bundle: the only bundle that the view shows
 * @opener: (nullable): a package view of the same bundle, a page of which opens this window; both
 *   share a network session, hence their storage
 *
 * Returns: (transfer floating): a package view
 */
BullaView *
bulla_view_new_for_package (BullaView *web, BullaBundle *bundle, BullaView *opener)
{
  BullaEngine *engine = web->engine;
  g_autofree char *token = bulla_view_id_make_token ();
  g_autoptr (WebKitNetworkSession) session =
      opener != NULL ? g_object_ref (webkit_web_view_get_network_session (WEBKIT_WEB_VIEW (opener)))
                     : bulla_engine_dup_package_session (engine, token, bundle);
  BullaView *self = make (web->registry, bundle, session, g_steal_pointer (&token), TRUE);

  self->private_window = web->private_window;
  self->id.number = web->id.number;
  self->click = web->click;
  bulla_ledger_join_view (bulla_engine_get_ledger (engine), self->id.token, self->id.number);
  bulla_package_door_open (bulla_engine_get_door (engine), self->id.token, bundle);
  bulla_view_registry_add (self->registry, &self->id, self);
  bulla_view_set_client (self, web->client, web->lenient);
  return self;
}

/**
 * bulla_view_new_apart:
 * @web: the web view of the window in which it is shown
 * @handover: the package whose page the view shows
 *
 * Returns: (transfer floating): a view of one substituted page, whose data are apart from those of
 *   live pages
 */
BullaView *
bulla_view_new_apart (BullaView *web, BullaHandover *handover)
{
  BullaSubstitutedSessions *apart = bulla_engine_get_apart (web->engine);
  g_auto (BullaDataRights) rights = {FALSE};

  bulla_substituted_sessions_judge (apart, bulla_handover_get_url (handover),
                                    bulla_handover_get_distributor (handover), &rights);
  g_autoptr (WebKitNetworkSession) session =
      bulla_substituted_sessions_dup_session (apart, &rights, web->private_window);
  BullaView *self = make (web->registry, NULL, session, bulla_view_id_make_token (), rights.stores);

  self->private_window = web->private_window;
  self->id.number = web->id.number;
  self->click = web->click;
  bulla_ledger_join_view (bulla_engine_get_ledger (web->engine), self->id.token, self->id.number);
  bulla_view_registry_add (self->registry, &self->id, self);
  bulla_view_set_client (self, web->client, web->lenient);
  bulla_view_enter_apart (self, handover);
  return self;
}
