/* bulla-http-message-internal.h - struct of a message, which the client fills in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-message.h"
#include "bulla-contact-recorder.h"

G_BEGIN_DECLS

struct _BullaHttpMessage {
  GObject parent_instance;
  char *method;                         /* owned */
  GUri *uri;                            /* owned */
  char *target;                         /* owned; NULL if it is taken from @uri */
  SoupMessageHeaders *request_headers;  /* owned */
  GInputStream *body;                   /* owned; NULL if the request has no body */
  goffset length;                       /* bytes of @body; -1 if unknown */
  SoupMessageHeaders *response_headers; /* owned */
  guint status;                         /* HTTP status; 0 before a response */
  char *reason;                         /* owned; nullable */
  const char *protocol;                 /* static; nullable */
  GSocketAddress *remote;               /* owned; nullable */
  gint64 started;                       /* g_get_monotonic_time() at the start */
  BullaContactRecorder *recorder;       /* owned; NULL before the message is sent */
};

void bulla_http_message_end_interim (BullaHttpMessage *self);

G_END_DECLS
