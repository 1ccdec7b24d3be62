/* bulla-certificate-names.c - compares and lists the host names of a certificate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-certificate-names.h"

#include <openssl/x509v3.h>

#include "bulla-facts.h"

#define MAX_NAMES_SHOWN 16
#define MAX_NAME_SHOWN 255

/**
 * bulla_certificate_names_match: (skip)
 * @leaf: a certificate
 * @host: a host name, or an IP address without brackets
 *
 * Spec: RFC 6125; only subject alternative names count, and a wildcard stands for exactly one
 * label.
 */
gboolean
bulla_certificate_names_match (X509 *leaf, const char *host)
{
  const unsigned int flags =
      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;

  if (g_hostname_is_ip_address (host))
    return X509_check_ip_asc (leaf, host, flags) == 1;
  return X509_check_host (leaf, host, 0, flags, NULL) == 1;
}

/* Copies a name, which should be ASCII. */
static void
append_name (GString *text, const ASN1_STRING *name)
{
  const guint8 *bytes = ASN1_STRING_get0_data (name);

  for (int i = 0; i < MIN (ASN1_STRING_length (name), MAX_NAME_SHOWN); i++)
    g_string_append_c (text, g_ascii_isgraph ((char)bytes[i]) ? (char)bytes[i] : '?');
}

/**
 * bulla_certificate_names_to_text: (skip)
 * @leaf: a certificate
 *
 * Returns: (transfer full): its DNS names, for display
 */
char *
bulla_certificate_names_to_text (X509 *leaf)
{
  GString *text = g_string_new (NULL);
  GENERAL_NAMES *names = X509_get_ext_d2i (leaf, NID_subject_alt_name, NULL, NULL);
  int n = names != NULL ? sk_GENERAL_NAME_num (names) : 0;

  for (int i = 0; i < MIN (n, MAX_NAMES_SHOWN); i++) {
    int type = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value (sk_GENERAL_NAME_value (names, i), &type);
    g_string_append (text, text->len > 0 ? ", " : "");
    if (type == GEN_DNS)
      append_name (text, value);
    else
      g_string_append (text, "another kind of name");
  }
  if (n > MAX_NAMES_SHOWN)
    g_string_append_printf (text, ", and %d more", n - MAX_NAMES_SHOWN);
  GENERAL_NAMES_free (names);
  if (text->len == 0)
    g_string_append (text, "no name");
  return g_string_free (text, FALSE);
}

/**
 * bulla_certificate_names_dup_hosts: (skip)
 * @leaf: a certificate
 * @max: maximum number of names
 *
 * Returns: (transfer full): its DNS names in their order; bytes that are not allowed in a name are
 *   replaced with "?"
 */
GStrv
bulla_certificate_names_dup_hosts (X509 *leaf, guint max)
{
  g_autoptr (GStrvBuilder) hosts = g_strv_builder_new ();
  GENERAL_NAMES *names = X509_get_ext_d2i (leaf, NID_subject_alt_name, NULL, NULL);
  int n = names != NULL ? sk_GENERAL_NAME_num (names) : 0;

  for (int i = 0; i < n && max > 0; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    int type = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value (sk_GENERAL_NAME_value (names, i), &type);
    if (type != GEN_DNS)
      continue;
    append_name (text, value);
    g_strv_builder_add (hosts, text->str);
    max--;
  }
  GENERAL_NAMES_free (names);
  return g_strv_builder_end (hosts);
}

/* Returns: (transfer full) (nullable): an address in the form in which URLs have it */
static char *
dup_address (const ASN1_STRING *value)
{
  int length = ASN1_STRING_length (value);
  GSocketFamily family = length == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;

  if (length != 4 && length != 16)
    return NULL;
  g_autoptr (GInetAddress) address =
      g_inet_address_new_from_bytes (ASN1_STRING_get0_data (value), family);
  g_autofree char *text = g_inet_address_to_string (address);
  return length == 4 ? g_steal_pointer (&text) : g_strdup_printf ("[%s]", text);
}

/**
 * bulla_certificate_names_list_reach: (skip)
 * @leaf: a certificate
 *
 * Returns: (transfer full): char *, each host name and address that it is for, in their order, at
 *   most %BULLA_REACH_MAX; a signature with its key may be for any path and any port of each
 */
GPtrArray *
bulla_certificate_names_list_reach (X509 *leaf)
{
  GPtrArray *reach = g_ptr_array_new_with_free_func (g_free);
  GENERAL_NAMES *names = X509_get_ext_d2i (leaf, NID_subject_alt_name, NULL, NULL);
  int n = names != NULL ? sk_GENERAL_NAME_num (names) : 0;

  for (int i = 0; i < n && reach->len < BULLA_REACH_MAX; i++) {
    int type = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value (sk_GENERAL_NAME_value (names, i), &type);
    g_autofree char *address = type == GEN_IPADD ? dup_address (value) : NULL;
    g_autoptr (GString) name = g_string_new (address);
    if (type == GEN_DNS)
      append_name (name, value);
    if (name->len > 0)
      g_ptr_array_add (reach, g_strdup (name->str));
  }
  GENERAL_NAMES_free (names);
  return reach;
}
