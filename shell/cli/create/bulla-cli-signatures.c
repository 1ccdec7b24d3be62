/* bulla-cli-signatures.c - reads the signatures of exchanges, byte for byte
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-signatures.h"

#include <bulla.h>
#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-structured-field.h"

#define MAX_SIZE (G_GUINT64_CONSTANT (4) << 30)

static gboolean
read_head (BullaCliSignatures *self, const char *path, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &length);
  g_autoptr (GError) fault = NULL;

  self->facts = bulla_facts_new ();
  self->reader = bulla_sxg_reader_new (self->facts);
  bulla_sxg_reader_push (self->reader, data, length);
  if (bulla_sxg_reader_get_state (self->reader) < BULLA_SXG_HEAD)
    bulla_sxg_reader_end (self->reader);
  if (bulla_sxg_reader_get_state (self->reader) != BULLA_SXG_HEAD) {
    const char *detail = self->facts->prologue.detail;
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s is not a signed exchange of version b3: %s"), path,
                 detail != NULL ? detail : _ ("the file ends early"));
    return FALSE;
  }
  self->members = bulla_sf_parse_parameterised_list (bulla_sxg_reader_get_signature (self->reader),
                                                     BULLA_REASON_SIGNATURE_SYNTAX, &fault);
  if (self->members == NULL)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s: malformed Signature: %s"), path,
                 fault->message);
  return self->members != NULL;
}

/**
 * bulla_cli_signatures_read: (skip)
 * @path: a signed exchange; "-" is standard input
 * @error: if it is not one, or its Signature is malformed
 *
 * Returns: (transfer full) (nullable): its head; at least one member; nothing is verified
 */
BullaCliSignatures *
bulla_cli_signatures_read (const char *path, GError **error)
{
  g_autoptr (BullaCliSignatures) self = g_new0 (BullaCliSignatures, 1);

  self->bytes = bulla_cli_read_file (path, MAX_SIZE, error);
  if (self->bytes == NULL || !read_head (self, path, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
bulla_cli_signatures_free (BullaCliSignatures *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  g_clear_pointer (&self->reader, bulla_sxg_reader_free);
  g_clear_pointer (&self->facts, bulla_facts_unref);
  g_free (self);
}

/**
 * bulla_cli_signatures_dup_member: (skip)
 * @self: the head of an exchange
 * @member: less than the number of members
 *
 * Returns: (transfer full): the member as it is written in the Signature
 */
GBytes *
bulla_cli_signatures_dup_member (BullaCliSignatures *self, guint member)
{
  const BullaSfMember *found = self->members->pdata[member];
  BullaSpan span = bulla_sxg_reader_get_signature (self->reader);
  const guint8 *data = span.data + (found->range.offset - span.offset);
  gsize length = found->range.length;

  while (length > 0 && g_ascii_isspace (data[length - 1]))
    length--;
  return g_bytes_new (data, length);
}

/**
 * bulla_cli_signatures_get_text: (skip)
 * @self: the head of an exchange
 * @member: less than the number of members
 * @parameter: `validity-url` and the like
 *
 * Returns: (nullable): the string; %NULL if the member has no such string
 */
const char *
bulla_cli_signatures_get_text (BullaCliSignatures *self, guint member, const char *parameter)
{
  const BullaSfParameter *found = bulla_sf_member_find (self->members->pdata[member], parameter);

  return found != NULL && found->type == BULLA_SF_STRING ? found->text : NULL;
}
