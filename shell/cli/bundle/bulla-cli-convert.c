/* bulla-cli-convert.c - converts a bundle to another format
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-convert.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli.h"
#include "bulla-field.h"
#include "bulla-mi-sha256.h"

/* the state of one conversion */
typedef struct {
  BullaCliBundleLayout *layout;          /* borrowed */
  const BullaCliConvertOptions *options; /* borrowed */
  BullaBundleWriter *writer;             /* owned */
  GHashTable *written;                   /* owned; offset of an item -> its number plus one */
  GPtrArray *losses;                     /* borrowed; losses reported so far, of char * */
} Work;

static void
lose (Work *work, char *note)
{
  g_ptr_array_add (work->losses, note);
}

static gboolean
is_absolute (const char *url)
{
  g_autofree char *scheme = g_uri_parse_scheme (url);

  return scheme != NULL;
}

/* Returns the URL for the new index; with --relative, a URL of the base's origin becomes a path. */
static char *
dup_new_url (Work *work, const char *url, GError **error)
{
  const BullaCliConvertOptions *options = work->options;

  if (options->format == BULLA_BUNDLE_FORMAT_B1 && !is_absolute (url)) {
    bulla_cli_usage_error (
        error, _ ("b1 does not allow relative URLs, such as “%s”; give their base with --base-url"),
        url);
    return NULL;
  }
  if (!options->relative)
    return g_strdup (url);
  const char *authority = strstr (options->base_url, "://");
  size_t length = (size_t)(authority - options->base_url) + 3;
  length += strcspn (options->base_url + length, "/?#");
  gboolean is_ours = g_ascii_strncasecmp (url, options->base_url, length) == 0
                     && (url[length] == '/' || url[length] == '?');
  return g_strdup (is_ours ? url + length : url);
}

/* Returns the body; a signed response's is decoded from records, because no reader would decode
 * it without the signature. */
static GBytes *
decode_body (Work *work, const BullaCliLayoutResponse *response, GBytes *payload, GError **error)
{
  BullaFacts *facts = response->facts;
  const BullaHeader *digest = bulla_facts_find_header (facts, "digest");
  guint8 proof[BULLA_PROOF_SIZE];

  if (digest == NULL
      || bulla_field_read_digest (digest->value, FALSE, proof) != BULLA_DIGEST_FOUND) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("a body is encoded in records, but its response has no Digest to verify them"));
    return NULL;
  }
  g_autoptr (BullaMiSha256) decoder =
      bulla_mi_sha256_new (proof, response->parts.payload_offset, facts);
  g_autoptr (GInputStream) coded = g_memory_input_stream_new_from_bytes (payload);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (coded, G_CONVERTER (decoder));
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  if (g_output_stream_splice (out, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error) < 0)
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
copy_headers (Work *work, guint number, const BullaFacts *facts, gboolean decoded,
              const char *inner)
{
  for (guint i = 0; i < facts->n_headers; i++) {
    const BullaHeader *header = &facts->header[i];
    gboolean is_coding = decoded && strcmp (header->name, "content-encoding") == 0;
    if (decoded && strcmp (header->name, "digest") == 0)
      continue;
    if (!is_coding)
      bulla_bundle_writer_add_header (work->writer, number, header->name, header->value);
    else if (inner != NULL && *inner != '\0')
      bulla_bundle_writer_add_header (work->writer, number, header->name, inner);
  }
}

/* Returns the number of the written response; -1 with @error set. */
static gint
copy_response (Work *work, guint resource, guint location, GError **error)
{
  g_auto (BullaCliLayoutResponse) response = {0};

  bulla_cli_bundle_layout_read (work->layout, resource, location, &response);
  gpointer known = g_hash_table_lookup (work->written, &response.item.offset);
  if (known != NULL)
    return GPOINTER_TO_INT (known) - 1;
  if (!response.is_read) {
    g_set_error (error, BULLA_FAULT, response.facts->response.item.reason, "%s",
                 bulla_reason_get_nick (response.facts->response.item.reason));
    return -1;
  }
  g_autofree char *inner = NULL;
  gboolean decoded = bulla_cli_facts_are_coded (response.facts, &inner);
  g_autoptr (GBytes) payload = bulla_cli_bundle_layout_dup (
      work->layout, (BullaRange){response.parts.payload_offset, response.parts.payload_length});
  g_autoptr (GBytes) body =
      decoded ? decode_body (work, &response, payload, error) : g_bytes_ref (payload);
  if (body == NULL)
    return -1;
  guint number = bulla_bundle_writer_add_response (work->writer, response.facts->status);
  copy_headers (work, number, response.facts, decoded, inner);
  bulla_bundle_writer_set_body (work->writer, number, body);
  guint64 *key = g_memdup2 (&response.item.offset, sizeof response.item.offset);
  g_hash_table_insert (work->written, key, GINT_TO_POINTER ((gint)number + 1));
  return (gint)number;
}

