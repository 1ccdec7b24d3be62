/* fuzz-sxg-head.c - reads the head of an exchange: the facts must not depend on how the input is
 * split
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (BullaFacts) whole = fuzz_read_head (data, size, FALSE);
  g_autoptr (BullaFacts) facts = fuzz_read_head (data, size, TRUE);

  fuzz_check_part (&whole->prologue, size);
  g_assert_cmpint (facts->prologue.read, ==, whole->prologue.read);
  g_assert_cmpint (facts->prologue.reason, ==, whole->prologue.reason);
  g_assert_cmpuint (facts->prologue.range.offset, ==, whole->prologue.range.offset);
  g_assert_cmpuint (facts->prologue.range.length, ==, whole->prologue.range.length);
  g_assert_cmpstr (facts->prologue.detail, ==, whole->prologue.detail);
  g_assert_cmpstr (facts->version, ==, whole->version);
  g_assert_cmpstr (facts->request_url, ==, whole->request_url);
  g_assert_cmpuint (facts->signature_range.length, ==, whole->signature_range.length);
  g_assert_cmpuint (facts->headers_range.offset, ==, whole->headers_range.offset);
  return 0;
}
