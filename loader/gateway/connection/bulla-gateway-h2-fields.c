/* bulla-gateway-h2-fields.c - sends the head of a response over HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-h2-fields.h"

#include <string.h>

#include "bulla-gateway-head-text.h"
#include "bulla-gateway-request-head.h"
#include "bulla-http2-fields.h"

static void
add_field (BullaHttp2Fields *fields, const BullaGatewayField *field)
{
  if (!bulla_gateway_is_token (field->name, strlen (field->name)))
    return;
  bulla_gateway_append_clean (bulla_http2_fields_begin (fields, field->name), field->value);
  bulla_http2_fields_end (fields);
}

/**
 * bulla_h2_submit_head:
 * @protocol: what sends the stream
 * @id: number of the stream
 * @head: the head of a response
 * @source: (nullable): the body; %NULL if the response has none
 * @interim: whether another head follows
 *
 * Queues the head, with names in lower case and without a reason phrase: RFC 9113, section 8.
 *
 * Returns: whether nghttp2 takes the head
 */
gboolean
bulla_h2_submit_head (nghttp2_session *protocol, gint32 id, const BullaGatewayResponseHead *head,
                      const nghttp2_data_provider *source, gboolean interim)
{
  g_auto (BullaHttp2Fields) fields = {0};
  char status[16] = "";
  gsize n = 0;

  g_snprintf (status, sizeof status, "%03u", head->status);
  bulla_http2_fields_init (&fields);
  bulla_http2_fields_add (&fields, ":status", status);
  for (guint i = 0; i < head->fields->len; i++)
    add_field (&fields, &g_array_index (head->fields, BullaGatewayField, i));
  g_autofree nghttp2_nv *pairs = bulla_http2_fields_dup_pairs (&fields, &n);
  int result = interim
                   ? nghttp2_submit_headers (protocol, NGHTTP2_FLAG_NONE, id, NULL, pairs, n, NULL)
                   : nghttp2_submit_response (protocol, id, pairs, n, source);
  return result == 0;
}
