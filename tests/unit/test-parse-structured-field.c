/* test-parse-structured-field.c - parses parameterised lists of structured headers, draft 10
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-structured-field.h"
#include "test-bytes.h"

#define REASON BULLA_REASON_SIGNATURE_SYNTAX

/* Returns NULL if the input is malformed; the range of the fault is then within the input. */
static GPtrArray *
parse (const void *text, size_t length)
{
  g_autoptr (ExactBytes) bytes = exact_copy (text, length);
  g_autoptr (GError) error = NULL;
  BullaRange range;
  GPtrArray *members =
      bulla_sf_parse_parameterised_list ((BullaSpan){bytes, length, 40}, REASON, &error);

  g_assert_cmpint (members == NULL, ==, error != NULL);
  if (members == NULL) {
    assert_fault (error, REASON);
    g_assert_true (bulla_fault_get_range (error, &range));
    g_assert_cmpuint (range.offset, >=, 40);
    g_assert_cmpuint (range.offset + range.length, <=, 40 + length);
  } else {
    g_assert_cmpuint (members->len, >, 0);
  }
  return members;
}

static const char *const GOOD[] = {
    "a",
    "abc_123%1;a;b=1",
    "label;sig=*AAAA*;integrity=\"digest/mi-sha256-03\"",
    "a;b=1;c=2",
    "a ; b=1\t;\tc=2",
    "a; b=1 , c;d=2",
    " \ta \t",
    "A:b/c.d-e_f*%",
    "a;b=?0;c=?1",
    "a;b=-15;c=1.5;d=-0.1",
    "a;b=999999999999999",
    "a;b=-999999999999999",
    "a;b=99999999999999.9",
    "a;b=**;c=*YQ==*;d=*YQ*;e=*YR==*;f=*+/aA*",
    "a;b=\"\";c=\"\\\"\\\\\"",
    "a;b=token;c=T/t:x",
    "a,a",
    "a;b=1, a;b=1",
    "a;a-b_0=1",
    "a;b",
};

static const char *const BAD[] = {
    "",
    " ",
    ",",
    "a,",
    "a,,b",
    ",a",
    "a b",
    "1",
    "\"a\"",
    "_a",
    "*AAAA*",
    "a;",
    "a;;b",
    "a;B=1",
    "a;1=1",
    "a;_b=1",
    "a;b=",
    "a;b =1",
    "a;b= 1",
    "a;b=1;b=2",
    "a;b;b",
    "a;b=1000000000000000",
    "a;b=-1000000000000000",
    "a;b=999999999999999.99",
    "a;b=-",
    "a;b=1.",
    "a;b=.1",
    "a;b=1.1.1",
    "a;b=--1",
    "a;b=+1",
    "a;b=1e3",
    "a;b=\"",
    "a;b=\"c",
    "a;b=\"\\c\"",
    "a;b=\"\\",
    "a;b=\"\t\"",
    "a;b=\"\x7f\"",
    "a;b=*A*",
    "a;b=*AAAAA*",
    "a;b=*AAAA",
    "a;b=*AA=*",
    "a;b=*AAA==*",
    "a;b=*AA===*",
    "a;b=*=*",
    "a;b=*A-_A*",
    "a;b=*AA AA*",
    "a;b=*AA\nAA*",
    "a;b=:AAAA:",
    "a;b=?2",
    "a;b=?",
    "a;b=(1)",
    "a\xc3\xa9",
    "a;b=\"\xc3\xa9\"",
    "a\n",
};

static void
test_good (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (GOOD); i++) {
    g_test_message ("%s", GOOD[i]);
    g_autoptr (GPtrArray) members = parse (GOOD[i], strlen (GOOD[i]));
    g_assert_nonnull (members);
    for (size_t length = 0; length < strlen (GOOD[i]); length++) {
      GPtrArray *cut = parse (GOOD[i], length);
      g_clear_pointer (&cut, g_ptr_array_unref);
    }
  }
}

static void
test_bad (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (BAD); i++) {
    g_test_message ("%s", BAD[i]);
    g_assert_null (parse (BAD[i], strlen (BAD[i])));
  }
}

static void
test_nul (void)
{
  static const char *const with_nul[] = {
      "a\0",         "\0a;b",      "a;b\0=",  "a;b=\0", "a;b=*\0*",
      "a;b=*AA\0A*", "a;b=\"\0\"", "a;b=1\0", "a;b=c\0"};
  static const size_t lengths[] = {2, 4, 5, 5, 7, 10, 7, 6, 6};

  for (size_t i = 0; i < G_N_ELEMENTS (with_nul); i++)
    g_assert_null (parse (with_nul[i], lengths[i]));
}

