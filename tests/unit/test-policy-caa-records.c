/* test-policy-caa-records.c - parses DNS records as text, and the names of hosts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <string.h>

#include "bulla-dns-name.h"
#include "caa-kit.h"

static BullaCaaAnswer *
parse_answer (const char *text, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCaaRecords) records = bulla_caa_records_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return bulla_caa_records_answer (records, name);
}

/* "FLAGS TAG VALUE" */
static void
check_record (const BullaCaaAnswer *found, guint i, const char *expected)
{
  g_assert_cmpuint (i, <, found->records->len);
  const BullaCaaRecord *record = g_ptr_array_index (found->records, i);
  g_autofree char *value = bulla_caa_value_dup_text (record->value);
  g_autofree char *text = g_strdup_printf ("%u %s %s", record->flags, record->tag, value);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_forms (void)
{
  static const char *const lines[] = {
      "a.example CAA 0 issue \"ca.example\"",
      "a.example. CAA 0 issue ca.example",
      "A.Example.\t\t300\tIN\tCAA\t0 issue \"ca.example\"\r",
      "a.example in 300 caa 0 issue \"ca.example\" ; why",
      "  a.example IN CAA 0 issue ca.example# why",
      "; a comment\n# another\n\n \t\na.example 0 CAA 0 issue ca.example;why",
      "a.example TYPE257 \\# 17 00 05 6973737565 63612e6578616d706c65",
      "a.example CAA \\# 17 00056973737565 63612E6578616D706C65",
      "a.example CAA 0 issue \\099a.exampl\\e",
      "a.example CAA 0 issue \"ca.example\"; \"",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_test_message ("%s", lines[i]);
    g_autoptr (BullaCaaAnswer) found = parse_answer (lines[i], "a.example");
    g_assert_cmpint (found->dnssec, ==, BULLA_DNSSEC_SECURE);
    g_assert_cmpuint (found->records->len, ==, 1);
    check_record (found, 0, "0 issue ca.example");
  }
}

static void
test_values (void)
{
  g_autoptr (BullaCaaAnswer) found =
      parse_answer ("a CAA 255 Tag1 \"\"\n"
                    "a CAA 128 iodef \"a;b#c d\\\"\\\\\\;\\000\\255\"\n"
                    "a CAA 0 issue a\\ b\\;\\#\\\"\n"
                    "a CAA 7 issue \xc3\xa4\n",
                    "a");

  g_assert_cmpuint (found->records->len, ==, 4);
  check_record (found, 0, "255 Tag1 ");
  check_record (found, 1, "128 iodef a;b#c d\\\"\\\\;\\000\\255");
  check_record (found, 2, "0 issue a b;#\\\"");
  check_record (found, 3, "7 issue \\195\\164");
}

/* a value may exceed 255 bytes, the limit of character strings */
static void
test_long (void)
{
  static const gsize lengths[] = {300, 65535 - 2 - 5, 65535 - 2 - 5 + 1};

  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autofree char *value = g_strnfill (lengths[i], 'x');
    g_autofree char *line = g_strdup_printf ("\na CAA 0 issue \"%s\"", value);
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaCaaRecords) records = bulla_caa_records_parse (line, strlen (line), &error);
    if (i == 2) {
      g_assert_error (error, BULLA_CAA_RECORDS_ERROR, BULLA_CAA_RECORDS_ERROR_SYNTAX);
      g_assert_true (g_str_has_prefix (error->message, "line 2: "));
      continue;
    }
    g_assert_no_error (error);
    g_autoptr (BullaCaaAnswer) found = bulla_caa_records_answer (records, "a");
    const BullaCaaRecord *record = g_ptr_array_index (found->records, 0);
    g_assert_cmpuint (g_bytes_get_size (record->value), ==, lengths[i]);
  }
}

