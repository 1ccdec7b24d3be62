/* verb-create-exchange.c - bulla create exchange: makes a signed exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-create.h"
#include "bulla-cli-exchange-signer.h"
#include "bulla-cli-files.h"
#include "bulla-cli-next.h"
#include "bulla-cli-review.h"
#include "bulla-cli-variant-exchanges.h"
#include "bulla-cli-variant-request.h"
#include "bulla-cli-verify-command.h"
#include "bulla-cli-write.h"
#include "write/bulla-merkle-writer.h"
#include "bulla-cli-print.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define SYNOPSIS N_ ("OUT.sxg|OUT-FOLDER")
#define CONTENT_MAX (G_GUINT64_CONSTANT (4) << 30) /* most bytes of a body from a pipe */

static BullaCliExchangeOptions option_sign = {.signer.record_size =
                                                  BULLA_MERKLE_RECORD_SIZE_DEFAULT};
static char *option_url;
static char *option_content;
static char **option_headers;
static int option_status = 200;
static char *option_variants;
static char *option_languages;
static char *option_base_url;
static char *option_chain_out;
static char *option_out;
static gboolean option_force;
static gboolean option_ignore_errors;

static const GOptionEntry OPTIONS[] = {
    {"url", 'u', 0, G_OPTION_ARG_STRING, &option_url,
     N_ ("The URL at which the content is published"), N_ ("URL")},
    {"content", 'i', 0, G_OPTION_ARG_FILENAME, &option_content,
     N_ ("The file with the body; “-” is standard input"), N_ ("FILE")},
    {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &option_headers,
     N_ ("A response header, as “Name: value”; may be repeated"), N_ ("HEADER")},
    {"status", 0, 0, G_OPTION_ARG_INT, &option_status, N_ ("The response status (default: 200)"),
     N_ ("N")},
    BULLA_CLI_VARIANTS_ENTRIES (&option_variants, &option_languages),
    {"base-url", 'b', 0, G_OPTION_ARG_STRING, &option_base_url,
     N_ ("With --variants: the URL of the folder, or of the URLs in the description"), N_ ("URL")},
    BULLA_CLI_EXCHANGE_SIGN_ENTRIES (option_sign),
    {"chain-out", 0, 0, G_OPTION_ARG_FILENAME, &option_chain_out,
     N_ ("With --authority and --cert-url URL: write the chain to this file (default: OUT.cbor)"),
     N_ ("FILE")},
    {"out", 'o', 0, G_OPTION_ARG_FILENAME, &option_out,
     N_ ("Write to this file, instead of OUT.sxg; “-” is standard output"), N_ ("FILE")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace an existing file"), NULL},
    BULLA_CLI_REVIEW_ENTRIES (&option_ignore_errors),
    {NULL},
};

/* Finds the file for the chain of a new certificate. @path: (out) (transfer full) (nullable): the
 * file; NULL if the chain is embedded, or is that of a given certificate
 *
 * Returns: FALSE with @error set if the options do not name it, or name one for nothing */
static gboolean
find_chain_path (const BullaCliExchangeSigner *signer, const char *out, char **path, GError **error)
{
  gboolean placed =
      option_sign.signer.authority != NULL && !bulla_cli_exchange_signer_encloses_chain (signer);
  const char *why = NULL;

  *path = NULL;
  if (!placed && option_chain_out != NULL)
    why = _ ("--chain-out requires --authority, and --cert-url with the URL at which the chain "
             "will be served");
  else if (placed && option_chain_out == NULL && strcmp (out, "-") == 0)
    why = _ ("standard output has the exchange: name a file for its chain with --chain-out, or put "
             "the chain into it with --cert-url data");
  if (why != NULL) {
    bulla_cli_usage_error (error, "%s", why);
    return FALSE;
  }
  if (placed)
    *path = option_chain_out != NULL ? g_strdup (option_chain_out)
                                     : bulla_cli_replace_suffix (out, ".sxg", ".cbor");
  return TRUE;
}

/* @type: the type of the content, unless a header of the options has another one */
static gboolean
add_headers (BullaExchangeWriter *writer, const char *type, GError **error)
{
  gboolean typed = FALSE;

  for (size_t i = 0; option_headers != NULL && option_headers[i] != NULL; i++) {
    g_autofree char *name = NULL;
    g_autofree char *value = NULL;
    if (!bulla_cli_parse_header (option_headers[i], &name, &value, error))
      return FALSE;
    typed = typed || g_ascii_strcasecmp (name, "content-type") == 0;
    bulla_exchange_writer_add_header (writer, name, value);
  }
  if (!typed)
    bulla_exchange_writer_add_header (writer, "content-type", type);
  return TRUE;
}

/* Opens the content, and guesses its media type from its name and text.
 * @type: (out) (transfer full): the type; set if the content could be opened
 * Returns: (transfer full) (nullable): the body; it can be read twice, even if it is a pipe */
static GInputStream *
open_content (char **type, GError **error)
{
  GStatBuf status;

  if (strcmp (option_content, "-") != 0
      && (g_stat (option_content, &status) != 0 || S_ISREG (status.st_mode))) {
    g_autoptr (GFile) file = g_file_new_for_path (option_content);
    g_autoptr (GFileInputStream) in = g_file_read (file, NULL, error);
    if (in != NULL)
      *type = bulla_cli_guess_media_type (option_content, (guint64)status.st_size, NULL, error);
    return in != NULL && *type != NULL ? G_INPUT_STREAM (g_steal_pointer (&in)) : NULL;
  }
  g_autoptr (GBytes) bytes = bulla_cli_map_stream (option_content, CONTENT_MAX, error);
  gsize length = 0;

  if (bytes == NULL)
    return NULL;
  const char *text = g_bytes_get_data (bytes, &length);
  *type = bulla_cli_guess_type_of_text (option_content, text, length);
  return g_memory_input_stream_new_from_bytes (bytes);
}

/* Names the URL to use instead of one that verification refuses because parsers differ. */
static void
suggest_url (void)
{
  g_autofree char *better = bulla_cli_dup_url_replacement (option_url);

  if (better != NULL)
    bulla_cli_print_error (_ ("Use this URL instead: %s\n"), better);
}

static gboolean
write_exchange (BullaExchangeWriter *writer, GInputStream *content,
                const BullaCliExchangeSigner *signer, const char *path, GError **error)
{
  const BullaCliExchangeOutput output = {
      writer, content, path, path, option_force, option_ignore_errors,
  };

  if (bulla_cli_exchange_signer_write (signer, &output, error))
    return TRUE;
  suggest_url ();
  return FALSE;
}

static BullaExchangeWriter *
prepare_writer (const BullaCliExchangeSigner *signer, const char *type, GError **error)
{
  g_autoptr (BullaExchangeWriter) writer =
      bulla_cli_exchange_signer_new_writer (signer, option_url, error);

  if (writer == NULL)
    return NULL;
  bulla_exchange_writer_set_status (writer, MAX (option_status, 0));
  return add_headers (writer, type, error) ? g_steal_pointer (&writer) : NULL;
}

/* Prints the command that verifies the exchange, if the chain is known. */
static void
print_next (const BullaCliExchangeSigner *signer, const char *path, const char *chain_path)
{
  g_autofree char *known = NULL;
  g_autoptr (GBytes) chain = bulla_cli_exchange_signer_dup_known_chain (signer, chain_path, &known);
  const BullaCliVerifyCommand made = {
      .authority = option_sign.signer.authority,
      .files = {option_sign.signer.certificate, known},
      .chain = chain,
      .date = signer->signer.date,
  };
  g_autofree char *command = bulla_cli_dup_verify_command (&made);
  g_autofree char *request = bulla_cli_dup_variant_options (option_headers);
  g_autofree char *word = bulla_cli_dup_word (path);

  if (command == NULL)
    return;
  g_autoptr (GString) line = g_string_new (command);
  if (known != NULL) {
    g_autofree char *chain_word = bulla_cli_dup_word (known);
    g_string_append_printf (line, " --chain %s", chain_word);
  }
  g_string_append_printf (line, "%s %s", request, word);
  bulla_cli_print_next (line->str);
}

static void
print_outcome (BullaExchangeWriter *writer, const BullaCliExchangeSigner *signer, const char *path,
               const char *chain_path)
{
  g_autofree char *integrity = bulla_exchange_writer_dup_header_integrity (writer);

  if (strcmp (path, "-") == 0)
    return; /* standard output has the exchange */
  bulla_cli_print (_ ("Wrote %s\n"), path);
  bulla_cli_print (_ ("header-integrity: %s\n"), integrity);
  bulla_cli_print (_ ("Serve it as application/signed-exchange;v=b3, with X-Content-Type-Options: "
                      "nosniff.\n"));
  print_next (signer, path, chain_path);
}

/* Returns: (nullable): OUT.sxg or --out; NULL with @error set unless exactly one was given */
static const char *
get_out (char **arguments, GError **error)
{
  return bulla_cli_require_output (arguments, option_out, SYNOPSIS, error);
}

static gboolean
write_chain (const BullaCliExchangeSigner *signer, const char *path, GError **error)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (signer->signer.chain, &size);

  return g_file_set_contents_full (path, data, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT,
                                   BULLA_CLI_PUBLIC_MODE, error);
}

