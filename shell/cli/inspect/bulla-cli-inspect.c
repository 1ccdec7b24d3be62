/* bulla-cli-inspect.c - shows the parts of a signed exchange as a tree
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-inspect.h"

#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-cli-file-name.h"
#include "bulla-cli-files.h"
#include "bulla-cli-inspect-body.h"
#include "bulla-cli-inspect-bundle.h"
#include "bulla-cli-inspect-chain.h"
#include "bulla-cli-json.h"
#include "bulla-cli-loader.h"
#include "bulla-data-url.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-package-kind.h"
#include "bulla-signed-message.h"
#include "bulla-sxg-layout.h"
#include "bulla-sxg-signature.h"

gboolean bulla_cli_inspect_full = FALSE;

struct _BullaCliInspection {
  const char *name; /* borrowed */
  GBytes *bytes;    /* owned */
  GBytes *chain;    /* owned; certificate chain; NULL if not given */
  BullaSxgLayout layout;
  GPtrArray *members;      /* owned; members of the Signature; NULL if malformed */
  GArray *fields;          /* owned; of BullaSxgField */
  BullaLoader *loader;     /* owned */
  BullaLoad *load;         /* owned; load of the package; its verdict is not shown */
  BullaFacts *chain_facts; /* owned; facts about @chain, if the load did not read it; nullable */
  BullaFacts *body_facts;  /* owned; facts about the body of an old version; nullable */
  GInputStream *body;      /* owned; body of an old version; nullable */
};

#define MAX_CHAIN_SIZE (16 << 20)
#define MAX_SHOWN 100
#define MAGIC_SIZE 8 /* bytes of the file signature */

static BullaSpan
span_of (BullaCliInspection *self, BullaRange range)
{
  const guint8 *data = g_bytes_get_data (self->bytes, NULL);

  return (BullaSpan){data + range.offset, range.length, range.offset};
}

/* A load stops at the version: what follows is read here, to be shown. */
static void
read_old_version (BullaCliInspection *self)
{
  if (bulla_load_peek_body (self->load) == NULL && strcmp (self->layout.version, "b3") != 0) {
    self->body_facts = bulla_facts_new ();
    self->body = bulla_cli_inspect_open_old_body (self->bytes, &self->layout, self->fields,
                                                  self->body_facts);
  }
  if (self->chain == NULL || bulla_load_get_facts (self->load)->chain.read != BULLA_UNKNOWN)
    return;
  g_autoptr (BullaVerdict) verdict =
      bulla_loader_judge_chain (self->loader, self->chain, TRUE, &self->chain_facts);
}

/* Locates the parts, as far as they are there. */
static gboolean
read_layout (BullaCliInspection *self, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &length);

  if (bulla_sxg_layout_read (&self->layout, self->bytes, error))
    return TRUE;
  if (bulla_package_sniff (data, length) != BULLA_PACKAGE_EXCHANGE)
    g_prefix_error (error, _ ("%s is neither a signed exchange nor a web bundle: "), self->name);
  else if (length < MAGIC_SIZE)
    g_prefix_error (error, _ ("%s is a signed exchange, cut off within its file signature: "),
                    self->name);
  else
    g_prefix_error (error, _ ("%s is like a signed exchange, but cannot be shown: "), self->name);
  return FALSE;
}

/**
 * bulla_cli_inspection_new: (skip)
 * @name: name of the package, as given
 * @bytes: the package
 * @chain_file: (nullable): its certificate chain
 * @error: set if it is not a signed exchange
 *
 * Returns: (transfer full) (nullable): the package, ready for inspection
 */
