/* bulla-cli-sign-subsets.c - signs responses in an existing web bundle for their origins
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md section 7 */
#include "bulla-cli-sign-subsets.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-convert.h"
#include "bulla-cli-files.h"
#include "bulla-cli-next.h"
#include "bulla-cli-print.h"
#include "bulla-cli-review.h"
#include "bulla-cli-sign-file.h"
#include "bulla-cli-signing-dates.h"
#include "bulla-cli-write.h"
#include "bulla-printable.h"

/* what is needed to write and to judge the bundle */
typedef struct {
  BullaBundleWriter *writer; /* borrowed */
  BullaCliReview review;
} Writing;

static gboolean
refuse_subsets (const BullaCliSignFile *file, GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s: %s", file->name, why);
  return FALSE;
}

/* Says whether the bundle can be read, and has no signature unless @replace allows its loss. */
static gboolean
check_bundle (const BullaCliSignFile *file, const BullaCliBundleLayout *layout, gboolean replace,
              GError **error)
{
  if (layout->reader == NULL || bulla_bundle_reader_get_state (layout->reader) != BULLA_BUNDLE_HEAD
      || bulla_bundle_reader_get_index (layout->reader) == NULL)
    return refuse_subsets (file, error,
                           _ ("the bundle is malformed; “bulla verify” names the reason"));
  const BullaBundleSignatures *signatures = bulla_bundle_reader_get_signatures (layout->reader);
  if (replace)
    return TRUE;
  if (file->start > 0)
    return refuse_subsets (file, error,
                           _ ("changing the bundle invalidates its integrity block; use --replace "
                              "to remove it, and sign the whole bundle again afterwards"));
  if (signatures != NULL && signatures->n_subsets > 0)
    return refuse_subsets (
        file, error, _ ("the bundle already has signed subsets; use --replace to sign again"));
  return TRUE;
}

/* Returns: (transfer full): the URLs of the bundle, without their responses */
static BullaCliResources *
list_urls (const BullaCliBundleLayout *layout)
{
  const BullaBundleIndex *index = bulla_bundle_reader_get_index (layout->reader);
  BullaCliResources *resources = bulla_cli_resources_new ();

  for (guint i = 0; i < bulla_bundle_index_get_n_urls (index); i++) {
    size_t length = 0;
    const char *text = bulla_bundle_index_get_url (index, i, &length);
    g_autofree char *url = g_strndup (text, length);
    bulla_cli_resources_add (resources, url, 200, NULL);
  }
  return resources;
}

/* Returns: (transfer full) (nullable): a writer that has received the responses, unsigned */
static BullaBundleWriter *
copy_bundle (BullaCliBundleLayout *layout, GError **error)
{
  g_autoptr (GPtrArray) losses = g_ptr_array_new_with_free_func (g_free);
  const BullaCliConvertOptions options = {
      .format = g_strcmp0 (layout->facts->bundle.version, "b1") == 0 ? BULLA_BUNDLE_FORMAT_B1
                                                                     : BULLA_BUNDLE_FORMAT_B2,
  };
  BullaBundleWriter *writer = bulla_cli_convert (layout, &options, losses, error);

  for (guint i = 0; writer != NULL && i < losses->len; i++) {
    g_autofree char *shown = bulla_printable_dup (losses->pdata[i]);
    bulla_cli_print_error (_ ("Lost: %s\n"), shown);
  }
  return writer;
}

static gboolean
write_cb (GOutputStream *out, gpointer user_data, GError **error)
{
  return bulla_bundle_writer_write_stream (((const Writing *)user_data)->writer, out, NULL, error);
}

static gboolean
check_cb (const char *path, gpointer user_data, GError **error)
{
  return bulla_cli_review_package (&((const Writing *)user_data)->review, path, error);
}

static void
print_subsets_outcome (const BullaCliBundleSignOptions *options, const char *report,
                       const char *path, int64_t date)
{
  if (strcmp (path, "-") == 0)
    return; /* standard output has the bundle */
  bulla_cli_print ("%s", report);
  bulla_cli_print (_ ("Wrote %s\n"), path);
  bulla_cli_print_bundle_next (options, path, date);
}

/**
 * bulla_cli_sign_file_subsets: (skip)
 * @path: a web bundle
 * @request: what to sign, and where to write it
 * @error: set if the bundle is malformed or already signed, no URL matches, verification would
 *   refuse the result, or it cannot be written; nothing is written then
 *
 * Copies the responses into a new bundle of the same format, and signs those that the options
 * name.
 */
gboolean
bulla_cli_sign_file_subsets (const char *path, const BullaCliSignSubsets *request, GError **error)
{
  g_autoptr (BullaCliSignFile) file = bulla_cli_sign_file_new (path, error);
  g_autoptr (BullaCliBundleLayout) layout =
      file != NULL ? bulla_cli_bundle_layout_new (file->bytes, NULL, error) : NULL;
  g_autoptr (GString) report = g_string_new (NULL);
  gboolean in_place = request->out == NULL;
  int64_t date = 0;

  if (layout == NULL || !check_bundle (file, layout, request->replace, error)
      || !bulla_cli_parse_date (request->options->signer.date, &date, error))
    return FALSE;
  const char *out = in_place ? file->path : request->out;
  g_autoptr (BullaBundleWriter) writer = copy_bundle (layout, error);
  g_autoptr (BullaCliResources) urls = list_urls (layout);
  if (writer == NULL || !bulla_cli_sign_subsets (urls, writer, request->options, report, error)) {
    bulla_cli_prefix_path (error, path);
    return FALSE;
  }
  Writing writing = {
      .writer = writer,
      .review = {.name = in_place ? path : out,
                 .at = MAX (g_get_real_time () / G_USEC_PER_SEC, date),
                 .ignore_errors = request->ignore_errors},
  };
  if (!bulla_cli_write_checked (out, in_place ? (int)file->mode : BULLA_CLI_PUBLIC_MODE,
                                in_place || request->force, write_cb, check_cb, &writing, error))
    return FALSE;
  print_subsets_outcome (request->options, report->str, writing.review.name, date);
  return TRUE;
}
