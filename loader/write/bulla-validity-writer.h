/* bulla-validity-writer.h - writes validity data, and signs the headers of an exchange anew
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-credential.h"
#include "bulla-macros.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BullaNewSignature:
 * @url: the request URL of the exchange, byte for byte
 * @headers: its signed headers, the CBOR byte for byte
 * @cert_url: where the chain of the certificate is: an https or data URL
 * @validity_url: an https URL of the same origin as @url
 * @date: the first moment of the signature's validity, in Unix seconds
 * @expires: its last moment; after @date, by at most 7 days (604800 s)
 * @unchecked: whether to write also what every reader refuses
 *
 * A further signature over an exchange that exists.
 */
typedef struct {
  GBytes *url;
  GBytes *headers;
  const char *cert_url;
  const char *validity_url;
  gint64 date;
  gint64 expires;
  gboolean unchecked;
} BullaNewSignature;

GBytes *bulla_new_signature_write (const BullaNewSignature *self, BullaCredential *credential,
                                   GError **error);
GBytes *bulla_validity_write (GPtrArray *signatures, gboolean update, gint64 update_size);

G_END_DECLS
