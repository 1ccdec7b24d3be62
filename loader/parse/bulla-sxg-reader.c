/* bulla-sxg-reader.c - collects the head of a signed exchange from chunks of any size
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IMPL 5.3, LOAD "Parsing the invariant prefix". */
#include "bulla-sxg-reader.h"

#include <string.h>

#include "bulla-url.h"

#define PREFIX_SIZE 10
#define LENGTHS_SIZE 6

static const char magic_b3[8] = "sxg1-b3"; /* the terminating NUL is transmitted too */

struct _BullaSxgReader {
  BullaFacts *facts; /* owned */
  BullaSxgState state;
  GByteArray *head; /* owned; all collected bytes */
  size_t wanted;    /* length of @head at which the state is complete */
};

typedef void (*StateFunc) (BullaSxgReader *self);

BullaSxgReader *
bulla_sxg_reader_new (BullaFacts *facts)
{
  BullaSxgReader *self = g_new0 (BullaSxgReader, 1);

  self->facts = bulla_facts_ref (facts);
  self->head = g_byte_array_sized_new (4096);
  self->wanted = PREFIX_SIZE;
  return self;
}

void
bulla_sxg_reader_free (BullaSxgReader *self)
{
  bulla_facts_unref (self->facts);
  g_byte_array_unref (self->head);
  g_free (self);
}

static BullaSpan
span_of (const BullaSxgReader *self, BullaRange range)
{
  return (BullaSpan){self->head->data + range.offset, (size_t)range.length, range.offset};
}

static void
take_fault (BullaSxgReader *self, BullaReason reason, BullaRange range, const char *detail)
{
  GError *fault = NULL;

  bulla_fault_set (&fault, reason, range, "%s", detail);
  bulla_facts_take_fault (self->facts, &self->facts->prologue, fault);
}

/* An unknown magic is a fault, but every version has the URL at the same place. */
static void
read_prefix (BullaSxgReader *self)
{
  const guint8 *data = self->head->data;
  BullaFacts *facts = self->facts;
  g_autofree char *seen = g_strndup ((const char *)data, 7);

  facts->version = bulla_facts_intern (facts, seen);
  facts->url_range = (BullaRange){PREFIX_SIZE, (guint64)data[8] << 8 | data[9]};
  if (memcmp (data, magic_b3, sizeof magic_b3) != 0) {
    gboolean known = memcmp (data, "sxg1-b", 6) == 0 && g_ascii_isdigit (data[6]) && data[7] == 0;
    take_fault (self, known ? BULLA_REASON_SXG_VERSION : BULLA_REASON_SXG_MAGIC,
                (BullaRange){0, sizeof magic_b3}, seen);
  }
  self->state = BULLA_SXG_URL;
  self->wanted += facts->url_range.length;
}

static void
read_url (BullaSxgReader *self)
{
  BullaFacts *facts = self->facts;
  BullaSpan span = span_of (self, facts->url_range);
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;
  g_auto (BullaUrl) url = {0};
  gboolean fine = bulla_url_read (&url, (const char *)span.data, span.length, facts->url_reading,
                                  &reason, &detail);

  if (fine && !url.https) {
    fine = FALSE;
    reason = BULLA_REASON_SXG_URL_SCHEME;
    detail = "http";
  }
  if (fine) {
    facts->request_url = bulla_facts_intern (facts, url.url);
    facts->request_origin = bulla_facts_intern (facts, url.origin);
    facts->request_host = bulla_facts_intern (facts, url.host);
  } else if (facts->prologue.read == BULLA_UNKNOWN) {
    g_autofree char *named = bulla_url_dup_named ((const char *)span.data, span.length, detail);
    take_fault (self, reason, facts->url_range, named);
  }
  self->state = facts->prologue.read == BULLA_UNKNOWN ? BULLA_SXG_LENGTHS : BULLA_SXG_FAULTED;
  self->wanted += LENGTHS_SIZE;
}

