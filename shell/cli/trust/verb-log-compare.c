/* verb-log-compare.c - bulla log compare: finds exchanges of the same URL and date with other bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-log-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli.h"
#include "bulla-json.h"
#include "bulla-printable.h"

#define DEPTH_MAX 16

static gboolean option_json, option_quiet;

static const GOptionEntry OPTIONS[] = {
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla log compare mine.jsonl yours.jsonl",
     N_ ("Find exchanges whose bytes differ from one user to another:")},
    {NULL},
};

/* one exchange of a log */
typedef struct {
  char *url; /* owned */
  gint64 date;
  char *header_integrity; /* owned; NULL if not in the log */
  char *body_digest;      /* owned; NULL if not in the log */
} Exchange;

static void
exchange_free (Exchange *self)
{
  g_free (self->url);
  g_free (self->header_integrity);
  g_free (self->body_digest);
  g_free (self);
}

typedef struct {
  BullaExchangeLogCheck check;
  GPtrArray *order;   /* owned; keys of @by_key, borrowed, in the order of the log */
  GHashTable *by_key; /* owned; URL and date -> GPtrArray of distinct Exchanges */
} Log;

static void
log_clear (Log *self)
{
  bulla_exchange_log_check_clear (&self->check);
  g_clear_pointer (&self->order, g_ptr_array_unref);
  g_clear_pointer (&self->by_key, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Log, log_clear)

static gboolean
is_same (const Exchange *a, const Exchange *b)
{
  return g_strcmp0 (a->header_integrity, b->header_integrity) == 0
         && g_strcmp0 (a->body_digest, b->body_digest) == 0;
}

/* Returns: (nullable): the first exchange of @list that is not in @others; NULL if all are */
static const Exchange *
find_other (const GPtrArray *list, const GPtrArray *others)
{
  for (guint i = 0; i < list->len; i++) {
    gboolean found = FALSE;
    for (guint j = 0; j < others->len && !found; j++)
      found = is_same (list->pdata[i], others->pdata[j]);
    if (!found)
      return list->pdata[i];
  }
  return NULL;
}

/* @exchange: (transfer full) */
static void
add_exchange (Log *self, Exchange *exchange)
{
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT " %s", exchange->date, exchange->url);
  GPtrArray *list = g_hash_table_lookup (self->by_key, key);
  g_autoptr (GPtrArray) alone = g_ptr_array_new ();

  g_ptr_array_add (alone, exchange);
  if (list == NULL) {
    list = g_ptr_array_new_with_free_func ((GDestroyNotify)exchange_free);
    g_ptr_array_add (self->order, key);
    g_hash_table_insert (self->by_key, g_steal_pointer (&key), list);
  }
  if (find_other (alone, list) != NULL)
    g_ptr_array_add (list, exchange);
  else
    exchange_free (exchange);
}

static gboolean
read_line (const char *line, gpointer user_data, GError **error)
{
  Log *self = user_data;
  g_autoptr (JsonNode) node = bulla_json_parse (line, strlen (line), DEPTH_MAX, NULL);
  JsonObject *object =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *url = object != NULL ? bulla_json_get_text (object, "url") : NULL;
  gint64 date = object != NULL ? bulla_json_get_number (object, "date", -1) : -1;

  bulla_exchange_log_check_line (&self->check, line);
  if (url == NULL || date < 0) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("line %lu is not an entry of a log: it has no URL and date"),
                 (gulong)self->check.entries);
    return FALSE;
  }
  Exchange *exchange = g_new0 (Exchange, 1);
  exchange->url = g_strdup (url);
  exchange->date = date;
  exchange->header_integrity = g_strdup (bulla_json_get_text (object, "header_integrity"));
  exchange->body_digest = g_strdup (bulla_json_get_text (object, "body_digest"));
  add_exchange (self, exchange);
  return TRUE;
}

