/* bulla-cli-diff.c - compares two responses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-diff.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-printable.h"

static void
forget_coding (GHashTable *headers, const BullaFacts *facts)
{
  g_autofree char *inner = NULL;

  if (!bulla_cli_facts_are_coded (facts, &inner))
    return;
  g_hash_table_remove (headers, "digest");
  g_hash_table_remove (headers, "content-encoding");
  if (inner != NULL && *inner != '\0')
    g_hash_table_insert (headers, g_strdup ("content-encoding"), g_steal_pointer (&inner));
}

/**
 * bulla_cli_diff_read: (skip)
 * @side: (out caller-allocates): the response, prepared for comparison
 * @bundle: one of the two bundles
 * @response: a response in @bundle
 * @error: set if the response could not be read; @side contains its fault
 */
gboolean
bulla_cli_diff_read (BullaCliDiffSide *side, BullaCliBundle *bundle, BullaCliResponse *response,
                     GError **error)
{
  const BullaFacts *facts = bulla_cli_response_get_facts (response);

  side->status = facts->status;
  side->fault = bulla_cli_response_get_fault (response);
  side->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < facts->n_headers; i++)
    g_hash_table_insert (side->headers, g_strdup (facts->header[i].name),
                         g_strdup (facts->header[i].value));
  /* signed responses are compared by decoded body, and without the headers of the encoding */
  if (side->fault == BULLA_REASON_NONE
      && bulla_bundle_get_subset (bundle->bundle, response->resource) >= 0)
    forget_coding (side->headers, facts);
  if (side->fault != BULLA_REASON_NONE)
    return TRUE;
  return bulla_cli_response_hash (response, &side->sha256, &side->length, &side->fault, error);
}

static void
clear_side (BullaCliDiffSide *side)
{
  g_clear_pointer (&side->headers, g_hash_table_unref);
  g_clear_pointer (&side->sha256, g_free);
}

void
bulla_cli_diff_clear (BullaCliDiff *self)
{
  clear_side (&self->a);
  clear_side (&self->b);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_names (GHashTable *names, GHashTable *mine, GHashTable *theirs)
{
  GHashTableIter iter;
  gpointer name = NULL, value = NULL;

  g_hash_table_iter_init (&iter, mine);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (g_strcmp0 (value, g_hash_table_lookup (theirs, name)) != 0)
      g_hash_table_add (names, name);
}

/* Returns the sorted names of the headers that differ, borrowed from the two sides. */
static GPtrArray *
find_headers (const BullaCliDiff *self)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name = NULL;

  add_names (names, self->a.headers, self->b.headers);
  add_names (names, self->b.headers, self->a.headers);
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (sorted, name);
  g_ptr_array_sort (sorted, compare_names);
  return sorted;
}

static gboolean
bodies_differ (const BullaCliDiff *self)
{
  return g_strcmp0 (self->a.sha256, self->b.sha256) != 0;
}

gboolean
bulla_cli_diff_is_empty (const BullaCliDiff *self)
{
  g_autoptr (GPtrArray) headers = find_headers (self);

  return self->a.status == self->b.status && self->a.fault == self->b.fault && headers->len == 0
         && !bodies_differ (self);
}

static const char *
text_or_dash (const char *text)
{
  return text != NULL ? text : "-";
}

/**
 * bulla_cli_diff_to_text: (skip)
 * @self: two responses that differ
 *
 * Returns: (transfer full): a line for each difference
 */
char *
bulla_cli_diff_to_text (const BullaCliDiff *self)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) headers = find_headers (self);

  if (self->a.fault != self->b.fault)
    g_string_append_printf (text, _ ("    fault: %s → %s\n"),
                            text_or_dash (bulla_reason_get_nick (self->a.fault)),
                            text_or_dash (bulla_reason_get_nick (self->b.fault)));
  if (self->a.status != self->b.status)
    g_string_append_printf (text, _ ("    status: %u → %u\n"), self->a.status, self->b.status);
  for (guint i = 0; i < headers->len; i++) {
    const char *name = headers->pdata[i];
    g_autofree char *label = bulla_printable_dup (name);
    g_autofree char *a =
        bulla_printable_dup (text_or_dash (g_hash_table_lookup (self->a.headers, name)));
    g_autofree char *b =
        bulla_printable_dup (text_or_dash (g_hash_table_lookup (self->b.headers, name)));
    g_string_append_printf (text, "    %s: %s → %s\n", label, a, b);
  }
  if (bodies_differ (self))
    g_string_append_printf (text, _ ("    body: %llu → %llu bytes\n"),
                            (unsigned long long)self->a.length, (unsigned long long)self->b.length);
  return g_string_free (text, FALSE);
}

static void
add_body (JsonBuilder *builder, const char *name, const BullaCliDiffSide *side)
{
  bulla_cli_json_begin (builder, name);
  bulla_cli_json_string (builder, "sha256", side->sha256);
  bulla_cli_json_number (builder, "length", side->length);
  json_builder_end_object (builder);
}

static void
add_headers (JsonBuilder *builder, const BullaCliDiff *self)
{
  g_autoptr (GPtrArray) headers = find_headers (self);

  if (headers->len == 0)
    return;
  bulla_cli_json_begin_array (builder, "headers");
  for (guint i = 0; i < headers->len; i++) {
    const char *name = headers->pdata[i];
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "name", name);
    bulla_cli_json_string (builder, "a", g_hash_table_lookup (self->a.headers, name));
    bulla_cli_json_string (builder, "b", g_hash_table_lookup (self->b.headers, name));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/**
 * bulla_cli_diff_to_json: (skip)
 * @self: two responses that differ
 * @url: the URL of both responses
 * @variant: the variant of both responses
 *
 * Returns: (transfer full): a JSON object that lists the differences
 */
JsonNode *
bulla_cli_diff_to_json (const BullaCliDiff *self, const char *url, guint variant)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "url", url);
  bulla_cli_json_number (builder, "variant", variant);
  bulla_cli_json_string (builder, "change", "changed");
  if (self->a.fault != self->b.fault) {
    bulla_cli_json_begin (builder, "fault");
    bulla_cli_json_string (builder, "a", bulla_reason_get_nick (self->a.fault));
    bulla_cli_json_string (builder, "b", bulla_reason_get_nick (self->b.fault));
    json_builder_end_object (builder);
  }
  if (self->a.status != self->b.status) {
    bulla_cli_json_begin (builder, "status");
    bulla_cli_json_number (builder, "a", self->a.status);
    bulla_cli_json_number (builder, "b", self->b.status);
    json_builder_end_object (builder);
  }
  add_headers (builder, self);
  if (bodies_differ (self)) {
    bulla_cli_json_begin (builder, "body");
    add_body (builder, "a", &self->a);
    add_body (builder, "b", &self->b);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
