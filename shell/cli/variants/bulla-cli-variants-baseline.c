/* bulla-cli-variants-baseline.c - compares choices with those of an earlier report
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-baseline.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-error.h"
#include "bulla-json.h"

#define MAX_SIZE (G_GUINT64_CONSTANT (1) << 30) /* bytes of a report */
#define MAX_DEPTH 16

/* a choice of the earlier report */
typedef struct {
  char *client, *url, *bundle; /* owned; @bundle is nullable */
  char *grade;                 /* owned */
  GStrv key;                   /* owned; nullable; values of the chosen key */
  BullaKnown usable;
  gboolean seen; /* whether it is in the new report, too */
} Former;

struct _BullaCliBaseline {
  GHashTable *formers; /* owned; identity -> Former */
  GPtrArray *order;    /* owned; of Former, borrowed, in the order of the report */
};

static void
former_free (gpointer data)
{
  Former *self = data;

  g_free (self->client);
  g_free (self->url);
  g_free (self->bundle);
  g_free (self->grade);
  g_strfreev (self->key);
  g_free (self);
}

void
bulla_cli_baseline_free (BullaCliBaseline *self)
{
  g_hash_table_unref (self->formers);
  g_ptr_array_unref (self->order);
  g_free (self);
}

/* `x.wbn` and `./x.wbn` are the same bundle. */
static char *
identify (const char *client, const char *url, const char *bundle)
{
  g_autofree char *place = bundle == NULL || strcmp (bundle, "-") == 0 || bulla_cli_is_url (bundle)
                               ? g_strdup (bundle)
                               : g_canonicalize_filename (bundle, NULL);

  return g_strjoin ("\n", client, url, place != NULL ? place : "", NULL);
}

static GStrv
dup_key (JsonObject *object)
{
  JsonObject *chosen = bulla_json_get_object (object, "chosen");
  JsonArray *key = chosen != NULL ? bulla_json_get_array (chosen, "key") : NULL;
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();

  if (key == NULL)
    return NULL;
  for (guint i = 0; i < json_array_get_length (key); i++) {
    const char *value = bulla_json_node_get_text (json_array_get_element (key, i));
    g_strv_builder_add (values, value != NULL ? value : "");
  }
  return g_strv_builder_end (values);
}

static BullaKnown
read_usable (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "usable");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return BULLA_UNKNOWN;
  return bulla_json_get_boolean (object, "usable") ? BULLA_YES : BULLA_NO;
}

/* Keeps a record of the kind `choice`; others are skipped. */
static void
take_record (BullaCliBaseline *self, JsonObject *object)
{
  const char *client = bulla_json_get_text (object, "client");
  const char *url = bulla_json_get_text (object, "url");
  const char *grade = bulla_json_get_text (object, "grade");
  const char *bundle = bulla_json_get_text (object, "bundle");

  if (g_strcmp0 (bulla_json_get_text (object, "record"), "choice") != 0 || client == NULL
      || url == NULL || grade == NULL)
    return;
  Former *former = g_new0 (Former, 1);
  char *identity = identify (client, url, bundle);
  *former = (Former){g_strdup (client), g_strdup (url),   g_strdup (bundle),
                     g_strdup (grade),  dup_key (object), read_usable (object)};
  if (g_hash_table_contains (self->formers, identity)) {
    g_free (identity);
    former_free (former);
    return;
  }
  g_hash_table_insert (self->formers, identity, former);
  g_ptr_array_add (self->order, former);
}

/**
 * bulla_cli_baseline_read: (skip)
 * @path: a file with the output of `bulla variants --json`
 * @error: set if it cannot be read, or a line is not a JSON object
 *
 * Returns: (transfer full) (nullable): the earlier choices
 */
BullaCliBaseline *
bulla_cli_baseline_read (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, MAX_SIZE, error);
  g_autoptr (BullaCliBaseline) self = g_new0 (BullaCliBaseline, 1);
  gsize size = 0;

  self->formers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, former_free);
  self->order = g_ptr_array_new ();
  if (bytes == NULL)
    return NULL;
  const char *data = g_bytes_get_data (bytes, &size);
  for (guint line = 1; size > 0; line++) {
    const char *end = memchr (data, '\n', size);
    gsize length = end != NULL ? (gsize)(end - data) : size;
    g_autoptr (JsonNode) node =
        length > 0 ? bulla_json_parse (data, length, MAX_DEPTH, NULL) : NULL;
    if (node != NULL && JSON_NODE_HOLDS_OBJECT (node)) {
      take_record (self, json_node_get_object (node));
    } else if (length > 0) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                   _ ("%s, line %u: not a JSON object of bulla variants --json"), path, line);
      return NULL;
    }
    gsize taken = MIN (length + 1, size);
    data += taken;
    size -= taken;
  }
  return g_steal_pointer (&self);
}

/* Returns the rank of a grade, the best first; -1 if grades are not compared with it. */
static int
rank_of_grade (const char *grade)
{
  for (int i = BULLA_CLI_GRADE_FIRST_CHOICE; i <= BULLA_CLI_GRADE_NOTHING; i++)
    if (strcmp (bulla_cli_grade_get_nick ((BullaCliGrade)i), grade) == 0)
      return i;
  return -1;
}

static gboolean
was_left_out (const Former *was)
{
  return was->usable == BULLA_NO || rank_of_grade (was->grade) == BULLA_CLI_GRADE_NOTHING;
}

