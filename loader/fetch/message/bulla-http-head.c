/* bulla-http-head.c - parses the head of a response line by line, and removes ambiguous characters
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Characters that some parsers treat as the end of a line or field are refused or replaced with
 * spaces, so that fields that are forwarded have the same meaning to every parser. RFC 9110 section
 * 5.5. */
#include "bulla-http-head.h"

#include <string.h>

#include "bulla-error.h"
#include "bulla-http-message-internal.h"

void
bulla_http_head_init (BullaHttpHead *self, BullaHttpMessage *message)
{
  *self = (BullaHttpHead){
      .message = message, .name = g_string_new (NULL), .value = g_string_new (NULL)};
}

void
bulla_http_head_clear (BullaHttpHead *self)
{
  g_string_free (self->name, TRUE);
  g_string_free (self->value, TRUE);
  g_free (self->length);
}

/**
 * bulla_http_escape:
 * @text: (nullable): text that a server may have influenced
 *
 * Returns: (transfer full): @text as valid UTF-8 without control characters
 */
char *
bulla_http_escape (const char *text)
{
  char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  for (char *at = valid; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  return g_strchomp (valid);
}

static gboolean
refuse_head (GError **error, const char *why)
{
  g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_NETWORK, why);
  return FALSE;
}

static gboolean
is_control (char c)
{
  return ((guchar)c < 0x20 && c != '\t') || c == 0x7f;
}

static gboolean
is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || !strchr ("!#$%&'*+-.^_`|~", text[i])))
      return FALSE;
  return length > 0;
}

/* Strips white space at both ends, and replaces each control character with a space. */
static void
append_clean (GString *to, const char *text, gsize length)
{
  gsize from = to->len;

  g_string_append_len (to, text, length);
  for (gsize i = from; i < to->len; i++)
    if (is_control (to->str[i]))
      to->str[i] = ' ';
  gsize blank = strspn (to->str + from, " \t");
  g_string_erase (to, from, blank);
  while (to->len > from && strchr (" \t", to->str[to->len - 1]) != NULL)
    g_string_truncate (to, to->len - 1);
}

/* RFC 9110 section 8.6: a list that repeats one number counts as that number. */
static gboolean
add_length (BullaHttpHead *self, const char *value, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    const char *part = g_strstrip (parts[i]);
    if (*part == '\0' || strlen (part) > 18 || strspn (part, "0123456789") != strlen (part)
        || (self->length != NULL && !g_str_equal (self->length, part)))
      return refuse_head (error, "the response has an invalid Content-Length");
    if (self->length == NULL)
      self->length = g_strdup (part);
  }
  return self->length != NULL || refuse_head (error, "the response has an invalid Content-Length");
}

/* Limits the names in Connection, because each header field is looked up among them. */
static gboolean
count_options (BullaHttpHead *self, GError **error)
{
  self->options++;
  for (const char *at = self->value->str; *at != '\0'; at++)
    self->options += *at == ',' ? 1 : 0;
  return self->options <= BULLA_HTTP_OPTIONS_MAX
         || refuse_head (error, "the response has too many options in Connection");
}

static gboolean
end_field (BullaHttpHead *self, GError **error)
{
  SoupMessageHeaders *headers = self->message->response_headers;

  if (self->name->len == 0)
    return TRUE;
  if (g_ascii_strcasecmp (self->name->str, "Content-Length") == 0) {
    if (!add_length (self, self->value->str, error))
      return FALSE;
  } else if (g_ascii_strcasecmp (self->name->str, "Transfer-Encoding") == 0
             && g_ascii_strcasecmp (self->value->str, "identity") == 0) {
    /* RFC 2616 section 3.6: "identity" is equivalent to an absent Transfer-Encoding. */
  } else if (g_ascii_strcasecmp (self->name->str, "Transfer-Encoding") == 0
             && (g_ascii_strcasecmp (self->value->str, "chunked") != 0
                 || g_strcmp0 (self->message->protocol, "http/1.0") == 0 /* RFC 9112, 6.1 */
                 || soup_message_headers_get_one (headers, "Transfer-Encoding") != NULL)) {
    return refuse_head (error, "the response has a transfer coding that Bulla does not support");
  } else if (g_ascii_strcasecmp (self->name->str, "Connection") == 0
             && !count_options (self, error)) {
    return FALSE;
  } else {
    soup_message_headers_append (headers, self->name->str, self->value->str);
  }
  g_string_truncate (self->name, 0);
  g_string_truncate (self->value, 0);
  return TRUE;
}

/* Checks the framing fields as a whole. libcurl gives chunked encoding precedence, and accepts any
 * Content-Length that begins with a number. */
static gboolean
complete_head (BullaHttpHead *self, GError **error)
{
  SoupMessageHeaders *headers = self->message->response_headers;
  guint status = self->message->status;

  if (status == SOUP_STATUS_SWITCHING_PROTOCOLS && !self->may_switch)
    return refuse_head (error, "the response switches protocols without being asked to");
  if (status / 100 == 1 && status != SOUP_STATUS_SWITCHING_PROTOCOLS) {
    bulla_http_message_end_interim (self->message);
    g_clear_pointer (&self->length, g_free);
    self->begun = FALSE;
    return TRUE;
  }
  if (self->length != NULL && soup_message_headers_get_one (headers, "Transfer-Encoding") == NULL)
    soup_message_headers_append (headers, "Content-Length", self->length);
  self->complete = TRUE;
  return TRUE;
}

