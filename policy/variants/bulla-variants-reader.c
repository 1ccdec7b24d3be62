/* bulla-variants-reader.c - reads names and values in the wire forms of Variants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-variants-reader.h"

#include <string.h>

#define TCHAR "!#$%&'*+-.^_`|~"

void
bulla_variants_reader_skip_space (BullaVariantsReader *self)
{
  while (*self->at == ' ' || *self->at == '\t')
    self->at++;
}

/* Returns the bytes that a token may have besides letters and digits. */
static const char *
token_bytes (const BullaVariantsReader *self)
{
  if (self->syntax == BULLA_VARIANTS_SYNTAX_DICTIONARY)
    return TCHAR ":/";
  switch (self->readings->list_tokens) {
  case BULLA_LIST_TOKENS_DRAFT_04:
    return TCHAR "/?\\[]:@()";
  case BULLA_LIST_TOKENS_WIDE:
    return TCHAR ":/@?";
  case BULLA_LIST_TOKENS_SH_10:
  default:
    return "_-.:%*/";
  }
}

static gboolean
is_draft_04 (const BullaVariantsReader *self)
{
  return self->syntax == BULLA_VARIANTS_SYNTAX_LISTS
         && self->readings->list_tokens == BULLA_LIST_TOKENS_DRAFT_04;
}

/* Says whether a token may begin with @c: in draft 04 with any of its bytes, in Structured Headers
 * with a letter, and from SH-14 on with a star. */
static gboolean
begins_token (const BullaVariantsReader *self, char c)
{
  if (g_ascii_isalpha (c))
    return TRUE;
  if (is_draft_04 (self))
    return g_ascii_isdigit (c) || (c != '\0' && strchr (token_bytes (self), c) != NULL);
  return c == '*'
         && (self->syntax == BULLA_VARIANTS_SYNTAX_DICTIONARY
             || self->readings->list_tokens == BULLA_LIST_TOKENS_WIDE);
}

static gboolean
take_string (BullaVariantsReader *self)
{
  for (self->at++; *self->at != '"'; self->at++) {
    guchar c = (guchar)*self->at;
    if (c == '\\' && (self->at[1] == '"' || self->at[1] == '\\'))
      self->at++;
    else if (c == '\\' || c < 0x20 || c >= 0x7f)
      return FALSE;
    *self->out++ = *self->at;
  }
  self->at++;
  return TRUE;
}

/**
 * bulla_variants_reader_take_value: (skip)
 * @self: a reader at the beginning of a value
 *
 * Spec: Structured Headers 3.7 (strings) and 3.8 (tokens); variants-04 section 2.
 *
 * Returns: (nullable): the value, without quotes, in the buffer; %NULL if it is neither a token nor
 *   a string, and then @self stands at the byte that does not fit
 */
const char *
bulla_variants_reader_take_value (BullaVariantsReader *self)
{
  const char *value = self->out;

  if (*self->at == '"' && !is_draft_04 (self)) {
    if (!take_string (self))
      return NULL;
  } else {
    const char *others = token_bytes (self);
    if (!begins_token (self, *self->at))
      return NULL;
    while (g_ascii_isalnum (*self->at) || (*self->at != '\0' && strchr (others, *self->at) != NULL))
      *self->out++ = *self->at++;
  }
  *self->out++ = '\0';
  return value;
}

/**
 * bulla_variants_reader_take_name: (skip)
 * @self: a reader at a member of a dictionary
 *
 * Spec: Structured Headers 3.1.2: a key has lower-case letters.
 *
 * Returns: (nullable): the key, in the buffer
 */
const char *
bulla_variants_reader_take_name (BullaVariantsReader *self)
{
  const char *name = self->out;

  if (!g_ascii_islower (*self->at))
    return NULL;
  while (g_ascii_islower (*self->at) || g_ascii_isdigit (*self->at) || *self->at == '-'
         || *self->at == '_')
    *self->out++ = *self->at++;
  *self->out++ = '\0';
  return name;
}

/* Skips the value of a parameter: a string, or bytes of which numbers, tokens and byte sequences
 * consist. */
static gboolean
skip_bare_item (BullaVariantsReader *self)
{
  char *kept = self->out;
  gboolean fine = TRUE;

  if (*self->at == '"') {
    fine = take_string (self);
  } else {
    size_t length =
        strspn (self->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                          "+-./:=?*_%!#$&'^`|~");
    fine = length > 0;
    self->at += length;
  }
  self->out = kept;
  return fine;
}

/**
 * bulla_variants_reader_skip_parameters: (skip)
 * @self: a reader after an item or an inner list of a dictionary
 *
 * Spec: Structured Headers 3.1.1; draft 06 does not mention parameters.
 *
 * Returns: whether there are none, or the profile ignores them
 */
gboolean
bulla_variants_reader_skip_parameters (BullaVariantsReader *self)
{
  if (self->syntax != BULLA_VARIANTS_SYNTAX_DICTIONARY)
    return TRUE;
  while (*self->at == ';') {
    char *kept = self->out;
    if (self->readings->member_parameters == BULLA_MEMBER_PARAMETERS_FAIL)
      return FALSE;
    self->at++;
    bulla_variants_reader_skip_space (self);
    if (bulla_variants_reader_take_name (self) == NULL)
      return FALSE;
    self->out = kept;
    if (*self->at == '=') {
      self->at++;
      if (!skip_bare_item (self))
        return FALSE;
    }
  }
  return TRUE;
}
