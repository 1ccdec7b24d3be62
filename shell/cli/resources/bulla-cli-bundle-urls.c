/* bulla-cli-bundle-urls.c - fetches a list of URLs for a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "bulla-bytes.h"
#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-files.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-fetcher.h"
#include "bulla-loader-internal.h"
#include "bulla-printable.h"

#define LIST_MAX (16 << 20)
#define URLS_MAX 131072
#define BODY_MAX (256u << 20)
#define FETCHES_MAX 6 /* most simultaneous fetches, as browsers do with one server */

typedef struct {
  char *url;                /* owned */
  BullaFetchResult *result; /* owned; NULL before the fetch has succeeded */
  char *problem;            /* owned; why the fetch failed; NULL if it did not */
} Wanted;

typedef struct {
  BullaFetcher *fetcher;      /* borrowed */
  const char *const *headers; /* borrowed; nullable */
  GPtrArray *wanted;          /* owned; of Wanted, in the order of the list */
  guint next, n_running, n_done;
  guint total_max;   /* MiB */
  guint64 total;     /* bytes */
  gboolean exceeded; /* a response did not fit: no more are requested */
  gboolean progress;
  const char *last; /* borrowed; URL of the last fetch that ended */
} Fetching;

typedef struct {
  Fetching *fetching; /* borrowed */
  Wanted *wanted;     /* borrowed */
} Fetch;

static void
wanted_free (Wanted *self)
{
  g_free (self->url);
  g_free (self->problem);
  g_clear_pointer (&self->result, bulla_fetch_result_free);
  g_free (self);
}

static void
show_progress (const Fetching *self)
{
  if (!self->progress)
    return;
  g_autofree char *url = bulla_printable_dup (self->last != NULL ? self->last : "");
  g_autofree char *shown = g_utf8_substring (url, 0, MIN (g_utf8_strlen (url, -1), 60));
  bulla_cli_print_progress ("%u/%u %s", self->n_done, self->wanted->len, shown);
  if (self->n_done == self->wanted->len)
    bulla_cli_clear_progress ();
}

static char *
dup_too_much (const Fetching *self)
{
  return g_strdup_printf (_ ("the responses exceed %u MiB in total"), self->total_max);
}

static guint64
get_bytes_left (const Fetching *self)
{
  return ((guint64)self->total_max << 20) - self->total;
}

/* Keeps the response of @wanted if it fits into what is left. */
static void
keep_result (Fetching *self, Wanted *wanted, BullaFetchResult *result)
{
  gsize size = result->body != NULL ? g_bytes_get_size (result->body) : G_MAXSIZE;

  if (size > get_bytes_left (self)) {
    self->exceeded = TRUE;
    wanted->problem = dup_too_much (self);
    bulla_fetch_result_free (result);
    return;
  }
  self->total += size;
  wanted->result = result;
}

static void fetch_more (Fetching *self);

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Fetch *fetch = user_data;
  Fetching *self = fetch->fetching;
  Wanted *wanted = fetch->wanted;
  g_autoptr (GError) error = NULL;

  BullaFetchResult *fetched = bulla_fetcher_fetch_finish (BULLA_FETCHER (source), result, &error);
  if (fetched != NULL)
    keep_result (self, wanted, fetched);
  else
    wanted->problem = g_strdup (error->message);
  self->n_running--;
  self->n_done++;
  self->last = wanted->url;
  show_progress (self);
  fetch_more (self);
}

static void
fetch_more (Fetching *self)
{
  while (self->n_running < FETCHES_MAX && self->next < self->wanted->len) {
    Wanted *wanted = g_ptr_array_index (self->wanted, self->next++);
    if (self->exceeded) {
      wanted->problem = dup_too_much (self);
      self->n_done++;
      continue;
    }
    guint64 left = get_bytes_left (self);
    BullaFetchOptions options = {.url = wanted->url,
                                 .cause = {.purpose = "bundle"},
                                 .named_headers = self->headers,
                                 .max_size = (gsize)MIN (BODY_MAX, left),
                                 .keep_status = left < BODY_MAX};
    Fetch *fetch = g_new0 (Fetch, 1);
    fetch->fetching = self;
    fetch->wanted = wanted;
    self->n_running++;
    bulla_fetcher_fetch_async (self->fetcher, &options, NULL, fetched_cb, fetch);
  }
}

static gboolean
is_decoded (const char *coding)
{
  static const char *const KNOWN[] = {"", "identity", "gzip", "x-gzip", "deflate", "br", NULL};

  return coding == NULL || g_strv_contains (KNOWN, coding);
}

static void
add_header (BullaCliResource *resource, const char *name, const char *value)
{
  if (bulla_cli_header_is_kept (name))
    bulla_cli_resource_set_header (resource, name, value);
}

