/* bulla-cli-variants-choice.c - finds which variant of each URL each client gets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-choice.h"

#include <string.h>

#include "bulla-variants-headers.h"

/* A request of one client for one kind of resource, with what it accepts of each Variants. */
typedef struct {
  gboolean asks;
  BullaRequestFacts facts;      /* borrowed from the client */
  BullaVariantsRequest *fields; /* owned */
  GHashTable *rankings;         /* owned; BullaVariants -> BullaVariantsRanking */
} Request;

struct _BullaCliChoices {
  const BullaSettings *settings; /* borrowed */
  GHashTable *requests;          /* owned; text -> Request */
  GArray *choices;               /* owned; of BullaCliChoice; by group, then by client */
};

static void
request_free (gpointer data)
{
  Request *self = data;

  g_clear_pointer (&self->fields, bulla_variants_request_free);
  g_hash_table_unref (self->rankings);
  g_free (self);
}

/* Parses the fields of a client once for each kind and scheme. */
static Request *
find_request (BullaCliChoices *self, const BullaClient *client, const char *kind, const char *url)
{
  gboolean plain = g_ascii_strncasecmp (url, "http:", 5) == 0;
  g_autofree char *key = g_strdup_printf ("%p %s %d", (const void *)client, kind, plain);
  Request *request = g_hash_table_lookup (self->requests, key);

  if (request != NULL)
    return request;
  request = g_new0 (Request, 1);
  request->asks =
      bulla_client_fill_request (client, kind, plain ? "http:" : "https:", &request->facts);
  BullaRequestFacts matched = bulla_variants_request_for (&request->facts, self->settings);
  request->fields = bulla_variants_request_new (&matched, &self->settings->variants);
  request->rankings =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)bulla_variants_ranking_free);
  g_hash_table_insert (self->requests, g_steal_pointer (&key), request);
  return request;
}

static const BullaVariantsRanking *
find_ranking (BullaCliChoices *self, Request *request, const BullaVariants *axes)
{
  BullaVariantsRanking *ranking = g_hash_table_lookup (request->rankings, axes);

  if (ranking == NULL) {
    ranking = bulla_variants_rank (axes, request->fields, &self->settings->variants);
    g_hash_table_insert (request->rankings, (gpointer)axes, ranking);
  }
  return ranking;
}

/* Chooses among the combinations of an index that exist and are not left out. */
static gboolean
choose_combination (BullaCliChoice *choice, const gboolean *without, const BullaSettings *settings)
{
  const BullaCliGroup *group = choice->group;
  g_autofree gboolean *rest = without != NULL ? g_new0 (gboolean, group->n_there) : NULL;

  for (guint i = 0; rest != NULL && i < group->n_there; i++)
    rest[i] = group->there[i] && !without[group->key_of_combination[i]];
  if (!bulla_variants_ranking_choose_combination (
          choice->ranking, rest != NULL ? rest : group->there, group->n_there,
          settings->variants.absent_combination, &choice->selection))
    return FALSE;
  choice->key = (gint)group->key_of_combination[choice->selection.chosen];
  return TRUE;
}

/* Chooses among the keys of exchanges that are not left out. */
static gboolean
choose_key (BullaCliChoice *choice, const gboolean *without)
{
  const BullaCliGroup *group = choice->group;
  const BullaVariantKeys *keys = group->keys;
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  g_autofree guint *numbers = g_new0 (guint, keys->n_keys + 1);
  guint n = 0;

  if (without == NULL) {
    if (!bulla_variants_ranking_choose_key (choice->ranking, &keys, 1, &choice->selection))
      return FALSE;
    choice->key = (gint)choice->selection.chosen;
    return TRUE;
  }
  for (guint i = 0; i < keys->n_keys; i++) {
    if (without[i])
      continue;
    numbers[n++] = i;
    for (guint j = 0; j < keys->n_axes; j++)
      g_ptr_array_add (values, (gpointer)keys->values[(gsize)i * keys->n_axes + j]);
  }
  g_autoptr (BullaVariantKeys) rest =
      bulla_variant_keys_new (group->axes, (const char *const *)values->pdata, n);
  const BullaVariantKeys *const list[] = {rest};
  if (!bulla_variants_ranking_choose_key (choice->ranking, list, 1, &choice->selection))
    return FALSE;
  choice->key = (gint)numbers[choice->selection.chosen];
  return TRUE;
}

