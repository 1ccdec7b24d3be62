/* bulla-precertificate.c - rebuilds the precertificate that a transparency log signed
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The extension with the timestamps is cut out of the certificate's own bytes, and the lengths
 * around it are written anew. Spec: RFC 6962 section 3.2; RFC 5280 section 4.1. */
#include "bulla-precertificate.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <string.h>

#define CONSTRUCTED 0x20
#define SEQUENCE (V_ASN1_SEQUENCE | CONSTRUCTED)
#define EXTENSIONS (0x80 | CONSTRUCTED | 3) /* [3] EXPLICIT */

/* An element of DER, in the bytes of the certificate. */
typedef struct {
  guint8 tag;        /* its first byte */
  BullaSpan whole;   /* with its head */
  BullaSpan content; /* without */
} Element;

/* Takes the next element off @rest. Returns: FALSE if it is not DER with a tag of one byte */
static gboolean
take_element (BullaSpan *rest, Element *element)
{
  const unsigned char *at = rest->data;
  long length = 0;
  int tag = 0, class = 0;

  if (rest->length == 0 || rest->length > G_MAXLONG)
    return FALSE;
  int flags = ASN1_get_object (&at, &length, &tag, &class, (long)rest->length);
  if ((flags & 0x81) != 0 || tag >= 31) /* an error, or an indefinite length */
    return FALSE;
  size_t head = (size_t)(at - rest->data), size = head + (size_t)length;
  *element = (Element){
      .tag = rest->data[0],
      .whole = {rest->data, size, rest->offset},
      .content = {at, (size_t)length, rest->offset + head},
  };
  rest->data += size;
  rest->length -= size;
  rest->offset += size;
  return TRUE;
}

static gboolean
take_tagged (BullaSpan *rest, guint8 tag, Element *element)
{
  return take_element (rest, element) && element->tag == tag;
}

static void
append_span (GByteArray *into, BullaSpan span)
{
  g_byte_array_append (into, span.data, (guint)span.length);
}

/* Appends a head in shortest form. */
static void
append_head (GByteArray *into, guint8 tag, size_t length)
{
  guint8 head[2 + sizeof length] = {tag};
  guint width = 0;

  for (size_t left = length; left > 0; left >>= 8)
    width++;
  if (length < 0x80) {
    head[1] = (guint8)length;
    g_byte_array_append (into, head, 2);
    return;
  }
  head[1] = (guint8)(0x80 | width);
  for (guint i = 0; i < width; i++)
    head[2 + i] = (guint8)(length >> (8 * (width - 1 - i)));
  g_byte_array_append (into, head, 2 + width);
}

/* Says whether the extension is id-ct-precertSCTs, 1.3.6.1.4.1.11129.2.4.2. */
static gboolean
is_timestamps (BullaSpan extension)
{
  static const guint8 oid[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02};
  Element name;

  return take_tagged (&extension, V_ASN1_OBJECT, &name)
         && bulla_span_equal (name.content, oid, sizeof oid);
}

/* Copies all extensions but the first list of timestamps. Returns: (nullable) (transfer full):
 * their concatenation; NULL if one cannot be read */
static GByteArray *
copy_others (BullaSpan extensions)
{
  g_autoptr (GByteArray) others = g_byte_array_new ();
  gboolean found = FALSE;
  Element extension;

  while (extensions.length > 0) {
    if (!take_tagged (&extensions, SEQUENCE, &extension))
      return NULL;
    if (!found && is_timestamps (extension.content))
      found = TRUE;
    else
      append_span (others, extension.whole);
  }
  return g_steal_pointer (&others);
}

/**
 * bulla_precertificate_rebuild: (skip)
 * @certificate: a certificate in DER
 *
 * Returns: (transfer full) (nullable): its TBSCertificate in DER without the first extension that
 *   has a list of timestamps; %NULL if @certificate is not DER, or has no extensions
 */
GByteArray *
bulla_precertificate_rebuild (BullaSpan certificate)
{
  Element outer, tbs, field = {0}, list;

  ERR_set_mark ();
  gboolean fine = take_tagged (&certificate, SEQUENCE, &outer) && certificate.length == 0
                  && take_tagged (&outer.content, SEQUENCE, &tbs);
  BullaSpan rest = fine ? tbs.content : (BullaSpan){0};
  while (fine && field.tag != EXTENSIONS)
    fine = take_element (&rest, &field);
  BullaSpan before =
      fine ? (BullaSpan){tbs.content.data, (size_t)(field.whole.data - tbs.content.data), 0}
           : (BullaSpan){0};
  fine = fine && rest.length == 0 && take_tagged (&field.content, SEQUENCE, &list)
         && field.content.length == 0;
  ERR_pop_to_mark ();
  g_autoptr (GByteArray) others = fine ? copy_others (list.content) : NULL;
  if (others == NULL)
    return NULL;

  g_autoptr (GByteArray) extensions = g_byte_array_new (), wrapped = g_byte_array_new ();
  append_head (extensions, SEQUENCE, others->len);
  g_byte_array_append (extensions, others->data, others->len);
  append_head (wrapped, EXTENSIONS, extensions->len);
  g_byte_array_append (wrapped, extensions->data, extensions->len);
  GByteArray *result = g_byte_array_new ();
  append_head (result, SEQUENCE, before.length + wrapped->len);
  append_span (result, before);
  g_byte_array_append (result, wrapped->data, wrapped->len);
  return result;
}
