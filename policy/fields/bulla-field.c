/* bulla-field.c - parses header fields that rules examine: media types, directives, digests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field.h"

#include <string.h>

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t';
}

static gboolean
is_token_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

/**
 * bulla_field_next_element: (skip)
 * @rest: (inout): the rest of a comma-separated list; quoted commas do not separate
 * @element: (out caller-allocates): the next element; empty ones are passed over
 *
 * Returns: whether there was an element
 */
gboolean
bulla_field_next_element (const char **rest, BullaToken *element)
{
  const char *at = *rest;

  while (is_space (*at) || *at == ',')
    at++;
  if (*at == '\0') {
    *rest = at;
    return FALSE;
  }
  const char *start = at;
  gboolean quoted = FALSE;
  for (; *at != '\0' && (quoted || *at != ','); at++) {
    if (quoted && *at == '\\' && at[1] != '\0')
      at++;
    else if (*at == '"')
      quoted = !quoted;
  }
  *rest = at;
  while (at > start && is_space (at[-1]))
    at--;
  *element = (BullaToken){start, (size_t)(at - start)};
  return TRUE;
}

gboolean
bulla_token_equal (BullaToken token, const char *word, gboolean ignore_case)
{
  if (token.length != strlen (word))
    return FALSE;
  return ignore_case ? g_ascii_strncasecmp (token.start, word, token.length) == 0
                     : strncmp (token.start, word, token.length) == 0;
}

/**
 * bulla_field_names_only: (skip)
 * @field: (nullable): a comma-separated list
 * @name: the only permitted element, in any case
 *
 * Returns: whether nothing but @name is in the list, which may be empty
 */
gboolean
bulla_field_names_only (const char *field, const char *name)
{
  const char *rest = field != NULL ? field : "";
  BullaToken element;

  while (bulla_field_next_element (&rest, &element))
    if (!bulla_token_equal (element, name, TRUE))
      return FALSE;
  return TRUE;
}

/**
 * bulla_field_dup_essence: (skip)
 * @media_type: a Content-Type value
 *
 * Returns: (transfer full) (nullable): type/subtype in lower case; %NULL if @media_type is
 *   malformed
 */
char *
bulla_field_dup_essence (const char *media_type)
{
  while (is_space (*media_type))
    media_type++;
  size_t type = strcspn (media_type, "/");
  size_t length = strcspn (media_type, "; \t");
  if (media_type[type] != '/' || type == 0 || type + 1 >= length)
    return NULL;
  for (size_t i = 0; i < length; i++)
    if (i != type && !is_token_char (media_type[i]))
      return NULL;
  const char *behind = media_type + length;
  while (is_space (*behind))
    behind++;
  if (*behind != '\0' && *behind != ';')
    return NULL;
  return g_ascii_strdown (media_type, (gssize)length);
}

/**
 * bulla_field_take_quoted: (skip)
 * @at: (inout): the opening quotation mark; behind the closing one afterwards
 *
 * Spec: Fetch "collect an HTTP quoted string", with the extract-value flag; but a string without
 * closing mark is refused.
 *
 * Returns: (transfer full) (nullable): the text between the marks, unescaped; %NULL if the closing
 *   mark is missing
 */
char *
bulla_field_take_quoted (const char **at)
{
  g_autoptr (GString) value = g_string_new (NULL);

  for ((*at)++; **at != '"'; (*at)++) {
    if (**at == '\\' && (*at)[1] != '\0')
      (*at)++;
    if (**at == '\0')
      return NULL;
    g_string_append_c (value, **at);
  }
  (*at)++;
  return g_string_free (g_steal_pointer (&value), FALSE);
}

/* Reads the `token` or `"quoted"` value of a directive at @at; NULL if it is neither. */
static char *
read_value (const char **at)
{
  g_autoptr (GString) value = g_string_new (NULL);

  if (**at != '"') {
    while (is_token_char (**at) || **at == '/' || **at == '=')
      g_string_append_c (value, *(*at)++);
    return value->len > 0 ? g_string_free (g_steal_pointer (&value), FALSE) : NULL;
  }
  return bulla_field_take_quoted (at);
}

