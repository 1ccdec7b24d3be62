/* verb-create-exchange.c - bulla create exchange: makes a signed exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"
#include "bulla-cli-files.h"
#include "bulla-cli-review.h"
#include "bulla-cli-write.h"
#include "bulla-url.h"
#include "write/bulla-authority.h"
#include "write/bulla-exchange-writer.h"
#include "write/bulla-chain-writer.h"
#include "write/bulla-merkle-writer.h"
#include "bulla-cli-key.h"
#include "bulla-cli-print.h"

#include <glib/gi18n.h>
#include <string.h>

#define SYNOPSIS N_ ("OUT.sxg")
#define LIFETIME_DEFAULT 604800 /* seconds of validity: 7 days, the most allowed */
#define EXPIRES_MAX (3650 * G_GINT64_CONSTANT (86400)) /* most seconds with --ignore-errors */
#define LEAF_DAYS 90
#define OCSP_SECONDS (6 * 86400)
#define CHAIN_FILE_MAX 102400  /* most bytes of a certificate chain file */
#define CONTENT_MAX (64 << 20) /* most bytes of a body from a pipe, which is kept in memory */

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
static char *option_out;
static gboolean option_force;
static gboolean option_ignore_errors;

static const GOptionEntry OPTIONS[] = {
    {"certificate", 'c', 0, G_OPTION_ARG_FILENAME, &option_certificate,
     N_ ("Sign with this certificate; its issuers may follow it"), N_ ("PEM")},
    {"private-key", 'k', 0, G_OPTION_ARG_FILENAME, &option_private_key,
     N_ ("The certificate's private key"), N_ ("PEM")},
    BULLA_CLI_PASSPHRASE_ENTRY,
    {"authority", 'a', 0, G_OPTION_ARG_FILENAME, &option_authority,
     N_ ("Sign with a new certificate of this authority instead"), N_ ("FOLDER")},
    {"url", 'u', 0, G_OPTION_ARG_STRING, &option_url,
     N_ ("The URL at which the content is published"), N_ ("URL")},
    {"cert-url", 0, 0, G_OPTION_ARG_STRING, &option_cert_url,
     N_ ("The URL of the certificate chain; “data” puts the chain into the package"), N_ ("URL")},
    {"chain", 0, 0, G_OPTION_ARG_FILENAME, &option_chain,
     N_ ("The chain to judge with, and to put into the package with --cert-url data"), N_ ("CBOR")},
    {"validity-url", 0, 0, G_OPTION_ARG_STRING, &option_validity_url,
     N_ ("The URL of newer signatures (default: /resource.validity of the same origin)"),
     N_ ("URL")},
    {"content", 'i', 0, G_OPTION_ARG_FILENAME, &option_content,
     N_ ("The file with the body; “-” is standard input"), N_ ("FILE")},
    {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &option_headers,
     N_ ("A response header, as “Name: value”; may be repeated"), N_ ("HEADER")},
    {"status", 0, 0, G_OPTION_ARG_INT, &option_status, N_ ("The response status (default: 200)"),
     N_ ("N")},
    {"record-size", 0, 0, G_OPTION_ARG_INT, &option_record_size,
     N_ ("Size of a record in bytes, up to 16384 (default: 4096)"), N_ ("N")},
    {"date", 0, 0, G_OPTION_ARG_STRING, &option_date,
     N_ ("Valid from this time: Unix seconds or ISO 8601 (default: now)"), N_ ("TIME")},
    {"expires", 0, 0, G_OPTION_ARG_STRING, &option_expires,
     N_ ("Valid until this time, or for so long: 12h, 2d (default: 7d, which is the maximum)"),
     N_ ("TIME|DURATION")},
    {"out", 'o', 0, G_OPTION_ARG_FILENAME, &option_out,
     N_ ("Write to this file, instead of OUT.sxg; “-” is standard output"), N_ ("FILE")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace an existing file"), NULL},
    BULLA_CLI_REVIEW_ENTRIES (&option_ignore_errors),
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
  g_autofree char *chain = NULL;
  gsize chain_size;

  if (!bulla_cli_require_option (option_certificate, "certificate", error)
      || !bulla_cli_require_option (option_private_key, "private-key", error)
      || !bulla_cli_require_option (option_cert_url, "cert-url", error)
      || (wants_data_url () && !bulla_cli_require_option (option_chain, "chain", error)))
    return FALSE;
  if (option_chain != NULL) {
    if (!g_file_get_contents (option_chain, &chain, &chain_size, error))
      return FALSE;
    if (chain_size > CHAIN_FILE_MAX) {
      bulla_cli_usage_error (error, _ ("the chain is longer than %d bytes"), CHAIN_FILE_MAX);
      return FALSE;
    }
    signer->chain = g_bytes_new_take (g_steal_pointer (&chain), chain_size);
  }
  signer->credential = bulla_cli_read_credential (option_certificate, option_private_key, error);
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
  gboolean placed = option_authority != NULL && !encloses_chain (signer);

  if (!placed)
    return NULL;
  return strcmp (out, "-") == 0 ? g_strdup ("chain.cbor")
                                : bulla_cli_replace_suffix (out, ".sxg", ".cbor");
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
      && !bulla_cli_parse_end ("expires", option_expires, date, 1, date + EXPIRES_MAX, &expires,
                               error))
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

/* Returns: (transfer full) (nullable): the body; it can be read twice, even if it is a pipe */
static GInputStream *
open_content (GError **error)
{
  if (strcmp (option_content, "-") != 0
      && (g_file_test (option_content, G_FILE_TEST_IS_REGULAR)
          || !g_file_test (option_content, G_FILE_TEST_EXISTS))) {
    g_autoptr (GFile) file = g_file_new_for_path (option_content);
    return G_INPUT_STREAM (g_file_read (file, NULL, error));
  }
  g_autoptr (GBytes) bytes = bulla_cli_read_file (option_content, CONTENT_MAX, error);
  return bytes != NULL ? g_memory_input_stream_new_from_bytes (bytes) : NULL;
}

/* what is needed to write and to judge the exchange */
typedef struct {
  BullaExchangeWriter *writer; /* borrowed */
  GInputStream *content;       /* borrowed */
  BullaCliReview review;
} Writing;

/* Streams the body, so that its size does not matter. */
static gboolean
write_cb (GOutputStream *out, gpointer user_data, GError **error)
{
  const Writing *self = user_data;

  return bulla_exchange_writer_write_stream (self->writer, self->content, out, NULL, error);
}

static gboolean
check_cb (const char *path, gpointer user_data, GError **error)
{
  const Writing *self = user_data;

  return bulla_cli_review_package (&self->review, path, error);
}

/* Returns: (transfer full) (nullable): the chain to judge with, if the exchange lacks one. The
 * OCSP response that cert-url serves is not known: an empty one takes its place. */
static GBytes *
write_review_chain (const Signer *signer, GError **error)
{
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (signer->credential);
  g_autoptr (GBytes) placeholder = g_bytes_new_static ("", 1);

  return signer->chain != NULL ? g_bytes_ref (signer->chain)
                               : bulla_chain_write (certificates, placeholder, NULL, error);
}

/* Names the URL to use instead of one that verification refuses because parsers differ. */
static void
suggest_url (void)
{
  g_auto (BullaUrl) url = {NULL};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  if (bulla_url_parse (&url, option_url, strlen (option_url), &reason, &detail))
    return;
  g_autofree char *better = bulla_url_dup_replacement (option_url, strlen (option_url));
  if (better != NULL)
    bulla_cli_print_error (_ ("Use this URL instead: %s\n"), better);
}

static gboolean
write_exchange (BullaExchangeWriter *writer, const Signer *signer, int64_t date, const char *path,
                GError **error)
{
  int64_t now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GInputStream) content = open_content (error);
  g_autoptr (GBytes) chain = content != NULL ? write_review_chain (signer, error) : NULL;

  if (chain == NULL)
    return FALSE;
  Writing writing = {
      .writer = writer,
      .content = content,
      .review = {.name = path,
                 .chain = chain,
                 .skipped = signer->chain != NULL ? BULLA_REVIEW_ALL : BULLA_REVIEW_NO_STAPLES,
                 .at = MAX (now, date),
                 .ignore_errors = option_ignore_errors},
  };
  if (bulla_cli_write_checked (path, BULLA_CLI_PUBLIC_MODE, option_force, write_cb, check_cb,
                               &writing, error))
    return TRUE;
  suggest_url ();
  return FALSE;
}

