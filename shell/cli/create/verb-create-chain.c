/* verb-create-chain.c - bulla create chain: makes a certificate chain for signing
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-chain-members.h"
#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-chain-next.h"
#include "bulla-cli-chain-parts.h"
#include "bulla-cli-chain.h"
#include "bulla-cli-create.h"
#include "bulla-cli-files.h"
#include "bulla-cli-next.h"
#include "bulla-cli-pem.h"
#include "bulla-cli-print.h"
#include "bulla-cli-review.h"
#include "bulla-cli-signing-dates.h"
#include "bulla-cli-verify-command.h"
#include "bulla-cli-write.h"
#include "bulla-printable.h"
#include "write/bulla-authority.h"
#include "write/bulla-chain-writer.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define SYNOPSIS N_ ("OUT.cbor")
#define DAYS_DEFAULT 90
#define DAYS_MAX 3650
#define OCSP_DAYS_DEFAULT 6
#define SECONDS_PER_DAY 86400

static char *option_authority;
static char **option_hosts;
static int option_days = DAYS_DEFAULT;
static int option_ocsp_days = OCSP_DAYS_DEFAULT;
static char *option_status;
static char *option_sct_in;
static gboolean option_delegated;
static gboolean option_tls;
static char *option_date;
static char *option_certificate;
static char *option_ocsp;
static char **option_scts;
static char *option_certificate_out;
static char *option_key_out;
static gboolean option_force;
static gboolean option_ignore_errors;

static const GOptionEntry OPTIONS[] = {
    {"authority", 'a', 0, G_OPTION_ARG_FILENAME, &option_authority,
     N_ ("The issuing authority: a folder made by “bulla create authority”"), N_ ("FOLDER")},
    {"certificate", 'c', 0, G_OPTION_ARG_FILENAME, &option_certificate,
     N_ ("Use these certificates, the leaf first, instead of issuing new ones"), N_ ("PEM")},
    {"ocsp", 0, 0, G_OPTION_ARG_FILENAME, &option_ocsp,
     N_ ("With --certificate: the OCSP response, in DER or PEM; “fetch” asks the responder"),
     N_ ("FILE|fetch")},
    {"sct", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_scts,
     N_ ("With --certificate: a log’s timestamp or a list of them, also in base64 or as the log "
         "answers, in JSON; may be repeated"),
     N_ ("FILE")},
    {"host", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &option_hosts,
     N_ ("A host name or IP address the certificate is for; may be repeated"), N_ ("HOST")},
    {"days", 0, 0, G_OPTION_ARG_INT, &option_days,
     N_ ("Days of validity (default: 90, which is the maximum for packages)"), N_ ("N")},
    {"ocsp-days", 0, 0, G_OPTION_ARG_INT, &option_ocsp_days,
     N_ ("Days until the next OCSP response (default: 6; packages require less than 7)"), N_ ("N")},
    {"status", 0, 0, G_OPTION_ARG_STRING, &option_status,
     N_ ("The status in the OCSP response: good, revoked or unknown (default: good)"),
     N_ ("STATUS")},
    {"delegated-responder", 0, 0, G_OPTION_ARG_NONE, &option_delegated,
     N_ ("Sign the OCSP response with a delegated responder"), NULL},
    {"sct-in", 0, 0, G_OPTION_ARG_STRING, &option_sct_in,
     N_ ("Place of the log’s timestamp: chain, certificate or ocsp (default: chain)"),
     N_ ("WHERE")},
    {"tls", 0, 0, G_OPTION_ARG_NONE, &option_tls,
     N_ ("Issue an ordinary TLS certificate, which cannot sign exchanges"), NULL},
    {"date", 0, 0, G_OPTION_ARG_STRING, &option_date,
     N_ ("Valid from one hour before this time: Unix seconds or ISO 8601 (default: now)"),
     N_ ("TIME")},
    {"certificate-out", 0, 0, G_OPTION_ARG_FILENAME, &option_certificate_out,
     N_ ("File for the certificates in PEM (default: OUT.pem)"), N_ ("FILE")},
    {"key-out", 0, 0, G_OPTION_ARG_FILENAME, &option_key_out,
     N_ ("File for the private key, with mode 0600 (default: OUT.key)"), N_ ("FILE")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace existing files"), NULL},
    BULLA_CLI_REVIEW_ENTRIES (&option_ignore_errors),
    BULLA_CLI_NETWORK_ENTRIES,
    BULLA_CLI_TIMEOUT_ENTRY,
    {NULL},
};

/* Reads the options. @issue, @respond: (out) */
static gboolean
parse_flags (BullaIssueFlags *issue, BullaRespondFlags *respond, GError **error)
{
  static const char *const STATUSES[] = {"good", "revoked", "unknown", NULL};
  static const BullaRespondFlags STATUS_FLAGS[] = {BULLA_RESPOND_GOOD, BULLA_RESPOND_REVOKED,
                                                   BULLA_RESPOND_UNKNOWN};
  static const char *const PLACES[] = {"chain", "certificate", "ocsp", NULL};
  int status, place;

  if (!bulla_cli_parse_choice (option_status, "status", STATUSES, &status, error)
      || !bulla_cli_parse_choice (option_sct_in, "sct-in", PLACES, &place, error))
    return FALSE;
  *issue = (option_tls ? BULLA_ISSUE_TLS_SERVER : BULLA_ISSUE_SIGN_EXCHANGES)
           | (place == 1 ? BULLA_ISSUE_EMBED_SCT : 0);
  *respond = STATUS_FLAGS[status] | (option_delegated ? BULLA_RESPOND_DELEGATED : 0)
             | (place == 2 ? BULLA_RESPOND_EMBED_SCT : 0);
  return TRUE;
}

