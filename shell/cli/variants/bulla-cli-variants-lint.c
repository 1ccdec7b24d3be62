/* bulla-cli-variants-lint.c - finds mistakes of publishers in packages with variants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-lint.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-printable.h"
#include "bulla-variants-headers.h"
#include "bulla-variants-matches.h"
#include "bulla-variants-sentence.h"

/* What a rule looks at: one group, and the choices of all clients in it. */
typedef struct {
  const BullaCliGroup *group;
  const BullaCliChoices *choices;
  guint first, n_clients; /* the group's choices in @choices */
  const BullaSettings *settings;
  GPtrArray *into;
} Look;

static const BullaCliChoice *
choice_of (const Look *look, guint client)
{
  return bulla_cli_choices_get (look->choices, look->first + client);
}

static void
lint_free (gpointer data)
{
  BullaCliLint *self = data;

  g_free (self->message);
  g_free (self);
}

/* Adds a finding; takes the message. */
static void
add (const Look *look, const char *rule, BullaCliLintSeverity severity, char *message,
     const char *remedy)
{
  BullaCliLint *lint = g_new (BullaCliLint, 1);

  *lint = (BullaCliLint){rule, severity, look->group, message, remedy};
  g_ptr_array_add (look->into, lint);
}

#define ERROR(rule, message, remedy)                                                               \
  add (look, "variants." rule, BULLA_CLI_LINT_ERROR, message, remedy)
#define WARNING(rule, message, remedy)                                                             \
  add (look, "variants." rule, BULLA_CLI_LINT_WARNING, message, remedy)
#define HINT(rule, message, remedy)                                                                \
  add (look, "variants." rule, BULLA_CLI_LINT_HINT, message, remedy)

/* --- the fields themselves */

static const BullaCliVariant *
first_variant (const BullaCliGroup *group)
{
  for (guint i = 0; i < group->variants->len; i++)
    if (group->variants->pdata[i] != NULL)
      return group->variants->pdata[i];
  return NULL;
}

static void
check_fields (const Look *look)
{
  const BullaCliGroup *group = look->group;
  const BullaCliVariant *variant = first_variant (group);

  if (group->state == BULLA_CLI_GROUP_UNREADABLE)
    ERROR ("unreadable", g_strdup ("Variants or Variant-Key cannot be read"),
           N_ ("Write the lists by draft-ietf-httpbis-variants, and as many values in each key as "
               "there are axes."));
  if (group->state == BULLA_CLI_GROUP_HALF)
    ERROR ("half",
           g_strdup (variant->variants != NULL ? "Variants without Variant-Key"
                                               : "Variant-Key without Variants"),
           N_ ("Sign both fields, or neither."));
  if (group->disagree)
    ERROR ("disagree", g_strdup ("exchanges of this URL have different Variants"),
           N_ ("Sign all exchanges of a URL with the same Variants."));
  if (variant != NULL && variant->other != NULL && group->bundle == NULL
      && group->state == BULLA_CLI_GROUP_ONLY)
    WARNING ("other-name",
             g_strdup_printf ("%s is not a field that this profile reads", variant->other),
             N_ ("Use the header names of the draft that clients implement, or judge by another "
                 "profile."));
}

/* Says whether a list has a value without quotes that SH-09 and SH-10 do not read. */
static void
check_tokens (const Look *look)
{
  const BullaCliVariant *variant = first_variant (look->group);
  const char *text = variant != NULL ? variant->variants : NULL;
  BullaVariantsReadings strict = look->settings->variants, wide = strict;
  gsize stopped = 0;
  BullaVariantsSyntax syntax = bulla_variants_names_get (look->settings->variants_headers)->syntax;

  strict.list_tokens = BULLA_LIST_TOKENS_SH_10;
  wide.list_tokens = BULLA_LIST_TOKENS_WIDE;
  if (text == NULL || syntax != BULLA_VARIANTS_SYNTAX_LISTS)
    return;
  g_autoptr (BullaVariants) read = bulla_variants_parse (text, syntax, &strict, &stopped);
  g_autoptr (BullaVariants) all = bulla_variants_parse (text, syntax, &wide, NULL);
  if (read == NULL && all != NULL)
    WARNING ("token",
             g_strdup_printf ("a value without quotes cannot be read at “%.20s”", text + stopped),
             N_ ("Put the value in quotes, such as \"image/svg+xml\"."));
}

/* --- axes */

static gboolean
axis_has (const BullaVariantsAxis *axis, const char *value)
{
  for (guint i = 0; i < axis->n_values; i++)
    if (strcmp (axis->values[i], value) == 0)
      return TRUE;
  return FALSE;
}