static BullaExchangeWriter *
prepare (const Signer *signer, int64_t date, GError **error)
{
  g_autoptr (BullaExchangeWriter) writer =
      bulla_exchange_writer_new (option_url, signer->credential);

  bulla_exchange_writer_set_checked (writer, FALSE); /* the engine judges what was written */
  bulla_exchange_writer_set_status (writer, MAX (option_status, 0));
  bulla_exchange_writer_set_record_size (writer, MAX (option_record_size, 0));
  set_cert_url (writer, signer);
  if (!add_headers (writer, error) || !set_validity (writer, date, error))
    return NULL;
  return g_steal_pointer (&writer);
}

/* Prints the next command, which names only files that exist. */
static void
print_next (const Signer *signer, const char *path, const char *chain_path)
{
  g_autofree char *beside = NULL;
  g_autofree char *folder = option_authority != NULL
                                ? g_strdup (option_authority)
                                : bulla_cli_find_authority (signer->credential);
  g_autoptr (GString) command = g_string_new ("bulla verify");

  if (chain_path == NULL && !encloses_chain (signer)) {
    beside = bulla_cli_replace_suffix (option_certificate, ".pem", ".cbor");
    chain_path = g_file_test (beside, G_FILE_TEST_IS_REGULAR) ? beside : NULL;
  }
  if (folder != NULL)
    g_string_append_printf (command, " --trust %s/root.pem --ct-logs %s/ctlogs.json", folder,
                            folder);
  if (chain_path != NULL)
    g_string_append_printf (command, " --chain %s", chain_path);
  bulla_cli_print ("%s\n  %s %s\n", _ ("Next:"), command->str, path);
}

