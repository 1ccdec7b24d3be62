/* verb-inspect.c - bulla inspect: shows the contents of a package, without judging it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "bulla-cli-files.h"
#include "bulla-cli-chain.h"
#include "bulla-cli-guess-content.h"
#include "bulla-cli-inspect-bundle.h"
#include "bulla-cli-inspect-chain.h"
#include "bulla-cli-inspect-validity.h"
#include "bulla-cli-inspect.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-package-kind.h"

#define READ_SIZE 65536

static gboolean option_json, option_hex;
static char *option_part, *option_url, *option_base_url;
static char *option_chain;

static const GOptionEntry OPTIONS[] = {
    {"full", 0, 0, G_OPTION_ARG_NONE, &bulla_cli_inspect_full,
     N_ ("Show long lists and data: URLs in full"), NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object"), NULL},
    {"part", 0, 0, G_OPTION_ARG_STRING, &option_part,
     N_ ("Print the bytes of one part: headers, body, signature, message, cbor or chain; for a "
         "bundle integrity-block, bundle, or a section"),
     N_ ("PART")},
    {"url", 'u', 0, G_OPTION_ARG_STRING, &option_url,
     N_ ("Print a part of this response in a bundle: response, headers, cbor or body"), N_ ("URL")},
    {"base-url", 0, 0, G_OPTION_ARG_STRING, &option_base_url,
     N_ ("Resolve relative URLs in a bundle against this URL"), N_ ("URL")},
    {"hex", 'x', 0, G_OPTION_ARG_NONE, &option_hex, N_ ("Print the part in hexadecimal"), NULL},
    {"chain", 'c', 0, G_OPTION_ARG_FILENAME, &option_chain,
     N_ ("Inspect this certificate chain as well"), N_ ("CBOR")},
    BULLA_CLI_TRUST_ENTRIES,
    BULLA_CLI_NETWORK_ENTRIES,
    BULLA_CLI_SEND_HEADER_ENTRY,
    BULLA_CLI_TIMEOUT_ENTRY,
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla inspect page.sxg", N_ ("Show the contents:")},
    {"bulla inspect --part body page.sxg > page.html",
     N_ ("Extract the page, verifying each record:")},
    {"bulla inspect --part cbor page.sxg | openssl sha256 -binary | base64",
     N_ ("Compute its header-integrity value:")},
    {"bulla inspect --chain chain.cbor --json page.sxg", N_ ("Show it with its chain, as JSON:")},
    {"bulla inspect --part index --hex site.wbn",
     N_ ("Print the index of a bundle in hexadecimal:")},
    {"bulla inspect --url https://example.com/ --part body site.wbn",
     N_ ("Print the response of a bundle at an address, unverified:")},
    {"bulla inspect resource.validity", N_ ("Show what a validity URL serves:")},
    {NULL},
};

#define HEX_WIDTH 16

static gboolean
write_all (const void *bytes, gsize length, GError **error)
{
  const char *data = bytes;

  while (length > 0) {
    gssize n = write (STDOUT_FILENO, data, length);
    if (n < 0) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("standard output is closed"));
      return FALSE;
    }
    data += n;
    length -= (gsize)n;
  }
  return TRUE;
}

/* Writes one line for at most 16 bytes: their offset in the part, hexadecimal digits, and
 * characters. */
static gboolean
write_hex_line (guint64 offset, const guint8 *data, gsize length, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "%08" G_GINT64_MODIFIER "x ", offset);
  for (gsize i = 0; i < HEX_WIDTH; i++)
    if (i < length)
      g_string_append_printf (line, " %02x", data[i]);
    else
      g_string_append (line, "   ");
  g_string_append (line, "  ");
  for (gsize i = 0; i < length; i++)
    g_string_append_c (line, g_ascii_isprint (data[i]) ? (char)data[i] : '.');
  g_string_append_c (line, '\n');
  return write_all (line->str, line->len, error);
}

static gboolean
write_bytes (GBytes *bytes, GError **error)
{
  static guint64 offset = 0; /* bytes written before: a body comes in pieces */
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (!option_hex)
    return write_all (data, length, error);
  for (gsize i = 0; i < length; i += HEX_WIDTH)
    if (!write_hex_line (offset + i, data + i, MIN (HEX_WIDTH, length - i), error))
      return FALSE;
  offset += length;
  return TRUE;
}

/* Writes the body record by record, so that unverified bytes are never written. */
static BullaCliExit
write_body (BullaCliInspection *inspection, GError **error)
{
  GInputStream *body = bulla_cli_inspection_open_body (inspection, error);

  if (body == NULL)
    return BULLA_EXIT_FAILED;
  for (;;) {
    g_autoptr (GBytes) piece = g_input_stream_read_bytes (body, READ_SIZE, NULL, error);
    if (piece == NULL)
      return BULLA_EXIT_FAILED;
    if (g_bytes_get_size (piece) == 0)
      return BULLA_EXIT_FINE;
    if (!write_bytes (piece, error))
      return BULLA_EXIT_FAILED;
  }
}

static BullaCliExit
write_part (BullaCliInspection *inspection, GError **error)
{
  if (strcmp (option_part, "body") == 0)
    return write_body (inspection, error);
  g_autoptr (GBytes) bytes = bulla_cli_inspection_dup_part (inspection, option_part, error);
  return bytes != NULL && write_bytes (bytes, error) ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
}