static const char *
key_value (const BullaCliGroup *group, guint key, guint axis)
{
  return group->keys->values[(gsize)key * group->keys->n_axes + axis];
}

static gboolean
any_key_has (const BullaCliGroup *group, guint axis, const char *value)
{
  for (guint i = 0; i < group->keys->n_keys; i++)
    if (strcmp (key_value (group, i, axis), value) == 0)
      return TRUE;
  return FALSE;
}

static void
check_known_axes (const Look *look)
{
  const BullaCliGroup *group = look->group;
  char *unknown = bulla_variants_describe_unknown_axes (group->axes, &look->settings->variants);

  if (unknown != NULL)
    ERROR ("unknown-axis", unknown, N_ ("Remove the axis: a response with it is never selected."));
  for (guint i = 0; group->there != NULL && i < group->axes->n_axes; i++)
    if (group->axes->axes[i].mechanism == BULLA_VARIANTS_MECHANISM_COOKIE)
      ERROR ("cookie-index", g_strdup ("a cookie axis in the index of a bundle"),
             N_ ("An index must not depend on cookies; remove the axis."));
}

static void
check_values (const Look *look, guint number)
{
  const BullaCliGroup *group = look->group;
  const BullaVariantsAxis *axis = &group->axes->axes[number];
  gboolean negotiated = axis->mechanism == BULLA_VARIANTS_MECHANISM_ACCEPT
                        || axis->mechanism == BULLA_VARIANTS_MECHANISM_LANGUAGE;

  for (guint i = 0; i < group->keys->n_keys; i++) {
    guint16 place = group->keys->places[(gsize)i * group->keys->n_axes + number];
    if (place == BULLA_VARIANTS_PLACE_NONE && axis->mechanism != BULLA_VARIANTS_MECHANISM_COOKIE)
      WARNING ("key-outside",
               g_strdup_printf ("the key value %s is not among those of %s",
                                key_value (group, i, number), axis->name),
               N_ ("List the value in Variants, in the same spelling."));
  }
  if (negotiated && axis->n_values > 0 && !any_key_has (group, number, axis->values[0]))
    WARNING ("default-absent",
             g_strdup_printf ("%s, the default of %s, is not packed", axis->values[0], axis->name),
             N_ ("Pack the default, or list a packed value first."));
  if (axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING && !axis_has (axis, "identity")
      && !any_key_has (group, number, "identity"))
    WARNING ("no-identity",
             g_strdup ("no variant without a content coding; clients that accept none of the "
                       "codings get nothing"),
             N_ ("Pack a variant for identity."));
  if (axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING && group->bundle == NULL)
    HINT ("coding-axis", g_strdup ("an accept-encoding axis in an exchange"),
          N_ ("Chromium matches only identity and mi-sha256-03 there."));
}

/* --- what clients can use */

static gboolean
could_use (const BullaClient *client, BullaVariantsMechanism mechanism, const char *value)
{
  return mechanism == BULLA_VARIANTS_MECHANISM_ACCEPT
             ? !g_str_has_prefix (value, "image/")
                   || bulla_client_decodes (client, value) != BULLA_NO
             : bulla_client_reads (client, value) != BULLA_NO;
}

/* Says whether the client gets the axis's first value by wildcard or default. */
static gboolean
gets_default (const BullaCliChoice *choice, guint axis)
{
  if (choice->key < 0)
    return FALSE;
  const BullaVariantsFacet *facet = &choice->ranking->facets[axis];
  guint rank = choice->selection.ranks[axis];
  return rank < facet->n_ranked && facet->ranked[rank].place == 0
         && (facet->ranked[rank].because == BULLA_VARIANTS_BECAUSE_WILDCARD
             || facet->ranked[rank].because == BULLA_VARIANTS_BECAUSE_DEFAULT);
}

static void
check_default (const Look *look, guint number)
{
  const BullaVariantsAxis *axis = &look->group->axes->axes[number];
  guint n_all = 0, n_fine = 0;

  if (axis->mechanism != BULLA_VARIANTS_MECHANISM_ACCEPT
      && axis->mechanism != BULLA_VARIANTS_MECHANISM_LANGUAGE)
    return;
  for (guint i = 0; i < look->n_clients; i++) {
    const BullaCliChoice *choice = choice_of (look, i);
    if (!gets_default (choice, number))
      continue;
    n_all++;
    n_fine += could_use (choice->client, axis->mechanism, axis->values[0]);
  }
  for (guint j = 1; n_fine < n_all && j < axis->n_values; j++) {
    guint n = 0;
    for (guint i = 0; i < look->n_clients; i++)
      n += gets_default (choice_of (look, i), number)
           && could_use (choice_of (look, i)->client, axis->mechanism, axis->values[j]);
    if (n <= n_fine || !any_key_has (look->group, number, axis->values[j]))
      continue;
    WARNING ("default-unsuited",
             g_strdup_printf ("%u of the %u clients that get %s without naming it cannot use it; "
                              "%u could use %s",
                              n_all - n_fine, n_all, axis->values[0], n, axis->values[j]),
             N_ ("List first what every client can use."));
    return;
  }
}

