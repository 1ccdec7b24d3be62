/* test-policy-issuers.c - finds the CAA domains of certificate authorities
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <string.h>

#include "bulla-ccadb.h"
#include "bulla-resources.h"

static gboolean
add (BullaIssuers *self, const char *text, GError **error)
{
  return bulla_issuers_add_lines (self, text, strlen (text), TRUE, "file", error);
}

/* Returns the domains of the entry that is found, separated by spaces; "" if there is none. */
static char *
look_up (const BullaIssuers *self, const char *ski, const char *dn, const char *o)
{
  BullaIssuerNames names = {(char *)ski, (char *)dn, (char *)o};
  const BullaIssuer *found = bulla_issuers_find (self, &names);

  return found != NULL ? g_strjoinv (" ", found->domains) : g_strdup ("");
}

static void
check (const BullaIssuers *self, const char *ski, const char *dn, const char *o,
       const char *expected)
{
  g_autofree char *found = look_up (self, ski, dn, o);

  g_assert_cmpstr (found, ==, expected);
}

/* The key is looked up first, then the subject, then the organisation. */
static void
test_order (void)
{
  g_autoptr (BullaIssuers) self = bulla_issuers_new ();
  g_autoptr (GError) error = NULL;

  add (self,
       "# a comment\n\nkind\tvalue\tdomains\n"
       "o\tExample  CA\to.example\n"
       "dn\tCN=Root,O=Example CA,C=XX\tdn.example\r\n"
       "ski\tAA:bb:CC\tski.example Second.Example, third.example\tone two\tyes\tnote\n",
       &error);
  g_assert_no_error (error);
  check (self, "aabbcc", "CN=Root,O=Example CA,C=XX", "Example CA",
         "ski.example second.example third.example");
  check (self, "aabb", "CN=Root,O=Example CA,C=XX", "Example CA", "dn.example");
  check (self, NULL, "CN=Other,O=Example CA,C=XX", "example ca ", "o.example");
  check (self, NULL, NULL, "Example", "");
  check (self, NULL, NULL, NULL, "");
  const BullaIssuer *last = bulla_issuers_get (self, 2);
  g_assert_cmpstr (last->value, ==, "aabbcc");
  g_assert_cmpstr (last->sources[1], ==, "two");
  g_assert_cmpstr (bulla_issuers_get (self, 0)->sources[0], ==, "file");
}

/* programs write the same subject in different forms */
static void
test_subjects (void)
{
  static const char *const same[] = {
      "CN=R 1,O=\"Ex, Inc.\",C=XX",      "CN=R 1,O=Ex\\, Inc.,C=XX",
      "C=XX; O=Ex, Inc.; CN=R 1",        "c=xx, o=EX,  INC., cn=r  1",
      "CN=R 1,O=Ex\\2C Inc.,C=XX",       " CN = R 1, O = \"Ex, Inc.\", C = XX",
      "C=XX,\tO=Ex\\, Inc.;\nCN=R\\0A1",
  };
  static const char *const other[] = {
      "CN=R 1,O=Ex\\, Inc.",      "CN=R 1,O=Ex Inc.,C=XX",    "CN=R 1,O=Ex\\, Inc.,C=XX,C=XX",
      "CN=XX,O=Ex\\, Inc.,C=R 1", "OU=R 1,O=Ex\\, Inc.,C=XX",
  };
  static const char *const none[] = {"", "R 1", "=a", "CN=a,=b", "CN=\\ff", "\xff=a"};
  g_autofree char *first = bulla_issuer_value_fold (BULLA_ISSUER_DN, same[0]);

  for (size_t i = 0; i < G_N_ELEMENTS (same); i++) {
    g_autofree char *folded = bulla_issuer_value_fold (BULLA_ISSUER_DN, same[i]);
    g_assert_cmpstr (folded, ==, first);
  }
  for (size_t i = 0; i < G_N_ELEMENTS (other); i++) {
    g_autofree char *folded = bulla_issuer_value_fold (BULLA_ISSUER_DN, other[i]);
    g_assert_nonnull (folded);
    g_assert_cmpstr (folded, !=, first);
  }
  for (size_t i = 0; i < G_N_ELEMENTS (none); i++) {
    g_autofree char *folded = bulla_issuer_value_fold (BULLA_ISSUER_DN, none[i]);
    g_test_message ("%s", folded);
    g_assert_true (folded == NULL || i == 3);
  }
}

