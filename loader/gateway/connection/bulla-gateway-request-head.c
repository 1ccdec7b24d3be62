/* bulla-gateway-request-head.c - parses and checks the head of a client's request
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Request smuggling needs two parsers that frame one byte stream differently. So this parser
 * refuses what RFC 9112 allows a recipient to repair: servers only receive heads that every
 * parser reads in the same way. */
#define _GNU_SOURCE /* memmem(), memrchr() */
#include "bulla-gateway-request-head.h"

#include <string.h>

#define METHOD_LENGTH_MAX 32 /* most bytes; the longest registered method has 18 */
#define OK 200
#define BAD_REQUEST 400
#define TOO_LARGE BULLA_GATEWAY_HEAD_TOO_LARGE
#define NOT_IMPLEMENTED 501
#define VERSION_NOT_SUPPORTED 505

/* The header fields that determine where the body ends. */
typedef struct {
  guint n_hosts, n_lengths, n_codings, n_authorizations, n_expectations, n_options;
  gboolean close;
} Framing;

/**
 * bulla_gateway_is_token:
 * @text: bytes
 * @length: number of bytes
 *
 * Returns: whether @text is a token (RFC 9110, section 5.6.2), such as a field name or a method
 */
gboolean
bulla_gateway_is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i])
        && (text[i] == '\0' || strchr ("!#$%&'*+-.^_`|~", text[i]) == NULL))
      return FALSE;
  return length > 0;
}

/**
 * bulla_gateway_is_value:
 * @text: bytes
 * @length: number of bytes
 *
 * Returns: whether @text may be the value of a field: it may contain tabs and non-ASCII bytes, but
 * no other control characters
 */
