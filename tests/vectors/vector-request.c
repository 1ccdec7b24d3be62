/* vector-request.c - creates the request of a recipe, with its prefetch, part and live copy
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vector-bundle.h"

#include "bulla-field.h"
#include "bulla-load-internal.h"

#include <string.h>

/* Facts about a prefetch, a part of a page, or a live copy. */
typedef struct {
  BullaPrefetchFacts prefetch;
  BullaPartFacts part;
  gboolean prefetched, is_part, live;
  gint64 live_date;
  gboolean page_dated;
  gint64 page_earliest, page_latest;
  GPtrArray *texts; /* owned; strings that the facts borrow */
} Ahead;

/* Returns: (transfer none) (nullable) */
static const char *
keep (Ahead *self, char *text)
{
  if (text != NULL)
    g_ptr_array_add (self->texts, text);
  return text;
}

static const char *
get (Ahead *self, GKeyFile *recipe, const char *group, const char *key)
{
  return keep (self, g_key_file_get_value (recipe, group, key, NULL));
}

/* Returns the header field @name of the prefetched response; the recipe has `name: value | name:
 * value`. */
static const char *
find_field (Ahead *self, GKeyFile *recipe, const char *name)
{
  const char *text = get (self, recipe, "prefetch", "headers");
  g_auto (GStrv) fields = g_strsplit (text != NULL ? text : "", "|", -1);

  for (guint i = 0; fields[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (fields[i], ":", 2);
    if (g_str_equal (g_strstrip (pair[0]), name))
      return keep (self, g_strdup (g_strstrip (pair[1])));
  }
  return NULL;
}

static void
read_prefetch (Ahead *self, GKeyFile *recipe, gint64 now)
{
  const char *age = find_field (self, recipe, "age");

  self->prefetched = g_key_file_has_group (recipe, "prefetch");
  self->prefetch = (BullaPrefetchFacts){
      .since = now - g_key_file_get_int64 (recipe, "prefetch", "since", NULL),
      .age = age != NULL ? g_ascii_strtoll (age, NULL, 10) : 0,
      .cache_control = find_field (self, recipe, "cache-control"),
      .vary = find_field (self, recipe, "vary"),
      .n_kept = g_key_file_get_integer (recipe, "prefetch", "kept", NULL),
  };
}

static void
read_part (Ahead *self, GKeyFile *recipe, BullaLoad *load)
{
  const char *url = get (self, recipe, "part", "url");
  const char *integrity = get (self, recipe, "part", "header-integrity");

  self->is_part = g_key_file_has_group (recipe, "part");
  if (!self->is_part)
    return;
  const char *own = bulla_load_get_header_integrity (load);
  self->part = (BullaPartFacts){
      .url = url != NULL ? url : bulla_load_get_url (load),
      .header_integrity = integrity != NULL ? integrity : own,
      .deliverer = get (self, recipe, "part", "deliverer"),
      .page_deliverer = get (self, recipe, "part", "page-deliverer"),
      .finished = !g_key_file_get_boolean (recipe, "part", "unfinished", NULL),
      .missing = get (self, recipe, "part", "missing"),
  };
}

static void
read_page_dates (Ahead *self, GKeyFile *recipe)
{
  gsize n = 0;
  g_autofree int *dates = g_key_file_get_integer_list (recipe, "request", "page-dates", &n, NULL);

  self->page_dated = n == 2;
  if (self->page_dated) {
    self->page_earliest = dates[0];
    self->page_latest = dates[1];
  }
}

static Ahead *
ahead_new (GKeyFile *recipe, BullaLoad *load, gint64 now)
{
  Ahead *self = g_new0 (Ahead, 1);

  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->live = g_key_file_has_key (recipe, "request", "live-date", NULL);
  self->live_date = G_MININT64;
  if (self->live)
    bulla_field_read_date (get (self, recipe, "request", "live-date"), &self->live_date);
  read_prefetch (self, recipe, now);
  read_part (self, recipe, load);
  read_page_dates (self, recipe);
  return self;
}

static void
ahead_free (Ahead *self)
{
  g_ptr_array_unref (self->texts);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ahead, ahead_free)

/* @request: borrows from @self */
static void
ahead_fill (Ahead *self, BullaRequestFacts *request)
{
  if (self->prefetched)
    request->prefetch = &self->prefetch;
  if (self->is_part)
    request->part = &self->part;
  request->has_live_copy = self->live;
  request->live_date = self->live_date;
  request->page_dated = self->page_dated;
  request->page_earliest = self->page_earliest;
  request->page_latest = self->page_latest;
}

static BullaDestination
read_destination (GKeyFile *recipe)
{
  g_autofree char *text = g_key_file_get_value (recipe, "request", "destination", NULL);

  return g_strcmp0 (text, "prefetch") == 0      ? BULLA_DESTINATION_PREFETCH
         : g_strcmp0 (text, "subresource") == 0 ? BULLA_DESTINATION_SUBRESOURCE
                                                : BULLA_DESTINATION_NAVIGATION;
}

static const char *
find_header (const GStrv headers, const char *name)
{
  size_t length = strlen (name);

  for (size_t i = 0; headers[i] != NULL; i++)
    if (g_ascii_strncasecmp (headers[i], name, length) == 0 && headers[i][length] == ':')
      return g_strchug (headers[i] + length + 1);
  return NULL;
}

BullaVerdict *
vector_judge_request (Vector *vector, BullaLoad *load)
{
  GKeyFile *recipe = vector->forge->recipe;
  const GStrv headers = vector->forge->request_headers;
  g_autofree char *method = g_key_file_get_value (recipe, "request", "method", NULL);
  g_autofree char *url = g_key_file_get_value (recipe, "request", "url", NULL);
  g_autofree char *partition = g_key_file_get_value (recipe, "request", "partition", NULL);
  const char *language = find_header (headers, "accept-language");
  g_auto (GStrv) ancestors =
      g_key_file_get_string_list (recipe, "request", "ancestors", NULL, NULL);
  BullaRequestFacts request = {
      .method = method != NULL ? method : "GET",
      .url = url != NULL ? url : bulla_load_get_url (load),
      .accept = find_header (headers, "accept"),
      .accept_language = language != NULL ? language : "en-US,en",
      .accept_encoding = find_header (headers, "accept-encoding"),
      .cookie = find_header (headers, "cookie"),
      .destination = read_destination (recipe),
      .other_partition = g_strcmp0 (partition, "other") == 0,
      .separate_origin = bulla_verdict_get_outcome (bulla_load_get_verdict (load))
                         == BULLA_OUTCOME_SEPARATE_ORIGIN,
      .other_version = g_key_file_get_boolean (recipe, "request", "other-version", NULL),
      .ancestors = (const char *const *)ancestors,
      .fallback_loops = g_key_file_get_boolean (recipe, "request", "fallback-loops", NULL),
  };
  gint64 later = g_key_file_get_int64 (recipe, "request", "now", NULL);
  gint64 now = later != 0 ? later : vector->forge->now;
  g_autoptr (Ahead) ahead = ahead_new (recipe, load, now);

  ahead_fill (ahead, &request);
  return bulla_load_judge_request (load, &request, now);
}
