/* bulla-bundle-writer.c - writes web bundles (application/webbundle), b1 and b2
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md sections 2 to 6
 *
 * The same input gives the same bytes: responses are written in the order in which they were
 * added, maps are canonical, and the order of sections is fixed: critical, primary or manifest,
 * index, others, signatures, responses. */
#include "bulla-bundle-writer-private.h"
#include "bulla-exchange-writer-private.h"

#define TRAILER_HEAD 0x48 /* head of a byte string of eight bytes */

struct _BullaBundleWriter {
  GObject parent_instance;
  BullaBundlePlan *plan;    /* owned */
  BullaMutation *mutation;  /* borrowed; NULL except in tests */
  BullaBundleLayout layout; /* layout of the bundle written last */
};

G_DEFINE_FINAL_TYPE (BullaBundleWriter, bulla_bundle_writer, G_TYPE_OBJECT)

static void
bulla_bundle_writer_finalize (GObject *object)
{
  BullaBundleWriter *self = BULLA_BUNDLE_WRITER (object);

  g_clear_pointer (&self->plan, bulla_bundle_plan_free);
  G_OBJECT_CLASS (bulla_bundle_writer_parent_class)->finalize (object);
}

static void
bulla_bundle_writer_class_init (BullaBundleWriterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_bundle_writer_finalize;
}

static void
bulla_bundle_writer_init (BullaBundleWriter *self)
{
}

/**
 * bulla_bundle_writer_new:
 * @format: b1 or b2
 *
 * Returns: (transfer full): a writer for one bundle
 */
BullaBundleWriter *
bulla_bundle_writer_new (BullaBundleFormat format)
{
  BullaBundleWriter *self = g_object_new (BULLA_TYPE_BUNDLE_WRITER, NULL);

  self->plan = bulla_bundle_plan_new (format);
  return self;
}

/**
 * bulla_bundle_writer_set_primary_url:
 * @self: a writer
 * @url: (nullable): a URL of the index, exactly as it was added; b1 requires one
 */
void
bulla_bundle_writer_set_primary_url (BullaBundleWriter *self, const char *url)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self));

  g_free (self->plan->primary_url);
  self->plan->primary_url = g_strdup (url);
}

/**
 * bulla_bundle_writer_set_manifest_url:
 * @self: a writer
 * @url: (nullable): a URL of the index; only b1 defines the section, so some readers of b2 may
 *   refuse it
 */
void
bulla_bundle_writer_set_manifest_url (BullaBundleWriter *self, const char *url)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self));

  g_free (self->plan->manifest_url);
  self->plan->manifest_url = g_strdup (url);
}

/**
 * bulla_bundle_writer_add_critical:
 * @self: a writer
 * @section: name of a section that readers must understand, or else refuse the bundle
 */
void
bulla_bundle_writer_add_critical (BullaBundleWriter *self, const char *section)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self) && section != NULL);

  g_ptr_array_add (self->plan->critical, g_strdup (section));
}

/**
 * bulla_bundle_writer_add_section:
 * @self: a writer
 * @name: name of a section that the writer does not write itself
 * @item: one item of canonical CBOR, written unchanged
 */
void
bulla_bundle_writer_add_section (BullaBundleWriter *self, const char *name, GBytes *item)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self) && name != NULL && item != NULL);

  g_ptr_array_add (self->plan->extra, bulla_bundle_part_new (name, item));
}

static BullaResponsePlan *
get_response (BullaBundleWriter *self, guint number)
{
  g_return_val_if_fail (BULLA_IS_BUNDLE_WRITER (self), NULL);

  return bulla_bundle_plan_get_response (self->plan, number);
}

/**
 * bulla_bundle_writer_add_response:
 * @self: a writer
 * @status: 100 to 999
 *
 * Returns: the number of the response, in the order of the file
 */