static const char *const MALFORMED[] = {
    "a",
    "a CAA",
    "a CAA 0",
    "a CAA 0 issue",
    "a CAA 0 issue ; \"ca.example\"",
    "a CAA 256 issue x",
    "a CAA -1 issue x",
    "a CAA 0x1 issue x",
    "a CAA \"0\" issue x",
    "a CAA 0 \"issue\" x",
    "a CAA 0 issue_wild x",
    "a CAA 0 issue x y",
    "a CAA 0 issue \"x\" \"y\"",
    "a CAA 0 issue \"x\"y",
    "a CAA 0 issue x\"y\"",
    "a CAA 0 issue \"x",
    "a CAA 0 issue \"x\\\"",
    "a CAA 0 issue x\\",
    "a CAA 0 issue \\25",
    "a CAA 0 issue \\256",
    "a CH CAA 0 issue x",
    "a IN IN CAA 0 issue x",
    "a 300 300 CAA 0 issue x",
    "a 99999999999 CAA 0 issue x",
    "CAA 0 issue x",
    "IN CAA 0 issue x",
    "\"a\" CAA 0 issue x",
    "a..b CAA 0 issue x",
    ". CAA 0 issue x",
    "@ CAA 0 issue x",
    "$ORIGIN example.",
    "\xc3\xa4.example CAA 0 issue x",
    "a A 192.0.2.1",
    "a RRSIG CAA 8 2 300 1 2 3 a x",
    "a CNAME",
    "a CNAME b c",
    "a CNAME \"b\"",
    "a CNAME b..c",
    "a NXDOMAIN b",
    "a CAA \\#",
    "a CAA \\# 2 00",
    "a CAA \\# 1 0",
    "a CAA \\# 1 0g",
    "a CAA \\# 1 0000",
    "a CAA \\# 65536 00",
    "a CNAME b\na CNAME c",
    "a CNAME b\na CAA 0 issue x",
    "a CAA 0 issue x\na CNAME b",
    "a NXDOMAIN\na CAA 0 issue x",
    "a CNAME b\na NXDOMAIN",
};

static void
test_malformed (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (MALFORMED); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = g_strconcat ("b CAA 0 issue x\n", MALFORMED[i], "\n", NULL);
    guint line = strchr (MALFORMED[i], '\n') != NULL ? 3 : 2;
    g_autofree char *place = g_strdup_printf ("line %u: ", line);
    g_test_message ("%s", MALFORMED[i]);
    g_assert_null (bulla_caa_records_parse (text, strlen (text), &error));
    g_assert_true (error->domain == BULLA_CAA_RECORDS_ERROR);
    g_assert_true (g_str_has_prefix (error->message, place));
  }
}

/* a NUL ends neither the text nor a type */
static void
test_nul (void)
{
  static const char *const texts[] = {"a CAA\\000x 0 issue x", "a CAA 0 iss\\000ue x",
                                      "a\\000b CAA 0 issue x", "a CAA 0\\000 issue x"};
  static const char RAW[] = "a CAA 0 issue \"x\0y\"\nb\0 CAA 0 issue x";

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_caa_records_parse (texts[i], strlen (texts[i]), &error));
    g_assert_error (error, BULLA_CAA_RECORDS_ERROR, BULLA_CAA_RECORDS_ERROR_SYNTAX);
  }
  g_autoptr (GError) error = NULL;
  g_assert_null (bulla_caa_records_parse (RAW, sizeof RAW - 1, &error));
  g_assert_true (g_str_has_prefix (error->message, "line 2: "));
}

static void
test_limits (void)
{
  g_autofree char *lines = g_strnfill (BULLA_CAA_RECORDS_LINES_MAX + 1, '\n');
  g_autofree char *bytes = g_strnfill (BULLA_CAA_RECORDS_SIZE_MAX + 1, ' ');
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCaaRecords) most =
      bulla_caa_records_parse (lines, BULLA_CAA_RECORDS_LINES_MAX, NULL);

  g_assert_nonnull (most);
  g_assert_null (bulla_caa_records_parse (lines, BULLA_CAA_RECORDS_LINES_MAX + 1, &error));
  g_assert_error (error, BULLA_CAA_RECORDS_ERROR, BULLA_CAA_RECORDS_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (bulla_caa_records_parse (bytes, BULLA_CAA_RECORDS_SIZE_MAX + 1, &error));
  g_assert_error (error, BULLA_CAA_RECORDS_ERROR, BULLA_CAA_RECORDS_ERROR_LIMIT);
  for (guint i = 0; i < BULLA_CAA_RECORDS_MAX; i++)
    g_string_append (many, "a CAA 0 issue x\n");
  g_autoptr (BullaCaaAnswer) all = parse_answer (many->str, "a");
  g_assert_cmpuint (all->records->len, ==, BULLA_CAA_RECORDS_MAX);
  g_string_append (many, "a CAA \\# 0\n");
  g_autoptr (BullaCaaAnswer) more = parse_answer (many->str, "a");
  g_assert_cmpint (more->dnssec, ==, BULLA_DNSSEC_NO_ANSWER);
  g_assert_cmpuint (more->records->len, ==, 0);
}

typedef struct {
  const char *text, *name;
  BullaDnssec dnssec;
  int rcode;
  const char *alias;
  guint n_records;
} Case;

