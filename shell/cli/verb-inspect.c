/* verb-inspect.c - bulla inspect: what is in a package, whatever it is worth
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "bulla-cli-files.h"
#include "bulla-cli-inspect.h"
#include "bulla-cli-loader.h"

#define MAX_FILE_SIZE (G_GUINT64_CONSTANT (4) << 30)
#define READ_SIZE 65536

static gboolean option_json;
static char *option_part;
static char *option_chain;

static const GOptionEntry OPTIONS[] = {
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object"), NULL},
    {"part", 0, 0, G_OPTION_ARG_STRING, &option_part,
     N_ ("Print the bytes of one part: headers, body, signature, message, cbor or chain"),
     N_ ("PART")},
    {"chain", 'c', 0, G_OPTION_ARG_FILENAME, &option_chain,
     N_ ("Look into this certificate chain too"), N_ ("CBOR")},
    BULLA_CLI_TRUST_ENTRIES,
    BULLA_CLI_NETWORK_ENTRIES,
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla inspect page.sxg", N_ ("What is in it?")},
    {"bulla inspect --part body page.sxg > page.html",
     N_ ("Take the page out, every record checked:")},
    {"bulla inspect --part cbor page.sxg | openssl sha256 -binary | base64",
     N_ ("Its header-integrity value:")},
    {"bulla inspect --chain chain.cbor --json page.sxg", N_ ("With its chain, as JSON:")},
    {NULL},
};

static gboolean
write_all (GBytes *bytes, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
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

/* record by record, so that nothing unchecked comes out */
static BullaExit
write_body (BullaInspection *inspection, GError **error)
{
  GInputStream *body = bulla_inspection_open_body (inspection, error);
  if (body == NULL)
    return BULLA_EXIT_FAILED;
  for (;;) {
    g_autoptr (GBytes) piece = g_input_stream_read_bytes (body, READ_SIZE, NULL, error);
    if (piece == NULL)
      return BULLA_EXIT_FAILED;
    if (g_bytes_get_size (piece) == 0)
      return BULLA_EXIT_FINE;
    if (!write_all (piece, error))
      return BULLA_EXIT_FAILED;
  }
}

static BullaExit
write_part (BullaInspection *inspection, GError **error)
{
  if (strcmp (option_part, "body") == 0)
    return write_body (inspection, error);
  g_autoptr (GBytes) bytes = bulla_inspection_dup_part (inspection, option_part, error);
  return bytes != NULL && write_all (bytes, error) ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
}

static GBytes *
read_package (const char *name, GError **error)
{
  if (bulla_cli_is_url (name))
    return bulla_cli_download (name, error);
  return bulla_cli_read_file (name, MAX_FILE_SIZE, error);
}

static BullaExit
run_inspect (char **arguments, GError **error)
{
  if (arguments[0] == NULL || arguments[1] != NULL) {
    bulla_cli_usage_error (error, _ ("name one file or URL"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (GBytes) bytes = read_package (arguments[0], error);
  if (bytes == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaInspection) inspection =
      bulla_inspection_new (arguments[0], bytes, option_chain, error);
  if (inspection == NULL)
    return BULLA_EXIT_FAILED;
  if (option_part != NULL)
    return write_part (inspection, error);
  if (option_json) {
    g_autoptr (JsonNode) node = bulla_inspection_to_json (inspection);
    g_autofree char *line = json_to_string (node, FALSE);
    g_print ("%s\n", line);
    return BULLA_EXIT_FINE;
  }
  g_autofree char *text = bulla_inspection_to_text (inspection);
  g_print ("%s", text);
  return BULLA_EXIT_FINE;
}

const BullaVerb bulla_verb_inspect = {
    .name = "inspect",
    .synopsis = N_ ("FILE|URL"),
    .summary = N_ ("Show what is in a package, whatever it is worth"),
    .description = N_ (
        "Nothing is judged: what is shown may be false, expired or hostile. Of the old versions "
        "b1 and b2 the parts are shown too. Use bulla verify to learn what a package is worth."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_inspect,
};