static void
print_outcome (BullaExchangeWriter *writer, const Signer *signer, const char *path,
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
  if (!bulla_cli_require_arguments (arguments, option_out != NULL ? 0 : 1,
                                    option_out != NULL ? N_ ("--out FILE") : SYNOPSIS, error))
    return NULL;
  return option_out != NULL ? option_out : arguments[0];
}

static gboolean
write_chain (const Signer *signer, const char *path, GError **error)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (signer->chain, &size);

  return g_file_set_contents_full (path, data, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT,
                                   BULLA_CLI_PUBLIC_MODE, error);
}

static BullaCliExit
run_create_exchange (char **arguments, GError **error)
{
  g_auto (Signer) signer = {NULL};
  int64_t date;
  const char *out = get_out (arguments, error);

  if (out == NULL || !bulla_cli_require_option (option_url, "url", error)
      || !bulla_cli_require_option (option_content, "content", error)
      || !bulla_cli_check_output (out, option_force, error)
      || !bulla_cli_parse_date (option_date, &date, error) || !get_signer (&signer, date, error))
    return BULLA_EXIT_FAILED;
  g_autofree char *chain_path = get_chain_path (&signer, out);
  if (chain_path != NULL && !bulla_cli_check_absent (chain_path, option_force, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaExchangeWriter) writer = prepare (&signer, date, error);
  if (writer == NULL || !write_exchange (writer, &signer, date, out, error)
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
    {NULL},
};

const BullaVerb bulla_verb_create_exchange = {
    .name = "exchange",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Sign a response, so that anyone can deliver it"),
    .description = N_ (
        "Writes application/signed-exchange;v=b3. With --authority a certificate is issued for "
        "the host of the URL, and its chain is put into the package as a data URL, or written "
        "beside it as OUT.cbor if --cert-url says where it will be served. The body may be of "
        "any size.\n\n"
        "What was made is judged before it is written. What verification would refuse, whoever "
        "is trusted, is not written: the broken rules are named, and the exit status is 2. With "
        "--ignore-errors it is written with warnings."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_create_exchange,
};
