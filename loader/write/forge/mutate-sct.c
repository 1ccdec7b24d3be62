/* mutate-sct.c - mutations of signed certificate timestamps and of lists of them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutator.h"

static gboolean
set_time (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  int64_t time;

  if (!argument_time (self, argument, &time, error))
    return FALSE;
  ((BullaSctPlan *)subject)->timestamp = (uint64_t)time * 1000;
  return TRUE;
}

static gboolean
set_byte (uint8_t *field, const char *argument, GError **error)
{
  int64_t number;

  if (!argument_number (argument, &number, error))
    return FALSE;
  *field = number;
  return TRUE;
}

static gboolean
set_version (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_byte (&((BullaSctPlan *)subject)->version, argument, error);
}

static gboolean
set_hash (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_byte (&((BullaSctPlan *)subject)->hash, argument, error);
}

static gboolean
set_algorithm (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_byte (&((BullaSctPlan *)subject)->signature, argument, error);
}

/* Signs with the key of an untrusted log, under the id of the trusted one. */
static gboolean
set_other_key (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSctPlan *plan = subject;
  BullaAuthority *other = mutator_get_other (self, error);

  if (other == NULL)
    return FALSE;
  EVP_PKEY_up_ref (other->log_key);
  EVP_PKEY_free (plan->key);
  plan->key = other->log_key;
  return TRUE;
}

static gboolean
set_other_log (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSctPlan *plan = subject;

  if (!set_other_key (self, subject, argument, error))
    return FALSE;
  g_bytes_unref (plan->log_id);
  plan->log_id = bulla_write_spki_hash (plan->key, error);
  return plan->log_id != NULL;
}

static gboolean
set_extensions (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *extensions = argument_bytes (argument, error);

  if (extensions == NULL)
    return FALSE;
  set_bytes (&((BullaSctPlan *)subject)->extensions, extensions);
  return TRUE;
}

/* Replaces the entry that the log signs. */
static gboolean
set_entry (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *entry = argument_bytes (argument, error);

  if (entry == NULL)
    return FALSE;
  set_bytes (&((BullaSctPlan *)subject)->entry, entry);
  return TRUE;
}

/* Repeats the only SCT of the list. */
static gboolean
repeat_sct (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *list = subject;

  if (list->len < 2)
    return argument_fail (argument, error);
  guint item = list->len - 2;
  g_byte_array_set_size (list, 2 + 2 * item);
  memcpy (list->data + 2 + item, list->data + 2, item);
  list->data[0] = (2 * item) >> 8;
  list->data[1] = (2 * item) & 0xff;
  return TRUE;
}

const MutationRow MUTATIONS_OF_SCT[] = {
    {{"sct-time", "TIME", "Another timestamp"}, BULLA_STAGE_SCT, set_time},
    {{"sct-version", "N", "Another version"}, BULLA_STAGE_SCT, set_version},
    {{"sct-hash", "N", "Another hash algorithm announced"}, BULLA_STAGE_SCT, set_hash},
    {{"sct-algorithm", "N", "Another signature algorithm announced"},
     BULLA_STAGE_SCT,
     set_algorithm},
    {{"sct-other-key", "", "Signed with another log’s key"}, BULLA_STAGE_SCT, set_other_key},
    {{"sct-other-log", "", "Of a log that is not trusted"}, BULLA_STAGE_SCT, set_other_log},
    {{"sct-extensions", "BYTES", "With extensions, signed"}, BULLA_STAGE_SCT, set_extensions},
    {{"sct-entry", "BYTES", "About something else"}, BULLA_STAGE_SCT, set_entry},
    {{"sct-twice", "", "A list of two"}, BULLA_STAGE_SCT_LIST, repeat_sct},
    {{"sct-flip", "N", "A bit flipped in the list; by default in the signature"},
     BULLA_STAGE_SCT_LIST,
     bytes_flip},
    {{"sct-replace", "BYTES", "Another list"}, BULLA_STAGE_SCT_LIST, bytes_replace},
    {{"sct-truncate", "N", "Only N bytes of the list"}, BULLA_STAGE_SCT_LIST, bytes_truncate},
    {{"sct-append", "BYTES", "Bytes after the list"}, BULLA_STAGE_SCT_LIST, bytes_append},
    {{NULL}},
};