guint
bulla_bundle_writer_add_response (BullaBundleWriter *self, guint status)
{
  g_return_val_if_fail (BULLA_IS_BUNDLE_WRITER (self), 0);

  guint number = self->plan->responses->len;
  if (number > 0)
    bulla_bundle_plan_share_headers (self->plan, get_response (self, number - 1));
  g_ptr_array_add (self->plan->responses, bulla_response_plan_new (number, status));
  return number;
}

/**
 * bulla_bundle_writer_add_header:
 * @self: a writer
 * @response: number of the response
 * @name: name of a response header, in any case
 * @value: the value; appended with a comma if the header exists
 */
void
bulla_bundle_writer_add_header (BullaBundleWriter *self, guint response, const char *name,
                                const char *value)
{
  BullaResponsePlan *plan = get_response (self, response);

  g_return_if_fail (plan != NULL && name != NULL && value != NULL);

  g_autofree char *lower = g_ascii_strdown (name, -1);
  g_autofree char *trimmed = g_strstrip (g_strdup (value));
  bulla_response_plan_own_headers (plan);
  bulla_written_headers_add (plan->headers, lower, trimmed);
}

/**
 * bulla_bundle_writer_set_body:
 * @self: a writer
 * @response: number of the response
 * @body: the response body; the default is empty
 */
void
bulla_bundle_writer_set_body (BullaBundleWriter *self, guint response, GBytes *body)
{
  BullaResponsePlan *plan = get_response (self, response);

  g_return_if_fail (plan != NULL && body != NULL);

  g_bytes_ref (body);
  g_clear_pointer (&plan->body, g_bytes_unref);
  plan->body = body;
  g_clear_object (&plan->file);
}

/**
 * bulla_bundle_writer_set_measured_file: (skip)
 * @self: a writer
 * @response: number of the response
 * @file: a regular file; see bulla_bundle_writer_set_body_file()
 * @size: bytes of the file; it is not asked for them, because a bundle may have very many files
 */
void
bulla_bundle_writer_set_measured_file (BullaBundleWriter *self, guint response, GFile *file,
                                       guint64 size)
{
  BullaResponsePlan *plan = get_response (self, response);

  g_return_if_fail (plan != NULL && G_IS_FILE (file));

  g_set_object (&plan->file, file);
  plan->file_size = size;
}

static gboolean
measure_file (GFile *file, guint64 *size, gboolean *regular, GError **error)
{
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                         G_FILE_QUERY_INFO_NONE, NULL, error);

  if (info == NULL)
    return FALSE;
  *size = (guint64)g_file_info_get_size (info);
  *regular = g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR;
  return TRUE;
}

/**
 * bulla_bundle_writer_set_body_file:
 * @self: a writer
 * @response: number of the response
 * @file: a regular file; it is read when the bundle is written, and must not change until then
 * @error: a `G_IO_ERROR`
 *
 * Returns: whether the file exists
 */
gboolean
bulla_bundle_writer_set_body_file (BullaBundleWriter *self, guint response, GFile *file,
                                   GError **error)
{
  BullaResponsePlan *plan = get_response (self, response);

  g_return_val_if_fail (plan != NULL && G_IS_FILE (file), FALSE);

  guint64 size = 0;
  gboolean regular = FALSE;
  if (!measure_file (file, &size, &regular, error))
    return FALSE;
  if (!regular) {
    g_autofree char *name = g_file_get_parse_name (file);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "“%s” is not a regular file",
                 name);
    return FALSE;
  }
  bulla_bundle_writer_set_measured_file (self, response, file, size);
  return TRUE;
}

/**
 * bulla_bundle_writer_add_url:
 * @self: a writer
 * @url: the URL of the response: absolute, or relative in b2; without fragment and credentials;
 *   non-ASCII characters are percent-encoded
 * @response: the number of a response; several URLs may share one
 */
void
bulla_bundle_writer_add_url (BullaBundleWriter *self, const char *url, guint response)
{
  bulla_bundle_writer_add_variants (self, url, "", &response, 1);
}

