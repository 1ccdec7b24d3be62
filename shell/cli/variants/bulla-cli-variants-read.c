/* bulla-cli-variants-read.c - reads the responses of exchanges and bundles, without judging them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-read.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-bundle-internal.h"
#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-error.h"
#include "bulla-field.h"
#include "bulla-load-internal.h"
#include "bulla-printable.h"
#include "bulla-url.h"
#include "bulla-variants-headers.h"

#define READ_SIZE 65536
#define PROOF_SIZE 32

static char *
dup_header (const BullaFacts *facts, const char *name)
{
  const BullaHeader *header = bulla_facts_find_header (facts, name);

  return header != NULL ? g_strdup (header->value) : NULL;
}

/* Returns Content-Encoding without the coding of exchanges; NULL if nothing is left. */
static char *
dup_coding (const BullaFacts *facts)
{
  g_autofree char *value = dup_header (facts, "content-encoding");
  g_auto (GStrv) list = g_strsplit (value != NULL ? value : "", ",", 32);
  g_autoptr (GString) rest = g_string_new (NULL);

  for (guint i = 0; list[i] != NULL; i++) {
    const char *coding = g_strstrip (list[i]);
    if (*coding != '\0' && g_ascii_strcasecmp (coding, BULLA_CODING_MI_SHA256) != 0
        && g_ascii_strcasecmp (coding, "identity") != 0)
      g_string_append_printf (rest, "%s%s", rest->len > 0 ? ", " : "", coding);
  }
  return rest->len > 0 ? g_string_free (g_steal_pointer (&rest), FALSE) : NULL;
}

/* Returns a name of Variants that the profile does not read; NULL if there is none. */
static const char *
find_other_name (const BullaFacts *facts, BullaVariantsChoice choice)
{
  for (int i = BULLA_VARIANTS_04; i <= BULLA_VARIANTS_PLAIN; i++) {
    const BullaVariantsNames *names = bulla_variants_names_get ((BullaVariantsChoice)i);
    if (i == (int)choice)
      continue;
    if (bulla_facts_find_header (facts, names->variants) != NULL)
      return names->variants;
    if (bulla_facts_find_header (facts, names->variant_key) != NULL)
      return names->variant_key;
  }
  return NULL;
}

/* Computes the length of an exchange's body from the size of the file, without its proofs of
 * integrity: 8 bytes of record size, and 32 bytes between records (MICE, section 2). */
static guint64
measure_body (const char *file, guint64 size, guint64 start)
{
  g_autoptr (GFile) place = g_file_new_for_path (file);
  g_autoptr (GFileInputStream) stream = g_file_read (place, NULL, NULL);
  guint8 head[8];
  gsize n = 0;
  guint64 record = 0;

  if (stream == NULL || size < start + sizeof head
      || !g_seekable_seek (G_SEEKABLE (stream), (goffset)start, G_SEEK_SET, NULL, NULL)
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head, &n, NULL, NULL)
      || n < sizeof head)
    return 0;
  for (size_t i = 0; i < sizeof head; i++)
    record = record << 8 | head[i];
  guint64 rest = size - start - sizeof head;
  if (record == 0 || record >= rest)
    return rest;
  return rest
         - PROOF_SIZE * ((rest + PROOF_SIZE + record + PROOF_SIZE - 1) / (record + PROOF_SIZE) - 1);
}

/* Reads the body of a response in a bundle to its end, to count and to digest it. */
static gboolean
read_body (BullaLoad *load, BullaCliVariant *variant, GError **error)
{
  GInputStream *body = bulla_load_get_body (load);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  gssize n = 0;

  if (body == NULL)
    return TRUE;
  while ((n = g_input_stream_read (body, buffer, READ_SIZE, NULL, error)) > 0) {
    g_checksum_update (checksum, buffer, n);
    variant->body += (guint64)n;
  }
  g_free (variant->digest);
  variant->digest = g_strdup (g_checksum_get_string (checksum));
  return n == 0;
}

static BullaCliVariant *
variant_new (BullaLoad *load, const char *file, const BullaSettings *settings)
{
  const BullaFacts *facts = bulla_load_get_facts (load);
  const BullaHeader *link = bulla_facts_find_header (facts, "link");
  BullaVariantsFields fields = bulla_variants_fields_of (facts, settings);
  BullaCliVariant *self = g_new0 (BullaCliVariant, 1);
  g_autofree char *etag = dup_header (facts, "etag");

  self->file = g_strdup (file);
  self->type = dup_header (facts, "content-type");
  self->language = dup_header (facts, "content-language");
  self->coding = dup_coding (facts);
  self->etag = etag != NULL && !g_str_has_prefix (etag, "W/") ? g_steal_pointer (&etag) : NULL;
  self->digest = bulla_facts_dup_body_digest (facts);
  self->variants = g_strdup (fields.variants);
  self->key = g_strdup (fields.variant_key);
  self->other = find_other_name (facts, settings->variants_headers);
  self->signature = facts->signature_range.length;
  self->link = link != NULL ? strlen (link->value) : 0;
  self->signed_at = facts->signature.date;
  return self;
}

static gboolean
fail_unreadable (const char *file, BullaVerdict *verdict, GError **error)
{
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s: cannot be read: %s"), file,
               bulla_reason_get_nick (bulla_verdict_get_reason (verdict)));
  return FALSE;
}

