/* bulla-cli-inspect-validity.c - shows what is in validity data
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-inspect-validity.h"

#include <glib/gi18n.h>

#include "bulla-bytes.h"
#include "bulla-cli-file-name.h"
#include "bulla-cli-inspect.h"
#include "bulla-cli-json.h"
#include "bulla-structured-field.h"
#include "bulla-validity.h"

#define MAX_SHOWN 100
#define CBOR_MAP 5 /* major type */

/**
 * bulla_cli_validity_recognise: (skip)
 * @bytes: a file
 *
 * Returns: whether it begins as validity data does, and no package does: with a CBOR map
 */
gboolean
bulla_cli_validity_recognise (GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  return length > 0 && data[0] >> 5 == CBOR_MAP;
}

static void
add_text (JsonBuilder *builder, const BullaSfMember *member, const char *key)
{
  const BullaSfParameter *found = bulla_sf_member_find (member, key);

  bulla_cli_json_string (builder, key,
                         found != NULL && found->type == BULLA_SF_STRING ? found->text : NULL);
}

static void
add_number (JsonBuilder *builder, const BullaSfMember *member, const char *key)
{
  const BullaSfParameter *found = bulla_sf_member_find (member, key);

  if (found != NULL && found->type == BULLA_SF_INTEGER && found->integer >= 0)
    bulla_cli_json_number (builder, key, (guint64)found->integer);
  else
    bulla_cli_json_string (builder, key, NULL);
}

/* Adds one signature; its parameters are null where it cannot be read. */
static void
add_signature (JsonBuilder *builder, GBytes *bytes)
{
  static const char *const texts[] = {"integrity", "cert-url", "validity-url"};
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) fault = NULL;
  g_autoptr (GPtrArray) members = bulla_sf_parse_parameterised_list (
      (BullaSpan){data, length, 0}, BULLA_REASON_SIGNATURE_SYNTAX, &fault);
  const BullaSfMember *member = members != NULL ? members->pdata[0] : NULL;
  g_autofree char *value = bulla_bytes_dup_text (bytes);

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "value", value);
  bulla_cli_json_string (builder, "label", member != NULL ? member->identifier : NULL);
  for (gsize i = 0; member != NULL && i < G_N_ELEMENTS (texts); i++)
    add_text (builder, member, texts[i]);
  if (member != NULL) {
    add_number (builder, member, "date");
    add_number (builder, member, "expires");
  }
  bulla_cli_json_string (builder, "fault", fault != NULL ? fault->message : NULL);
  json_builder_end_object (builder);
}

static void
add_update (JsonBuilder *builder, const BullaValidity *validity)
{
  if (validity->update != BULLA_YES) {
    bulla_cli_json_string (builder, "update", NULL);
    return;
  }
  bulla_cli_json_begin (builder, "update");
  if (validity->update_size >= 0)
    bulla_cli_json_number (builder, "size", (guint64)validity->update_size);
  else
    bulla_cli_json_string (builder, "size", NULL);
  json_builder_end_object (builder);
}

/**
 * bulla_cli_validity_to_json: (skip)
 * @name: name of the file, as given
 * @bytes: the file
 * @error: if it is not validity data
 *
 * Returns: (transfer full) (nullable): the contents
 */
JsonNode *
bulla_cli_validity_to_json (const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (BullaValidity) validity = bulla_validity_parse (bytes, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (validity == NULL) {
    g_prefix_error (error, _ ("%s begins as validity data, but cannot be read: "), name);
    return NULL;
  }
  json_builder_begin_object (builder);
  bulla_cli_json_file (builder, name);
  bulla_cli_json_string (builder, "kind", "validity");
  bulla_cli_json_number (builder, "length", g_bytes_get_size (bytes));
  if (validity->has_signatures == BULLA_YES) {
    bulla_cli_json_begin_array (builder, "signatures");
    for (guint i = 0; i < validity->signatures->len; i++)
      add_signature (builder, validity->signatures->pdata[i]);
    json_builder_end_array (builder);
  } else {
    bulla_cli_json_string (builder, "signatures", NULL);
  }
  add_update (builder, validity);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * bulla_cli_validity_to_text: (skip)
 * @name: name of the file, as given
 * @bytes: the file
 * @error: if it is not validity data
 *
 * Returns: (transfer full) (nullable): a tree of the contents
 */
char *
bulla_cli_validity_to_text (const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (JsonNode) node = bulla_cli_validity_to_json (name, bytes, error);
  g_autofree char *file = bulla_cli_file_name_dup_shown (name);

  if (node == NULL)
    return NULL;
  GString *text = g_string_new (NULL);
  JsonObject *object = json_node_get_object (node);
  g_string_append_printf (text,
                          json_object_get_null_member (object, "signatures")
                              ? _ ("%s, validity data without signatures: a withdrawal\n")
                              : _ ("%s, validity data\n"),
                          file);
  bulla_cli_json_draw (text, object, bulla_cli_inspect_full ? G_MAXUINT : MAX_SHOWN);
  return g_string_free (text, FALSE);
}
