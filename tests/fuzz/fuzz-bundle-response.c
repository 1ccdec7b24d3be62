/* fuzz-bundle-response.c - reads a response in a bundle, from no more bytes than it asks for
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The first two bytes of the input are the length stated by the index; 0 means the real one. */
#include "bulla-bundle-response.h"
#include "fuzz.h"

#define START 500

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 2)
    return 0;
  size_t there = size - 2, given = 0, wanted;
  guint64 stated = (guint64)data[0] << 8 | data[1];
  guint64 item_length = stated > 0 ? stated : there;
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  BullaBundleResponse response;

  for (guint asked = 0;; asked++) {
    wanted = bulla_bundle_response_want ((BullaSpan){data + 2, given, START}, item_length);
    g_assert_cmpuint (wanted, <=, item_length);
    g_assert_cmpuint (asked, <, 4);
    if (wanted <= given || given == there)
      break;
    given = MIN (wanted, there);
  }
  gboolean fine = bulla_bundle_response_read (&response, (BullaSpan){data + 2, given, START},
                                              item_length, facts);
  fuzz_check_part (&facts->response.item, START + there);
  if (facts->response.item.read == BULLA_YES) {
    fuzz_check_part (&facts->headers, START + there);
    g_assert_cmpuint (response.headers.length, <, BULLA_RESPONSE_HEADERS_END);
    g_assert_cmpuint (response.payload_offset + response.payload_length, ==, START + item_length);
    g_assert_cmpuint (response.payload_length, ==, facts->response.payload_length);
  }
  g_assert_cmpint (fine, ==, facts->headers.read == BULLA_YES);
  return 0;
}
