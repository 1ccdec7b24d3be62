/* bulla-exchange-writer.h - writes signed exchanges (application/signed-exchange;v=b3)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-credential.h"
#include "bulla-macros.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_TYPE_EXCHANGE_WRITER (bulla_exchange_writer_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaExchangeWriter, bulla_exchange_writer, BULLA, EXCHANGE_WRITER, GObject)

BULLA_API
BullaExchangeWriter *bulla_exchange_writer_new (const char *url, BullaCredential *credential);
BULLA_API
void bulla_exchange_writer_set_status (BullaExchangeWriter *self, guint status);
BULLA_API
void bulla_exchange_writer_add_header (BullaExchangeWriter *self, const char *name,
                                       const char *value);
BULLA_API
void bulla_exchange_writer_set_body (BullaExchangeWriter *self, GBytes *body);
BULLA_API
void bulla_exchange_writer_set_record_size (BullaExchangeWriter *self, guint64 record_size);
BULLA_API
void bulla_exchange_writer_set_cert_url (BullaExchangeWriter *self, const char *cert_url);
BULLA_API
void bulla_exchange_writer_set_validity_url (BullaExchangeWriter *self, const char *validity_url);
BULLA_API
void bulla_exchange_writer_set_validity (BullaExchangeWriter *self, gint64 date, gint64 expires);
BULLA_API
void bulla_exchange_writer_set_checked (BullaExchangeWriter *self, gboolean checked);
BULLA_API
GBytes *bulla_exchange_writer_write (BullaExchangeWriter *self, GError **error);
BULLA_API
gboolean bulla_exchange_writer_write_stream (BullaExchangeWriter *self, GInputStream *body,
                                             GOutputStream *out, GCancellable *cancellable,
                                             GError **error);
BULLA_API
GBytes *bulla_exchange_writer_get_headers (BullaExchangeWriter *self);
BULLA_API
GBytes *bulla_exchange_writer_get_message (BullaExchangeWriter *self);
BULLA_API
char *bulla_exchange_writer_dup_header_integrity (BullaExchangeWriter *self);

G_END_DECLS
