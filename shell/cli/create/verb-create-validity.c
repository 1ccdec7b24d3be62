/* verb-create-validity.c - bulla create validity: makes what a validity URL serves
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"
#include "bulla-cli-files.h"
#include "bulla-cli-key.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-cli-signatures.h"
#include "bulla-cli-signing-dates.h"
#include "bulla-cli-validity-review.h"
#include "bulla-cli-write.h"
#include "bulla-printable.h"
#include "bulla-validity.h"
#include "write/bulla-validity-writer.h"

#include <glib/gi18n.h>
#include <string.h>

#define SYNOPSIS N_ ("OUT")
#define LIFETIME_DEFAULT 604800 /* seconds of validity: 7 days, the most allowed */
#define EXPIRES_MAX (3650 * G_GINT64_CONSTANT (86400)) /* most seconds from the date */

static char **option_from;
static char *option_exchange;
static char *option_certificate;
static char *option_private_key;
static char *option_date;
static char *option_expires;
static char *option_update_size;
static gboolean option_update, option_force, option_quiet, option_ignore_errors;

static const GOptionEntry OPTIONS[] = {
    {"from", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_from,
     N_ ("Take the signatures of this newer package; may be repeated"), N_ ("SXG")},
    {"exchange", 0, 0, G_OPTION_ARG_FILENAME, &option_exchange,
     N_ ("Sign the headers of this package anew"), N_ ("SXG")},
    {"certificate", 'c', 0, G_OPTION_ARG_FILENAME, &option_certificate,
     N_ ("Sign with this certificate; its issuers may follow it"), N_ ("PEM")},
    {"private-key", 'k', 0, G_OPTION_ARG_FILENAME, &option_private_key,
     N_ ("The certificate’s private key"), N_ ("PEM")},
    BULLA_CLI_PASSPHRASE_ENTRY,
    {"date", 0, 0, G_OPTION_ARG_STRING, &option_date,
     N_ ("Valid from this time: Unix seconds or ISO 8601 (default: now)"), N_ ("TIME")},
    {"expires", 0, 0, G_OPTION_ARG_STRING, &option_expires,
     N_ ("Valid until this time, or for this long, such as 12h (default, and at most: 7d)"),
     N_ ("TIME")},
    {"update", 0, 0, G_OPTION_ARG_NONE, &option_update,
     N_ ("Announce a newer version of the package at its URL"), NULL},
    {"update-size", 0, 0, G_OPTION_ARG_STRING, &option_update_size,
     N_ ("Announce it with this size in bytes"), N_ ("BYTES")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace an existing file"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing on standard output"),
     NULL},
    BULLA_CLI_REVIEW_ENTRIES (&option_ignore_errors),
    {NULL},
};

/* What is written, and the validity URL that all signatures name. */
typedef struct {
  GPtrArray *signatures; /* owned; of GBytes */
  char *url;             /* owned; NULL before the first signature */
  gint64 update_size;    /* bytes; -1 if it is not stated */
} Draft;

static void
draft_clear (Draft *self)
{
  g_clear_pointer (&self->signatures, g_ptr_array_unref);
  g_free (self->url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, draft_clear)

static gboolean
take_url (Draft *self, const char *path, const char *url, GError **error)
{
  if (url == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s has a signature without a validity-url"), path);
    return FALSE;
  }
  if (self->url != NULL && strcmp (self->url, url) != 0) {
    g_autofree char *one = bulla_printable_dup (self->url);
    g_autofree char *other = bulla_printable_dup (url);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s names the validity URL %s, the signatures before it name %s; "
                    "make one file for each URL"),
                 path, other, one);
    return FALSE;
  }
  if (self->url == NULL)
    self->url = g_strdup (url);
  return TRUE;
}

static gboolean
add_from (Draft *self, const char *path, GError **error)
{
  g_autoptr (BullaCliSignatures) source = bulla_cli_signatures_read (path, error);

  if (source == NULL)
    return FALSE;
  for (guint i = 0; i < source->members->len; i++) {
    if (!take_url (self, path, bulla_cli_signatures_get_text (source, i, "validity-url"), error))
      return FALSE;
    g_ptr_array_add (self->signatures, bulla_cli_signatures_dup_member (source, i));
  }
  return TRUE;
}

static BullaCredential *
read_credential (GError **error)
{
  if (!bulla_cli_require_option (option_certificate, "certificate", error)
      || !bulla_cli_require_option (option_private_key, "private-key", error))
    return NULL;
  return bulla_cli_read_credential (option_certificate, option_private_key, error);
}

static GBytes *
dup_span (BullaSpan span)
{
  return g_bytes_new (span.data, span.length);
}

/* Signs the headers of an exchange anew, with the URLs of its first signature. @out: the file to be
 * written, for messages */
