/* bulla-coding-check.c - checks whether a body decodes as its Content-Encoding says
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 9110 section 8.4 */
#include "bulla-coding-check.h"

#include <string.h>

#include "bulla-content-decoder.h"
#include "bulla-load-internal.h"

#define DECODED_MAX (256u << 20) /* bytes; a longer body may be a decompression bomb */
#define INTEGRITY_CODING "mi-sha256-03"

struct _BullaCodingCheck {
  BullaLoad *load;              /* owned */
  char *coding;                 /* owned */
  BullaContentDecoder *decoder; /* owned */
  guint64 n_decoded;
  guint64 *left;   /* borrowed; nullable; bytes that all checks together may still decode */
  BullaKnown good; /* BULLA_UNKNOWN: too long to be decoded */
};

/**
 * bulla_coding_dup: (skip)
 * @facts: facts about an exchange or a response
 *
 * Returns: (transfer full) (nullable): the content codings below Merkle integrity, in lower case;
 *   %NULL if there are none, or if the body is read with its integrity records
 */
char *
bulla_coding_dup (const BullaFacts *facts)
{
  const BullaHeader *header = bulla_facts_find_header (facts, "content-encoding");
  g_autofree char *lower = g_ascii_strdown (header != NULL ? header->value : "", -1);
  g_auto (GStrv) codings = g_strsplit (lower, ",", -1);
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();

  for (guint i = 0; codings[i] != NULL; i++) {
    const char *coding = g_strstrip (codings[i]);
    gboolean integrity = g_str_equal (coding, INTEGRITY_CODING);
    if (integrity && (codings[i + 1] != NULL || !bulla_load_facts_are_coded (facts)))
      return NULL;
    if (!integrity && *coding != '\0' && !g_str_equal (coding, "identity"))
      g_strv_builder_add (rest, coding);
  }
  g_auto (GStrv) all = g_strv_builder_end (rest);
  return all[0] != NULL ? g_strjoinv (", ", all) : NULL;
}

/**
 * bulla_coding_check_new: (skip)
 * @load: a judged load, whose body the caller is going to read to its end
 * @left: (nullable) (inout): bytes that this check and others of the caller may decode together;
 *   valid as long as the check. What is decoded is taken off
 *
 * Returns: (transfer full) (nullable): a check; %NULL if the body has no content coding besides
 *   Merkle integrity, or one that Bulla cannot decode
 */
BullaCodingCheck *
bulla_coding_check_new (BullaLoad *load, guint64 *left)
{
  g_autofree char *coding = bulla_coding_dup (bulla_load_get_facts (load));
  BullaContentDecoder *decoder = coding != NULL ? bulla_content_decoder_new (coding) : NULL;

  if (decoder == NULL)
    return NULL;
  BullaCodingCheck *self = g_new0 (BullaCodingCheck, 1);
  self->load = g_object_ref (load);
  self->coding = g_steal_pointer (&coding);
  self->decoder = decoder;
  self->left = left;
  self->good = left == NULL || *left > 0 ? BULLA_YES : BULLA_UNKNOWN;
  return self;
}

void
bulla_coding_check_free (BullaCodingCheck *self)
{
  g_object_unref (self->load);
  g_free (self->coding);
  bulla_content_decoder_free (self->decoder);
  g_free (self);
}

static gboolean
count_decoded (const guint8 *data, gsize length, gpointer user_data)
{
  BullaCodingCheck *self = user_data;

  self->n_decoded += length;
  if (self->n_decoded > DECODED_MAX || (self->left != NULL && *self->left < length))
    self->good = BULLA_UNKNOWN;
  if (self->left != NULL)
    *self->left -= MIN (*self->left, length);
  return self->good == BULLA_YES;
}

/**
 * bulla_coding_check_push: (skip)
 * @self: (nullable): a check
 * @data: a piece of the body
 * @length: number of bytes
 *
 * The decoded bytes are counted and dropped; no more than 256 MiB are decoded, and no more than
 * the caller's checks may decode together.
 */
void
bulla_coding_check_push (BullaCodingCheck *self, const guint8 *data, gsize length)
{
  if (self == NULL || self->good != BULLA_YES)
    return;
  if (!bulla_content_decoder_push (self->decoder, data, length, count_decoded, self)
      && self->good == BULLA_YES)
    self->good = BULLA_NO;
}

/**
 * bulla_coding_check_end: (skip)
 * @self: (nullable): a check that has received the whole body
 *
 * Changes the verdict of the load: the rule `body.coding` is checked.
 */
void
bulla_coding_check_end (BullaCodingCheck *self)
{
  if (self == NULL)
    return;
  /* browsers show the page, and ignore bytes that follow the coded stream */
  if (self->good == BULLA_YES && !bulla_content_decoder_end (self->decoder, count_decoded, self)
      && self->good == BULLA_YES)
    self->good = BULLA_NO;
  bulla_load_judge_coding (self->load, self->good, self->coding);
}