static void
test_malformed (void)
{
  static const char *const lines[] = {
      "o",
      "o\tExample",
      "o\tExample\t",
      "o\t\tca.example",
      "x\tExample\tca.example",
      "O\tExample\tca.example",
      "ski\txyz\tca.example",
      "ski\tabc\tca.example",
      "ski\t\tca.example",
      "dn\tExample\tca.example",
      "o\tExample\tca.example.",
      "o\tExample\tca_.example",
      "o\tExample\tNone, N/A",
      "o\t\xff\tca.example",
      "o Example ca.example",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (BullaIssuers) self = bulla_issuers_new ();
    g_autofree char *text = g_strconcat ("# one\n", lines[i], "\n", NULL);
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", lines[i]);
    g_assert_false (add (self, text, &error));
    g_assert_error (error, BULLA_ISSUERS_ERROR, BULLA_ISSUERS_ERROR_SYNTAX);
    g_assert_true (g_str_has_prefix (error->message, "line 2: "));
  }
  g_autoptr (BullaIssuers) self = bulla_issuers_new ();
  g_assert_false (bulla_issuers_add_lines (self, "o\ta\0\tb", 7, TRUE, "", NULL));
}

static void
test_merge (void)
{
  g_autoptr (BullaIssuers) shipped = bulla_issuers_new (), mine = bulla_issuers_new ();
  static const char LINE[] = "o\tExample CA\told.example\n";
  guint added = 0, there = 0;

  bulla_issuers_add_lines (shipped, LINE, strlen (LINE), FALSE, "", NULL);
  add (mine, "o\tEXAMPLE CA\tnew.example\no\tOther\tother.example\n", NULL);
  bulla_issuers_add_all (shipped, mine, &added, &there);
  g_assert_cmpuint (added, ==, 2);
  g_assert_cmpuint (there, ==, 0);
  g_assert_cmpuint (bulla_issuers_get_n (shipped), ==, 2);
  check (shipped, NULL, NULL, "example ca", "new.example");
  bulla_issuers_add_all (shipped, mine, &added, &there);
  g_assert_cmpuint (added, ==, 0);
  g_assert_cmpuint (there, ==, 2);
  g_autofree char *lines = bulla_issuers_dup_lines (shipped, TRUE);
  g_assert_cmpstr (lines, ==,
                   "kind\tvalue\tdomains\tsources\n"
                   "o\tEXAMPLE CA\tnew.example\tfile\n"
                   "o\tOther\tother.example\tfile\n");
  g_autofree char *none = bulla_issuers_dup_lines (shipped, FALSE);
  g_assert_cmpstr (none, ==, "kind\tvalue\tdomains\tsources\n");
}

static const char CSV[] =
    "\357\273\277\"Subject\",\"Subject Key Identifier (Hex)\",\"Intermediate Certificate\","
    "\"Recognized CAA Domains\"\r\n"
    "\"C=XX; O=Ex, \"\"Inc.\"\"; CN=R1\",AABB,,\"one.example, two.example\"\r\n"
    "\"C=XX; O=Ex, \"\"Inc.\"\"; CN=R1\",CCDD,,\"three.example\nfour.example; N/A\"\r\n"
    "CN=Second,AABB,,five.example\n"
    "CN=Third,EEFF,,None\n"
    "CN=Fourth,,,six.example";

static void
test_ccadb (void)
{
  g_autoptr (BullaIssuers) self = bulla_issuers_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (bulla_ccadb_is_caa_list (CSV, strlen (CSV)));
  bulla_ccadb_read (self, CSV, strlen (CSV), "ccadb", &error);
  g_assert_no_error (error);
  check (self, "aabb", NULL, NULL, "one.example two.example five.example");
  check (self, "ccdd", NULL, NULL, "three.example four.example");
  check (self, NULL, "CN=R1,O=Ex\\, \\\"Inc.\\\",C=XX", NULL,
         "one.example two.example three.example four.example");
  check (self, "eeff", "CN=Third", NULL, "");
  check (self, NULL, "CN=Fourth", NULL, "six.example");
}

static void
test_ccadb_malformed (void)
{
  static const char HEAD[] = "Subject,Recognized CAA Domains\n";
  static const char *const texts[] = {
      "Subject,Domains\n",
      "",
      "Subject\n\"",
      "Recognized CAA Domains\nca.example\n",
      "Subject,Recognized CAA Domains\n\nCN=a,\"b.example\n",
      "Subject,Recognized CAA Domains\n\xff",
      "Subject,Recognized CAA Domains\nCN=a\n",
      "Subject,Recognized CAA Domains,C\nCN=a,b.example\nCN=b,c.example,d\n",
  };

  g_assert_true (bulla_ccadb_is_caa_list (HEAD, strlen (HEAD)));
  g_assert_false (bulla_ccadb_is_caa_list ("o\ta\tb", 5));
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (BullaIssuers) self = bulla_issuers_new ();
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", texts[i]);
    g_assert_false (bulla_ccadb_read (self, texts[i], strlen (texts[i]), "", &error));
    g_assert_error (error, BULLA_ISSUERS_ERROR, BULLA_ISSUERS_ERROR_SYNTAX);
  }
  for (gsize length = 0; length < sizeof CSV; length++) {
    g_autofree char *copy = g_memdup2 (CSV, MAX (length, 1));
    g_autoptr (BullaIssuers) self = bulla_issuers_new ();
    g_autoptr (GError) error = NULL;
    gboolean read = bulla_ccadb_read (self, copy, length, "", &error);
    g_assert_true (read == (error == NULL));
  }
}

