/* bulla-exchange-writer.c - writes signed exchanges (application/signed-exchange;v=b3)
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md section 1 */
#include "bulla-credential-private.h"
#include "bulla-exchange-writer-private.h"
#include "bulla-merkle-writer-private.h"
#include "bulla-merkle-writer.h"

#include <string.h>

struct _BullaExchangeWriter {
  GObject parent_instance;
  BullaCredential *credential; /* owned */
  BullaExchangePlan plan;      /* owns its members */
  BullaMutation *mutation;     /* borrowed; NULL except in tests */
  gboolean unchecked;          /* whether to write what every reader refuses */
  GBytes *headers;             /* owned; NULL before writing; headers written last */
  GBytes *message;             /* owned; NULL before writing; message signed last */
  BullaFileLayout layout;      /* layout of the exchange written last */
};

G_DEFINE_FINAL_TYPE (BullaExchangeWriter, bulla_exchange_writer, G_TYPE_OBJECT)

static void
bulla_exchange_writer_finalize (GObject *object)
{
  BullaExchangeWriter *self = BULLA_EXCHANGE_WRITER (object);

  g_clear_object (&self->credential);
  g_clear_pointer (&self->plan.url, g_bytes_unref);
  g_clear_pointer (&self->plan.headers, g_ptr_array_unref);
  g_clear_pointer (&self->plan.body, g_bytes_unref);
  g_clear_pointer (&self->plan.cert_url, g_free);
  g_clear_pointer (&self->plan.validity_url, g_free);
  g_clear_pointer (&self->headers, g_bytes_unref);
  g_clear_pointer (&self->message, g_bytes_unref);
  G_OBJECT_CLASS (bulla_exchange_writer_parent_class)->finalize (object);
}

static void
bulla_exchange_writer_class_init (BullaExchangeWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_exchange_writer_finalize;
}

static void
bulla_exchange_writer_init (BullaExchangeWriter *self)
{
  self->plan.status = 200;
  self->plan.record_size = BULLA_MERKLE_RECORD_SIZE_DEFAULT;
  self->plan.headers = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_written_header_free);
  self->plan.body = g_bytes_new (NULL, 0);
}

/**
 * bulla_exchange_writer_new:
 * @url: the request URL, which is also the fallback URL: absolute, https, without fragment
 * @credential: the certificate and key to sign with
 *
 * Set also: a `content-type` header, the body, the certificate URL, the validity URL and the dates.
 *
 * Returns: (transfer full): a writer for one exchange
 */
BullaExchangeWriter *
bulla_exchange_writer_new (const char *url, BullaCredential *credential)
{
  g_return_val_if_fail (url != NULL && BULLA_IS_CREDENTIAL (credential), NULL);

  BullaExchangeWriter *self = g_object_new (BULLA_TYPE_EXCHANGE_WRITER, NULL);
  self->plan.url = g_bytes_new (url, strlen (url));
  self->credential = g_object_ref (credential);
  return self;
}

/**
 * bulla_exchange_writer_set_status:
 * @self: a writer
 * @status: 100 to 999; the default is 200, the only status that readers accept
 */
void
bulla_exchange_writer_set_status (BullaExchangeWriter *self, guint status)
{
  g_return_if_fail (BULLA_IS_EXCHANGE_WRITER (self));

  self->plan.status = status;
}

/**
 * bulla_exchange_writer_add_header:
 * @self: a writer
 * @name: name of a response header, in any case
 * @value: the value; appended with a comma if the header exists
 */
void
bulla_exchange_writer_add_header (BullaExchangeWriter *self, const char *name, const char *value)
{
  g_return_if_fail (BULLA_IS_EXCHANGE_WRITER (self));
  g_return_if_fail (name != NULL && value != NULL);

  g_autofree char *lower = g_ascii_strdown (name, -1);
  g_autofree char *trimmed = g_strstrip (g_strdup (value));
  bulla_written_headers_add (self->plan.headers, lower, trimmed);
}