/* Reports a changed log on stderr; it is compared nevertheless. */
static gboolean
read_log (Log *self, const char *path, GError **error)
{
  self->order = g_ptr_array_new ();
  self->by_key =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  if (!bulla_cli_log_read_file (path, read_line, self, error))
    return FALSE;
  if (self->check.why != NULL)
    bulla_cli_print_error (_ ("bulla: %s: the chain is broken: %s\n"), path, self->check.why);
  return TRUE;
}

static void
add_exchange_json (JsonBuilder *builder, const char *member, const Exchange *exchange)
{
  bulla_cli_json_begin (builder, member);
  bulla_cli_json_string (builder, "header_integrity", exchange->header_integrity);
  bulla_cli_json_string (builder, "body_digest", exchange->body_digest);
  json_builder_end_object (builder);
}

static void
print_json (const Exchange *one, const Exchange *other)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "url", one->url);
  bulla_cli_json_time (builder, "date", one->date);
  add_exchange_json (builder, "one", one);
  add_exchange_json (builder, "other", other);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

static void
print_exchange (const char *file, const Exchange *exchange)
{
  g_autofree char *name = bulla_printable_dup (file);
  g_autofree char *headers =
      bulla_printable_dup (exchange->header_integrity != NULL ? exchange->header_integrity : "-");
  g_autofree char *body =
      bulla_printable_dup (exchange->body_digest != NULL ? exchange->body_digest : "-");

  bulla_cli_print ("  %s   %s   %s\n", name, headers, body);
}

static void
print_text (char **files, const Exchange *one, const Exchange *other)
{
  g_autofree char *url = bulla_printable_dup (one->url);
  g_autofree char *date = bulla_cli_format_time (one->date, g_get_real_time () / G_USEC_PER_SEC);

  bulla_cli_print ("%s   %s\n", url, date);
  print_exchange (files[0], one);
  print_exchange (files[1], other);
}

/* Returns: whether both logs have the same bytes */
static gboolean
compare_key (Log *logs, const char *key, char **files)
{
  const GPtrArray *ones = g_hash_table_lookup (logs[0].by_key, key);
  const GPtrArray *others = g_hash_table_lookup (logs[1].by_key, key);

  if (others == NULL)
    return TRUE;
  const Exchange *one = find_other (ones, others), *other = find_other (others, ones);
  if (one == NULL && other == NULL)
    return TRUE;
  one = one != NULL ? one : ones->pdata[0];
  other = other != NULL ? other : others->pdata[0];
  if (!option_quiet && option_json)
    print_json (one, other);
  else if (!option_quiet)
    print_text (files, one, other);
  return FALSE;
}

static BullaCliExit
run_compare (char **arguments, GError **error)
{
  g_auto (Log) one = {.check = {0}};
  g_auto (Log) other = {.check = {0}};
  BullaCliExit exit = BULLA_EXIT_FINE;

  if (!bulla_cli_require_arguments (arguments, 2, N_ ("ONE OTHER"), error)
      || !read_log (&one, arguments[0], error) || !read_log (&other, arguments[1], error))
    return BULLA_EXIT_FAILED;
  Log logs[] = {one, other};
  for (guint i = 0; i < one.order->len; i++)
    if (!compare_key (logs, one.order->pdata[i], arguments))
      exit = BULLA_EXIT_JUDGED;
  return exit;
}

const BullaVerb bulla_verb_log_compare = {
    .name = "compare",
    .synopsis = N_ ("ONE OTHER"),
    .summary = N_ ("Find exchanges of one URL and date whose bytes differ between two logs"),
    .description =
        N_ ("A publisher signs one version of a page at a time. If two users accepted different "
            "bytes for the same URL and signature date, one of them received a package made for "
            "them alone. Such a package can identify its reader, or show content that others do "
            "not see. “-” stands for standard input.\n\n"
            "Exit status: 0 if no exchange differs; 1 if one does; 2 if a log could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_compare,
};
