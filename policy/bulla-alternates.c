/* bulla-alternates.c - finds the subresources that a page's deliverer offers as signed exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD, "Monkeypatch Link type prefetch"; SUB. The page's signed headers name the
 * subresources that it preloads and, for each, the exchange that it allows. The outer response's
 * headers name the URLs of these exchanges. */
#include "bulla-alternates.h"

#include <string.h>

#include "bulla-link.h"
#include "bulla-variants-choose.h"
#include "bulla-variants-headers.h"

#define EXCHANGE_TYPE "application/signed-exchange"

typedef struct {
  GPtrArray *outer,
      *allowed;      /* parsed links, of BullaLink; those of the page that allow exchanges */
  GHashTable *tried; /* set of char *; the URLs for which a link was looked for */
  const char *outer_url, *inner_url;
  const BullaRequestFacts *request;
  const BullaClient *client;
  const BullaViewport *viewport;
  const BullaSettings *settings;
} Plan;

static void
alternate_free (gpointer data)
{
  BullaAlternate *self = data;

  g_free (self->url);
  g_free (self->destination);
  g_free (self->header_integrity);
  g_free (self->package_url);
  g_free (self);
}

static const char *
variants_name (const Plan *plan)
{
  return bulla_variants_names_get (plan->settings->variants_headers)->variants;
}

static const char *
key_name (const Plan *plan)
{
  return bulla_variants_names_get (plan->settings->variants_headers)->variant_key;
}

/* Says whether Fetch calls this a "potential destination". */
static gboolean
is_destination (const char *as)
{
  static const char *const known[] = {
      "audio",        "audioworklet", "document", "embed",  "fetch",        "font",   "frame",
      "iframe",       "image",        "json",     "object", "paintworklet", "report", "script",
      "sharedworker", "style",        "track",    "video",  "worker",       "xslt",   NULL};

  return as != NULL && g_strv_contains (known, as);
}

static gboolean
is_integrity (const char *text)
{
  static const char prefix[] = "sha256-";
  gsize size = 0;

  if (text == NULL || !g_str_has_prefix (text, prefix)
      || strlen (text) != sizeof prefix - 1 + 4 * ((BULLA_PROOF_SIZE + 2) / 3))
    return FALSE;
  g_autofree guchar *bytes = g_base64_decode (text + sizeof prefix - 1, &size);
  return size == BULLA_PROOF_SIZE;
}

/* Returns the URL of a preload; among several pictures, the one that the page would choose. */
static char *
dup_preloaded_url (const Plan *plan, const BullaLink *preload)
{
  const char *srcset = bulla_link_get (preload, "imagesrcset");

  if (srcset == NULL || g_strcmp0 (bulla_link_get (preload, "as"), "image") != 0)
    return g_strdup (preload->target);
  g_autofree char *chosen =
      bulla_srcset_choose (srcset, bulla_link_get (preload, "imagesizes"), plan->viewport);
  char *url = chosen != NULL ? bulla_link_resolve (plan->inner_url, chosen) : NULL;
  return url != NULL ? url : g_strdup (preload->target);
}

/* Returns the request for a part of the page, with the Accept that the client sends for its
 * destination, and the Accept-Encoding by which the profile matches. */
static BullaRequestFacts
make_request (const Plan *plan, const char *destination)
{
  BullaRequestFacts request = bulla_variants_request_for (plan->request, plan->settings);

  if (plan->client != NULL
      && !bulla_client_find_accept (plan->client, destination, &request.accept))
    request.accept = "*/*";
  return request;
}

/* LOAD defines request matching only for links without variants, but SUB intends links with
 * variants. */
