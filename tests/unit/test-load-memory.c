/* test-load-memory.c - verifies a large exchange in little memory
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The default size is 96 MB, which is fast; BULLA_MEMORY_MB=1024 tests a whole gigabyte. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bulla-authority.h"
#include "bulla-exchange-writer.h"
#include "test-sanitized.h"

#define NOW G_GINT64_CONSTANT (1795402800)
#define DAY G_GINT64_CONSTANT (86400)
#define MAX_RESIDENT_KB 65536 /* most resident memory for a body of one gigabyte */

typedef struct {
  char *folder; /* owned */
} Place;

static char *
path_in (const Place *place, const char *name)
{
  return g_build_filename (place->folder, name, NULL);
}

static void
write_file (const Place *place, const char *name, const void *data, gsize size)
{
  g_autofree char *path = path_in (place, name);

  g_assert_true (g_file_set_contents (path, data, (gssize)size, NULL));
}

static void
write_packages (const Place *place, guint64 size)
{
  static const char *const hosts[] = {"publisher.test", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAuthority) authority = bulla_authority_new ("Memory", NOW - 20 * DAY, &error);
  g_autoptr (BullaCredential) leaf = bulla_authority_issue (authority, hosts, NOW - 10 * DAY, 90,
                                                            BULLA_ISSUE_SIGN_EXCHANGES, &error);
  g_autoptr (GBytes) chain =
      bulla_authority_write_chain (authority, leaf, NOW - DAY, NOW + 5 * DAY, 0, &error);
  g_autofree char *root = bulla_authority_dup_root_pem (authority);
  g_autofree char *logs = bulla_authority_dup_log_list (authority);
  g_autofree char *body_path = path_in (place, "body"), *path = path_in (place, "large.sxg");

  g_assert_no_error (error);
  write_file (place, "chain.cbor", g_bytes_get_data (chain, NULL), g_bytes_get_size (chain));
  write_file (place, "root.pem", root, strlen (root));
  write_file (place, "logs.json", logs, strlen (logs));
  write_file (place, "body", "<!DOCTYPE html>", 15);
  g_assert_cmpint (truncate (body_path, (off_t)size), ==, 0);

  g_autoptr (GFile) body_file = g_file_new_for_path (body_path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) body = g_file_read (body_file, NULL, &error);
  g_autoptr (GFileOutputStream) out =
      g_file_create (file, G_FILE_CREATE_REPLACE_DESTINATION, NULL, &error);
  g_autoptr (BullaExchangeWriter) writer =
      bulla_exchange_writer_new ("https://publisher.test/large.html", leaf);
  g_assert_no_error (error);
  bulla_exchange_writer_add_header (writer, "content-type", "text/html");
  bulla_exchange_writer_set_record_size (writer, 16384);
  bulla_exchange_writer_set_cert_url (writer, "https://certificates.test/chain.cbor");
  bulla_exchange_writer_set_validity_url (writer, "https://publisher.test/validity");
  bulla_exchange_writer_set_validity (writer, NOW - DAY, NOW + 5 * DAY);
  bulla_exchange_writer_write_stream (writer, G_INPUT_STREAM (body), G_OUTPUT_STREAM (out), NULL,
                                      &error);
  g_assert_no_error (error);
}

static long
verify (const Place *place)
{
  g_auto (GStrv) arguments = g_strsplit (
      "bulla verify --json=full --offline --trust root.pem --ct-logs logs.json --chain chain.cbor "
      "--at 1795402800 large.sxg",
      " ", -1);
  g_autofree char *out = NULL, *err = NULL;
  g_autoptr (GError) error = NULL;
  struct rusage usage;
  int status = 0;

  g_free (arguments[0]);
  arguments[0] = g_strdup (g_getenv ("BULLA_PROGRAM"));
  g_spawn_sync (place->folder, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status,
                &error);
  g_assert_no_error (error);
  g_test_message ("%s%s", out, err);
  g_assert_cmpint (status, ==, 0);
  g_assert_nonnull (strstr (out, "\"substitute\""));
  g_assert_cmpint (getrusage (RUSAGE_CHILDREN, &usage), ==, 0);
  return usage.ru_maxrss; /* kB on Linux */
}

static void
test_large (void)
{
  static const char *const files[] = {"chain.cbor", "root.pem", "logs.json", "body", "large.sxg"};
  const char *wanted = g_getenv ("BULLA_MEMORY_MB");
  guint64 megabytes = wanted != NULL ? g_ascii_strtoull (wanted, NULL, 10) : 96;

  if (SANITIZED) {
    g_test_skip ("the sanitizers keep freed memory");
    return;
  }
  Place place = {g_dir_make_tmp ("bulla-memory-XXXXXX", NULL)};
  write_packages (&place, megabytes << 20);
  long resident = verify (&place);
  for (size_t i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = path_in (&place, files[i]);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
  g_assert_cmpint (g_rmdir (place.folder), ==, 0);
  g_free (place.folder);
  g_test_message ("%" G_GUINT64_FORMAT " MB verified in %ld kB", megabytes, resident);
  g_assert_cmpint (resident, <, MAX_RESIDENT_KB);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/memory/large", test_large);
  return g_test_run ();
}