/* @without: (nullable): a flag for each key of the group: whether its response is left out */
static void
choose (BullaCliChoice *choice, const gboolean *without, const BullaSettings *settings)
{
  const BullaCliGroup *group = choice->group;

  if (!(group->there != NULL ? choose_combination (choice, without, settings)
                             : choose_key (choice, without)))
    return;
  choice->chosen = group->variants->pdata[group->variant_of_key[choice->key]];
  choice->grade = (BullaCliGrade)choice->selection.grade;
}

/* Returns the only response, or the one that was signed last. */
static const BullaCliVariant *
find_only (const BullaCliGroup *group)
{
  const BullaCliVariant *only = NULL;

  for (guint i = 0; i < group->variants->len; i++) {
    const BullaCliVariant *variant = group->variants->pdata[i];
    if (variant != NULL && (only == NULL || variant->signed_at > only->signed_at))
      only = variant;
  }
  return only;
}

/* --- whether the client can use what it gets */

static gboolean
is_coding_accepted (const BullaCliChoice *choice)
{
  g_auto (GStrv) list =
      g_strsplit (choice->chosen->coding != NULL ? choice->chosen->coding : "", ",", 32);

  for (guint i = 0; list[i] != NULL; i++)
    if (!bulla_client_accepts_coding (choice->request, g_strstrip (list[i])))
      return FALSE;
  return TRUE;
}

static const char *
find_language (const BullaCliChoice *choice)
{
  if (choice->chosen->language != NULL)
    return choice->chosen->language;
  for (guint i = 0; choice->key >= 0 && i < choice->group->axes->n_axes; i++)
    if (choice->group->axes->axes[i].mechanism == BULLA_VARIANTS_MECHANISM_LANGUAGE)
      return bulla_cli_choice_get_value (choice, i);
  return NULL;
}

/* A list of languages is readable if one of them is. */
static BullaKnown
is_language_read (const BullaCliChoice *choice)
{
  const char *language = find_language (choice);
  g_auto (GStrv) list = g_strsplit (language != NULL ? language : "", ",", 32);
  BullaKnown reads = language == NULL ? BULLA_YES : BULLA_NO;

  for (guint i = 0; list[i] != NULL && reads == BULLA_NO; i++)
    reads = bulla_client_reads (choice->client, g_strstrip (list[i]));
  return reads;
}

static void
judge_use (BullaCliChoice *choice)
{
  const char *type = choice->chosen->type;
  gboolean picture = type != NULL && g_ascii_strncasecmp (type, "image/", 6) == 0;
  BullaKnown decodes = picture ? bulla_client_decodes (choice->client, type) : BULLA_YES;
  BullaKnown reads = is_language_read (choice);

  choice->usable = BULLA_NO;
  if (!is_coding_accepted (choice))
    choice->unusable_cause = "undecodable-coding";
  else if (decodes == BULLA_NO)
    choice->unusable_cause = "undecodable-type";
  else if (reads == BULLA_NO)
    choice->unusable_cause = "unreadable-language";
  else
    choice->usable = decodes == BULLA_UNKNOWN || reads == BULLA_UNKNOWN ? BULLA_UNKNOWN : BULLA_YES;
}

static void
fill_choice (BullaCliChoices *self, BullaCliChoice *choice)
{
  const BullaCliGroup *group = choice->group;
  Request *request = find_request (self, choice->client, group->kind, group->url);

  choice->key = -1;
  choice->request = &request->facts;
  choice->fields = request->fields;
  choice->selection.grade = BULLA_VARIANTS_GRADE_NOTHING;
  choice->grade = BULLA_CLI_GRADE_NOTHING;
  if (group->state == BULLA_CLI_GROUP_NEGOTIATED)
    choice->ranking = find_ranking (self, request, group->axes);
  if (!request->asks) {
    choice->grade = BULLA_CLI_GRADE_NOT_ASKED;
    return;
  }
  if (group->state == BULLA_CLI_GROUP_NEGOTIATED) {
    choose (choice, NULL, self->settings);
  } else if (group->state == BULLA_CLI_GROUP_ONLY) {
    choice->chosen = find_only (group);
    choice->grade = choice->chosen != NULL ? BULLA_CLI_GRADE_ONLY : BULLA_CLI_GRADE_NOTHING;
  }
  if (choice->chosen != NULL)
    judge_use (choice);
}

