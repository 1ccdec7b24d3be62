/* verb-bundle-diff.c - bulla bundle diff: lists the differences between two bundles
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-bundle.h"
#include "bulla-cli-loader.h"
#include "bulla-cli.h"
#include "bulla-cli-diff.h"
#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"

#define SYNOPSIS N_ ("FILE|URL FILE|URL")

static gboolean option_json;
static char *option_base_url;

static const GOptionEntry OPTIONS[] = {
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json,
     N_ ("Print one JSON object per line, for each difference"), NULL},
    {"base-url", 0, 0, G_OPTION_ARG_STRING, &option_base_url,
     N_ ("Resolve relative URLs in the bundles against this URL"), N_ ("URL")},
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_SEND_HEADER_ENTRY,
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla bundle diff old.wbn new.wbn", N_ ("Compare two bundles:")},
    {"bulla bundle diff --json old.wbn new.wbn", N_ ("The same as JSON:")},
    {NULL},
};

/* The index of a response in each of the two bundles; -1: missing. */
typedef struct {
  char *url; /* owned */
  guint variant;
  gint first, second;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *self = data;

  g_free (self->url);
  g_free (self);
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const Pair *first = *(const Pair *const *)a, *second = *(const Pair *const *)b;
  int order = strcmp (first->url, second->url);

  return order != 0 ? order : (int)first->variant - (int)second->variant;
}

static void
add_side (GHashTable *pairs, BullaCliBundle *bundle, gboolean is_second)
{
  BullaRange range;

  for (guint i = 0; i < bulla_bundle_get_n_resources (bundle->bundle); i++)
    for (guint j = 0; j < bulla_bundle_get_n_variants (bundle->bundle, i); j++) {
      if (!bulla_bundle_get_range (bundle->bundle, i, j, &range) || range.length == 0)
        continue;
      g_autofree char *url = bulla_bundle_dup_url (bundle->bundle, i);
      g_autofree char *key = g_strdup_printf ("%u %s", j, url);
      Pair *pair = g_hash_table_lookup (pairs, key);
      if (pair == NULL) {
        pair = g_new0 (Pair, 1);
        *pair = (Pair){g_steal_pointer (&url), j, -1, -1};
        g_hash_table_insert (pairs, g_steal_pointer (&key), pair);
      }
      *(is_second ? &pair->second : &pair->first) = (gint)i;
    }
}

static void
print_node (JsonNode *node)
{
  g_autofree char *line = json_to_string (node, FALSE);

  bulla_cli_print ("%s\n", line);
}

/* Reports a URL that only one of the bundles has. */
static void
print_lone (const Pair *pair, gboolean is_new)
{
  if (!option_json) {
    g_autofree char *url = bulla_printable_dup (pair->url);
    bulla_cli_print ("%c %s", is_new ? '+' : '-', url);
    if (pair->variant > 0)
      bulla_cli_print (_ (" (variant %u)"), pair->variant);
    bulla_cli_print ("\n");
    return;
  }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "url", pair->url);
  bulla_cli_json_number (builder, "variant", pair->variant);
  bulla_cli_json_string (builder, "change", is_new ? "added" : "removed");
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  print_node (node);
}

static void
print_changed (const Pair *pair, const BullaCliDiff *diff)
{
  if (option_json) {
    g_autoptr (JsonNode) node = bulla_cli_diff_to_json (diff, pair->url, pair->variant);
    print_node (node);
    return;
  }
  g_autofree char *text = bulla_cli_diff_to_text (diff);
  g_autofree char *url = bulla_printable_dup (pair->url);
  bulla_cli_print ("~ %s", url);
  if (pair->variant > 0)
    bulla_cli_print (_ (" (variant %u)"), pair->variant);
  bulla_cli_print ("\n%s", text);
}