static gboolean
variants_match (const Plan *plan, const BullaRequestFacts *request, const BullaLink *allowed)
{
  BullaVariantsFields fields = {bulla_link_get (allowed, variants_name (plan)),
                                bulla_link_get (allowed, key_name (plan)),
                                bulla_variants_names_get (plan->settings->variants_headers)->syntax,
                                &plan->settings->variants};
  const char *words = NULL;
  g_autofree char *text = NULL;

  if (plan->settings->alternate_variants == BULLA_ALTERNATE_VARIANTS_WHEN_ABSENT)
    return TRUE;
  return bulla_variants_match (&fields, request, &words, &text);
}

/* Returns the link whose key the request ranks highest among those that share the Variants of the
 * first, as Chromium's FindBestMatchingVariantKey() does. */
static const BullaLink *
choose_best (const Plan *plan, const BullaRequestFacts *facts, GPtrArray *allowed)
{
  const BullaLink *first = allowed->pdata[0];
  const char *text = bulla_link_get (first, variants_name (plan));
  const BullaVariantsReadings *readings = &plan->settings->variants;
  g_autoptr (GPtrArray) keys =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_variant_keys_free);
  g_autoptr (GPtrArray) links = g_ptr_array_new ();
  BullaVariantsSelection selection;
  g_autoptr (BullaVariants) variants = bulla_variants_parse (
      text, bulla_variants_names_get (plan->settings->variants_headers)->syntax, readings, NULL);

  if (variants == NULL)
    return NULL;
  for (guint i = 0; i < allowed->len; i++) {
    const char *key = bulla_link_get (allowed->pdata[i], key_name (plan));
    BullaVariantKeys *parsed =
        key != NULL
                && g_strcmp0 (bulla_link_get (allowed->pdata[i], variants_name (plan)), text) == 0
            ? bulla_variant_keys_parse (key, variants, readings, NULL)
            : NULL;
    if (parsed == NULL)
      continue;
    g_ptr_array_add (keys, parsed);
    for (guint j = 0; j < parsed->n_keys; j++)
      g_ptr_array_add (links, allowed->pdata[i]);
  }
  g_autoptr (BullaVariantsRequest) request = bulla_variants_request_new (facts, readings);
  g_autoptr (BullaVariantsRanking) ranking = bulla_variants_rank (variants, request, readings);
  return bulla_variants_ranking_choose_key (ranking, (const BullaVariantKeys *const *)keys->pdata,
                                            keys->len, &selection)
             ? links->pdata[selection.chosen]
             : NULL;
}

/* Returns the links that allow exchanges; those without header-integrity are ignored. */
static GPtrArray *
list_allowed (GPtrArray *links)
{
  GPtrArray *allowed = g_ptr_array_new ();

  for (guint i = 0; i < links->len; i++) {
    const BullaLink *link = links->pdata[i];
    if (bulla_link_is_rel (link, "allowed-alt-sxg")
        && is_integrity (bulla_link_get (link, "header-integrity")))
      g_ptr_array_add (allowed, (gpointer)link);
  }
  return allowed;
}

/* Returns those of the links that are about the URL. */
static GPtrArray *
list_allowed_for (const Plan *plan, const char *url)
{
  GPtrArray *allowed = g_ptr_array_new ();

  for (guint i = 0; i < plan->allowed->len; i++) {
    const BullaLink *link = plan->allowed->pdata[i];
    if (strcmp (link->target, url) == 0)
      g_ptr_array_add (allowed, (gpointer)link);
  }
  return allowed;
}

/* Returns the link that the request selects among @allowed, one or more that allow an exchange for
 * the same URL. SUB, “Content negotiation using Variants”: only the best one may be used, because a
 * distributor that offers another acceptable one could mark visitors by it. */
static const BullaLink *
find_allowed (const Plan *plan, GPtrArray *allowed, const char *destination)
{
  BullaRequestFacts request = make_request (plan, destination);
  gboolean negotiated = bulla_link_get (allowed->pdata[0], variants_name (plan)) != NULL;

  if (negotiated && plan->settings->alternate_choice == BULLA_ALTERNATE_BEST
      && plan->settings->alternate_variants == BULLA_ALTERNATE_VARIANTS_WHEN_GIVEN)
    return choose_best (plan, &request, allowed);
  for (guint i = 0; i < allowed->len; i++)
    if (variants_match (plan, &request, allowed->pdata[i]))
      return allowed->pdata[i];
  return NULL;
}