static gboolean
read_exchange (BullaLoad *load, const char *file, BullaCliVariantsSet *into,
               const BullaSettings *settings, GError **error)
{
  const BullaFacts *facts = bulla_load_get_facts (load);
  GStatBuf status;

  if (facts->headers.read != BULLA_YES || facts->request_url == NULL)
    return fail_unreadable (file, bulla_load_get_verdict (load), error);
  BullaCliVariant *variant = variant_new (load, file, settings);
  variant->url = g_strdup (facts->request_url);
  variant->bytes = g_stat (file, &status) == 0 ? (guint64)status.st_size : 0;
  variant->body = measure_body (file, variant->bytes,
                                facts->headers_range.offset + facts->headers_range.length);
  bulla_cli_variants_set_add_exchange (into, variant);
  return TRUE;
}

/* --- bundles */

/* Reads one response; @variant is NULL if the combination is absent. */
static gboolean
read_response (BullaBundle *bundle, guint resource, guint number, const char *file,
               const BullaSettings *settings, BullaCliVariant **variant, GError **error)
{
  BullaRange range = {0};

  *variant = NULL;
  if (!bulla_bundle_get_range (bundle, resource, number, &range))
    return TRUE;
  g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, resource, number, NULL, error);
  if (load == NULL)
    return FALSE;
  if (bulla_load_get_facts (load)->headers.read != BULLA_YES)
    return fail_unreadable (file, bulla_load_get_verdict (load), error);
  *variant = variant_new (load, file, settings);
  (*variant)->offset = range.offset;
  (*variant)->bytes = range.length;
  return read_body (load, *variant, error);
}

static gboolean
read_resource (BullaBundle *bundle, guint resource, const char *file, BullaCliVariantsSet *into,
               const BullaSettings *settings, GError **error)
{
  g_autoptr (GPtrArray) responses = g_ptr_array_new_with_free_func (bulla_cli_variant_free);
  g_autofree char *url = bulla_bundle_dup_url (bundle, resource);
  gboolean b1 = g_strcmp0 (bulla_bundle_get_version (bundle), "b1") == 0;

  for (guint i = 0; i < bulla_bundle_get_n_variants (bundle, resource); i++) {
    BullaCliVariant *variant = NULL;
    gboolean fine = read_response (bundle, resource, i, file, settings, &variant, error);
    g_ptr_array_add (responses, variant);
    if (!fine)
      return FALSE;
  }
  bulla_cli_variants_set_add_resource (
      into, file, b1 ? "b1" : "b2", url,
      bulla_bundle_index_get_variants (bulla_bundle_get_index (bundle), resource),
      g_steal_pointer (&responses));
  return TRUE;
}

static gboolean
read_bundle (BullaBundle *bundle, const char *file, BullaCliVariantsSet *into,
             const BullaSettings *settings, GError **error)
{
  if (bulla_bundle_get_index (bundle) == NULL)
    return fail_unreadable (file, bulla_bundle_get_verdict (bundle), error);
  for (guint i = 0; i < bulla_bundle_get_n_resources (bundle); i++)
    if (!read_resource (bundle, i, file, into, settings, error))
      return FALSE;
  return TRUE;
}

/**
 * bulla_cli_variants_read: (skip)
 * @loader: a loader that is offline
 * @file: the path of an exchange or a bundle
 * @into: receives the responses
 * @error: set if the file is not a package, or cannot be read
 *
 * Signatures are not checked.
 *
 * Returns: whether all responses were read
 */
gboolean
bulla_cli_variants_read (BullaLoader *loader, const char *file, BullaCliVariantsSet *into,
                         GError **error)
{
  const BullaSettings *settings = bulla_profile_get_settings (bulla_loader_get_profile (loader));
  BullaPackageKind kind = BULLA_PACKAGE_UNKNOWN;
  g_autoptr (GInputStream) stream = bulla_cli_open_package (file, &kind, NULL, error);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);

  if (stream == NULL)
    return FALSE;
  if (kind == BULLA_PACKAGE_EXCHANGE) {
    g_autoptr (BullaLoad) load = bulla_loader_load (loader, outer, stream, NULL, NULL, error);
    return load != NULL && read_exchange (load, file, into, settings, error);
  }
  g_autoptr (GObject) package =
      bulla_loader_open_file (loader, file, kind, outer, NULL, NULL, error);
  if (package == NULL)
    return FALSE;
  if (BULLA_IS_BUNDLE (package))
    return read_bundle (BULLA_BUNDLE (package), file, into, settings, error);
  return read_exchange (BULLA_LOAD (package), file, into, settings, error);
}

/**
 * bulla_cli_variants_report_failure: (skip)
 * @name: of a file or a client
 * @failure: why it cannot be read
 *
 * Prints it on standard error, with the name.
 *
 * Returns: %FALSE
 */
gboolean
bulla_cli_variants_report_failure (const char *name, const GError *failure)
{
  g_autofree char *shown = bulla_printable_dup (name);
  g_autofree char *message = bulla_printable_dup (failure->message);
  gboolean named = strstr (message, shown) != NULL;

  bulla_cli_print_error ("bulla variants: %s%s%s\n", named ? "" : shown, named ? "" : ": ",
                         message);
  return FALSE;
}

/**
 * bulla_cli_variants_normalise_urls: (skip)
 * @urls: (nullable) (inout): URLs as typed
 *
 * Writes the URLs as packages have them: `HTTPS://A.test:443` becomes `https://a.test/`. What is
 * not an http or https URL stays as it is.
 */
void
bulla_cli_variants_normalise_urls (char **urls)
{
  for (guint i = 0; urls != NULL && urls[i] != NULL; i++) {
    g_auto (BullaUrl) url = {NULL};
    BullaReason reason;
    const char *detail;

    if (!bulla_url_read (&url, urls[i], strlen (urls[i]), BULLA_URL_WHATWG, &reason, &detail))
      continue;
    g_free (urls[i]);
    urls[i] = g_steal_pointer (&url.url);
  }
}