BullaCliInspection *
bulla_cli_inspection_new (const char *name, GBytes *bytes, const char *chain_file, GError **error)
{
  g_autoptr (BullaCliInspection) self = g_new0 (BullaCliInspection, 1);

  self->name = name;
  self->bytes = g_bytes_ref (bytes);
  if (!read_layout (self, error))
    return NULL;
  self->fields = bulla_sxg_layout_read_fields (&self->layout, bytes);
  BullaSpan signature = span_of (self, self->layout.signature);
  self->members =
      bulla_sf_parse_parameterised_list (signature, BULLA_REASON_SIGNATURE_SYNTAX, NULL);
  if (chain_file != NULL
      && (self->chain = bulla_cli_read_file (chain_file, MAX_CHAIN_SIZE, error)) == NULL)
    return NULL;
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  bulla_cli_loader_options.offline = TRUE;
  self->loader = bulla_cli_new_loader (trust, error);
  if (self->loader == NULL)
    return NULL;
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  self->load = bulla_loader_load (self->loader, outer, stream, self->chain, NULL, error);
  if (self->load == NULL)
    return NULL;
  read_old_version (self);
  return g_steal_pointer (&self);
}

void
bulla_cli_inspection_free (BullaCliInspection *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->chain, g_bytes_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_clear_pointer (&self->fields, g_array_unref);
  g_clear_object (&self->loader);
  g_clear_object (&self->load);
  g_clear_pointer (&self->chain_facts, bulla_facts_unref);
  g_clear_pointer (&self->body_facts, bulla_facts_unref);
  g_clear_object (&self->body);
  g_free (self);
}

static GBytes *
dup_range (BullaCliInspection *self, BullaRange range)
{
  return g_bytes_new_from_bytes (self->bytes, range.offset, range.length);
}

static GBytes *
dup_message (BullaCliInspection *self, GError **error)
{
  const BullaFacts *facts = bulla_load_get_facts (self->load);
  BullaSxgReader *reader = bulla_load_get_reader (self->load);

  if (self->layout.missing > 0) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s is cut off"), self->name);
    return NULL;
  }
  if (facts->prologue.read != BULLA_YES) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s is a signed exchange of a version other than b3"), self->name);
    return NULL;
  }
  const BullaSfParameter *hash =
      self->members != NULL ? bulla_sf_member_find (self->members->pdata[0], "cert-sha256") : NULL;
  if (hash == NULL || hash->bytes == NULL || facts->signature.validity_url == NULL) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("the Signature of %s is incomplete"),
                 self->name);
    return NULL;
  }
  BullaSignedMessage message = {
      .url = bulla_sxg_reader_get_url (reader),
      .headers = bulla_sxg_reader_get_headers (reader),
      .cert_sha256 = {g_bytes_get_data (hash->bytes, NULL), g_bytes_get_size (hash->bytes), 0},
      .validity_url = facts->signature.validity_url,
      .date = facts->signature.date,
      .expires = facts->signature.expires,
  };
  return bulla_signed_message_build (&message);
}

static GBytes *
dup_headers (BullaCliInspection *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int pseudo = 1; pseudo >= 0; pseudo--)
    for (guint i = 0; i < self->fields->len; i++) {
      const BullaSxgField *field = &g_array_index (self->fields, BullaSxgField, i);
      if ((field->name[0] == ':') == pseudo)
        g_string_append_printf (text, "%s: %s\n", field->name, field->value);
    }
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static GBytes *
dup_chain (BullaCliInspection *self, GError **error)
{
  const char *url = bulla_load_get_cert_url (self->load);

  if (self->chain != NULL)
    return g_bytes_ref (self->chain);
  if (url != NULL && g_ascii_strncasecmp (url, "data:", 5) == 0)
    return bulla_data_url_decode_chain (url, error);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               _ ("the chain is not in the package: give its file with --chain, or fetch %s"),
               url != NULL ? url : _ ("its cert-url"));
  return NULL;
}

/**
 * bulla_cli_inspection_dup_part: (skip)
 * @self: a package
 * @part: `headers`, `signature`, `message`, `cbor` or `chain`
 * @error: if there is no such part
 *
 * Returns: (transfer full) (nullable): the bytes of the part
 */
GBytes *
bulla_cli_inspection_dup_part (BullaCliInspection *self, const char *part, GError **error)
{
  if (strcmp (part, "signature") == 0)
    return dup_range (self, self->layout.signature);
  if (strcmp (part, "cbor") == 0)
    return dup_range (self, self->layout.headers);
  if (strcmp (part, "headers") == 0)
    return dup_headers (self);
  if (strcmp (part, "message") == 0)
    return dup_message (self, error);
  if (strcmp (part, "chain") == 0)
    return dup_chain (self, error);
  bulla_cli_usage_error (
      error,
      _ ("“%s” is not a part; the parts are headers, body, signature, message, cbor and chain"),
      part);
  return NULL;
}

