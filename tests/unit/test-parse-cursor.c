/* test-parse-cursor.c - reads bytes with a bounded cursor, which keeps the first fault
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bytes.h"

#define TRUNCATED BULLA_REASON_SXG_TRUNCATED
#define LEFT_OVER BULLA_REASON_HEADERS_TRAILING_BYTES
#define ABOVE BULLA_REASON_SXG_SIGNATURE_TOO_LONG

static const guint8 COUNTING[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

static void
test_take (void)
{
  g_autoptr (ExactBytes) bytes = exact_copy (COUNTING, 10);
  g_auto (BullaCursor) in = bulla_cursor_over ((BullaSpan){bytes, 10, 1000}, TRUNCATED);
  BullaSpan first = bulla_cursor_take (&in, 3), none = bulla_cursor_take (&in, 0);
  BullaSpan rest = bulla_cursor_take (&in, 7);
  g_autoptr (GError) error = NULL;

  g_assert_true (bulla_span_equal (first, COUNTING, 3));
  g_assert_cmpuint (none.length, ==, 0);
  g_assert_true (bulla_span_equal (rest, COUNTING + 3, 7));
  g_assert_cmpuint (first.offset, ==, 1000);
  g_assert_cmpuint (rest.offset, ==, 1003);
  g_assert_true (bulla_cursor_close (&in, LEFT_OVER, &error));
  g_assert_no_error (error);
}

static void
test_take_too_much (gconstpointer data)
{
  size_t wanted = GPOINTER_TO_SIZE (data);
  g_autoptr (ExactBytes) bytes = exact_copy (COUNTING, 10);
  g_auto (BullaCursor) in = bulla_cursor_over ((BullaSpan){bytes, 10, 1000}, TRUNCATED);
  g_autoptr (GError) error = NULL;
  BullaRange range;

  bulla_cursor_take (&in, 4);
  g_assert_cmpuint (bulla_cursor_take (&in, wanted).length, ==, 0);
  /* the first fault is kept: later reads return nothing, even if enough bytes remain */
  g_assert_cmpuint (bulla_cursor_take (&in, 1).length, ==, 0);
  g_assert_cmpuint (bulla_cursor_take_be (&in, 2), ==, 0);
  g_assert_cmpuint (bulla_cursor_take_length (&in, 1, 0, ABOVE), ==, 0);
  g_assert_false (bulla_cursor_close (&in, LEFT_OVER, &error));
  assert_fault (error, TRUNCATED);
  g_assert_true (bulla_fault_get_range (error, &range));
  g_assert_cmpuint (range.offset, ==, 1004);
  g_assert_cmpuint (range.length, ==, 6);
}

static void
test_number (void)
{
  static const guint64 numbers[] = {0,
                                    0x01,
                                    0x0102,
                                    0x010203,
                                    0x01020304,
                                    0x0102030405,
                                    0x010203040506,
                                    0x01020304050607,
                                    0x0102030405060708};

  for (size_t width = 1; width <= 8; width++) {
    g_autoptr (ExactBytes) bytes = exact_copy (COUNTING, width);
    g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, width), TRUNCATED);
    g_assert_cmpuint (bulla_cursor_take_be (&in, width), ==, numbers[width]);
    g_assert_true (bulla_cursor_close (&in, LEFT_OVER, NULL));
  }
}

static void
test_length (void)
{
  for (guint8 value = 9; value <= 11; value++) {
    guint8 wire[] = {0, 0, value};
    g_autoptr (ExactBytes) bytes = exact_copy (wire, sizeof wire);
    g_auto (BullaCursor) in = bulla_cursor_over ((BullaSpan){bytes, 3, 50}, TRUNCATED);
    g_autoptr (GError) error = NULL;
    BullaRange range = {0, 0};
    gboolean fits = value <= 10;

    g_assert_cmpuint (bulla_cursor_take_length (&in, 3, 10, ABOVE), ==, fits ? value : 0);
    g_assert_cmpint (bulla_cursor_close (&in, LEFT_OVER, &error), ==, fits);
    if (fits)
      continue;
    assert_fault (error, ABOVE);
    g_assert_true (bulla_fault_get_range (error, &range));
    g_assert_cmpuint (range.offset, ==, 50);
    g_assert_cmpuint (range.length, ==, 3);
  }
}

