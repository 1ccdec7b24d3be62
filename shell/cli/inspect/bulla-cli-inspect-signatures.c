/* bulla-cli-inspect-signatures.c - shows who signed a bundle: authorities, subsets, integrity block
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>

#include "bulla-cbor.h"
#include "bulla-cli-inspect-bundle.h"
#include "bulla-cli-json.h"

static const BullaCborReasons ATTRIBUTES = {
    BULLA_REASON_INTEGRITY_MALFORMED,
    BULLA_REASON_INTEGRITY_NOT_CANONICAL,
    BULLA_REASON_INTEGRITY_TYPE,
};

static void
add_hex (JsonBuilder *builder, const char *name, BullaSpan span)
{
  GString *hex = g_string_sized_new (2 * span.length);

  for (size_t i = 0; i < span.length; i++)
    g_string_append_printf (hex, "%02x", span.data[i]);
  bulla_cli_json_string (builder, name, hex->str);
  g_string_free (hex, TRUE);
}

/* Adds a map from text to single values; keys and signatures are shown elsewhere, as bytes. */
static void
add_attributes (JsonBuilder *builder, BullaSpan span)
{
  BullaCborItem map = {0}, key, value;
  g_auto (BullaCursor) in = bulla_cursor_over (span, BULLA_REASON_INTEGRITY_TRUNCATED);

  bulla_cli_json_begin (builder, "attributes");
  if (bulla_cbor_expect (&in, &ATTRIBUTES, BULLA_CBOR_MAP, "not a map", &map))
    for (guint64 i = 0; i < map.number; i++) {
      if (!bulla_cbor_expect (&in, &ATTRIBUTES, BULLA_CBOR_TEXT, "not text", &key)
          || !bulla_cbor_next (&in, &ATTRIBUTES, &value))
        break;
      g_autofree char *name = g_strndup ((const char *)key.bytes.data, key.bytes.length);
      if (value.type == BULLA_CBOR_TEXT) {
        g_autofree char *text = g_strndup ((const char *)value.bytes.data, value.bytes.length);
        bulla_cli_json_string (builder, name, text);
      } else if (value.type == BULLA_CBOR_UNSIGNED) {
        bulla_cli_json_number (builder, name, value.number);
      } else {
        add_hex (builder, name, value.type == BULLA_CBOR_BYTES ? value.bytes : value.whole);
      }
    }
  json_builder_end_object (builder);
  bulla_cursor_close (&in, BULLA_REASON_INTEGRITY_MALFORMED, NULL);
}

static const char *
name_kind (BullaWebBundleKey kind)
{
  static const char *const names[] = {
      [BULLA_WEB_BUNDLE_KEY_UNKNOWN] = "unknown",
      [BULLA_WEB_BUNDLE_KEY_ED25519] = "ed25519",
      [BULLA_WEB_BUNDLE_KEY_P256] = "ecdsa-p256-sha256",
      [BULLA_WEB_BUNDLE_KEY_PROXY] = "proxy",
  };

  return names[kind];
}

static void
add_signature (JsonBuilder *builder, const BullaIntegritySignature *signature)
{
  g_autofree char *id = NULL;

  if (signature->kind != BULLA_WEB_BUNDLE_KEY_UNKNOWN)
    id = bulla_web_bundle_id_derive (signature->kind, signature->key.data, signature->key.length);
  json_builder_begin_object (builder);
  bulla_cli_json_number (builder, "offset", signature->signature.offset);
  bulla_cli_json_number (builder, "length", signature->signature.length);
  bulla_cli_json_string (builder, "key-kind", name_kind (signature->kind));
  add_hex (builder, "key", signature->key);
  bulla_cli_json_string (builder, "web-bundle-id", id);
  add_attributes (builder, signature->attributes);
  add_hex (builder, "signature", signature->signature);
  json_builder_end_object (builder);
}

/**
 * bulla_cli_bundle_layout_add_block: (skip)
 * @self: a bundle that begins with an integrity block
 * @builder: a builder inside an object
 */
