/* bulla-cli-guard.c - process that runs a browser, and cleans up after it whatever happens
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The guard is a copy of the command, made before the command has other threads. It creates no
 * files; it reads the browser's command line from a socket, starts it, and waits until the browser
 * ends or the socket is closed, as it is when the command ends in any way, also by SIGKILL. Then it
 * ends all processes that the browser has started, removes the profile, and exits. All of them stay
 * its descendants, because it is their subreaper (prctl(2)). */
#include "bulla-cli-guard.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bulla-cli-unfinished.h"

#define COMMAND_MAX 131072 /* bytes of a command line */
#define PATIENCE_MS 3000   /* for which the browser may end by itself */
#define ROUND_MS 50        /* between two attempts to end what is left */
#define ROUNDS_MAX 100     /* most of those attempts */

/* --- in the guard */

typedef struct {
  int control;        /* to the command */
  int signals;        /* becomes readable when a child ends */
  pid_t browser;      /* 0 once it has ended */
  int browser_status; /* as in BullaCliGuard */
  sigset_t former;    /* signals that were blocked before */
} Guard;

/* Reads a command line, as strings that end with NUL; an empty one ends it. Returns: (transfer
 * full) (nullable): the arguments; NULL if the command has ended */
static GPtrArray *
read_command (int control)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) argument = g_string_new (NULL);
  char byte = 0;
  ssize_t got = 0;

  for (guint n = 0; n < COMMAND_MAX; n++) {
    do
      got = read (control, &byte, 1);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
      return NULL;
    if (byte != '\0') {
      g_string_append_c (argument, byte);
      continue;
    }
    gboolean last = argument->len == 0;
    g_ptr_array_add (arguments, last ? NULL : g_strdup (argument->str));
    g_string_truncate (argument, 0);
    if (last)
      return g_steal_pointer (&arguments);
  }
  return NULL;
}

static void
exec_browser (Guard *guard, char **argv, int report)
{
  static const int RESET[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGTTOU};
  int null = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  prctl (PR_SET_PDEATHSIG, SIGTERM);
  for (size_t i = 0; i < G_N_ELEMENTS (RESET); i++)
    signal (RESET[i], SIG_DFL);
  sigprocmask (SIG_SETMASK, &guard->former, NULL);
  if (null >= 0)
    dup2 (null, STDIN_FILENO);
  dup2 (STDERR_FILENO, STDOUT_FILENO); /* standard output has the gateway's lines */
  execv (argv[0], argv);
  int code = errno;
  while (write (report, &code, sizeof code) < 0 && errno == EINTR)
    ;
  _exit (BULLA_CLI_GUARD_NOT_STARTED);
}

/* Returns: 0, or the error for which the browser could not be started */
static int
start_browser (Guard *guard, char **argv)
{
  int report[2];
  int code = 0;
  ssize_t got;

  if (!g_unix_open_pipe (report, FD_CLOEXEC, NULL))
    return EMFILE;
  guard->browser = fork ();
  if (guard->browser == 0)
    exec_browser (guard, argv, report[1]);
  if (guard->browser < 0) {
    code = errno;
    guard->browser = 0;
  }
  close (report[1]);
  do
    got = read (report[0], &code, sizeof code);
  while (got < 0 && errno == EINTR);
  close (report[0]);
  return code;
}

/* Waits for children that have ended. Returns: whether some are left */
static gboolean
reap (Guard *guard)
{
  int status = 0;
  pid_t pid;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    if (pid == guard->browser) {
      guard->browser = 0;
      guard->browser_status = WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
    }
  return pid == 0;
}

static void
wait_for_child (Guard *guard, int milliseconds)
{
  struct pollfd ended = {.fd = guard->signals, .events = POLLIN};
  struct signalfd_siginfo info;

  if (poll (&ended, 1, milliseconds) > 0)
    while (read (guard->signals, &info, sizeof info) == sizeof info)
      ;
}

/* Sends a signal to all processes whose parent is the guard: the browser, and what it left behind.
 */
static void
signal_children (int number)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%ld/children", (long)getpid ());
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  g_auto (GStrv) children = g_strsplit (text, " ", -1);
  for (size_t i = 0; children[i] != NULL; i++) {
    guint64 pid = 0;
    if (g_ascii_string_to_unsigned (children[i], 10, 2, G_MAXINT, &pid, NULL))
      kill ((pid_t)pid, number);
  }
}

/* Ends the browser, then its descendants: those of a process that ends become children of the
 * guard. */
static void
end_processes (Guard *guard)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_MS * 1000;

  if (reap (guard))
    signal_children (SIGTERM);
  while (reap (guard) && g_get_monotonic_time () < end)
    wait_for_child (guard, ROUND_MS);
  for (guint n = 0; n < ROUNDS_MAX && reap (guard); n++) {
    if (guard->browser != 0)
      kill (guard->browser, SIGKILL); /* also where the list of children cannot be read */
    signal_children (SIGKILL);
    wait_for_child (guard, ROUND_MS);
  }
}

static void
wait_for_end (Guard *guard)
{
  struct pollfd sources[] = {{.fd = guard->control, .events = POLLIN},
                             {.fd = guard->signals, .events = POLLIN}};

  while (guard->browser != 0) {
    sources[0].revents = sources[1].revents = 0;
    if (poll (sources, G_N_ELEMENTS (sources), -1) < 0 && errno != EINTR)
      return;
    if (sources[0].revents != 0)
      return;
    wait_for_child (guard, 0);
    reap (guard);
  }
}

