/* test-policy-client.c - reads client files, shipped and wrong ones
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-client.h"
#include "bulla-loader-clients.h"
#include "bulla-request-kind.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define GOOD "[client]\nname=Mine\nsigned-exchanges=no\ncookies=yes\n"

static void
test_shipped (void)
{
  g_auto (GStrv) names = bulla_client_list ();

  g_assert_cmpuint (g_strv_length (names), >=, 20);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaClient) client = bulla_client_load (names[i], &error);
    BullaRequestFacts request;
    g_assert_no_error (error);
    g_assert_cmpstr (client->name, ==, names[i]);
    g_assert_cmpstr (client->sources, !=, "");
    g_assert_true (
        bulla_client_fill_request (client, "document", "https://publisher.test/", &request));
    g_assert_nonnull (request.accept);
    g_assert_nonnull (bulla_client_get_field (client, "user-agent"));
    g_assert_true (i == 0 || strcmp (names[i - 1], names[i]) < 0);
  }
}

/* The rows of clients.md, sections 1.1 to 1.3, that a choice depends on. */
static void
test_requests (void)
{
  static const struct {
    const char *client, *destination, *url;
    gboolean asks;
    const char *accept, *language, *encoding;
  } rows[] = {
      {"kaios-2.5", "image", "https://a.test/", TRUE, "*/*", "sw,en-US;q=0.7,en;q=0.3",
       "gzip, deflate, br"},
      {"chromium-156", "video", "https://a.test/", TRUE, "*/*", "en-US,en;q=0.9", "identity"},
      {"chromium-156", "manifest", "https://a.test/", TRUE, "*/*", "en-US,en;q=0.9",
       "gzip, deflate, br, zstd"},
      {"firefox-153", "style", "http://a.test/", TRUE, "text/css,*/*;q=0.1", "en-US,en;q=0.9",
       "gzip, deflate"},
      {"curl", "image", "https://a.test/", TRUE, "*/*", NULL, NULL},
      {"googlebot", "video", "https://a.test/", TRUE, "*/*", NULL, NULL},
      {"lynx", "image", "https://a.test/", FALSE, NULL, "en", NULL},
      {"safari-13", "document", "https://a.test/", TRUE,
       "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "fr-fr",
       "gzip, deflate, br"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaClient) client = bulla_client_load (rows[i].client, NULL);
    BullaRequestFacts request;
    g_test_message ("%s %s", rows[i].client, rows[i].destination);
    g_assert_cmpint (bulla_client_fill_request (client, rows[i].destination, rows[i].url, &request),
                     ==, rows[i].asks);
    g_assert_cmpstr (request.accept, ==, rows[i].accept);
    g_assert_cmpstr (request.accept_language, ==, rows[i].language);
    g_assert_cmpstr (request.accept_encoding, ==, rows[i].encoding);
  }
}

static void
test_usable (void)
{
  g_autoptr (BullaClient) client = bulla_client_load ("kaios-2.5", NULL);
  g_autoptr (BullaClient) curl = bulla_client_load ("curl", NULL);
  BullaRequestFacts request = {.accept_encoding = "gzip;q=0, br;q=0.5,zstd"};

  g_assert_cmpint (bulla_client_decodes (client, "Image/JPEG;q=x"), ==, BULLA_YES);
  g_assert_cmpint (bulla_client_decodes (client, "image/avif"), ==, BULLA_NO);
  g_assert_cmpint (bulla_client_decodes (curl, "image/avif"), ==, BULLA_UNKNOWN);
  g_assert_cmpint (bulla_client_reads (client, "sw-KE"), ==, BULLA_YES);
  g_assert_cmpint (bulla_client_reads (client, "EN"), ==, BULLA_YES);
  g_assert_cmpint (bulla_client_reads (client, "eng"), ==, BULLA_NO);
  g_assert_cmpint (bulla_client_reads (curl, "en"), ==, BULLA_UNKNOWN);
  g_assert_true (bulla_client_accepts_coding (&request, "BR"));
  g_assert_true (bulla_client_accepts_coding (&request, "zstd"));
  g_assert_true (bulla_client_accepts_coding (&request, "identity"));
  g_assert_false (bulla_client_accepts_coding (&request, "gzip"));
  g_assert_false (bulla_client_accepts_coding (&request, "deflate"));
  request.accept_encoding = "gzip;Q=0, br;xq=0, zstd; q=0.000, deflate ;q=0.001";
  g_assert_false (bulla_client_accepts_coding (&request, "gzip"));
  g_assert_true (bulla_client_accepts_coding (&request, "br"));
  g_assert_false (bulla_client_accepts_coding (&request, "zstd"));
  g_assert_true (bulla_client_accepts_coding (&request, "deflate"));
  request.accept_encoding = NULL;
  g_assert_false (bulla_client_accepts_coding (&request, "br"));
  g_assert_true (bulla_client_accepts_coding (&request, "Identity"));
}

