/* bulla-revocation-import.c - lists of revoked certificates that others write
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Certificate revocation lists (RFC 5280 section 5), the records of Mozilla's OneCRL, and lines of
 * text. All of a list is read before any of it is added. */
#include "bulla-revocation-import.h"

#include <json-glib/json-glib.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-distinguished-name.h"
#include "bulla-error.h"
#include "bulla-json.h"
#include "bulla-openssl.h"

#define DEPTH_MAX 16
#define PEM_MARK "-----BEGIN X509 CRL-----"
#define SHA256_SIZE 32

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_CRL, X509_CRL_free)

static void G_GNUC_PRINTF (2, 3) blame (GError **error, const char *format, ...)
{
  va_list list;

  va_start (list, format);
  g_autoptr (GError) fault = g_error_new_valist (BULLA_ERROR, BULLA_ERROR_ARGUMENT, format, list);
  va_end (list);
  g_propagate_error (error, g_steal_pointer (&fault));
}

/* --- certificate revocation lists */

static X509_CRL *
read_crl (GBytes *bytes, gboolean pem)
{
  gsize length = 0;
  const unsigned char *data = g_bytes_get_data (bytes, &length);
  const unsigned char *at = data;
  X509_CRL *crl = NULL;

  if (pem) {
    BIO *bio = BIO_new_mem_buf (data, (int)MIN (length, G_MAXINT));
    crl = PEM_read_bio_X509_CRL (bio, NULL, NULL, NULL);
    BIO_free (bio);
  } else {
    crl = d2i_X509_CRL (NULL, &at, (long)length);
    if (crl != NULL && at != data + length)
      g_clear_pointer (&crl, X509_CRL_free);
  }
  ERR_clear_error ();
  return crl;
}

static gboolean
check_crl (X509_CRL *crl, GBytes *issuer_pem, GError **error)
{
  gsize length = 0;
  const void *data = issuer_pem != NULL ? g_bytes_get_data (issuer_pem, &length) : NULL;

  if (data == NULL) {
    blame (error, "the signature of a CRL cannot be checked without its issuer’s certificate");
    return FALSE;
  }
  BIO *bio = BIO_new_mem_buf (data, (int)MIN (length, G_MAXINT));
  g_autoptr (X509) issuer = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  BIO_free (bio);
  ISSUING_DIST_POINT *point =
      X509_CRL_get_ext_d2i (crl, NID_issuing_distribution_point, NULL, NULL);
  gboolean indirect = point != NULL && point->indirectCRL > 0;
  ISSUING_DIST_POINT_free (point);
  if (issuer == NULL)
    blame (error, "the issuer of the CRL is not a certificate in PEM form");
  else if (X509_NAME_cmp (X509_get_subject_name (issuer), X509_CRL_get_issuer (crl)) != 0)
    blame (error, "the CRL is of another issuer");
  else if (X509_CRL_verify (crl, X509_get0_pubkey (issuer)) != 1)
    blame (error, "the signature of the CRL does not verify");
  else if (indirect)
    blame (error, "an indirect CRL, which lists certificates of several issuers");
  gboolean fine = issuer != NULL && *error == NULL;
  ERR_clear_error ();
  return fine;
}

/* RFC 5280 5.3.1; -1: none is given */
static int
reason_of (X509_REVOKED *revoked)
{
  ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i (revoked, NID_crl_reason, NULL, NULL);
  int code = reason != NULL ? (int)ASN1_ENUMERATED_get (reason) : -1;

  ASN1_ENUMERATED_free (reason);
  return code;
}

static void
take_crl (GPtrArray *entries, X509_CRL *crl)
{
  STACK_OF (X509_REVOKED) *list = X509_CRL_get_REVOKED (crl);
  g_autofree char *issuer = bulla_distinguished_name_to_text (X509_CRL_get_issuer (crl));

  for (int i = 0; i < sk_X509_REVOKED_num (list); i++) {
    X509_REVOKED *revoked = sk_X509_REVOKED_value (list, i);
    int reason = reason_of (revoked);
    if (reason == CRL_REASON_REMOVE_FROM_CRL)
      continue;
    BullaRevoked *entry = bulla_revoked_new (BULLA_REVOKED_SERIAL);
    entry->issuer = g_strdup (issuer);
    entry->serial = bulla_serial_dup_hex (X509_REVOKED_get0_serialNumber (revoked));
    entry->why = reason >= 0 ? g_strdup (OCSP_crl_reason_str (reason)) : NULL;
    g_ptr_array_add (entries, entry);
  }
}

