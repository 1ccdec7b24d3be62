/* bulla-demo-slow-response.c - sends a response in two parts
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A truncated page should become visible before it breaks off. So the second part is sent when
 * the image in the first part is requested, which shows that the browser has rendered it. */
#include "bulla-demo.h"

#define PATIENCE 5 /* seconds until clients that do not load images get the second part */

typedef struct {
  DemoWorld *world;           /* borrowed */
  SoupServerMessage *message; /* owned */
  GBytes *rest;               /* owned */
  guint timer;
} Held;

static void
finished_cb (SoupServerMessage *message, Held *held)
{
  held->world->held = g_slist_remove (held->world->held, held);
  g_clear_handle_id (&held->timer, g_source_remove);
  g_object_unref (held->message);
  g_bytes_unref (held->rest);
  g_free (held);
}

static void
release (Held *held)
{
  SoupMessageBody *body = soup_server_message_get_response_body (held->message);

  g_clear_handle_id (&held->timer, g_source_remove);
  held->world->held = g_slist_remove (held->world->held, held);
  soup_message_body_append_bytes (body, held->rest);
  soup_message_body_complete (body);
  soup_server_message_unpause (held->message);
}

static gboolean
timer_cb (gpointer user_data)
{
  Held *held = user_data;

  held->timer = 0;
  release (held);
  return G_SOURCE_REMOVE;
}

/**
 * demo_respond_in_two:
 * @first: number of bytes that are sent at once
 */
void
demo_respond_in_two (DemoWorld *world, SoupServerMessage *message, GBytes *bytes, gsize first)
{
  Held *held = g_new0 (Held, 1);
  g_autoptr (GBytes) beginning = g_bytes_new_from_bytes (bytes, 0, first);

  held->world = world;
  held->message = g_object_ref (message);
  held->rest = g_bytes_new_from_bytes (bytes, first, g_bytes_get_size (bytes) - first);
  held->timer = g_timeout_add_seconds (PATIENCE, timer_cb, held);
  world->held = g_slist_prepend (world->held, held);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), beginning);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), held);
}

/**
 * demo_release_all:
 *
 * Sends the second part of every response that waits.
 */
void
demo_release_all (DemoWorld *world)
{
  while (world->held != NULL)
    release (world->held->data);
}
