/* test-gateway-output.c - runs bulla gateway where nobody reads its output, or others could read it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#include "command-kit.h"

/* While nobody reads what is printed requests go on. Lines wait, and the last ones are left out. */
static void
test_unread (void)
{
  GatewayWorld self = {0};
  g_autoptr (GString) urls = g_string_new (NULL);
  g_autofree char *long_name = g_strnfill (7000, 'a');

  gateway_world_set_up (&self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autofree char *link = test_server_url (self.aggregator, "/bad.sxg");
  g_autofree char *ledger = g_build_filename (self.world->folder, "ledger.jsonl", NULL);
  g_autoptr (GBytes) bad = g_bytes_new_static ("sxg1-b3", 7);
  gateway_world_put_exchange (&self, self.aggregator, "/bad.sxg", bad);
  g_autoptr (GSubprocess) process = command_kit_start (&self, ledger, NULL, NULL);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *text = command_kit_read_until (out, "Ctrl+C");
  g_autofree char *printed = command_kit_find_line (text, "curl");
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (urls, "%s?%u%s ", link, i, long_name);
  g_autofree char *got = command_kit_run_curl (printed, urls->str);
  g_auto (GStrv) answers = g_strsplit (got, " 502", -1);
  g_assert_cmpuint (g_strv_length (answers), ==, 201);
  g_autofree char *told = command_kit_read_until (out, "left out");
  g_assert_nonnull (strstr (told, "?0aaa"));
  g_assert_null (strstr (told, "?199aaa"));
  g_subprocess_send_signal (process, SIGTERM);
  g_assert_cmpint (command_kit_wait_for (process), ==, 0);
  g_assert_cmpint (g_unlink (ledger), ==, 0);
  gateway_world_tear_down (&self, NULL);
}

/* While nobody reads the pipe of the ledger requests go on. */
static void
test_unread_ledger (void)
{
  GatewayWorld self = {0};
  g_autoptr (GString) urls = g_string_new (NULL);
  g_autofree char *long_name = g_strnfill (7000, 'a');

  gateway_world_set_up (&self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autofree char *url = test_server_url (self.aggregator, "/none");
  g_autofree char *ledger = g_build_filename (self.world->folder, "ledger.fifo", NULL);
  g_assert_cmpint (mkfifo (ledger, 0600), ==, 0);
  int reader = open (ledger, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_autoptr (GSubprocess) process = command_kit_start (&self, ledger, NULL, NULL);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *text = command_kit_read_until (out, "Ctrl+C");
  g_autofree char *printed = command_kit_find_line (text, "curl");
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (urls, "%s?%u%s ", url, i, long_name);
  g_autofree char *got = command_kit_run_curl (printed, urls->str);
  g_auto (GStrv) answers = g_strsplit (got, " 404", -1);
  g_assert_cmpuint (g_strv_length (answers), ==, 101);
  g_subprocess_send_signal (process, SIGTERM);
  g_assert_cmpint (command_kit_wait_for (process), ==, 0);
  close (reader);
  g_assert_cmpint (g_unlink (ledger), ==, 0);
  gateway_world_tear_down (&self, NULL);
}

/* A ledger that others could read is its owner's alone from then on, and keeps its lines. */
static void
test_open_ledger (void)
{
  GatewayWorld self = {0};
  GStatBuf status;

  gateway_world_set_up (&self, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autofree char *ledger = g_build_filename (self.world->folder, "ledger.jsonl", NULL);
  g_autofree char *kept = NULL;
  g_assert_true (g_file_set_contents (ledger, "{}\n", -1, NULL));
  g_assert_cmpint (g_chmod (ledger, 0666), ==, 0);
  g_autoptr (GSubprocess) process = command_kit_start (&self, ledger, NULL, NULL);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *text = command_kit_read_until (out, "Ctrl+C");
  g_subprocess_send_signal (process, SIGTERM);
  g_assert_cmpint (command_kit_wait_for (process), ==, 0);
  g_assert_cmpint (g_stat (ledger, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (ledger, &kept, NULL, NULL));
  g_assert_true (g_str_has_prefix (kept, "{}\n"));
  g_assert_cmpint (g_unlink (ledger), ==, 0);
  gateway_world_tear_down (&self, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway/output/unread", test_unread);
  g_test_add_func ("/gateway/output/unread-ledger", test_unread_ledger);
  g_test_add_func ("/gateway/output/open-ledger", test_open_ledger);
  return g_test_run ();
}
