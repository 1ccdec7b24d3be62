/* bulla-view-events.c - stores the gateway's events for a view until its next page is shown
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-events.h"

#include "bulla-address.h"

#define EVENTS_MAX 64

static void
event_free (BullaViewEvent *event)
{
  g_free (event->url);
  g_clear_object (&event->load);
  g_clear_object (&event->bundle);
  g_free (event->message);
  g_clear_pointer (&event->verdict, bulla_verdict_unref);
  g_free (event);
}

BullaViewEvents *
bulla_view_events_new (void)
{
  BullaViewEvents *self = g_new0 (BullaViewEvents, 1);

  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify)event_free);
  return self;
}

void
bulla_view_events_free (BullaViewEvents *self)
{
  g_ptr_array_unref (self->events);
  g_free (self);
}

/**
 * bulla_view_events_clear:
 *
 * Clears the events when a page is shown; later ones belong to the next page.
 */
void
bulla_view_events_clear (BullaViewEvents *self)
{
  g_ptr_array_set_size (self->events, 0);
}

/**
 * bulla_view_events_add:
 * @url: URL of the request
 * @load: (nullable): the package
 * @message: (nullable): the explanation
 * @verdict: (nullable): the verdict on the request
 */
void
bulla_view_events_add (BullaViewEvents *self, BullaViewEventKind kind, const char *url,
                       BullaLoad *load, const char *message, BullaVerdict *verdict)
{
  BullaViewEvent *event = g_new0 (BullaViewEvent, 1);

  event->kind = kind;
  event->url = g_strdup (url);
  g_set_object (&event->load, load);
  event->message = g_strdup (message);
  event->verdict = verdict != NULL ? bulla_verdict_ref (verdict) : NULL;
  if (self->events->len >= EVENTS_MAX)
    g_ptr_array_remove_index (self->events, 0);
  g_ptr_array_add (self->events, event);
}

/**
 * bulla_view_events_add_bundle:
 * @bundle: a judged bundle that was the response to a navigation
 */
void
bulla_view_events_add_bundle (BullaViewEvents *self, BullaBundle *bundle)
{
  const char *url = bulla_outer_get_url (bulla_bundle_get_outer (bundle));
  BullaViewEvent *event;

  bulla_view_events_add (self, BULLA_VIEW_EVENT_DECIDED, url, NULL, NULL, NULL);
  event = self->events->pdata[self->events->len - 1];
  g_set_object (&event->bundle, bundle);
}

/**
 * bulla_view_events_find:
 *
 * Returns: (nullable): the last event of @kind about @url
 */
const BullaViewEvent *
bulla_view_events_find (BullaViewEvents *self, BullaViewEventKind kind, const char *url)
{
  for (guint i = self->events->len; i > 0; i--) {
    const BullaViewEvent *event = self->events->pdata[i - 1];

    if (event->kind == kind && bulla_address_equal (event->url, url))
      return event;
  }
  return NULL;
}
