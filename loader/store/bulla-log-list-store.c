/* bulla-log-list-store.c - browsers' log lists that are kept beside each other, by their dates
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A list has the state of each log on one day only. To judge an exchange of last year the list of
 * that day is needed. Each is a file, byte for byte as it was imported; its name is the
 * `log_list_timestamp`, in Unix seconds. */
#include "bulla-log-list-store.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "bulla-bytes.h"
#include "bulla-error.h"

#define SUFFIX ".json"
#define MAX_SIZE (16 << 20)

static char *
dup_name (gint64 timestamp)
{
  return g_strdup_printf (BULLA_LOG_LIST_STORE_FOLDER "/%" G_GINT64_FORMAT SUFFIX, timestamp);
}

/* Reads the list at @path; @json stays NULL if the file does not exist, or was damaged and is set
 * aside now. FALSE: it cannot be read */
static gboolean
read_kept (BullaFiles *store, const char *path, GBytes **json, GError **error)
{
  g_autoptr (GError) failure = NULL, damage = NULL;
  g_autoptr (GBytes) bytes = bulla_bytes_read_file (path, MAX_SIZE, &failure);

  if (bulla_bytes_is_missing (failure))
    return TRUE;
  if (bytes == NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  g_autoptr (BullaLogList) list = bulla_log_list_parse (bytes, &damage);
  if (list != NULL)
    *json = g_steal_pointer (&bytes);
  else
    bulla_files_set_aside (store, path, damage->message);
  return TRUE;
}

/**
 * bulla_log_list_store_import: (skip)
 * @store: a store
 * @json: a browser's log list, version 3
 * @already_there: (out): whether the same list was kept before
 * @error: what is wrong with the list, or why it cannot be kept; then nothing has changed
 *
 * Returns: (transfer full) (nullable): the list, which is kept now
 */
BullaLogList *
bulla_log_list_store_import (BullaFiles *store, GBytes *json, gboolean *already_there,
                             GError **error)
{
  g_autoptr (BullaLogList) list = bulla_log_list_parse (json, error);

  if (list == NULL)
    return NULL;
  if (list->timestamp < 0) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                         "the log list has no “log_list_timestamp” that can be read, as those of "
                         "version 2 have none; use a list of version 3");
    return NULL;
  }
  g_autofree char *name = dup_name (list->timestamp);
  g_autofree char *path = bulla_files_dup_path (store, name);
  g_autoptr (GBytes) before = NULL;
  if (!read_kept (store, path, &before, error))
    return NULL;
  *already_there = before != NULL && g_bytes_equal (before, json);
  if (before != NULL && !*already_there) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "another list with the same “log_list_timestamp” is kept as %s", path);
    return NULL;
  }
  if (!*already_there && !bulla_files_write (store, name, json, error))
    return NULL;
  return g_steal_pointer (&list);
}

/* -1: a file of another name, such as a damaged one */
static gint64
timestamp_of (const char *name)
{
  gint64 timestamp = -1;
  g_autofree char *stem = g_str_has_suffix (name, SUFFIX)
                              ? g_strndup (name, strlen (name) - strlen (SUFFIX))
                              : g_strdup ("");

  return g_ascii_string_to_signed (stem, 10, 0, G_MAXINT64, &timestamp, NULL) ? timestamp : -1;
}

/* Opens the folder. Returns: (transfer full) (nullable): NULL without @error if there is none */
static GDir *
open_folder (BullaFiles *store, GError **error)
{
  g_autofree char *path = bulla_files_dup_path (store, BULLA_LOG_LIST_STORE_FOLDER);
  g_autoptr (GError) failure = NULL;
  GDir *dir = g_dir_open (path, 0, &failure);

  if (failure != NULL && !bulla_bytes_is_missing (failure))
    g_propagate_error (error, g_steal_pointer (&failure));
  return dir;
}

/* Returns: -1 if there is none, or with @error set */
static gint64
find_newest (BullaFiles *store, gint64 at, GError **error)
{
  g_autoptr (GDir) dir = open_folder (store, error);
  gint64 newest = -1;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    gint64 timestamp = timestamp_of (name);
    if (timestamp <= at)
      newest = MAX (newest, timestamp);
  }
  return newest;
}

/**
 * bulla_log_list_store_exists: (skip)
 * @store: a store
 *
 * Returns: whether any list is kept
 */
gboolean
bulla_log_list_store_exists (BullaFiles *store)
{
  return find_newest (store, G_MAXINT64, NULL) >= 0;
}

/* NULL without an error: it is damaged, and was set aside */
static BullaLogList *
read_list (BullaFiles *store, gint64 timestamp, GError **error)
{
  g_autofree char *name = dup_name (timestamp);
  g_autofree char *path = bulla_files_dup_path (store, name);
  g_autoptr (GError) damage = NULL;
  g_autoptr (GBytes) json = bulla_bytes_read_file (path, MAX_SIZE, error);
  BullaLogList *list = json != NULL ? bulla_log_list_parse (json, &damage) : NULL;

  if (damage != NULL)
    bulla_files_set_aside (store, path, damage->message);
  return list;
}

/**
 * bulla_log_list_store_find: (skip)
 * @store: a store
 * @at: Unix seconds
 * @error: why the list in effect cannot be read; an older one does not replace it then
 *
 * Returns: (transfer full) (nullable): the list in effect at that time, the newest that is not of
 *   later; a damaged one is set aside. %NULL without @error if none is kept
 */
BullaLogList *
bulla_log_list_store_find (BullaFiles *store, gint64 at, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gint64 newest = find_newest (store, at, &failure);
  BullaLogList *list = NULL;

  while (newest >= 0 && failure == NULL && (list = read_list (store, newest, &failure)) == NULL)
    newest = failure == NULL ? find_newest (store, newest - 1, &failure) : -1;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return list;
}

/**
 * bulla_log_list_store_find_next: (skip)
 * @store: a store
 * @at: Unix seconds
 *
 * Returns: the date of the first kept list that is later than @at; %G_MAXINT64 if there is none
 */
gint64
bulla_log_list_store_find_next (BullaFiles *store, gint64 at)
{
  g_autoptr (GDir) dir = open_folder (store, NULL);
  gint64 next = G_MAXINT64;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    gint64 timestamp = timestamp_of (name);
    if (timestamp > at)
      next = MIN (next, timestamp);
  }
  return next;
}

/**
 * bulla_log_list_store_remove: (skip)
 * @store: a store
 * @timestamp: of a list
 * @removed: (out): whether there was one
 * @error: a `G_IO_ERROR` if it cannot be removed
 */
gboolean
bulla_log_list_store_remove (BullaFiles *store, gint64 timestamp, gboolean *removed, GError **error)
{
  g_autofree char *name = dup_name (timestamp);
  g_autofree char *path = bulla_files_dup_path (store, name);

  *removed = g_unlink (path) == 0;
  if (*removed || errno == ENOENT)
    return TRUE;
  int code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}