static gboolean
compare_pair (BullaCliBundle *first, BullaCliBundle *second, const Pair *pair, BullaCliExit *worst,
              GError **error)
{
  g_auto (BullaCliDiff) diff = {0};
  g_auto (BullaCliResponse) a = {0}, b = {0};

  if (pair->first < 0 || pair->second < 0) {
    print_lone (pair, pair->first < 0);
    *worst = MAX (*worst, BULLA_EXIT_JUDGED);
    return TRUE;
  }
  if (!bulla_cli_bundle_load (first, (guint)pair->first, pair->variant, &a, error)
      || !bulla_cli_bundle_load (second, (guint)pair->second, pair->variant, &b, error)
      || !bulla_cli_diff_read (&diff.a, first, &a, error)
      || !bulla_cli_diff_read (&diff.b, second, &b, error))
    return FALSE;
  if (diff.a.fault != BULLA_REASON_NONE || diff.b.fault != BULLA_REASON_NONE) {
    g_autofree char *url = bulla_printable_dup (pair->url);
    gboolean is_first = diff.a.fault != BULLA_REASON_NONE;
    bulla_cli_print_error (_ ("bulla: %s: refused: %s\n"), url,
                           bulla_reason_get_nick (is_first ? diff.a.fault : diff.b.fault));
    *worst = BULLA_EXIT_FAILED;
  }
  if (bulla_cli_diff_is_empty (&diff))
    return TRUE;
  print_changed (pair, &diff);
  *worst = MAX (*worst, BULLA_EXIT_JUDGED);
  return TRUE;
}

static BullaCliExit
compare_urls (const char *what, const char *a, const char *b)
{
  if (g_strcmp0 (a, b) == 0)
    return BULLA_EXIT_FINE;
  if (option_json) {
    g_autoptr (JsonBuilder) builder = json_builder_new ();
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "url", NULL);
    bulla_cli_json_string (builder, "change", what);
    bulla_cli_json_string (builder, "a", a);
    bulla_cli_json_string (builder, "b", b);
    json_builder_end_object (builder);
    g_autoptr (JsonNode) node = json_builder_get_root (builder);
    print_node (node);
    return BULLA_EXIT_JUDGED;
  }
  g_autofree char *first = bulla_printable_dup (a != NULL ? a : "-");
  g_autofree char *second = bulla_printable_dup (b != NULL ? b : "-");
  bulla_cli_print ("~ %s: %s → %s\n", what, first, second);
  return BULLA_EXIT_JUDGED;
}

static BullaCliExit
compare (BullaCliBundle *first, BullaCliBundle *second, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pair_free);
  g_autoptr (GPtrArray) pairs = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer pair = NULL;

  add_side (found, first, FALSE);
  add_side (found, second, TRUE);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, NULL, &pair))
    g_ptr_array_add (pairs, pair);
  g_ptr_array_sort (pairs, compare_pairs);
  BullaCliExit worst = compare_urls ("primary-url", bulla_bundle_get_primary_url (first->bundle),
                                     bulla_bundle_get_primary_url (second->bundle));
  for (guint i = 0; i < pairs->len; i++)
    if (!compare_pair (first, second, pairs->pdata[i], &worst, error))
      return BULLA_EXIT_FAILED;
  return worst;
}

static BullaCliExit
run_diff (char **arguments, GError **error)
{
  BullaCliExit exit = BULLA_EXIT_FAILED;

  if (!bulla_cli_require_arguments (arguments, 2, SYNOPSIS, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaCliBundle) first =
      bulla_cli_bundle_open (arguments[0], option_base_url, &exit, error);
  g_autoptr (BullaCliBundle) second =
      first != NULL ? bulla_cli_bundle_open (arguments[1], option_base_url, &exit, error) : NULL;
  return second != NULL ? compare (first, second, error) : BULLA_EXIT_FAILED;
}

const BullaVerb bulla_verb_bundle_diff = {
    .name = "diff",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Compare two bundles"),
    .description = N_ (
        "A URL that only the second bundle contains is marked “+”, one that only the first "
        "contains “-”, and one whose status, headers or body differ “~”. Bodies are compared as "
        "decoded. The formats of the bundles, their order and their signatures are ignored.\n\n"
        "Exit status: 0 if the bundles are equal, 1 if they differ, 2 if one is malformed or could "
        "not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_diff,
};
