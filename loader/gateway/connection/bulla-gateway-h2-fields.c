/* bulla-gateway-h2-fields.c - sends the head of a response over HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-h2-fields.h"

#include <string.h>

#include "bulla-gateway-head-text.h"
#include "bulla-gateway-request-head.h"

typedef struct {
  GString *text; /* owned; names and values, each with a NUL behind it */
  GArray *sizes; /* owned; gsize: lengths of names and values in turn */
} Fields;

static void
fields_add (Fields *fields, const char *name, const char *value)
{
  gsize start = fields->text->len, length = strlen (name);

  if (*name != ':' && !bulla_gateway_is_token (name, length))
    return;
  for (const char *at = name; *at != '\0'; at++)
    g_string_append_c (fields->text, g_ascii_tolower (*at));
  g_string_append_c (fields->text, '\0');
  g_array_append_val (fields->sizes, length);
  start = fields->text->len;
  bulla_gateway_append_clean (fields->text, value);
  g_strstrip (fields->text->str + start); /* RFC 9113, section 8.2.1 */
  length = strlen (fields->text->str + start);
  g_string_truncate (fields->text, start + length);
  g_string_append_c (fields->text, '\0');
  g_array_append_val (fields->sizes, length);
}

/* Returns: (transfer full): the fields as nghttp2 takes them, which point into @fields */
static nghttp2_nv *
fields_dup_pairs (Fields *fields, gsize *n)
{
  nghttp2_nv *pairs = g_new0 (nghttp2_nv, fields->sizes->len / 2);
  guint8 *at = (guint8 *)fields->text->str;

  *n = fields->sizes->len / 2;
  for (gsize i = 0; i < *n; i++) {
    pairs[i].name = at;
    pairs[i].namelen = g_array_index (fields->sizes, gsize, 2 * i);
    at += pairs[i].namelen + 1;
    pairs[i].value = at;
    pairs[i].valuelen = g_array_index (fields->sizes, gsize, 2 * i + 1);
    at += pairs[i].valuelen + 1;
  }
  return pairs;
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
  Fields fields = {g_string_new (NULL), g_array_new (FALSE, FALSE, sizeof (gsize))};
  char status[16] = "";
  gsize n = 0;

  g_snprintf (status, sizeof status, "%03u", head->status);
  fields_add (&fields, ":status", status);
  for (guint i = 0; i < head->fields->len; i++) {
    const BullaGatewayField *field = &g_array_index (head->fields, BullaGatewayField, i);
    fields_add (&fields, field->name, field->value);
  }
  g_autofree nghttp2_nv *pairs = fields_dup_pairs (&fields, &n);
  int result = interim
                   ? nghttp2_submit_headers (protocol, NGHTTP2_FLAG_NONE, id, NULL, pairs, n, NULL)
                   : nghttp2_submit_response (protocol, id, pairs, n, source);
  g_string_free (fields.text, TRUE);
  g_array_unref (fields.sizes);
  return result == 0;
}
