/* bulla-cli-lint.c - checks an exchange against what a distributor admits
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * These rules are a distributor's own; no browser asks them, and the verdict does not depend on
 * them. Spec: google/webpackager docs/cache_requirements.md. */
#include "bulla-cli-lint.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-field-kind.h"
#include "bulla-field.h"
#include "bulla-link.h"
#include "bulla-load-internal.h"
#include "bulla-printable.h"
#include "bulla-url-key.h"

#define NAME "google-cache"
#define BODY_MAX (8 * 1024 * 1024)
#define DATE_TOLERANCE 60    /* seconds that a date may be in the future */
#define LIFE_MIN 120         /* least seconds until the signature ends */
#define LIFE_MAX (7 * 86400) /* most seconds until the signature ends */
#define FRESHNESS_MIN 120    /* least seconds for which the response is fresh */
#define PRELOADS_MAX 20

/* what the rules are asked about */
typedef struct {
  const BullaCliReport *report; /* borrowed */
  const BullaFacts *facts;      /* borrowed; of an exchange whose head was read */
  gint64 now;                   /* Unix time in s */
} Subject;

static const char *
find_value (const Subject *subject, const char *name)
{
  const BullaHeader *header = bulla_facts_find_header (subject->facts, name);

  return header != NULL ? header->value : NULL;
}

/* Each function returns what breaks its rule; NULL if nothing does. */

static char *
check_signatures (const Subject *subject)
{
  guint n = subject->facts->signature.count;

  return n == 1 ? NULL : g_strdup_printf ("%u", n);
}

static char *
check_integrity (const Subject *subject)
{
  const char *integrity = subject->facts->signature.integrity;

  return g_strcmp0 (integrity, "digest/mi-sha256-03") == 0
             ? NULL
             : g_strdup (integrity != NULL ? integrity : "-");
}

static char *
check_status (const Subject *subject)
{
  return subject->facts->status == 200 ? NULL : g_strdup_printf ("%u", subject->facts->status);
}

static char *
check_body_size (const Subject *subject)
{
  guint64 length = subject->report->body_length;

  if (!subject->report->body_complete || (length > 0 && length <= BODY_MAX))
    return NULL;
  return g_strdup_printf ("%" G_GUINT64_FORMAT, length);
}

static char *
check_cert_url (const Subject *subject)
{
  const char *url = subject->facts->signature.cert_url;

  if (url != NULL && g_ascii_strncasecmp (url, "https://", 8) == 0)
    return NULL;
  return g_strndup (url != NULL ? url : "-", 32);
}

static char *
check_validity_url (const Subject *subject)
{
  return subject->facts->signature.validity_same_origin == BULLA_YES
             ? NULL
             : g_strdup (subject->facts->signature.validity_url);
}

static char *
check_date (const Subject *subject)
{
  gint64 ahead = subject->facts->signature.date - subject->now;

  return ahead <= DATE_TOLERANCE ? NULL : g_strdup_printf ("%" G_GINT64_FORMAT " s", ahead);
}

static char *
check_life (const Subject *subject)
{
  gint64 left = subject->facts->signature.expires - subject->now;

  return left >= LIFE_MIN && left <= LIFE_MAX ? NULL
                                              : g_strdup_printf ("%" G_GINT64_FORMAT " s", left);
}

static char *
check_freshness (const Subject *subject)
{
  const BullaFreshnessFields fields = {
      .cache_control = find_value (subject, "cache-control"),
      .expires = find_value (subject, "expires"),
      .date = find_value (subject, "date"),
      .age = find_value (subject, "age"),
  };
  gint64 seconds = 0;

  if (!bulla_field_get_shared_freshness (&fields, subject->now, &seconds))
    return g_strdup ("-");
  return seconds >= FRESHNESS_MIN ? NULL : g_strdup_printf ("%" G_GINT64_FORMAT " s", seconds);
}

static char *
check_cacheable (const Subject *subject)
{
  static const char *const DIRECTIVES[] = {"no-cache", "no-store", "private"};
  const char *value = find_value (subject, "cache-control");

  for (gsize i = 0; value != NULL && i < G_N_ELEMENTS (DIRECTIVES); i++)
    if (bulla_field_has_directive (value, DIRECTIVES[i]))
      return g_strdup (DIRECTIVES[i]);
  return NULL;
}

/* Says whether one link of the page, and only one, allows the alternate of a preloaded URL. */
static gboolean
is_allowed_once (GPtrArray *links, const char *target)
{
  guint n = 0;

  for (guint i = 0; i < links->len; i++) {
    const BullaLink *link = links->pdata[i];
    n += bulla_link_has_rel (link, "allowed-alt-sxg") && g_strcmp0 (link->target, target) == 0
         && bulla_link_get (link, "header-integrity") != NULL;
  }
  return n == 1;
}

