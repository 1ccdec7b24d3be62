/* bulla-bundle-open.c - opens a bundle: reads and judges it, from its first byte to its verdict
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Steps: find, integrity block, head, trailing length, hash, judge; one function each. A step
 * reads the available bytes, or returns what it waits for; bulla-bundle-supply.c supplies that. */
#include "bulla-bundle-private.h"

#include <string.h>

#include "bulla-integrity.h"
#include "bulla-outer-internal.h"
#include "bulla-package-kind.h"

#define FIRST_BLOCK_SIZE 4096
#define PIECE_SIZE (64 * 1024)

typedef struct {
  BullaBundle *self;
  BullaBundleWants *wants;
  guint64 *until;
  GError **error;
} Step;

/* The result of a step. */
typedef enum { GO_ON, WAIT, FAIL } Answer;

/**
 * bulla_bundle_new: (skip)
 * @context: settings for the judgement
 * @outer: the outer response
 * @source: the bytes of the bundle
 * @place: the result of bulla_bundle_find_place() for a file; a stream begins with the bundle
 *
 * Returns: (transfer full): a bundle that is not opened yet
 */
BullaBundle *
bulla_bundle_new (BullaContext *context, BullaOuter *outer, BullaBundleSource *source,
                  BullaBundlePlace place)
{
  BullaBundle *self = g_object_new (BULLA_TYPE_BUNDLE, NULL);

  self->context = bulla_context_ref (context);
  self->profile = context->profile;
  self->outer = bulla_outer_ref (outer);
  self->source = g_object_ref (source);
  self->place = place;
  self->facts = bulla_facts_new ();
  self->facts->form = BULLA_FORM_BUNDLE;
  bulla_outer_fill_facts (outer, self->facts);
  return self;
}

static Answer
wait_for (Step *step, guint64 until)
{
  *step->wants = BULLA_BUNDLE_WANTS_BYTES;
  *step->until = until;
  return WAIT;
}

/* Reads the available bytes at @offset, @size at most; fewer only at the end of the bundle. */
static Answer
read_at (Step *step, guint64 offset, gsize size, guint8 *into, gsize *length)
{
  BullaBundle *self = step->self;

  if (!bulla_bundle_source_has (self->source, offset + size))
    return wait_for (step, offset + size);
  gssize n = bulla_bundle_source_read_at (self->source, offset, into, size, step->error);
  *length = (gsize)MAX (n, 0);
  return n >= 0 ? GO_ON : FAIL;
}

/* The response broke off before the head was complete. */
static gboolean
take_transport_error (BullaBundle *self)
{
  const GError *transport = bulla_bundle_source_get_error (self->source);
  GError *fault = NULL;

  if (transport == NULL)
    return FALSE;
  bulla_fault_set (&fault, BULLA_REASON_OUTER_TRANSPORT, (BullaRange){0, 0}, "%s",
                   transport->message);
  bulla_facts_take_fault (self->facts, &self->facts->outer.read, fault);
  self->station = BULLA_BUNDLE_STATION_JUDGE;
  return TRUE;
}

/* Recognises an integrity block by an array of four that begins with a string of eight bytes,
 * whatever its magic, because no bundle begins like that; or by the right magic after any two
 * bytes. */
static gboolean
is_like_block (const guint8 *data, gsize length)
{
  static const guint8 magic[] = {0xf0, 0x9f, 0x96, 0x8b, 0xf0, 0x9f, 0x93, 0xa6};

  return (length >= 2 && data[0] == 0x84 && data[1] == 0x48)
         || (length >= 2 + sizeof magic && memcmp (data + 2, magic, sizeof magic) == 0);
}

/* Step: find the start of the bundle, and an integrity block before it. */
static Answer
find_start (Step *step)
{
  BullaBundle *self = step->self;
  guint8 start[BULLA_PACKAGE_SNIFF_SIZE];
  gsize length = 0;
  gboolean has_block = FALSE;
  Answer answer = read_at (step, 0, sizeof start, start, &length);

  if (answer != GO_ON)
    return answer;
  if (bulla_integrity_block_recognise (start, length) || is_like_block (start, length))
    has_block = TRUE;
  else if (self->place.appended > 0
           && !bulla_bundle_find_appended_block (self, &has_block, step->error))
    return FAIL;
  self->facts->integrity.present = has_block ? BULLA_YES : BULLA_NO;
  self->wanted = FIRST_BLOCK_SIZE;
  self->station = has_block ? BULLA_BUNDLE_STATION_BLOCK : BULLA_BUNDLE_STATION_HEAD;
  return GO_ON;
}

