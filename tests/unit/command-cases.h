/* command-cases.h - command lines, and the output and exit status that each must have
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <string.h>
#include <sys/wait.h>

typedef struct {
  char *folder; /* owned; working directory of the command */
} Place;

/* a command line, its exit status, and the text required in stdout and stderr together: a text of
 * digits is a whole line, any other may be a part of one */
typedef struct {
  const char *line;
  int status;
  const char *says;
} Case;

/* Runs @line in a shell, where $BULLA is the command and remembers nothing of other tests; @out,
 * @err: (out) (optional) */
static inline int
run (const Place *place, const char *line, char **out, char **err)
{
  const char *argv[] = {"/bin/sh", "-c", line, NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *spare_out = NULL, *spare_err = NULL;
  g_auto (GStrv) environment =
      g_environ_setenv (g_get_environ (), "BULLA", g_getenv ("BULLA_PROGRAM"), TRUE);

  g_autofree char *store = g_build_filename (place->folder, ".store", NULL);
  environment = g_environ_setenv (environment, "LC_ALL", "C.UTF-8", TRUE);
  environment = g_environ_setenv (environment, "BULLA_STORE", store, TRUE);
  int status = 0;
  g_spawn_sync (place->folder, (char **)argv, environment, G_SPAWN_DEFAULT, NULL, NULL,
                out != NULL ? out : &spare_out, err != NULL ? err : &spare_err, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static inline void
place_set_up (Place *place)
{
  place->folder = g_dir_make_tmp ("bulla-test-XXXXXX", NULL);
}

static inline void
place_tear_down (Place *place, gconstpointer data)
{
  g_assert_cmpint (run (place, "rm -r \"$PWD\"", NULL, NULL), ==, 0);
  g_free (place->folder);
}

/* Returns: whether the output @both has the text @says of a #Case */
static inline gboolean
has_said (const char *both, const char *says)
{
  size_t n_digits = strspn (says, "0123456789");

  if (n_digits == 0 || strspn (says + n_digits, "\n") != strlen (says + n_digits))
    return strstr (both, says) != NULL;
  g_autofree char *number = g_strndup (says, n_digits);
  g_auto (GStrv) lines = g_strsplit (both, "\n", -1);
  return g_strv_contains ((const char *const *)lines, number);
}

static inline void
check (const Place *place, const Case *cases, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    g_autofree char *out = NULL, *err = NULL, *both = NULL;
    int status = run (place, cases[i].line, &out, &err);
    both = g_strconcat (out, err, NULL);
    g_test_message ("%s: %d\n%.2000s", cases[i].line, status, both);
    g_assert_cmpint (status, ==, cases[i].status);
    g_assert_true (has_said (both, cases[i].says));
    g_assert_null (strchr (both, '\033'));
    g_assert_true (g_utf8_validate (both, -1, NULL));
  }
}