/* Returns the folder to write; NULL with @error set if other options contradict --variants. */
static const char *
get_folder (char **arguments, GError **error)
{
  const char *folder = get_out (arguments, error);

  if (folder == NULL)
    return NULL;
  if (option_url == NULL && option_content == NULL && option_status == 200
      && strcmp (folder, "-") != 0)
    return folder;
  bulla_cli_usage_error (error, _ ("--variants writes a folder of exchanges: it cannot be combined "
                                   "with --url, --content, --status or standard output"));
  return NULL;
}

/* Writes an exchange of each representation. */
static BullaCliExit
run_variants (char **arguments, GError **error)
{
  g_auto (BullaCliExchangeSigner) signer = {NULL};
  const char *folder = get_folder (arguments, error);
  const BullaCliVariantExchanges what = {option_variants,     option_base_url, option_languages,
                                         option_headers,      folder,          option_force,
                                         option_ignore_errors};
  g_autoptr (BullaCliResources) resources =
      folder != NULL ? bulla_cli_variant_exchanges_gather (&what, error) : NULL;
  g_autofree char *chain_path = NULL;

  if (resources == NULL)
    return BULLA_EXIT_FAILED;
  const char *url = ((BullaCliResource *)resources->list->pdata[0])->url;
  g_autofree char *beside = g_build_filename (folder, "chain.sxg", NULL);
  if (!bulla_cli_exchange_signer_init (&signer, &option_sign, url, error)
      || !find_chain_path (&signer, beside, &chain_path, error)
      || (chain_path != NULL && !bulla_cli_check_absent (chain_path, option_force, error))
      || !bulla_cli_variant_exchanges_write (&what, resources, &signer, error)
      || (chain_path != NULL && !write_chain (&signer, chain_path, error)))
    return BULLA_EXIT_FAILED;
  if (chain_path != NULL)
    bulla_cli_print (_ ("Wrote %s\n"), chain_path);
  g_autofree char *word = bulla_cli_dup_word (folder);
  g_autofree char *next = g_strconcat ("bulla variants --client chromium-156 ", word, NULL);
  if (!bulla_cli_review_has_warned ())
    bulla_cli_print_next (next);
  return BULLA_EXIT_FINE;
}