static gboolean
read_crl_entries (GPtrArray *entries, GBytes *bytes, gboolean pem, GBytes *issuer_pem,
                  GError **error)
{
  g_autoptr (X509_CRL) crl = read_crl (bytes, pem);
  g_autoptr (GError) fault = NULL;

  if (crl == NULL) {
    blame (error, "a CRL that cannot be read");
    return FALSE;
  }
  if (!check_crl (crl, issuer_pem, &fault)) {
    g_propagate_error (error, g_steal_pointer (&fault));
    return FALSE;
  }
  take_crl (entries, crl);
  return TRUE;
}

/* --- OneCRL */

static char *
dup_name (JsonObject *record, const char *member)
{
  const char *text = bulla_json_get_text (record, member);
  gsize length = 0;
  g_autofree guchar *der = text != NULL ? g_base64_decode (text, &length) : NULL;
  const unsigned char *at = der;
  X509_NAME *name = length > 0 ? d2i_X509_NAME (NULL, &at, (long)length) : NULL;
  char *written =
      name != NULL && at == der + length ? bulla_distinguished_name_to_text (name) : NULL;

  X509_NAME_free (name);
  ERR_clear_error ();
  return written;
}

static char *
dup_hex (JsonObject *record, const char *member)
{
  const char *text = bulla_json_get_text (record, member);
  gsize length = 0;
  g_autofree guchar *bytes = text != NULL ? g_base64_decode (text, &length) : NULL;
  g_autoptr (GString) hex = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  return g_string_free (g_steal_pointer (&hex), FALSE);
}

/* NULL: it is neither a certificate nor a key */
static BullaRevoked *
read_record (JsonObject *record)
{
  g_autofree char *serial = dup_hex (record, "serialNumber");
  g_autofree char *hash = dup_hex (record, "pubKeyHash");
  gboolean is_key = *hash != '\0';
  g_autoptr (BullaRevoked) entry =
      bulla_revoked_new (is_key ? BULLA_REVOKED_SPKI : BULLA_REVOKED_SERIAL);

  entry->why = g_strdup (bulla_json_get_text (bulla_json_get_object (record, "details"), "why"));
  if (is_key) {
    entry->sha256 = bulla_sha256_normalise (hash);
    return entry->sha256 != NULL ? g_steal_pointer (&entry) : NULL;
  }
  entry->issuer = dup_name (record, "issuerName");
  entry->serial = bulla_serial_normalise (serial);
  return entry->issuer != NULL && entry->serial != NULL ? g_steal_pointer (&entry) : NULL;
}

static gboolean
read_onecrl (GPtrArray *entries, GBytes *bytes, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (JsonNode) root = bulla_json_parse (data, length, DEPTH_MAX, error);

  if (root == NULL)
    return FALSE;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonArray *records =
      object != NULL ? bulla_json_get_array (object, "data") : json_node_get_array (root);
  if (records == NULL)
    records = bulla_json_get_array (object, "changes");
  if (records == NULL) {
    blame (error, "neither “data” nor “changes”: not the records of OneCRL");
    return FALSE;
  }
  for (guint i = 0; i < json_array_get_length (records); i++) {
    JsonObject *record = bulla_json_get_element (records, i);
    if (bulla_json_get_boolean (record, "deleted"))
      continue;
    BullaRevoked *entry = read_record (record);
    if (entry == NULL) {
      blame (error, "record %u: neither a serial number with its issuer nor a key", i + 1);
      return FALSE;
    }
    g_ptr_array_add (entries, entry);
  }
  return TRUE;
}

/* --- lines of text */

/* "# why" begins after a space, so that it is not taken for a value in hex */
static char *
cut_comment (char *line)
{
  for (char *at = line; *at != '\0'; at++)
    if (*at == '#' && (at == line || g_ascii_isspace (at[-1]))) {
      *at = '\0';
      return g_strdup (g_strstrip (at + 1));
    }
  return NULL;
}