/**
 * bulla_exchange_writer_set_body:
 * @self: a writer
 * @body: the response body before encoding; the default is empty
 */
void
bulla_exchange_writer_set_body (BullaExchangeWriter *self, GBytes *body)
{
  g_return_if_fail (BULLA_IS_EXCHANGE_WRITER (self) && body != NULL);

  g_bytes_ref (body);
  g_bytes_unref (self->plan.body);
  self->plan.body = body;
}

/**
 * bulla_exchange_writer_set_record_size:
 * @self: a writer
 * @record_size: record size of the Merkle encoding, 1 to 16384 bytes, unless the writer is
 *   unchecked; default 4096
 */
void
bulla_exchange_writer_set_record_size (BullaExchangeWriter *self, guint64 record_size)
{
  g_return_if_fail (BULLA_IS_EXCHANGE_WRITER (self));

  self->plan.record_size = record_size;
}

/**
 * bulla_exchange_writer_set_cert_url:
 * @self: a writer
 * @cert_url: the URL of the certificate chain: https or data
 */
void
bulla_exchange_writer_set_cert_url (BullaExchangeWriter *self, const char *cert_url)
{
  g_return_if_fail (BULLA_IS_EXCHANGE_WRITER (self));

  g_free (self->plan.cert_url);
  self->plan.cert_url = g_strdup (cert_url);
}

/**
 * bulla_exchange_writer_set_validity_url:
 * @self: a writer
 * @validity_url: an https URL of the same origin as the request URL
 */
void
bulla_exchange_writer_set_validity_url (BullaExchangeWriter *self, const char *validity_url)
{
  g_return_if_fail (BULLA_IS_EXCHANGE_WRITER (self));

  g_free (self->plan.validity_url);
  self->plan.validity_url = g_strdup (validity_url);
}

/**
 * bulla_exchange_writer_set_validity:
 * @self: a writer
 * @date: start of the signature's validity, in Unix seconds
 * @expires: end of the validity in Unix seconds; after @date by at most 7 days (604800 s)
 */
void
bulla_exchange_writer_set_validity (BullaExchangeWriter *self, gint64 date, gint64 expires)
{
  g_return_if_fail (BULLA_IS_EXCHANGE_WRITER (self));

  self->plan.date = date;
  self->plan.expires = expires;
}

/**
 * bulla_exchange_writer_set_checked:
 * @self: a writer
 * @checked: whether writing fails if every reader would refuse the exchange; the default is %TRUE
 *
 * Without the check the caller judges what was written. What the format cannot express always
 * fails.
 */
void
bulla_exchange_writer_set_checked (BullaExchangeWriter *self, gboolean checked)
{
  g_return_if_fail (BULLA_IS_EXCHANGE_WRITER (self));

  self->unchecked = !checked;
}

/* Says whether the plan can be written, and, unless it is unchecked, whether readers take it. */
static gboolean
check_plan (BullaExchangeWriter *self, GError **error)
{
  EVP_PKEY *key = bulla_credential_get_key (self->credential);

  return self->unchecked ? bulla_exchange_plan_check_form (&self->plan, error)
                         : bulla_exchange_plan_check (&self->plan, key, error);
}

void
bulla_exchange_writer_set_mutation (BullaExchangeWriter *self, BullaMutation *mutation)
{
  self->mutation = mutation;
}

const BullaFileLayout *
bulla_exchange_writer_get_layout (BullaExchangeWriter *self)
{
  return &self->layout;
}

static GBytes *
write_headers (BullaExchangeWriter *self, const char *digest, GError **error)
{
  g_autofree char *status = g_strdup_printf ("%u", self->plan.status);
  g_autoptr (GPtrArray) headers = bulla_written_headers_copy (self->plan.headers);

  bulla_written_headers_add (headers, ":status", status);
  bulla_written_headers_add (headers, "content-encoding", "mi-sha256-03");
  bulla_written_headers_add (headers, "digest", digest);
  return bulla_write_headers (headers, self->mutation, error);
}