/* Writes every variant to b1, but only the first existing one to b2. */
static gboolean
copy_variants (Work *work, const char *url, guint resource, guint n, const char *variants,
               GError **error)
{
  const BullaBundleIndex *index = bulla_bundle_reader_get_index (work->layout->reader);
  g_autofree guint *numbers = g_new (guint, n);
  gint first = -1;

  for (guint i = 0; i < n; i++) {
    numbers[i] = BULLA_BUNDLE_NO_RESPONSE;
    if (bulla_bundle_index_get_location (index, resource, i).length == 0
        || (work->options->format == BULLA_BUNDLE_FORMAT_B2 && first >= 0))
      continue;
    gint number = copy_response (work, resource, i, error);
    if (number < 0)
      return FALSE;
    numbers[i] = (guint)number;
    first = first < 0 ? number : first;
  }
  if (work->options->format == BULLA_BUNDLE_FORMAT_B1) {
    bulla_bundle_writer_add_variants (work->writer, url, variants, numbers, n);
    return TRUE;
  }
  if (first >= 0)
    bulla_bundle_writer_add_url (work->writer, url, (guint)first);
  lose (work, g_strdup_printf (_ ("%s: all of its %u variants except the first"), url, n));
  return TRUE;
}

static gboolean
copy_resource (Work *work, guint resource, GError **error)
{
  size_t length = 0;
  const BullaBundleIndex *index = bulla_bundle_reader_get_index (work->layout->reader);
  const char *text = bulla_bundle_index_get_url (index, resource, &length);
  const char *variants = bulla_bundle_index_get_variants (index, resource);
  guint n = bulla_bundle_index_get_n_locations (index, resource);
  g_autofree char *old = g_strndup (text, length);
  g_autofree char *url = dup_new_url (work, old, error);

  if (url == NULL)
    return FALSE;
  if (variants != NULL && *variants != '\0')
    return copy_variants (work, url, resource, n, variants, error);
  gint number = copy_response (work, resource, 0, error);
  if (number < 0) {
    bulla_cli_prefix_path (error, old);
    return FALSE;
  }
  bulla_bundle_writer_add_url (work->writer, url, (guint)number);
  return TRUE;
}

static gboolean
copy_urls (Work *work, GError **error)
{
  const BullaBundleFacts *facts = &work->layout->facts->bundle;
  const BullaCliConvertOptions *options = work->options;
  const char *primary = options->primary != NULL ? options->primary : facts->primary_url;

  if (primary == NULL && options->format == BULLA_BUNDLE_FORMAT_B1) {
    bulla_cli_usage_error (error, _ ("b1 requires a primary URL; give one with --primary"));
    return FALSE;
  }
  g_autofree char *url = primary != NULL ? dup_new_url (work, primary, error) : NULL;
  if (primary != NULL && url == NULL)
    return FALSE;
  bulla_bundle_writer_set_primary_url (work->writer, url);
  if (facts->manifest_url == NULL)
    return TRUE;
  if (options->format == BULLA_BUNDLE_FORMAT_B2)
    lose (work, g_strdup_printf (_ ("the manifest section, %s"), facts->manifest_url));
  else {
    g_autofree char *manifest = dup_new_url (work, facts->manifest_url, error);
    if (manifest == NULL)
      return FALSE;
    bulla_bundle_writer_set_manifest_url (work->writer, manifest);
  }
  return TRUE;
}

static void
note_losses (Work *work)
{
  const BullaCliBundleLayout *layout = work->layout;
  const BullaBundleSignatures *signatures = bulla_bundle_reader_get_signatures (layout->reader);
  guint n = signatures != NULL ? signatures->n_subsets : 0;

  if (layout->has_block)
    lose (work, g_strdup (_ ("the integrity block; run bulla sign to make another")));
  if (n > 0)
    lose (work, g_strdup_printf (ngettext ("the signature of %u vouched subset",
                                           "the signatures of %u vouched subsets", n),
                                 n));
  if (layout->facts->bundle.unknown_sections != NULL)
    lose (work,
          g_strdup_printf (_ ("unknown sections: %s"), layout->facts->bundle.unknown_sections));
}

/**
 * bulla_cli_convert: (skip)
 * @layout: a bundle that is well-formed
 * @options: the format and URLs of the new bundle
 * @losses: (element-type utf8): receives a line for everything that the new bundle lacks
 * @error: set if the new format cannot represent the bundle; a %BULLA_FAULT if a response is
 *   malformed
 *
 * Returns: (transfer full) (nullable): a writer that has received the new bundle
 */
BullaBundleWriter *
bulla_cli_convert (BullaCliBundleLayout *layout, const BullaCliConvertOptions *options,
                   GPtrArray *losses, GError **error)
{
  const BullaBundleIndex *index = bulla_bundle_reader_get_index (layout->reader);
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (options->format);
  g_autoptr (GHashTable) written =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Work work = {layout, options, writer, written, losses};

  if (!copy_urls (&work, error))
    return NULL;
  for (guint i = 0; i < bulla_bundle_index_get_n_urls (index); i++)
    if (!copy_resource (&work, i, error))
      return NULL;
  note_losses (&work);
  return g_steal_pointer (&writer);
}