static void
test_values (void)
{
  static const char text[] = "x;i=-12;f=1.25;s=\"a\\\"b\";t=Ab/c;y=*aGVsbG8*;z=*aGVsbG8=*;n;q=?1";
  g_autoptr (GPtrArray) members = parse (text, strlen (text));
  const BullaSfMember *member = members->pdata[0];
  const BullaSfParameter *integer = bulla_sf_member_find (member, "i");
  const BullaSfParameter *bytes = bulla_sf_member_find (member, "y");

  g_assert_cmpstr (member->identifier, ==, "x");
  g_assert_cmpuint (member->range.offset, ==, 40);
  g_assert_cmpuint (member->range.length, ==, strlen (text));
  g_assert_cmpint (integer->type, ==, BULLA_SF_INTEGER);
  g_assert_cmpint (integer->integer, ==, -12);
  g_assert_cmpuint (integer->range.offset, ==, 44);
  g_assert_cmpuint (integer->range.length, ==, 3);
  g_assert_cmpint (bulla_sf_member_find (member, "f")->type, ==, BULLA_SF_FLOAT);
  g_assert_cmpint (bulla_sf_member_find (member, "s")->type, ==, BULLA_SF_STRING);
  g_assert_cmpstr (bulla_sf_member_find (member, "s")->text, ==, "a\"b");
  g_assert_cmpint (bulla_sf_member_find (member, "t")->type, ==, BULLA_SF_TOKEN);
  g_assert_cmpstr (bulla_sf_member_find (member, "t")->text, ==, "Ab/c");
  g_assert_cmpint (bytes->type, ==, BULLA_SF_BYTES);
  g_assert_cmpmem (g_bytes_get_data (bytes->bytes, NULL), g_bytes_get_size (bytes->bytes), "hello",
                   5);
  g_assert_true (g_bytes_equal (bytes->bytes, bulla_sf_member_find (member, "z")->bytes));
  g_assert_cmpint (bulla_sf_member_find (member, "n")->type, ==, BULLA_SF_NONE);
  g_assert_cmpint (bulla_sf_member_find (member, "q")->type, ==, BULLA_SF_BOOLEAN);
  g_assert_cmpint (bulla_sf_member_find (member, "q")->integer, ==, 1);
  g_assert_null (bulla_sf_member_find (member, "absent"));
}

static char *
repeat (const char *format, guint n, const char *between)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (g_string_append (text, i > 0 ? between : ""), format, i);
  return g_string_free (text, FALSE);
}

/* SH10 4.2.5 and 4.2.7: the minimum sizes that a parser must accept */
static void
test_capacity (void)
{
  g_autofree char *members = repeat ("a%u", 1024, ",");
  g_autofree char *more_members = repeat ("a%u", 1025, ",");
  g_autofree char *parameters = repeat (";k%u", 256, "");
  g_autofree char *member = g_strconcat ("a", parameters, NULL);
  g_autofree char *more = g_strconcat (member, ";more", NULL);
  g_autofree char *key = g_strnfill (64, 'k');
  g_autofree char *long_key = g_strconcat ("a;", key, "=1", NULL);
  g_autoptr (GPtrArray) first = parse (members, strlen (members));
  g_autoptr (GPtrArray) second = parse (member, strlen (member));
  g_autoptr (GPtrArray) third = parse (long_key, strlen (long_key));

  g_assert_cmpuint (first->len, ==, 1024);
  g_assert_cmpuint (((BullaSfMember *)second->pdata[0])->parameters->len, ==, 256);
  g_assert_nonnull (third);
  g_assert_null (parse (more_members, strlen (more_members)));
  g_assert_null (parse (more, strlen (more)));
}

/* no byte at any place leads to a read beyond the end, or to a leak */
static void
test_every_byte (void)
{
  static const char text[] = "a;b=*AAAA*;c=\"d\";e=-1.5, f;g=?1";
  char copy[sizeof text];

  for (size_t at = 0; at < strlen (text); at++)
    for (int byte = 0; byte < 256; byte++) {
      memcpy (copy, text, sizeof text);
      copy[at] = (char)byte;
      g_autoptr (GPtrArray) members = parse (copy, strlen (text));
      g_assert_true (members == NULL || byte < 0x80);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/structured-field/good", test_good);
  g_test_add_func ("/parse/structured-field/bad", test_bad);
  g_test_add_func ("/parse/structured-field/nul", test_nul);
  g_test_add_func ("/parse/structured-field/values", test_values);
  g_test_add_func ("/parse/structured-field/capacity", test_capacity);
  g_test_add_func ("/parse/structured-field/every-byte", test_every_byte);
  return g_test_run ();
}