static gboolean
take_status (BullaHttpHead *self, const char *line, gsize length, GError **error)
{
  static const struct {
    const char *start, *name;
  } PROTOCOLS[] = {
      {"HTTP/1.1 ", "http/1.1"}, {"HTTP/1.0 ", "http/1.0"}, {"HTTP/2 ", "h2"}, {"HTTP/3 ", "h3"}};
  gsize at = 0;

  self->begun = TRUE;
  for (guint i = 0; at == 0 && i < G_N_ELEMENTS (PROTOCOLS); i++)
    if (length >= strlen (PROTOCOLS[i].start)
        && memcmp (line, PROTOCOLS[i].start, strlen (PROTOCOLS[i].start)) == 0) {
      self->message->protocol = PROTOCOLS[i].name;
      at = strlen (PROTOCOLS[i].start);
    }
  if (at == 0 || length < at + 3 || !g_ascii_isdigit (line[at]) || line[at] == '0'
      || !g_ascii_isdigit (line[at + 1]) || !g_ascii_isdigit (line[at + 2])
      || (length > at + 3 && line[at + 3] != ' '))
    return refuse_head (error, "the response does not begin with a status line");
  self->message->status = (line[at] - '0') * 100 + (line[at + 1] - '0') * 10 + (line[at + 2] - '0');
  GString *reason = g_string_new (NULL);
  append_clean (reason, line + at + 3, length - at - 3);
  g_free (self->message->reason);
  self->message->reason = g_string_free (reason, FALSE);
  return TRUE;
}

/* Says whether the current field states where the body ends. */
static gboolean
states_length (const BullaHttpHead *self)
{
  return g_ascii_strcasecmp (self->name->str, "Content-Length") == 0
         || g_ascii_strcasecmp (self->name->str, "Transfer-Encoding") == 0;
}

/* RFC 9112 section 5.2: a line that begins with a blank continues the previous field. */
static gboolean
take_fold (BullaHttpHead *self, const char *line, gsize length, GError **error)
{
  if (states_length (self))
    return refuse_head (error, "the response has a folded header field that states its length");
  if (self->name->len > 0) {
    gsize before = self->value->len;
    if (before > 0)
      g_string_append_c (self->value, ' ');
    gsize start = self->value->len;
    append_clean (self->value, line, length);
    if (self->value->len == start) /* a blank continuation line adds no space */
      g_string_truncate (self->value, before);
  }
  return TRUE;
}

static gboolean
count_field (BullaHttpHead *self, GError **error)
{
  return ++self->fields <= BULLA_HTTP_FIELDS_MAX
         || refuse_head (error, "the response has too many header fields");
}

/* RFC 9112 section 5.1: blanks between the name and the colon are removed. libcurl ignores such a
 * field, so one that states the length would not count. */
static gboolean
take_field (BullaHttpHead *self, const char *line, gsize length, GError **error)
{
  const char *colon = memchr (line, ':', length);

  if (!end_field (self, error) || !count_field (self, error))
    return FALSE;
  const char *end = colon;
  while (end != NULL && end > line && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  if (colon == NULL || !is_token (line, end - line))
    return TRUE; /* not a field; libcurl ignores the line, too */
  g_string_append_len (self->name, line, end - line);
  append_clean (self->value, colon + 1, line + length - colon - 1);
  return end == colon || !states_length (self)
         || refuse_head (error, "the response has a blank behind the name of a header field that "
                                "states its length");
}

static gboolean
count_bytes (BullaHttpHead *self, gsize length, GError **error)
{
  self->bytes += length;
  if (self->bytes <= BULLA_HTTP_HEAD_MAX)
    return TRUE;
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
               "the header fields of the response are larger than %d bytes", BULLA_HTTP_HEAD_MAX);
  return FALSE;
}

/**
 * bulla_http_head_take:
 * @self: a head that is not complete
 * @line: (array length=length): the next line of the head, including its line break
 * @length: bytes of @line
 * @error: a %BULLA_ERROR_NETWORK or %BULLA_ERROR_LIMIT that says what is wrong with the line
 *
 * The heads of interim responses (status below 200) are emitted and then dropped.
 *
 * Returns: whether the response may continue
 */
gboolean
bulla_http_head_take (BullaHttpHead *self, const char *line, gsize length, GError **error)
{
  if (!count_bytes (self, length, error))
    return FALSE;
  if (memchr (line, '\0', length) != NULL)
    return refuse_head (error, "the header fields of the response contain a NUL character");
  if (length > 0 && line[length - 1] == '\n')
    length--;
  if (length > 0 && line[length - 1] == '\r')
    length--;
  if (!self->begun)
    return take_status (self, line, length, error);
  if (length == 0)
    return end_field (self, error) && complete_head (self, error);
  if (*line == ' ' || *line == '\t')
    return take_fold (self, line, length, error);
  return take_field (self, line, length, error);
}
