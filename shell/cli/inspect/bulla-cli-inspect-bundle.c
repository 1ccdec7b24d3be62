/* bulla-cli-inspect-bundle.c - shows the parts of a bundle as a tree
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-inspect-bundle.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-file-name.h"
#include "bulla-cli-inspect.h"
#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli.h"

#define MAX_SHOWN 20

/* Adds the fault of a part, if it has one. */
void
bulla_cli_bundle_layout_add_fault (JsonBuilder *builder, const BullaPart *part)
{
  if (part->read != BULLA_NO)
    return;
  bulla_cli_json_begin (builder, "fault");
  bulla_cli_json_string (builder, "reason", bulla_reason_get_nick (part->reason));
  bulla_cli_json_number (builder, "offset", part->range.offset);
  bulla_cli_json_number (builder, "length", part->range.length);
  bulla_cli_json_string (builder, "detail", part->detail);
  json_builder_end_object (builder);
}

static void
add_range (JsonBuilder *builder, BullaRange range)
{
  bulla_cli_json_number (builder, "offset", range.offset);
  bulla_cli_json_number (builder, "length", range.length);
}

static void
add_sections (const BullaCliBundleLayout *self, JsonBuilder *builder)
{
  guint n = 0;
  const BullaBundleSection *sections = bulla_bundle_reader_get_sections (self->reader, &n);

  bulla_cli_json_begin_array (builder, "sections");
  for (guint i = 0; i < n; i++) {
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "name", sections[i].name);
    add_range (builder, (BullaRange){sections[i].offset, sections[i].length});
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/* Adds the length stated in the last bytes, and whether it is correct. */
static void
add_trailer (const BullaCliBundleLayout *self, JsonBuilder *builder)
{
  BullaRange bundle = bulla_cli_bundle_layout_get_bundle (self);
  BullaSpan all = bulla_cli_bundle_layout_span (self, bundle);
  guint64 length = 0;
  gboolean is_there = all.length >= 9 && all.data[all.length - 9] == 0x48;

  bulla_cli_json_begin (builder, "trailing-length");
  if (is_there) {
    for (size_t i = all.length - 8; i < all.length; i++)
      length = length << 8 | all.data[i];
    add_range (builder, (BullaRange){bundle.offset + all.length - 9, 9});
    g_autofree char *value = g_strdup_printf ("%" G_GUINT64_FORMAT, length);
    bulla_cli_json_string (builder, "value", value); /* JSON numbers may lose precision */
  }
  bulla_cli_json_boolean (builder, "matches", is_there && length == bundle.length);
  json_builder_end_object (builder);
}

static void
add_response (const BullaCliBundleLayout *self, JsonBuilder *builder, guint resource,
              guint location)
{
  g_auto (BullaCliLayoutResponse) response = {0};

  bulla_cli_bundle_layout_read (self, resource, location, &response);
  const BullaFacts *facts = response.facts;
  add_range (builder, response.item);
  bulla_cli_json_number (builder, "status", facts->status);
  if (response.is_read) {
    BullaSpan headers = response.parts.headers;
    g_autofree char *sha256 =
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, headers.data, headers.length);
    bulla_cli_json_begin (builder, "headers");
    add_range (builder, bulla_span_range (headers));
    bulla_cli_json_string (builder, "sha256", sha256);
    bulla_cli_json_begin (builder, "fields");
    for (guint i = 0; i < facts->n_headers; i++)
      bulla_cli_json_string (builder, facts->header[i].name, facts->header[i].value);
    json_builder_end_object (builder);
    json_builder_end_object (builder);
    bulla_cli_json_begin (builder, "payload");
    add_range (builder, (BullaRange){response.parts.payload_offset, response.parts.payload_length});
    json_builder_end_object (builder);
  }
  bulla_cli_bundle_layout_add_fault (
      builder, facts->response.item.read == BULLA_NO ? &facts->response.item : &facts->headers);
}

