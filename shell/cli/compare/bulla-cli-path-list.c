/* bulla-cli-path-list.c - lists packages one after the other, from arguments and standard input
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-path-list.h"

#include <string.h>

#include "bulla-cli-lines.h"
#include "bulla-cli-names.h"

#define LIST "-"         /* the argument that stands for the lines of standard input */
#define STDIN_HERE "./-" /* a file of that name */

struct _BullaCliPathList {
  char **arguments; /* borrowed; the next one is the first */
  gboolean reading; /* whether standard input has more lines */
  GPtrArray *found; /* owned; of char *: the packages of the current argument or line */
  guint n_given;    /* how many of them were returned */
  guint64 n_skipped;
  GString *line; /* owned */
};

/**
 * bulla_cli_path_list_new: (skip)
 * @arguments: (array zero-terminated=1): files, folders and URLs; "-" stands for those in the lines
 *   of standard input; they must outlive the list
 *
 * Returns: (transfer full): the packages that they name
 */
BullaCliPathList *
bulla_cli_path_list_new (char **arguments)
{
  BullaCliPathList *self = g_new0 (BullaCliPathList, 1);

  self->arguments = arguments;
  self->found = g_ptr_array_new_with_free_func (g_free);
  self->line = g_string_new (NULL);
  return self;
}

void
bulla_cli_path_list_free (BullaCliPathList *self)
{
  g_ptr_array_unref (self->found);
  g_string_free (self->line, TRUE);
  g_free (self);
}

/* Reads a line without its newline. Returns: (nullable): NULL at the end, or with @error set */
static const char *
read_line (BullaCliPathList *self, GError **error)
{
  if (!bulla_cli_read_line (self->line, error))
    return NULL;
  return strcmp (self->line->str, LIST) == 0 ? STDIN_HERE : self->line->str;
}

/* Collects what a name stands for: a folder has many packages. */
static gboolean
collect_packages (BullaCliPathList *self, const char *name, GError **error)
{
  char *names[] = {(char *)name, NULL};
  guint n_skipped = 0;

  g_ptr_array_set_size (self->found, 0);
  self->n_given = 0;
  if (!bulla_cli_names_collect (names, self->found, &n_skipped, error))
    return FALSE;
  self->n_skipped += n_skipped;
  return TRUE;
}

/* Returns: (nullable): the next name of a file, a folder or a URL; NULL at the end, or with @error
 * set */
static const char *
next_name (BullaCliPathList *self, GError **error)
{
  g_autoptr (GError) failure = NULL;

  while (self->reading || *self->arguments != NULL) {
    if (!self->reading && strcmp (*self->arguments, LIST) != 0)
      return *self->arguments++;
    if (!self->reading)
      self->arguments++;
    const char *line = read_line (self, &failure);
    self->reading = line != NULL;
    if (failure != NULL) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
    if (line != NULL && line[0] != '\0')
      return line;
  }
  return NULL;
}

/**
 * bulla_cli_path_list_next: (skip)
 * @self: a list
 * @error: set if it cannot be listed further: a line of standard input cannot be read, see
 *   bulla_cli_read_line(), or a folder exceeds the limits of bulla_cli_names_collect()
 *
 * Folders are searched to the bottom, sorted by name. Empty lines are skipped. Lines are read as
 * they are needed, so that their number is not limited.
 *
 * Returns: (transfer full) (nullable): the next package; %NULL at the end, or with @error set
 */
char *
bulla_cli_path_list_next (BullaCliPathList *self, GError **error)
{
  while (self->n_given >= self->found->len) {
    g_autoptr (GError) failure = NULL;
    const char *name = next_name (self, &failure);
    if (failure == NULL && name != NULL && collect_packages (self, name, &failure))
      continue;
    if (failure != NULL)
      g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  return g_steal_pointer (&self->found->pdata[self->n_given++]);
}

/**
 * bulla_cli_path_list_get_n_skipped: (skip)
 * @self: a list
 *
 * Returns: number of files in folders that are not packages
 */
guint64
bulla_cli_path_list_get_n_skipped (const BullaCliPathList *self)
{
  return self->n_skipped;
}
