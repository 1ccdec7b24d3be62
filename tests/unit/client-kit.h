/* client-kit.h - sends requests through a connector, to a server of the test
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-connector.h"

G_BEGIN_DECLS

extern const BullaCause CLIENT_KIT_CAUSE;

/* Starts a server whose connections @run handles in threads of their own, and which @connector
 * finds as a.test. @port: (out). Returns: (transfer full): for client_kit_stop() */
GSocketService *client_kit_serve (BullaConnector *connector, GCallback run, gpointer data,
                                  guint16 *port);
/* Ends a server once its clients have closed their connections. @service: (transfer full) */
void client_kit_stop (GSocketService *service);
/* Returns: (transfer full) (nullable): the body, once the head has arrived */
GInputStream *client_kit_send (BullaConnector *connector, BullaHttpMessage *message,
                               BullaConnectorFlags flags, GError **error);
/* Returns: (transfer full) (nullable): all that @stream has */
char *client_kit_read_all (GInputStream *stream, GError **error);
/* Sends @message, turns the main loop @rounds times, and cancels the request; waits for its end
 * before that if @finish is set. A POST gets a body of 300,000 bytes. */
void client_kit_leave_after (BullaConnector *connector, BullaHttpMessage *message, guint rounds,
                             gboolean finish);

G_END_DECLS
