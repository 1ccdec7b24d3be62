/* bulla-signature-writer.c - writes the signed headers, the signed message and the Signature header
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md sections 2, 3 and 5 */
#include "bulla-cbor-writer.h"
#include "bulla-credential-private.h"
#include "bulla-exchange-writer-private.h"

#include <string.h>

#define MESSAGE_PADDING 64
#define MESSAGE_SIZE_USUAL 1024 /* bytes of a message with a few headers */
#define HEADERS_SIZE_USUAL 512  /* bytes of these headers */

BullaWrittenHeader *
bulla_written_header_new (const char *name, const char *value)
{
  BullaWrittenHeader *self = g_new0 (BullaWrittenHeader, 1);

  self->name = g_bytes_new (name, strlen (name));
  self->value = g_bytes_new (value, strlen (value));
  return self;
}

void
bulla_written_header_free (BullaWrittenHeader *self)
{
  g_bytes_unref (self->name);
  g_bytes_unref (self->value);
  g_free (self);
}

/* Joins @value to an existing header, because the map has each name only once (sxg.md 5.1). */
void
bulla_written_headers_add (GPtrArray *headers, const char *name, const char *value)
{
  for (guint i = 0; i < headers->len; i++) {
    BullaWrittenHeader *header = g_ptr_array_index (headers, i);
    gsize size;
    const char *data = g_bytes_get_data (header->name, &size);
    if (size != strlen (name) || memcmp (data, name, size) != 0)
      continue;
    GByteArray *joined = g_bytes_unref_to_array (header->value);
    g_byte_array_append (joined, (const guint8 *)", ", 2);
    g_byte_array_append (joined, (const guint8 *)value, strlen (value));
    header->value = g_byte_array_free_to_bytes (joined);
    return;
  }
  g_ptr_array_add (headers, bulla_written_header_new (name, value));
}

/* Returns: (transfer full) (element-type BullaWrittenHeader): copies of @headers */
GPtrArray *
bulla_written_headers_copy (GPtrArray *headers)
{
  GPtrArray *copies = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_written_header_free);

  for (guint i = 0; i < headers->len; i++) {
    const BullaWrittenHeader *header = g_ptr_array_index (headers, i);
    BullaWrittenHeader *copy = g_new0 (BullaWrittenHeader, 1);
    copy->name = g_bytes_ref (header->name);
    copy->value = g_bytes_ref (header->value);
    g_ptr_array_add (copies, copy);
  }
  return copies;
}

/* Canonical keys are sorted by their encoded form, which begins with the length. */
static int
compare_names_cb (gconstpointer a, gconstpointer b)
{
  GBytes *one = (*(const BullaWrittenHeader *const *)a)->name;
  GBytes *other = (*(const BullaWrittenHeader *const *)b)->name;
  gsize n_one = g_bytes_get_size (one), n_other = g_bytes_get_size (other);

  return n_one != n_other ? (n_one < n_other ? -1 : 1) : g_bytes_compare (one, other);
}

static void
append_byte_string (GByteArray *out, GBytes *bytes)
{
  bulla_cbor_append_head (out, BULLA_CBOR_BYTES, g_bytes_get_size (bytes));
  bulla_write_bytes (out, bytes);
}

/* As bulla_write_headers(), without blocks of memory for each token. */
static GBytes *
write_unmutated_headers (const GPtrArray *headers)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_sized_new (headers->len);
  GByteArray *out = g_byte_array_sized_new (HEADERS_SIZE_USUAL);

  for (guint i = 0; i < headers->len; i++)
    g_ptr_array_add (sorted, headers->pdata[i]);
  g_ptr_array_sort (sorted, compare_names_cb);
  bulla_cbor_append_head (out, BULLA_CBOR_MAP, sorted->len);
  for (guint i = 0; i < sorted->len; i++) {
    const BullaWrittenHeader *header = sorted->pdata[i];
    append_byte_string (out, header->name);
    append_byte_string (out, header->value);
  }
  return g_byte_array_free_to_bytes (out);
}

