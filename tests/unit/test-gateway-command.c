/* test-gateway-command.c - runs bulla gateway as typed, with the curl command that it prints
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <signal.h>

#include "bulla-key-hash.h"
#include "command-kit.h"

/* bulla ledger shows the contacts that the gateway recorded: the publisher was not contacted */
static void
check_ledger (const char *ledger)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  g_autofree char *lines = NULL;
  const char *argv[] = {g_getenv ("BULLA_PROGRAM"), "ledger", "--json", ledger, NULL};

  g_assert_true (g_file_get_contents (ledger, &lines, NULL, &error));
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL,
                               NULL, &error));
  g_assert_no_error (error);
  g_test_message ("%s", out);
  g_assert_nonnull (strstr (out, "{\"role\":\"publisher\",\"host\":\"publisher.test\",\"knows\":"
                                 "\"publisher.test has not been contacted.\""));
  g_assert_nonnull (strstr (out, "\"role\":\"aggregator\",\"host\":\"aggregator.test\""));
  g_assert_nonnull (strstr (out, "\"role\":\"certificates\""));
  g_assert_nonnull (strstr (lines, "\"purpose\":\"certificate\""));
  g_assert_null (strstr (lines, "Proxy"));
  g_assert_null (strstr (lines, "not over yet"));
}

static void
test_command (void)
{
  GatewayWorld self = {0};

  gateway_world_set_up (&self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autofree char *link = test_server_url (self.aggregator, "/good.sxg");
  g_autofree char *served = test_server_url (self.publisher, "/article");
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  g_autoptr (GBytes) good =
      gateway_world_sign (&self, "/article", NULL, NULL, body, self.world->now - 60, FALSE);
  gateway_world_put_exchange (&self, self.aggregator, "/good.sxg", good);

  g_autofree char *ledger = g_build_filename (self.world->folder, "ledger.jsonl", NULL);
  g_autoptr (GSubprocess) process = command_kit_start (&self, ledger, NULL, NULL);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *text = command_kit_read_until (out, "Ctrl+C");
  g_autofree char *authority = command_kit_find_line (text, "authority");
  g_autofree char *printed = command_kit_find_line (text, "curl");
  g_assert_true (g_file_test (authority, G_FILE_TEST_EXISTS));
  g_autofree char *got = command_kit_run_curl (printed, link);
  g_assert_cmpstr (got, ==, "<p>signed 200");
  g_assert_cmpuint (self.publisher->n_requests, ==, 0);
  g_autofree char *told = command_kit_read_until (out, "serve");
  g_assert_nonnull (strstr (told, "substitute"));
  g_assert_nonnull (strstr (told, served));

  g_subprocess_send_signal (process, SIGINT);
  g_assert_cmpint (command_kit_wait_for (process), ==, 0);
  g_assert_false (g_file_test (authority, G_FILE_TEST_EXISTS));
  check_ledger (ledger);
  g_assert_cmpint (g_unlink (ledger), ==, 0);
  gateway_world_tear_down (&self, NULL);
}

/* Runs the command with @input; it must succeed. */
static void
run_bulla (const char *const *argv, const char *input)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, input, NULL, test_take_result, &result);
  g_subprocess_communicate_utf8_finish (process, test_wait_result (&result), NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    g_assert_cmpint (g_unlink (child), ==, 0);
  }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* “bulla revocations import” beside a running gateway: the next package is judged by it. */
