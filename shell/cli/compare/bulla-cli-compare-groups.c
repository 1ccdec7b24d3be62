/* bulla-cli-compare-groups.c - collects packages that differ, by the rules that differ
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-compare-groups.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-print.h"

/* Most packages that are listed of a group, and most groups; others are counted. --json prints all.
 */
#define MAX_LISTED 1000
#define MAX_GROUPS 256

typedef struct {
  char *title;        /* owned; the rules; "" for packages without a difference */
  guint64 n;          /* number of packages */
  GPtrArray *listed;  /* owned; of char *: the first of them, with their verdicts */
  gboolean differing; /* whether the packages differ */
} Group;

struct _BullaCliCompareGroups {
  GHashTable *groups; /* owned; of Group, by their titles */
};

static void
free_group (Group *self)
{
  g_free (self->title);
  g_ptr_array_unref (self->listed);
  g_free (self);
}

BullaCliCompareGroups *
bulla_cli_compare_groups_new (void)
{
  BullaCliCompareGroups *self = g_new0 (BullaCliCompareGroups, 1);

  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)free_group);
  return self;
}

void
bulla_cli_compare_groups_free (BullaCliCompareGroups *self)
{
  g_hash_table_unref (self->groups);
  g_free (self);
}

/* Returns: (transfer full): the rules of the group that the package belongs to */
static char *
dup_title (const BullaCliCompareGroups *self, const BullaCliComparison *comparison)
{
  g_autoptr (GString) title = g_string_new (NULL);

  if (!comparison->differs)
    return g_strdup ("");
  for (guint i = 0; i < comparison->rules->len; i++)
    g_string_append_printf (title, "%s%s", i > 0 ? ", " : "",
                            (const char *)comparison->rules->pdata[i]);
  if (title->len == 0)
    g_string_append (title, _ ("outcome only"));
  if (g_hash_table_size (self->groups) >= MAX_GROUPS
      && !g_hash_table_contains (self->groups, title->str))
    g_string_assign (title, _ ("other rules"));
  return g_string_free (g_steal_pointer (&title), FALSE);
}

/**
 * bulla_cli_compare_groups_add: (skip)
 * @self: groups
 * @comparison: a comparison without an error
 */
void
bulla_cli_compare_groups_add (BullaCliCompareGroups *self, const BullaCliComparison *comparison)
{
  g_autofree char *title = dup_title (self, comparison);
  Group *group = g_hash_table_lookup (self->groups, title);

  if (group == NULL) {
    group = g_new0 (Group, 1);
    group->title = g_steal_pointer (&title);
    group->listed = g_ptr_array_new_with_free_func (g_free);
    group->differing = comparison->differs;
    g_hash_table_insert (self->groups, group->title, group);
  }
  group->n++;
  if (group->listed->len < MAX_LISTED)
    g_ptr_array_add (group->listed, bulla_cli_comparison_to_text (comparison));
}

/* The largest group first, and packages without a difference last. */
static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *one = *(Group *const *)a, *other = *(Group *const *)b;

  if (one->differing != other->differing)
    return one->differing ? -1 : 1;
  if (one->n != other->n)
    return one->n > other->n ? -1 : 1;
  return strcmp (one->title, other->title);
}

static void
print_group (const Group *self)
{
  const char *title = self->differing ? self->title : _ ("no difference");
  gulong n = (gulong)self->n;

  bulla_cli_print (ngettext ("%s: %lu package\n", "%s: %lu packages\n", n), title, n);
  for (guint i = 0; i < self->listed->len; i++)
    bulla_cli_print ("  %s\n", (const char *)self->listed->pdata[i]);
  if (self->n > self->listed->len)
    bulla_cli_print (_ ("  … and %lu more; --json prints all\n"), n - self->listed->len);
}

/**
 * bulla_cli_compare_groups_print: (skip)
 * @self: groups
 *
 * Prints each group with its number of packages and their verdicts, the largest group first.
 */
void
bulla_cli_compare_groups_print (BullaCliCompareGroups *self)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iterator;
  gpointer group = NULL;

  g_hash_table_iter_init (&iterator, self->groups);
  while (g_hash_table_iter_next (&iterator, NULL, &group))
    g_ptr_array_add (sorted, group);
  g_ptr_array_sort (sorted, compare_groups);
  for (guint i = 0; i < sorted->len; i++)
    print_group (sorted->pdata[i]);
}
