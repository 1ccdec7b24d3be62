/* bulla-cli-event-lines.c - prints lines about events without waiting for their reader
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * If a pipe is full, lines wait in memory, and requests go on. The descriptor stays blocking,
 * because other processes may share it. Each write has at most PIPE_BUF bytes, which a pipe or
 * terminal takes at once when poll() reports it as writable. */
#include "bulla-cli-event-lines.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "bulla-cli-print.h"
#include "bulla-main-loop-source.h"

#define WAITING_MAX (1 << 20) /* bytes */

struct _BullaCliEventLines {
  int descriptor;    /* borrowed */
  GString *waiting;  /* owned; lines that are not written yet */
  gsize written;     /* bytes of @waiting that are written */
  guint n_left_out;  /* lines since the last one that found room */
  GSource *writable; /* owned; NULL unless @waiting is to be written later */
  gboolean failed;   /* nothing can be written any more */
};

/**
 * bulla_cli_event_lines_new: (skip)
 * @descriptor: where the lines go; stays open
 *
 * Returns: (transfer full): the printer, for the thread-default main context
 */
BullaCliEventLines *
bulla_cli_event_lines_new (int descriptor)
{
  BullaCliEventLines *self = g_new0 (BullaCliEventLines, 1);

  self->descriptor = descriptor;
  self->waiting = g_string_new (NULL);
  return self;
}

/**
 * bulla_cli_event_lines_free: (skip)
 * @self: a printer
 *
 * Lines that their reader has not made room for are not printed.
 */
void
bulla_cli_event_lines_free (BullaCliEventLines *self)
{
  bulla_clear_source (&self->writable);
  g_string_free (self->waiting, TRUE);
  g_free (self);
}

static gsize
count_waiting (BullaCliEventLines *self)
{
  return self->waiting->len - self->written;
}

static gboolean
has_room (BullaCliEventLines *self)
{
  struct pollfd asked = {.fd = self->descriptor, .events = POLLOUT};

  return poll (&asked, 1, 0) > 0;
}

/* Says how many lines are missing in this place. */
static void
append_left_out (BullaCliEventLines *self)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u line was left out: nobody read the output",
                                                     "%u lines were left out: nobody read the "
                                                     "output",
                                                     self->n_left_out),
                                           self->n_left_out);
  g_autofree char *line = bulla_cli_dup_for_charset (text);

  g_string_append_printf (self->waiting, "%s\n", line);
  self->n_left_out = 0;
}

static void
end_printing (BullaCliEventLines *self, int code)
{
  bulla_cli_print_error (
      _ ("bulla gateway: standard output: %s; events are not printed any more\n"),
      g_strerror (code));
  self->failed = TRUE;
  self->written = self->waiting->len;
}

/* Writes what there is room for. */
static void
write_lines (BullaCliEventLines *self)
{
  while (count_waiting (self) > 0 && has_room (self)) {
    ssize_t n = write (self->descriptor, self->waiting->str + self->written,
                       MIN (count_waiting (self), PIPE_BUF));
    if (n >= 0)
      self->written += (gsize)n;
    else if (errno != EINTR && errno != EAGAIN)
      end_printing (self, errno);
    if (count_waiting (self) == 0 && self->n_left_out > 0)
      append_left_out (self);
  }
  if (self->written == self->waiting->len || self->written > WAITING_MAX / 2) {
    g_string_erase (self->waiting, 0, (gssize)self->written);
    self->written = 0;
  }
}

static gboolean
writable_cb (int descriptor, GIOCondition condition, gpointer user_data)
{
  BullaCliEventLines *self = user_data;

  write_lines (self);
  if (count_waiting (self) > 0)
    return G_SOURCE_CONTINUE;
  bulla_clear_source (&self->writable);
  return G_SOURCE_REMOVE;
}

/**
 * bulla_cli_event_lines_add: (skip)
 * @self: a printer
 * @format: a printf() format, without the newline
 *
 * Prints one line as soon as there is room for it, with control characters and newlines escaped.
 * While a MiB of lines waits, further ones are left out, and a line says how many.
 */
void
bulla_cli_event_lines_add (BullaCliEventLines *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *line = bulla_cli_dup_line (format, arguments);
  va_end (arguments);
  if (self->failed)
    return;
  if (count_waiting (self) + strlen (line) + 1 > WAITING_MAX) {
    self->n_left_out++;
    return;
  }
  if (self->n_left_out > 0)
    append_left_out (self);
  g_string_append_printf (self->waiting, "%s\n", line);
  write_lines (self);
  if (count_waiting (self) == 0 || self->writable != NULL)
    return;
  self->writable = g_unix_fd_source_new (self->descriptor, G_IO_OUT);
  g_source_set_callback (self->writable, G_SOURCE_FUNC (writable_cb), self, NULL);
  g_source_attach (self->writable, g_main_context_get_thread_default ());
}
