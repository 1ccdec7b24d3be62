/* bulla-dns-name.c - checks and normalises the names of hosts and of DNS records
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-dns-name.h"

#include <string.h>

/* Says whether the text consists of valid labels; @extra: characters that labels may have
 * besides letters, digits and inner hyphens. */
static gboolean
is_label (const char *label, gsize length, const char *extra)
{
  if (length == 0 || length > BULLA_DNS_LABEL_MAX)
    return FALSE;
  if (*extra == '\0' && (label[0] == '-' || label[length - 1] == '-'))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (label[i] == '\0'
        || (!g_ascii_isalnum (label[i]) && label[i] != '-' && strchr (extra, label[i]) == NULL))
      return FALSE;
  return TRUE;
}

static gboolean
has_labels (const char *name, const char *extra)
{
  gsize length = strlen (name);

  if (length == 0 || length > BULLA_DNS_NAME_MAX)
    return FALSE;
  for (const char *at = name, *end; at != NULL; at = end != NULL ? end + 1 : NULL) {
    end = strchr (at, '.');
    if (!is_label (at, end != NULL ? (gsize)(end - at) : strlen (at), extra))
      return FALSE;
  }
  return TRUE;
}

/* Browsers read a name whose last label is a number as an IPv4 address (URL, "ends in a number
 * checker"). */
static gboolean
ends_in_number (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *last = dot != NULL ? dot + 1 : name;

  if (g_str_has_prefix (last, "0x"))
    return strspn (last + 2, "0123456789abcdef") == strlen (last + 2);
  return strspn (last, "0123456789") == strlen (last);
}

/* Returns the name in lower case, without a final dot. */
static char *
dup_plain (const char *text, gsize length)
{
  char *name = g_ascii_strdown (text, (gssize)length);

  length = strlen (name);
  if (length > 1 && name[length - 1] == '.')
    name[length - 1] = '\0';
  return name;
}

/**
 * bulla_dns_name_dup_host: (skip)
 * @typed: the name of a host: Unicode or A-labels, any case, the final dot optional
 * @wildcard: (out) (optional): whether @typed began with "*."
 *
 * IP addresses and names that no host can have are refused: labels are letters, digits and inner
 * hyphens (RFC 1123 section 2.1).
 *
 * Returns: (transfer full) (nullable): lower-case A-labels without a final dot and without "*.";
 *   %NULL if @typed is not the name of a host
 */
char *
bulla_dns_name_dup_host (const char *typed, gboolean *wildcard)
{
  gboolean has_star = g_str_has_prefix (typed, "*.");

  if (has_star)
    typed += 2;
  if (wildcard != NULL)
    *wildcard = has_star;
  if (!g_utf8_validate (typed, -1, NULL))
    return NULL;
  g_autofree char *ascii = g_hostname_to_ascii (typed);
  if (ascii == NULL)
    return NULL;
  g_autofree char *name = dup_plain (ascii, strlen (ascii));
  return has_labels (name, "") && !ends_in_number (name) ? g_steal_pointer (&name) : NULL;
}

/**
 * bulla_dns_name_dup_owner: (skip)
 * @text: (array length=length): the owner name in front of a DNS record
 * @length: bytes of @text
 *
 * Names of DNS records may have "_" and "*" too, as in "_acme-challenge" and "*.example.com".
 *
 * Returns: (transfer full) (nullable): the name in lower case without a final dot; %NULL if @text
 *   is not a name in A-labels, or the root
 */
char *
bulla_dns_name_dup_owner (const char *text, gsize length)
{
  if (memchr (text, '\0', length) != NULL)
    return NULL;
  g_autofree char *name = dup_plain (text, length);
  return has_labels (name, "_*") ? g_steal_pointer (&name) : NULL;
}

/**
 * bulla_dns_name_is_caa_domain: (skip)
 * @text: (array length=length): a text
 * @length: bytes of @text
 *
 * Returns: whether @text can name an issuer in a CAA record (RFC 8659 section 4.2,
 *   issuer-domain-name): labels of letters, digits and inner hyphens, without a final dot
 */
gboolean
bulla_dns_name_is_caa_domain (const char *text, gsize length)
{
  if (length == 0 || length > BULLA_DNS_NAME_MAX || memchr (text, '\0', length) != NULL)
    return FALSE;
  g_autofree char *name = g_strndup (text, length);
  return has_labels (name, "");
}
