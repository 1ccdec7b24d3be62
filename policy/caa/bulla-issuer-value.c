/* bulla-issuer-value.c - normalises keys and names of certificate authorities for comparison
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-dns-name.h"
#include "bulla-issuers.h"

#define SKI_SIZE_MAX 64 /* most bytes of a subject key identifier */
#define BLANKS " \t\r\n"
#define SEPARATORS BLANKS ",;"

/* Normalises hex digits, with or without colons. Returns: (transfer full) (nullable): lower case */
static char *
fold_ski (const char *value)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (; *value != '\0'; value++)
    if (g_ascii_isxdigit (*value))
      g_string_append_c (hex, g_ascii_tolower (*value));
    else if (*value != ':' && *value != ' ')
      return NULL;
  if (hex->len == 0 || hex->len % 2 != 0 || hex->len > 2 * SKI_SIZE_MAX)
    return NULL;
  return g_string_free (g_steal_pointer (&hex), FALSE);
}

/* Folds a name as X.520 caseIgnoreMatch: lower case, one space instead of several. */
static char *
fold_text (const char *value)
{
  g_autofree char *folded =
      g_str_is_ascii (value) ? g_ascii_strdown (value, -1) : g_utf8_casefold (value, -1);
  GString *text = g_string_new (NULL);

  for (const char *at = folded; *at != '\0'; at++)
    if (!g_ascii_isspace (*at))
      g_string_append_c (text, *at);
    else if (text->len > 0 && text->str[text->len - 1] != ' ')
      g_string_append_c (text, ' ');
  if (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}

/* Returns the length of the attribute type that begins here ("CN=", "2.5.4.97="); 0 if none
 * does. */
static gsize
get_type_length (const char *at)
{
  gsize length = strspn (at, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-");

  return length > 0 && at[length + strspn (at + length, BLANKS)] == '=' ? length : 0;
}

/* Reads an attribute value. @at: (inout): behind "="; moves to the separator or the end */
static char *
take_value (const char **at)
{
  GString *value = g_string_new (NULL);
  gboolean quoted = FALSE;
  const char *next = *at;

  for (; *next != '\0'; next++) {
    /* a comma may also be part of a value, where the text is not in the form of RFC 4514 */
    if (!quoted && strchr (",;+", *next) != NULL
        && get_type_length (next + 1 + strspn (next + 1, BLANKS)) > 0)
      break;
    if (*next == '"') {
      quoted = !quoted;
      continue;
    }
    if (*next == '\\' && g_ascii_isxdigit (next[1]) && g_ascii_isxdigit (next[2])) {
      g_string_append_c (
          value, (char)(g_ascii_xdigit_value (next[1]) << 4 | g_ascii_xdigit_value (next[2])));
      next += 2;
      continue;
    }
    if (*next == '\\' && next[1] != '\0')
      next++;
    if (*next != '"') /* some programs do not escape quotation marks inside a quoted value */
      g_string_append_c (value, *next);
  }
  *at = next;
  return g_string_free (value, FALSE);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Programs write the attributes of a name in either order, with commas (RFC 4514) or semicolons
 * (CCADB) between them: two names are alike if they have the same attributes.
 * Returns: (transfer full) (nullable): NULL if there is none */
static char *
fold_dn (const char *value)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *at = value + strspn (value, BLANKS);
  gsize length;

  while ((length = get_type_length (at)) > 0) {
    g_autofree char *type = g_ascii_strup (at, (gssize)length);
    at = strchr (at, '=') + 1;
    g_autofree char *raw = take_value (&at);
    if (!g_utf8_validate (raw, -1, NULL))
      return NULL;
    g_autofree char *text = fold_text (raw);
    g_ptr_array_add (parts, g_strconcat (type, "=", text, NULL));
    at += *at != '\0';
    at += strspn (at, BLANKS);
  }
  if (parts->len == 0 || *at != '\0')
    return NULL;
  g_ptr_array_sort (parts, compare);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv ("\n", (char **)parts->pdata);
}

/**
 * bulla_issuer_value_fold: (skip)
 * @kind: the kind of @value
 * @value: a key identifier, a subject or an organisation, in any bytes
 *
 * Returns: (transfer full) (nullable): @value in a form that is equal for equal values; %NULL if
 *   @value is not valid for @kind
 */
char *
bulla_issuer_value_fold (BullaIssuerKind kind, const char *value)
{
  if (!g_utf8_validate (value, -1, NULL))
    return NULL;
  if (kind == BULLA_ISSUER_SKI)
    return fold_ski (value);
  if (kind == BULLA_ISSUER_DN)
    return fold_dn (value);
  g_autofree char *text = fold_text (value);
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/**
 * bulla_issuer_domains_split: (skip)
 * @text: domains, with blanks, commas or semicolons between them
 * @strict: whether all words must be domains; otherwise other words ("None", "N/A") are skipped
 *
 * Returns: (transfer full) (nullable): the domains in lower case, without duplicates; %NULL if
 *   there are none or too many, or if @strict is %TRUE and a word is not a domain
 */
char **
bulla_issuer_domains_split (const char *text, gboolean strict)
{
  g_auto (GStrv) words = g_strsplit_set (text, SEPARATORS, -1);
  g_autoptr (GPtrArray) domains = g_ptr_array_new_with_free_func (g_free);

  for (size_t i = 0; words[i] != NULL; i++) {
    g_autofree char *domain = g_ascii_strdown (words[i], -1);
    gboolean fits = bulla_dns_name_is_caa_domain (domain, strlen (domain))
                    && (strict || strchr (domain, '.') != NULL);
    if (*domain == '\0' || g_ptr_array_find_with_equal_func (domains, domain, g_str_equal, NULL))
      continue;
    if (fits)
      g_ptr_array_add (domains, g_steal_pointer (&domain));
    else if (strict)
      return NULL;
  }
  if (domains->len == 0 || domains->len > BULLA_ISSUER_DOMAINS_MAX)
    return NULL;
  g_ptr_array_add (domains, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&domains), FALSE);
}
