/* bench-variants.c - measures choices of variants, compared with parsing the same fields once each
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bench.h"
#include "bulla-loader-clients.h"
#include "bulla-variants-choose.h"

#define RESOURCES 1000
#define FIELDS 10 /* distinct Variants: sites have a handful */
#define KEYS 16   /* packed variants of each resource */

static const BullaVariantsReadings readings;

/* The package set, and the clients. */
typedef struct {
  char *variants[FIELDS];      /* owned */
  char *keys[RESOURCES];       /* owned */
  GPtrArray *clients;          /* owned; of BullaClient */
  BullaRequestFacts *requests; /* owned; of documents, by client */
  guint n_chosen;
} World;

static const char *const TYPES[] = {"text/html", "text/plain", "application/xhtml+xml",
                                    "image/webp"};
static const char *const LANGUAGES[] = {"en", "fr", "br", "cy"};
static const char *const CODINGS[] = {"br", "gzip", "zstd", "identity"};
static const char *const REGIONS[] = {"en-US", "fr-FR", "br-FR", "cy-GB"};

/* Writes an axis of four values, rotated by @turn; all are strings. */
static void
append_axis (GString *text, const char *name, const char *const *values, guint turn)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", name);
  for (guint i = 0; i < 4; i++)
    g_string_append_printf (text, ";\"%s\"", values[(i + turn) % 4]);
}

static void
world_init (World *self)
{
  g_auto (GStrv) names = bulla_client_list ();

  for (guint i = 0; i < FIELDS; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    append_axis (text, "accept", TYPES, i % 4);
    append_axis (text, "accept-language", LANGUAGES, i / 4);
    append_axis (text, "accept-encoding", CODINGS, i % 3);
    append_axis (text, "accept-language", REGIONS, i % 2);
    self->variants[i] = g_strdup (text->str);
  }
  for (guint i = 0; i < RESOURCES; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    for (guint j = 0; j < KEYS; j++)
      g_string_append_printf (text, "%s\"%s\";\"%s\";\"%s\";\"%s\"", j > 0 ? ", " : "",
                              TYPES[(i + j) % 4], LANGUAGES[(i / 4 + j) % 4],
                              CODINGS[(i / 16 + j / 4) % 4], REGIONS[(i + j / 2) % 4]);
    self->keys[i] = g_strdup (text->str);
  }
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_client_unref);
  for (guint i = 0; names[i] != NULL && i < 20; i++)
    g_ptr_array_add (self->clients, bulla_client_load (names[i], NULL));
  self->requests = g_new0 (BullaRequestFacts, self->clients->len);
  for (guint i = 0; i < self->clients->len; i++)
    bulla_client_fill_request (self->clients->pdata[i], "document", "https://a.test/",
                               &self->requests[i]);
}

static void
world_clear (World *self)
{
  for (guint i = 0; i < FIELDS; i++)
    g_free (self->variants[i]);
  for (guint i = 0; i < RESOURCES; i++)
    g_free (self->keys[i]);
  g_ptr_array_unref (self->clients);
  g_free (self->requests);
}

/* Chooses a variant of each resource for each client: each distinct field is parsed once, and
 * ranked once for each client. */
static double
run_choices (gpointer data)
{
  World *self = data;
  guint n = self->clients->len;
  double began = bench_cpu_time ();
  g_autofree BullaVariants **axes = g_new0 (BullaVariants *, FIELDS);
  g_autofree BullaVariantsRequest **requests = g_new0 (BullaVariantsRequest *, n);
  g_autofree BullaVariantsRanking **rankings = g_new0 (BullaVariantsRanking *, FIELDS * n);

  self->n_chosen = 0;
  for (guint j = 0; j < n; j++)
    requests[j] = bulla_variants_request_new (&self->requests[j], &readings);
  for (guint i = 0; i < FIELDS; i++) {
    axes[i] =
        bulla_variants_parse (self->variants[i], BULLA_VARIANTS_SYNTAX_LISTS, &readings, NULL);
    for (guint j = 0; j < n; j++)
      rankings[i * n + j] = bulla_variants_rank (axes[i], requests[j], &readings);
  }
  for (guint i = 0; i < RESOURCES; i++) {
    g_autoptr (BullaVariantKeys) keys =
        bulla_variant_keys_parse (self->keys[i], axes[i % FIELDS], &readings, NULL);
    const BullaVariantKeys *all[] = {keys};
    BullaVariantsSelection selection;
    for (guint j = 0; j < n; j++)
      self->n_chosen +=
          bulla_variants_ranking_choose_key (rankings[i % FIELDS * n + j], all, 1, &selection);
  }
  for (guint i = 0; i < FIELDS * n; i++)
    bulla_variants_ranking_free (rankings[i]);
  for (guint i = 0; i < FIELDS; i++)
    bulla_variants_free (axes[i]);
  for (guint j = 0; j < n; j++)
    bulla_variants_request_free (requests[j]);
  if (self->n_chosen == 0)
    g_error ("variants-choose: nothing was chosen");
  return bench_cpu_time () - began;
}

/* Parses both fields of each resource, and the fields of each client, once. */
static double
run_parsing (gpointer data)
{
  World *self = data;
  double began = bench_cpu_time ();

  for (guint j = 0; j < self->clients->len; j++)
    bulla_variants_request_free (bulla_variants_request_new (&self->requests[j], &readings));
  for (guint i = 0; i < RESOURCES; i++) {
    g_autoptr (BullaVariants) axes = bulla_variants_parse (
        self->variants[i % FIELDS], BULLA_VARIANTS_SYNTAX_LISTS, &readings, NULL);
    g_autoptr (BullaVariantKeys) keys =
        bulla_variant_keys_parse (self->keys[i], axes, &readings, NULL);
    if (keys == NULL)
      g_error ("variants-choose: a field cannot be read");
  }
  return bench_cpu_time () - began;
}

void
bench_variants_choose (const BenchOptions *options)
{
  Bench bench = {"variants-choose", "parsing the same fields once each", "ms", 1000, 101};
  World world = {0};

  if (!bench_is_wanted (options, bench.name))
    return;
  world_init (&world);
  bench_compare (options, &bench, run_choices, run_parsing, &world);
  world_clear (&world);
}