/* Looks up an entry in a new table whose lines were not read, and in one that was read at once. */
static void
check_later (GBytes *lines, const BullaIssuers *read, BullaIssuerKind kind, const char *value)
{
  g_autoptr (BullaIssuers) later = bulla_issuers_new ();
  char *names[BULLA_ISSUER_N_KINDS] = {NULL};

  names[kind] = (char *)value;
  g_autofree char *expected =
      look_up (read, names[BULLA_ISSUER_SKI], names[BULLA_ISSUER_DN], names[BULLA_ISSUER_O]);
  bulla_issuers_add_lines_later (later, lines);
  check (later, names[BULLA_ISSUER_SKI], names[BULLA_ISSUER_DN], names[BULLA_ISSUER_O], expected);
}

static void
check_all_later (GBytes *lines)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (lines, &length);
  g_autoptr (BullaIssuers) read = bulla_issuers_new (), later = bulla_issuers_new ();
  g_autoptr (GError) error = NULL;

  bulla_issuers_add_lines (read, text, length, FALSE, "", &error);
  g_assert_no_error (error);
  bulla_issuers_add_lines_later (later, lines);
  g_assert_cmpuint (bulla_issuers_get_n (read), >, 0);
  g_assert_cmpuint (bulla_issuers_get_n (later), ==, bulla_issuers_get_n (read));
  for (guint i = 0; i < bulla_issuers_get_n (read); i++) {
    const BullaIssuer *entry = bulla_issuers_get (read, i);
    g_autofree char *upper = g_ascii_strup (entry->value, -1);
    g_autofree char *spaced = g_strconcat (" ", entry->value, " ", NULL);
    g_autofree char *longer = g_strconcat (entry->value, "x", NULL);
    const char *const values[] = {entry->value, upper, spaced, longer, "x", "", "\303\211x"};
    for (guint j = 0; j < G_N_ELEMENTS (values); j++)
      for (BullaIssuerKind kind = 0; kind < BULLA_ISSUER_N_KINDS; kind++)
        check_later (lines, read, kind, values[j]);
  }
}

/* What is read only when it is needed is the same as what is read at once; the shipped table has no
 * faults. */
static void
test_later (void)
{
  static const char some[] = "# o\tNobody\tnobody.example\n"
                             "ski\taa:bb:CC\tski.example\n"
                             "o\t  Example  CA\to.example\n"
                             "o\t\305\277ign\tlong-s.example\n"
                             "dn\tO=Example CA,CN=Root\tdn.example";
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) shipped = g_resource_lookup_data (
      bulla_get_resource (), "/org/bulla/ca-domains.tsv", G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_autoptr (GBytes) lines = g_bytes_new_static (some, sizeof some - 1);
  g_autoptr (BullaIssuers) later = bulla_issuers_new (), mine = bulla_issuers_new ();

  g_assert_no_error (error);
  check_all_later (shipped);
  check_all_later (lines);
  bulla_issuers_add_lines_later (later, lines);
  check (later, "aabbcc", NULL, NULL, "ski.example");
  check (later, NULL, "CN=root, O=example ca", NULL, "dn.example");
  check (later, NULL, NULL, "SIGN", "long-s.example");
  check (later, NULL, NULL, "Nobody", "");
  add (mine, "o\texample ca\tmine.example\no\tMy CA\tmy.example\n", &error);
  g_assert_no_error (error);
  g_autoptr (BullaIssuers) all = bulla_issuers_new ();
  bulla_issuers_add_lines_later (all, lines);
  bulla_issuers_add_all (all, mine, NULL, NULL);
  check (all, NULL, NULL, "Example CA", "mine.example");
  check (all, NULL, NULL, "my ca", "my.example");
  check (all, "aabbcc", NULL, NULL, "ski.example");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/issuers/order", test_order);
  g_test_add_func ("/policy/issuers/subjects", test_subjects);
  g_test_add_func ("/policy/issuers/malformed", test_malformed);
  g_test_add_func ("/policy/issuers/merge", test_merge);
  g_test_add_func ("/policy/issuers/later", test_later);
  g_test_add_func ("/policy/issuers/ccadb", test_ccadb);
  g_test_add_func ("/policy/issuers/ccadb-malformed", test_ccadb_malformed);
  return g_test_run ();
}