/* Step: read the integrity block. */
static Answer
read_block (Step *step)
{
  BullaBundle *self = step->self;
  g_autofree guint8 *bytes = g_malloc (self->wanted);
  gsize length = 0;
  gboolean wants_more = FALSE;
  Answer answer = read_at (step, self->block_start, self->wanted, bytes, &length);

  if (answer != GO_ON)
    return answer;
  gboolean at_end = length < self->wanted;
  if (at_end && take_transport_error (self))
    return GO_ON;
  BullaSpan span = {bytes, length, self->block_start};
  self->block = bulla_integrity_block_read (span, at_end, self->facts, &wants_more);
  if (wants_more && !at_end && self->wanted <= BULLA_INTEGRITY_BLOCK_MAX) {
    self->wanted *= 2;
    return GO_ON;
  }
  self->station = self->block != NULL ? BULLA_BUNDLE_STATION_HEAD : BULLA_BUNDLE_STATION_JUDGE;
  if (self->block != NULL)
    self->start = self->block_start + g_bytes_get_size (self->block->bytes);
  return GO_ON;
}

/* Returns the base of relative URLs. */
static char *
dup_base_url (BullaBundle *self)
{
  const char *url = self->facts->outer.url;

  if (self->block != NULL && self->block->web_bundle_id != NULL)
    return g_strconcat ("isolated-app://", self->block->web_bundle_id, "/", NULL);
  gboolean http = url != NULL
                  && (g_ascii_strncasecmp (url, "https:", 6) == 0
                      || g_ascii_strncasecmp (url, "http:", 5) == 0);
  if (http)
    return g_strdup (url);
  /* URLs in a file stay paths; a bundle from a pipe has no base URL. */
  return bulla_bundle_source_is_file (self->source) ? NULL : g_strdup ("");
}

static void
begin_head (BullaBundle *self)
{
  g_autofree char *base = dup_base_url (self);

  self->facts->bundle.url =
      bulla_facts_intern (self->facts, base != NULL && *base != '\0' ? base : NULL);
  self->reader = bulla_bundle_reader_new (self->facts, bulla_profile_get_settings (self->profile),
                                          self->start, base);
  self->pushed = self->start;
}

/* Step: read everything before the responses. */
static Answer
read_head (Step *step)
{
  BullaBundle *self = step->self;

  if (self->reader == NULL)
    begin_head (self);
  g_autofree guint8 *piece = g_malloc (PIECE_SIZE);
  while (bulla_bundle_reader_get_state (self->reader) == BULLA_BUNDLE_READING) {
    if (!bulla_bundle_source_has (self->source, self->pushed + 1))
      return wait_for (step, self->pushed + 1);
    gssize n =
        bulla_bundle_source_read_at (self->source, self->pushed, piece, PIECE_SIZE, step->error);
    if (n < 0)
      return FAIL;
    if (n == 0 && take_transport_error (self))
      return GO_ON;
    if (n == 0)
      bulla_bundle_reader_end (self->reader);
    else
      self->pushed += bulla_bundle_reader_push (self->reader, piece, (size_t)n);
  }
  gboolean whole = bulla_bundle_reader_get_state (self->reader) == BULLA_BUNDLE_HEAD;
  self->station = whole ? BULLA_BUNDLE_STATION_LENGTH : BULLA_BUNDLE_STATION_JUDGE;
  return GO_ON;
}

/* Step: compare a file's length with the stated one. The end of a stream is not waited for. */
static Answer
compare_length (Step *step)
{
  BullaBundle *self = step->self;
  const BullaPart *block = &self->facts->integrity.block;
  gboolean hash = self->block != NULL && block->read == BULLA_YES;

  self->station = hash ? BULLA_BUNDLE_STATION_HASH : BULLA_BUNDLE_STATION_JUDGE;
  if (!bulla_bundle_source_is_file (self->source))
    return GO_ON;
  return bulla_bundle_check_length (self, step->error) ? GO_ON : FAIL;
}

