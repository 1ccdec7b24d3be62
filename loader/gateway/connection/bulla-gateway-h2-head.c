/* bulla-gateway-h2-head.c - collects and checks the fields of an HTTP/2 request
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The fields become a head of HTTP/1.1, which the parser of such heads reads: so all versions are
 * held to the same rules. Here is only what HTTP/2 adds to them: RFC 9113, section 8. Each field is
 * checked before it becomes a line, so that it stays one field. */
#include "bulla-gateway-h2-head.h"

#include <string.h>

#define OK 200
#define BAD_REQUEST 400

void
bulla_gateway_h2_head_init (BullaGatewayH2Head *self)
{
  *self = (BullaGatewayH2Head){.fields = g_string_new (NULL), .cookie = g_string_new (NULL)};
}

void
bulla_gateway_h2_head_clear (BullaGatewayH2Head *self)
{
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->scheme, g_free);
  g_clear_pointer (&self->authority, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->host, g_free);
  if (self->fields != NULL)
    g_string_free (g_steal_pointer (&self->fields), TRUE);
  if (self->cookie != NULL)
    g_string_free (g_steal_pointer (&self->cookie), TRUE);
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static gboolean
is_clean (const char *value, gsize length)
{
  return bulla_gateway_is_value (value, length)
         && (length == 0 || (!is_blank (value[0]) && !is_blank (value[length - 1])));
}

static gboolean
is_lower_token (const char *name, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isupper (name[i]))
      return FALSE;
  return bulla_gateway_is_token (name, length);
}

/* RFC 9113, section 8.2.2 */
static gboolean
is_forbidden (const char *name, const char *value)
{
  static const char *const NAMES[] = {"connection", "http2-settings",   "keep-alive",
                                      "upgrade",    "proxy-connection", "transfer-encoding",
                                      NULL};

  return g_strv_contains (NAMES, name)
         || (g_str_equal (name, "te") && g_ascii_strcasecmp (value, "trailers") != 0);
}

/* Returns: whether the field appears for the first time */
static gboolean
set_once (char **field, const char *value)
{
  if (*field != NULL)
    return FALSE;
  *field = g_strdup (value);
  return TRUE;
}

/* Returns: whether the pseudo-header field is known, new, and before all other fields */
static gboolean
add_pseudo (BullaGatewayH2Head *self, const char *name, const char *value)
{
  if (self->host != NULL || self->fields->len > 0 || self->cookie->len > 0)
    return FALSE;
  if (g_str_equal (name, ":method"))
    return set_once (&self->method, value);
  if (g_str_equal (name, ":scheme"))
    return set_once (&self->scheme, value);
  if (g_str_equal (name, ":authority"))
    return set_once (&self->authority, value);
  return g_str_equal (name, ":path") && set_once (&self->path, value);
}

/* Clients split Cookie so that it compresses better: RFC 9113, section 8.2.3. */
static void
add_cookie (BullaGatewayH2Head *self, const char *value)
{
  g_string_append (self->cookie, self->cookie->len > 0 ? "; " : "cookie: ");
  g_string_append (self->cookie, value);
}

static gboolean
add_field (BullaGatewayH2Head *self, const char *name, const char *value)
{
  if (*name == ':')
    return add_pseudo (self, name, value);
  if (!is_lower_token (name, strlen (name)) || is_forbidden (name, value))
    return FALSE;
  if (g_str_equal (name, "host"))
    return set_once (&self->host, value);
  if (g_str_equal (name, "cookie")) {
    add_cookie (self, value);
    return TRUE;
  }
  self->counts |= g_str_equal (name, "content-length");
  g_string_append_printf (self->fields, "%s: %s\r\n", name, value);
  return TRUE;
}

/**
 * bulla_gateway_h2_head_add:
 * @self: the fields so far
 * @name: the name of the next field; need not end with NUL
 * @name_length: bytes
 * @value: its value; need not end with NUL
 * @value_length: bytes
 *
 * Once a field is not acceptable, further ones are ignored.
 */
void
bulla_gateway_h2_head_add (BullaGatewayH2Head *self, const char *name, gsize name_length,
                           const char *value, gsize value_length)
{
  if (self->status != 0)
    return;
  self->size += name_length + value_length + 32;
  if (self->size > BULLA_GATEWAY_H2_LIST_MAX) {
    self->status = BULLA_GATEWAY_HEAD_TOO_LARGE;
    return;
  }
  g_autofree char *own_name = g_strndup (name, name_length);
  g_autofree char *own_value = g_strndup (value, value_length);
  if (strlen (own_name) != name_length || !is_clean (value, value_length)
      || !add_field (self, own_name, own_value))
    self->status = BAD_REQUEST;
}

/* CONNECT has no scheme and no path. The path is absolute, or `*` (RFC 9113, section 8.3.1); what
 * follows is for the parser. Host repeats :authority, if a client sends both. */
static gboolean
is_request (const BullaGatewayH2Head *self)
{
  const char *path = self->path;

  if (self->method == NULL || path == NULL || g_strcmp0 (self->scheme, "https") != 0
      || g_str_equal (self->method, "CONNECT") || (*path != '/' && !g_str_equal (path, "*")))
    return FALSE;
  return self->host == NULL || self->authority == NULL
         || g_ascii_strcasecmp (self->host, self->authority) == 0;
}

static char *
dup_text (const BullaGatewayH2Head *self)
{
  const char *host = self->authority != NULL ? self->authority : self->host;
  gboolean cookies = self->cookie->len > 0;

  return g_strconcat (self->method, " ", self->path, " HTTP/1.1\r\n", host != NULL ? "host: " : "",
                      host != NULL ? host : "", host != NULL ? "\r\n" : "", self->fields->str,
                      self->cookie->str, cookies ? "\r\n" : "", "\r\n", NULL);
}

/**
 * bulla_gateway_h2_head_end:
 * @self: all fields of the request
 * @ended: whether the request has no body
 * @head: (out caller-allocates): filled if this returns 200; clear it in any case
 *
 * Spec: RFC 9113 section 8, and for the rest bulla_gateway_head_parse()
 *
 * Returns: 200, or the error status to send
 */
guint
bulla_gateway_h2_head_end (BullaGatewayH2Head *self, gboolean ended, BullaGatewayHead *head)
{
  *head = (BullaGatewayHead){0};
  if (self->status != 0)
    return self->status;
  if (!is_request (self))
    return BAD_REQUEST;
  g_autofree char *text = dup_text (self);
  guint status = bulla_gateway_head_parse (head, (const guint8 *)text, strlen (text));
  if (status != OK)
    return status;
  if (ended && head->length > 0)
    return BAD_REQUEST;
  if (!ended && !self->counts)
    head->length = -1;
  return OK;
}
