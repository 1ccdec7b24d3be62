/* bulla-signed-message.h - builds the message that a publisher's signature covers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"
#include "bulla-openssl.h"

G_BEGIN_DECLS

typedef struct {
  BullaSpan url; /* as written in the package */
  BullaSpan headers;
  BullaSpan cert_sha256; /* 32 bytes: SHA-256 of the leaf certificate */
  const char *validity_url;
  gint64 date, expires;
} BullaSignedMessage;

GBytes *bulla_signed_message_build (const BullaSignedMessage *self);
EVP_MD_CTX *bulla_signed_message_prepare (EVP_PKEY *key);
gboolean bulla_signed_message_verify (const BullaSignedMessage *self, const EVP_MD_CTX *prepared,
                                      const guint8 *signature, size_t length);

G_END_DECLS
