/* bulla-http-head.h - parses the head of a response line by line, and removes ambiguous characters
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-message.h"

G_BEGIN_DECLS

#define BULLA_HTTP_HEAD_MAX 262144 /* most bytes, including interim responses */
#define BULLA_HTTP_FIELDS_MAX 1024
#define BULLA_HTTP_OPTIONS_MAX 64 /* most names in the Connection header */

typedef struct {
  BullaHttpMessage *message; /* borrowed */
  GString *name, *value;     /* owned; the last field, which the next line may continue */
  char *length;              /* owned; NULL if absent; value of Content-Length */
  gboolean begun;            /* the status line has arrived */
  gboolean complete;
  gboolean may_switch; /* set by the caller: 101 is a final response to the request */
  guint64 bytes;
  guint fields, options;
} BullaHttpHead;

void bulla_http_head_init (BullaHttpHead *self, BullaHttpMessage *message);
void bulla_http_head_clear (BullaHttpHead *self);
gboolean bulla_http_head_take (BullaHttpHead *self, const char *line, gsize length, GError **error);
char *bulla_http_escape (const char *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaHttpHead, bulla_http_head_clear)

G_END_DECLS
