/* bulla-gateway-events.c - forwards the gateway's events to the views they concern
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-events.h"

#include "bulla-package-opener.h"

static void
log_event (BullaViewRegistry *self, BullaView *view, BullaViewEventKind event, const char *url,
           BullaLoad *load, const char *message, BullaVerdict *verdict)
{
  BullaDecisionLog *log = bulla_view_registry_get_log (self);
  BullaVerdict *deciding = verdict != NULL ? verdict
                           : load != NULL  ? bulla_load_get_verdict (load)
                                           : NULL;
  g_autofree char *why = verdict != NULL ? bulla_verdict_dup_why (verdict) : NULL;

  if (log != NULL)
    bulla_decision_log_write_event (log, view != NULL ? bulla_view_get_number (view) : 0, event,
                                    url, load, deciding, message != NULL ? message : why);
}

static void
note (BullaViewRegistry *self, const char *token, BullaViewEventKind event, const char *url,
      BullaLoad *load, const char *message, BullaVerdict *verdict)
{
  BullaView *view = bulla_view_registry_find (self, token);

  log_event (self, view, event, url, load, message, verdict);
  if (view != NULL)
    bulla_view_add_event (view, event, url, load, message, verdict);
}

/* Returns: (nullable): the recorder for the view; NULL if nothing is recorded, as for private
 * windows */
static BullaExchangeRecorder *
find_recorder (BullaViewRegistry *self, const char *token)
{
  BullaView *view = bulla_view_registry_find (self, token);

  return view != NULL && !bulla_view_is_private (view)
             ? bulla_engine_get_recorder (bulla_view_registry_get_engine (self))
             : NULL;
}

static gint64
get_time (BullaViewRegistry *self)
{
  return bulla_loader_get_time (bulla_engine_get_loader (bulla_view_registry_get_engine (self)));
}

static void
live_cb (BullaGateway *gateway, const char *token, const char *url, gint64 date,
         const char *validator, gboolean frame, BullaViewRegistry *self)
{
  BullaView *view = bulla_view_registry_find (self, token);
  BullaExchangeRecorder *recorder = find_recorder (self, token);

  /* frames do not confirm an origin: any page can have one */
  if (view != NULL && !frame && bulla_view_get_apart (view) == NULL
      && !bulla_view_is_private (view))
    bulla_substituted_sessions_confirm (
        bulla_engine_get_apart (bulla_view_registry_get_engine (self)), url);
  if (recorder != NULL)
    bulla_exchange_recorder_note_live (recorder, url, date, validator, get_time (self));
}

static void
record (BullaViewRegistry *self, const char *token, BullaLoad *load)
{
  BullaExchangeRecorder *recorder = find_recorder (self, token);

  if (recorder != NULL)
    bulla_exchange_recorder_note_load (recorder, load, get_time (self));
}

static void
load_decided_cb (BullaGateway *gateway, const char *token, BullaLoad *load, BullaViewRegistry *self)
{
  record (self, token, load);
  note (self, token, BULLA_VIEW_EVENT_DECIDED, bulla_load_get_url (load), load, NULL, NULL);
}

static void
resource_served_cb (BullaGateway *gateway, const char *token, BullaLoad *load,
                    BullaViewRegistry *self)
{
  record (self, token, load);
}

/* Frames count as well: where they may store, they share the session of their page. */
static void
note_shared (BullaViewRegistry *self, const char *token, BullaLoad *load)
{
  BullaView *view = bulla_view_registry_find (self, token);
  BullaSubstitutedSessions *apart = bulla_engine_get_apart (bulla_view_registry_get_engine (self));

  if (view != NULL && !bulla_view_is_private (view) && bulla_view_get_apart (view) == NULL
      && bulla_data_get_choice (bulla_substituted_sessions_get_profile (apart)) == BULLA_DATA_ALLOW)
    bulla_substituted_sessions_note_shared (apart, bulla_load_get_url (load));
}

static void
served_cb (BullaGateway *gateway, const char *token, BullaLoad *load, BullaViewRegistry *self)
{
  record (self, token, load);
  note_shared (self, token, load);
  note (self, token, BULLA_VIEW_EVENT_SERVED, bulla_load_get_url (load), load, NULL, NULL);
}

static void
prefetched_cb (BullaGateway *gateway, const char *token, const char *url, BullaLoad *load,
               BullaViewRegistry *self)
{
  note (self, token, BULLA_VIEW_EVENT_PREFETCHED, url, load, NULL, NULL);
}

static void
unused_cb (BullaGateway *gateway, const char *token, const char *url, BullaLoad *load,
           const char *message, BullaViewRegistry *self)
{
  note (self, token, BULLA_VIEW_EVENT_UNUSED, url, load, message, NULL);
}

/* A frame must not explain a failure of the main page that has the same URL: a page chooses what is
 * in its frames. */
