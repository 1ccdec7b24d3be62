/* bulla-engine-events.c - tells each view what the gateway did for it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-engine-events.h"

#include "bulla-package-opener.h"

static void
note (BullaEngine *self, const char *token, BullaEvent event, const char *url, BullaLoad *load,
      const char *message)
{
  BullaView *view = bulla_engine_find_view (self, token);

  if (bulla_engine_get_decisions (self) != NULL)
    bulla_decisions_write_event (bulla_engine_get_decisions (self),
                                 view != NULL ? bulla_view_get_number (view) : 0, event, url, load,
                                 load != NULL ? bulla_load_get_verdict (load) : NULL, message);
  if (view != NULL)
    bulla_view_note (view, event, url, load, message);
}

static void
load_decided_cb (BullaGateway *gateway, const char *token, BullaLoad *load, BullaEngine *self)
{
  note (self, token, BULLA_EVENT_DECIDED, bulla_load_get_url (load), load, NULL);
}

static void
served_cb (BullaGateway *gateway, const char *token, BullaLoad *load, BullaEngine *self)
{
  note (self, token, BULLA_EVENT_SERVED, bulla_load_get_url (load), load, NULL);
}

static void
prefetched_cb (BullaGateway *gateway, const char *token, const char *url, BullaLoad *load,
               BullaEngine *self)
{
  note (self, token, BULLA_EVENT_PREFETCHED, url, load, NULL);
}

static void
fell_back_cb (BullaGateway *gateway, const char *token, BullaLoad *load, const char *url,
              BullaEngine *self)
{
  note (self, token, BULLA_EVENT_FELL_BACK, url, load, NULL);
}

static void
refused_cb (BullaGateway *gateway, const char *token, const char *url, BullaLoad *load,
            const char *message, BullaEngine *self)
{
  BullaView *view = bulla_engine_find_view (self, token);

  note (self, token, BULLA_EVENT_REFUSED, url, load, message);
  if (view != NULL && bulla_view_get_bundle (view) != NULL)
    bulla_provenance_add_refused (bulla_view_get_provenance (view), url, NULL, message);
}

static void
truncated_cb (BullaGateway *gateway, const char *token, BullaLoad *load, const char *message,
              BullaEngine *self)
{
  BullaView *view = bulla_engine_find_view (self, token);

  note (self, token, BULLA_EVENT_TRUNCATED, bulla_load_get_url (load), load, message);
  if (view != NULL)
    bulla_view_note_truncated (view, load);
}

static void
bundle_decided_cb (BullaGateway *gateway, const char *token, BullaBundle *bundle, BullaEngine *self)
{
  BullaView *view = bulla_engine_find_view (self, token);

  if (view == NULL)
    return;
  bulla_engine_note_bundle (self, view, bundle);
  bulla_view_note_bundle (view, bundle);
}

/* The gateway closed the connection: it has true origins only. */
static void
separate_cb (BullaGateway *gateway, const char *token, BullaBundle *bundle, const char *url,
             BullaEngine *self)
{
  BullaView *view = bulla_engine_find_view (self, token);

  if (view != NULL)
    bulla_package_opener_show_bundle (view, bundle, url);
}

/**
 * bulla_engine_follow_gateway:
 * @gateway: the engine's
 *
 * Hears of every decision; the handlers are disconnected by their data, @self.
 */
void
bulla_engine_follow_gateway (BullaEngine *self, BullaGateway *gateway)
{
  g_signal_connect (gateway, "load-decided", G_CALLBACK (load_decided_cb), self);
  g_signal_connect (gateway, "served", G_CALLBACK (served_cb), self);
  g_signal_connect (gateway, "prefetched", G_CALLBACK (prefetched_cb), self);
  g_signal_connect (gateway, "fell-back", G_CALLBACK (fell_back_cb), self);
  g_signal_connect (gateway, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect (gateway, "truncated", G_CALLBACK (truncated_cb), self);
  g_signal_connect (gateway, "bundle-decided", G_CALLBACK (bundle_decided_cb), self);
  g_signal_connect (gateway, "separate", G_CALLBACK (separate_cb), self);
}