static void
check_reach (const Look *look)
{
  const BullaCliGroup *group = look->group;

  for (guint i = 0; i < group->keys->n_keys; i++) {
    guint n = 0;
    for (guint j = 0; j < look->n_clients; j++)
      n += choice_of (look, j)->key == (gint)i;
    if (n > 0)
      continue;
    g_autoptr (GString) key = g_string_new (NULL);
    for (guint j = 0; j < group->keys->n_axes; j++)
      g_string_append_printf (key, "%s%s", j > 0 ? " " : "", key_value (group, i, j));
    HINT ("unreachable", g_strdup_printf ("none of the clients gets %s", key->str),
          N_ ("Leave it out, or change the order of values."));
  }
}

/* Counts the clients of which a range without a star matches one of the tags. */
static guint
count_matched (const Look *look, GPtrArray *tags)
{
  guint n = 0;

  for (guint i = 0; i < look->n_clients; i++) {
    const BullaPreferences *ranges = &choice_of (look, i)->fields->accept_language;
    gboolean found = FALSE;
    for (guint j = 0; j < ranges->n_accepted && !found; j++)
      for (guint k = 0; k < tags->len && !found; k++)
        found = !ranges->entries[j].star
                && bulla_preference_matches_language (&ranges->entries[j], tags->pdata[k], FALSE);
    n += found;
  }
  return n;
}

/* Returns the first range with a region of that language; the tag itself if no client has one. */
static char *
dup_with_region (const Look *look, const char *tag)
{
  size_t length = strlen (tag);

  for (guint i = 0; i < look->n_clients; i++) {
    const BullaPreferences *ranges = &choice_of (look, i)->fields->accept_language;
    for (guint j = 0; j < ranges->n_accepted; j++)
      if (g_ascii_strncasecmp (ranges->entries[j].range, tag, length) == 0
          && ranges->entries[j].range[length] == '-')
        return g_strdup (ranges->entries[j].range);
  }
  return g_strdup (tag);
}

static void
check_spelling (const Look *look, guint number)
{
  const BullaVariantsAxis *axis = &look->group->axes->axes[number];
  g_autoptr (GPtrArray) now = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) bases = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func (g_free);

  if (axis->mechanism != BULLA_VARIANTS_MECHANISM_LANGUAGE)
    return;
  for (guint i = 0; i < axis->n_values; i++) {
    g_ptr_array_add (now, g_strdup (axis->values[i]));
    g_ptr_array_add (bases, g_strndup (axis->values[i], strcspn (axis->values[i], "-")));
    g_ptr_array_add (regions, dup_with_region (look, axis->values[i]));
  }
  guint n = count_matched (look, now), n_bases = count_matched (look, bases);
  guint n_regions = count_matched (look, regions);
  if (MAX (n_bases, n_regions) > n)
    HINT ("language-spelling",
          g_strdup_printf ("%u clients ask for one of the languages; with tags %s %u would", n,
                           n_regions > n_bases ? "such as en-US and fr-FR" : "without regions",
                           MAX (n_bases, n_regions)),
          N_ ("Basic Filtering does not match fr-FR with fr; choose the spelling that more clients "
              "ask for."));
}

/* --- the responses */

static gboolean
content_agrees (const BullaCliVariant *variant, BullaVariantsMechanism mechanism, const char *value)
{
  size_t length = variant->type != NULL ? strcspn (variant->type, "; \t") : 0;

  if (mechanism == BULLA_VARIANTS_MECHANISM_ACCEPT)
    return variant->type == NULL
           || (strcspn (value, "; ") == length
               && g_ascii_strncasecmp (variant->type, value, length) == 0);
  if (mechanism == BULLA_VARIANTS_MECHANISM_ENCODING)
    return strcmp (value, "identity") == 0 || strcmp (value, BULLA_CODING_MI_SHA256) == 0
               ? variant->coding == NULL
               : variant->coding != NULL && g_ascii_strcasecmp (variant->coding, value) == 0;
  if (mechanism != BULLA_VARIANTS_MECHANISM_LANGUAGE || variant->language == NULL)
    return TRUE;
  g_auto (GStrv) tags = g_strsplit (variant->language, ",", 32);
  for (guint i = 0; tags[i] != NULL; i++) {
    BullaPreference range = {.range = g_strstrip (tags[i])}, other = {.range = value};
    if (bulla_preference_matches_language (&range, value, FALSE)
        || bulla_preference_matches_language (&other, tags[i], FALSE))
      return TRUE;
  }
  return FALSE;
}

