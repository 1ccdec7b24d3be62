/* test-load-bundle-memory.c - opens, hashes and reads a bundle of 200 MB in little memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "bulla-bundle-writer.h"
#include "bulla-integrity-writer.h"
#include "bulla-bundle.h"
#include "bulla-loader.h"
#include "test-sanitized.h"

#define BODY_SIZE (200 * G_GINT64_CONSTANT (1000000))
#define MAX_RESIDENT_KB 32768
#define FOLDER "BULLA_TEST_FOLDER"

static void
write_bundle (const char *path, const char *body_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) body = g_file_new_for_path (body_path);
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  guint response = bulla_bundle_writer_add_response (writer, 200);

  bulla_bundle_writer_add_header (writer, response, "content-type", "video/webm");
  bulla_bundle_writer_set_body_file (writer, response, body, &error);
  g_assert_no_error (error);
  bulla_bundle_writer_add_url (writer, "/film", response);
  g_autoptr (GFileOutputStream) out =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &error);
  g_assert_no_error (error);
  bulla_bundle_writer_write_stream (writer, G_OUTPUT_STREAM (out), NULL, &error);
  g_assert_no_error (error);
}

/* Opens the same bundle with an integrity block. */
static void
write_signed (const char *path, const char *bundle_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) bundle = g_file_new_for_path (bundle_path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, &error);
  g_autoptr (GFileInputStream) in = g_file_read (bundle, NULL, &error);
  g_autoptr (GBytes) digest = bulla_integrity_writer_digest (G_INPUT_STREAM (in), NULL, &error);

  g_assert_no_error (error);
  g_autoptr (BullaIntegrityWriter) writer =
      bulla_integrity_writer_new (bulla_signing_key_get_web_bundle_id (key));
  bulla_integrity_writer_add_key (writer, key);
  g_autoptr (GBytes) block = bulla_integrity_writer_write (writer, digest, &error);
  g_autoptr (GFileInputStream) again = g_file_read (bundle, NULL, &error);
  g_autoptr (GFileOutputStream) out =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_bytes (G_OUTPUT_STREAM (out), block, NULL, &error);
  g_output_stream_splice (G_OUTPUT_STREAM (out), G_INPUT_STREAM (again),
                          G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
}

static long
get_peak_kb (void)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  const char *line = strstr (text, "VmHWM:");
  g_assert_nonnull (line);
  return strtol (line + strlen ("VmHWM:"), NULL, 10);
}

static guint64
read_all (BullaLoad *load)
{
  static guint8 piece[65536];
  GInputStream *body = bulla_load_get_body (load);
  guint64 sum = 0;
  gssize n = 1;

  while (n > 0) {
    n = g_input_stream_read (body, piece, sizeof piece, NULL, NULL);
    g_assert_cmpint (n, >=, 0);
    sum += (guint64)n;
  }
  return sum;
}

/* Runs in a new process. */
static void
open_in_child (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (g_getenv (FOLDER), name, NULL);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GObject) opened =
      bulla_loader_open_file (loader, path, BULLA_PACKAGE_UNKNOWN, outer, NULL, NULL, &error);

  g_assert_no_error (error);
  BullaBundle *bundle = BULLA_BUNDLE (opened);
  g_assert_cmpint (bulla_verdict_get_outcome (bulla_bundle_get_verdict (bundle)), ==,
                   BULLA_OUTCOME_SEPARATE_ORIGIN);
  g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, 0, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bulla_bundle_get_digest (bundle));
  g_assert_cmpuint (read_all (load), ==, BODY_SIZE);
  g_test_message ("%s: %ld kB", name, get_peak_kb ());
  g_assert_cmpint (get_peak_kb (), <, MAX_RESIDENT_KB);
}

static void
test_plain_child (void)
{
  open_in_child ("plain.wbn");
}

static void
test_signed_child (void)
{
  open_in_child ("signed.swbn");
}

static void
test_large (void)
{
  static const char *const files[] = {"body", "plain.wbn", "signed.swbn"};
  g_autofree char *folder = NULL;
  char *paths[G_N_ELEMENTS (files)];

  if (SANITIZED) {
    g_test_skip ("a sanitizer takes memory of its own");
    return;
  }
  folder = g_dir_make_tmp ("bulla-XXXXXX", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    paths[i] = g_build_filename (folder, files[i], NULL);
  g_assert_true (g_file_set_contents (paths[0], "film", 4, NULL));
  g_assert_cmpint (truncate (paths[0], BODY_SIZE), ==, 0);
  write_bundle (paths[1], paths[0]);
  write_signed (paths[2], paths[1]);
  g_setenv (FOLDER, folder, TRUE);
  g_test_trap_subprocess ("/load-bundle-memory/plain/subprocess", 0, G_TEST_SUBPROCESS_DEFAULT);
  gboolean plain = g_test_trap_has_passed ();
  g_test_trap_subprocess ("/load-bundle-memory/signed/subprocess", 0, G_TEST_SUBPROCESS_DEFAULT);
  gboolean sealed = g_test_trap_has_passed ();
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_assert_cmpint (g_unlink (paths[i]), ==, 0);
    g_free (paths[i]);
  }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_true (plain);
  g_assert_true (sealed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load-bundle-memory/large", test_large);
  g_test_add_func ("/load-bundle-memory/plain/subprocess", test_plain_child);
  g_test_add_func ("/load-bundle-memory/signed/subprocess", test_signed_child);
  return g_test_run ();
}
