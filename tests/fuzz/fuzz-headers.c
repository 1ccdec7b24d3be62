/* fuzz-headers.c - parses the signed headers of an exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-header-map.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();

  bulla_header_map_read ((BullaSpan){data, size, 0}, facts);
  fuzz_check_part (&facts->headers, size);
  g_assert_true (facts->headers.read == BULLA_YES || facts->n_headers == 0);
  for (guint i = 0; i < facts->n_headers; i++) {
    const BullaHeader *header = &facts->header[i];
    g_assert_true (bulla_facts_find_header (facts, header->name) == header);
    g_assert_cmpuint (header->range.length, ==, strlen (header->value));
    g_assert_cmpuint (header->range.offset + header->range.length, <=, size);
    g_assert_null (strpbrk (header->value, "\r\n"));
  }
  return 0;
}