/**
 * bulla_bundle_writer_add_variants:
 * @self: a writer for b1
 * @url: see bulla_bundle_writer_add_url()
 * @variants: the value of the Variants header field, such as "accept-language;en;fr"
 * @responses: (array length=n_responses): the number of a response, or %BULLA_BUNDLE_NO_RESPONSE,
 *   for each combination of values; the first axis varies slowest
 * @n_responses: number of @responses
 */
void
bulla_bundle_writer_add_variants (BullaBundleWriter *self, const char *url, const char *variants,
                                  const guint *responses, gsize n_responses)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self));
  g_return_if_fail (url != NULL && variants != NULL && responses != NULL);

  g_ptr_array_add (self->plan->index,
                   bulla_index_entry_new (url, variants, responses, n_responses));
}

/**
 * bulla_bundle_writer_add_subset:
 * @self: a writer
 * @credential: the certificate and key to sign with
 * @chain: the certificate chain, as `application/cert-chain+cbor`
 *
 * Begins a signed subset. Call bulla_bundle_writer_set_subset_validity(), and
 * bulla_bundle_writer_cover() for each of its URLs. Spec: B1ALG, "signatures".
 *
 * Returns: the number of the subset
 */
guint
bulla_bundle_writer_add_subset (BullaBundleWriter *self, BullaCredential *credential, GBytes *chain)
{
  g_return_val_if_fail (BULLA_IS_BUNDLE_WRITER (self), 0);
  g_return_val_if_fail (BULLA_IS_CREDENTIAL (credential) && chain != NULL, 0);

  BullaSubsetRequest *subset = g_new0 (BullaSubsetRequest, 1);
  subset->credential = g_object_ref (credential);
  subset->chain = g_bytes_ref (chain);
  subset->urls = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->plan->subsets, subset);
  return self->plan->subsets->len - 1;
}

/**
 * bulla_bundle_writer_set_subset_validity:
 * @self: a writer
 * @subset: number of the subset
 * @validity_url: an https URL of the origin of the covered URLs
 * @date: start of the signature's validity, in Unix seconds
 * @expires: end of the validity in Unix seconds; after @date by at most 7 days (604800 s)
 */
void
bulla_bundle_writer_set_subset_validity (BullaBundleWriter *self, guint subset,
                                         const char *validity_url, gint64 date, gint64 expires)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self) && subset < self->plan->subsets->len);

  BullaSubsetRequest *request = g_ptr_array_index (self->plan->subsets, subset);
  g_free (request->validity_url);
  request->validity_url = g_strdup (validity_url);
  request->date = date;
  request->expires = expires;
}

/**
 * bulla_bundle_writer_set_signatures_checked:
 * @self: a writer
 * @checked: whether writing fails if every reader would refuse the dates or the validity URL of a
 *   subset's signature; the default is %TRUE
 *
 * Without the check the caller judges what was written. What the format cannot express always
 * fails.
 */
void
bulla_bundle_writer_set_signatures_checked (BullaBundleWriter *self, gboolean checked)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self));

  self->plan->unchecked = !checked;
}

/**
 * bulla_bundle_writer_cover:
 * @self: a writer
 * @subset: number of the subset
 * @url: a URL of the index, once for each subset; its payload is encoded as mi-sha256-03
 */
void
bulla_bundle_writer_cover (BullaBundleWriter *self, guint subset, const char *url)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self) && subset < self->plan->subsets->len);
  g_return_if_fail (url != NULL);

  BullaSubsetRequest *request = g_ptr_array_index (self->plan->subsets, subset);
  g_ptr_array_add (request->urls, g_strdup (url));
}

/**
 * bulla_bundle_writer_set_record_size:
 * @self: a writer
 * @record_size: record size of the Merkle encoding, 1 to 16384 bytes, unless the signatures are
 *   unchecked; default 4096
 */
void
bulla_bundle_writer_set_record_size (BullaBundleWriter *self, guint64 record_size)
{
  g_return_if_fail (BULLA_IS_BUNDLE_WRITER (self));

  self->plan->record_size = record_size;
}