static void
test_revoked_meanwhile (void)
{
  GatewayWorld self = {0};
  guint8 hash[BULLA_KEY_HASH_SIZE];

  gateway_world_set_up (&self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autofree char *link = test_server_url (self.aggregator, "/good.sxg");
  g_autofree char *ledger = g_build_filename (self.world->folder, "ledger.jsonl", NULL);
  g_autofree char *store = g_build_filename (self.world->folder, "store", NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  g_autoptr (GBytes) good =
      gateway_world_sign (&self, "/article", NULL, NULL, body, self.world->now - 60, FALSE);
  g_autoptr (GBytes) leaf = bulla_credential_dup_leaf (self.credential);
  gateway_world_put_exchange (&self, self.aggregator, "/good.sxg", good);
  gateway_world_put_live (&self, "/article");
  g_assert_true (bulla_key_hash_of_der (leaf, hash));
  g_autofree char *hex = bulla_key_hash_dup_hex (hash);
  g_autofree char *entry = g_strdup_printf ("spki %s  # leaked\n", hex);

  g_autoptr (GSubprocess) process = command_kit_start (&self, ledger, "--store", store);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *text = command_kit_read_until (out, "Ctrl+C");
  g_autofree char *printed = command_kit_find_line (text, "curl");
  g_autofree char *before = command_kit_run_curl (printed, link);
  g_assert_cmpstr (before, ==, "<p>signed 200");
  const char *const import[] = {
      g_getenv ("BULLA_PROGRAM"), "revocations", "import", "-", "--store", store, NULL};
  run_bulla (import, entry);
  g_autofree char *after = command_kit_run_curl (printed, link);
  g_assert_cmpstr (after, ==, "live 200");
  g_autofree char *told = command_kit_read_until (out, "cert.locally-revoked");
  g_subprocess_send_signal (process, SIGINT);
  g_assert_cmpint (command_kit_wait_for (process), ==, 0);
  remove_folder (store);
  g_assert_cmpint (g_unlink (ledger), ==, 0);
  gateway_world_tear_down (&self, NULL);
}

static void
hold_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  soup_server_message_pause (message);
}

/* A certificate server that is silent costs the time of --timeout, and not that of a connection. */
static void
test_timeout (void)
{
  GatewayWorld self = {0};

  gateway_world_set_up (&self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autofree char *link = test_server_url (self.aggregator, "/good.sxg");
  g_autofree char *ledger = g_build_filename (self.world->folder, "ledger.jsonl", NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  g_autoptr (GBytes) good =
      gateway_world_sign (&self, "/article", NULL, NULL, body, self.world->now - 60, FALSE);
  gateway_world_put_exchange (&self, self.aggregator, "/good.sxg", good);
  gateway_world_put_live (&self, "/article");
  soup_server_add_handler (self.chains->soup, "/chain.cbor", hold_cb, NULL, NULL);

  g_autoptr (GSubprocess) process = command_kit_start (&self, ledger, "--timeout", "0.5");
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *text = command_kit_read_until (out, "Ctrl+C");
  g_autofree char *printed = command_kit_find_line (text, "curl");
  gint64 begun = g_get_monotonic_time ();
  g_autofree char *got = command_kit_run_curl (printed, link);
  g_assert_cmpstr (got, ==, "live 200");
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 15 * G_USEC_PER_SEC);
  g_autofree char *told = command_kit_read_until (out, "chain.fetch");
  g_subprocess_send_signal (process, SIGINT);
  g_assert_cmpint (command_kit_wait_for (process), ==, 0);
  g_assert_cmpint (g_unlink (ledger), ==, 0);
  gateway_world_tear_down (&self, NULL);
}

/* bulla verify loads one URL, and many at once over kept connections */
static void
test_verify (void)
{
  GatewayWorld self = {0};

  gateway_world_set_up (&self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autofree char *link = test_server_url (self.aggregator, "/good.sxg");
  g_autofree char *page = test_server_url (self.aggregator, "/page.html");
  g_autofree char *one = test_server_resolve (self.aggregator);
  g_autofree char *two = test_server_resolve (self.chains);
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  g_autoptr (GBytes) good =
      gateway_world_sign (&self, "/article", NULL, NULL, body, self.world->now - 60, FALSE);
  gateway_world_put_exchange (&self, self.aggregator, "/good.sxg", good);
  gateway_world_put (&self, self.aggregator, "/page.html", body, "text/html");

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *out = NULL;
    g_autoptr (GSubprocess) process = g_subprocess_new (
        G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("BULLA_PROGRAM"), "verify", "--trust",
        self.world->root_file, "--ct-logs", self.world->logs_file, "--resolve", one, "--resolve",
        two, link, i == 0 ? NULL : page, link, link, page, NULL);
    g_assert_no_error (error);
    g_subprocess_communicate_utf8_async (process, NULL, NULL, test_take_result, &result);
    g_subprocess_communicate_utf8_finish (process, test_wait_result (&result), &out, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (g_subprocess_get_if_exited (process));
    g_assert_cmpint (g_subprocess_get_exit_status (process), ==, i);
    g_auto (GStrv) parts = g_strsplit (out, "substitute ", -1);
    g_assert_cmpuint (g_strv_length (parts), ==, i == 0 ? 2 : 4);
  }
  g_assert_cmpuint (self.publisher->n_requests, ==, 0);
  gateway_world_tear_down (&self, NULL);
}

/* Runs a gateway until it is ready, and then ends it with @signal. Returns: (transfer full) */
static char *
run_gateway (const char *config, int signal, char **text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("BULLA_PROGRAM"),
                        "gateway", config != NULL ? "--config" : NULL, config, NULL);

  g_assert_no_error (error);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  GStatBuf status;
  char *conf = NULL;

  *text = command_kit_read_until (out, "Ctrl+C");
  char *path = command_kit_find_line (*text, "password   in");
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &conf, NULL, &error));
  g_subprocess_send_signal (process, signal);
  g_assert_cmpint (command_kit_wait_for (process), ==, 0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  if (config == NULL) {
    g_autofree char *folder = g_path_get_dirname (path);
    g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  }
  g_free (path);
  return conf;
}

/* The password is in a private file, which is removed with the gateway, and on no command line. */
static void
test_password (void)
{
  static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP};
  g_autofree char *folder = g_dir_make_tmp ("bulla-test-XXXXXX", NULL);
  g_autofree char *named = g_build_filename (folder, "a \"b\\ '.conf", NULL);
  const char *const start = "\nproxy-user = \"bulla:";

  for (size_t i = 0; i < 2 * G_N_ELEMENTS (SIGNALS); i++) {
    g_autofree char *text = NULL;
    const char *config = i % 2 == 0 ? NULL : named;
    g_autofree char *conf = run_gateway (config, SIGNALS[i / 2], &text);
    const char *user = strstr (conf, start);
    g_assert_nonnull (user);
    g_autofree char *token =
        g_strndup (user + strlen (start), strcspn (user + strlen (start), "\""));
    g_autofree char *command = command_kit_find_line (text, "curl");
    g_assert_cmpuint (strlen (token), >=, 32);
    g_assert_null (strstr (command, token));
    g_assert_cmpint (strstr (text, token) != NULL, ==, config == NULL);
    g_assert_nonnull (strstr (text, "127.0.0.1:"));
  }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* A file that was not written by a gateway is not replaced; the file of a killed gateway is. */
static void
test_config_there (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bulla-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "curlrc", NULL);
  g_autofree char *kept = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "user-agent = mine\n", -1, NULL));
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                        &error, g_getenv ("BULLA_PROGRAM"), "gateway", "--config", path, NULL);
  g_assert_no_error (error);
  g_assert_cmpint (command_kit_wait_for (process), ==, 2);
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "user-agent = mine\n");
  g_assert_true (g_file_set_contents (
      path, "# Written by bulla gateway, which removes it at its end.\n", -1, NULL));
  g_autofree char *conf = run_gateway (path, SIGTERM, &text);
  g_assert_nonnull (strstr (conf, "proxy = "));
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* endless and unreadable input is not read */
static void
test_config_odd (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bulla-test-XXXXXX", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  const char *const paths[] = {fifo, folder, "/dev/full", "/dev/zero", "/dev/stdout"};

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GSubprocess) process = g_subprocess_new (
        G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
        g_getenv ("BULLA_PROGRAM"), "gateway", "--config", paths[i], NULL);
    g_assert_no_error (error);
    g_assert_cmpint (command_kit_wait_for (process), ==, 2);
  }
  g_assert_cmpint (g_unlink (fifo), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Starts a gateway with --keep-authority and --export-authority, and ends it when it is ready.
 * Returns: its exit status */
static int
run_with_authority (const char *kept, const char *exported)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                        g_getenv ("BULLA_PROGRAM"), "gateway", "--keep-authority", kept,
                        "--export-authority", exported, NULL);

  g_assert_no_error (error);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GAsyncResult) result = NULL;
  g_data_input_stream_read_line_async (out, 0, NULL, test_take_result, &result);
  g_autofree char *line =
      g_data_input_stream_read_line_finish (out, test_wait_result (&result), NULL, &error);
  g_assert_no_error (error);
  if (line != NULL) {
    g_autofree char *text = command_kit_read_until (out, "Ctrl+C");
    g_assert_nonnull (strstr (text, "/proxy.pac"));
    g_subprocess_send_signal (process, SIGINT);
  }
  return command_kit_wait_for (process);
}

