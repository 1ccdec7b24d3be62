/* bulla-can-sign.c - checks a certificate for the extension that allows signing exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-can-sign.h"

#include <openssl/err.h>
#include <openssl/x509.h>

/* DER content octets of the object identifier 1.3.6.1.4.1.11129.2.1.22 */
static const guint8 CAN_SIGN[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x16};

/**
 * bulla_extension_is_can_sign: (skip)
 * @extension: an extension of a certificate
 *
 * Returns: whether it is the CanSignHttpExchanges extension
 */
gboolean
bulla_extension_is_can_sign (X509_EXTENSION *extension)
{
  const ASN1_OBJECT *oid = X509_EXTENSION_get_object (extension);

  return OBJ_length (oid) == sizeof CAN_SIGN
         && memcmp (OBJ_get0_data (oid), CAN_SIGN, sizeof CAN_SIGN) == 0;
}

/**
 * bulla_certificate_can_sign:
 * @der: a certificate
 *
 * The value of the extension is ignored, because TLS clients only check whether it is present.
 *
 * Spec: draft-yasskin-httpbis-origin-signed-exchanges-impl, section 4.2: clients must not accept
 * such a certificate in a TLS connection.
 *
 * Returns: whether it has the CanSignHttpExchanges extension; %FALSE if it is not a certificate
 */
gboolean
bulla_certificate_can_sign (GBytes *der)
{
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (der, &length);
  gboolean found = FALSE;

  if (length > G_MAXLONG)
    return FALSE;
  X509 *certificate = d2i_X509 (NULL, &bytes, (long)length);
  for (int i = 0; certificate != NULL && i < X509_get_ext_count (certificate) && !found; i++)
    found = bulla_extension_is_can_sign (X509_get_ext (certificate, i));
  X509_free (certificate);
  ERR_clear_error ();
  return found;
}