/**
 * bulla_cli_inspection_open_body: (skip)
 * @self: a package
 * @error: if its digest is not known
 *
 * Returns: (transfer none) (nullable): the decoded body; reading it verifies each record
 */
GInputStream *
bulla_cli_inspection_open_body (BullaCliInspection *self, GError **error)
{
  GInputStream *body = self->body != NULL ? self->body : bulla_load_peek_body (self->load);

  if (body == NULL && self->layout.missing > 0)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s is cut off"), self->name);
  else if (body == NULL)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s has no Digest, so its body cannot be decoded"), self->name);
  return body;
}

static void
begin_part (JsonBuilder *builder, const char *name, BullaRange range)
{
  bulla_cli_json_begin (builder, name);
  bulla_cli_json_number (builder, "offset", range.offset);
  bulla_cli_json_number (builder, "length", range.length);
}

static void
add_parameter (JsonBuilder *builder, const BullaSfMember *member, const char *key, BullaSfType type)
{
  const BullaSfParameter *found = member != NULL ? bulla_sf_member_find (member, key) : NULL;

  if (found != NULL && found->type == BULLA_SF_INTEGER && type == BULLA_SF_INTEGER)
    bulla_cli_json_number (builder, key, (guint64)found->integer);
  else
    bulla_cli_json_string (builder, key, found != NULL && found->type == type ? found->text : NULL);
}

/* Adds the whole value, and the parameters of its first member. */
static void
add_signature (JsonBuilder *builder, BullaCliInspection *self)
{
  const BullaSfMember *member = self->members != NULL ? self->members->pdata[0] : NULL;
  g_autoptr (GBytes) bytes = dup_range (self, self->layout.signature);
  g_autofree char *text = bulla_bytes_dup_text (bytes);

  begin_part (builder, "signature", self->layout.signature);
  bulla_cli_json_string (builder, "value", text);
  bulla_cli_json_number (builder, "members", self->members != NULL ? self->members->len : 0);
  bulla_cli_json_string (builder, "label", member != NULL ? member->identifier : NULL);
  add_parameter (builder, member, "integrity", BULLA_SF_STRING);
  add_parameter (builder, member, "cert-url", BULLA_SF_STRING);
  add_parameter (builder, member, "validity-url", BULLA_SF_STRING);
  add_parameter (builder, member, "date", BULLA_SF_INTEGER);
  add_parameter (builder, member, "expires", BULLA_SF_INTEGER);
  json_builder_end_object (builder);
}

static const char *
find_field (BullaCliInspection *self, const char *name)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (strcmp (g_array_index (self->fields, BullaSxgField, i).name, name) == 0)
      return g_array_index (self->fields, BullaSxgField, i).value;
  return NULL;
}

static void
add_headers (JsonBuilder *builder, BullaCliInspection *self)
{
  gsize length = 0;
  g_autoptr (GBytes) bytes = dup_range (self, self->layout.headers);
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint8 hash[32];
  gsize size = sizeof hash;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, data, (gssize)length);
  g_checksum_get_digest (checksum, hash, &size);
  g_autofree char *base64 = g_base64_encode (hash, size);
  g_autofree char *integrity = g_strconcat ("sha256-", base64, NULL);
  begin_part (builder, "headers", self->layout.headers);
  bulla_cli_json_string (builder, "header-integrity", integrity);
  const char *status = find_field (self, ":status");
  bulla_cli_json_number (builder, "status",
                         status != NULL ? g_ascii_strtoull (status, NULL, 10) : 0);
  json_builder_set_member_name (builder, "fields");
  json_builder_begin_object (builder);
  for (guint i = 0; i < self->fields->len; i++) {
    const BullaSxgField *field = &g_array_index (self->fields, BullaSxgField, i);
    g_autofree char *name = g_utf8_make_valid (field->name, -1);
    if (strcmp (name, ":status") != 0)
      bulla_cli_json_string (builder, name, field->value);
  }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* Reads the body once, to count its records and to verify them. */