/* MIME Sniffing 4.4: an unquoted value ends at the semicolon; NULL if the value is invalid. */
static char *
read_parameter (const char **at)
{
  g_autoptr (GString) value = g_string_new (NULL);

  if (**at == '"') {
    for ((*at)++; **at != '\0' && **at != '"'; (*at)++) {
      if (**at == '\\' && (*at)[1] != '\0')
        (*at)++;
      g_string_append_c (value, **at);
    }
    return g_string_free (g_steal_pointer (&value), FALSE);
  }
  while (**at != '\0' && **at != ';')
    g_string_append_c (value, *(*at)++);
  while (value->len > 0 && is_space (value->str[value->len - 1]))
    g_string_truncate (value, value->len - 1);
  return value->len > 0 ? g_string_free (g_steal_pointer (&value), FALSE) : NULL;
}

/**
 * bulla_field_dup_parameter: (skip)
 * @media_type: a Content-Type value
 * @name: name of the parameter, in lower case
 *
 * The first parameter of a name counts (MIME Sniffing, "parse a MIME type").
 *
 * Returns: (transfer full) (nullable): the value of the parameter, unquoted
 */
char *
bulla_field_dup_parameter (const char *media_type, const char *name)
{
  const char *at = media_type + strcspn (media_type, ";");

  while (*at == ';') {
    at++;
    while (is_space (*at))
      at++;
    const char *start = at;
    while (is_token_char (*at))
      at++;
    BullaToken key = {start, (size_t)(at - start)};
    g_autofree char *value = NULL;
    if (*at == '=') {
      at++;
      value = read_parameter (&at);
    }
    if (value != NULL && bulla_token_equal (key, name, TRUE))
      return g_steal_pointer (&value);
    at += strcspn (at, ";");
  }
  return NULL;
}

/* Reads one directive at @element: its name and optional value. Returns: FALSE if it is malformed
 */
static gboolean
split_directive (BullaToken element, BullaToken *name, char **value)
{
  size_t length = 0;

  while (length < element.length && is_token_char (element.start[length]))
    length++;
  *name = (BullaToken){element.start, length};
  *value = NULL;
  if (length == 0)
    return FALSE;
  if (length == element.length)
    return TRUE;
  if (element.start[length] != '=')
    return FALSE;
  const char *at = element.start + length + 1;
  *value = read_value (&at);
  return *value != NULL && at == element.start + element.length;
}

/**
 * bulla_field_ask_cache: (skip)
 * @cache_control: a Cache-Control value
 * @ignore_case: whether directive names are compared without case
 *
 * Spec: RFC 7234 section 3: whether a shared cache may store the response.
 */
BullaCacheAnswer
bulla_field_ask_cache (const char *cache_control, gboolean ignore_case)
{
  BullaToken element, name;
  BullaCacheAnswer answer = BULLA_CACHE_OK;

  while (bulla_field_next_element (&cache_control, &element)) {
    g_autofree char *value = NULL;
    if (!split_directive (element, &name, &value))
      return BULLA_CACHE_MALFORMED;
    if (bulla_token_equal (name, "no-store", ignore_case)
        || bulla_token_equal (name, "private", ignore_case))
      answer = BULLA_CACHE_NOT_SHARED;
  }
  return answer;
}

/**
 * bulla_field_has_directive: (skip)
 * @cache_control: (nullable): a Cache-Control value
 * @name: name of a directive, in lower case
 *
 * Returns: whether the field has the directive, with or without a value
 */
gboolean
bulla_field_has_directive (const char *cache_control, const char *name)
{
  const char *rest = cache_control != NULL ? cache_control : "";
  BullaToken element, directive;

  while (bulla_field_next_element (&rest, &element)) {
    g_autofree char *value = NULL;
    if (split_directive (element, &directive, &value) && bulla_token_equal (directive, name, TRUE))
      return TRUE;
  }
  return FALSE;
}

/* Reads delta-seconds; a greater number than the longest lifetime counts as that. Returns: FALSE if
 * @text is not a number; spec: RFC 9111 section 1.2.2 */
