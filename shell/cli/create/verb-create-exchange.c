/* verb-create-exchange.c - bulla create exchange: makes a signed exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"
#include "bulla-cli-write.h"
#include "write/bulla-authority.h"
#include "write/bulla-exchange-writer.h"
#include "write/bulla-merkle-writer.h"
#include "bulla-cli-print.h"

#include <glib/gi18n.h>
#include <string.h>

#define SYNOPSIS N_ ("OUT.sxg")
#define LIFETIME_DEFAULT 604800 /* seconds of validity: 7 days, the most allowed */
#define LEAF_DAYS 90
#define OCSP_SECONDS (6 * 86400)
#define CHAIN_FILE_MAX 102400 /* most bytes of a certificate chain file */

static char *option_authority;
static char *option_certificate;
static char *option_private_key;
static char *option_chain;
static char *option_url;
static char *option_cert_url;
static char *option_validity_url;
static char *option_content;
static char **option_headers;
static int option_status = 200;
static int option_record_size = BULLA_MERKLE_RECORD_SIZE_DEFAULT;
static char *option_date;
static char *option_expires;
static gboolean option_force;

static const GOptionEntry OPTIONS[] = {
    {"certificate", 'c', 0, G_OPTION_ARG_FILENAME, &option_certificate,
     N_ ("Sign with this certificate; its issuers may follow it"), N_ ("PEM")},
    {"private-key", 'k', 0, G_OPTION_ARG_FILENAME, &option_private_key,
     N_ ("The certificate's private key"), N_ ("PEM")},
    {"authority", 'a', 0, G_OPTION_ARG_FILENAME, &option_authority,
     N_ ("Sign with a new certificate of this authority instead"), N_ ("FOLDER")},
    {"url", 'u', 0, G_OPTION_ARG_STRING, &option_url,
     N_ ("The URL at which the content is published"), N_ ("URL")},
    {"cert-url", 0, 0, G_OPTION_ARG_STRING, &option_cert_url,
     N_ ("The URL of the certificate chain; “data” puts the chain into the package"), N_ ("URL")},
    {"chain", 0, 0, G_OPTION_ARG_FILENAME, &option_chain,
     N_ ("The chain to put into the package, with --cert-url data"), N_ ("CBOR")},
    {"validity-url", 0, 0, G_OPTION_ARG_STRING, &option_validity_url,
     N_ ("The URL of newer signatures (default: /resource.validity of the same origin)"),
     N_ ("URL")},
    {"content", 'i', 0, G_OPTION_ARG_FILENAME, &option_content, N_ ("The file with the body"),
     N_ ("FILE")},
    {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &option_headers,
     N_ ("A response header, as “Name: value”; may be repeated"), N_ ("HEADER")},
    {"status", 0, 0, G_OPTION_ARG_INT, &option_status, N_ ("The response status (default: 200)"),
     N_ ("N")},
    {"record-size", 0, 0, G_OPTION_ARG_INT, &option_record_size,
     N_ ("Size of a record in bytes, up to 16384 (default: 4096)"), N_ ("N")},
    {"date", 0, 0, G_OPTION_ARG_STRING, &option_date,
     N_ ("Valid from this time: Unix seconds or ISO 8601 (default: now)"), N_ ("TIME")},
    {"expires", 0, 0, G_OPTION_ARG_STRING, &option_expires,
     N_ ("Valid until this time (default: 7 days later, which is the maximum)"), N_ ("TIME")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace an existing file"), NULL},
    {NULL},
};

/* the credentials to sign with */
typedef struct {
  BullaCredential *credential; /* owned */
  GBytes *chain;               /* owned; certificate chain; NULL if it is served elsewhere */
} Signer;

static void
signer_clear (Signer *self)
{
  g_clear_object (&self->credential);
  g_clear_pointer (&self->chain, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signer, signer_clear)

static gboolean
wants_data_url (void)
{
  return option_cert_url != NULL && strcmp (option_cert_url, "data") == 0;
}

/* Returns the host of --url, for which a certificate is issued. */
static char *
parse_host (GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (option_url, G_URI_FLAGS_ENCODED, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || strcmp (g_uri_get_scheme (uri), "https") != 0) {
    bulla_cli_usage_error (error, _ ("“%s” is not an https URL"), option_url);
    return NULL;
  }
  return g_strdup (g_uri_get_host (uri));
}

static gboolean
issue (Signer *signer, int64_t date, GError **error)
{
  int64_t from = date - BULLA_CLI_BACKDATE;
  g_autofree char *host = parse_host (error);
  g_autoptr (BullaAuthority) authority =
      host != NULL ? bulla_authority_load (option_authority, error) : NULL;

  if (authority == NULL)
    return FALSE;
  const char *const hosts[] = {host, NULL};
  signer->credential =
      bulla_authority_issue (authority, hosts, from, LEAF_DAYS, BULLA_ISSUE_SIGN_EXCHANGES, error);
  if (signer->credential == NULL)
    return FALSE;
  signer->chain = bulla_authority_write_chain (authority, signer->credential, from,
                                               from + OCSP_SECONDS, BULLA_RESPOND_GOOD, error);
  return signer->chain != NULL;
}

static gboolean
read_signer (Signer *signer, GError **error)
{
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autofree char *chain = NULL;
  gsize chain_size;

  if (!bulla_cli_require_option (option_certificate, "certificate", error)
      || !bulla_cli_require_option (option_private_key, "private-key", error)
      || !bulla_cli_require_option (option_cert_url, "cert-url", error)
      || (wants_data_url () && !bulla_cli_require_option (option_chain, "chain", error))
      || !bulla_cli_read_text (option_certificate, &certificate, error)
      || !bulla_cli_read_text (option_private_key, &key, error))
    return FALSE;
  if (wants_data_url ()) {
    if (!g_file_get_contents (option_chain, &chain, &chain_size, error))
      return FALSE;
    if (chain_size > CHAIN_FILE_MAX) {
      bulla_cli_usage_error (error, _ ("the chain is longer than %d bytes"), CHAIN_FILE_MAX);
      return FALSE;
    }
    signer->chain = g_bytes_new_take (g_steal_pointer (&chain), chain_size);
  }
  signer->credential = bulla_credential_new_from_pem (certificate, key, error);
  if (signer->credential == NULL)
    g_prefix_error (error, "%s, %s: ", option_certificate, option_private_key);
  return signer->credential != NULL;
}

static gboolean
get_signer (Signer *signer, int64_t date, GError **error)
{
  if (option_authority == NULL)
    return read_signer (signer, error);
  if (option_certificate != NULL || option_private_key != NULL || option_chain != NULL) {
    bulla_cli_usage_error (
        error, _ ("--authority cannot be combined with --certificate, --private-key or --chain"));
    return FALSE;
  }
  return issue (signer, date, error);
}

/* Says whether the chain is embedded in the package; otherwise it is served at --cert-url. */
static gboolean
encloses_chain (const Signer *signer)
{
  return wants_data_url () || (signer->chain != NULL && option_cert_url == NULL);
}

static void
set_cert_url (BullaExchangeWriter *writer, const Signer *signer)
{
  if (!encloses_chain (signer)) {
    bulla_exchange_writer_set_cert_url (writer, option_cert_url);
    return;
  }
  g_autofree char *base64 =
      g_base64_encode (g_bytes_get_data (signer->chain, NULL), g_bytes_get_size (signer->chain));
  g_autofree char *url = g_strconcat ("data:application/cert-chain+cbor;base64,", base64, NULL);
  bulla_exchange_writer_set_cert_url (writer, url);
}

/* Returns the file for the chain of a new certificate; NULL if the chain is embedded. */
static char *
get_chain_path (const Signer *signer, const char *out)
{
  if (option_certificate != NULL)
    return bulla_cli_replace_suffix (option_certificate, ".pem", ".cbor");
  return encloses_chain (signer) ? NULL : bulla_cli_replace_suffix (out, ".sxg", ".cbor");
}

/* Guesses the type of a page from its name; --header sets any other. */
static const char *
guess_type (const char *path)
{
  static const struct {
    const char *suffix;
    const char *type;
  } TYPES[] = {
      {".html", "text/html;charset=utf-8"},
      {".htm", "text/html;charset=utf-8"},
      {".txt", "text/plain;charset=utf-8"},
      {".css", "text/css;charset=utf-8"},
      {".js", "text/javascript;charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (TYPES); i++)
    if (g_str_has_suffix (path, TYPES[i].suffix))
      return TYPES[i].type;
  return "application/octet-stream";
}

static gboolean
add_headers (BullaExchangeWriter *writer, GError **error)
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
    bulla_exchange_writer_add_header (writer, "content-type", guess_type (option_content));
  return TRUE;
}

static gboolean
set_validity (BullaExchangeWriter *writer, int64_t date, GError **error)
{
  int64_t expires = date + LIFETIME_DEFAULT;

  if (option_expires != NULL
      && !bulla_cli_parse_time_within ("expires", option_expires, date + 1,
                                       date + BULLA_CLI_SIGNED_MAX, &expires, error))
    return FALSE;
  bulla_exchange_writer_set_validity (writer, date, expires);
  if (option_validity_url != NULL) {
    bulla_exchange_writer_set_validity_url (writer, option_validity_url);
    return TRUE;
  }
  g_autofree char *host = parse_host (error);
  if (host == NULL)
    return FALSE;
  g_autofree char *url =
      g_uri_resolve_relative (option_url, "/resource.validity", G_URI_FLAGS_ENCODED, error);
  bulla_exchange_writer_set_validity_url (writer, url);
  return url != NULL;
}

/* Streams the body, so that its size does not matter; leaves no incomplete file. */
static gboolean
write_exchange (BullaExchangeWriter *writer, const char *path, GError **error)
{
  g_autoptr (GFile) content = g_file_new_for_commandline_arg (option_content);
  g_autoptr (GFileInputStream) body = g_file_read (content, NULL, error);
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

  if (body == NULL)
    return FALSE;
  g_autofree char *temporary_path = g_strconcat (path, ".part", NULL);
  g_autoptr (GFile) temporary = g_file_new_for_commandline_arg (temporary_path);
  g_autoptr (GFileOutputStream) out =
      g_file_replace (temporary, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, error);
  if (out == NULL)
    return FALSE;
  if (bulla_exchange_writer_write_stream (writer, G_INPUT_STREAM (body), G_OUTPUT_STREAM (out),
                                          NULL, error)
      && g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error)
      && g_file_move (temporary, file, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
    return TRUE;
  g_file_delete (temporary, NULL, NULL); /* only the first error is reported */
  return FALSE;
}

static BullaExchangeWriter *
prepare (const Signer *signer, int64_t date, GError **error)
{
  g_autoptr (BullaExchangeWriter) writer =
      bulla_exchange_writer_new (option_url, signer->credential);

  bulla_exchange_writer_set_status (writer, MAX (option_status, 0));
  bulla_exchange_writer_set_record_size (writer, MAX (option_record_size, 0));
  set_cert_url (writer, signer);
  if (!add_headers (writer, error) || !set_validity (writer, date, error))
    return NULL;
  return g_steal_pointer (&writer);
}

static void
print_outcome (BullaExchangeWriter *writer, const char *path, const char *chain_path)
{
  g_autofree char *integrity = bulla_exchange_writer_dup_header_integrity (writer);
  const char *folder = option_authority != NULL ? option_authority : "my-authority";

  bulla_cli_print (_ ("Wrote %s\n"), path);
  bulla_cli_print (_ ("header-integrity: %s\n"), integrity);
  bulla_cli_print (_ ("Serve it as application/signed-exchange;v=b3, with X-Content-Type-Options: "
                      "nosniff.\n"));
  bulla_cli_print ("%s\n", _ ("Next:"));
  bulla_cli_print ("  bulla verify --trust %s/root.pem --ct-logs %s/ctlogs.json %s%s%s%s\n", folder,
                   folder, chain_path != NULL ? "--chain " : "",
                   chain_path != NULL ? chain_path : "", chain_path != NULL ? " " : "", path);
}

static BullaCliExit
run_create_exchange (char **arguments, GError **error)
{
  g_auto (Signer) signer = {NULL};
  int64_t date;

  if (!bulla_cli_require_arguments (arguments, 1, SYNOPSIS, error)
      || !bulla_cli_require_option (option_url, "url", error)
      || !bulla_cli_require_option (option_content, "content", error)
      || !bulla_cli_check_absent (arguments[0], option_force, error)
      || !bulla_cli_parse_date (option_date, &date, error) || !get_signer (&signer, date, error))
    return BULLA_EXIT_FAILED;
  g_autofree char *chain_path = get_chain_path (&signer, arguments[0]);
  gboolean places_chain = option_authority != NULL && chain_path != NULL;
  if (places_chain && !bulla_cli_check_absent (chain_path, option_force, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaExchangeWriter) writer = prepare (&signer, date, error);
  if (writer == NULL || !write_exchange (writer, arguments[0], error)
      || (places_chain
          && !bulla_cli_write_file (chain_path, g_bytes_get_data (signer.chain, NULL),
                                    g_bytes_get_size (signer.chain), BULLA_CLI_PUBLIC_MODE, error)))
    return BULLA_EXIT_FAILED;
  print_outcome (writer, arguments[0], chain_path);
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
    {NULL},
};

const BullaVerb bulla_verb_create_exchange = {
    .name = "exchange",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Sign a response, so that anyone can deliver it"),
    .description =
        N_ ("Writes application/signed-exchange;v=b3. With --authority a certificate is issued for "
            "the host of the URL, and its chain is put into the package as a data URL, or written "
            "beside it as OUT.cbor if --cert-url says where it will be served. The body may be of "
            "any size."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_create_exchange,
};