static BullaCliExit
run_create_exchange (char **arguments, GError **error)
{
  if (option_variants != NULL)
    return run_variants (arguments, error);
  g_auto (BullaCliExchangeSigner) signer = {NULL};
  const char *out = get_out (arguments, error);

  if (out == NULL || !bulla_cli_require_option (option_url, "url", error)
      || !bulla_cli_require_option (option_content, "content", error)
      || !bulla_cli_check_output (out, option_force, error)
      || !bulla_cli_exchange_signer_init (&signer, &option_sign, option_url, error))
    return BULLA_EXIT_FAILED;
  g_autofree char *chain_path = NULL;
  if (!find_chain_path (&signer, out, &chain_path, error)
      || (chain_path != NULL && !bulla_cli_check_absent (chain_path, option_force, error)))
    return BULLA_EXIT_FAILED;
  g_autofree char *type = NULL;
  g_autoptr (GInputStream) content = open_content (&type, error);
  g_autoptr (BullaExchangeWriter) writer =
      content != NULL ? prepare_writer (&signer, type, error) : NULL;
  if (writer == NULL || !write_exchange (writer, content, &signer, out, error)
      || (chain_path != NULL && !write_chain (&signer, chain_path, error)))
    return BULLA_EXIT_FAILED;
  if (chain_path != NULL && strcmp (out, "-") != 0)
    bulla_cli_print (_ ("Wrote %s\n"), chain_path);
  print_outcome (writer, &signer, out, chain_path);
  return BULLA_EXIT_FINE;
}

static const BullaExample EXAMPLES[] = {
    {"bulla create exchange --certificate chain.pem --private-key chain.key"
     " --url https://example.com/ --cert-url https://example.com/chain.cbor"
     " --content index.html page.sxg",
     N_ ("Sign a page with a certificate from “bulla create chain”:")},
    {"bulla create exchange --authority my-authority --url https://example.com/"
     " --content index.html page.sxg",
     N_ ("Sign it with a new certificate, and put the chain into the package:")},
    {"bulla create exchange --authority my-authority --url https://example.com/a.png"
     " --header 'Cache-Control: max-age=600' --record-size 16384 --content a.png a.sxg",
     N_ ("Set more of the response:")},
    {"make-page | bulla create exchange --authority my-authority --url https://example.com/"
     " --header 'Content-Type: text/html' --expires 3d --content - - | bulla verify -",
     N_ ("Make and judge a page in a pipeline:")},
    {"bulla create exchange --authority my-authority --variants article.ini"
     " --base-url https://example.com/ article",
     N_ ("Sign every representation that a description names:")},
    {NULL},
};

const BullaVerb bulla_verb_create_exchange = {
    .name = "exchange",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Sign a response, so that anyone can deliver it"),
    .description = N_ (
        "Writes application/signed-exchange;v=b3. With --authority a certificate is issued for "
        "the host of the URL, and its chain is put into the package as a data URL, or written "
        "beside it as OUT.cbor, or as --chain-out FILE, if --cert-url says where it will be "
        "served. "
        "The body may be of any size; from standard input, up to 4 GiB.\n\n"
        "With --variants it writes a folder with an exchange of each representation of URLs, as "
        "“bulla create bundle --help” describes them; each is called like its file, followed by "
        ".sxg, and has the fields that --profile reads.\n\n"
        "What was made is judged before it is written. What verification would refuse, whoever "
        "is trusted, is not written: the broken rules are named, and the exit status is 2. A "
        "Variant-Key that no request selects is such an error. With --ignore-errors it is written "
        "with warnings."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_create_exchange,
};