static BullaCliExit
print (JsonNode *node, const char *text)
{
  g_autofree char *line = node != NULL ? json_to_string (node, FALSE) : NULL;

  if (line != NULL)
    bulla_cli_print ("%s\n", line);
  else
    bulla_cli_print ("%s", text);
  return BULLA_EXIT_FINE;
}

static BullaCliExit
inspect_bundle (const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (BullaCliBundleLayout) layout =
      bulla_cli_bundle_layout_new (bytes, option_base_url, error);

  if (layout == NULL)
    return BULLA_EXIT_FAILED;
  if (option_part != NULL || option_url != NULL) {
    const char *part = option_part != NULL ? option_part : "response";
    g_autoptr (GBytes) found = bulla_cli_bundle_layout_dup_part (layout, part, option_url, error);
    return found != NULL && write_bytes (found, error) ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
  }
  g_autoptr (JsonNode) node = option_json ? bulla_cli_bundle_layout_to_json (layout, name) : NULL;
  g_autofree char *text = option_json ? NULL : bulla_cli_bundle_layout_to_text (layout, name);
  return print (node, text);
}

static BullaCliExit
inspect_exchange (const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (BullaCliInspection) inspection =
      bulla_cli_inspection_new (name, bytes, option_chain, error);

  if (inspection == NULL)
    return BULLA_EXIT_FAILED;
  if (option_part != NULL)
    return write_part (inspection, error);
  g_autoptr (JsonNode) node = option_json ? bulla_cli_inspection_to_json (inspection) : NULL;
  g_autofree char *text = option_json ? NULL : bulla_cli_inspection_to_text (inspection);
  return print (node, text);
}

static gboolean
is_chain (GBytes *bytes)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  return bulla_cli_chain_recognise (data, length) != BULLA_CLI_CHAIN_NONE;
}

static BullaCliExit
inspect_chain (const char *name, GBytes *bytes, GError **error)
{
  if (option_part != NULL || option_url != NULL) {
    bulla_cli_usage_error (error, _ ("%s is a certificate chain, which has no parts"), name);
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (JsonNode) node = option_json ? bulla_cli_chain_to_json (name, bytes, error) : NULL;
  g_autofree char *text = option_json ? NULL : bulla_cli_chain_to_text (name, bytes, error);
  if (node != NULL || text != NULL)
    return print (node, text);
  bulla_cli_prefix_path (error, name);
  return BULLA_EXIT_FAILED;
}

static BullaCliExit
inspect_validity (const char *name, GBytes *bytes, GError **error)
{
  if (option_part != NULL || option_url != NULL) {
    bulla_cli_usage_error (error, _ ("%s is validity data, which has no parts"), name);
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (JsonNode) node = option_json ? bulla_cli_validity_to_json (name, bytes, error) : NULL;
  g_autofree char *text = option_json ? NULL : bulla_cli_validity_to_text (name, bytes, error);
  return node != NULL || text != NULL ? print (node, text) : BULLA_EXIT_FAILED;
}

/* Says whether the content is that of no package, whatever the file is called. A bundle may be
 * behind something else. @error: set if so */
static gboolean
is_something_else (const char *name, GBytes *bytes, GError **error)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);
  const char *guess = bulla_cli_guess_content (data, length);

  if (length == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: the file is empty"), name);
  if (length == 0 || guess == NULL)
    return length == 0;
  if (bulla_package_sniff (data, length) == BULLA_PACKAGE_EXCHANGE
      || bulla_cli_bundle_layout_recognise (bytes, "") || bulla_cli_validity_recognise (bytes))
    return FALSE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s is not a package but %s"), name,
               _ (guess));
  return TRUE;
}

static BullaCliExit
run_inspect (char **arguments, GError **error)
{
  if (arguments[0] == NULL || arguments[1] != NULL) {
    bulla_cli_usage_error (error, _ ("name exactly one file or URL"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (GBytes) bytes = bulla_cli_read_package (arguments[0], error);
  if (bytes == NULL)
    return BULLA_EXIT_FAILED;
  if (is_chain (bytes))
    return inspect_chain (arguments[0], bytes, error);
  if (is_something_else (arguments[0], bytes, error))
    return BULLA_EXIT_FAILED;
  if (bulla_cli_bundle_layout_recognise (bytes, arguments[0]))
    return inspect_bundle (arguments[0], bytes, error);
  return (bulla_cli_validity_recognise (bytes) ? inspect_validity
                                               : inspect_exchange) (arguments[0], bytes, error);
}

const BullaVerb bulla_verb_inspect = {
    .name = "inspect",
    .synopsis = N_ ("FILE|URL"),
    .summary = N_ ("Show a package’s contents without judging it"),
    .description = N_ (
        "Nothing is judged: the contents may be false, expired or hostile. The old versions b1 "
        "and b2 of signed exchanges are shown as well. The time at the end is the first at which a "
        "signature, a certificate or an OCSP response in it ends. For a web bundle, the output "
        "lists its "
        "sections, its index, every response, its signatures and its integrity block as far as "
        "they can be read, and the faults of the rest. A file with a certificate chain, in CBOR or "
        "PEM, is shown as well. To judge "
        "a package or a chain, use bulla verify."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_inspect,
};