static void
test_length_huge (void)
{
  guint8 wire[8];

  memset (wire, 0xff, sizeof wire);
  g_autoptr (ExactBytes) bytes = exact_copy (wire, sizeof wire);
  g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, sizeof wire), TRUNCATED);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (bulla_cursor_take_length (&in, 8, 16384, ABOVE), ==, 0);
  g_assert_false (bulla_cursor_close (&in, LEFT_OVER, &error));
  assert_fault (error, ABOVE);
}

static void
test_left_over (void)
{
  g_autoptr (ExactBytes) bytes = exact_copy (COUNTING, 10);
  g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, 10), TRUNCATED);
  g_autoptr (GError) error = NULL;
  BullaRange range;

  bulla_cursor_take (&in, 9);
  g_assert_false (bulla_cursor_close (&in, LEFT_OVER, &error));
  assert_fault (error, LEFT_OVER);
  g_assert_true (bulla_fault_get_range (error, &range));
  g_assert_cmpuint (range.offset, ==, 9);
  g_assert_cmpuint (range.length, ==, 1);
}

static void
test_require (void)
{
  g_autoptr (ExactBytes) bytes = exact_copy (COUNTING, 10);
  g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, 10), TRUNCATED);
  BullaSpan blame = bulla_cursor_take (&in, 2);
  g_autoptr (GError) error = NULL;

  g_assert_true (bulla_cursor_require (&in, TRUE, blame, BULLA_REASON_SXG_MAGIC, "x"));
  g_assert_false (bulla_cursor_require (&in, FALSE, blame, BULLA_REASON_SXG_MAGIC, "first"));
  g_assert_false (bulla_cursor_require (&in, FALSE, blame, BULLA_REASON_SXG_VERSION, "second"));
  g_assert_false (bulla_cursor_require (&in, TRUE, blame, BULLA_REASON_SXG_VERSION, "third"));
  g_assert_false (bulla_cursor_close (&in, LEFT_OVER, &error));
  assert_fault (error, BULLA_REASON_SXG_MAGIC);
  g_assert_cmpstr (error->message, ==, "first");
}

static void
test_empty (void)
{
  g_autoptr (ExactBytes) bytes = exact_copy ("", 0);
  g_auto (BullaCursor) in = bulla_cursor_over (span_over (bytes, 0), TRUNCATED);

  g_assert_cmpuint (bulla_cursor_take (&in, 0).length, ==, 0);
  g_assert_true (bulla_cursor_close (&in, LEFT_OVER, NULL));
  g_assert_true (bulla_span_equal (in.rest, "", 0));
  g_assert_true (bulla_span_equal ((BullaSpan){NULL, 0, 0}, NULL, 0));
  g_assert_false (bulla_span_equal ((BullaSpan){NULL, 0, 0}, "a", 1));
}

static void
test_not_closed (void)
{
  if (g_test_subprocess ()) {
    g_auto (BullaCursor) in = bulla_cursor_over ((BullaSpan){NULL, 0, 0}, TRUNCATED);
    bulla_cursor_take (&in, 0);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*self->closed*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/cursor/take/within", test_take);
  g_test_add_data_func ("/parse/cursor/take/above", GSIZE_TO_POINTER (7), test_take_too_much);
  g_test_add_data_func ("/parse/cursor/take/huge", GSIZE_TO_POINTER (G_MAXSIZE),
                        test_take_too_much);
  g_test_add_func ("/parse/cursor/number/every-width", test_number);
  g_test_add_func ("/parse/cursor/length/above", test_length);
  g_test_add_func ("/parse/cursor/length/huge", test_length_huge);
  g_test_add_func ("/parse/cursor/close/left-over", test_left_over);
  g_test_add_func ("/parse/cursor/require/first-stays", test_require);
  g_test_add_func ("/parse/cursor/empty", test_empty);
  g_test_add_func ("/parse/cursor/clear/not-closed", test_not_closed);
  return g_test_run ();
}