void
bulla_bundle_writer_set_mutation (BullaBundleWriter *self, BullaMutation *mutation)
{
  self->mutation = mutation;
}

const BullaBundleLayout *
bulla_bundle_writer_get_layout (BullaBundleWriter *self)
{
  return &self->layout;
}

BullaBundlePlan *
bulla_bundle_writer_get_plan (BullaBundleWriter *self)
{
  return self->plan;
}

static gboolean
write_parts (BullaBundleWriter *self, const BullaBundleDraft *draft, GOutputStream *out,
             GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < draft->parts->len; i++) {
    const BullaBundlePart *part = g_ptr_array_index (draft->parts, i);
    gsize size;
    const void *data = g_bytes_get_data (part->item, &size);
    if (!g_output_stream_write_all (out, data, size, NULL, cancellable, error))
      return FALSE;
    for (guint r = 0; part->has_responses && r < self->plan->responses->len; r++)
      if (!bulla_response_plan_write (g_ptr_array_index (self->plan->responses, r),
                                      self->plan->record_size, out, cancellable, error))
        return FALSE;
  }
  return TRUE;
}

static gboolean
write_draft (BullaBundleWriter *self, GOutputStream *out, GCancellable *cancellable, GError **error)
{
  g_auto (BullaBundleDraft) draft = {NULL};
  g_autoptr (GByteArray) trailer = g_byte_array_new ();

  if (!bulla_mutate (self->mutation, BULLA_STAGE_BUNDLE, self->plan, error)
      || (self->mutation == NULL && !bulla_bundle_plan_check (self->plan, error))
      || !bulla_bundle_draft_init (&draft, self->plan, self->mutation, cancellable, error))
    return FALSE;
  self->layout = draft.layout;
  bulla_write_be (trailer, TRAILER_HEAD, 1);
  bulla_write_be (trailer, draft.total_length, 8);
  return g_output_stream_write_all (out, draft.head->data, draft.head->len, NULL, cancellable,
                                    error)
         && write_parts (self, &draft, out, cancellable, error)
         && g_output_stream_write_all (out, trailer->data, trailer->len, NULL, cancellable, error);
}

/**
 * bulla_bundle_writer_write:
 * @self: a writer that has received the whole plan of the bundle
 * @error: a `G_IO_ERROR` if readers would refuse the bundle, or a file cannot be read
 *
 * Writes the bundle into memory.
 *
 * Returns: (transfer full) (nullable): the file, or %NULL with @error set
 */
GBytes *
bulla_bundle_writer_write (BullaBundleWriter *self, GError **error)
{
  g_return_val_if_fail (BULLA_IS_BUNDLE_WRITER (self), NULL);

  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  if (!write_draft (self, out, NULL, error) || !g_output_stream_close (out, NULL, error))
    return NULL;
  GBytes *bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  if (self->mutation == NULL)
    return bytes;

  g_autoptr (GByteArray) array = g_bytes_unref_to_array (bytes);
  BullaBundleFilePlan file = {array, self->layout};
  if (!bulla_mutate (self->mutation, BULLA_STAGE_BUNDLE_FILE, &file, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

/**
 * bulla_bundle_writer_write_stream:
 * @self: a writer that has received the whole plan of the bundle
 * @out: the output stream; it need not be seekable, and is not closed
 * @cancellable: (nullable): cancels the call
 * @error: a `G_IO_ERROR`
 *
 * Writes the bundle. Bodies from files are read piece by piece.
 *
 * Returns: whether everything was written
 */
gboolean
bulla_bundle_writer_write_stream (BullaBundleWriter *self, GOutputStream *out,
                                  GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (BULLA_IS_BUNDLE_WRITER (self) && G_IS_OUTPUT_STREAM (out), FALSE);
  g_return_val_if_fail (self->mutation == NULL, FALSE);

  return write_draft (self, out, cancellable, error);
}