static char *
check_preloads (const Subject *subject)
{
  const char *value = find_value (subject, "link");
  g_autoptr (GPtrArray) links =
      value != NULL ? bulla_links_read (value, subject->facts->request_url) : NULL;
  guint n = 0;

  for (guint i = 0; links != NULL && i < links->len; i++) {
    const BullaLink *link = links->pdata[i];
    if (!bulla_link_has_rel (link, "preload"))
      continue;
    if (!is_allowed_once (links, link->target))
      return g_strdup (link->target);
    n++;
  }
  return n <= PRELOADS_MAX ? NULL : g_strdup_printf ("%u", n);
}

/* A subresource is prefetched with its page, and prefetches nothing itself. */
static char *
check_subresource (const Subject *subject)
{
  static const char *const PAGES[] = {"text/html", "application/xhtml+xml", NULL};
  const char *type = find_value (subject, "content-type");
  const char *value = find_value (subject, "link");
  g_autofree char *essence = type != NULL ? bulla_field_dup_essence (type) : NULL;
  g_autoptr (GPtrArray) links =
      value != NULL ? bulla_links_read (value, subject->facts->request_url) : NULL;

  if (essence == NULL || g_strv_contains (PAGES, essence))
    return NULL;
  for (guint i = 0; links != NULL && i < links->len; i++) {
    const BullaLink *link = links->pdata[i];
    if (bulla_link_has_rel (link, "preload") || bulla_link_has_rel (link, "allowed-alt-sxg"))
      return g_strdup (link->target);
  }
  return NULL;
}

/* Says whether a list of field names, such as Connection, has the name. */
static gboolean
names_field (const char *list, const char *name)
{
  BullaToken token;

  while (list != NULL && bulla_field_next_element (&list, &token))
    if (bulla_token_equal (token, name, TRUE))
      return TRUE;
  return FALSE;
}

/* Fields of one connection, and those that Connection or no-cache="…" names. */
static char *
check_hop_by_hop (const Subject *subject)
{
  const char *connection = find_value (subject, "connection");
  const char *caching = find_value (subject, "cache-control");
  g_autofree char *no_cache = caching != NULL ? bulla_field_dup_no_cache_names (caching) : NULL;

  for (guint i = 0; i < subject->facts->n_headers; i++) {
    const char *name = subject->facts->header[i].name;
    if (bulla_header_is_hop_by_hop (name) || names_field (connection, name)
        || names_field (no_cache, name))
      return g_strdup (name);
  }
  return NULL;
}