static void
read_lengths (BullaSxgReader *self)
{
  BullaFacts *facts = self->facts;
  size_t at = self->wanted - LENGTHS_SIZE;
  BullaSpan span = span_of (self, (BullaRange){at, LENGTHS_SIZE});
  g_auto (BullaCursor) in = bulla_cursor_over (span, BULLA_REASON_SXG_TRUNCATED);
  size_t signature = bulla_cursor_take_length (&in, 3, BULLA_SXG_SIGNATURE_MAX,
                                               BULLA_REASON_SXG_SIGNATURE_TOO_LONG);
  size_t headers =
      bulla_cursor_take_length (&in, 3, BULLA_SXG_HEADERS_MAX, BULLA_REASON_SXG_HEADERS_TOO_LONG);
  GError *fault = NULL;

  if (!bulla_cursor_close (&in, BULLA_REASON_SXG_TRUNCATED, &fault)) {
    bulla_facts_take_fault (facts, &facts->prologue, fault);
    self->state = BULLA_SXG_FAULTED;
    return;
  }
  facts->signature_range = (BullaRange){self->wanted, signature};
  facts->headers_range = (BullaRange){self->wanted + signature, headers};
  self->state = BULLA_SXG_PARTS;
  self->wanted += signature + headers;
}

static void
read_parts (BullaSxgReader *self)
{
  bulla_part_set_ok (&self->facts->prologue);
  self->state = BULLA_SXG_HEAD;
}

static const StateFunc states[] = {
    [BULLA_SXG_PREFIX] = read_prefix,
    [BULLA_SXG_URL] = read_url,
    [BULLA_SXG_LENGTHS] = read_lengths,
    [BULLA_SXG_PARTS] = read_parts,
    [BULLA_SXG_HEAD] = NULL,
    [BULLA_SXG_FAULTED] = NULL,
};

/**
 * bulla_sxg_reader_push: (skip)
 * @self: a reader
 * @data: the next bytes
 * @length: number of bytes
 *
 * Returns: the number of bytes that belong to the head; later ones belong to the body
 */
size_t
bulla_sxg_reader_push (BullaSxgReader *self, const guint8 *data, size_t length)
{
  size_t used = 0;

  while (states[self->state] != NULL) {
    size_t take = MIN (self->wanted - self->head->len, length - used);
    g_byte_array_append (self->head, data + used, (guint)take);
    used += take;
    if (self->head->len < self->wanted)
      break;
    states[self->state](self);
  }
  return used;
}

/**
 * bulla_sxg_reader_end: (skip)
 * @self: a reader
 *
 * Ends the input: no more bytes will be pushed.
 */
void
bulla_sxg_reader_end (BullaSxgReader *self)
{
  if (states[self->state] == NULL)
    return;
  if (self->facts->prologue.read == BULLA_UNKNOWN) {
    g_autofree char *detail = bulla_cursor_describe_end (self->head->len, self->wanted);
    take_fault (self, BULLA_REASON_SXG_TRUNCATED, (BullaRange){self->head->len, 0}, detail);
  }
  self->state = BULLA_SXG_FAULTED;
}

BullaSxgState
bulla_sxg_reader_get_state (const BullaSxgReader *self)
{
  return self->state;
}

/**
 * bulla_sxg_reader_get_url: (skip)
 * @self: a reader in state %BULLA_SXG_HEAD
 *
 * Returns: the URL as written in the file, which the signature covers
 */
BullaSpan
bulla_sxg_reader_get_url (const BullaSxgReader *self)
{
  return span_of (self, self->facts->url_range);
}

BullaSpan
bulla_sxg_reader_get_signature (const BullaSxgReader *self)
{
  return span_of (self, self->facts->signature_range);
}

BullaSpan
bulla_sxg_reader_get_headers (const BullaSxgReader *self)
{
  return span_of (self, self->facts->headers_range);
}