static gboolean
same_key (GStrv one, GStrv other)
{
  if (one == NULL || other == NULL)
    return one == other;
  return g_strv_equal ((const char *const *)one, (const char *const *)other);
}

/* Compares a choice with the earlier one; FALSE if nothing changed. Grades that do not compare,
 * such as `only`, still become worse if the client is now left out. */
static gboolean
compare (const Former *was, const BullaCliChoice *is, GStrv key, BullaCliChangeVerdict *verdict)
{
  const char *grade = bulla_cli_grade_get_nick (is->grade);
  int before = rank_of_grade (was->grade), after = rank_of_grade (grade);
  gboolean compared = before >= 0 && after >= 0;
  gboolean left_out = bulla_cli_choice_is_left_out (is);

  if ((compared && after > before) || (was->usable != BULLA_NO && is->usable == BULLA_NO)
      || (left_out && !was_left_out (was)))
    *verdict = BULLA_CLI_CHANGE_WORSE;
  else if ((compared && after < before) || (was->usable == BULLA_NO && is->usable != BULLA_NO)
           || (!left_out && was_left_out (was)))
    *verdict = BULLA_CLI_CHANGE_BETTER;
  else
    *verdict = BULLA_CLI_CHANGE_OTHER;
  return *verdict != BULLA_CLI_CHANGE_OTHER || strcmp (was->grade, grade) != 0
         || was->usable != is->usable || !same_key (was->key, key);
}

static GStrv
dup_chosen_key (const BullaCliChoice *choice)
{
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();

  if (choice->chosen == NULL)
    return NULL;
  for (guint i = 0; choice->key >= 0 && i < choice->group->keys->n_axes; i++)
    g_strv_builder_add (values, bulla_cli_choice_get_value (choice, i));
  return g_strv_builder_end (values);
}

static BullaCliState
state_of_former (const Former *was)
{
  return (BullaCliState){g_strdup (was->grade), g_strdupv (was->key), was->usable};
}

static gboolean
is_in_scope (const Former *was, const BullaCliScope *scope)
{
  gboolean shown = FALSE;

  if (scope->urls != NULL && !g_strv_contains (scope->urls, was->url))
    return FALSE;
  for (guint i = 0; i < scope->clients->len && !shown; i++)
    shown = strcmp (((BullaClient *)scope->clients->pdata[i])->name, was->client) == 0;
  return shown;
}

/* Compares one choice. Returns: (nullable): the change */
static BullaCliChange *
find_change (BullaCliBaseline *self, const BullaCliChoice *is, gboolean *worse)
{
  g_autofree char *identity = identify (is->client->name, is->group->url, is->group->bundle);
  Former *was = g_hash_table_lookup (self->formers, identity);
  g_auto (GStrv) key = dup_chosen_key (is);
  BullaCliChangeVerdict verdict = BULLA_CLI_CHANGE_NEW;

  if (was != NULL)
    was->seen = TRUE;
  if (was != NULL && !compare (was, is, key, &verdict))
    return NULL;
  *worse = *worse || verdict == BULLA_CLI_CHANGE_WORSE
           || (was == NULL && bulla_cli_choice_is_left_out (is));
  BullaCliChange *change =
      bulla_cli_change_new (verdict, is->client->name, is->group->url, is->group->bundle);
  if (was != NULL)
    change->was = state_of_former (was);
  change->is = (BullaCliState){g_strdup (bulla_cli_grade_get_nick (is->grade)),
                               g_steal_pointer (&key), is->usable};
  return change;
}

/**
 * bulla_cli_baseline_has_url: (skip)
 * @self: an earlier report
 * @url: a URL
 *
 * Returns: whether the report has a choice of that URL
 */
gboolean
bulla_cli_baseline_has_url (const BullaCliBaseline *self, const char *url)
{
  for (guint i = 0; i < self->order->len; i++)
    if (strcmp (((Former *)self->order->pdata[i])->url, url) == 0)
      return TRUE;
  return FALSE;
}

/**
 * bulla_cli_baseline_compare: (skip)
 * @self: an earlier report
 * @choices: the new choices
 * @scope: what the new report covers; all else in the earlier one is not compared
 * @worse: (out): whether a choice got worse, a resource vanished, or a client is newly left out
 *
 * Returns: (transfer full) (element-type BullaCliChange): the differences, in the order of
 *   @choices; then what vanished, in the order of the earlier report
 */
GPtrArray *
bulla_cli_baseline_compare (BullaCliBaseline *self, const BullaCliChoices *choices,
                            const BullaCliScope *scope, gboolean *worse)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func (bulla_cli_change_free);

  *worse = FALSE;
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++) {
    BullaCliChange *change = find_change (self, bulla_cli_choices_get (choices, i), worse);
    if (change != NULL)
      g_ptr_array_add (changes, change);
  }
  for (guint i = 0; i < self->order->len; i++) {
    const Former *was = self->order->pdata[i];
    if (was->seen || !is_in_scope (was, scope))
      continue;
    BullaCliChange *change =
        bulla_cli_change_new (BULLA_CLI_CHANGE_GONE, was->client, was->url, was->bundle);
    change->was = state_of_former (was);
    g_ptr_array_add (changes, change);
    *worse = TRUE;
  }
  return changes;
}