/* A kept authority is the same at the next start; a file that others can read, or that has none, is
 * refused. */
static void
test_kept_authority (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bulla-test-XXXXXX", NULL);
  g_autofree char *kept = g_build_filename (folder, "kept.pem", NULL);
  g_autofree char *exported = g_build_filename (folder, "authority.pem", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  GStatBuf status;

  g_assert_cmpint (run_with_authority (kept, exported), ==, 0);
  g_assert_cmpint (g_stat (kept, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (exported, &first, NULL, NULL));
  g_assert_null (strstr (first, "PRIVATE KEY"));
  g_assert_cmpint (run_with_authority (kept, exported), ==, 0);
  g_assert_true (g_file_get_contents (exported, &second, NULL, NULL));
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpint (run_with_authority (kept, kept), ==, 2); /* the key is not replaced */
  g_assert_cmpint (run_with_authority (kept, exported), ==, 0);
  g_assert_cmpint (g_chmod (kept, 0640), ==, 0);
  g_assert_cmpint (run_with_authority (kept, exported), ==, 2);
  g_assert_cmpint (g_chmod (kept, 0600), ==, 0);
  g_assert_true (g_file_set_contents (kept, first, -1, NULL)); /* without the key */
  g_assert_cmpint (g_chmod (kept, 0600), ==, 0);
  g_assert_cmpint (run_with_authority (kept, exported), ==, 2);
  g_assert_cmpint (run_with_authority (folder, exported), ==, 2);
  g_assert_cmpint (g_unlink (kept), ==, 0);
  g_assert_cmpint (g_unlink (exported), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_misuse (void)
{
  static const char *const WRONG[][2] = {{"--listen", "nowhere.test:80"},
                                         {"--listen", "127.0.0.1:x"},
                                         {"--resolve", "a.test"},
                                         {"--trust", "/nonexistent"},
                                         {"--export-authority", "/nonexistent/file"},
                                         {"--ledger", "/nonexistent/file"},
                                         {"--config", "/nonexistent/file"},
                                         {"--at", "9223372036854775807"},
                                         {"--profile", "none"},
                                         {"--at", "never"},
                                         {"--launch", "nothing"},
                                         {"--launch", "/bin/true"},
                                         {"--launch", "/nonexistent/firefox"},
                                         {"--keep-authority", "/nonexistent/file"},
                                         {"too", "much"}};

  for (guint i = 0; i < G_N_ELEMENTS (WRONG); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GSubprocess) process = g_subprocess_new (
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
        g_getenv ("BULLA_PROGRAM"), "gateway", WRONG[i][0], WRONG[i][1], NULL);
    g_assert_no_error (error);
    g_assert_cmpint (command_kit_wait_for (process), ==, 2);
  }
}

/* The command raises its limit of open files up to 8192. */
static void
test_descriptors (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/bin/sh", "-c",
                        "ulimit -Sn 256; exec \"$0\" gateway", g_getenv ("BULLA_PROGRAM"), NULL);

  g_assert_no_error (error);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *text = command_kit_read_until (out, "Ctrl+C");
  g_autofree char *path =
      g_strdup_printf ("/proc/%s/limits", g_subprocess_get_identifier (process));
  g_autofree char *limits = NULL;
  g_assert_true (g_file_get_contents (path, &limits, NULL, &error));
  g_autofree char *line = command_kit_find_line (limits, "Max open files");
  guint64 soft = g_ascii_strtoull (line, NULL, 10);
  guint64 hard = g_ascii_strtoull (line + strcspn (line, " "), NULL, 10);
  g_assert_cmpuint (soft, ==, MIN (hard, 8192));
  g_subprocess_send_signal (process, SIGINT);
  g_assert_cmpint (command_kit_wait_for (process), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway/command/serves", test_command);
  g_test_add_func ("/gateway/command/timeout", test_timeout);
  g_test_add_func ("/gateway/command/revoked-meanwhile", test_revoked_meanwhile);
  g_test_add_func ("/gateway/command/verify", test_verify);
  g_test_add_func ("/gateway/command/password", test_password);
  g_test_add_func ("/gateway/command/config-there", test_config_there);
  g_test_add_func ("/gateway/command/config-odd", test_config_odd);
  g_test_add_func ("/gateway/command/kept-authority", test_kept_authority);
  g_test_add_func ("/gateway/command/misuse", test_misuse);
  g_test_add_func ("/gateway/command/descriptors", test_descriptors);
  return g_test_run ();
}
