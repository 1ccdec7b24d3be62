/* bulla-prefetch.c - one prefetched response, with the prefetched parts of its page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-prefetch.h"

#include "bulla-judge.h"
#include "bulla-load-internal.h"
#include "bulla-url-key.h"
#include "bulla-url.h"

struct _BullaPrefetch {
  GObject parent_instance;
  BullaOuter *outer; /* owned; the response of the server */
  BullaLoad *load;   /* owned; NULL unless the response is an exchange */
  BullaSpool *spool; /* owned; the body; for an exchange, that of the signed response */
  gint64 since;      /* Unix time in s at which it was received */
  GPtrArray *plan;   /* owned; NULL before bulla_prefetch_plan(); of BullaAlternate */
  GPtrArray *parts;  /* owned; NULL if @plan is; a BullaPrefetch or NULL for each entry of @plan */
};

G_DEFINE_FINAL_TYPE (BullaPrefetch, bulla_prefetch, G_TYPE_OBJECT)

static void
bulla_prefetch_finalize (GObject *object)
{
  BullaPrefetch *self = BULLA_PREFETCH (object);

  bulla_outer_unref (self->outer);
  g_clear_object (&self->load);
  g_object_unref (self->spool);
  g_clear_pointer (&self->plan, g_ptr_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  G_OBJECT_CLASS (bulla_prefetch_parent_class)->finalize (object);
}

static void
bulla_prefetch_class_init (BullaPrefetchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_prefetch_finalize;
}

static void
bulla_prefetch_init (BullaPrefetch *self)
{
}

/**
 * bulla_prefetch_new:
 * @outer: the server's response
 * @load: (nullable): the exchange in @outer, which may be substituted; %NULL if @outer is not a
 *   package
 * @body: the body of the exchange, or of @outer
 * @now: Unix seconds
 *
 * Returns: (transfer full): the prefetched response
 */
BullaPrefetch *
bulla_prefetch_new (BullaOuter *outer, BullaLoad *load, BullaSpool *body, gint64 now)
{
  BullaPrefetch *self = g_object_new (BULLA_TYPE_PREFETCH, NULL);

  self->outer = bulla_outer_ref (outer);
  self->load = load != NULL ? g_object_ref (load) : NULL;
  self->spool = g_object_ref (body);
  self->since = now;
  return self;
}

BullaOuter *
bulla_prefetch_get_outer (BullaPrefetch *self)
{
  return self->outer;
}

BullaLoad *
bulla_prefetch_get_load (BullaPrefetch *self)
{
  return self->load;
}

BullaSpool *
bulla_prefetch_get_spool (BullaPrefetch *self)
{
  return self->spool;
}

/**
 * bulla_prefetch_is_finished:
 * @self: a prefetched response
 *
 * Returns: whether the whole body has arrived and matches its signature
 */
gboolean
bulla_prefetch_is_finished (BullaPrefetch *self)
{
  return bulla_spool_is_complete (self->spool) && bulla_spool_get_error (self->spool) == NULL;
}

static gint64
get_age (BullaPrefetch *self)
{
  const char *field = bulla_outer_get_header (self->outer, "age");

  /* RFC 9111 5.1: uses the first value; one that is too large becomes the maximum. */
  return field != NULL ? (gint64)MIN (g_ascii_strtoull (field, NULL, 10), BULLA_LIFETIME_MAX) : 0;
}

/* @facts: (out): borrowed from @self */
void
bulla_prefetch_fill (BullaPrefetch *self, BullaPrefetchFacts *facts)
{
  *facts = (BullaPrefetchFacts){
      .since = self->since,
      .age = get_age (self),
      .cache_control = bulla_outer_get_header (self->outer, "cache-control"),
      .vary = bulla_outer_get_header (self->outer, "vary"),
  };
}

/**
 * bulla_prefetch_may_answer:
 * @self: a prefetched response that is not a package
 * @request: facts about a request for its URL
 * @now: Unix seconds
 *
 * Returns: whether it may answer without contacting its server, as bulla_judge_plain_prefetch()
 *   decides
 */
gboolean
bulla_prefetch_may_answer (BullaPrefetch *self, const BullaRequestFacts *request, gint64 now)
{
  BullaPrefetchFacts facts;

  bulla_prefetch_fill (self, &facts);
  return bulla_judge_plain_prefetch (&facts, request, now)
         && bulla_spool_get_error (self->spool) == NULL;
}

/**
 * bulla_prefetch_is_usable:
 * @self: a prefetched response
 * @request: facts about the later request
 * @now: Unix seconds
 *
 * Returns: whether the prefetch could answer that request, as far as is known now
 */
gboolean
bulla_prefetch_is_usable (BullaPrefetch *self, const BullaRequestFacts *request, gint64 now)
{
  BullaPrefetchFacts kept;
  BullaRequestFacts facts = *request;

  if (self->load == NULL)
    return bulla_prefetch_may_answer (self, request, now);
  bulla_prefetch_fill (self, &kept);
  facts.url = bulla_load_get_url (self->load);
  facts.prefetch = &kept;
  g_autoptr (BullaVerdict) verdict = bulla_load_judge_request (self->load, &facts, now);
  BullaReason reason = bulla_verdict_get_reason (verdict);
  return bulla_spool_get_error (self->spool) == NULL
         && (reason == BULLA_REASON_NONE || reason == BULLA_REASON_REQUEST_VARIANTS);
}

/**
 * bulla_prefetch_is_fresh:
 * @self: an ordinary response
 * @now: Unix seconds
 *
 * Returns: whether its header fields allow use without revalidation, as for any cache
 */
gboolean
bulla_prefetch_is_fresh (BullaPrefetch *self, gint64 now)
{
  gint64 lifetime = 0;

  return bulla_field_get_lifetime (bulla_outer_get_header (self->outer, "cache-control"), &lifetime)
         && now < self->since + lifetime - get_age (self)
         && bulla_spool_get_error (self->spool) == NULL;
}

/* --- the parts of its page */

static void
part_free (gpointer part)
{
  g_clear_object (&part);
}

/**
 * bulla_prefetch_plan:
 * @self: an exchange that was prefetched
 * @request: facts about the requests for parts of the page
 * @client: (nullable): the client whose Accept each of them has
 * @viewport: (nullable): viewport of the view that will show the page
 * @settings: settings of the profile
 *
 * Spec: LOAD, "Monkeypatch Link type prefetch", steps 2 and 3.
 */
void
bulla_prefetch_plan (BullaPrefetch *self, const BullaRequestFacts *request,
                     const BullaClient *client, const BullaViewport *viewport,
                     const BullaSettings *settings)
{
  g_return_if_fail (self->load != NULL && self->plan == NULL);
  self->plan = bulla_alternates_plan (bulla_load_get_facts (self->load),
                                      bulla_outer_get_header (self->outer, "link"), request, client,
                                      viewport, settings);
  self->parts = g_ptr_array_new_with_free_func (part_free);
  g_ptr_array_set_size (self->parts, (gint)self->plan->len);
}

guint
bulla_prefetch_get_n_parts (BullaPrefetch *self)
{
  return self->plan != NULL ? self->plan->len : 0;
}

/* Returns: (transfer none): the parts that the page allows */
const BullaAlternate *
bulla_prefetch_get_plan (BullaPrefetch *self, guint part)
{
  return self->plan->pdata[part];
}

/* Returns: the index of the part; -1 if there is none */
gint
bulla_prefetch_find_part (BullaPrefetch *self, const char *url)
{
  for (guint i = 0; i < bulla_prefetch_get_n_parts (self); i++)
    if (bulla_url_same (bulla_prefetch_get_plan (self, i)->url, url))
      return (gint)i;
  return -1;
}

/* Returns: (transfer none) (nullable): the prefetched part; %NULL if it is not usable */
BullaPrefetch *
bulla_prefetch_get_part (BullaPrefetch *self, guint part)
{
  return self->parts->pdata[part];
}

void
bulla_prefetch_set_part (BullaPrefetch *self, guint part, BullaPrefetch *prefetch)
{
  g_set_object ((BullaPrefetch **)&self->parts->pdata[part], prefetch);
}

/* Returns: (nullable): an allowed part without a usable response; NULL if there is none */
static const char *
find_missing (BullaPrefetch *self)
{
  for (guint i = 0; i < bulla_prefetch_get_n_parts (self); i++)
    if (self->parts->pdata[i] == NULL)
      return bulla_prefetch_get_plan (self, i)->url;
  return NULL;
}

/**
 * bulla_prefetch_fill_part:
 * @self: an exchange
 * @part: index of the part
 * @prefetch: the prefetched part
 * @facts: (out): facts for the judgement; borrowed from both
 */
void
bulla_prefetch_fill_part (BullaPrefetch *self, guint part, BullaPrefetch *prefetch,
                          BullaPartFacts *facts)
{
  const BullaAlternate *plan = bulla_prefetch_get_plan (self, part);

  bulla_load_get_header_integrity (prefetch->load);
  *facts = (BullaPartFacts){
      .url = plan->url,
      .header_integrity = plan->header_integrity,
      .deliverer = bulla_url_dup_origin (bulla_outer_get_url (prefetch->outer)),
      .page_deliverer = bulla_url_dup_origin (bulla_outer_get_url (self->outer)),
      .finished = bulla_prefetch_is_finished (prefetch),
      .missing = find_missing (self),
  };
}

/* Frees the facts that bulla_prefetch_fill_part() allocated. */
void
bulla_part_facts_clear (BullaPartFacts *facts)
{
  g_free ((char *)facts->deliverer);
  g_free ((char *)facts->page_deliverer);
}