/* Names the host that was meant: that of a URL, without a port, and in ASCII. */
static void
refuse_host (const char *host, GError **error)
{
  g_autofree char *url = strstr (host, "://") != NULL ? bulla_cli_dup_url_replacement (host)
                                                      : g_strconcat ("https://", host, "/", NULL);
  g_autofree char *better = url != NULL ? bulla_cli_dup_url_replacement (url) : NULL;
  g_autoptr (GUri) uri = g_uri_parse (better != NULL ? better
                                      : url != NULL  ? url
                                                     : host,
                                      G_URI_FLAGS_ENCODED, NULL);
  const char *meant = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (meant != NULL && *meant != '\0' && strcmp (meant, host) != 0)
    bulla_cli_usage_error (error, _ ("“%s” is not a host name; use %s instead"), host, meant);
  else
    bulla_cli_usage_error (error, _ ("“%s” is not a host name"), host);
}

static gboolean
check_hosts (GError **error)
{
  for (size_t i = 0; option_hosts[i] != NULL; i++) {
    const char *host = option_hosts[i];
    size_t length = strlen (host);
    if (length == 0 || length > 253
        || strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*:")
               < length
        || host[length - 1] == '.'
        || (strchr (host, ':') != NULL && !g_hostname_is_ip_address (host))) {
      refuse_host (host, error);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_days (GError **error)
{
  if (option_days < 1 || option_days > DAYS_MAX || option_ocsp_days < 1
      || option_ocsp_days > DAYS_MAX) {
    bulla_cli_usage_error (error, _ ("the number of days must be between 1 and %d"), DAYS_MAX);
    return FALSE;
  }
  return TRUE;
}

/* Judges the chain before anything is written. */
static gboolean
review_chain (GBytes *chain, int64_t date, const char *path, GError **error)
{
  int64_t now = g_get_real_time () / G_USEC_PER_SEC;
  BullaCliReview review = {.name = path,
                           .skipped = option_tls ? BULLA_REVIEW_TLS : BULLA_REVIEW_ALL,
                           .at = MAX (now, date),
                           .ignore_errors = option_ignore_errors};

  return bulla_cli_review_chain (&review, chain, error);
}

/* Removes a new file, because one that belongs to it could not be written. What replaced another
 * file stays: the new key and certificates belong together, and the earlier ones are gone. */
static void
remove_new_file (const char *path)
{
  if (!option_force)
    g_unlink (path);
}

/* Writes the three files. The key comes first: without it the others are useless. When one cannot
 * be written, new ones before it are removed. */
static gboolean
write_files (const char *const *paths, GBytes *chain, BullaCredential *leaf, GError **error)
{
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (leaf);
  g_autofree char *key = bulla_credential_dup_private_key_pem (leaf);

  if (!bulla_cli_write_file (paths[2], key, strlen (key), BULLA_CLI_SECRET_MODE, error))
    return FALSE;
  if (!bulla_cli_write_file (paths[1], certificates, strlen (certificates), BULLA_CLI_PUBLIC_MODE,
                             error)) {
    remove_new_file (paths[2]);
    return FALSE;
  }
  if (bulla_cli_write_file (paths[0], g_bytes_get_data (chain, NULL), g_bytes_get_size (chain),
                            BULLA_CLI_PUBLIC_MODE, error))
    return TRUE;
  remove_new_file (paths[1]);
  remove_new_file (paths[2]);
  return FALSE;
}

/* Issues the certificate, and makes its files. */
static gboolean
write_all (BullaAuthority *authority, int64_t date, const char *const *paths, GError **error)
{
  BullaIssueFlags issue;
  BullaRespondFlags respond;
  int64_t from = date - BULLA_CLI_BACKDATE;

  if (!parse_flags (&issue, &respond, error))
    return FALSE;
  g_autoptr (BullaCredential) leaf = bulla_authority_issue (
      authority, (const char *const *)option_hosts, from, option_days, issue, error);
  if (leaf == NULL)
    return FALSE;
  g_autoptr (GBytes) chain = bulla_authority_write_chain (
      authority, leaf, from, from + (int64_t)option_ocsp_days * SECONDS_PER_DAY - 1, respond,
      error);
  if (chain == NULL || !review_chain (chain, date, paths[0], error))
    return FALSE;
  return write_files (paths, chain, leaf, error);
}

/* Checks that none of the three files replaces another of them. */
static gboolean
check_distinct (const char *const *paths, GError **error)
{
  for (size_t i = 0; i < 3; i++) {
    g_autofree char *one = g_canonicalize_filename (paths[i], NULL);
    g_autofree char *other = g_canonicalize_filename (paths[(i + 1) % 3], NULL);

    if (strcmp (one, other) == 0) {
      bulla_cli_usage_error (
          error, _ ("the chain, the certificates and the key need different files, not “%s” twice"),
          paths[i]);
      return FALSE;
    }
  }
  return TRUE;
}

static void
print_next_of_parts (GBytes *chain, const char *out, int64_t date)
{
  const BullaCliVerifyCommand made = {
      .files = {option_certificate, NULL},
      .chain = chain,
      .date = date,
  };
  g_autofree char *command = bulla_cli_dup_verify_command (&made);
  g_autofree char *word = bulla_cli_dup_word (out);
  g_autofree char *line = command != NULL ? g_strconcat (command, " ", word, NULL) : NULL;

  bulla_cli_print (_ ("Wrote %s\n"), out);
  bulla_cli_print (_ ("Serve %s as application/cert-chain+cbor.\n"), out);
  bulla_cli_print_next (line);
}

/* Returns: (nullable): a given option that belongs to a new certificate */
static const char *
find_option_of_issue (void)
{
  const struct {
    const char *name;
    gboolean given;
  } options[] = {
      {"authority", option_authority != NULL}, {"host", option_hosts != NULL},
      {"days", option_days != DAYS_DEFAULT},   {"ocsp-days", option_ocsp_days != OCSP_DAYS_DEFAULT},
      {"status", option_status != NULL},       {"delegated-responder", option_delegated},
      {"sct-in", option_sct_in != NULL},       {"certificate-out", option_certificate_out != NULL},
      {"key-out", option_key_out != NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].given)
      return options[i].name;
  return NULL;
}

/* Says whether the chain may be made of the certificates: the leaf must be the first, and its
 * issuer must be there, or the OCSP response cannot be judged. */
static gboolean
check_order (GError **error)
{
  g_autofree char *pem = bulla_cli_read_certificates (option_certificate, error);
  g_autoptr (GBytes) chain = pem != NULL ? bulla_chain_write (pem, NULL, NULL, error) : NULL;
  g_autoptr (GPtrArray) members = chain != NULL ? bulla_chain_members_read (chain, error) : NULL;

  if (members == NULL) {
    if (pem != NULL)
      bulla_cli_prefix_path (error, option_certificate);
    return FALSE;
  }
  g_autofree char *shown = bulla_cli_chain_dup_mistake (chain);
  if (shown == NULL)
    return TRUE;
  if (option_ignore_errors) {
    bulla_cli_print_error (_ ("Warning: %s\n"), shown);
    return TRUE;
  }
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "%s: %s", option_certificate, shown);
  return FALSE;
}

/* Makes the chain of what an authority gave; writes no other file. */
static BullaCliExit
create_of_parts (const char *out, GError **error)
{
  const BullaCliChainParts parts = {option_certificate, option_ocsp, option_scts,
                                    option_ignore_errors};
  const char *other = find_option_of_issue ();
  int64_t date = 0;

  if (other != NULL) {
    bulla_cli_usage_error (error, _ ("--certificate cannot be combined with --%s"), other);
    return BULLA_EXIT_FAILED;
  }
  if (!bulla_cli_check_output (out, option_force, error)
      || !bulla_cli_parse_date (option_date, &date, error) || !check_order (error))
    return BULLA_EXIT_FAILED;
  g_autoptr (GBytes) chain = bulla_cli_chain_parts_write (&parts, error);
  if (chain == NULL || !review_chain (chain, date, out, error)
      || !bulla_cli_write_bytes (out, chain, option_force, error))
    return BULLA_EXIT_FAILED;
  if (strcmp (out, "-") != 0)
    print_next_of_parts (chain, out, date);
  return BULLA_EXIT_FINE;
}

static BullaCliExit
run_create_chain (char **arguments, GError **error)
{
  int64_t date;

  if (!bulla_cli_require_arguments (arguments, 1, SYNOPSIS, error))
    return BULLA_EXIT_FAILED;
  if (option_certificate != NULL)
    return create_of_parts (arguments[0], error);
  if (option_ocsp != NULL || option_scts != NULL) {
    bulla_cli_usage_error (error, _ ("--ocsp and --sct need --certificate"));
    return BULLA_EXIT_FAILED;
  }
  if (!bulla_cli_require_option (option_authority, "authority", error)
      || !bulla_cli_require_option (option_hosts, "host", error) || !check_hosts (error)
      || !check_days (error) || !bulla_cli_parse_date (option_date, &date, error))
    return BULLA_EXIT_FAILED;
  g_autofree char *certificate = option_certificate_out != NULL
                                     ? g_strdup (option_certificate_out)
                                     : bulla_cli_replace_suffix (arguments[0], ".cbor", ".pem");
  g_autofree char *key = option_key_out != NULL
                             ? g_strdup (option_key_out)
                             : bulla_cli_replace_suffix (arguments[0], ".cbor", ".key");
  const char *const paths[] = {arguments[0], certificate, key};
  if (strcmp (arguments[0], "-") == 0) {
    bulla_cli_usage_error (error, _ ("with --authority three files are written; name the chain"));
    return BULLA_EXIT_FAILED;
  }
  if (!check_distinct (paths, error))
    return BULLA_EXIT_FAILED;
  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    if (!bulla_cli_check_absent (paths[i], option_force, error))
      return BULLA_EXIT_FAILED;

  g_autoptr (BullaAuthority) authority = bulla_authority_load (option_authority, error);
  if (authority == NULL || !write_all (authority, date, paths, error))
    return BULLA_EXIT_FAILED;
  bulla_cli_print (_ ("Serve %s as application/cert-chain+cbor.\n"), arguments[0]);
  const BullaCliChainNext next = {paths[0], paths[1], paths[2], (const char *const *)option_hosts,
                                  date};
  if (!option_tls && !bulla_cli_review_has_warned ())
    bulla_cli_print_chain_next (&next);
  return BULLA_EXIT_FINE;
}

static const BullaExample EXAMPLES[] = {
    {"bulla create chain --certificate fullchain.pem --ocsp fetch chain.cbor",
     N_ ("Make the chain of a certificate from an authority, with a fresh OCSP response:")},
    {"bulla create authority my-authority", N_ ("Make a test authority:")},
    {"bulla create chain --authority my-authority --host example.com chain.cbor",
     N_ ("Issue a certificate and its chain from it:")},
    {"bulla create exchange --certificate chain.pem --private-key chain.key"
     " --url https://example.com/ --cert-url https://example.com/chain.cbor"
     " --content index.html page.sxg",
     N_ ("Sign a page with it:")},
    {NULL},
};

const BullaVerb bulla_verb_create_chain = {
    .name = "chain",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Make the chain that a cert-url serves, from existing or new certificates"),
    .description =
        N_ ("Writes the resource that a cert-url serves: the certificates, an OCSP response and a "
            "timestamp of the authority’s log, as application/cert-chain+cbor. Also writes the "
            "certificates in PEM and the private key, which “bulla create exchange” needs.\n\n"
            "With --certificate, the chain is made from what an authority issued: certificates in "
            "PEM, an OCSP response, and timestamps, unless the certificate or the response "
            "contains them. Only the chain is written. The leaf must be the first certificate, and "
            "that of its issuer must follow; otherwise the command says which is missing, in the "
            "wrong place or there twice.\n\n"
            "The chain is judged before it is written. A chain that fails verification, whatever "
            "authorities are trusted, is not written: the failed rules are listed, and the exit "
            "status is 2. With --ignore-errors it is written with warnings. --tls skips the rules "
            "on certificates for exchanges."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_create_chain,
};
