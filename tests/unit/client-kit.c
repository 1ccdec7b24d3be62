/* client-kit.c - sends requests through a connector, to a server of the test
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client-kit.h"

#include "bulla-error.h"
#include "test-world.h"

#define UPLOAD 300000 /* bytes; more than a connection takes at once */

const BullaCause CLIENT_KIT_CAUSE = {.purpose = "resource"};

GSocketService *
client_kit_serve (BullaConnector *connector, GCallback run, gpointer data, guint16 *port)
{
  GSocketService *service = g_threaded_socket_service_new (-1);

  *port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_signal_connect (service, "run", run, data);
  g_autofree char *resolve = g_strdup_printf ("a.test:%u:127.0.0.1", *port);
  g_assert_true (
      bulla_given_addresses_add (bulla_connector_get_resolve (connector), resolve, NULL));
  return service;
}

void
client_kit_stop (GSocketService *service)
{
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  g_object_unref (service);
}

GInputStream *
client_kit_send (BullaConnector *connector, BullaHttpMessage *message, BullaConnectorFlags flags,
                 GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_connector_send_async (connector, message, &CLIENT_KIT_CAUSE, flags, NULL, test_take_result,
                              &result);
  return bulla_connector_send_finish (connector, test_wait_result (&result), error);
}

char *
client_kit_read_all (GInputStream *stream, GError **error)
{
  GString *text = g_string_new (NULL);

  while (TRUE) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_bytes_async (stream, 65536, G_PRIORITY_DEFAULT, NULL, test_take_result,
                                     &result);
    g_autoptr (GBytes) bytes =
        g_input_stream_read_bytes_finish (stream, test_wait_result (&result), error);
    if (bytes == NULL || g_bytes_get_size (bytes) == 0)
      return g_string_free (text, bytes == NULL);
    g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
  }
}

static void
ignore_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GInputStream) body =
      bulla_connector_send_finish (BULLA_CONNECTOR (object), result, NULL);

  --*(int *)user_data;
}

void
client_kit_leave_after (BullaConnector *connector, BullaHttpMessage *message, guint rounds,
                        gboolean finish)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (UPLOAD), UPLOAD);
  int waiting = 1;

  if (g_str_equal (bulla_http_message_get_method (message), "POST"))
    bulla_http_message_set_body_from_bytes (message, "text/plain", bytes);
  bulla_connector_send_async (connector, message, &CLIENT_KIT_CAUSE, BULLA_CONNECTOR_DEFAULT,
                              cancellable, ignore_cb, &waiting);
  for (guint i = 0; i < rounds; i++)
    g_main_context_iteration (NULL, FALSE);
  while (waiting > 0 && finish)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  while (waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}
