/* verb-bundle-convert.c - bulla bundle convert: writes a bundle in another format
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bundle-check.h"
#include "bulla-cli-bundle.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-convert.h"
#include "bulla-cli.h"
#include "bulla-cli-write.h"
#include "bulla-cli-files.h"
#include "bulla-cli-inspect.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"

#define SYNOPSIS N_ ("FILE|URL OUT")

static char *option_format, *option_primary, *option_base_url;
static gboolean option_relative, option_force;

static const GOptionEntry OPTIONS[] = {
    {"format", 0, 0, G_OPTION_ARG_STRING, &option_format,
     N_ ("The format to write: b1 or b2 (default: b2)"), N_ ("FORMAT")},
    {"base-url", 0, 0, G_OPTION_ARG_STRING, &option_base_url,
     N_ ("Resolve relative URLs against this URL"), N_ ("URL")},
    {"relative", 0, 0, G_OPTION_ARG_NONE, &option_relative,
     N_ ("Make URLs of the origin of --base-url relative"), NULL},
    {"primary", 0, 0, G_OPTION_ARG_STRING, &option_primary, N_ ("Set this primary URL"),
     N_ ("URL")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace an existing file"), NULL},
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_SEND_HEADER_ENTRY,
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla bundle convert old.wbn new.wbn --format b2", N_ ("Convert to the newer format:")},
    {"bulla bundle convert --format b1 --primary https://example.com/ new.wbn old.wbn",
     N_ ("Convert to the older format, which requires a primary URL:")},
    {"bulla bundle convert --relative --base-url https://example.com/ site.wbn moveable.wbn",
     N_ ("Make the URLs relative, so that another server can serve the bundle:")},
    {NULL},
};

static gboolean
parse_options (BullaCliConvertOptions *options, GError **error)
{
  const char *format = option_format != NULL ? option_format : "b2";

  *options = (BullaCliConvertOptions){.format = BULLA_BUNDLE_FORMAT_B2,
                                      .primary = option_primary,
                                      .base_url = option_base_url,
                                      .relative = option_relative};
  if (strcmp (format, "b1") == 0)
    options->format = BULLA_BUNDLE_FORMAT_B1;
  else if (strcmp (format, "b2") != 0) {
    bulla_cli_usage_error (error, _ ("“%s” is not a format; the formats are b1 and b2"), format);
    return FALSE;
  }
  if (option_relative && options->format == BULLA_BUNDLE_FORMAT_B1) {
    bulla_cli_usage_error (error, _ ("b1 does not allow relative URLs"));
    return FALSE;
  }
  g_autoptr (GUri) base =
      option_base_url != NULL ? g_uri_parse (option_base_url, G_URI_FLAGS_NONE, NULL) : NULL;
  if (option_relative && base == NULL) {
    bulla_cli_usage_error (error, _ ("--relative needs --base-url"));
    return FALSE;
  }
  if (option_base_url == NULL || (base != NULL && g_uri_get_host (base) != NULL))
    return TRUE;
  bulla_cli_usage_error (error, _ ("“%s” is not an absolute URL"), option_base_url);
  return FALSE;
}

/* Reads every response before the first is written, because a malformed one cannot be copied
 * faithfully. */
static BullaCliExit
check (const char *name, GBytes *bytes, const char *base_url, GError **error)
{
  BullaCliExit exit = BULLA_EXIT_FAILED;
  g_autoptr (BullaCliBundle) bundle =
      bulla_cli_bundle_open_bytes (name, bytes, base_url, &exit, error);

  if (bundle == NULL)
    return exit;
  g_autoptr (BullaBundleCheck) found = bulla_bundle_check (bundle->bundle, NULL, NULL, error);
  if (found == NULL)
    return BULLA_EXIT_FAILED;
  if (found->outcome != BULLA_OUTCOME_REFUSE)
    return BULLA_EXIT_FINE;
  g_autofree char *shown = bulla_printable_dup (name);
  bulla_cli_print_error (
      _ ("bulla: %s: refused: %s; run bulla inspect to see the readable parts\n"), shown,
      bulla_reason_get_nick (found->reason));
  return BULLA_EXIT_JUDGED;
}

static gboolean
write_cb (GOutputStream *out, gpointer user_data, GError **error)
{
  return bulla_bundle_writer_write_stream (user_data, out, NULL, error);
}

static BullaCliExit
convert (GBytes *bytes, const char *out, const BullaCliConvertOptions *options, GError **error)
{
  g_autoptr (GPtrArray) losses = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BullaCliBundleLayout) layout =
      bulla_cli_bundle_layout_new (bytes, options->base_url, error);

  if (layout == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaBundleWriter) writer = bulla_cli_convert (layout, options, losses, error);
  if (writer == NULL
      || !bulla_cli_write_output (out, BULLA_CLI_PUBLIC_MODE, option_force, write_cb, writer,
                                  error))
    return BULLA_EXIT_FAILED;
  for (guint i = 0; i < losses->len; i++) {
    g_autofree char *shown = bulla_printable_dup (losses->pdata[i]);
    bulla_cli_print_error (_ ("Lost: %s\n"), shown);
  }
  g_autofree char *shown = bulla_printable_dup (out);
  if (strcmp (out, "-") != 0) /* or standard output has the bundle */
    bulla_cli_print (_ ("Wrote %s\n"), shown);
  return BULLA_EXIT_FINE;
}

static BullaCliExit
run_convert (char **arguments, GError **error)
{
  BullaCliConvertOptions options;

  if (!bulla_cli_require_arguments (arguments, 2, SYNOPSIS, error)
      || !parse_options (&options, error)
      || !bulla_cli_check_output (arguments[1], option_force, error))
    return BULLA_EXIT_FAILED;
  if (options.base_url == NULL && bulla_cli_is_url (arguments[0]))
    options.base_url = arguments[0];
  g_autoptr (GBytes) bytes = bulla_cli_read_package (arguments[0], error);
  if (bytes == NULL)
    return BULLA_EXIT_FAILED;
  BullaCliExit exit = check (arguments[0], bytes, options.base_url, error);
  return exit == BULLA_EXIT_FINE ? convert (bytes, arguments[1], &options, error) : exit;
}

const BullaVerb bulla_verb_bundle_convert = {
    .name = "convert",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Convert a bundle to another format"),
    .description = N_ ("Whatever the new format does not support is lost, and so are signatures; "
                       "each loss is listed. b2 has no manifest and no variants: the first variant "
                       "is kept. b1 requires a primary URL and allows no relative URLs. Signed "
                       "bodies are decoded, and each record is verified. “-” stands for standard "
                       "input and standard output.\n\n"
                       "Exit status: 0 if the bundle was written, 1 if the bundle is malformed, 2 "
                       "if the command failed."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_convert,
};