/* Returns: (transfer full): the canonical CBOR map of @headers, which include :status */
GBytes *
bulla_write_headers (GPtrArray *headers, BullaMutation *mutation, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cbor_entry_free);

  if (mutation == NULL)
    return write_unmutated_headers (headers);
  if (!bulla_mutate (mutation, BULLA_STAGE_HEADERS, headers, error))
    return NULL;
  for (guint i = 0; i < headers->len; i++) {
    const BullaWrittenHeader *header = g_ptr_array_index (headers, i);
    BullaCborEntry *entry = bulla_cbor_entry_new ();
    bulla_cbor_writer_add_bytes (entry->key, header->name);
    bulla_cbor_writer_add_bytes (entry->value, header->value);
    g_ptr_array_add (entries, entry);
  }
  bulla_cbor_writer_add_map (cbor, entries);
  if (!bulla_mutate (mutation, BULLA_STAGE_HEADERS_CBOR, cbor, error))
    return NULL;

  g_autoptr (GByteArray) out = g_bytes_unref_to_array (bulla_cbor_writer_finish (cbor));
  if (!bulla_mutate (mutation, BULLA_STAGE_HEADERS_BYTES, out, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static void
message_plan_clear (BullaMessagePlan *self)
{
  g_free (self->context);
  g_bytes_unref (self->cert_sha256);
  g_bytes_unref (self->validity_url);
  g_bytes_unref (self->url);
  g_bytes_unref (self->headers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaMessagePlan, message_plan_clear)

static void
append_counted (GByteArray *out, GBytes *bytes)
{
  bulla_write_be (out, g_bytes_get_size (bytes), 8);
  bulla_write_bytes (out, bytes);
}

static GBytes *
serialize_message (const BullaMessagePlan *plan)
{
  GByteArray *out = g_byte_array_sized_new (MESSAGE_SIZE_USUAL);
  guint8 padding[MESSAGE_PADDING];

  memset (padding, ' ', sizeof padding);
  g_byte_array_append (out, padding, sizeof padding);
  g_byte_array_append (out, (const guint8 *)plan->context, strlen (plan->context) + 1);
  bulla_write_be (out, g_bytes_get_size (plan->cert_sha256), 1);
  bulla_write_bytes (out, plan->cert_sha256);
  append_counted (out, plan->validity_url);
  bulla_write_be (out, plan->date, 8);
  bulla_write_be (out, plan->expires, 8);
  append_counted (out, plan->url);
  append_counted (out, plan->headers);
  return g_byte_array_free_to_bytes (out);
}

/* Returns: (transfer full): the bytes to sign with the key of @credential */
GBytes *
bulla_write_message (const BullaExchangePlan *exchange, BullaCredential *credential,
                     GBytes *headers, BullaMutation *mutation, GError **error)
{
  g_autoptr (GBytes) cert_sha256 = bulla_credential_dup_leaf_sha256 (credential, error);

  if (cert_sha256 == NULL)
    return NULL;
  g_auto (BullaMessagePlan) plan = {
      .context = g_strdup ("HTTP Exchange 1 b3"),
      .cert_sha256 = g_bytes_ref (cert_sha256),
      .validity_url = g_bytes_new (exchange->validity_url, strlen (exchange->validity_url)),
      .date = exchange->date,
      .expires = exchange->expires,
      .url = g_bytes_ref (exchange->url),
      .headers = g_bytes_ref (headers),
  };
  if (!bulla_mutate (mutation, BULLA_STAGE_MESSAGE, &plan, error))
    return NULL;
  return serialize_message (&plan);
}

static void
signing_plan_clear (BullaSigningPlan *self)
{
  g_bytes_unref (self->message);
  EVP_PKEY_free (self->key);
  g_free (self->hash);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaSigningPlan, signing_plan_clear)

/* Returns: (transfer full): the signature over @message with the key of @credential, in DER */
GByteArray *
bulla_write_credential_signature (BullaCredential *credential, GBytes *message,
                                  BullaMutation *mutation, GError **error)
{
  if (mutation == NULL) {
    GBytes *signed_bytes = bulla_credential_sign (credential, message, error);
    return signed_bytes != NULL ? g_bytes_unref_to_array (signed_bytes) : NULL;
  }
  g_auto (BullaSigningPlan)
      plan = {g_bytes_ref (message), bulla_credential_get_key (credential), g_strdup ("SHA256")};

  EVP_PKEY_up_ref (plan.key);
  if (!bulla_mutate (mutation, BULLA_STAGE_SIGNING, &plan, error))
    return NULL;
  GBytes *signature = bulla_write_signature (plan.key, plan.hash, plan.message, error);
  if (signature == NULL)
    return NULL;

  g_autoptr (GByteArray) der = g_bytes_unref_to_array (signature);
  if (!bulla_mutate (mutation, BULLA_STAGE_SIGNATURE_DER, der, error))
    return NULL;
  return g_steal_pointer (&der);
}

/* Returns: (transfer full): "*base64*" of the signature over @message */
static char *
sign (BullaCredential *credential, GBytes *message, BullaMutation *mutation, GError **error)
{
  g_autoptr (GByteArray) der =
      bulla_write_credential_signature (credential, message, mutation, error);

  if (der == NULL)
    return NULL;
  g_autofree char *base64 = g_base64_encode (der->data, der->len);
  return g_strconcat ("*", base64, "*", NULL);
}

BullaSignatureParameter *
bulla_signature_parameter_new (const char *key, const char *text)
{
  BullaSignatureParameter *self = g_new0 (BullaSignatureParameter, 1);

  self->key = g_strdup (key);
  self->text = g_strdup (text);
  return self;
}

static void
parameter_free (BullaSignatureParameter *self)
{
  g_free (self->key);
  g_free (self->text);
  g_free (self);
}

static void
signature_plan_clear (BullaSignaturePlan *self)
{
  g_free (self->label);
  g_ptr_array_unref (self->parameters);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaSignaturePlan, signature_plan_clear)

/* SH10 string: escapes quotes and backslashes with backslashes. */
static char *
quote (const char *text)
{
  GString *out = g_string_new ("\"");

  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *text);
  }
  g_string_append_c (out, '"');
  return g_string_free (out, FALSE);
}

static void
take_parameter (BullaSignaturePlan *plan, const char *key, char *text)
{
  g_ptr_array_add (plan->parameters, bulla_signature_parameter_new (key, text));
  g_free (text);
}

static GByteArray *
serialize_signature (const BullaSignaturePlan *plan)
{
  g_autoptr (GString) out = g_string_new (plan->label);

  for (guint i = 0; i < plan->parameters->len; i++) {
    const BullaSignatureParameter *parameter = g_ptr_array_index (plan->parameters, i);
    g_string_append_c (out, ';');
    g_string_append (out, parameter->key);
    if (parameter->text == NULL)
      continue;
    g_string_append_c (out, '=');
    g_string_append (out, parameter->text);
  }
  GByteArray *bytes = g_byte_array_sized_new (out->len);
  return g_byte_array_append (bytes, (const guint8 *)out->str, out->len);
}

/* Returns: (transfer full): the value of the Signature field, with one member (sxg.md section 2) */
GBytes *
bulla_write_signature_value (const BullaExchangePlan *exchange, BullaCredential *credential,
                             GBytes *message, BullaMutation *mutation, GError **error)
{
  g_autoptr (GBytes) cert_sha256 = bulla_credential_dup_leaf_sha256 (credential, error);

  if (cert_sha256 == NULL)
    return NULL;
  g_autofree char *signature = sign (credential, message, mutation, error);
  if (signature == NULL)
    return NULL;
  g_autofree char *hash =
      g_base64_encode (g_bytes_get_data (cert_sha256, NULL), g_bytes_get_size (cert_sha256));
  g_auto (BullaSignaturePlan)
      plan = {g_strdup ("label"), g_ptr_array_new_with_free_func ((GDestroyNotify)parameter_free)};
  take_parameter (&plan, "cert-sha256", g_strconcat ("*", hash, "*", NULL));
  take_parameter (&plan, "cert-url", quote (exchange->cert_url));
  take_parameter (&plan, "date", g_strdup_printf ("%" G_GINT64_FORMAT, exchange->date));
  take_parameter (&plan, "expires", g_strdup_printf ("%" G_GINT64_FORMAT, exchange->expires));
  take_parameter (&plan, "integrity", g_strdup ("\"digest/mi-sha256-03\""));
  take_parameter (&plan, "sig", g_steal_pointer (&signature));
  take_parameter (&plan, "validity-url", quote (exchange->validity_url));
  if (!bulla_mutate (mutation, BULLA_STAGE_PARAMETERS, &plan, error))
    return NULL;

  g_autoptr (GByteArray) out = serialize_signature (&plan);
  if (!bulla_mutate (mutation, BULLA_STAGE_SIGNATURE, out, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