static void
test_states (void)
{
  static const Case cases[] = {
      {"", "a.example", BULLA_DNSSEC_SECURE, 0, NULL, 0},
      {"a NXDOMAIN", "a", BULLA_DNSSEC_SECURE, 3, NULL, 0},
      {"a SERVFAIL", "a", BULLA_DNSSEC_NO_ANSWER, 2, NULL, 0},
      {"a BOGUS", "a", BULLA_DNSSEC_BOGUS, 0, NULL, 0},
      {"a BOGUS\na CAA 0 issue x", "a", BULLA_DNSSEC_BOGUS, 0, NULL, 0},
      {"a SERVFAIL\na CAA 0 issue x", "a", BULLA_DNSSEC_NO_ANSWER, 2, NULL, 0},
      {"*.example CAA 0 issue x", "a.example", BULLA_DNSSEC_SECURE, 0, NULL, 0},
      {"a CNAME b\nb CAA 0 issue x\nb CAA 0 issue y", "a", BULLA_DNSSEC_SECURE, 0, "b", 2},
      {"a CNAME b.\nb CNAME C\nc CAA 0 issue x", "a", BULLA_DNSSEC_SECURE, 0, "c", 1},
      {"a CNAME b", "a", BULLA_DNSSEC_SECURE, 0, "b", 0},
      {"a CNAME b\nb NXDOMAIN", "a", BULLA_DNSSEC_SECURE, 3, "b", 0},
      {"a CNAME b\nb SERVFAIL", "a", BULLA_DNSSEC_NO_ANSWER, 2, "b", 0},
      {"a CNAME b\nb BOGUS", "a", BULLA_DNSSEC_BOGUS, 0, NULL, 0},
      {"a CNAME b\na BOGUS\nb CAA 0 issue x", "a", BULLA_DNSSEC_BOGUS, 0, NULL, 0},
      {"a CNAME a", "a", BULLA_DNSSEC_NO_ANSWER, 2, NULL, 0},
      {"a CNAME b\nb CNAME a", "b", BULLA_DNSSEC_NO_ANSWER, 2, NULL, 0},
      {"x.a DNAME b\nb CAA 0 issue x", "x.a", BULLA_DNSSEC_SECURE, 0, NULL, 0},
      {"a DNAME b.c\nw.b.c CAA 0 issue x", "w.a", BULLA_DNSSEC_SECURE, 0, "w.b.c", 1},
      {"a DNAME b\nw.a CNAME w.b\nw.b CAA 0 issue x", "w.a", BULLA_DNSSEC_SECURE, 0, "w.b", 1},
      {"a DNAME a.a", "w.a", BULLA_DNSSEC_NO_ANSWER, 2, NULL, 0},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *expected = &cases[i];
    g_autoptr (BullaCaaAnswer) found = parse_answer (expected->text, expected->name);
    g_test_message ("%s", expected->text);
    g_assert_cmpstr (found->name, ==, expected->name);
    g_assert_cmpint (found->dnssec, ==, expected->dnssec);
    g_assert_cmpint (found->rcode, ==, expected->rcode);
    g_assert_cmpstr (found->alias, ==, expected->alias);
    g_assert_cmpuint (found->records->len, ==, expected->n_records);
    g_assert_true ((found->detail != NULL) == (found->dnssec <= BULLA_DNSSEC_NO_ANSWER));
  }
}

/* sixteen aliases are followed, but not seventeen */
static void
test_chain (void)
{
  g_autoptr (GString) text = g_string_new ("n16 CAA 0 issue x\n");

  for (int i = 0; i < BULLA_CAA_RECORDS_ALIASES_MAX; i++)
    g_string_append_printf (text, "n%d CNAME n%d\n", i, i + 1);
  g_string_append (text, "n CNAME n0\n");
  g_autoptr (BullaCaaAnswer) longest = parse_answer (text->str, "n0");
  g_autoptr (BullaCaaAnswer) longer = parse_answer (text->str, "n");
  g_assert_cmpuint (longest->records->len, ==, 1);
  g_assert_cmpstr (longest->alias, ==, "n16");
  g_assert_cmpint (longer->dnssec, ==, BULLA_DNSSEC_NO_ANSWER);
}

/* a DNAME that makes a name too long for DNS */
static void
test_long_alias (void)
{
  g_autofree char *label = g_strnfill (63, 'l');
  g_autofree char *target = g_strjoin (".", label, label, label, NULL);
  g_autofree char *name = g_strconcat (label, ".a", NULL);
  g_autofree char *text = g_strconcat ("a DNAME ", target, NULL);
  g_autoptr (BullaCaaAnswer) found = parse_answer (text, name);

  g_assert_cmpint (found->dnssec, ==, BULLA_DNSSEC_NO_ANSWER);
  g_assert_cmpint (found->rcode, ==, 6);
}

/* after an alias, the parent of the queried name follows, not that of the target */
static void
test_climb (void)
{
  g_autoptr (BullaCaaClimb) climb = caa_climb (
      "a.b.example CNAME x.y.test\ny.test CAA 0 issue x\nexample CAA 0 issue x", "a.b.example", 0);
  static const char *const names[] = {"a.b.example", "b.example", "example"};

  g_assert_cmpuint (climb->answers->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    const BullaCaaAnswer *found = g_ptr_array_index (climb->answers, i);
    g_assert_cmpstr (found->name, ==, names[i]);
  }
}

