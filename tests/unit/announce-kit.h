/* announce-kit.h - sends announcements and requests that may contradict each other
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-gateway-world.h"

G_BEGIN_DECLS

/* An announcement; NULL members stand for the values of a typed navigation by GET. */
typedef struct {
  const char *tag, *url, *method, *dest, *document, *redirected;
  const char *const *frames;
  gboolean prefetch;
} Said;

/* Returns: (transfer full): a tag that no other test uses */
char *announce_kit_tag (void);
void announce_kit_say (GatewayWorld *self, const char *view, const Said *said);
/* @tag, @fields: (nullable): one `name: value` per line */
SoupMessage *announce_kit_message (const char *method, const char *url, const char *tag,
                                   const char *fields);
TestResponse *announce_kit_ask (GatewayWorld *self, const char *method, const char *url,
                                const char *tag, const char *fields);
/* Announces the message, and sends it. */
TestResponse *announce_kit_send (GatewayWorld *self, const char *view, const Said *said,
                                 const char *fields);
/* Returns a header field with which the shell marks its next navigation, to @url. */
char *announce_kit_typed (GatewayWorld *self, const char *view, const char *url);
/* Returns: whether the gateway recognised the initiator of the navigation */
gboolean announce_kit_is_known (const TestResponse *response);
/* Starts a server of localhost, which answers with "text". */
TestServer *announce_kit_private_server (GatewayWorld *self);

G_END_DECLS