static void
add_body (JsonBuilder *builder, BullaCliInspection *self)
{
  const BullaFacts *facts =
      self->body_facts != NULL ? self->body_facts : bulla_load_get_facts (self->load);
  g_autoptr (GError) fault = NULL;
  GInputStream *body = bulla_cli_inspection_open_body (self, &fault);

  while (body != NULL && g_input_stream_skip (body, 65536, NULL, &fault) > 0)
    continue;
  begin_part (builder, "body", self->layout.body);
  bulla_cli_json_number (builder, "record-size", facts->record_size);
  bulla_cli_json_number (builder, "decoded-length", facts->body_length);
  bulla_cli_json_boolean (builder, "records-hold", fault == NULL);
  bulla_cli_json_string (builder, "fault", fault != NULL ? fault->message : NULL);
  json_builder_end_object (builder);
}

static void
add_chain (JsonBuilder *builder, BullaCliInspection *self)
{
  const BullaFacts *facts =
      self->chain_facts != NULL ? self->chain_facts : bulla_load_get_facts (self->load);

  if (facts->chain.read == BULLA_UNKNOWN)
    return;
  json_builder_set_member_name (builder, "chain");
  json_builder_begin_object (builder);
  bulla_cli_inspect_add_chain (builder, facts, TRUE);
  json_builder_end_object (builder);
}

/* Adds the first time at which the trust would end, of those that are known here. */
static void
add_expiry (JsonBuilder *builder, BullaCliInspection *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const BullaProfile *profile = bulla_loader_get_context (self->loader)->profile;
  BullaExpiry expiry;

  bulla_facts_find_expiry (bulla_load_get_facts (self->load), bulla_profile_get_settings (profile),
                           now, &expiry);
  bulla_cli_inspect_add_expiry (builder, &expiry, now);
}

/**
 * bulla_cli_inspection_to_json: (skip)
 * @self: a package
 *
 * Returns: (transfer full): the contents
 */
JsonNode *
bulla_cli_inspection_to_json (BullaCliInspection *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GBytes) url = dup_range (self, self->layout.url);
  g_autofree char *raw = bulla_bytes_dup_text (url);

  json_builder_begin_object (builder);
  bulla_cli_json_file (builder, self->name);
  bulla_cli_json_string (builder, "kind", "exchange");
  bulla_cli_json_string (builder, "version", self->layout.version);
  bulla_cli_json_number (builder, "length", g_bytes_get_size (self->bytes));
  if (self->layout.missing > 0)
    bulla_cli_json_number (builder, "missing", self->layout.missing);
  begin_part (builder, "url", self->layout.url);
  bulla_cli_json_string (builder, "value", raw);
  json_builder_end_object (builder);
  add_signature (builder, self);
  add_headers (builder, self);
  add_body (builder, self);
  add_chain (builder, self);
  add_expiry (builder, self);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * bulla_cli_inspection_to_text: (skip)
 * @self: a package
 *
 * Returns: (transfer full): a tree of the contents
 */
char *
bulla_cli_inspection_to_text (BullaCliInspection *self)
{
  g_autoptr (JsonNode) node = bulla_cli_inspection_to_json (self);
  g_autofree char *name = bulla_cli_file_name_dup_shown (self->name);
  g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, g_bytes_get_size (self->bytes));
  GString *text = g_string_new (NULL);

  if (self->layout.missing > 0)
    g_string_append_printf (text, _ ("%s, a signed exchange, cut off after %s bytes\n"), name,
                            length);
  else
    g_string_append_printf (text, _ ("%s, a signed exchange\n"), name);
  json_object_remove_member (json_node_get_object (node), "in_s"); /* a date says it better */
  bulla_cli_json_draw (text, json_node_get_object (node),
                       bulla_cli_inspect_full ? G_MAXUINT : MAX_SHOWN);
  return g_string_free (text, FALSE);
}