static int
compare_parts_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Returns: (transfer full): the URL with its query sorted, as far as spellings do not differ */
static char *
dup_served_key (const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);
  char *mark = strchr (key, '?');
  g_auto (GStrv) parts = NULL;

  if (mark == NULL)
    return g_steal_pointer (&key);
  *mark = '\0';
  parts = g_strsplit (mark + 1, "&", -1);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  for (guint i = 0; parts[i] != NULL; i++)
    g_ptr_array_add (sorted, parts[i]);
  g_ptr_array_sort (sorted, compare_parts_cb);
  g_autoptr (GString) text = g_string_new (key);
  for (guint i = 0; i < sorted->len; i++)
    g_string_append_printf (text, "%c%s", i == 0 ? '?' : '&', (char *)sorted->pdata[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A file was not served, so only its contents are judged. */
static char *
check_served_url (const Subject *subject)
{
  const char *served = subject->facts->outer.url;
  g_autofree char *served_key = served != NULL ? dup_served_key (served) : NULL;
  g_autofree char *key = dup_served_key (subject->facts->request_url);

  return served == NULL || !g_str_has_prefix (served, "http") || strcmp (served_key, key) == 0
             ? NULL
             : g_strdup (served);
}

static char *
check_variants (const Subject *subject)
{
  static const char *const NAMES[] = {"variants", "variants-04", "variant-key", "variant-key-04"};

  for (gsize i = 0; i < G_N_ELEMENTS (NAMES); i++)
    if (find_value (subject, NAMES[i]) != NULL)
      return g_strdup (NAMES[i]);
  return NULL;
}

static char *
check_vary (const Subject *subject)
{
  const char *rest = find_value (subject, "vary");
  BullaToken token;

  while (rest != NULL && bulla_field_next_element (&rest, &token))
    if (token.length > 0 && !bulla_token_equal (token, "accept", TRUE)
        && !bulla_token_equal (token, "accept-encoding", TRUE))
      return g_strndup (token.start, token.length);
  return NULL;
}

static const struct {
  const char *rule;
  const char *required;
  char *(*check) (const Subject *subject);
} RULES[] = {
    {NAME ".signatures", N_ ("one signature"), check_signatures},
    {NAME ".integrity", "digest/mi-sha256-03", check_integrity},
    {NAME ".status", "200", check_status},
    {NAME ".body-size", N_ ("1 byte to 8 MiB"), check_body_size},
    {NAME ".cert-url", N_ ("an absolute https URL"), check_cert_url},
    {NAME ".validity-url", N_ ("the origin of the exchange"), check_validity_url},
    {NAME ".date", N_ ("at most 60 seconds in the future"), check_date},
    {NAME ".life", N_ ("120 seconds to 7 days until the signature ends"), check_life},
    {NAME ".freshness", N_ ("a response that is fresh for 120 seconds"), check_freshness},
    {NAME ".cacheable", N_ ("neither no-cache, no-store nor private"), check_cacheable},
    {NAME ".preloads", N_ ("at most 20 preload links, each with one allowed-alt-sxg link"),
     check_preloads},
    {NAME ".subresource", N_ ("no preload links on a subresource"), check_subresource},
    {NAME ".hop-by-hop",
     N_ ("no fields of one connection, nor those that Connection or no-cache names"),
     check_hop_by_hop},
    {NAME ".served-url", N_ ("the URL of the exchange, from which it is served"), check_served_url},
    {NAME ".variants", N_ ("no Variants headers"), check_variants},
    {NAME ".vary", N_ ("nothing but Accept and Accept-Encoding"), check_vary},
};

/**
 * bulla_cli_lint_is_known: (skip)
 * @name: a value of --lint
 *
 * Returns: whether it names a set of rules; the only one is `google-cache`
 */
gboolean
bulla_cli_lint_is_known (const char *name)
{
  return strcmp (name, NAME) == 0;
}

static void
objection_free (gpointer data)
{
  g_free (((BullaCliObjection *)data)->observed);
  g_free (data);
}

/* @rule, @required: static; @observed: (transfer full) */
static void
add_objection (GPtrArray *objections, const char *rule, char *observed, const char *required)
{
  BullaCliObjection *objection = g_new0 (BullaCliObjection, 1);

  *objection = (BullaCliObjection){rule, observed, required};
  g_ptr_array_add (objections, objection);
}

/**
 * bulla_cli_lint: (skip)
 * @report: the judgement of a package
 *
 * Returns: (transfer full) (nullable) (element-type BullaCliObjection): the rules that the exchange
 *   breaks, one for other packages; %NULL if the signature of an exchange could not be read
 */
GPtrArray *
bulla_cli_lint (const BullaCliReport *report)
{
  const BullaFacts *facts = report->load != NULL ? bulla_load_get_facts (report->load) : NULL;

  if (report->load == NULL) {
    GPtrArray *one = g_ptr_array_new_with_free_func (objection_free);
    add_objection (one, NAME ".exchange", g_strdup (report->kind), N_ ("a signed exchange"));
    return one;
  }
  if (facts == NULL || facts->signature.read.read != BULLA_YES || facts->headers.read != BULLA_YES)
    return NULL;
  GPtrArray *objections = g_ptr_array_new_with_free_func (objection_free);
  Subject subject = {report, facts, bulla_verdict_get_time (bulla_load_get_verdict (report->load))};
  for (gsize i = 0; i < G_N_ELEMENTS (RULES); i++) {
    char *observed = RULES[i].check (&subject);
    if (observed == NULL)
      continue;
    add_objection (objections, RULES[i].rule, observed, RULES[i].required);
  }
  return objections;
}

/**
 * bulla_cli_lint_add_to_json: (skip)
 * @objections: (nullable): what bulla_cli_lint() returned
 * @builder: a builder inside an object; receives the member `lint`, unless @objections is %NULL
 */
void
bulla_cli_lint_add_to_json (const GPtrArray *objections, JsonBuilder *builder)
{
  if (objections == NULL)
    return;
  bulla_cli_json_begin_array (builder, "lint");
  for (guint i = 0; i < objections->len; i++) {
    const BullaCliObjection *each = objections->pdata[i];
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "rule", each->rule);
    bulla_cli_json_string (builder, "observed", each->observed);
    bulla_cli_json_string (builder, "required", each->required);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/**
 * bulla_cli_lint_append: (skip)
 * @objections: (nullable): what bulla_cli_lint() returned
 * @text: receives a line for each
 */
void
bulla_cli_lint_append (const GPtrArray *objections, GString *text)
{
  for (guint i = 0; objections != NULL && i < objections->len; i++) {
    const BullaCliObjection *each = objections->pdata[i];
    g_autofree char *observed = bulla_printable_dup (each->observed);
    g_string_append_printf (text, _ ("  lint %s: %s; required: %s\n"), each->rule, observed,
                            _ (each->required));
  }
}

/**
 * bulla_cli_lint_dup_message: (skip)
 * @objections: (nullable): what bulla_cli_lint() returned
 *
 * Returns: (transfer full) (nullable): a line for each objection, in the language of the locale;
 *   %NULL if there are none
 */
char *
bulla_cli_lint_dup_message (const GPtrArray *objections)
{
  g_autoptr (GString) text = g_string_new (NULL);

  bulla_cli_lint_append (objections, text);
  return text->len > 0 ? g_strdup (g_strstrip (text->str)) : NULL;
}
