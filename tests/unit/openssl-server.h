/* openssl-server.h - a server of the openssl command on loopback, in the folder of a test
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command-cases.h"

/* Starts @argv, which says "ACCEPT ADDRESS:PORT" when it listens, and puts its port into the
 * environment as @variable. Returns: (transfer full) */
static inline GSubprocess *
openssl_server_start (const Place *place, const char *const *argv, const char *variable)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  g_subprocess_launcher_set_cwd (launcher, place->folder);
  GSubprocess *server = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_autoptr (GDataInputStream) out =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  do {
    g_clear_pointer (&line, g_free);
    line = g_data_input_stream_read_line (out, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (line);
  } while (!g_str_has_prefix (line, "ACCEPT "));
  const char *port = strrchr (line, ':');
  const char *bracket = g_strrstr (line, "]:"); /* "ACCEPT [::]:46837 PID=7522" */
  port = bracket != NULL ? bracket + 2 : port + 1;
  g_autofree char *digits = g_strndup (port, strspn (port, "0123456789"));
  g_setenv (variable, digits, TRUE);
  return server;
}

static inline void
openssl_server_stop (GSubprocess *server)
{
  g_subprocess_force_exit (server);
  g_assert_true (g_subprocess_wait (server, NULL, NULL));
  g_object_unref (server);
}