gboolean
bulla_gateway_is_value (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (((guchar)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
      return FALSE;
  return TRUE;
}

/**
 * bulla_gateway_head_find_end:
 * @bytes: the bytes that the client has sent
 * @length: number of bytes
 * @seen: number of bytes that an earlier call searched without finding the end
 *
 * Returns: the length of the head including its final empty line; 0 if the head is incomplete
 */
gsize
bulla_gateway_head_find_end (const guint8 *bytes, gsize length, gsize seen)
{
  gsize from = seen > 3 ? seen - 3 : 0;
  const guint8 *end = memmem (bytes + from, length - from, "\r\n\r\n", 4);

  return end != NULL ? (gsize)(end - bytes) + 4 : 0;
}

static guint
parse_request_line (BullaGatewayHead *self, const char *line, gsize length)
{
  const char *first = memchr (line, ' ', length);
  const char *last = first != NULL ? memrchr (line, ' ', length) : NULL;

  if (first == NULL || first == last || first - line > METHOD_LENGTH_MAX
      || !bulla_gateway_is_token (line, first - line))
    return BAD_REQUEST;
  const char *version = last + 1;
  gsize target_length = last - first - 1;
  if (length - (version - line) != strlen ("HTTP/1.1") || memcmp (version, "HTTP/", 5) != 0)
    return BAD_REQUEST;
  if (memcmp (version, "HTTP/1.1", 8) != 0 && memcmp (version, "HTTP/1.0", 8) != 0)
    return VERSION_NOT_SUPPORTED;
  if (target_length == 0 || memchr (first + 1, ' ', target_length) != NULL
      || memchr (first + 1, '\t', target_length) != NULL
      || !bulla_gateway_is_value (first + 1, target_length)
      || memchr (first + 1, '#', target_length) != NULL
      || !g_utf8_validate (first + 1, target_length, NULL))
    return BAD_REQUEST;
  self->is_old = version[7] == '0';
  self->method = g_strndup (line, first - line);
  self->target = g_strndup (first + 1, target_length);
  return OK;
}

/* Accepts digits only: no sign, no list, no value that overflows. */
static gboolean
parse_length (const char *value, goffset *length)
{
  guint64 number = 0;

  if (*value == '\0' || strspn (value, "0123456789") != strlen (value) || strlen (value) > 18)
    return FALSE;
  number = g_ascii_strtoull (value, NULL, 10);
  *length = (goffset)number;
  return TRUE;
}

static void
note_options (Framing *framing, const char *value)
{
  g_auto (GStrv) options = g_strsplit (value, ",", -1);

  for (char **each = options; *each != NULL; each++) {
    framing->n_options++;
    framing->close |= g_ascii_strcasecmp (g_strstrip (*each), "close") == 0;
  }
}

static guint
note_field (BullaGatewayHead *self, Framing *framing, const char *name, const char *value)
{
  if (g_ascii_strcasecmp (name, "Host") == 0) {
    if (++framing->n_hosts > 1)
      return BAD_REQUEST;
  } else if (g_ascii_strcasecmp (name, "Content-Length") == 0) {
    if (++framing->n_lengths > 1 || !parse_length (value, &self->length))
      return BAD_REQUEST;
  } else if (g_ascii_strcasecmp (name, "Transfer-Encoding") == 0) {
    if (++framing->n_codings > 1)
      return BAD_REQUEST;
    if (g_ascii_strcasecmp (value, "chunked") != 0)
      return NOT_IMPLEMENTED;
  } else if (g_ascii_strcasecmp (name, "Proxy-Authorization") == 0) {
    if (++framing->n_authorizations > 1)
      return BAD_REQUEST;
  } else if (g_ascii_strcasecmp (name, "Expect") == 0) {
    if (++framing->n_expectations > 1)
      return BAD_REQUEST;
    self->awaits_continue = g_ascii_strcasecmp (value, "100-continue") == 0;
  } else if (g_ascii_strcasecmp (name, "Connection") == 0
             || g_ascii_strcasecmp (name, "Proxy-Connection") == 0) {
    note_options (framing, value);
    if (framing->n_options > BULLA_GATEWAY_OPTIONS_MAX)
      return TOO_LARGE;
  }
  return OK;
}

static guint
parse_field (BullaGatewayHead *self, Framing *framing, const char *line, gsize length)
{
  const char *colon = memchr (line, ':', length);

  /* A name is a token: a space before the colon and obsolete line folding are errors. */
  if (colon == NULL || !bulla_gateway_is_token (line, colon - line)
      || !bulla_gateway_is_value (colon + 1, length - (colon + 1 - line)))
    return BAD_REQUEST;
  g_autofree char *name = g_strndup (line, colon - line);
  g_autofree char *value = g_strstrip (g_strndup (colon + 1, length - (colon + 1 - line)));
  soup_message_headers_append (self->headers, name, value);
  return note_field (self, framing, name, value);
}

static guint
check_framing (BullaGatewayHead *self, const Framing *framing)
{
  if (framing->n_codings > 0 && (framing->n_lengths > 0 || self->is_old))
    return BAD_REQUEST;
  if (framing->n_hosts == 0 && !self->is_old)
    return BAD_REQUEST;
  if (framing->n_codings > 0)
    self->length = -1;
  self->keep_alive = !self->is_old && !framing->close;
  self->awaits_continue &= !self->is_old; /* RFC 9110 section 10.1.1 */
  self->host = soup_message_headers_get_one (self->headers, "Host");
  self->authorization = soup_message_headers_get_one (self->headers, "Proxy-Authorization");
  return OK;
}

/**
 * bulla_gateway_head_parse:
 * @self: (out caller-allocates): filled if this returns 200; clear it in any case
 * @bytes: a complete head, including the final empty line
 * @length: number of bytes
 *
 * Spec: RFC 9112 sections 2.2, 3, 5 and 6.3; what they allow a recipient to repair is refused.
 *
 * Returns: 200, or the error status to send before the connection is closed
 */
guint
bulla_gateway_head_parse (BullaGatewayHead *self, const guint8 *bytes, gsize length)
{
  const char *at = (const char *)bytes, *end = at + length;
  Framing framing = {0};
  guint status = OK;

  *self = (BullaGatewayHead){.headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST)};
  if (length > BULLA_GATEWAY_HEAD_MAX)
    return TOO_LARGE;
  for (guint n = 0; status == OK && at < end; n++) {
    const char *stop = memmem (at, end - at, "\r\n", 2);
    if (stop == NULL)
      return BAD_REQUEST;
    if (n > BULLA_GATEWAY_FIELDS_MAX)
      return TOO_LARGE;
    if (stop == at) /* the empty line that ends the head */
      return n > 0 && stop + 2 == end ? check_framing (self, &framing) : BAD_REQUEST;
    status = n == 0 ? parse_request_line (self, at, stop - at)
                    : parse_field (self, &framing, at, stop - at);
    at = stop + 2;
  }
  return status != OK ? status : BAD_REQUEST;
}

void
bulla_gateway_head_clear (BullaGatewayHead *self)
{
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->target, g_free);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
}
