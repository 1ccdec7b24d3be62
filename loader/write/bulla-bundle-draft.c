/* bulla-bundle-draft.c - builds a web bundle up to its responses: header, lengths and sections
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md sections 2, 3 and 5 */
#include "bulla-bundle-writer-private.h"

#include <string.h>

#define MAGIC "\xf0\x9f\x8c\x90\xf0\x9f\x93\xa6" /* U+1F310 U+1F4E6 */
#define VERSION_SIZE 4
#define TRAILER_SIZE 9
#define ARRAY_OF_FIVE 0x85
#define ARRAY_OF_SIX 0x86

static GBytes *
write_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return bulla_cbor_write_token (BULLA_CBOR_TEXT, strlen (text), bytes);
}

static GBytes *
write_critical (GPtrArray *names)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_array (cbor, names->len);
  for (guint i = 0; i < names->len; i++)
    bulla_cbor_writer_add_text (cbor, g_ptr_array_index (names, i));
  return bulla_cbor_writer_finish (cbor);
}

/* @item: (transfer full): the encoded section */
static BullaBundlePart *
add_part (GPtrArray *parts, const char *name, GBytes *item)
{
  BullaBundlePart *part = bulla_bundle_part_new (name, item);

  g_bytes_unref (item);
  g_ptr_array_add (parts, part);
  return part;
}

static void
add_responses (GPtrArray *parts, const BullaBundlePlan *plan)
{
  BullaBundlePart *part = add_part (
      parts, "responses", bulla_cbor_write_token (BULLA_CBOR_ARRAY, plan->responses->len, NULL));

  part->has_responses = TRUE;
  for (guint i = 0; i < plan->responses->len; i++) {
    const BullaResponsePlan *response = g_ptr_array_index (plan->responses, i);
    part->announced_length += response->length;
  }
}

static gboolean
add_parts (BullaBundleDraft *self, const BullaBundlePlan *plan, BullaMutation *mutation,
           GError **error)
{
  GPtrArray *parts = self->parts;
  GBytes *index = bulla_write_index (plan, mutation, error);

  if (index == NULL)
    return FALSE;
  if (plan->critical->len > 0)
    add_part (parts, "critical", write_critical (plan->critical));
  if (plan->primary_url != NULL && plan->format == BULLA_BUNDLE_FORMAT_B2)
    add_part (parts, "primary", write_text (plan->primary_url));
  if (plan->manifest_url != NULL)
    add_part (parts, "manifest", write_text (plan->manifest_url));
  add_part (parts, "index", index);
  for (guint i = 0; i < plan->extra->len; i++) {
    const BullaBundlePart *extra = g_ptr_array_index (plan->extra, i);
    add_part (parts, extra->name, g_bytes_ref (extra->item));
  }
  if (plan->subsets->len > 0) {
    GBytes *signatures = bulla_write_signatures (plan, mutation, error);
    if (signatures == NULL)
      return FALSE;
    add_part (parts, "signatures", signatures);
  }
  add_responses (parts, plan);
  return bulla_mutate (mutation, BULLA_STAGE_SECTIONS, parts, error);
}

