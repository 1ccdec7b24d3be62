/* bulla-distinguished-name.c - distinguished names as text, and compared
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 4514. Tools write names in either order, with other spaces, or with slashes; here the
 * order of the attributes, the case of letters and the number of spaces make no difference. */
#include "bulla-distinguished-name.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <string.h>

#define FLAGS (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB)

/**
 * bulla_distinguished_name_to_text: (skip)
 * @name: of a subject or an issuer
 *
 * Returns: (transfer full): RFC 4514, in UTF-8: `CN=Example CA,O=Example,C=US`
 */
char *
bulla_distinguished_name_to_text (const X509_NAME *name)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data = NULL;

  X509_NAME_print_ex (bio, name, 0, FLAGS);
  long length = BIO_get_mem_data (bio, &data);
  g_autofree char *text = g_strndup (data != NULL ? data : "", (gsize)MAX (length, 0));
  BIO_free (bio);
  ERR_clear_error ();
  return g_utf8_make_valid (text, -1);
}

/* the short name of an attribute, or its OID; NULL: it is neither */
static char *
dup_type (const char *text, gsize length)
{
  g_autofree char *raw = g_strndup (text, length);
  g_autofree char *type = g_strdup (g_strstrip (raw));
  g_autofree char *upper = g_ascii_strup (type, -1);
  int nid = OBJ_txt2nid (type);
  char oid[80];

  if (nid == NID_undef)
    nid = OBJ_txt2nid (upper);
  if (nid != NID_undef)
    return g_ascii_strdown (OBJ_nid2sn (nid), -1);
  ASN1_OBJECT *object = OBJ_txt2obj (type, 1);
  ERR_clear_error ();
  int written = object != NULL ? OBJ_obj2txt (oid, sizeof oid, object, 1) : 0;
  ASN1_OBJECT_free (object);
  return written > 0 && written < (int)sizeof oid ? g_strdup (oid) : NULL;
}

/* Reads one character or escape of a value; @at moves behind it. */
static void
unescape (GString *value, const char **at)
{
  if (**at == '\\' && g_ascii_isxdigit ((*at)[1]) && g_ascii_isxdigit ((*at)[2])) {
    g_string_append_c (
        value, (char)(g_ascii_xdigit_value ((*at)[1]) << 4 | g_ascii_xdigit_value ((*at)[2])));
    *at += 3;
    return;
  }
  if (**at == '\\' && (*at)[1] != '\0')
    ++*at;
  g_string_append_c (value, **at);
  ++*at;
}

/* with slashes a value may have some of its own: the next attribute begins with a type and "=" */
static gboolean
ends_here (const char *at, gboolean slashes)
{
  if (!slashes)
    return *at == ',' || *at == '+' || *at == ';';
  gsize length = *at == '/' ? strspn (at + 1, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".") : 0;
  return length > 0 && at[1 + length] == '=';
}

static char *
read_value (const char **at, gboolean slashes)
{
  g_autoptr (GString) value = g_string_new (NULL);
  gboolean quoted = FALSE;

  while (**at != '\0' && (quoted || !ends_here (*at, slashes))) {
    if (!slashes && **at == '"') {
      quoted = !quoted;
      ++*at;
    } else {
      unescape (value, at);
    }
  }
  g_autofree char *valid = g_utf8_make_valid (value->str, -1);
  g_autofree char *folded = g_utf8_casefold (valid, -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t", -1);
  g_autoptr (GString) joined = g_string_new (NULL);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_string_append_printf (joined, "%s%s", joined->len > 0 ? " " : "", words[i]);
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

static int
compare_attributes (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/**
 * bulla_distinguished_name_normalise: (skip)
 * @text: a name as bulla_distinguished_name_to_text() writes it, in the reverse order, or as
 * `/C=US/CN=Example`
 *
 * Returns: (transfer full) (nullable): a text that is the same for all forms of one name; %NULL if
 *   it is not a name
 */
char *
bulla_distinguished_name_normalise (const char *text)
{
  gboolean slashes = *text == '/';
  g_autoptr (GPtrArray) attributes = g_ptr_array_new_with_free_func (g_free);
  const char *at = slashes ? text + 1 : text;

  while (*at != '\0') {
    const char *equals = strchr (at, '=');
    g_autofree char *type = equals != NULL ? dup_type (at, (gsize)(equals - at)) : NULL;
    if (type == NULL)
      return NULL;
    at = equals + 1;
    g_autofree char *value = read_value (&at, slashes);
    g_ptr_array_add (attributes, g_strconcat (type, "=", value, NULL));
    if (*at != '\0' && *++at == '\0')
      return NULL; /* a separator at the end */
  }
  if (attributes->len == 0)
    return NULL;
  g_ptr_array_sort (attributes, compare_attributes);
  g_ptr_array_add (attributes, NULL);
  return g_strjoinv ("\n", (char **)attributes->pdata);
}