static gboolean
is_exchange_type (const char *type)
{
  g_autofree char *essence = type != NULL ? bulla_field_dup_essence (type) : NULL;

  return g_strcmp0 (essence, EXCHANGE_TYPE) == 0;
}

/* Finds the link with identical variants. */
static const BullaLink *
find_alternate (const Plan *plan, const char *url, const BullaLink *allowed)
{
  const char *variants = bulla_link_get (allowed, variants_name (plan));
  const char *key = bulla_link_get (allowed, key_name (plan));

  for (guint i = 0; i < plan->outer->len; i++) {
    const BullaLink *link = plan->outer->pdata[i];
    g_autofree char *anchor = NULL;
    if (!bulla_link_is_rel (link, "alternate") || !is_exchange_type (bulla_link_get (link, "type"))
        || g_strcmp0 (bulla_link_get (link, variants_name (plan)), variants) != 0
        || g_strcmp0 (bulla_link_get (link, key_name (plan)), key) != 0)
      continue;
    anchor = bulla_link_dup_url (link, "anchor", plan->outer_url);
    if (g_strcmp0 (anchor, url) == 0)
      return link;
  }
  return NULL;
}

/* Each URL is looked for once, by its first preload, whether anything matches or not: a page may
 * repeat a preload hundreds of times. */
static void
add_part (const Plan *plan, GPtrArray *parts, const BullaLink *preload)
{
  g_autofree char *url = dup_preloaded_url (plan, preload);

  if (g_hash_table_contains (plan->tried, url))
    return;
  g_autoptr (GPtrArray) links = list_allowed_for (plan, url);
  if (links->len == 0)
    return;
  g_hash_table_add (plan->tried, g_strdup (url));
  const BullaLink *allowed = find_allowed (plan, links, bulla_link_get (preload, "as"));
  if (allowed == NULL)
    return;
  const BullaLink *alternate = find_alternate (plan, url, allowed);
  BullaAlternate *part = g_new (BullaAlternate, 1);
  *part = (BullaAlternate){g_steal_pointer (&url), g_strdup (bulla_link_get (preload, "as")),
                           g_strdup (bulla_link_get (allowed, "header-integrity")),
                           alternate != NULL ? g_strdup (alternate->target) : NULL};
  g_ptr_array_add (parts, part);
}

static gboolean
is_preload (const BullaLink *link)
{
  return bulla_link_has_rel (link, "preload") && is_destination (bulla_link_get (link, "as"));
}

static void
allowed_part_free (gpointer data)
{
  BullaAllowedPart *self = data;

  g_free (self->url);
  g_free (self->destination);
  g_free (self->variants);
  g_strfreev (self->keys);
  g_free (self);
}

/* Lists the keys of the links that share the Variants of the first. */
static void
add_allowed_part (const Plan *plan, GPtrArray *parts, const BullaLink *preload)
{
  g_autofree char *url = dup_preloaded_url (plan, preload);
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  if (g_hash_table_contains (plan->tried, url))
    return;
  g_autoptr (GPtrArray) links = list_allowed_for (plan, url);
  if (links->len == 0)
    return;
  g_hash_table_add (plan->tried, g_strdup (url));
  const char *variants = bulla_link_get (links->pdata[0], variants_name (plan));
  for (guint i = 0; i < links->len; i++) {
    const char *key = bulla_link_get (links->pdata[i], key_name (plan));
    if (key != NULL
        && g_strcmp0 (bulla_link_get (links->pdata[i], variants_name (plan)), variants) == 0)
      g_strv_builder_add (keys, key);
  }
  BullaAllowedPart *part = g_new (BullaAllowedPart, 1);
  *part = (BullaAllowedPart){g_steal_pointer (&url), g_strdup (bulla_link_get (preload, "as")),
                             g_strdup (variants), g_strv_builder_end (keys)};
  g_ptr_array_add (parts, part);
}