static void
fell_back_cb (BullaGateway *gateway, const char *token, BullaLoad *load, const char *url,
              BullaVerdict *verdict, gboolean frame, BullaViewRegistry *self)
{
  if (frame)
    log_event (self, bulla_view_registry_find (self, token), BULLA_VIEW_EVENT_FELL_BACK, url, load,
               NULL, verdict);
  else
    note (self, token, BULLA_VIEW_EVENT_FELL_BACK, url, load, NULL, verdict);
}

static void
refused_cb (BullaGateway *gateway, const char *token, const char *url, BullaLoad *load,
            const char *message, BullaVerdict *verdict, BullaViewRegistry *self)
{
  BullaView *view = bulla_view_registry_find (self, token);
  BullaExchangeRecorder *recorder = find_recorder (self, token);

  if (recorder != NULL)
    bulla_exchange_recorder_note_refused (recorder, load, get_time (self));
  note (self, token, BULLA_VIEW_EVENT_REFUSED, url, load, message, verdict);
  if (view != NULL && bulla_view_get_bundle (view) != NULL)
    bulla_provenance_add_refused (bulla_view_get_provenance (view), url, verdict, message);
}

static void
truncated_cb (BullaGateway *gateway, const char *token, BullaLoad *load, const char *message,
              BullaViewRegistry *self)
{
  BullaView *view = bulla_view_registry_find (self, token);

  note (self, token, BULLA_VIEW_EVENT_TRUNCATED, bulla_load_get_url (load), load, message, NULL);
  if (view != NULL)
    bulla_view_note_truncated (view, load);
}

static void
bundle_decided_cb (BullaGateway *gateway, const char *token, BullaBundle *bundle,
                   BullaViewRegistry *self)
{
  BullaView *view = bulla_view_registry_find (self, token);

  if (view == NULL)
    return;
  bulla_view_report_bundle (view, bundle);
  bulla_view_add_bundle_event (view, bundle);
}

/* The gateway closed the connection, because it serves publishers' origins only. */
static void
separate_cb (BullaGateway *gateway, const char *token, BullaBundle *bundle, const char *url,
             BullaViewRegistry *self)
{
  BullaView *view = bulla_view_registry_find (self, token);

  if (view != NULL)
    bulla_package_opener_show_bundle (view, bundle, url);
}

/* The gateway closed the connection: the page is shown in a session of its own. */
static void
apart_cb (BullaGateway *gateway, const char *token, BullaHandover *handover,
          BullaViewRegistry *self)
{
  BullaView *view = bulla_view_registry_find (self, token);

  if (view != NULL)
    bulla_view_show_apart (view, handover);
}

/* The gateway closed the connection: the page is shown among live ones. */
static void
leave_cb (BullaGateway *gateway, const char *token, const char *url, gboolean typed,
          BullaViewRegistry *self)
{
  BullaView *view = bulla_view_registry_find (self, token);

  if (view == NULL)
    return;
  BullaNavigationState *state = bulla_view_get_navigation_state (view);
  g_free (state->arriving);
  state->arriving = g_strdup (url);
  bulla_view_leave_package (view, url, typed ? BULLA_LEAVE_LIVE : BULLA_LEAVE_FOLLOWED);
}

/**
 * bulla_gateway_events_follow:
 * @gateway: the gateway of the engine
 * @views: the views that receive events, as long as the registry exists
 *
 * Forwards every decision of @gateway to the view that it concerns.
 */
void
bulla_gateway_events_follow (BullaGateway *gateway, BullaViewRegistry *views)
{
  g_signal_connect_object (gateway, "load-decided", G_CALLBACK (load_decided_cb), views, 0);
  g_signal_connect_object (gateway, "live", G_CALLBACK (live_cb), views, 0);
  g_signal_connect_object (gateway, "served", G_CALLBACK (served_cb), views, 0);
  g_signal_connect_object (gateway, "resource-served", G_CALLBACK (resource_served_cb), views, 0);
  g_signal_connect_object (gateway, "prefetched", G_CALLBACK (prefetched_cb), views, 0);
  g_signal_connect_object (gateway, "unused", G_CALLBACK (unused_cb), views, 0);
  g_signal_connect_object (gateway, "fell-back", G_CALLBACK (fell_back_cb), views, 0);
  g_signal_connect_object (gateway, "refused", G_CALLBACK (refused_cb), views, 0);
  g_signal_connect_object (gateway, "truncated", G_CALLBACK (truncated_cb), views, 0);
  g_signal_connect_object (gateway, "bundle-decided", G_CALLBACK (bundle_decided_cb), views, 0);
  g_signal_connect_object (gateway, "apart", G_CALLBACK (apart_cb), views, 0);
  g_signal_connect_object (gateway, "leave", G_CALLBACK (leave_cb), views, 0);
  g_signal_connect_object (gateway, "separate", G_CALLBACK (separate_cb), views, 0);
}