static void
test_refused (void)
{
  static const struct {
    const char *text, *says;
  } rows[] = {
      {"", "name"},
      {"[client]\nname=\nsigned-exchanges=no\ncookies=no\n", "name"},
      {"[client]\nname=x\nsigned-exchanges=b2\ncookies=no\n", "b3 or no, not “b2”"},
      {"[client]\nname=x\nsigned-exchanges=no\n", "cookies"},
      {GOOD "[accept]\ndocuments=*/*\n", "unknown key “documents” in [accept]"},
      {GOOD "[axes]\n", "unknown group “axes”"},
      {GOOD "[screen]\ndpr=-1\n", "[screen]"},
      {GOOD "[screen]\nwidth=0\n", "[screen]"},
      {GOOD "[fields]\nx=a\\r\\nb: c\n", "not a field value"},
      {GOOD "[fields]\ntransfer-encoding=chunked\n", "“transfer-encoding” in [fields]"},
      {GOOD "[fields]\nHost=a.test\n", "“Host” in [fields]"},
      {GOOD "[fields]\nContent-Length=5\n", "“Content-Length” in [fields]"},
      {GOOD "[fields]\ncookie=a=b\n", "“cookie” in [fields]"},
      {GOOD "[fields]\na b=c\n", "“a b” in [fields]"},
      {GOOD "[fields]\na:b=c\n", "“a:b” in [fields]"},
      {GOOD "[fields]\nsec-bulla-page=c\n", "“sec-bulla-page” in [fields]"},
      {GOOD "nonsense", "nonsense"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_client_parse ("x", rows[i].text, &error));
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, rows[i].says));
  }
}

static void
test_cookies (void)
{
  g_autoptr (BullaClient) client =
      bulla_client_parse ("x", GOOD "[cookies]\na=1\nb=2 3\n[accept]\nimage=\n", NULL);
  BullaRequestFacts request;

  g_assert_true (bulla_client_fill_request (client, "image", "https://a.test/", &request));
  g_assert_cmpstr (request.cookie, ==, "a=1; b=2 3");
  g_assert_null (request.accept);
}

static void
test_kinds (void)
{
  static const char *const rows[][2] = {
      {"text/html; charset=utf-8", "document"},
      {"TEXT/CSS", "style"},
      {"image/svg+xml", "image"},
      {"font/woff2", "font"},
      {"application/font-woff", "font"},
      {"application/manifest+json", "manifest"},
      {"application/wasm", "fetch"},
      {"text/htmlx", "fetch"},
      {"text/plain", "document"},
      {"", "fetch"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (bulla_request_kind_of (rows[i][0]), ==, rows[i][1]);
  g_assert_cmpstr (bulla_request_kind_of (NULL), ==, "fetch");
}

/* Files of the user: what is not a small regular file is not read, and a faulty one does not
 * replace the client that programs start with. */
static void
test_files (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "bulla", "clients", NULL);
  g_autofree char *own = g_build_filename (folder, BULLA_CLIENT_OF_SHELL ".ini", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo.ini", NULL);
  g_autofree char *large = g_strnfill (65537, '#');
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (own, GOOD "[nonsense]\n", -1, NULL));
  g_assert_null (bulla_client_load (BULLA_CLIENT_OF_SHELL, &error));
  g_assert_nonnull (strstr (error->message, "nonsense"));
  g_clear_error (&error);
  g_autoptr (BullaClient) shipped = bulla_client_load_of_shell (&error);
  g_assert_no_error (error);
  g_assert_cmpstr (shipped->name, ==, BULLA_CLIENT_OF_SHELL);
  g_assert_true (g_file_set_contents (own, GOOD, -1, NULL));
  g_autoptr (BullaClient) mine = bulla_client_load (BULLA_CLIENT_OF_SHELL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mine->description, ==, "Mine");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_null (bulla_client_load ("fifo", &error));
  g_assert_nonnull (strstr (error->message, "not a regular file"));
  g_clear_error (&error);
  g_assert_null (bulla_client_load ("/dev/zero", &error));
  g_assert_nonnull (strstr (error->message, "not a regular file"));
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (own, large, -1, NULL));
  g_assert_null (bulla_client_load (own, &error));
  g_assert_nonnull (strstr (error->message, "larger than 65536 bytes"));
  g_assert_cmpint (g_unlink (fifo), ==, 0);
  g_assert_cmpint (g_unlink (own), ==, 0);
  for (guint i = 0; i < 3; i++) { /* clients, bulla and the folder of the configuration */
    g_assert_cmpint (g_rmdir (folder), ==, 0);
    char *above = g_path_get_dirname (folder);
    g_free (folder);
    folder = above;
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *config = g_dir_make_tmp ("bulla-clients-XXXXXX", &error);

  g_assert_no_error (error);
  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/client/shipped", test_shipped);
  g_test_add_func ("/policy/client/requests", test_requests);
  g_test_add_func ("/policy/client/usable", test_usable);
  g_test_add_func ("/policy/client/refused", test_refused);
  g_test_add_func ("/policy/client/cookies", test_cookies);
  g_test_add_func ("/policy/client/kinds", test_kinds);
  g_test_add_func ("/policy/client/files", test_files);
  return g_test_run ();
}