/* Returns: (transfer full): the content of the byte string section-lengths */
static GBytes *
write_lengths (GPtrArray *parts, BullaMutation *mutation, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();

  bulla_cbor_writer_add_array (cbor, 2 * parts->len);
  for (guint i = 0; i < parts->len; i++) {
    const BullaBundlePart *part = g_ptr_array_index (parts, i);
    bulla_cbor_writer_add_text (cbor, part->name);
    bulla_cbor_writer_add_unsigned (cbor, part->announced_length);
  }
  if (!bulla_mutate (mutation, BULLA_STAGE_SECTION_LENGTHS, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static void
head_plan_clear (BullaBundleHeadPlan *self)
{
  g_clear_pointer (&self->magic, g_bytes_unref);
  g_clear_pointer (&self->version, g_bytes_unref);
  g_clear_pointer (&self->primary, g_bytes_unref);
  g_clear_pointer (&self->lengths, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaBundleHeadPlan, head_plan_clear)

static void
append_token (GByteArray *out, BullaCborMajor major, uint64_t argument, GBytes *payload)
{
  g_autoptr (GBytes) token = bulla_cbor_write_token (major, argument, payload);

  bulla_write_bytes (out, token);
}

static void
serialize_head (BullaBundleDraft *self, const BullaBundleHeadPlan *plan)
{
  GByteArray *out = self->head;

  bulla_write_be (out, plan->array_head, 1);
  append_token (out, BULLA_CBOR_BYTES, g_bytes_get_size (plan->magic), plan->magic);
  append_token (out, BULLA_CBOR_BYTES, g_bytes_get_size (plan->version), plan->version);
  self->layout.version = out->len - g_bytes_get_size (plan->version);
  if (plan->primary != NULL)
    bulla_write_bytes (out, plan->primary);
  self->layout.lengths = out->len;
  append_token (out, BULLA_CBOR_BYTES, g_bytes_get_size (plan->lengths), plan->lengths);
  append_token (out, BULLA_CBOR_ARRAY, plan->n_sections, NULL);
  self->layout.sections = out->len;
}

/* Calculates the offsets of everything behind the header. */
static void
measure (BullaBundleDraft *self, const BullaBundlePlan *plan)
{
  size_t at = self->head->len;

  for (guint i = 0; i < self->parts->len; i++) {
    const BullaBundlePart *part = g_ptr_array_index (self->parts, i);
    if (part->has_responses)
      self->layout.responses = at;
    at += g_bytes_get_size (part->item);
    for (guint r = 0; part->has_responses && r < plan->responses->len; r++) {
      const BullaResponsePlan *response = g_ptr_array_index (plan->responses, r);
      at += bulla_response_plan_get_start_size (response) + response->payload_size;
    }
  }
  self->layout.trailer = at;
  self->layout.end = at + TRAILER_SIZE;
}

static gboolean
write_head (BullaBundleDraft *self, const BullaBundlePlan *plan, GBytes *lengths,
            BullaMutation *mutation, GError **error)
{
  gboolean is_b1 = plan->format == BULLA_BUNDLE_FORMAT_B1;
  g_auto (BullaBundleHeadPlan) head = {
      .array_head = is_b1 ? ARRAY_OF_SIX : ARRAY_OF_FIVE,
      .magic = g_bytes_new_static (MAGIC, strlen (MAGIC)),
      .version = g_bytes_new_static (is_b1 ? "b1\0\0" : "b2\0\0", VERSION_SIZE),
      .primary = is_b1 ? write_text (plan->primary_url != NULL ? plan->primary_url : "") : NULL,
      .lengths = g_bytes_ref (lengths),
      .n_sections = self->parts->len,
  };

  if (!bulla_mutate (mutation, BULLA_STAGE_BUNDLE_HEAD, &head, error))
    return FALSE;
  serialize_head (self, &head);
  measure (self, plan);
  self->total_length = head.total_length != 0 ? head.total_length : self->layout.end;
  return TRUE;
}

/* @self: (out caller-allocates): the caller clears it, even after a failure */
gboolean
bulla_bundle_draft_init (BullaBundleDraft *self, BullaBundlePlan *plan, BullaMutation *mutation,
                         GCancellable *cancellable, GError **error)
{
  self->head = g_byte_array_new ();
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_bundle_part_free);
  bulla_bundle_plan_mark_coded (plan);
  if (!bulla_bundle_plan_lay_out (plan, mutation, cancellable, error)
      || !add_parts (self, plan, mutation, error))
    return FALSE;
  g_autoptr (GBytes) lengths = write_lengths (self->parts, mutation, error);
  return lengths != NULL
         && (mutation != NULL || bulla_bundle_plan_check_parts (plan, self->parts, lengths, error))
         && write_head (self, plan, lengths, mutation, error);
}

void
bulla_bundle_draft_clear (BullaBundleDraft *self)
{
  g_clear_pointer (&self->head, g_byte_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
}