/* Step: verify a signed bundle completely before anything in it is used. */
static Answer
want_hash (Step *step)
{
  BullaBundle *self = step->self;

  if (!bulla_bundle_source_has (self->source, G_MAXUINT64))
    return wait_for (step, G_MAXUINT64);
  if (!bulla_bundle_source_is_complete (self->source)) {
    take_transport_error (self);
    return GO_ON;
  }
  if (self->facts->bundle.length.read == BULLA_UNKNOWN
      && !bulla_bundle_check_length (self, step->error))
    return FAIL;
  *step->wants = BULLA_BUNDLE_WANTS_HASH;
  *step->until = self->start;
  return WAIT;
}

/**
 * bulla_bundle_give_hash: (skip)
 * @self: a bundle that wants its hash
 * @sha512: the SHA-512 hash of all bytes after the integrity block
 */
void
bulla_bundle_give_hash (BullaBundle *self, const guint8 sha512[BULLA_HASH_MAX])
{
  g_return_if_fail (self->station == BULLA_BUNDLE_STATION_HASH);
  const BullaPinnedKey *pin = NULL;
  bulla_integrity_verify (self->block, sha512, self->facts);
  if (self->block->web_bundle_id != NULL)
    pin = bulla_profile_find_web_bundle_key (self->profile, self->block->web_bundle_id);
  BullaWebBundleKey kind = pin == NULL                         ? BULLA_WEB_BUNDLE_KEY_UNKNOWN
                           : pin->kind == BULLA_PINNED_ED25519 ? BULLA_WEB_BUNDLE_KEY_ED25519
                                                               : BULLA_WEB_BUNDLE_KEY_P256;
  bulla_integrity_check_id (self->block, kind, pin != NULL ? pin->bytes : NULL, self->facts);
  self->station = BULLA_BUNDLE_STATION_JUDGE;
}

/* Step: decide whether and where its contents may be shown. */
static Answer
judge (Step *step)
{
  BullaBundle *self = step->self;

  if (self->facts->outer.read.read == BULLA_YES)
    bulla_outer_fill_facts (self->outer, self->facts); /* a file's type depends on it */
  const BullaBundleSignatures *signatures = bulla_bundle_get_signatures (self);
  if (signatures != NULL) {
    self->chains = g_new0 (BullaChain *, signatures->n_authorities);
    self->vouchings = g_new0 (BullaBundleVouching, signatures->n_subsets);
    self->caa = g_new0 (BullaFacts *, signatures->n_authorities);
  }
  bulla_bundle_judge (self);
  self->station = BULLA_BUNDLE_STATION_END;
  return GO_ON;
}

/**
 * bulla_bundle_step: (skip)
 * @self: a bundle
 * @wants: (out): the kind of input that the bundle waits for
 * @until: (out): for bytes, the offset of their end; for a hash, the offset at which it begins
 * @error: set if the available bytes could not be read
 *
 * Runs steps until the bundle is judged, or waits for input.
 */
gboolean
bulla_bundle_step (BullaBundle *self, BullaBundleWants *wants, guint64 *until, GError **error)
{
  static Answer (*const stations[]) (Step *) = {
      [BULLA_BUNDLE_STATION_FIND] = find_start, [BULLA_BUNDLE_STATION_BLOCK] = read_block,
      [BULLA_BUNDLE_STATION_HEAD] = read_head,  [BULLA_BUNDLE_STATION_LENGTH] = compare_length,
      [BULLA_BUNDLE_STATION_HASH] = want_hash,  [BULLA_BUNDLE_STATION_JUDGE] = judge,
  };
  Step step = {self, wants, until, error};
  while (self->station != BULLA_BUNDLE_STATION_END) {
    Answer answer = stations[self->station](&step);
    if (answer != GO_ON)
      return answer == WAIT;
  }
  *wants = BULLA_BUNDLE_JUDGED;
  return TRUE;
}