static gboolean
read_delta (const char *text, gint64 *seconds)
{
  gint64 number = 0;

  for (const char *c = text; *c != '\0'; c++) {
    if (!g_ascii_isdigit (*c))
      return FALSE;
    number = MIN (number * 10 + g_ascii_digit_value (*c), BULLA_LIFETIME_MAX);
  }
  *seconds = number;
  return text[0] != '\0';
}

/* Reads a directive that has a number of seconds, the smallest if it is repeated; a malformed
 * number counts as 0. Returns: whether the field has the directive */
static gboolean
read_seconds (const char *cache_control, const char *name, gint64 *seconds)
{
  const char *rest = cache_control != NULL ? cache_control : "";
  BullaToken element, directive;
  gboolean told = FALSE;

  while (bulla_field_next_element (&rest, &element)) {
    g_autofree char *value = NULL;
    gint64 number = 0;
    if (!split_directive (element, &directive, &value)
        || !bulla_token_equal (directive, name, TRUE))
      continue;
    if (value == NULL || !read_delta (value, &number))
      number = 0;
    *seconds = told ? MIN (*seconds, number) : number;
    told = TRUE;
  }
  return told;
}

/**
 * bulla_field_get_lifetime: (skip)
 * @cache_control: (nullable): a Cache-Control value
 * @seconds: (out): how long a private cache may use the response without revalidation
 *
 * Spec: RFC 9111 section 4.2.1. A malformed value counts as 0; of several, the smallest counts.
 *
 * Returns: whether the field states a lifetime
 */
gboolean
bulla_field_get_lifetime (const char *cache_control, gint64 *seconds)
{
  *seconds = 0;
  if (bulla_field_has_directive (cache_control, "no-store")
      || bulla_field_has_directive (cache_control, "no-cache"))
    return TRUE;
  return read_seconds (cache_control, "max-age", seconds);
}

/**
 * bulla_field_get_shared_freshness: (skip)
 * @fields: fields of a response
 * @now: Unix seconds, when the response is received; without a valid Date it was also sent then
 * @seconds: (out): for how long from @now a shared cache may use it without revalidation
 *
 * Spec: RFC 9111 sections 4.2.1, 4.2.3 and 5.3: s-maxage comes before max-age, and both before
 * Expires, of which a malformed one is in the past. The age is that of Date or Age, whichever is
 * greater; a Date in the future gives none.
 *
 * Returns: whether the fields state a lifetime
 */
gboolean
bulla_field_get_shared_freshness (const BullaFreshnessFields *fields, gint64 now, gint64 *seconds)
{
  gint64 expires = 0, sent = now, age = 0;

  *seconds = 0;
  if (fields->date != NULL && !bulla_field_read_date (fields->date, &sent))
    sent = now;
  if (!read_seconds (fields->cache_control, "s-maxage", seconds)
      && !read_seconds (fields->cache_control, "max-age", seconds)) {
    if (fields->expires == NULL)
      return FALSE;
    *seconds = bulla_field_read_date (fields->expires, &expires) ? expires - sent : 0;
  }
  if (fields->age != NULL && !read_delta (fields->age, &age))
    age = 0; /* RFC 9111 section 5.1: an invalid one is ignored */
  *seconds = MAX (*seconds - MAX (age, now - sent), 0);
  return TRUE;
}

/**
 * bulla_field_dup_no_cache_names: (skip)
 * @cache_control: a Cache-Control value
 *
 * Spec: IMPL 4.1: header fields listed in the no-cache directive are uncached.
 *
 * Returns: (transfer full) (nullable): the names, comma-separated, in lower case
 */
char *
bulla_field_dup_no_cache_names (const char *cache_control)
{
  BullaToken element, name;
  g_autoptr (GString) names = g_string_new (NULL);

  while (bulla_field_next_element (&cache_control, &element)) {
    g_autofree char *value = NULL;
    if (!split_directive (element, &name, &value) || value == NULL
        || !bulla_token_equal (name, "no-cache", TRUE))
      continue;
    g_autofree char *lower = g_ascii_strdown (value, -1);
    g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", lower);
  }
  return names->len > 0 ? g_string_free (g_steal_pointer (&names), FALSE) : NULL;
}