static void
container_clear (BullaContainerPlan *self)
{
  g_bytes_unref (self->magic);
  g_bytes_unref (self->url);
  g_bytes_unref (self->signature);
  g_bytes_unref (self->headers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaContainerPlan, container_clear)

/* Writes everything before the body, and sets self->layout. */
static GByteArray *
write_container (BullaExchangeWriter *self, GBytes *signature, GError **error)
{
  static const char MAGIC[8] = "sxg1-b3";
  g_auto (BullaContainerPlan) plan = {
      .magic = g_bytes_new_static (MAGIC, sizeof MAGIC),
      .url = g_bytes_ref (self->plan.url),
      .signature = g_bytes_ref (signature),
      .headers = g_bytes_ref (self->headers),
      .url_length = g_bytes_get_size (self->plan.url),
      .signature_length = g_bytes_get_size (signature),
      .headers_length = g_bytes_get_size (self->headers),
  };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (!bulla_mutate (self->mutation, BULLA_STAGE_CONTAINER, &plan, error))
    return NULL;
  bulla_write_bytes (out, plan.magic);
  bulla_write_be (out, plan.url_length, 2);
  self->layout.url = out->len;
  bulla_write_bytes (out, plan.url);
  self->layout.lengths = out->len;
  bulla_write_be (out, plan.signature_length, 3);
  bulla_write_be (out, plan.headers_length, 3);
  self->layout.signature = out->len;
  bulla_write_bytes (out, plan.signature);
  self->layout.headers = out->len;
  bulla_write_bytes (out, plan.headers);
  self->layout.body = out->len;
  return g_steal_pointer (&out);
}

/* Signs, and returns everything before the body. @digest: the value of the Digest header */
static GByteArray *
write_head (BullaExchangeWriter *self, const char *digest, GError **error)
{
  g_clear_pointer (&self->message, g_bytes_unref);
  g_clear_pointer (&self->headers, g_bytes_unref);
  self->headers = write_headers (self, digest, error);
  if (self->headers == NULL)
    return NULL;
  self->message =
      bulla_write_message (&self->plan, self->credential, self->headers, self->mutation, error);
  if (self->message == NULL)
    return NULL;
  g_autoptr (GBytes) signature = bulla_write_signature_value (&self->plan, self->credential,
                                                              self->message, self->mutation, error);
  if (signature == NULL)
    return NULL;
  if (self->mutation == NULL
      && !bulla_exchange_plan_check_lengths (signature, self->headers, self->unchecked, error))
    return NULL;
  return write_container (self, signature, error);
}

void
bulla_body_plan_clear (BullaBodyPlan *self)
{
  g_clear_pointer (&self->encoded, g_byte_array_unref);
  g_clear_pointer (&self->digest, g_free);
}

static gboolean
encode_body (BullaExchangeWriter *self, BullaBodyPlan *plan, GError **error)
{
  gboolean checks = self->mutation == NULL && !self->unchecked;
  GBytes *encoded = (checks ? bulla_merkle_encode : bulla_merkle_encode_unchecked) (
      self->plan.body, self->plan.record_size, &plan->digest, error);

  if (encoded == NULL)
    return FALSE;
  plan->body = self->plan.body;
  plan->record_size = self->plan.record_size;
  plan->encoded = g_bytes_unref_to_array (encoded);
  return bulla_mutate (self->mutation, BULLA_STAGE_BODY, plan, error);
}

/**
 * bulla_exchange_writer_write:
 * @self: a writer that has received everything that the exchange contains
 * @error: a `G_IO_ERROR` if readers would refuse the exchange
 *
 * Signs and writes the exchange, with its body in memory. Spec: IMPL sections 3 and 5.3.
 *
 * Returns: (transfer full) (nullable): the file, or %NULL with @error set
 */
GBytes *
bulla_exchange_writer_write (BullaExchangeWriter *self, GError **error)
{
  g_auto (BullaBodyPlan) body = {NULL};
  BullaFilePlan file = {NULL};

  g_return_val_if_fail (BULLA_IS_EXCHANGE_WRITER (self), NULL);

  if (!bulla_mutate (self->mutation, BULLA_STAGE_EXCHANGE, &self->plan, error)
      || (self->mutation == NULL && !check_plan (self, error)) || !encode_body (self, &body, error))
    return NULL;
  g_autoptr (GByteArray) out = write_head (self, body.digest, error);
  if (out == NULL)
    return NULL;
  g_byte_array_append (out, body.encoded->data, body.encoded->len);
  self->layout.end = out->len;
  file.bytes = out;
  file.layout = self->layout;
  if (!bulla_mutate (self->mutation, BULLA_STAGE_FILE, &file, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/**
 * bulla_exchange_writer_write_stream:
 * @self: a writer that has received everything except the body
 * @body: the response body before encoding, a seekable stream; it is read twice
 * @out: the output stream; it is not closed
 * @cancellable: (nullable): cancels the call
 * @error: a `G_IO_ERROR`
 *
 * Signs and writes an exchange with a body of any size, without reading it into memory.
 *
 * Returns: whether everything was written
 */
gboolean
bulla_exchange_writer_write_stream (BullaExchangeWriter *self, GInputStream *body,
                                    GOutputStream *out, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (BULLA_IS_EXCHANGE_WRITER (self), FALSE);
  g_return_val_if_fail (self->mutation == NULL, FALSE);

  if (!check_plan (self, error))
    return FALSE;
  g_autoptr (BullaMerkleWriter) merkle =
      (self->unchecked ? bulla_merkle_writer_new_unchecked
                       : bulla_merkle_writer_new) (body, self->plan.record_size, error);
  if (merkle == NULL)
    return FALSE;
  g_autofree char *digest = bulla_merkle_writer_prove (merkle, cancellable, error);
  if (digest == NULL)
    return FALSE;
  g_autoptr (GByteArray) head = write_head (self, digest, error);
  return head != NULL
         && g_output_stream_write_all (out, head->data, head->len, NULL, cancellable, error)
         && bulla_merkle_writer_write (merkle, out, cancellable, error);
}

/**
 * bulla_exchange_writer_get_headers:
 * @self: a writer
 *
 * Returns: (transfer none) (nullable): the CBOR of the signed headers written last
 */
GBytes *
bulla_exchange_writer_get_headers (BullaExchangeWriter *self)
{
  g_return_val_if_fail (BULLA_IS_EXCHANGE_WRITER (self), NULL);

  return self->headers;
}

/**
 * bulla_exchange_writer_get_message:
 * @self: a writer
 *
 * Returns: (transfer none) (nullable): the bytes signed last (sxg.md section 3)
 */
GBytes *
bulla_exchange_writer_get_message (BullaExchangeWriter *self)
{
  g_return_val_if_fail (BULLA_IS_EXCHANGE_WRITER (self), NULL);

  return self->message;
}

/**
 * bulla_exchange_writer_dup_header_integrity:
 * @self: a writer
 *
 * Returns: (transfer full) (nullable): "sha256-…" of the signed headers written last, in the format
 *   of `allowed-alt-sxg` links; %NULL before writing
 */
char *
bulla_exchange_writer_dup_header_integrity (BullaExchangeWriter *self)
{
  uint8_t digest[BULLA_WRITE_SHA256];

  g_return_val_if_fail (BULLA_IS_EXCHANGE_WRITER (self), NULL);

  if (self->headers == NULL
      || !bulla_write_sha256 (g_bytes_get_data (self->headers, NULL),
                              g_bytes_get_size (self->headers), digest, NULL))
    return NULL;
  g_autofree char *base64 = g_base64_encode (digest, sizeof digest);
  return g_strconcat ("sha256-", base64, NULL);
}
