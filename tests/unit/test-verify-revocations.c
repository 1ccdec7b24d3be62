/* test-verify-revocations.c - parses the local revocation list, and applies it to certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-distinguished-name.h"
#include "bulla-revocation-import.h"
#include "bulla-revocation-store.h"

#define NOW 1795402800
#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static gboolean
import (BullaRevocations *list, const char *text, BullaRevocationImport *result, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return bulla_revocations_import (list, bytes, NULL, "test", NOW, result, error);
}

static void
test_text (void)
{
  g_autoptr (BullaRevocations) list = bulla_revocations_new ();
  g_autoptr (GError) error = NULL;
  BullaRevocationImport result;

  g_assert_true (import (list,
                         "# a comment\n"
                         "\n"
                         "spki " HASH_A "  # key found\n"
                         "certificate BB:"
                         "BB:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n"
                         "serial 00:0A:bc issuer CN=One\\, Two, O=Example\t# why not\n"
                         "serial 0abc issuer /O=example/CN=One, Two\n"
                         "spki " HASH_A "\n",
                         &result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (result.format, ==, "text");
  g_assert_cmpuint (result.added, ==, 3);
  g_assert_cmpuint (result.already_there, ==, 2);
  g_assert_cmpuint (bulla_revocations_get_n (list), ==, 3);
  const BullaRevoked *key = bulla_revocations_get (list, 0);
  g_assert_cmpstr (key->sha256, ==, HASH_A);
  g_assert_cmpstr (key->why, ==, "key found");
  g_assert_cmpstr (key->source, ==, "test");
  g_assert_cmpint (key->imported, ==, NOW);
  g_assert_cmpstr (bulla_revocations_get (list, 1)->sha256, ==, HASH_B);
  const BullaRevoked *serial = bulla_revocations_get (list, 2);
  g_assert_cmpstr (serial->serial, ==, "abc");
  g_assert_cmpstr (serial->issuer, ==, "CN=One\\, Two, O=Example");
  g_assert_cmpstr (serial->why, ==, "why not");
  g_autofree char *id = g_strdup (key->id);
  g_assert_true (bulla_revocations_remove (list, id));
  g_assert_false (bulla_revocations_remove (list, id));
  g_assert_cmpuint (bulla_revocations_get_n (list), ==, 2);
}

/* a line that is malformed is named, and nothing is added */
static void
test_malformed (void)
{
  static const char *const lines[] = {
      "nonsense",
      "spki",
      "spki " HASH_A "a",
      "spki zz",
      "certificate 12",
      "serial 12",
      "serial 12 issuer",
      "serial 12 issuer Example",
      "serial 12 issuer CN=a,",
      "serial 12 issuer nothing=a",
      "serial xy issuer CN=a",
      "serial  issuer CN=a",
      "serial 12 from CN=a",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (BullaRevocations) list = bulla_revocations_new ();
    g_autofree char *text = g_strconcat ("spki " HASH_A "\n", lines[i], "\n", NULL);
    g_autoptr (GError) error = NULL;
    BullaRevocationImport result;
    g_test_message ("%s", lines[i]);
    g_assert_false (import (list, text, &result, &error));
    g_assert_nonnull (strstr (error->message, "line 2"));
    g_assert_cmpuint (bulla_revocations_get_n (list), ==, 0);
  }
}

static void
test_names (void)
{
  static const char *const same[] = {
      "CN=Example CA,O=Example\\, Inc.,C=US",
      "C = US, O = \"Example, Inc.\", CN = Example CA",
      "/C=US/O=Example, Inc./CN=Example CA",
      "cn=example  ca, o=EXAMPLE\\2c inc., 2.5.4.6=us",
      "commonName=Example CA+O=Example\\, Inc.,C=US",
  };
  g_autofree char *first = bulla_distinguished_name_normalise (same[0]);
  g_autofree char *other =
      bulla_distinguished_name_normalise ("CN=Example CA,O=Example\\, Inc.,C=UK");
  g_autofree char *slash = bulla_distinguished_name_normalise ("/CN=a/b=c/O=https:\\/\\/x.test/");

  for (size_t i = 0; i < G_N_ELEMENTS (same); i++) {
    g_autofree char *text = bulla_distinguished_name_normalise (same[i]);
    g_assert_cmpstr (text, ==, first);
  }
  g_assert_cmpstr (other, !=, first);
  g_assert_null (slash); /* "b" is not an attribute */
}

#define RECORD(members) "{\"data\": [{\"enabled\": false, " members "}]}"