static gboolean
add_signed (Draft *self, const char *out, GError **error)
{
  int64_t date, expires;

  if (!bulla_cli_parse_date (option_date, &date, error))
    return FALSE;
  expires = date + LIFETIME_DEFAULT;
  if (option_expires != NULL
      && !bulla_cli_parse_end ("expires", option_expires, date, 1, date + EXPIRES_MAX, &expires,
                               error))
    return FALSE;
  g_autoptr (BullaCredential) credential = read_credential (error);
  g_autoptr (BullaCliSignatures) source =
      credential != NULL ? bulla_cli_signatures_read (option_exchange, error) : NULL;
  if (source == NULL)
    return FALSE;
  const char *validity_url = bulla_cli_signatures_get_text (source, 0, "validity-url");
  if (!take_url (self, option_exchange, validity_url, error))
    return FALSE;
  g_autoptr (GBytes) url = dup_span (bulla_sxg_reader_get_url (source->reader));
  g_autoptr (GBytes) headers = dup_span (bulla_sxg_reader_get_headers (source->reader));
  const BullaNewSignature plan = {
      .url = url,
      .headers = headers,
      .cert_url = bulla_cli_signatures_get_text (source, 0, "cert-url"),
      .validity_url = validity_url,
      .date = date,
      .expires = expires,
      .unchecked = TRUE, /* the engine judges what was written */
  };
  GBytes *signature = bulla_new_signature_write (&plan, credential, error);
  if (signature == NULL) {
    bulla_cli_prefix_path (error, option_exchange);
    return FALSE;
  }
  g_ptr_array_add (self->signatures, signature);
  BullaCliReview review = {.name = out,
                           .at = MAX (g_get_real_time () / G_USEC_PER_SEC, date),
                           .ignore_errors = option_ignore_errors};
  return bulla_cli_review_new_signature (source, signature, credential, &review, error);
}

static gboolean
check_options (Draft *self, GError **error)
{
  if (option_exchange == NULL
      && (option_certificate != NULL || option_private_key != NULL || option_date != NULL
          || option_expires != NULL)) {
    bulla_cli_usage_error (
        error, _ ("--certificate, --private-key, --date and --expires need --exchange"));
    return FALSE;
  }
  self->update_size = -1;
  if (option_update_size == NULL)
    return TRUE;
  option_update = TRUE;
  if (g_ascii_string_to_signed (option_update_size, 10, 0, G_MAXINT64, &self->update_size, NULL))
    return TRUE;
  bulla_cli_usage_error (error, _ ("--update-size: “%s” is not a number of bytes"),
                         option_update_size);
  return FALSE;
}

/* Bulla itself has to be able to read what it wrote. */
static gboolean
check_written (GBytes *bytes, GError **error)
{
  g_autoptr (BullaValidity) read = bulla_validity_parse (bytes, error);

  if (read == NULL)
    g_prefix_error (error, "%s: ", _ ("the signatures do not fit into validity data"));
  return read != NULL;
}

static gboolean
place (GBytes *bytes, const char *path, GError **error)
{
  if (!bulla_cli_write_bytes (path, bytes, option_force, error))
    return FALSE;
  if (strcmp (path, "-") != 0 && !option_quiet)
    bulla_cli_print (_ ("Wrote %s\n"), path);
  return TRUE;
}

static void
print_hints (const Draft *self, const char *path)
{
  if (self->signatures->len == 0)
    bulla_cli_print_error (
        "bulla: %s\n",
        _ ("warning: without signatures this says that the version is withdrawn; a profile with "
           "trust.validity-empty = refuse then rejects the package"));
  if (strcmp (path, "-") == 0 || option_quiet)
    return;
  if (self->url != NULL) {
    g_autofree char *url = bulla_printable_dup (self->url);
    bulla_cli_print (_ ("Serve it as application/cbor at %s\n"), url);
  } else {
    bulla_cli_print (_ ("Serve it as application/cbor at the validity-url of the package\n"));
  }
}

static BullaCliExit
run_create_validity (char **arguments, GError **error)
{
  g_auto (Draft)
      draft = {.signatures = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref)};

  if (!bulla_cli_require_arguments (arguments, 1, SYNOPSIS, error) || !check_options (&draft, error)
      || !bulla_cli_check_output (arguments[0], option_force, error))
    return BULLA_EXIT_FAILED;
  for (guint i = 0; option_from != NULL && option_from[i] != NULL; i++)
    if (!add_from (&draft, option_from[i], error))
      return BULLA_EXIT_FAILED;
  if (option_exchange != NULL && !add_signed (&draft, arguments[0], error))
    return BULLA_EXIT_FAILED;
  g_autoptr (GBytes) bytes =
      bulla_validity_write (draft.signatures, option_update, draft.update_size);
  if (!check_written (bytes, error) || !place (bytes, arguments[0], error))
    return BULLA_EXIT_FAILED;
  print_hints (&draft, arguments[0]);
  return BULLA_EXIT_FINE;
}

static const BullaExample EXAMPLES[] = {
    {"bulla create validity --from newer.sxg resource.validity",
     N_ ("Serve the signatures of a newer package to those who have an older one:")},
    {"bulla create validity --exchange page.sxg --certificate chain.pem --private-key chain.key"
     " resource.validity",
     N_ ("Sign a package for seven more days, without delivering it again:")},
    {"bulla create validity --from page.sxg --update --update-size 120000 resource.validity",
     N_ ("Announce that the package has a newer version of about 120 kB:")},
    {"bulla create validity resource.validity", N_ ("Withdraw a version:")},
    {NULL},
};

const BullaVerb bulla_verb_create_validity = {
    .name = "validity",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Make the validity data that extends, updates or withdraws a package"),
    .description =
        N_ ("A signature names a validity URL, where the publisher serves newer signatures for the "
            "same content. All signatures in one file must name the same validity URL. Without "
            "signatures the file says that the publisher no longer vouches for this version. "
            "“-” is standard output; bulla inspect shows such a file.\n\n"
            "The package is judged with the signature that --exchange makes: what verification "
            "would refuse, whoever is trusted, such as a certificate for another host or more than "
            "seven days, is not written, and the exit status is 2. With --ignore-errors it is "
            "written with warnings."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_create_validity,
};
