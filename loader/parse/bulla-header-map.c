/* bulla-header-map.c - parses the headers of an exchange or bundled response: a canonical CBOR map
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IMPL 3.2 and 3.4, LOAD "Parsing b3 headers"; B1ALG 3.4. */
#include "bulla-header-map.h"

#include <string.h>

#include "bulla-cbor.h"

static const BullaCborReasons reasons = {
    BULLA_REASON_HEADERS_MALFORMED,
    BULLA_REASON_HEADERS_NOT_CANONICAL,
    BULLA_REASON_HEADERS_TYPE,
};

static gboolean
is_token (BullaSpan span)
{
  for (size_t i = 0; i < span.length; i++)
    if (!g_ascii_isalnum ((char)span.data[i])
        && (span.data[i] == 0 || strchr ("!#$%&'*+-.^_`|~", span.data[i]) == NULL))
      return FALSE;
  return span.length > 0;
}

static gboolean
has_upper_case (BullaSpan span)
{
  for (size_t i = 0; i < span.length; i++)
    if (g_ascii_isupper ((char)span.data[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_white (guint8 c)
{
  return c == ' ' || c == '\t';
}

/* Whether the bytes are a value as Fetch defines it ("header value"). */
static gboolean
is_value (BullaSpan span)
{
  for (size_t i = 0; i < span.length; i++)
    if (span.data[i] == 0 || span.data[i] == '\r' || span.data[i] == '\n')
      return FALSE;
  return span.length == 0 || (!is_white (span.data[0]) && !is_white (span.data[span.length - 1]));
}

/* Copies a string behind the previous one, with a NUL at its end. */
static const char *
keep (char **end, BullaSpan span)
{
  char *start = *end;

  memcpy (start, span.data, span.length);
  start[span.length] = '\0';
  *end = start + span.length + 1;
  return start;
}

static void
read_status (BullaCursor *in, BullaSpan value, BullaFacts *facts)
{
  guint status = 0;
  gboolean digits = value.length == 3 && value.data[0] != '0';

  for (size_t i = 0; digits && i < 3; i++) {
    digits = g_ascii_isdigit ((char)value.data[i]);
    status = status * 10 + (guint)(value.data[i] - '0');
  }
  if (!bulla_cursor_require (in, digits, value, BULLA_REASON_HEADERS_STATUS_SYNTAX,
                             "not three digits"))
    return;
  facts->status = status;
  facts->status_range = bulla_span_range (value);
}

static void
read_header (BullaCursor *in, BullaSpan name, BullaSpan value, BullaFacts *facts, char **end)
{
  if (name.length > 0 && name.data[0] == ':') {
    bulla_cursor_require (in, bulla_span_equal (name, ":status", 7), name,
                          BULLA_REASON_HEADERS_PSEUDO, "another pseudo header");
    read_status (in, value, facts);
    return;
  }
  bulla_cursor_require (in, is_token (name), name, BULLA_REASON_HEADERS_NAME, "not a token");
  bulla_cursor_require (in, !has_upper_case (name), name, BULLA_REASON_HEADERS_UPPER_CASE,
                        "upper case");
  bulla_cursor_require (in, is_value (value), value, BULLA_REASON_HEADERS_VALUE,
                        "NUL, CR, LF, or white space at an end");
  if (in->fault != NULL)
    return;
  facts->header[facts->n_headers++] =
      (BullaHeader){keep (end, name), keep (end, value), bulla_span_range (value)};
}

static void
read_map (BullaCursor *in, BullaFacts *facts)
{
  BullaCborItem map, name, value;
  BullaCborKeys keys = {0};

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_MAP, "not a map", &map)
      || !bulla_cursor_require (in, map.number <= BULLA_HEADER_MAP_COUNT_MAX, map.whole,
                                BULLA_REASON_HEADERS_MALFORMED, "more headers than Bulla reads"))
    return;
  facts->header = g_new0 (BullaHeader, map.number + 1);
  /* With its NUL, a name or value takes at most one byte more than in CBOR. */
  facts->header_text = g_malloc (in->rest.length + 2 * map.number + 1);
  char *end = facts->header_text;
  for (guint64 i = 0; i < map.number; i++) {
    if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES, "a name that is not a byte string",
                            &name)
        || !bulla_cbor_check_key (in, &reasons, &keys, name.whole)
        || !bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES, "a value that is not a byte string",
                               &value))
      return;
    read_header (in, name.bytes, value.bytes, facts, &end);
    if (in->fault != NULL)
      return;
  }
}

/**
 * bulla_header_map_read: (skip)
 * @span: the whole map
 * @facts: receives headers and status, and a fault
 */
void
bulla_header_map_read (BullaSpan span, BullaFacts *facts)
{
  g_auto (BullaCursor) in = bulla_cursor_over (span, BULLA_REASON_HEADERS_MALFORMED);

  read_map (&in, facts);
  GError *fault = NULL;
  if (bulla_cursor_close (&in, BULLA_REASON_HEADERS_TRAILING_BYTES, &fault) && facts->status == 0)
    bulla_fault_set (&fault, BULLA_REASON_HEADERS_STATUS_SYNTAX, bulla_span_range (span),
                     "no :status");
  if (fault == NULL) {
    bulla_part_set_ok (&facts->headers);
    return;
  }
  facts->n_headers = 0;
  bulla_facts_take_fault (facts, &facts->headers, fault);
}