void
bulla_cli_bundle_layout_add_block (const BullaCliBundleLayout *self, JsonBuilder *builder)
{
  const BullaIntegrityFacts *facts = &self->facts->integrity;
  const BullaIntegrityBlock *block = self->block;

  bulla_cli_json_begin (builder, "integrity-block");
  bulla_cli_json_number (builder, "offset", self->block_range.offset);
  bulla_cli_json_number (builder, "length", self->block_range.length);
  bulla_cli_json_string (builder, "version", facts->version);
  bulla_cli_json_string (builder, "web-bundle-id", facts->web_bundle_id);
  bulla_cli_bundle_layout_add_fault (builder, &facts->block);
  if (block != NULL && block->attributes.length > 0)
    add_attributes (builder, block->attributes);
  bulla_cli_json_begin_array (builder, "signatures");
  for (guint i = 0; block != NULL && i < block->n_signatures; i++)
    add_signature (builder, &block->signatures[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* Adds what GIO can read of a certificate; an unreadable one has its hash only. */
static void
add_certificate (JsonBuilder *builder, BullaSpan der)
{
  g_autofree char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.length);
  g_autofree char *base64 = g_base64_encode (der.data, der.length);
  g_autofree char *pem =
      g_strdup_printf ("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", base64);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);

  bulla_cli_json_number (builder, "offset", der.offset);
  bulla_cli_json_number (builder, "length", der.length);
  bulla_cli_json_string (builder, "sha256", sha256);
  if (certificate == NULL)
    return;
  g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);
  g_autoptr (GDateTime) begin = g_tls_certificate_get_not_valid_before (certificate);
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  bulla_cli_json_string (builder, "subject", subject);
  bulla_cli_json_time (builder, "not-before", begin != NULL ? g_date_time_to_unix (begin) : -1);
  bulla_cli_json_time (builder, "not-after", end != NULL ? g_date_time_to_unix (end) : -1);
}

static void
add_entry (JsonBuilder *builder, const BullaSubset *subset, const BullaSubsetEntry *entry)
{
  g_autofree char *url = g_strndup ((const char *)entry->url.data, entry->url.length);
  g_autofree char *variants =
      g_strndup ((const char *)entry->variants.data, entry->variants.length);

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "url", url);
  bulla_cli_json_string (builder, "variants", variants);
  bulla_cli_json_begin_array (builder, "hashes");
  for (guint i = 0; i < entry->n_hashes; i++) {
    const BullaSubsetHash *hash = &subset->hashes[entry->first + i];
    g_autofree char *integrity =
        g_strndup ((const char *)hash->payload_integrity.data, hash->payload_integrity.length);
    json_builder_begin_object (builder);
    add_hex (builder, "header-sha256", hash->header_sha256);
    bulla_cli_json_string (builder, "payload-integrity-header", integrity);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_subset (JsonBuilder *builder, const BullaSubset *subset)
{
  json_builder_begin_object (builder);
  bulla_cli_json_number (builder, "authority", subset->authority);
  bulla_cli_json_number (builder, "offset", subset->signed_bytes.offset);
  bulla_cli_json_number (builder, "length", subset->signed_bytes.length);
  bulla_cli_json_string (builder, "validity-url", subset->validity_url);
  add_hex (builder, "auth-sha256", subset->auth_sha256);
  bulla_cli_json_time (builder, "date", subset->date);
  bulla_cli_json_time (builder, "expires", subset->expires);
  add_hex (builder, "sig", subset->sig);
  bulla_cli_json_number (builder, "unknown-keys", subset->n_unknown);
  bulla_cli_json_begin_array (builder, "subset-hashes");
  for (guint i = 0; i < subset->n_entries; i++)
    add_entry (builder, subset, &subset->entries[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/**
 * bulla_cli_bundle_layout_add_signatures: (skip)
 * @self: a bundle
 * @builder: a builder inside the object of the bundle
 */
void
bulla_cli_bundle_layout_add_signatures (const BullaCliBundleLayout *self, JsonBuilder *builder)
{
  const BullaBundleSignatures *signatures = bulla_bundle_reader_get_signatures (self->reader);

  if (signatures == NULL)
    return;
  bulla_cli_json_begin_array (builder, "authorities");
  for (guint i = 0; i < signatures->n_authorities; i++) {
    const BullaAugmentedCertificate *each = &signatures->authorities[i];
    json_builder_begin_object (builder);
    add_certificate (builder, each->cert);
    bulla_cli_json_number (builder, "ocsp-length", each->ocsp.length);
    bulla_cli_json_number (builder, "sct-length", each->sct.length);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  bulla_cli_json_begin_array (builder, "vouched-subsets");
  for (guint i = 0; i < signatures->n_subsets; i++)
    add_subset (builder, &signatures->subsets[i]);
  json_builder_end_array (builder);
}