static void
test_truncated (void)
{
  static const char TEXT[] = "a 300 IN CAA 128 issue \"ca.example\\059 a\\=b\"\n"
                             "b CNAME c ; why\nc CAA \\# 8 0005697373756561\nd BOGUS\n";

  for (gsize length = 0; length < sizeof TEXT; length++) {
    g_autofree char *copy = g_memdup2 (TEXT, MAX (length, 1));
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaCaaRecords) records = bulla_caa_records_parse (copy, length, &error);
    g_assert_true ((records == NULL) == (error != NULL));
  }
}

static void
test_hosts (void)
{
  static const struct {
    const char *typed, *name;
    gboolean wildcard;
  } cases[] = {
      {"Example.COM", "example.com", FALSE},
      {"example.com.", "example.com", FALSE},
      {"*.Example.com", "example.com", TRUE},
      {"com", "com", FALSE},
      {"b\xc3\xbc"
       "cher.example",
       "xn--bcher-kva.example", FALSE},
      {"*.B\xc3\x9c"
       "CHER.example",
       "xn--bcher-kva.example", TRUE},
      {"XN--BCHER-KVA.example", "xn--bcher-kva.example", FALSE},
      {"a\xe3\x80\x82"
       "example",
       "a.example", FALSE},
      {"", NULL, FALSE},
      {".", NULL, FALSE},
      {"*", NULL, FALSE},
      {"*.", NULL, TRUE},
      {"*.*.example", NULL, TRUE},
      {"a.*.example", NULL, FALSE},
      {"a..example", NULL, FALSE},
      {".example", NULL, FALSE},
      {"example..", NULL, FALSE},
      {"-a.example", NULL, FALSE},
      {"a-.example", NULL, FALSE},
      {"a_b.example", NULL, FALSE},
      {"a b.example", NULL, FALSE},
      {"a/b", NULL, FALSE},
      {"a:443", NULL, FALSE},
      {"192.0.2.1", NULL, FALSE},
      {"1.2.3", NULL, FALSE},
      {"a.0x7f", NULL, FALSE},
      {"0x", NULL, FALSE},
      {"::1", NULL, FALSE},
      {"[::1]", NULL, FALSE},
      {"\xff.example", NULL, FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean wildcard = 2;
    g_autofree char *name = bulla_dns_name_dup_host (cases[i].typed, &wildcard);
    g_test_message ("%s", cases[i].typed);
    g_assert_cmpstr (name, ==, cases[i].name);
    g_assert_cmpint (wildcard, ==, cases[i].wildcard);
  }
}

static void
test_host_lengths (void)
{
  g_autofree char *label = g_strnfill (63, 'a');
  g_autofree char *long_label = g_strnfill (64, 'a');
  g_autofree char *longest = g_strdup_printf ("%s.%s.%s.%.61s", label, label, label, label);
  g_autofree char *too_long = g_strconcat (longest, "a", NULL);

  g_autofree char *name = bulla_dns_name_dup_host (longest, NULL);
  g_assert_cmpstr (name, ==, longest);
  g_assert_null (bulla_dns_name_dup_host (long_label, NULL));
  g_assert_null (bulla_dns_name_dup_host (too_long, NULL));
  g_assert_true (bulla_dns_name_is_caa_domain ("ca.example", 10));
  g_assert_false (bulla_dns_name_is_caa_domain ("ca.example.", 11));
  g_assert_false (bulla_dns_name_is_caa_domain ("ca.example\0", 11));
  g_assert_false (bulla_dns_name_is_caa_domain ("", 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/caa-records/forms", test_forms);
  g_test_add_func ("/policy/caa-records/values", test_values);
  g_test_add_func ("/policy/caa-records/long", test_long);
  g_test_add_func ("/policy/caa-records/malformed", test_malformed);
  g_test_add_func ("/policy/caa-records/nul", test_nul);
  g_test_add_func ("/policy/caa-records/limits", test_limits);
  g_test_add_func ("/policy/caa-records/states", test_states);
  g_test_add_func ("/policy/caa-records/chain", test_chain);
  g_test_add_func ("/policy/caa-records/long-alias", test_long_alias);
  g_test_add_func ("/policy/caa-records/climb", test_climb);
  g_test_add_func ("/policy/caa-records/truncated", test_truncated);
  g_test_add_func ("/policy/dns-name/hosts", test_hosts);
  g_test_add_func ("/policy/dns-name/lengths", test_host_lengths);
  return g_test_run ();
}