/* Decodes strict base64 of exactly 32 bytes: 43 characters and one =. */
static gboolean
decode_proof (const char *text, size_t length, guint8 proof[BULLA_PROOF_SIZE])
{
  if (length != 44 || text[43] != '=')
    return FALSE;
  for (size_t i = 0; i < 43; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
      return FALSE;
  g_autofree char *terminated = g_strndup (text, length);
  gsize size = 0;
  g_autofree guchar *bytes = g_base64_decode (terminated, &size);
  if (size != BULLA_PROOF_SIZE)
    return FALSE;
  memcpy (proof, bytes, BULLA_PROOF_SIZE);
  return TRUE;
}

/**
 * bulla_field_read_digest: (skip)
 * @digest: a Digest value (RFC 3230)
 * @only_prefix: whether the value must consist of one element, as in Chromium
 * @proof: (out): the top proof
 *
 * Two different proofs are an error (MICE 03).
 */
BullaDigestAnswer
bulla_field_read_digest (const char *digest, gboolean only_prefix, guint8 proof[BULLA_PROOF_SIZE])
{
  static const char prefix[] = BULLA_CODING_MI_SHA256 "=";
  const size_t skip = sizeof prefix - 1;

  if (only_prefix) {
    if (strncmp (digest, prefix, skip) != 0)
      return BULLA_DIGEST_MALFORMED;
    return decode_proof (digest + skip, strlen (digest + skip), proof) ? BULLA_DIGEST_FOUND
                                                                       : BULLA_DIGEST_MALFORMED;
  }
  BullaDigestAnswer answer = BULLA_DIGEST_ABSENT;
  BullaToken element;
  while (bulla_field_next_element (&digest, &element)) {
    if (element.length < skip || g_ascii_strncasecmp (element.start, prefix, skip) != 0)
      continue;
    guint8 found[BULLA_PROOF_SIZE];
    if (!decode_proof (element.start + skip, element.length - skip, found))
      return BULLA_DIGEST_MALFORMED;
    if (answer == BULLA_DIGEST_FOUND && memcmp (proof, found, sizeof found) != 0)
      return BULLA_DIGEST_MALFORMED;
    memcpy (proof, found, sizeof found);
    answer = BULLA_DIGEST_FOUND;
  }
  return answer;
}

static gboolean
is_decodable (BullaToken coding)
{
  static const char *const known[] = {"gzip", "x-gzip", "deflate", "br", "identity"};

  for (size_t i = 0; i < G_N_ELEMENTS (known); i++)
    if (bulla_token_equal (coding, known[i], TRUE))
      return TRUE;
  return FALSE;
}

/**
 * bulla_field_codings_are_decodable: (skip)
 * @content_encoding: a Content-Encoding value
 * @exact: whether only mi-sha256-03 is accepted, as in Chromium
 *
 * Spec: MICE 03: the coding was applied exactly once, and last.
 */
gboolean
bulla_field_codings_are_decodable (const char *content_encoding, gboolean exact)
{
  gboolean last_is_merkle = FALSE;
  guint merkle = 0, all = 0;
  BullaToken coding;

  while (bulla_field_next_element (&content_encoding, &coding)) {
    all++;
    last_is_merkle = bulla_token_equal (coding, BULLA_CODING_MI_SHA256, TRUE);
    merkle += last_is_merkle ? 1 : 0;
    if (!last_is_merkle && !is_decodable (coding))
      return FALSE;
  }
  return last_is_merkle && merkle == 1 && (!exact || all == 1);
}

/**
 * bulla_field_dup_inner_codings: (skip)
 * @content_encoding: a Content-Encoding value that ends in mi-sha256-03
 *
 * Returns: (transfer full) (nullable): the codings that remain after the Merkle coding is decoded
 */
char *
bulla_field_dup_inner_codings (const char *content_encoding)
{
  g_autoptr (GString) inner = g_string_new (NULL);
  BullaToken coding;

  while (bulla_field_next_element (&content_encoding, &coding))
    if (!bulla_token_equal (coding, BULLA_CODING_MI_SHA256, TRUE)) {
      g_string_append (inner, inner->len > 0 ? ", " : "");
      g_string_append_len (inner, coding.start, (gssize)coding.length);
    }
  return inner->len > 0 ? g_string_free (g_steal_pointer (&inner), FALSE) : NULL;
}