static void
check_content (const Look *look)
{
  const BullaCliGroup *group = look->group;

  for (guint i = 0; i < group->keys->n_keys; i++)
    for (guint j = 0; j < group->axes->n_axes; j++)
      if (!content_agrees (group->variants->pdata[group->variant_of_key[i]],
                           group->axes->axes[j].mechanism, key_value (group, i, j)))
        WARNING ("content",
                 g_strdup_printf ("the headers of the response for %s contradict that value",
                                  key_value (group, i, j)),
                 N_ ("Make Content-Type, Content-Language and Content-Encoding agree with the "
                     "key."));
}

static void
check_bodies (const Look *look)
{
  const BullaCliGroup *group = look->group;

  for (guint i = 0; i < group->keys->n_keys; i++)
    for (guint j = 0; j < i; j++) {
      const BullaCliVariant *one = group->variants->pdata[group->variant_of_key[i]];
      const BullaCliVariant *other = group->variants->pdata[group->variant_of_key[j]];
      if (one == other || one->digest == NULL || g_strcmp0 (one->digest, other->digest) != 0)
        continue;
      WARNING ("same-body", g_strdup ("two keys have equal bodies"),
               N_ ("Give one response both keys."));
      return;
    }
}

static void
check_cost (const Look *look)
{
  const BullaCliGroup *group = look->group;
  guint64 total = 0;

  for (guint i = 0; i < group->variants->len; i++)
    total += group->variants->pdata[i] != NULL
                 ? ((BullaCliVariant *)group->variants->pdata[i])->bytes
                 : 0;
  for (guint i = 0; group->bundle != NULL && i < group->keys->n_keys; i++) {
    const BullaCliVariant *variant = group->variants->pdata[group->variant_of_key[i]];
    guint n = 0;
    for (guint j = 0; j < look->n_clients; j++)
      n += choice_of (look, j)->key == (gint)i;
    if (n <= 1 && variant->bytes > total / 10)
      HINT ("cost",
            g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                             " bytes are for a variant that %u client gets",
                             variant->bytes, total, n),
            N_ ("bulla variants --cost shows which clients need it."));
  }
}

static void
check_group (const Look *look)
{
  check_fields (look);
  check_tokens (look);
  if (look->group->state != BULLA_CLI_GROUP_NEGOTIATED)
    return;
  check_known_axes (look);
  for (guint i = 0; i < look->group->axes->n_axes; i++) {
    check_values (look, i);
    check_default (look, i);
    check_spelling (look, i);
  }
  check_reach (look);
  check_content (look);
  check_bodies (look);
  check_cost (look);
}

/**
 * bulla_cli_variants_lint: (skip)
 * @choices: the choices
 * @n_clients: the number of clients
 * @settings: settings of the profile
 *
 * Returns: (transfer full) (element-type BullaCliLint): the findings, in the order of the groups
 */
GPtrArray *
bulla_cli_variants_lint (const BullaCliChoices *choices, guint n_clients,
                         const BullaSettings *settings)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (lint_free);

  for (guint i = 0; n_clients > 0 && i < bulla_cli_choices_get_n (choices); i += n_clients) {
    Look look = {bulla_cli_choices_get (choices, i)->group, choices, i, n_clients, settings, found};
    check_group (&look);
  }
  return found;
}

/* Returns: `error`, `warning` or `hint` */
const char *
bulla_cli_lint_get_severity (const BullaCliLint *self)
{
  static const char *const nicks[] = {"error", "warning", "hint"};

  return nicks[self->severity];
}

/* Returns: (transfer full): a record `lint`, in one line */
char *
bulla_cli_lint_to_json (const BullaCliLint *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "lint");
  bulla_cli_json_string (builder, "rule", self->rule);
  bulla_cli_json_string (builder, "severity", bulla_cli_lint_get_severity (self));
  bulla_cli_json_string (builder, "url", self->group->url);
  bulla_cli_json_string (builder, "bundle", self->group->bundle);
  bulla_cli_json_string (builder, "message", self->message);
  bulla_cli_json_string (builder, "remedy", self->remedy);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

/* Returns: (transfer full): a line without its end, and the remedy in a second one */
char *
bulla_cli_lint_to_text (const BullaCliLint *self)
{
  g_autofree char *url = bulla_printable_dup (self->group->url);
  g_autofree char *message = bulla_printable_dup (self->message);

  return g_strdup_printf ("%s %s  %s: %s\n    %s", bulla_cli_lint_get_severity (self), self->rule,
                          url, message, _ (self->remedy));
}
