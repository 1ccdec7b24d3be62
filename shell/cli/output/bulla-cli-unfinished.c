/* bulla-cli-unfinished.c - removes unfinished files and folders when the command is interrupted
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The list is used by a signal handler, which calls only functions that are safe there (see
 * signal-safety(7)): the list is static, and folders are read by system calls. The handler always
 * runs in the main thread, which changes the list while signals are blocked. */
#include "bulla-cli-unfinished.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATHS_MAX 8  /* most paths in the list; others are left behind */
#define DEPTH_MAX 64 /* most nested folders that are removed */
#define BUFFER_SIZE 2048

/* an entry of a folder, as the kernel writes it; see getdents64(2) */
typedef struct {
  guint64 inode;
  gint64 offset;
  guint16 length; /* bytes of this entry */
  guint8 type;
  char name[]; /* ends with NUL */
} Entry;

static const int ENDING[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

static char paths[PATHS_MAX][PATH_MAX]; /* an empty text is a free place */
static pthread_t main_thread;           /* the thread that called bulla_cli_unfinished_watch() */
static gboolean is_watching;
static gboolean is_locked;
static sigset_t blocked_before; /* signals that were blocked before the lock */
static int interrupted_status;  /* exit status after SIGINT */

/* Removes a file, or a folder with all that is in it; links are not followed. */
static void
remove_entry (int folder, const char *name, guint depth)
{
  _Alignas(Entry) char buffer[BUFFER_SIZE];
  long n = 1;

  if (unlinkat (folder, name, 0) == 0 || depth == 0)
    return;
  int inner = openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (inner < 0)
    return;
  while (n > 0) {
    n = syscall (SYS_getdents64, inner, buffer, sizeof buffer);
    for (long at = 0; at < n;) {
      const Entry *entry = (const Entry *)(const void *)(buffer + at);
      at += entry->length;
      if (strcmp (entry->name, ".") != 0 && strcmp (entry->name, "..") != 0)
        remove_entry (inner, entry->name, depth - 1);
    }
  }
  close (inner);
  unlinkat (folder, name, AT_REMOVEDIR);
}

void
bulla_cli_unfinished_delete (const char *path)
{
  remove_entry (AT_FDCWD, path, DEPTH_MAX);
}

static void
end_process (int number)
{
  sigset_t one;

  if (!pthread_equal (pthread_self (), main_thread)) {
    pthread_kill (main_thread, number);
    return;
  }
  for (int i = PATHS_MAX - 1; i >= 0; i--)
    if (paths[i][0] != '\0')
      remove_entry (AT_FDCWD, paths[i], DEPTH_MAX);
  if (number == SIGINT)
    _exit (interrupted_status);
  /* end as without this handler */
  signal (number, SIG_DFL);
  sigemptyset (&one);
  sigaddset (&one, number);
  raise (number);
  pthread_sigmask (SIG_UNBLOCK, &one, NULL);
}

/**
 * bulla_cli_unfinished_watch: (skip)
 * @exit_status: the exit status after Ctrl+C
 *
 * Handles signals that end the process: what is listed is removed first. Other signals than SIGINT
 * that are ignored stay so, for example by nohup(1). To be called by the main thread.
 */
void
bulla_cli_unfinished_watch (int exit_status)
{
  struct sigaction action = {.sa_handler = end_process};

  main_thread = pthread_self ();
  is_watching = TRUE;
  interrupted_status = exit_status;
  sigemptyset (&action.sa_mask);
  for (size_t i = 0; i < G_N_ELEMENTS (ENDING); i++)
    sigaddset (&action.sa_mask, ENDING[i]);
  for (size_t i = 0; i < G_N_ELEMENTS (ENDING); i++) {
    struct sigaction old;
    if (ENDING[i] == SIGINT
        || (sigaction (ENDING[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL))
      sigaction (ENDING[i], &action, NULL);
  }
}

/* Only the main thread uses the list: what other threads write stays behind. */
static gboolean
is_main_thread (void)
{
  return is_watching && pthread_equal (pthread_self (), main_thread);
}

void
bulla_cli_unfinished_lock (void)
{
  sigset_t ending;

  if (!is_main_thread ())
    return;
  g_assert (!is_locked);
  sigemptyset (&ending);
  for (size_t i = 0; i < G_N_ELEMENTS (ENDING); i++)
    sigaddset (&ending, ENDING[i]);
  pthread_sigmask (SIG_BLOCK, &ending, &blocked_before);
  is_locked = TRUE;
}

void
bulla_cli_unfinished_unlock (void)
{
  if (!is_main_thread ())
    return;
  is_locked = FALSE;
  pthread_sigmask (SIG_SETMASK, &blocked_before, NULL);
}

/**
 * bulla_cli_unfinished_add: (skip)
 * @path: a file or a folder that has just been made
 *
 * Lists @path; it stays behind after an interruption if the list is full.
 */
void
bulla_cli_unfinished_add (const char *path)
{
  if (!is_main_thread ())
    return;
  g_assert (is_locked);
  for (guint i = 0; i < PATHS_MAX; i++)
    if (paths[i][0] == '\0') {
      /* a path that is too long names nothing */
      if (strlen (path) < sizeof paths[i])
        g_strlcpy (paths[i], path, sizeof paths[i]);
      return;
    }
}

/**
 * bulla_cli_unfinished_remove: (skip)
 * @path: a path that is finished, or that was removed
 */
void
bulla_cli_unfinished_remove (const char *path)
{
  if (!is_main_thread ())
    return;
  g_assert (is_locked);
  for (guint i = 0; i < PATHS_MAX; i++)
    if (strcmp (paths[i], path) == 0)
      paths[i][0] = '\0';
}
