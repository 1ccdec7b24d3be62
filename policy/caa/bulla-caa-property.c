/* bulla-caa-property.c - parses the value of an issue or issuewild property (RFC 8659 section 4.2)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-caa-property.h"

#include <string.h>

#define URI_CHARACTERS                                                                             \
  G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._~:/?#[]@!$&'()*+,=" /* RFC 3986; ";" cannot occur */

/* cursor over the bytes that are still to be read */
typedef struct {
  const char *at, *end;
} Rest;

static gboolean
is_at (const Rest *rest, char c)
{
  return rest->at < rest->end && *rest->at == c;
}

static gboolean
skip (Rest *rest, char c)
{
  if (!is_at (rest, c))
    return FALSE;
  rest->at++;
  return TRUE;
}

/* Skips WSP, which consists of spaces and tabs only. */
static void
skip_blanks (Rest *rest)
{
  while (is_at (rest, ' ') || is_at (rest, '\t'))
    rest->at++;
}

/* Reads a label or a parameter-tag, which are alike: (ALPHA / DIGIT) *( *("-") (ALPHA / DIGIT)) */
static gboolean
skip_label (Rest *rest)
{
  const char *start = rest->at;

  while (rest->at < rest->end && (g_ascii_isalnum (*rest->at) || *rest->at == '-'))
    rest->at++;
  return rest->at > start && *start != '-' && rest->at[-1] != '-';
}

/* issuer-domain-name = label *("." label) */
static gboolean
read_issuer (Rest *rest, char **issuer)
{
  const char *start = rest->at;

  do {
    if (!skip_label (rest))
      return FALSE;
  } while (skip (rest, '.'));
  *issuer = g_strndup (start, (gsize)(rest->at - start));
  return TRUE;
}

/* parameter = parameter-tag *WSP "=" *WSP parameter-value; the value is printable ASCII without ";"
 */
static gboolean
read_parameter (Rest *rest, char **tag, char **value)
{
  const char *start = rest->at;

  if (!skip_label (rest))
    return FALSE;
  *tag = g_strndup (start, (gsize)(rest->at - start));
  skip_blanks (rest);
  if (!skip (rest, '='))
    return FALSE;
  skip_blanks (rest);
  start = rest->at;
  while (rest->at < rest->end && g_ascii_isgraph (*rest->at) && *rest->at != ';')
    rest->at++;
  *value = g_strndup (start, (gsize)(rest->at - start));
  return TRUE;
}

/* Says whether the text is a scheme, a colon and characters allowed in a URI (RFC 3986). */
static gboolean
is_uri (const char *text)
{
  const char *colon = strchr (text, ':');

  if (colon == NULL || colon[1] == '\0' || !g_ascii_isalpha (*text))
    return FALSE;
  for (const char *at = text; at < colon; at++)
    if (!g_ascii_isalnum (*at) && strchr ("+-.", *at) == NULL)
      return FALSE;
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '%' && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2]))
      at += 2;
    else if (strchr (URI_CHARACTERS, *at) == NULL)
      return FALSE;
  }
  return g_uri_is_valid (text, G_URI_FLAGS_NONE, NULL);
}

/* Says whether the list consists of labels between commas (RFC 8657 section 4); empty: no
 * method. */
static gboolean
is_list_of_methods (const char *text)
{
  Rest rest = {text, text + strlen (text)};

  do {
    if (!skip_label (&rest))
      return FALSE;
  } while (skip (&rest, ','));
  return rest.at == rest.end;
}

/* The first parameter of its kind counts if it is valid; a second one can only restrict further. */
static void
restrict_to (BullaCaaRestriction *restriction, gboolean valid)
{
  if (!valid)
    *restriction = BULLA_CAA_UNSATISFIABLE;
  else if (*restriction == BULLA_CAA_UNRESTRICTED)
    *restriction = BULLA_CAA_RESTRICTED;
}

/* No specification says whether parameter tags are case-sensitive. A permitting tag is compared
 * exactly, and a restricting tag without case, so that nothing is permitted in case of doubt. */
static void
take_parameter (BullaCaaProperty *self, const char *tag, const char *value)
{
  if (strcmp (tag, "cansignhttpexchanges") == 0) {
    gboolean yes = self->exchanges == BULLA_CAA_PARAMETER_MISSING && strcmp (value, "yes") == 0;
    self->exchanges = yes ? BULLA_CAA_PARAMETER_YES : BULLA_CAA_PARAMETER_OTHER;
  } else if (g_ascii_strcasecmp (tag, "accounturi") == 0) {
    /* a property with several accounturi parameters cannot be satisfied (RFC 8657 section 3) */
    restrict_to (&self->account, self->account == BULLA_CAA_UNRESTRICTED && is_uri (value));
  } else if (g_ascii_strcasecmp (tag, "validationmethods") == 0) {
    restrict_to (&self->method, is_list_of_methods (value));
  }
}

/* parameters = (parameter *WSP ";" *WSP parameters) / parameter */
static gboolean
read_parameters (BullaCaaProperty *self, Rest *rest)
{
  do {
    g_autofree char *tag = NULL, *value = NULL;
    skip_blanks (rest);
    if (!read_parameter (rest, &tag, &value))
      return FALSE;
    take_parameter (self, tag, value);
    skip_blanks (rest);
  } while (skip (rest, ';'));
  return TRUE;
}

/**
 * bulla_caa_property_read: (skip)
 * @self: (out caller-allocates): the parsed property; the caller clears it in either case
 * @value: the value of an issue or issuewild property
 *
 * RFC 8659 section 4.2, with the names of its erratum 7139:
 * issue-value = *WSP [issuer-domain-name *WSP] [";" *WSP [parameters *WSP]]
 *
 * Returns: whether @value has that form; otherwise the property counts as one without an issuer
 */
gboolean
bulla_caa_property_read (BullaCaaProperty *self, GBytes *value)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (value, &length);
  Rest rest = {data, data != NULL ? data + length : NULL};

  *self = (BullaCaaProperty){0};
  skip_blanks (&rest);
  if (rest.at < rest.end && *rest.at != ';' && !read_issuer (&rest, &self->issuer))
    return FALSE;
  skip_blanks (&rest);
  if (!skip (&rest, ';'))
    return rest.at == rest.end;
  skip_blanks (&rest);
  return rest.at == rest.end || (read_parameters (self, &rest) && rest.at == rest.end);
}

void
bulla_caa_property_clear (BullaCaaProperty *self)
{
  g_clear_pointer (&self->issuer, g_free);
}
