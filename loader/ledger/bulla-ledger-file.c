/* bulla-ledger-file.c - writes each contact to a file or a pipe as it ends
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A ledger says where somebody has been. So a file is for its owner alone, also one that existed. A
 * pipe may have a reader that stops reading: then lines wait in memory, up to a limit. */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulla-contact-internal.h"
#include "bulla-ledger-internal.h"
#include "bulla-main-loop-source.h"
#include "bulla-printable.h"

#define WAITING_MAX (1 << 20) /* bytes of lines that wait for their reader */
#define END_MS 2000 /* longest wait for a reader at the end, if the ledger does not wait */
#define OTHERS (S_IRWXG | S_IRWXO)

typedef struct {
  char *name;        /* owned; printable */
  int descriptor;    /* owned; blocks only if @waits */
  gboolean waits;    /* for a reader, however long it takes */
  GString *waiting;  /* owned; what is not written yet */
  guint n_left_out;  /* contacts without a line */
  GSource *writable; /* owned; NULL unless @waiting is to be written later */
  gboolean failed;
} Lines;

/* Writes what there is room for. @ms: longest wait for room; -1 for no limit */
static void
write_waiting (Lines *self, int ms)
{
  gsize written = 0;

  while (!self->failed && written < self->waiting->len) {
    ssize_t n =
        write (self->descriptor, self->waiting->str + written, self->waiting->len - written);
    struct pollfd room = {.fd = self->descriptor, .events = POLLOUT};
    if (n >= 0) {
      written += (gsize)n;
    } else if (errno == EAGAIN) {
      if (poll (&room, 1, ms) == 0)
        break;
    } else if (errno != EINTR) {
      g_warning ("ledger: %s: %s", self->name, g_strerror (errno));
      self->failed = TRUE;
    }
  }
  g_string_erase (self->waiting, 0, (gssize)written);
}

static gboolean
writable_cb (int descriptor, GIOCondition condition, gpointer user_data)
{
  Lines *self = user_data;

  write_waiting (self, 0);
  if (self->waiting->len > 0 && !self->failed)
    return G_SOURCE_CONTINUE;
  bulla_clear_source (&self->writable);
  return G_SOURCE_REMOVE;
}

static void
finished_cb (BullaLedger *ledger, BullaContact *contact, gpointer user_data)
{
  Lines *self = user_data;
  g_autofree char *line = bulla_contact_to_line (contact);

  if (self->failed)
    return;
  if (!self->waits && self->waiting->len + strlen (line) >= WAITING_MAX) {
    self->n_left_out++;
    return;
  }
  g_string_append_printf (self->waiting, "%s\n", line);
  write_waiting (self, self->waits ? -1 : 0);
  if (self->waiting->len == 0 || self->failed || self->writable != NULL)
    return;
  self->writable = g_unix_fd_source_new (self->descriptor, G_IO_OUT);
  g_source_set_callback (self->writable, G_SOURCE_FUNC (writable_cb), self, NULL);
  g_source_attach (self->writable, g_main_context_get_thread_default ());
}

static void
lines_free (gpointer data, GClosure *closure)
{
  Lines *self = data;

  bulla_clear_source (&self->writable);
  write_waiting (self, self->waits ? -1 : END_MS);
  if (self->n_left_out > 0 || (self->waiting->len > 0 && !self->failed))
    g_warning ("ledger: %s lacks contacts, because nobody read it", self->name);
  close (self->descriptor);
  g_string_free (self->waiting, TRUE);
  g_free (self->name);
  g_free (self);
}

/* Sets @error from errno. Returns: FALSE */
static gboolean
set_errno (const char *name, GError **error)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", name, g_strerror (code));
  return FALSE;
}

/* Makes a file that existed its owner's alone. */
static gboolean
narrow (const char *name, int descriptor, GError **error)
{
  struct stat status;

  if (fstat (descriptor, &status) != 0)
    return set_errno (name, error);
  if (!S_ISREG (status.st_mode) || (status.st_mode & OTHERS) == 0)
    return TRUE;
  if (fchmod (descriptor, status.st_mode & ~(mode_t)OTHERS & 07777) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 "%s: others can read or write it, and it belongs to another user", name);
    return FALSE;
  }
  g_autofree char *shown = bulla_printable_dup (name);
  g_message ("ledger: %s was open to others; now only its owner can read and write it", shown);
  return TRUE;
}

/**
 * bulla_ledger_follow_file:
 * @self: a ledger
 * @name: a file name or file URL; lines are appended, and only its owner can read the file
 * @waits: whether contacts wait for the reader of a pipe; otherwise they are left out when 1 MiB of
 *   lines waits, and a warning says so at the end
 * @error: set if the file cannot be written, or if others can and it belongs to another user
 *
 * Like bulla_ledger_follow(). A pipe needs a reader.
 *
 * Returns: whether contacts are written from now on
 */
gboolean
bulla_ledger_follow_file (BullaLedger *self, const char *name, gboolean waits, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (name);
  const char *path = g_file_peek_path (file);

  if (path == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s: not a file of this computer",
                 name);
    return FALSE;
  }
  int descriptor =
      open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | (waits ? 0 : O_NONBLOCK),
            S_IRUSR | S_IWUSR);
  if (descriptor < 0 && errno == ENXIO) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "%s: nobody reads this pipe; start its reader first", name);
    return FALSE;
  }
  if (descriptor < 0)
    return set_errno (name, error);
  if (!narrow (name, descriptor, error)) {
    close (descriptor);
    return FALSE;
  }
  Lines *lines = g_new0 (Lines, 1);
  *lines = (Lines){bulla_printable_dup (name), descriptor, waits, g_string_new (NULL)};
  g_signal_connect_data (self, "finished", G_CALLBACK (finished_cb), lines, lines_free, 0);
  return TRUE;
}
