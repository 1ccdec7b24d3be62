/* verb-create-bundle.c - bulla create bundle: makes a web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-bundle-sign.h"
#include "bulla-cli-create.h"
#include "bulla-cli-key.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-next.h"
#include "bulla-cli-print.h"
#include "bulla-cli-recording.h"
#include "bulla-cli-review.h"
#include "bulla-cli-signing-dates.h"
#include "bulla-cli-variant-group.h"
#include "bulla-cli-write.h"
#include "bulla-printable.h"
#include "bulla-settings.h"
#include "write/bulla-merkle-writer.h"

#define SYNOPSIS N_ ("OUT.wbn")

static char *option_dir;
static char *option_base_url;
static char **option_har;
static char **option_warc;
static char **option_mhtml;
static char *option_urls;
static char *option_format;
static char *option_primary;
static char *option_manifest;
static char *option_variants;
static char *option_languages;
static char *option_index;
static char **option_headers;
static int option_content_max = -1; /* MiB */
static char *option_out;
static gboolean option_hidden;
static gboolean option_ignore_errors;
static gboolean option_no_primary;
static gboolean option_force;
static BullaCliBundleSignOptions option_sign = {.signer.record_size =
                                                    BULLA_MERKLE_RECORD_SIZE_DEFAULT};

static const GOptionEntry OPTIONS[] = {
    {"dir", 'd', 0, G_OPTION_ARG_FILENAME, &option_dir,
     N_ ("Bundle the files of this folder, as published at --base-url"), N_ ("FOLDER")},
    {"base-url", 'b', 0, G_OPTION_ARG_STRING, &option_base_url,
     N_ ("The URL of the folder; “/” makes relative URLs, for an isolated app"), N_ ("URL")},
    {"har", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_har,
     N_ ("Bundle the responses that a browser recorded; may be repeated"), N_ ("FILE")},
    {"warc", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_warc,
     N_ ("Bundle the responses of a web archive: WARC, compressed or not, or WACZ; may be "
         "repeated"),
     N_ ("FILE")},
    {"mhtml", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_mhtml,
     N_ ("Bundle the parts of a page that a browser saved as MHTML; may be repeated"), N_ ("FILE")},
    {"urls", 0, 0, G_OPTION_ARG_FILENAME, &option_urls,
     N_ ("Fetch the https URLs of this list, one per line; “-” reads standard input"), N_ ("FILE")},
    {"content-max", 0, 0, G_OPTION_ARG_INT, &option_content_max,
     N_ ("Take at most this much content from --warc or --urls, in MiB (default, and at most: "
         "1024)"),
     N_ ("MIB")},
    {"format", 0, 0, G_OPTION_ARG_STRING, &option_format, N_ ("The format: b1 or b2 (default: b2)"),
     N_ ("FORMAT")},
    {"primary", 'p', 0, G_OPTION_ARG_STRING, &option_primary,
     N_ ("The primary URL (default: the folder’s, the first page, or the first URL)"), N_ ("URL")},
    {"no-primary", 0, 0, G_OPTION_ARG_NONE, &option_no_primary,
     N_ ("Write no primary URL; only in b2"), NULL},
    BULLA_CLI_VARIANTS_ENTRIES (&option_variants, &option_languages),
    {"manifest", 'm', 0, G_OPTION_ARG_STRING, &option_manifest,
     N_ ("The URL of the web app manifest; only in b1"), N_ ("URL")},
    {"index", 0, 0, G_OPTION_ARG_STRING, &option_index,
     N_ ("The URL of a folder delivers index.html; what the URL of index.html itself does: "
         "redirect, alias or file (default: redirect)"),
     N_ ("HOW")},
    {"hidden", 0, 0, G_OPTION_ARG_NONE, &option_hidden,
     N_ ("Include files whose names begin with a dot"), NULL},
    {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &option_headers,
     N_ ("Set this header, as “Name: value”, in every response; may be repeated"), N_ ("HEADER")},
    {"ignore-errors", 0, 0, G_OPTION_ARG_NONE, &option_ignore_errors,
     N_ ("Write the bundle without URLs that fail or whose content is damaged, and also if "
         "verification would refuse it, with a warning"),
     NULL},
    {"profile", 0, 0, G_OPTION_ARG_STRING, &bulla_cli_loader_options.profile,
     N_ ("Judge what is written by this profile: a name or a file (default: draft-b3)"),
     N_ ("PROFILE")},
    BULLA_CLI_SUBSET_SIGN_ENTRIES (option_sign, 's', 'c', 'k'),
    BULLA_CLI_PASSPHRASE_ENTRY,
    BULLA_CLI_NETWORK_ENTRIES,
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_SEND_HEADER_ENTRY,
    BULLA_CLI_TRUST_ENTRIES,
    {"out", 'o', 0, G_OPTION_ARG_FILENAME, &option_out,
     N_ ("Write to this file, instead of OUT.wbn; “-” is standard output"), N_ ("FILE")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace an existing file"), NULL},
    {NULL},
};

/* Reads the options. @format, @rule: (out) */
static gboolean
parse_choices (BullaBundleFormat *format, BullaCliIndexRule *rule, GError **error)
{
  static const char *const FORMATS[] = {"b2", "b1", NULL};
  static const char *const RULES[] = {"redirect", "alias", "file", NULL};
  int which_format, which_rule;

  if (!bulla_cli_parse_choice (option_format, "format", FORMATS, &which_format, error)
      || !bulla_cli_parse_choice (option_index, "index", RULES, &which_rule, error))
    return FALSE;
  *format = which_format == 0 ? BULLA_BUNDLE_FORMAT_B2 : BULLA_BUNDLE_FORMAT_B1;
  *rule = (BullaCliIndexRule)which_rule;
  return TRUE;
}

static gboolean
check_sources (BullaBundleFormat format, GError **error)
{
  const char *base = option_base_url;
  gboolean relative = base != NULL && base[0] == '/';
  gboolean from_folder = option_dir != NULL || option_variants != NULL;

  if ((option_dir != NULL || option_variants != NULL) + (option_har != NULL) + (option_warc != NULL)
          + (option_mhtml != NULL) + (option_urls != NULL)
      != 1)
    bulla_cli_usage_error (
        error, _ ("name one source: --dir, --variants, --har, --warc, --mhtml or --urls"));
  else if (option_variants != NULL && format == BULLA_BUNDLE_FORMAT_B2)
    bulla_cli_usage_error (error, _ ("b2 has no variants; add --format b1"));
  else if (from_folder && base == NULL)
    bulla_cli_usage_error (error, _ ("the option --base-url is missing; give the URL at which the "
                                     "folder is published, or “/” for relative URLs"));
  else if (!from_folder && base != NULL)
    bulla_cli_usage_error (error, _ ("--base-url requires --dir or --variants"));
  else if (base != NULL && !bulla_cli_check_folder_url (base, error))
    return FALSE;
  else if (base != NULL && !relative && g_uri_peek_scheme (base) == NULL)
    bulla_cli_usage_error (error, _ ("“%s” is neither a URL nor a path"), base);
  else if (relative && format == BULLA_BUNDLE_FORMAT_B1)
    bulla_cli_usage_error (error,
                           _ ("b1 does not allow relative URLs; give a whole URL as --base-url"));
  else if (option_no_primary && (option_primary != NULL || format == BULLA_BUNDLE_FORMAT_B1))
    bulla_cli_usage_error (error, _ ("--no-primary cannot be combined with --primary or with b1"));
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_content_max (GError **error)
{
  if (option_content_max == -1)
    return TRUE;
  if (option_warc == NULL && option_urls == NULL)
    bulla_cli_usage_error (error, _ ("--content-max requires --warc or --urls"));
  else if (option_content_max < 1 || option_content_max > BULLA_CLI_CONTENT_MAX)
    bulla_cli_usage_error (error, _ ("--content-max takes a number of MiB from 1 to %d"),
                           BULLA_CLI_CONTENT_MAX);
  else
    return TRUE;
  return FALSE;
}

/* Finds what the index may have and how its URLs are read, before anything is read. */
static gboolean
take_index_rules (BullaCliResources *resources, GError **error)
{
  g_autoptr (BullaProfile) profile =
      bulla_cli_load_profile (bulla_cli_loader_options.profile, FALSE, error);

  if (profile == NULL)
    return FALSE;
  resources->url_reading = bulla_profile_get_settings (profile)->url_reading;
  resources->index_max = option_ignore_errors
                             ? BULLA_BUNDLE_SECTION_CAP
                             : (guint64)bulla_profile_get_settings (profile)->section_max;
  return TRUE;
}

static gboolean
gather (BullaCliResources *resources, BullaCliIndexRule rule, GError **error)
{
  if (option_content_max != -1)
    resources->content_max = (guint)option_content_max;
  if (option_dir != NULL || option_variants != NULL) {
    const BullaCliFolderOptions options = {.rule = rule,
                                           .hidden = option_hidden,
                                           .languages = option_languages,
                                           .keeps_content = TRUE};
    g_autofree char *typed = option_base_url;
    option_base_url = bulla_cli_normalise_url (typed);
    if (strcmp (typed, option_base_url) != 0)
      bulla_cli_print_error (_ ("Note: the base URL is %s, as browsers request it.\n"),
                             option_base_url);
    return bulla_cli_resources_add_source (resources, option_dir, option_variants, option_base_url,
                                           &options, error);
  }
  resources->goes_on = option_ignore_errors;
  if (option_har != NULL)
    return bulla_cli_resources_add_har (resources, option_har, error);
  if (option_warc != NULL)
    return bulla_cli_resources_add_warc (resources, option_warc, error);
  if (option_mhtml != NULL)
    return bulla_cli_resources_add_mhtml (resources, option_mhtml, error);
  return bulla_cli_resources_add_urls (resources, option_urls, error);
}

/* Says whether the index will contain @url, directly or as an alias. */
static gboolean
is_in_index (const BullaCliResources *resources, const char *url)
{
  if (bulla_cli_resources_find (resources, url) != NULL)
    return TRUE;
  for (guint i = 0; i < resources->list->len; i++) {
    const BullaCliResource *resource = g_ptr_array_index (resources->list, i);
    if (g_strcmp0 (resource->alias, url) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full) (nullable): @url as in the index; @url may be relative to --base-url */
static char *
find_url (const BullaCliResources *resources, const char *url, const char *option, GError **error)
{
  g_autofree char *alone = bulla_cli_normalise_url (url);
  g_autofree char *whole =
      option_base_url != NULL ? g_strconcat (option_base_url, alone, NULL) : NULL;

  if (is_in_index (resources, alone))
    return g_steal_pointer (&alone);
  if (whole != NULL && is_in_index (resources, whole))
    return g_steal_pointer (&whole);
  bulla_cli_usage_error (error, _ ("--%s: “%s” is not in the bundle"), option, url);
  return NULL;
}

/* Reports that the bundle begins with another page than the recording. */
static void
report_start (const BullaCliResources *resources)
{
  if (resources->start == NULL || strcmp (resources->start, resources->primary) == 0)
    return;
  g_autofree char *start = bulla_printable_dup (resources->start);
  g_autofree char *primary = bulla_printable_dup (resources->primary);
  bulla_cli_print_error (
      _ ("The primary URL of the bundle is %s, because the recording lacks the content of %s; use "
         "--primary to choose another page.\n"),
      primary, start);
}

static gboolean
name_urls (const BullaCliResources *resources, BullaBundleWriter *writer, BullaBundleFormat format,
           GError **error)
{
  if (option_primary != NULL) {
    g_autofree char *primary = find_url (resources, option_primary, "primary", error);
    if (primary == NULL)
      return FALSE;
    bulla_bundle_writer_set_primary_url (writer, primary);
  } else if (!option_no_primary && resources->primary != NULL) {
    bulla_bundle_writer_set_primary_url (writer, resources->primary);
    report_start (resources);
  } else if (format == BULLA_BUNDLE_FORMAT_B1) {
    bulla_cli_usage_error (error, _ ("b1 requires a primary URL; give it with --primary"));
    return FALSE;
  }
  if (option_manifest == NULL)
    return TRUE;
  g_autofree char *manifest = find_url (resources, option_manifest, "manifest", error);
  if (manifest == NULL)
    return FALSE;
  if (format == BULLA_BUNDLE_FORMAT_B2)
    bulla_cli_print_error (
        _ ("Note: b2 does not define a manifest section; browsers may ignore it.\n"));
  bulla_bundle_writer_set_manifest_url (writer, manifest);
  return TRUE;
}

/* what is needed to write and to judge the bundle */
typedef struct {
  BullaBundleWriter *writer; /* owned; NULL once the bundle is written */
  BullaCliReview review;
} Writing;

static void
writing_clear (Writing *self)
{
  g_clear_object (&self->writer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writing, writing_clear)

static gboolean
write_cb (GOutputStream *out, gpointer user_data, GError **error)
{
  return bulla_bundle_writer_write_stream (((const Writing *)user_data)->writer, out, NULL, error);
}

/* Returns what many small blocks took to the system. */
static void
return_memory (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

/* Judges the file that was written; its plan is not needed any more. */
static gboolean
check_cb (const char *path, gpointer user_data, GError **error)
{
  Writing *writing = user_data;

  g_clear_object (&writing->writer);
  return_memory ();
  return bulla_cli_review_package (&writing->review, path, error);
}

static gboolean
write_bundle (BullaCliResources *resources, BullaBundleFormat format, const char *path,
              GError **error)
{
  g_auto (Writing) writing = {.writer = bulla_bundle_writer_new (format),
                              .review = {.name = path, .ignore_errors = option_ignore_errors}};
  BullaBundleWriter *writer = writing.writer; /* until it is written */
  g_autoptr (GString) report = g_string_new (NULL);
  guint n_responses = resources->list->len;
  int64_t date = 0;

  if (!name_urls (resources, writer, format, error)
      || !bulla_cli_sign_subsets (resources, writer, &option_sign, report, error)
      || !bulla_cli_parse_date (option_sign.signer.date, &date, error)
      || !bulla_cli_resources_move (resources, writer, error))
    return FALSE;
  return_memory ();
  writing.review.at = MAX (g_get_real_time () / G_USEC_PER_SEC, date);
  if (!bulla_cli_write_checked (path, BULLA_CLI_PUBLIC_MODE, option_force, write_cb, check_cb,
                                &writing, error))
    return FALSE;
  for (guint i = 0; i < resources->groups->len; i++)
    bulla_cli_variant_group_print_absent (resources->groups->pdata[i]);
  if (strcmp (path, "-") == 0)
    return TRUE; /* standard output has the bundle */
  bulla_cli_print ("%s", report->str);
  bulla_cli_print (ngettext ("Wrote %s: %u response\n", "Wrote %s: %u responses\n", n_responses),
                   path, n_responses);
  bulla_cli_print (
      _ ("Serve it as application/webbundle, with X-Content-Type-Options: nosniff.\n"));
  bulla_cli_print_bundle_next (&option_sign, path, date);
  return TRUE;
}

/* Says whether the bundle is written although resources are missing. The gaps of a recording cannot
 * be filled, so they do not prevent that, but damaged content does. */
static gboolean
may_go_on (const BullaCliResources *resources)
{
  if (resources->n_lost == 0 || option_ignore_errors)
    return TRUE;
  if (resources->n_damaged > 0)
    bulla_cli_print_error (
        ngettext ("Failed to read the content of %u URL, so nothing was written; use "
                  "--ignore-errors to write the rest.\n",
                  "Failed to read the content of %u URLs, so nothing was written; use "
                  "--ignore-errors to write the rest.\n",
                  resources->n_damaged),
        resources->n_damaged);
  if (option_urls == NULL)
    return resources->n_damaged == 0;
  bulla_cli_print_error (ngettext ("Failed to fetch %u URL, so nothing was written; use "
                                   "--ignore-errors to write the rest.\n",
                                   "Failed to fetch %u URLs, so nothing was written; use "
                                   "--ignore-errors to write the rest.\n",
                                   resources->n_lost),
                         resources->n_lost);
  return FALSE;
}

static BullaCliExit
run_create_bundle (char **arguments, GError **error)
{
  g_autoptr (BullaCliResources) resources = bulla_cli_resources_new ();
  const char *out = bulla_cli_require_output (arguments, option_out, SYNOPSIS, error);
  BullaBundleFormat format;
  BullaCliIndexRule rule;

  if (out == NULL || !parse_choices (&format, &rule, error) || !check_sources (format, error)
      || !check_content_max (error) || !bulla_cli_check_sign_options (&option_sign, error)
      || !bulla_cli_check_output (out, option_force, error) || !take_index_rules (resources, error)
      || !gather (resources, rule, error)
      || !bulla_cli_resources_set_headers (resources, option_headers, error))
    return BULLA_EXIT_FAILED;
  if (!may_go_on (resources))
    return BULLA_EXIT_JUDGED;
  if (resources->list->len == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("the bundle would be empty"));
    return BULLA_EXIT_FAILED;
  }
  return write_bundle (resources, format, out, error) ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
}

static const BullaExample EXAMPLES[] = {
    {"bulla create bundle --dir site --base-url https://example.com/ site.wbn",
     N_ ("Bundle a folder as published:")},
    {"bulla create bundle --har recording.har --primary https://example.com/ page.wbn",
     N_ ("Bundle what a browser recorded (developer tools, Network, Save all as HAR):")},
    {"bulla create bundle --warc crawl.warc.gz crawl.wbn", N_ ("Bundle a web archive:")},
    {"bulla create bundle --warc crawl-0.warc.gz --warc crawl-1.warc.gz crawl.wbn",
     N_ ("Bundle a crawl that has several files:")},
    {"zcat crawl.warc.gz | bulla create bundle --warc - -o - | bulla verify -",
     N_ ("Bundle and judge an archive in a pipeline:")},
    {"bulla create bundle --urls list.txt --ignore-errors page.wbn",
     N_ ("Fetch a list of URLs and skip those that fail:")},
    {"bulla create bundle --dir site --base-url https://example.com/"
     " --sign-subset https://example.com/ --authority my-authority site.wbn",
     N_ ("Sign the responses of one origin with a new certificate:")},
    {"bulla create bundle --dir site --base-url https://example.com/"
     " --sign-subset https://example.com/a/ --sign-subset https://example.com/b/"
     " --certificate chain.pem --private-key chain.key --chain chain.cbor site.wbn",
     N_ ("Sign two parts separately with an existing certificate:")},
    {"bulla create bundle --format b1 --variants article.ini --base-url https://example.com/ "
     "article.wbn",
     N_ ("Write several representations of a URL:")},
    {"bulla create bundle --dir app --base-url / app.wbn",
     N_ ("Bundle an isolated app, to sign as a whole with “bulla sign”:")},
    {NULL},
};

const BullaVerb bulla_verb_create_bundle = {
    .name = "bundle",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Create a web bundle from a folder, a recording, an archive or a list of URLs"),
    .description = N_ (
        "Writes application/webbundle; the same input gives the same bytes. A folder with more "
        "URLs than the profile allows in an index (bundle.section-max) is refused before its files "
        "are read. Links that lead out of the folder are left out, and named. Headers that concern "
        "one visitor or one connection (cookies, authentication, transfer codings) are left out. "
        "If several responses have the same URL, the last one is used. The URL of a folder "
        "delivers its index.html, and the URL of index.html redirects there; use --index alias for "
        "browsers that do not accept redirects in bundles.\n\n"
        "With --sign-subset the publisher signs responses, so that they can be shown in their own "
        "origin. The certificate must be for the host of the URLs and have a key on the curve "
        "P-256, and its chain must contain an OCSP response; --authority issues one certificate "
        "per signature, for tests. Each response that is signed is judged. Responses that are not "
        "signed stay in the bundle unchanged.\n\n"
        "--warc takes WARC files, also compressed, and WACZ; --mhtml takes pages that browsers "
        "saved. Several files of one kind are one recording, in their order; “-” is standard "
        "input. Transfer and content codings are removed; records of other kinds are left out. "
        "In MHTML, references to other parts (cid:) become their URLs; what has no URL is named. "
        "Content that is shorter than its Content-Length, or has another digest than the archive "
        "states, is damaged. Content that is longer is bundled, and named. An archive that breaks "
        "off or has a damaged record is an error that names the record; with --ignore-errors the "
        "records that can be read are bundled. "
        "Content is held in memory, so a web archive with more than --content-max MiB of it is an "
        "error, and of a list the URLs beyond that have failed.\n\n"
        "--variants writes several representations of a URL into the index of a b1 bundle. A "
        "description is a key file: [PATH] is a URL below the base URL, "
        "variants=accept-language;en;fr lists the axes and their values, the default first, and "
        "en=FILE names the file of each combination. In a folder, a group NAME.variants is the URL "
        "NAME; its files are called NAME[.LANGUAGE].EXTENSION[.br|.gz|.zst].\n\n"
        "In a recording the content decides, not the status: a response with status 304 or 206 "
        "whose "
        "whole content was recorded is stored with status 200. What is left out or missing is "
        "listed on standard error. If the page that the recording begins with is missing, another "
        "page becomes the primary URL, and the command says so.\n\n"
        "If a URL of a list cannot be fetched, or recorded content is damaged, nothing is written "
        "and the exit status is 1. A bundle that verification would refuse, whoever is trusted, is "
        "not written either: the broken rules are named, and the exit status is 2. With "
        "--ignore-errors it is written with warnings."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_create_bundle,
};