/* NULL: it is malformed */
static BullaRevoked *
read_line (char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t", 2);
  const char *rest = words[0] != NULL && words[1] != NULL ? g_strstrip (words[1]) : "";
  BullaRevokedKind kind;

  if (words[0] == NULL || !bulla_revoked_kind_from_nick (words[0], &kind))
    return NULL;
  g_autoptr (BullaRevoked) entry = bulla_revoked_new (kind);
  if (kind != BULLA_REVOKED_SERIAL) {
    entry->sha256 = bulla_sha256_normalise (rest);
    return entry->sha256 != NULL ? g_steal_pointer (&entry) : NULL;
  }
  gsize length = strcspn (rest, " \t");
  g_autofree char *serial = g_strndup (rest, length);
  g_autofree char *after = g_strstrip (g_strdup (rest + length));
  gsize word = strcspn (after, " \t");
  entry->serial = bulla_serial_normalise (serial);
  if (word != strlen ("issuer") || strncmp (after, "issuer", word) != 0)
    return NULL;
  entry->issuer = g_strstrip (g_strdup (after + word));
  g_autofree char *name = bulla_distinguished_name_normalise (entry->issuer);
  return entry->serial != NULL && name != NULL ? g_steal_pointer (&entry) : NULL;
}

static gboolean
read_text (GPtrArray *entries, GBytes *bytes, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  if (memchr (data != NULL ? data : "", '\0', length) != NULL
      || !g_utf8_validate_len (data != NULL ? data : "", length, NULL)) {
    blame (error, "neither a CRL nor records of OneCRL nor text");
    return FALSE;
  }
  g_autofree char *text = bulla_bytes_dup_text (bytes);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *why = cut_comment (lines[i]);
    if (*g_strstrip (lines[i]) == '\0')
      continue;
    BullaRevoked *entry = read_line (lines[i]);
    if (entry == NULL) {
      blame (error,
             "line %u: expected “serial HEX issuer DN”, “spki SHA256” or “certificate SHA256”",
             i + 1);
      return FALSE;
    }
    entry->why = g_steal_pointer (&why);
    g_ptr_array_add (entries, entry);
  }
  return TRUE;
}

/* --- all of them */

static gboolean
begins_with (GBytes *bytes, const char *what, gsize length)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  return size >= length && memcmp (data, what, length) == 0;
}

static gboolean
read_any (GPtrArray *entries, GBytes *bytes, GBytes *issuer_pem, const char **format,
          GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gboolean pem = size > 0 && g_strstr_len ((const char *)data, (gssize)size, PEM_MARK) != NULL;

  if (pem || (size > 1 && data[0] == 0x30 && data[1] >= 0x80)) {
    *format = "crl";
    return read_crl_entries (entries, bytes, pem, issuer_pem, error);
  }
  if (begins_with (bytes, "{", 1) || begins_with (bytes, "[", 1)) {
    *format = "onecrl";
    return read_onecrl (entries, bytes, error);
  }
  *format = "text";
  return read_text (entries, bytes, error);
}

/**
 * bulla_revocations_import: (skip)
 * @self: revocations
 * @bytes: a CRL in DER or PEM, the records of OneCRL as JSON, or text with an entry a line
 * @issuer_pem: (nullable): the certificate that a CRL is signed with, in PEM
 * @source: where @bytes are from, for people
 * @now: Unix seconds, for the new entries
 * @result: (out caller-allocates): what was done
 * @error: a %BULLA_ERROR_ARGUMENT or %JSON_PARSER_ERROR that says what is malformed, and in which
 *   line or record; then nothing was added
 */
gboolean
bulla_revocations_import (BullaRevocations *self, GBytes *bytes, GBytes *issuer_pem,
                          const char *source, gint64 now, BullaRevocationImport *result,
                          GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_revoked_free);

  *result = (BullaRevocationImport){0};
  if (!read_any (entries, bytes, issuer_pem, &result->format, error))
    return FALSE;
  while (entries->len > 0) {
    BullaRevoked *entry = g_ptr_array_steal_index (entries, 0);
    gboolean already_there = FALSE;
    entry->source = g_strdup (source);
    entry->imported = now;
    if (bulla_revocations_add (self, entry, &already_there))
      *(already_there ? &result->already_there : &result->added) += 1;
  }
  return TRUE;
}
