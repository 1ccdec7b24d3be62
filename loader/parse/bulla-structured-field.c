/* bulla-structured-field.c - parses parameterised lists of structured headers, draft 10
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: draft-ietf-httpbis-header-structure-10, section 4.2. */
#include "bulla-structured-field.h"

#include <string.h>

#define MAX_MEMBERS 1024
#define MAX_PARAMETERS 256
#define MAX_INTEGER_DIGITS 15
#define MAX_FLOAT_CHARACTERS 16
#define USUAL_PARAMETERS 8 /* parameters of a typical signature */
#define TEXTS_SIZE 512     /* bytes in one chunk of a member's texts */

typedef struct {
  const char *at, *end, *start;
  guint64 offset;
  GStringChunk *texts; /* borrowed; texts of the current member */
  const char *trouble; /* static; NULL if nothing is wrong; the first fault */
} Parser;

static int
peek (const Parser *self)
{
  return self->at < self->end ? (guchar)*self->at : -1;
}

static gboolean
fail_parse (Parser *self, const char *trouble)
{
  if (self->trouble == NULL)
    self->trouble = trouble;
  return FALSE;
}

static gboolean
accept (Parser *self, char c)
{
  if (peek (self) != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static void
skip_space (Parser *self)
{
  while (peek (self) == ' ' || peek (self) == '\t')
    self->at++;
}

static BullaRange
range_from (const Parser *self, const char *start)
{
  return (BullaRange){self->offset + (guint64)(start - self->start), (guint64)(self->at - start)};
}

static void
parameter_clear (gpointer data)
{
  BullaSfParameter *self = data;

  g_clear_pointer (&self->bytes, g_bytes_unref);
}

static void
member_free (gpointer data)
{
  BullaSfMember *self = data;

  g_array_unref (self->parameters);
  g_string_chunk_free (self->texts);
  g_free (self);
}

static char *
keep_from (Parser *self, const char *start)
{
  return g_string_chunk_insert_len (self->texts, start, self->at - start);
}

static const char *
read_token (Parser *self)
{
  const char *start = self->at;

  if (!g_ascii_isalpha ((char)MAX (peek (self), 0)))
    return fail_parse (self, "a token that does not begin with a letter"), NULL;
  while (peek (self) > 0 && (g_ascii_isalnum (*self->at) || strchr ("_-.:%*/", *self->at)))
    self->at++;
  return keep_from (self, start);
}

static const char *
read_key (Parser *self)
{
  const char *start = self->at;

  if (!g_ascii_islower ((char)MAX (peek (self), 0)))
    return fail_parse (self, "a parameter name that does not begin with a lower-case letter"), NULL;
  while (peek (self) > 0
         && (g_ascii_islower (*self->at) || g_ascii_isdigit (*self->at) || *self->at == '_'
             || *self->at == '-'))
    self->at++;
  return keep_from (self, start);
}

static gboolean
read_number (Parser *self, BullaSfParameter *into)
{
  const char *start = self->at;

  accept (self, '-');
  const char *digits = self->at;
  gboolean is_float = FALSE;
  while (peek (self) >= 0 && (g_ascii_isdigit (*self->at) || (*self->at == '.' && !is_float))) {
    is_float = is_float || *self->at == '.';
    self->at++;
  }
  size_t length = (size_t)(self->at - digits);
  if (length == 0 || digits[0] == '.' || self->at[-1] == '.')
    return fail_parse (self, "a malformed number");
  if (length > (is_float ? MAX_FLOAT_CHARACTERS : MAX_INTEGER_DIGITS))
    return fail_parse (self, "a number with too many digits");
  into->type = is_float ? BULLA_SF_FLOAT : BULLA_SF_INTEGER;
  for (const char *digit = digits; digit < self->at && !is_float; digit++)
    into->integer = 10 * into->integer + (*digit - '0');
  if (digits > start)
    into->integer = -into->integer;
  return TRUE;
}

static void
remove_escapes (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; *to++ = *from++)
    if (*from == '\\')
      from++;
  *to = '\0';
}

static gboolean
read_string (Parser *self, BullaSfParameter *into)
{
  const char *start = ++self->at;

  while (peek (self) != '"') {
    int c = peek (self);
    if (c < 0)
      return fail_parse (self, "a string without an end");
    self->at++;
    if (c == '\\') {
      c = peek (self);
      if (c != '"' && c != '\\')
        return fail_parse (self, "a string with an odd escape");
      self->at++;
    } else if (c < 0x20 || c > 0x7e) {
      return fail_parse (self, "a string with a control character");
    }
  }
  char *text = keep_from (self, start);
  remove_escapes (text);
  self->at++;
  into->type = BULLA_SF_STRING;
  into->text = text;
  return TRUE;
}

/* SH10 4.2.9: missing padding and non-zero pad bits are accepted */
static gboolean
read_bytes (Parser *self, BullaSfParameter *into)
{
  const char *start = ++self->at;

  while (peek (self) > 0 && (g_ascii_isalnum (*self->at) || strchr ("+/", *self->at)))
    self->at++;
  size_t length = (size_t)(self->at - start);
  size_t padding = 0;
  while (accept (self, '='))
    padding++;
  size_t wanted = (4 - length % 4) % 4;
  if (length % 4 == 1 || (padding != 0 && padding != wanted) || !accept (self, '*'))
    return fail_parse (self, "a byte sequence that is not base64");
  guchar *data = g_malloc (length / 4 * 3 + 3);
  int state = 0;
  guint save = 0;
  gsize size = g_base64_decode_step (start, length, data, &state, &save);
  size += g_base64_decode_step ("==", wanted, data + size, &state, &save);
  into->bytes = g_bytes_new_take (data, size);
  into->type = BULLA_SF_BYTES;
  return TRUE;
}

static gboolean
read_boolean (Parser *self, BullaSfParameter *into)
{
  self->at++;
  into->type = BULLA_SF_BOOLEAN;
  into->integer = peek (self) == '1';
  return accept (self, '0') || accept (self, '1') || fail_parse (self, "a malformed boolean");
}

static gboolean
read_item (Parser *self, BullaSfParameter *into)
{
  int c = peek (self);

  if (c == '-' || (c >= '0' && c <= '9'))
    return read_number (self, into);
  if (c == '"')
    return read_string (self, into);
  if (c == '*')
    return read_bytes (self, into);
  if (c == '?')
    return read_boolean (self, into);
  into->type = BULLA_SF_TOKEN;
  into->text = read_token (self);
  return into->text != NULL;
}

static gboolean
read_parameter (Parser *self, BullaSfMember *member)
{
  const char *start = self->at;
  const char *key = read_key (self);

  if (key == NULL)
    return FALSE;
  if (bulla_sf_member_find (member, key) != NULL)
    return fail_parse (self, "a parameter that comes twice");
  if (member->parameters->len >= MAX_PARAMETERS)
    return fail_parse (self, "more parameters than Bulla reads");
  guint index = member->parameters->len;
  g_array_set_size (member->parameters, index + 1);
  BullaSfParameter *parameter = &g_array_index (member->parameters, BullaSfParameter, index);
  parameter->key = key;
  if (accept (self, '=')) {
    start = self->at;
    if (!read_item (self, parameter))
      return FALSE;
  }
  parameter->range = range_from (self, start);
  return TRUE;
}

static BullaSfMember *
read_member (Parser *self)
{
  const char *start = self->at;
  BullaSfMember *member = g_new0 (BullaSfMember, 1);

  member->texts = self->texts = g_string_chunk_new (TEXTS_SIZE);
  member->parameters = g_array_sized_new (FALSE, TRUE, sizeof (BullaSfParameter), USUAL_PARAMETERS);
  g_array_set_clear_func (member->parameters, parameter_clear);
  member->identifier = read_token (self);
  gboolean fine = member->identifier != NULL;
  while (fine) {
    const char *before = self->at;
    skip_space (self);
    if (!accept (self, ';')) {
      self->at = before;
      break;
    }
    skip_space (self);
    fine = read_parameter (self, member);
  }
  member->range = range_from (self, start);
  return member;
}

static void
read_list (Parser *self, GPtrArray *members)
{
  skip_space (self);
  if (peek (self) < 0)
    fail_parse (self, "no member");
  while (self->trouble == NULL && peek (self) >= 0) {
    g_ptr_array_add (members, read_member (self));
    if (self->trouble != NULL)
      return;
    skip_space (self);
    if (peek (self) < 0)
      return;
    if (!accept (self, ','))
      fail_parse (self, "something after a member");
    skip_space (self);
    if (peek (self) < 0)
      fail_parse (self, "a comma at the end");
    if (members->len >= MAX_MEMBERS)
      fail_parse (self, "more members than Bulla reads");
  }
}

/**
 * bulla_sf_parse_parameterised_list: (skip)
 * @span: the whole field value
 * @reason: the reason of a fault
 * @error: the fault, with the byte at which parsing stopped
 *
 * Spec: SH10 4.2.5; any byte that is not ASCII is a fault.
 *
 * Returns: (transfer full) (nullable): the members, at least one
 */
GPtrArray *
bulla_sf_parse_parameterised_list (BullaSpan span, BullaReason reason, GError **error)
{
  const char *text = (const char *)span.data;
  Parser parser = {.at = text, .end = text + span.length, .start = text, .offset = span.offset};
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (member_free);

  for (size_t i = 0; i < span.length; i++)
    if (span.data[i] >= 0x80) {
      bulla_fault_set (error, reason, (BullaRange){span.offset + i, 1}, "a byte that is not ASCII");
      return NULL;
    }
  read_list (&parser, members);
  if (parser.trouble != NULL) {
    BullaRange range = {span.offset + (guint64)(parser.at - parser.start),
                        parser.at < parser.end ? 1 : 0};
    bulla_fault_set (error, reason, range, "%s", parser.trouble);
    return NULL;
  }
  return g_steal_pointer (&members);
}

/**
 * bulla_sf_member_find: (skip)
 * @self: a member
 * @key: the name of a parameter
 *
 * Returns: (nullable): the parameter with that name
 */
const BullaSfParameter *
bulla_sf_member_find (const BullaSfMember *self, const char *key)
{
  for (guint i = 0; i < self->parameters->len; i++) {
    const BullaSfParameter *parameter = &g_array_index (self->parameters, BullaSfParameter, i);
    if (strcmp (parameter->key, key) == 0)
      return parameter;
  }
  return NULL;
}
