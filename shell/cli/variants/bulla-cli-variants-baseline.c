/* bulla-cli-variants-baseline.c - compares choices with those of an earlier report
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-baseline.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-error.h"
#include "bulla-json.h"

#define MAX_SIZE (G_GUINT64_CONSTANT (1) << 30) /* bytes of a report */
#define MAX_DEPTH 16

/* a choice of the earlier report */
typedef struct {
  char *client, *url, *bundle; /* owned; @bundle is nullable */
  char *grade, *key;           /* owned; @key is nullable */
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
  g_free (self->key);
  g_free (self);
}

void
bulla_cli_baseline_free (BullaCliBaseline *self)
{
  g_hash_table_unref (self->formers);
  g_ptr_array_unref (self->order);
  g_free (self);
}

static char *
identify (const char *client, const char *url, const char *bundle)
{
  return g_strjoin ("\n", client, url, bundle != NULL ? bundle : "", NULL);
}

static char *
dup_key (JsonObject *object)
{
  JsonObject *chosen = bulla_json_get_object (object, "chosen");
  JsonArray *key = chosen != NULL ? bulla_json_get_array (chosen, "key") : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (key == NULL)
    return NULL;
  for (guint i = 0; i < json_array_get_length (key); i++) {
    const char *value = bulla_json_node_get_text (json_array_get_element (key, i));
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", value != NULL ? value : "");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
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

/* Returns: the verdict; NULL if nothing changed */
static const char *
compare (const Former *was, const BullaCliChoice *is, const char *key)
{
  const char *grade = bulla_cli_grade_get_nick (is->grade);
  int before = rank_of_grade (was->grade), after = rank_of_grade (grade);
  gboolean compared = before >= 0 && after >= 0;

  if ((compared && after > before) || (was->usable != BULLA_NO && is->usable == BULLA_NO))
    return "worse";
  if ((compared && after < before) || (was->usable == BULLA_NO && is->usable != BULLA_NO))
    return "better";
  return strcmp (was->grade, grade) != 0 || was->usable != is->usable
                 || g_strcmp0 (was->key, key) != 0
             ? "other"
             : NULL;
}

static void
add_state (JsonBuilder *builder, const char *member, const char *grade, BullaKnown usable,
           const char *key)
{
  if (grade == NULL) {
    bulla_cli_json_string (builder, member, NULL);
    return;
  }
  bulla_cli_json_begin (builder, member);
  bulla_cli_json_string (builder, "grade", grade);
  if (usable == BULLA_UNKNOWN)
    bulla_cli_json_string (builder, "usable", NULL);
  else
    bulla_cli_json_boolean (builder, "usable", usable == BULLA_YES);
  bulla_cli_json_string (builder, "key", key);
  json_builder_end_object (builder);
}

/* @was, @is: (nullable): what the earlier and the new report say */
static char *
change_to_json (const Former *was, const BullaCliChoice *is, const char *key, const char *verdict)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "change");
  bulla_cli_json_string (builder, "client", is != NULL ? is->client->name : was->client);
  bulla_cli_json_string (builder, "url", is != NULL ? is->group->url : was->url);
  bulla_cli_json_string (builder, "bundle", is != NULL ? is->group->bundle : was->bundle);
  add_state (builder, "was", was != NULL ? was->grade : NULL,
             was != NULL ? was->usable : BULLA_UNKNOWN, was != NULL ? was->key : NULL);
  add_state (builder, "is", is != NULL ? bulla_cli_grade_get_nick (is->grade) : NULL,
             is != NULL ? is->usable : BULLA_UNKNOWN, key);
  bulla_cli_json_string (builder, "verdict", verdict);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

static char *
dup_chosen_key (const BullaCliChoice *choice)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (choice->chosen == NULL)
    return NULL;
  for (guint i = 0; choice->key >= 0 && i < choice->group->keys->n_axes; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", bulla_cli_choice_get_value (choice, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
has_client (const BullaCliChoices *choices, const char *name)
{
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++)
    if (strcmp (bulla_cli_choices_get (choices, i)->client->name, name) == 0)
      return TRUE;
  return FALSE;
}

/**
 * bulla_cli_baseline_compare: (skip)
 * @self: an earlier report
 * @choices: the new choices
 * @worse: (out): whether a choice got worse, a resource vanished, or a client is left out of what
 * the earlier report does not have
 *
 * Returns: (transfer full) (element-type utf8): a record `change` for each difference
 */
GPtrArray *
bulla_cli_baseline_compare (BullaCliBaseline *self, const BullaCliChoices *choices, gboolean *worse)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func (g_free);

  *worse = FALSE;
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++) {
    const BullaCliChoice *is = bulla_cli_choices_get (choices, i);
    g_autofree char *identity = identify (is->client->name, is->group->url, is->group->bundle);
    g_autofree char *key = dup_chosen_key (is);
    Former *was = g_hash_table_lookup (self->formers, identity);
    const char *verdict = was != NULL ? compare (was, is, key) : "new";
    if (was != NULL)
      was->seen = TRUE;
    if (verdict == NULL)
      continue;
    g_ptr_array_add (changes, change_to_json (was, is, key, verdict));
    *worse = *worse || strcmp (verdict, "worse") == 0
             || (was == NULL && bulla_cli_choice_is_left_out (is));
  }
  for (guint i = 0; i < self->order->len; i++) {
    const Former *was = self->order->pdata[i];
    if (was->seen || !has_client (choices, was->client))
      continue;
    g_ptr_array_add (changes, change_to_json (was, NULL, NULL, "gone"));
    *worse = TRUE;
  }
  return changes;
}
