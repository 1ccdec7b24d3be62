/* bulla-cli-variants-lint.c - finds mistakes of publishers in packages with variants
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-lint.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-variants-headers.h"
#include "bulla-variants-matches.h"

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
  g_free (self->translated);
  g_free (self);
}

static void add (const Look *look, const char *rule, BullaCliLintSeverity severity,
                 const char *remedy, const char *format, ...) G_GNUC_PRINTF (5, 6);

/* Adds a finding. @remedy, @format: English, marked for gettext */
static void
add (const Look *look, const char *rule, BullaCliLintSeverity severity, const char *remedy,
     const char *format, ...)
{
  BullaCliLint *lint = g_new (BullaCliLint, 1);
  va_list arguments, again;

  va_start (arguments, format);
  va_copy (again, arguments);
  *lint = (BullaCliLint){.rule = rule,
                         .severity = severity,
                         .group = look->group,
                         .message = g_strdup_vprintf (format, arguments),
                         .translated = g_strdup_vprintf (_ (format), again),
                         .remedy = remedy};
  va_end (again);
  va_end (arguments);
  g_ptr_array_add (look->into, lint);
}

#define ERROR(rule, remedy, ...)                                                                   \
  add (look, "variants." rule, BULLA_CLI_LINT_ERROR, remedy, __VA_ARGS__)
#define WARNING(rule, remedy, ...)                                                                 \
  add (look, "variants." rule, BULLA_CLI_LINT_WARNING, remedy, __VA_ARGS__)
#define HINT(rule, remedy, ...)                                                                    \
  add (look, "variants." rule, BULLA_CLI_LINT_HINT, remedy, __VA_ARGS__)

/* --- the fields themselves */

/* Reports the first response with fields of a name that the profile does not read, also beside
 * those that it reads. */
static void
check_names (const Look *look)
{
  const BullaCliGroup *group = look->group;

  if (group->bundle != NULL)
    return;
  for (guint i = 0; i < group->variants->len; i++) {
    const BullaCliVariant *variant = group->variants->pdata[i];
    if (variant->other == NULL)
      continue;
    WARNING ("other-name",
             N_ ("Use the header names of the draft that clients implement, or judge by another "
                 "profile."),
             N_ ("%s is not a field that this profile reads"), variant->other);
    return;
  }
}

static void
check_fields (const Look *look)
{
  const BullaCliGroup *group = look->group;
  const char *remedy = N_ ("Write the lists by draft-ietf-httpbis-variants, and as many values in "
                           "each key as there are axes.");

  if (group->unreadable != NULL)
    ERROR ("unreadable", remedy, N_ ("the Variant-Key of %s cannot be read"),
           group->unreadable->file);
  else if (group->state == BULLA_CLI_GROUP_UNREADABLE)
    ERROR ("unreadable", remedy, N_ ("Variants cannot be read"));
  if (group->half != NULL && group->half->variants != NULL)
    ERROR ("half", N_ ("Sign both fields, or neither."), N_ ("%s has Variants without Variant-Key"),
           group->half->file);
  else if (group->half != NULL)
    ERROR ("half", N_ ("Sign both fields, or neither."), N_ ("%s has Variant-Key without Variants"),
           group->half->file);
  if (group->disagree)
    ERROR ("disagree", N_ ("Sign all exchanges of a URL with the same Variants."),
           N_ ("exchanges of this URL have different Variants"));
  check_names (look);
}

