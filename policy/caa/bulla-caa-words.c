/* bulla-caa-words.c - splits a line of DNS records into words, with the escapes of RFC 1035
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-caa-words.h"

#include <string.h>

typedef struct {
  const char *at, *end;
} Rest;

static void
word_free (gpointer data)
{
  BullaCaaWord *self = data;

  g_byte_array_unref (self->bytes);
  g_free (self);
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

static gboolean
is_comment (char c)
{
  return c == ';' || c == '#';
}

static void
append_byte (GByteArray *bytes, guint8 byte)
{
  g_byte_array_append (bytes, &byte, 1);
}

/* Reads an escape (RFC 1035 section 5.1): \DDD is the byte of that decimal number, \X is X;
 * @rest points behind the backslash. */
static gboolean
read_escape (Rest *rest, GByteArray *bytes, const char **detail)
{
  if (rest->at == rest->end) {
    *detail = "a backslash at the end of the line";
    return FALSE;
  }
  if (!g_ascii_isdigit (*rest->at)) {
    append_byte (bytes, (guint8)*rest->at++);
    return TRUE;
  }
  guint number = 0;
  for (int i = 0; i < 3; i++, rest->at++) {
    if (rest->at == rest->end || !g_ascii_isdigit (*rest->at)) {
      *detail = "a backslash with fewer than three digits";
      return FALSE;
    }
    number = number * 10 + (guint)g_ascii_digit_value (*rest->at);
  }
  if (number > 255) {
    *detail = "an escaped number above 255";
    return FALSE;
  }
  append_byte (bytes, (guint8)number);
  return TRUE;
}

static gboolean
read_quoted (Rest *rest, BullaCaaWord *word, const char **detail)
{
  word->quoted = TRUE;
  rest->at++;
  while (rest->at < rest->end && *rest->at != '"') {
    char c = *rest->at++;
    if (c != '\\')
      append_byte (word->bytes, (guint8)c);
    else if (!read_escape (rest, word->bytes, detail))
      return FALSE;
  }
  if (rest->at == rest->end) {
    *detail = "a quotation mark without its partner";
    return FALSE;
  }
  rest->at++;
  if (rest->at < rest->end && !is_blank (*rest->at) && !is_comment (*rest->at)) {
    *detail = "something right behind a quotation mark";
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_plain (Rest *rest, BullaCaaWord *word, const char **detail)
{
  const char *start = rest->at;

  while (rest->at < rest->end && !is_blank (*rest->at) && !is_comment (*rest->at)) {
    char c = *rest->at++;
    if (c == '"') {
      *detail = "a quotation mark inside a word";
      return FALSE;
    }
    if (c != '\\')
      append_byte (word->bytes, (guint8)c);
    else if (!read_escape (rest, word->bytes, detail))
      return FALSE;
  }
  word->generic = rest->at - start == 2 && memcmp (start, "\\#", 2) == 0;
  return TRUE;
}

/**
 * bulla_caa_words_read: (skip)
 * @line: (array length=length): a line without its newline
 * @length: bytes of @line
 * @detail: (out): static; what is wrong with the line if it is malformed
 *
 * Words are separated by spaces and tabs. Outside of quotation marks ";" and "#" begin a comment.
 *
 * Returns: (transfer full) (nullable) (element-type gpointer): the words, each a #BullaCaaWord
 */
GPtrArray *
bulla_caa_words_read (const char *line, gsize length, const char **detail)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (word_free);
  Rest rest = {line, line + length};

  for (;;) {
    while (rest.at < rest.end && is_blank (*rest.at))
      rest.at++;
    if (rest.at == rest.end || is_comment (*rest.at))
      return g_steal_pointer (&words);
    BullaCaaWord *word = g_new0 (BullaCaaWord, 1);
    word->bytes = g_byte_array_new ();
    g_ptr_array_add (words, word);
    if (!(*rest.at == '"' ? read_quoted : read_plain) (&rest, word, detail))
      return NULL;
    append_byte (word->bytes, 0);
    g_byte_array_set_size (word->bytes, word->bytes->len - 1);
  }
}

/**
 * bulla_caa_word_get_text: (skip)
 * @self: a word
 *
 * Returns: the word as text; "" if it was quoted or contains a NUL, so that such a word is
 * never taken for a name, a number or a type
 */
const char *
bulla_caa_word_get_text (const BullaCaaWord *self)
{
  const char *text = (const char *)self->bytes->data;

  return self->quoted || strlen (text) != self->bytes->len ? "" : text;
}