/**
 * bulla_alternates_list: (skip)
 * @facts: facts about the page's exchange
 * @settings: settings of the profile
 *
 * Unlike bulla_alternates_plan(), chooses nothing, and does not ask what a deliverer offers.
 *
 * Returns: (transfer full) (element-type BullaAllowedPart): the subresources that the page preloads
 *   and allows as exchanges, at most %BULLA_ALTERNATES_MAX
 */
GPtrArray *
bulla_alternates_list (const BullaFacts *facts, const BullaSettings *settings)
{
  const BullaHeader *inner = bulla_facts_find_header (facts, "link");
  GPtrArray *parts = g_ptr_array_new_with_free_func (allowed_part_free);

  if (inner == NULL || facts->request_url == NULL)
    return parts;
  g_autoptr (GPtrArray) links = bulla_links_read (inner->value, facts->request_url);
  g_autoptr (GPtrArray) allowed = list_allowed (links);
  g_autoptr (GHashTable) tried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Plan plan = {
      .allowed = allowed, .tried = tried, .inner_url = facts->request_url, .settings = settings};
  for (guint i = 0; i < links->len && g_hash_table_size (tried) < BULLA_ALTERNATES_MAX; i++)
    if (is_preload (links->pdata[i]))
      add_allowed_part (&plan, parts, links->pdata[i]);
  return parts;
}

/**
 * bulla_alternates_plan: (skip)
 * @facts: facts about the page's exchange, which may be substituted
 * @outer_link: (nullable): the Link field of the outer response
 * @request: the request headers that the page's subresources will be fetched with
 * @client: (nullable): the client whose Accept each of them has; %NULL for that of @request
 * @viewport: (nullable): the size of the view that will show the page
 * @settings: settings of the profile
 *
 * A preload without `allowed-alt-sxg` is left out: fetching it before the page is shown would
 * disclose the prefetch to its server. At most %BULLA_ALTERNATES_MAX URLs that have one are looked
 * at, also if the request selects none of their variants.
 *
 * Returns: (transfer full) (element-type BullaAlternate): the subresources for which the page
 *   allows an exchange, at most %BULLA_ALTERNATES_MAX
 */
GPtrArray *
bulla_alternates_plan (const BullaFacts *facts, const char *outer_link,
                       const BullaRequestFacts *request, const BullaClient *client,
                       const BullaViewport *viewport, const BullaSettings *settings)
{
  const BullaHeader *inner = bulla_facts_find_header (facts, "link");
  GPtrArray *parts = g_ptr_array_new_with_free_func (alternate_free);

  if (inner == NULL || facts->request_url == NULL || facts->outer.url == NULL)
    return parts;
  g_autoptr (GPtrArray) outer_links = bulla_links_read (outer_link, facts->outer.url);
  g_autoptr (GPtrArray) inner_links = bulla_links_read (inner->value, facts->request_url);
  g_autoptr (GPtrArray) allowed = list_allowed (inner_links);
  g_autoptr (GHashTable) tried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Plan plan = {
      .outer = outer_links,
      .allowed = allowed,
      .tried = tried,
      .outer_url = facts->outer.url,
      .inner_url = facts->request_url,
      .request = request,
      .client = client,
      .viewport = viewport,
      .settings = settings,
  };
  for (guint i = 0; i < inner_links->len && g_hash_table_size (tried) < BULLA_ALTERNATES_MAX; i++) {
    const BullaLink *link = inner_links->pdata[i];
    if (is_preload (link))
      add_part (&plan, parts, link);
  }
  return parts;
}