static void
test_onecrl (void)
{
  /* CN=a, as DER in base64 */
#define ISSUER "\"issuerName\": \"MAwxCjAIBgNVBAMMAWE=\""
  static const struct {
    const char *json;
    const char *says; /* NULL: it is good */
  } rows[] = {
      {RECORD (ISSUER ", \"serialNumber\": \"AQI=\", \"details\": {\"why\": \"so\"}"), NULL},
      {RECORD ("\"subject\": \"MAA=\", \"pubKeyHash\": "
               "\"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\""),
       NULL},
      {"[{\"deleted\": true, \"id\": \"x\"}]", NULL},
      {RECORD (ISSUER), "record 1"},
      {RECORD ("\"serialNumber\": \"AQI=\""), "record 1"},
      {RECORD ("\"issuerName\": \"AAAA\", \"serialNumber\": \"AQI=\""), "record 1"},
      {RECORD ("\"pubKeyHash\": \"AAAA\""), "record 1"},
      {"{\"data\": [7]}", "record 1"},
      {"{}", "OneCRL"},
      {"[", "JSON"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaRevocations) list = bulla_revocations_new ();
    g_autoptr (GError) error = NULL;
    BullaRevocationImport result;
    g_test_message ("%s", rows[i].json);
    g_assert_cmpint (import (list, rows[i].json, &result, &error), ==, rows[i].says == NULL);
    g_assert_cmpstr (result.format, ==, "onecrl");
    if (rows[i].says != NULL)
      g_assert_nonnull (strstr (error->message, rows[i].says));
    if (i == 0) {
      const BullaRevoked *entry = bulla_revocations_get (list, 0);
      g_assert_cmpstr (entry->issuer, ==, "CN=a");
      g_assert_cmpstr (entry->serial, ==, "102");
      g_assert_cmpstr (entry->why, ==, "so");
    }
    if (i == 1)
      g_assert_cmpstr (bulla_revocations_get (list, 0)->sha256, ==, HASH_A);
  }
}

/* a written list is read back; every truncated file is detected and renamed */
static void
test_store (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bulla-store-XXXXXX", NULL);
  g_autofree char *inner = g_build_filename (folder, "s", NULL);
  g_autoptr (BullaFiles) store = bulla_files_new (inner);
  g_autofree char *path = bulla_files_dup_path (store, "revocations.tsv");
  g_autoptr (BullaRevocations) list = bulla_revocations_new ();
  g_autoptr (BullaRevocations) none = bulla_revocation_store_load (store, NULL);
  g_autofree char *text = NULL;
  gsize size = 0;
  g_autoptr (GError) error = NULL;
  BullaRevocationImport result;
  GStatBuf status;

  g_assert_cmpuint (bulla_revocations_get_n (none), ==, 0);
  g_assert_true (
      import (list, "serial 1 issuer CN=a\\,b\nspki " HASH_A " # tab\there ü\n", &result, &error));
  g_assert_true (bulla_revocation_store_save (store, list, &error));
  g_assert_cmpint (g_stat (inner, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_autoptr (BullaRevocations) again = bulla_revocation_store_load (store, &error);
  g_assert_cmpuint (bulla_revocations_get_n (again), ==, 2);
  g_assert_cmpstr (bulla_revocations_get (again, 0)->issuer, ==, "CN=a\\,b");
  g_assert_cmpstr (bulla_revocations_get (again, 1)->why, ==, "tab\there ü");
  g_assert_cmpstr (bulla_revocations_get (again, 1)->id, ==, bulla_revocations_get (list, 1)->id);
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  for (gsize i = 0; i < size; i++) {
    gboolean whole_lines = i > 0 && text[i - 1] == '\n';
    g_assert_true (g_file_set_contents (path, text, (gssize)i, NULL));
    g_autoptr (BullaRevocations) cut = bulla_revocation_store_load (store, &error);
    g_autofree char *notice = bulla_files_steal_notice (store);
    g_assert_cmpint (notice != NULL, ==, !whole_lines);
    g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, whole_lines);
  }
  g_autofree char *command = g_strdup_printf ("rm -r %s", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/revocations/text", test_text);
  g_test_add_func ("/verify/revocations/malformed", test_malformed);
  g_test_add_func ("/verify/revocations/names", test_names);
  g_test_add_func ("/verify/revocations/onecrl", test_onecrl);
  g_test_add_func ("/verify/revocations/store", test_store);
  return g_test_run ();
}
