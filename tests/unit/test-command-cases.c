/* test-command-cases.c - the comparison by which tests of commands check output
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

static void
test_numbers (void)
{
  g_assert_true (has_said ("0\n", "0"));
  g_assert_true (has_said ("kept\n8\n", "8\n"));
  g_assert_true (has_said ("8", "8\n"));
  g_assert_false (has_said ("10\n", "0"));
  g_assert_false (has_said ("10\n", "0\n"));
  g_assert_false (has_said ("18 packages\n", "18"));
  g_assert_false (has_said ("", "0"));
}

static void
test_texts (void)
{
  g_assert_true (has_said ("18 packages: 3 substitute\n", "8 packages"));
  g_assert_true (has_said ("kept1\n", "kept1\n"));
  g_assert_false (has_said ("kept10\n", "kept1\n"));
  g_assert_true (has_said ("", ""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-cases/numbers", test_numbers);
  g_test_add_func ("/command-cases/texts", test_texts);
  return g_test_run ();
}