/**
 * bulla_cli_choices_new: (skip)
 * @groups: (element-type BullaCliGroup): the responses; must outlive the result
 * @clients: (element-type BullaClient): the clients; must outlive the result
 * @settings: settings of the profile; must outlive the result
 *
 * Returns: (transfer full): a choice for each group and client, by group, then by client
 */
BullaCliChoices *
bulla_cli_choices_new (const GPtrArray *groups, const GPtrArray *clients,
                       const BullaSettings *settings)
{
  BullaCliChoices *self = g_new0 (BullaCliChoices, 1);

  self->settings = settings;
  self->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, request_free);
  self->choices =
      g_array_sized_new (FALSE, TRUE, sizeof (BullaCliChoice), groups->len * clients->len);
  for (guint i = 0; i < groups->len; i++)
    for (guint j = 0; j < clients->len; j++) {
      BullaCliChoice choice = {.group = groups->pdata[i], .client = clients->pdata[j]};
      fill_choice (self, &choice);
      g_array_append_val (self->choices, choice);
    }
  return self;
}

void
bulla_cli_choices_free (BullaCliChoices *self)
{
  g_array_unref (self->choices);
  g_hash_table_unref (self->requests);
  g_free (self);
}

guint
bulla_cli_choices_get_n (const BullaCliChoices *self)
{
  return self->choices->len;
}

/* Returns: (transfer none): the choice; those of one group follow each other */
const BullaCliChoice *
bulla_cli_choices_get (const BullaCliChoices *self, guint i)
{
  return &g_array_index (self->choices, BullaCliChoice, i);
}

/* Returns: the name of the grade in JSON and text */
const char *
bulla_cli_grade_get_nick (BullaCliGrade grade)
{
  if (grade == BULLA_CLI_GRADE_ONLY)
    return "only";
  return grade == BULLA_CLI_GRADE_NOT_ASKED
             ? "not-asked"
             : bulla_variants_grade_get_nick ((BullaVariantsGrade)grade);
}

/* Returns: whether the client requests the resource, but gets nothing, or nothing that it can use
 */
gboolean
bulla_cli_choice_is_left_out (const BullaCliChoice *self)
{
  return self->grade == BULLA_CLI_GRADE_NOTHING || self->usable == BULLA_NO;
}

/* Returns: whether two keys of a group, which may be the same, have one response */
gboolean
bulla_cli_group_shares_response (const BullaCliGroup *group, guint one, guint other)
{
  const BullaCliVariant *a = group->variants->pdata[group->variant_of_key[one]];
  const BullaCliVariant *b = group->variants->pdata[group->variant_of_key[other]];

  return a == b || (group->bundle != NULL && a->offset == b->offset);
}

/**
 * bulla_cli_choices_needs: (skip)
 * @self: the choices that have @choice
 * @choice: a choice
 * @key: a key of its group
 *
 * Returns: whether the client gets the response of @key, and without that response would lose its
 *   first choice, or would be left out while it is not now
 */
gboolean
bulla_cli_choices_needs (const BullaCliChoices *self, const BullaCliChoice *choice, guint key)
{
  const BullaCliGroup *group = choice->group;

  if (choice->key < 0 || !bulla_cli_group_shares_response (group, (guint)choice->key, key))
    return FALSE;
  if (choice->grade == BULLA_CLI_GRADE_FIRST_CHOICE)
    return TRUE;
  g_autofree gboolean *without = g_new0 (gboolean, group->keys->n_keys);
  for (guint i = 0; i < group->keys->n_keys; i++)
    without[i] = bulla_cli_group_shares_response (group, i, key);
  BullaCliChoice other = {.group = group,
                          .client = choice->client,
                          .request = choice->request,
                          .fields = choice->fields,
                          .ranking = choice->ranking,
                          .key = -1,
                          .grade = BULLA_CLI_GRADE_NOTHING};
  choose (&other, without, self->settings);
  if (other.chosen != NULL)
    judge_use (&other);
  return !bulla_cli_choice_is_left_out (choice) && bulla_cli_choice_is_left_out (&other);
}

/* Returns: (nullable): the value of the chosen key on the axis; NULL if no key was chosen */
const char *
bulla_cli_choice_get_value (const BullaCliChoice *self, guint axis)
{
  const BullaVariantKeys *keys = self->group->keys;

  return self->key >= 0 ? keys->values[(gsize)self->key * keys->n_axes + axis] : NULL;
}
