/* command-kit.c - runs bulla gateway as typed, with the curl command that it prints
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-kit.h"

char *
command_kit_read_until (GDataInputStream *out, const char *part)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (strstr (text->str, part) == NULL) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    g_data_input_stream_read_line_async (out, 0, NULL, test_take_result, &result);
    g_autofree char *line =
        g_data_input_stream_read_line_finish_utf8 (out, test_wait_result (&result), NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (line);
    g_string_append_printf (text, "%s\n", line);
  }
  return g_strdup (text->str);
}

char *
command_kit_find_line (const char *text, const char *start)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (g_strstrip (lines[i]), start))
      return g_strstrip (g_strdup (lines[i] + strlen (start)));
  g_error ("“%s” is not in %s", start, text);
}

int
command_kit_wait_for (GSubprocess *process)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_subprocess_wait_async (process, NULL, test_take_result, &result);
  g_subprocess_wait_finish (process, test_wait_result (&result), NULL);
  return g_subprocess_get_exit_status (process);
}

char *
command_kit_run_curl (const char *printed, const char *url)
{
  g_autofree char *line = g_strdup_printf (
      "curl --disable --silent --noproxy '' --write-out ' %%{http_code}' %s", printed);
  g_autoptr (GString) command = g_string_new (line);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *out = NULL;

  g_assert_cmpuint (g_string_replace (command, " URL", " ", 1), ==, 1);
  g_string_append (command, url);
  g_shell_parse_argv (command->str, NULL, &argv, &error);
  g_assert_no_error (error);
  g_autoptr (GSubprocess) curl =
      g_subprocess_newv ((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (curl, NULL, NULL, test_take_result, &result);
  g_subprocess_communicate_utf8_finish (curl, test_wait_result (&result), &out, NULL, &error);
  g_assert_no_error (error);
  return out;
}

GSubprocess *
command_kit_start (GatewayWorld *self, const char *ledger, const char *option, const char *value)
{
  g_autofree char *one = test_server_resolve (self->aggregator);
  g_autofree char *two = test_server_resolve (self->publisher);
  g_autofree char *three = test_server_resolve (self->chains);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("BULLA_PROGRAM"), "gateway", "--trust",
      self->world->root_file, "--ct-logs", self->world->logs_file, "--resolve", one, "--resolve",
      two, "--resolve", three, "--ledger", ledger, option, value, NULL);

  g_assert_no_error (error);
  return process;
}