/* A redirect is kept as a redirect: the list must contain its target as well. */
static void
add_result (BullaCliResources *self, const Wanted *wanted)
{
  const BullaFetchResult *result = wanted->result;
  GHashTableIter iter;
  gpointer name, value;

  if (result == NULL) {
    bulla_cli_resources_lose (self, wanted->url, "%s", wanted->problem);
    return;
  }
  if (result->status >= 400 || result->status < 200) {
    bulla_cli_resources_lose (self, wanted->url, _ ("the server answered with status %u"),
                              result->status);
    return;
  }
  const char *coding = g_hash_table_lookup (result->headers, "content-encoding");
  if (!is_decoded (coding)) {
    bulla_cli_resources_lose (self, wanted->url,
                              _ ("the response has the unsupported Content-Encoding %s"), coding);
    return;
  }
  BullaCliResource *resource = bulla_cli_resources_add (self, wanted->url, result->status, NULL);
  g_hash_table_iter_init (&iter, result->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    add_header (resource, name, value);
  resource->body = g_bytes_ref (result->body);
  if (g_bytes_get_size (result->body) > 0
      && bulla_cli_resource_get_header (resource, "content-type") == NULL)
    bulla_cli_resource_set_header (resource, "content-type", "application/octet-stream");
  if (self->primary == NULL)
    self->primary = g_strdup (wanted->url);
}

/* Returns FALSE if @line cannot be fetched, after reporting why. */
static gboolean
check_line (const char *line, const char **why)
{
  g_autoptr (GUri) uri = g_uri_parse (line, G_URI_FLAGS_ENCODED, NULL);

  if (uri == NULL && bulla_cli_has_stray_percent (line))
    *why = _ ("a percent sign in the URL escapes nothing; such URLs cannot be fetched");
  else if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    *why = _ ("not a URL");
  else if (g_ascii_strcasecmp (g_uri_get_scheme (uri), "https") != 0)
    *why = _ ("not an https URL");
  else if (g_uri_get_userinfo (uri) != NULL)
    *why = _ ("a URL in a bundle may not contain a user name");
  else
    return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (nullable) (element-type Wanted): each URL once, in the list's order */
static GPtrArray *
read_list (BullaCliResources *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes =
      bulla_cli_read_file (strcmp (path, "-") == 0 ? "/dev/stdin" : path, LIST_MAX, error);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func ((GDestroyNotify)wanted_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (bytes == NULL)
    return NULL;
  g_autofree char *text = bulla_bytes_dup_text (bytes);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *why = NULL;
    char *line = g_strstrip (lines[i]);
    if (*line == '\0' || *line == '#')
      continue;
    g_autofree char *url = bulla_cli_normalise_url (line);
    if (!check_line (url, &why)) {
      bulla_cli_resources_lose (self, line, "%s", why);
      continue;
    }
    if (g_hash_table_contains (seen, url))
      continue;
    Wanted *one = g_new0 (Wanted, 1);
    one->url = g_steal_pointer (&url);
    g_ptr_array_add (wanted, one);
    g_hash_table_add (seen, one->url);
  }
  if (wanted->len <= URLS_MAX)
    return g_steal_pointer (&wanted);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("%s: more than %d URLs"), path, URLS_MAX);
  return NULL;
}

/**
 * bulla_cli_resources_add_urls: (skip)
 * @self: resources
 * @path: a list of https URLs, one on each line; “-” is the standard input
 * @error: set if the list cannot be read, or fetching is impossible
 *
 * Fetches the URLs without credentials, and reports failed fetches on stderr. Those that are not
 * complete at the time of --timeout have failed.
 *
 * Returns: whether the list could be processed
 */
gboolean
bulla_cli_resources_add_urls (BullaCliResources *self, const char *path, GError **error)
{
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  g_autoptr (BullaLoader) loader = trust != NULL ? bulla_cli_new_timed_loader (trust, error) : NULL;
  g_autoptr (GPtrArray) wanted = loader != NULL ? read_list (self, path, error) : NULL;

  if (wanted == NULL)
    return FALSE;
  Fetching fetching = {.fetcher = bulla_loader_get_fetcher (loader),
                       .headers = bulla_loader_get_request_headers (loader),
                       .wanted = wanted,
                       .total_max = self->content_max,
                       .progress = isatty (STDERR_FILENO) == 1};
  show_progress (&fetching);
  fetch_more (&fetching);
  while (fetching.n_done < wanted->len)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  for (guint i = 0; i < wanted->len; i++)
    add_result (self, g_ptr_array_index (wanted, i));
  return TRUE;
}