/* Reports the first list with a value without quotes that SH-09 and SH-10 do not read. */
static void
check_tokens (const Look *look)
{
  const BullaCliGroup *group = look->group;
  BullaVariantsReadings strict = look->settings->variants, wide = strict;
  BullaVariantsSyntax syntax = bulla_variants_names_get (look->settings->variants_headers)->syntax;

  strict.list_tokens = BULLA_LIST_TOKENS_SH_10;
  wide.list_tokens = BULLA_LIST_TOKENS_WIDE;
  for (guint i = 0; syntax == BULLA_VARIANTS_SYNTAX_LISTS && i < group->variants->len; i++) {
    const BullaCliVariant *variant = group->variants->pdata[i];
    const char *text = variant != NULL ? variant->variants : NULL;
    gsize stopped = 0;
    if (text == NULL)
      continue;
    g_autoptr (BullaVariants) read = bulla_variants_parse (text, syntax, &strict, &stopped);
    g_autoptr (BullaVariants) all = bulla_variants_parse (text, syntax, &wide, NULL);
    if (read != NULL || all == NULL)
      continue;
    WARNING ("token", N_ ("Put the value in quotes, such as \"image/svg+xml\"."),
             N_ ("a value without quotes cannot be read at “%.20s”"), text + stopped);
    return;
  }
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

/* Returns the values of a key, separated by blanks. */
static char *
dup_key (const BullaCliGroup *group, guint key)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < group->keys->n_axes; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", key_value (group, key, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
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

  for (guint i = 0; i < group->axes->n_axes; i++) {
    const BullaVariantsAxis *axis = &group->axes->axes[i];
    /* the list form of an index lacks a mechanism for cookies */
    gboolean cookie_index = group->there != NULL && strcmp (axis->name, "cookie") == 0;
    if (axis->mechanism == BULLA_VARIANTS_MECHANISM_NONE && !cookie_index)
      ERROR ("unknown-axis", N_ ("Remove the axis: a response with it is never selected."),
             N_ ("unknown axis %.60s (known: %s)"), axis->name,
             bulla_variants_get_known_axes (group->axes->syntax, &look->settings->variants));
    if (cookie_index)
      ERROR ("cookie-index", N_ ("An index must not depend on cookies; remove the axis."),
             N_ ("a cookie axis in the index of a bundle"));
  }
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
      WARNING ("key-outside", N_ ("List the value in Variants, in the same spelling."),
               N_ ("the key value %s is not among those of %s"), key_value (group, i, number),
               axis->name);
  }
  if (negotiated && axis->n_values > 0 && !any_key_has (group, number, axis->values[0]))
    WARNING ("default-absent", N_ ("Pack the default, or list a packed value first."),
             N_ ("%s, the default of %s, is not packed"), axis->values[0], axis->name);
  if (axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING && !axis_has (axis, "identity")
      && !any_key_has (group, number, "identity"))
    WARNING ("no-identity", N_ ("Pack a variant for identity."),
             N_ ("no variant without a content coding; clients that accept none of the codings get "
                 "nothing"));
  if (axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING && group->bundle == NULL)
    HINT ("coding-axis", N_ ("Chromium matches only identity and mi-sha256-03 there."),
          N_ ("an accept-encoding axis in an exchange"));
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
    /* Translators: numbers of clients, and values of an axis such as image/jpeg */
    WARNING ("default-unsuited", N_ ("List first what every client can use."),
             N_ ("clients that get %s without naming it: %u; of these cannot use it: %u; could "
                 "use %s: %u"),
             axis->values[0], n_all, n_all - n_fine, axis->values[j], n);
    return;
  }
}

/* Counts the clients that get the response of the key. */
static guint
count_reached (const Look *look, guint key)
{
  guint n = 0;

  for (guint i = 0; i < look->n_clients; i++) {
    gint chosen = choice_of (look, i)->key;
    n += chosen >= 0 && bulla_cli_group_shares_response (look->group, (guint)chosen, key);
  }
  return n;
}

static void
check_reach (const Look *look)
{
  for (guint i = 0; i < look->group->keys->n_keys; i++) {
    g_autofree char *key = dup_key (look->group, i);
    guint n = 0;
    for (guint j = 0; j < look->n_clients; j++)
      n += choice_of (look, j)->key == (gint)i;
    if (n == 0)
      HINT ("unreachable", N_ ("Leave it out, or change the order of values."),
            N_ ("none of the clients gets %s"), key);
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
          N_ ("Basic Filtering does not match fr-FR with fr; choose the spelling that more clients "
              "ask for."),
          n_regions > n_bases ? N_ ("clients that ask for one of the languages: %u; with tags such "
                                    "as en-US and fr-FR: %u")
                              : N_ ("clients that ask for one of the languages: %u; with tags "
                                    "without regions: %u"),
          n, MAX (n_bases, n_regions));
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
                 N_ ("Make Content-Type, Content-Language and Content-Encoding agree with the "
                     "key."),
                 N_ ("the headers of the response for %s contradict that value"),
                 key_value (group, i, j));
}

static void
check_bodies (const Look *look)
{
  const BullaCliGroup *group = look->group;

  g_autoptr (GHashTable) first = g_hash_table_new (g_str_hash, g_str_equal); /* digest -> key + 1 */

  for (guint i = 0; i < group->keys->n_keys; i++) {
    const BullaCliVariant *variant = group->variants->pdata[group->variant_of_key[i]];
    if (variant->digest == NULL)
      continue;
    guint other = GPOINTER_TO_UINT (g_hash_table_lookup (first, variant->digest));
    if (other == 0) {
      g_hash_table_insert (first, variant->digest, GUINT_TO_POINTER (i + 1));
    } else if (!bulla_cli_group_shares_response (group, i, other - 1)) {
      WARNING ("same-body", N_ ("Give one response both keys."), N_ ("two keys have equal bodies"));
      return;
    }
  }
}

static void
check_cost (const Look *look)
{
  const BullaCliGroup *group = look->group;
  g_autoptr (GHashTable) large = g_hash_table_new (g_int64_hash, g_int64_equal); /* offsets */

  for (guint i = 0; group->bundle != NULL && i < group->keys->n_keys; i++) {
    BullaCliVariant *variant = group->variants->pdata[group->variant_of_key[i]];
    if (variant->bytes * 10 <= group->total || !g_hash_table_add (large, &variant->offset)
        || count_reached (look, i) > 1)
      continue;
    g_autofree char *key = dup_key (group, i);
    g_autofree char *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, variant->bytes);
    g_autofree char *total = g_strdup_printf ("%" G_GUINT64_FORMAT, group->total);
    HINT ("cost", N_ ("bulla variants --cost shows which clients need it."),
          /* Translators: a variant, and numbers of bytes */
          N_ ("%s has %s of the %s bytes of the bundle, and at most one client gets it"), key,
          bytes, total);
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