static G_GNUC_NORETURN void
run_guard (int control, const char *folder)
{
  static const int IGNORED[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGTTOU};
  Guard guard = {.control = control};
  sigset_t child;

  for (size_t i = 0; i < G_N_ELEMENTS (IGNORED); i++)
    signal (IGNORED[i], SIG_IGN);
  bulla_cli_unfinished_unlock ();
  setpgid (0, 0); /* Ctrl+C is for the command, which then closes the socket */
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  sigemptyset (&child);
  sigaddset (&child, SIGCHLD);
  sigprocmask (SIG_BLOCK, &child, &guard.former);
  guard.signals = signalfd (-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  g_autoptr (GPtrArray) command = guard.signals >= 0 ? read_command (control) : NULL;
  if (command != NULL) {
    int code = start_browser (&guard, (char **)command->pdata);
    if (write (control, &code, sizeof code) == sizeof code && code == 0)
      wait_for_end (&guard);
    else
      guard.browser_status = BULLA_CLI_GUARD_NOT_STARTED;
    end_processes (&guard);
  }
  bulla_cli_unfinished_delete (folder);
  _exit (guard.browser_status);
}

/* --- in the command */

static gboolean
take_errno (GError **error, const char *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (code), "%s: %s", what,
               g_strerror (code));
  return FALSE;
}

/**
 * bulla_cli_guard_new: (skip)
 * @error: what failed
 *
 * Creates a folder for the browser's profile, which only this user can read, and the guard. This
 * has to happen before the process has other threads.
 *
 * Returns: (transfer full) (nullable): the guard, which waits for bulla_cli_guard_run()
 */
BullaCliGuard *
bulla_cli_guard_new (GError **error)
{
  g_autoptr (BullaCliGuard) self = g_new0 (BullaCliGuard, 1);
  int ends[2];

  self->control = -1;
  bulla_cli_unfinished_lock ();
  self->folder = g_dir_make_tmp ("bulla-browser-XXXXXX", error);
  if (self->folder == NULL) {
    bulla_cli_unfinished_unlock ();
    return NULL;
  }
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
    self->pid = fork ();
    if (self->pid == 0) {
      close (ends[0]);
      run_guard (ends[1], self->folder);
    }
    if (self->pid < 0) {
      close (ends[0]);
      self->pid = 0;
    } else {
      self->control = ends[0];
    }
    close (ends[1]);
  }
  if (self->pid == 0) {
    take_errno (error, _ ("cannot start a process"));
    bulla_cli_unfinished_delete (self->folder);
  }
  bulla_cli_unfinished_unlock ();
  return self->pid != 0 ? g_steal_pointer (&self) : NULL;
}

/**
 * bulla_cli_guard_run: (skip)
 * @self: a guard that runs nothing yet
 * @argv: the browser's command line; the first argument is its file
 * @error: why the browser could not be started
 *
 * Returns: whether the browser runs
 */
gboolean
bulla_cli_guard_run (BullaCliGuard *self, const char *const *argv, GError **error)
{
  g_autoptr (GByteArray) command = g_byte_array_new ();
  int code = 0;
  ssize_t got;

  for (size_t i = 0; argv[i] != NULL; i++)
    if (argv[i][0] != '\0')
      g_byte_array_append (command, (const guint8 *)argv[i], (guint)strlen (argv[i]) + 1);
  g_byte_array_append (command, (const guint8 *)"", 1);
  for (guint sent = 0; sent < command->len; sent += (guint)got) {
    do
      got = send (self->control, command->data + sent, command->len - sent, MSG_NOSIGNAL);
    while (got < 0 && errno == EINTR);
    if (got < 0)
      return take_errno (error, argv[0]);
  }
  do
    got = read (self->control, &code, sizeof code);
  while (got < 0 && errno == EINTR);
  if (got == sizeof code && code == 0)
    return TRUE;
  errno = got == sizeof code ? code : E2BIG; /* a longer command line is not read */
  return take_errno (error, argv[0]);
}

/**
 * bulla_cli_guard_set_ended: (skip)
 * @self: a guard
 * @wait_status: what waitpid() said about its process
 */
void
bulla_cli_guard_set_ended (BullaCliGuard *self, int wait_status)
{
  self->pid = 0;
  self->status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : 128 + WTERMSIG (wait_status);
}

/**
 * bulla_cli_guard_end: (skip)
 * @self: a guard
 *
 * Ends the browser, if it still runs, and waits until it has gone and its profile is removed. That
 * takes a few seconds at most. If the guard was killed, the profile is removed here.
 */
void
bulla_cli_guard_end (BullaCliGuard *self)
{
  int status = 0;
  pid_t waited;

  if (self->control >= 0)
    close (self->control);
  self->control = -1;
  if (self->pid != 0) {
    do
      waited = waitpid (self->pid, &status, 0);
    while (waited < 0 && errno == EINTR);
    if (waited == self->pid)
      bulla_cli_guard_set_ended (self, status);
  }
  if (self->folder != NULL)
    bulla_cli_unfinished_delete (self->folder);
}

void
bulla_cli_guard_free (BullaCliGuard *self)
{
  if (self->folder != NULL)
    bulla_cli_guard_end (self);
  g_free (self->folder);
  g_free (self);
}
