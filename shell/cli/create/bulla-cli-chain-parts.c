/* bulla-cli-chain-parts.c - makes a chain from files issued by an authority
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: IMPL section 3.3, RFC 6962 section 3.3 */
#include "bulla-cli-chain-parts.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-guess-content.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-ocsp-fetch.h"
#include "bulla-cli-pem.h"
#include "bulla-cli-print.h"
#include "bulla-json.h"
#include "bulla-ocsp-question.h"
#include "write/bulla-chain-writer.h"

#define SCT_MAX 65535
#define TEXT_MAX 131072 /* most bytes of a file, in which base64 may be */
#define JSON_DEPTH_MAX 8
#define DER_SEQUENCE 0x30
#define DER_ENUMERATED 0x0a /* the first member of an OCSP response: RFC 6960 section 4.2.1 */
#define LOG_ID_SIZE 32      /* bytes of SHA-256 */
#define BASE64 G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/="

static GBytes *
read_file (const char *path, guint64 max, GError **error)
{
  GBytes *bytes = bulla_cli_read_file (path, max, error);

  if (bytes == NULL)
    bulla_cli_prefix_path (error, path);
  return bytes;
}

/* Asks the responder that the certificate names. */
static GBytes *
fetch_ocsp (GBytes *pem, GError **error)
{
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  g_autoptr (BullaLoader) loader = trust != NULL ? bulla_cli_new_timed_loader (trust, error) : NULL;

  if (loader == NULL)
    return NULL;
  g_autoptr (BullaOcspQuestion) question =
      bulla_ocsp_question_new (pem, trust, bulla_loader_get_time (loader), error);
  if (question == NULL)
    return NULL;
  if (question->request == NULL || question->responder == NULL) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                         question->request == NULL
                             ? _ ("--ocsp fetch: the issuer’s certificate is missing in the PEM "
                                  "file")
                             : _ ("--ocsp fetch: the certificate names no OCSP responder"));
    return NULL;
  }
  return bulla_cli_ocsp_fetch (loader, question->responder, question->request, FALSE, error);
}

/* Returns: (transfer full): the bytes behind base64, with or without the lines of PEM around it;
 * the bytes of any other file */
static GBytes *
dup_decoded (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = size > 0 ? g_strndup (data, size) : g_strdup ("");
  g_autoptr (GString) letters = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (strlen (text) != size)
    return g_bytes_ref (bytes);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);
    if (g_str_has_prefix (line, "-----"))
      continue;
    if (line[strspn (line, BASE64)] != '\0')
      return g_bytes_ref (bytes);
    g_string_append (letters, line);
  }
  if (letters->len == 0 || letters->len % 4 != 0)
    return g_bytes_ref (bytes);
  gsize n = 0;
  guchar *decoded = g_base64_decode (letters->str, &n);
  return g_bytes_new_take (decoded, n);
}

/* Adds a member in base64; a missing one is empty. Returns: FALSE if it has another type */
static gboolean
append_base64 (GByteArray *sct, JsonObject *object, const char *name)
{
  const char *text = bulla_json_get_text (object, name);
  gsize n = 0;
  g_autofree guchar *decoded = text != NULL && *text != '\0' ? g_base64_decode (text, &n) : NULL;

  if (n > SCT_MAX)
    return FALSE;
  g_byte_array_append (sct, decoded, (guint)n);
  return TRUE;
}

/* Returns: (transfer full) (nullable): a timestamp in the form of RFC 6962 section 4.1, with which
 * a log answers; NULL if the file is not one */
static GBytes *
read_json (GBytes *bytes)
{
  g_autoptr (GByteArray) sct = g_byte_array_new ();
  g_autoptr (GByteArray) extensions = g_byte_array_new ();
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  g_autoptr (JsonNode) root =
      size > 0 && *data == '{' ? bulla_json_parse (data, size, JSON_DEPTH_MAX, NULL) : NULL;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  JsonObject *object = json_node_get_object (root);
  guint64 time = (guint64)MAX (bulla_json_get_number (object, "timestamp", 0), 0);
  guint8 start = (guint8)bulla_json_get_number (object, "sct_version", 0);
  g_byte_array_append (sct, &start, 1);
  if (!append_base64 (sct, object, "id") || sct->len != 1 + LOG_ID_SIZE
      || !append_base64 (extensions, object, "extensions"))
    return NULL;
  for (int shift = 56; shift >= 0; shift -= 8) {
    const guint8 byte = (guint8)(time >> shift);
    g_byte_array_append (sct, &byte, 1);
  }
  const guint8 head[] = {(guint8)(extensions->len >> 8), (guint8)extensions->len};
  g_byte_array_append (sct, head, sizeof head);
  g_byte_array_append (sct, extensions->data, extensions->len);
  if (!append_base64 (sct, object, "signature"))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&sct));
}

/* Returns: (transfer full) (nullable): a timestamp or a list, as bytes of RFC 6962 */
static GBytes *
read_sct_file (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, TEXT_MAX, error);
  GBytes *sct = bytes != NULL ? read_json (bytes) : NULL;

  return bytes == NULL ? NULL : sct != NULL ? sct : dup_decoded (bytes);
}