static void
add_resources (const BullaCliBundleLayout *self, JsonBuilder *builder)
{
  const BullaBundleIndex *index = bulla_bundle_reader_get_index (self->reader);
  guint n = index != NULL ? bulla_bundle_index_get_n_urls (index) : 0;

  bulla_cli_json_begin_array (builder, "resources");
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < bulla_bundle_index_get_n_locations (index, i); j++) {
      size_t length = 0;
      const char *url = bulla_bundle_index_get_url (index, i, &length);
      const char *variants = bulla_bundle_index_get_variants (index, i);
      g_autofree char *text = g_strndup (url, length);
      json_builder_begin_object (builder);
      bulla_cli_json_string (builder, "url", text);
      if (variants != NULL && *variants != '\0') {
        bulla_cli_json_string (builder, "variants", variants);
        bulla_cli_json_number (builder, "variant", j);
      }
      if (bulla_bundle_index_get_location (index, i, j).length > 0)
        add_response (self, builder, i, j);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_bundle (const BullaCliBundleLayout *self, JsonBuilder *builder)
{
  const BullaBundleFacts *facts = &self->facts->bundle;

  bulla_cli_json_begin (builder, "bundle");
  add_range (builder, bulla_cli_bundle_layout_get_bundle (self));
  bulla_cli_json_string (builder, "version", facts->version);
  bulla_cli_json_string (builder, "primary-url", facts->primary_url);
  bulla_cli_json_string (builder, "manifest-url", facts->manifest_url);
  bulla_cli_json_string (builder, "unknown-sections", facts->unknown_sections);
  add_sections (self, builder);
  add_trailer (self, builder);
  bulla_cli_bundle_layout_add_fault (builder, &facts->head);
  bulla_cli_bundle_layout_add_signatures (self, builder);
  add_resources (self, builder);
  json_builder_end_object (builder);
}

/**
 * bulla_cli_bundle_layout_to_json: (skip)
 * @self: a bundle, possibly incomplete
 * @name: name of the file
 *
 * Returns: (transfer full): the contents
 */
JsonNode *
bulla_cli_bundle_layout_to_json (const BullaCliBundleLayout *self, const char *name)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  BullaExpiry expiry;

  json_builder_begin_object (builder);
  bulla_cli_json_file (builder, name);
  bulla_cli_json_string (builder, "kind", self->has_block ? "signed-bundle" : "bundle");
  bulla_cli_json_string (builder, "version", self->facts->bundle.version);
  bulla_cli_json_number (builder, "length", g_bytes_get_size (self->bytes));
  if (self->has_block)
    bulla_cli_bundle_layout_add_block (self, builder);
  if (self->has_bundle)
    add_bundle (self, builder);
  bulla_cli_bundle_layout_find_expiry (self, now, &expiry);
  bulla_cli_inspect_add_expiry (builder, &expiry, now);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * bulla_cli_bundle_layout_to_text: (skip)
 * @self: a bundle, possibly incomplete
 * @name: name of the file
 *
 * Returns: (transfer full): a tree of the contents
 */
char *
bulla_cli_bundle_layout_to_text (const BullaCliBundleLayout *self, const char *name)
{
  g_autoptr (JsonNode) node = bulla_cli_bundle_layout_to_json (self, name);
  g_autofree char *shown = bulla_cli_file_name_dup_shown (name);
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text, self->has_block ? _ ("%s, a signed web bundle\n") : _ ("%s, a web bundle\n"), shown);
  json_object_remove_member (json_node_get_object (node), "in_s"); /* a date says it better */
  bulla_cli_json_draw (text, json_node_get_object (node),
                       bulla_cli_inspect_full ? G_MAXUINT : MAX_SHOWN);
  return g_string_free (text, FALSE);
}

static GBytes *
dup_section (const BullaCliBundleLayout *self, const char *name)
{
  guint n = 0;
  const BullaBundleSection *sections =
      self->reader != NULL ? bulla_bundle_reader_get_sections (self->reader, &n) : NULL;

  for (guint i = 0; i < n; i++)
    if (strcmp (sections[i].name, name) == 0)
      return bulla_cli_bundle_layout_dup (self,
                                          (BullaRange){sections[i].offset, sections[i].length});
  return NULL;
}

static GBytes *
dup_fields (const BullaFacts *facts)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, ":status: %03u\n", facts->status);
  for (guint i = 0; i < facts->n_headers; i++)
    g_string_append_printf (text, "%s: %s\n", facts->header[i].name, facts->header[i].value);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* Returns a part of the response at a URL: headers, cbor, body, or the whole. */
static GBytes *
dup_response (const BullaCliBundleLayout *self, const char *part, const char *url, GError **error)
{
  const BullaBundleIndex *index =
      self->reader != NULL ? bulla_bundle_reader_get_index (self->reader) : NULL;
  gssize resource = index != NULL ? bulla_bundle_index_find (index, url, strlen (url)) : -1;

  if (resource < 0) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s is not in the bundle"), url);
    return NULL;
  }
  g_auto (BullaCliLayoutResponse) response = {0};
  bulla_cli_bundle_layout_read (self, (guint)resource, 0, &response);
  if (strcmp (part, "response") == 0)
    return bulla_cli_bundle_layout_dup (self, response.item);
  if (!response.is_read) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s cannot be split into parts: %s"),
                 url, bulla_reason_get_nick (response.facts->response.item.reason));
    return NULL;
  }
  if (strcmp (part, "headers") == 0)
    return dup_fields (response.facts);
  if (strcmp (part, "cbor") == 0)
    return bulla_cli_bundle_layout_dup (self, bulla_span_range (response.parts.headers));
  if (strcmp (part, "body") == 0)
    return bulla_cli_bundle_layout_dup (
        self, (BullaRange){response.parts.payload_offset, response.parts.payload_length});
  bulla_cli_usage_error (
      error, _ ("“%s” is not a part of a response; the parts are response, headers, cbor and body"),
      part);
  return NULL;
}

/**
 * bulla_cli_bundle_layout_dup_part: (skip)
 * @self: a bundle
 * @part: `integrity-block`, `bundle`, the name of a section, or with @url `response`, `headers`,
 *   `cbor` or `body`
 * @url: (nullable): URL of a response
 * @error: if there is no such part
 *
 * Returns: (transfer full) (nullable): the bytes of the part
 */
GBytes *
bulla_cli_bundle_layout_dup_part (const BullaCliBundleLayout *self, const char *part,
                                  const char *url, GError **error)
{
  if (url != NULL)
    return dup_response (self, part, url, error);
  if (strcmp (part, "integrity-block") == 0 && self->block_range.length > 0)
    return bulla_cli_bundle_layout_dup (self, self->block_range);
  if (strcmp (part, "bundle") == 0 && self->has_bundle)
    return bulla_cli_bundle_layout_dup (self, bulla_cli_bundle_layout_get_bundle (self));
  GBytes *section = dup_section (self, part);
  if (section == NULL)
    bulla_cli_usage_error (error,
                           _ ("“%s” is not a part; the parts are integrity-block, bundle, the "
                              "names of sections, and with --url response, headers, cbor and body"),
                           part);
  return section;
}
