/* bulla-recent.c - the packages in files that were opened last
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * They are kept in the desktop's list of recent files ($XDG_DATA_HOME/recently-used.xbel), so the
 * desktop's setting and its button that clears the list apply to them. Each is marked as private,
 * which tells other programs not to show it. No address of the web is ever added. */
#include "bulla-recent.h"

#define APPLICATION "Bulla" /* identifies the entries in the list; not translated */
#define GROUP "Bulla"

static gboolean
is_ours (GtkRecentInfo *info)
{
  return gtk_recent_info_has_application (info, APPLICATION)
         && g_str_has_prefix (gtk_recent_info_get_uri (info), "file:");
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  GDateTime *first = gtk_recent_info_get_modified ((GtkRecentInfo *)a);
  GDateTime *second = gtk_recent_info_get_modified ((GtkRecentInfo *)b);

  return g_date_time_compare (second, first);
}

/* Returns: (transfer full): of GtkRecentInfo: all entries of this program, the newest first */
static GList *
list_ours (void)
{
  GList *all = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());
  GList *ours = NULL;

  for (GList *each = all; each != NULL; each = each->next)
    if (is_ours (each->data))
      ours = g_list_prepend (ours, gtk_recent_info_ref (each->data));
  g_list_free_full (all, (GDestroyNotify)gtk_recent_info_unref);
  return g_list_sort (ours, compare_newest_first);
}

static void
free_list (GList *list)
{
  g_list_free_full (list, (GDestroyNotify)gtk_recent_info_unref);
}

/* Drops the oldest entries. */
static void
trim (void)
{
  GList *ours = list_ours ();

  for (GList *each = g_list_nth (ours, BULLA_RECENT_MAX); each != NULL; each = each->next)
    bulla_recent_forget (gtk_recent_info_get_uri (each->data));
  free_list (ours);
}

/**
 * bulla_recent_add:
 * @uri: file URI of a package that was opened; other addresses are not added
 */
void
bulla_recent_add (const char *uri)
{
  char group[] = GROUP;
  char *groups[] = {group, NULL};
  char name[] = APPLICATION;
  char program[] = "bulla-shell %u";
  char type[] = "application/octet-stream"; /* the type is not known without reading the file */
  const GtkRecentData data = {.mime_type = type,
                              .app_name = name,
                              .app_exec = program,
                              .groups = groups,
                              .is_private = TRUE};

  if (!g_str_has_prefix (uri, "file:"))
    return;
  gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
  trim ();
}

/**
 * bulla_recent_dup_list:
 *
 * Returns: (transfer full): of #GtkRecentInfo, the newest first; %BULLA_RECENT_MAX at most
 */
GList *
bulla_recent_dup_list (void)
{
  GList *ours = list_ours ();
  GList *last = g_list_nth (ours, BULLA_RECENT_MAX - 1);

  if (last != NULL) {
    free_list (last->next);
    last->next = NULL;
  }
  return ours;
}

/**
 * bulla_recent_forget:
 * @uri: file URI of an entry; the file itself is kept
 */
void
bulla_recent_forget (const char *uri)
{
  gtk_recent_manager_remove_item (gtk_recent_manager_get_default (), uri, NULL);
}

/**
 * bulla_recent_forget_all:
 *
 * Removes every entry of this program.
 */
void
bulla_recent_forget_all (void)
{
  GList *ours = list_ours ();

  for (GList *each = ours; each != NULL; each = each->next)
    bulla_recent_forget (gtk_recent_info_get_uri (each->data));
  free_list (ours);
}