/* Returns: (transfer full) (nullable): why a file is certainly not an OCSP response, translated;
 * what is like one is judged with the chain. @bytes: the file; @der: the same without base64 */
static char *
dup_ocsp_mistake (GBytes *bytes, GBytes *der)
{
  gsize size = 0, text_size = 0, length = 0, at = 2;
  const guint8 *data = g_bytes_get_data (der, &size);
  const char *text = g_bytes_get_data (bytes, &text_size);

  if (size == 0)
    return g_strdup (_ ("the file is empty"));
  if (size > 4 && data[0] == DER_SEQUENCE) {
    const guint n_more = data[1] < 0x80 ? 0 : data[1] & 0x7f; /* X.690 section 8.1.3 */
    length = n_more == 0 ? data[1] : 0;
    for (guint i = 0; i < n_more && n_more <= 2; i++)
      length = length << 8 | data[at++];
    if (data[at] == DER_ENUMERATED)
      return length <= size - at ? NULL : g_strdup (_ ("the OCSP response is cut off"));
  }
  const char *guess = bulla_cli_guess_content (text, text_size);
  return guess != NULL ? g_strdup_printf (_ ("not an OCSP response, but %s"), _ (guess))
                       : g_strdup (_ ("not an OCSP response"));
}

/* Returns: (transfer full) (nullable): an OCSP response in DER */
static GBytes *
read_ocsp_file (const BullaCliChainParts *self, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (self->ocsp, TEXT_MAX, error);
  g_autoptr (GBytes) der = bytes != NULL ? dup_decoded (bytes) : NULL;
  g_autofree char *mistake = der != NULL ? dup_ocsp_mistake (bytes, der) : NULL;

  if (mistake != NULL && !self->ignore_errors) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "%s: %s", self->ocsp, mistake);
    return NULL;
  }
  if (mistake != NULL)
    bulla_cli_print_error (_ ("Warning: %s: %s\n"), self->ocsp, mistake);
  return g_steal_pointer (&der);
}

static guint
read_be16 (const guint8 *data)
{
  return (guint)data[0] << 8 | data[1];
}

static gboolean
append_sct (GByteArray *list, const guint8 *data, gsize size)
{
  const guint8 head[] = {(guint8)(size >> 8), (guint8)size};

  if (size > SCT_MAX || list->len + size > SCT_MAX)
    return FALSE;
  g_byte_array_append (list, head, sizeof head);
  g_byte_array_append (list, data, (guint)size);
  return TRUE;
}

/* Adds the timestamps of a file: one SignedCertificateTimestamp, which begins with its version 0,
 * or a SignedCertificateTimestampList, which begins with its length. */
static gboolean
append_file (GByteArray *list, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = read_sct_file (path, error);
  gsize size = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (bytes == NULL)
    return FALSE;
  if (size > 4 && read_be16 (data) == size - 2 && list->len + size <= SCT_MAX) {
    g_byte_array_append (list, data + 2, (guint)(size - 2));
    return TRUE;
  }
  if (size > 0 && data[0] == 0 && append_sct (list, data, size))
    return TRUE;
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               _ ("%s: neither a timestamp nor a list of timestamps of RFC 6962"), path);
  return FALSE;
}

/* Returns: (transfer full) (nullable): the list of all timestamps; NULL without @error if none were
 * given */
static GBytes *
read_scts (char **paths, GError **error)
{
  g_autoptr (GByteArray) list = g_byte_array_new ();

  g_byte_array_append (list, (const guint8 *)"\0", 2);
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    if (!append_file (list, paths[i], error))
      return NULL;
  if (list->len == 2)
    return NULL;
  list->data[0] = (guint8)((list->len - 2) >> 8);
  list->data[1] = (guint8)(list->len - 2);
  return g_byte_array_free_to_bytes (g_steal_pointer (&list));
}

/**
 * bulla_cli_chain_parts_write: (skip)
 * @self: the files
 * @error: set if a file cannot be read, or the responder does not answer
 *
 * Returns: (transfer full) (nullable): `application/cert-chain+cbor`
 */
GBytes *
bulla_cli_chain_parts_write (const BullaCliChainParts *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = bulla_cli_read_certificates (self->certificate, error);
  g_autoptr (GBytes) ocsp = NULL;

  if (text == NULL)
    return NULL;
  g_autoptr (GBytes) pem = g_bytes_new (text, strlen (text));
  if (self->ocsp != NULL) {
    ocsp =
        strcmp (self->ocsp, "fetch") == 0 ? fetch_ocsp (pem, error) : read_ocsp_file (self, error);
    if (ocsp == NULL)
      return NULL;
  }
  g_autoptr (GBytes) scts = read_scts (self->scts, &failure);
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  GBytes *chain = bulla_chain_write (text, ocsp, scts, error);
  if (chain == NULL)
    bulla_cli_prefix_path (error, self->certificate);
  return chain;
}
