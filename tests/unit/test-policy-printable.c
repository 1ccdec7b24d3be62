/* test-policy-printable.c - makes untrusted text safe to print
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-printable.h"

static const struct {
  const char *text, *line, *lines;
} TEXTS[] = {
    {"", "", ""},
    {"plain ~", "plain ~", "plain ~"},
    {"Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f"},
    {"\xe2\x80\xaf\xc2\xa0", "\xe2\x80\xaf\xc2\xa0", "\xe2\x80\xaf\xc2\xa0"},
    {"a\nb\tc", "a\\u000ab\\u0009c", "a\nb\tc"},
    {"\x01\x1f\x1b[2J\r\x7f", "\\u0001\\u001f\\u001b[2J\\u000d\\u007f",
     "\\u0001\\u001f\\u001b[2J\\u000d\\u007f"},
    {"\xc2\x80\xc2\x9b\xc2\x9f", "\\u0080\\u009b\\u009f", "\\u0080\\u009b\\u009f"},
    {"\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa\xe2\x80\xae", "\\u200e\\u200f\\u202a\\u202e",
     "\\u200e\\u200f\\u202a\\u202e"},
    {"\xe2\x81\xa6\xe2\x81\xa9\xd8\x9c\xef\xbb\xbf", "\\u2066\\u2069\\u061c\\ufeff",
     "\\u2066\\u2069\\u061c\\ufeff"},
    {"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029", "\\u2028\\u2029"},
    {"\xf3\xa0\x80\x81", "\\udb40\\udc01", "\\udb40\\udc01"},
    /* a stray byte, an overlong encoding, a surrogate, a truncated sequence, and a code point
     * beyond Unicode */
    {"\xff", "\xef\xbf\xbd", "\xef\xbf\xbd"},
    {"\xc0\x8a", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xed\xa0\x80x", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx",
     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx"},
    {"\xe2\x80", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
};

static void
test_texts (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (TEXTS); i++) {
    g_autofree char *line = bulla_printable_dup (TEXTS[i].text);
    g_autofree char *lines = bulla_printable_dup_lines (TEXTS[i].text);
    g_assert_cmpstr (line, ==, TEXTS[i].line);
    g_assert_cmpstr (lines, ==, TEXTS[i].lines);
  }
}

/* for each character alone, the result is printable, and escaping it again changes nothing */
static void
test_characters (void)
{
  for (gunichar c = 1; c < 0x110000; c++) {
    char text[8] = "";
    if (!g_unichar_validate (c))
      continue;
    g_unichar_to_utf8 (c, text);
    g_autofree char *line = bulla_printable_dup (text);
    g_autofree char *again = bulla_printable_dup (line);
    gunichar first = g_utf8_get_char (line);
    g_assert_true (g_utf8_validate (line, -1, NULL));
    g_assert_true (g_unichar_isprint (first));
    g_assert_cmpstr (line, ==, again);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/printable/texts", test_texts);
  g_test_add_func ("/policy/printable/characters", test_characters);
  return g_test_run ();
}
