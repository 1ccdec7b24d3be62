/* bulla-gateway-prefetch.c - what a page wants before it is asked for: fetched, judged, kept
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD, "Monkeypatch Link type prefetch"; SUB. Nothing here ever turns to the publisher of an
 * exchange: what fails is a network error, and no fallback. */
#include "bulla-gateway-private.h"

#include "bulla-fetcher.h"
#include "bulla-field.h"
#include "bulla-loader-private.h"
#include "bulla-outer-private.h"

#define ACCEPT "application/signed-exchange;v=b3;q=0.9,*/*;q=0.8"

typedef struct {
  BullaGateway *gateway;        /* owned */
  BullaGatewaySession *session; /* owned */
  BullaGatewayRequest *request; /* owned; NULL: a header asked for it, or it is a part */
  char *view;                   /* owned */
  char *url;                    /* owned */
  char *accept_language;        /* owned; nullable */
  char *user_agent;             /* owned; nullable */
  char *referrer;               /* owned; nullable */
  char *page, *page_host;       /* owned; the page's URL, and its host */
  guint view_number;            /* in the ledger */
  gint64 started;               /* g_get_monotonic_time() */
  gboolean may_go_private;
  gboolean begun;            /* it is one of those that @into counts */
  BullaPrefetches *into;     /* owned; of the page that asks */
  BullaPrefetch *whole;      /* owned; nullable: the exchange that this is a part of */
  guint part;                /* which one */
  BullaOuter *outer;         /* owned; nullable until it comes */
  GCancellable *cancellable; /* owned */
} Prefetching;

static void
prefetching_free (Prefetching *self)
{
  if (self->begun)
    bulla_prefetches_end (self->into);
  g_clear_pointer (&self->request, bulla_gateway_request_unref);
  bulla_gateway_session_unref (self->session);
  g_object_unref (self->gateway);
  g_free (self->view);
  g_free (self->url);
  g_free (self->accept_language);
  g_free (self->user_agent);
  g_free (self->referrer);
  g_free (self->page);
  g_free (self->page_host);
  g_object_unref (self->into);
  g_clear_object (&self->whole);
  g_clear_pointer (&self->outer, bulla_outer_unref);
  g_object_unref (self->cancellable);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Prefetching, prefetching_free)

/* the client is still there, if there is one that waits */
static gboolean
is_wanted (Prefetching *self)
{
  return self->request == NULL || self->request->message != NULL;
}

/* Parts count by their bytes alone. What is under way may still fail; but who has asked for as many
 * as may be kept has asked for enough. */
static gboolean
is_full (Prefetching *self)
{
  BullaProfile *profile = bulla_loader_get_profile (self->gateway->loader);
  guint n = bulla_prefetches_get_n_entries (self->into)
            + bulla_prefetches_get_n_underway (self->into) - (self->begun ? 1 : 0);

  return bulla_prefetches_get_room (self->into) == 0
         || (self->whole == NULL && n >= bulla_profile_get_settings (profile)->entries_max);
}

/* as far as its server says how long it is */
static gboolean
has_room (Prefetching *self)
{
  const char *field = bulla_outer_get_header (self->outer, "content-length");
  guint64 length = 0;

  return field == NULL || !g_ascii_string_to_unsigned (field, 10, 0, G_MAXUINT64, &length, NULL)
         || length <= bulla_prefetches_get_room (self->into);
}

/* --- how it ends */

/* @load: (nullable) */
static void
refuse (Prefetching *self, BullaLoad *load, const char *why)
{
  bulla_gateway_emit_refused (self->gateway, self->view, self->url, load, why);
  if (self->request != NULL)
    bulla_gateway_request_refuse (self->request, why);
}

static void
refuse_full (Prefetching *self)
{
  g_autofree char *why = bulla_gateway_dup_full ();

  refuse (self, NULL, why);
}

static void
refuse_by_verdict (Prefetching *self, BullaLoad *load, BullaVerdict *verdict)
{
  g_autofree char *why = bulla_verdict_describe (verdict, FALSE);

  refuse (self, load, why);
}

/* @load, @mismatch: (nullable) */
static void
report (Prefetching *self, BullaLoad *load, BullaVerdict *mismatch)
{
  BullaGatewayAsker who = {self->session,    self->view,     self->page_host,
                           self->user_agent, self->referrer, self->started};

  bulla_gateway_report_prefetched (self->gateway, &who, self->outer, load, mismatch);
}

static void
tell_kept (BullaGatewayRequest *request, BullaPrefetch *prefetch)
{
  g_autoptr (GInputStream) body = bulla_spool_open (bulla_prefetch_get_spool (prefetch));

  bulla_gateway_prefetch_tell (request, SOUP_STATUS_OK, bulla_prefetch_get_outer (prefetch), body);
}

static void prefetch_parts (Prefetching *self, BullaPrefetch *whole);

static void
keep (Prefetching *self, BullaLoad *load, GInputStream *body)
{
  g_autoptr (BullaSpool) spool = bulla_prefetches_spool (self->into, body);
  g_autoptr (BullaPrefetch) prefetch =
      bulla_prefetch_new (self->outer, load, spool, bulla_loader_get_time (self->gateway->loader));

  if (self->whole != NULL)
    bulla_prefetch_set_part (self->whole, self->part, prefetch);
  else
    bulla_prefetches_put (self->into, self->url, prefetch);
  bulla_gateway_emit_prefetched (self->gateway, self->view, self->url, load);
  if (self->request != NULL) {
    bulla_gateway_request_detach (
        self->request); /* the page may be gone before all of it is here */
    tell_kept (self->request, prefetch);
  }
  if (self->whole == NULL && load != NULL)
    prefetch_parts (self, prefetch);
}

/* --- what came */

static void
fill_request (Prefetching *self, const char *url, BullaRequestFacts *facts)
{
  *facts = (BullaRequestFacts){
      .method = "GET",
      .url = url,
      .accept_language = self->accept_language,
      .destination = BULLA_DESTINATION_PREFETCH,
  };
}

static void
judge (Prefetching *self, BullaLoad *load)
{
  BullaRequestFacts facts;
  g_auto (BullaPartFacts) part = {NULL};
  g_autoptr (GInputStream) none = g_memory_input_stream_new ();
  g_autoptr (BullaSpool) empty = bulla_spool_new (none, 0);
  g_autoptr (BullaPrefetch) probe =
      bulla_prefetch_new (self->outer, load, empty, bulla_loader_get_time (self->gateway->loader));
  BullaPrefetchFacts prefetch;

  fill_request (self, bulla_load_get_url (load), &facts);
  bulla_prefetch_fill (probe, &prefetch);
  prefetch.n_kept = bulla_prefetches_get_n_entries (self->into);
  facts.prefetch = &prefetch;
  if (self->whole != NULL) {
    prefetch.n_kept = 0;
    bulla_prefetch_fill_part (self->whole, self->part, probe, &part);
    facts.part = &part;
  }
  g_autoptr (BullaVerdict) verdict =
      bulla_load_judge_request (load, &facts, bulla_loader_get_time (self->gateway->loader));
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_SERVE) {
    keep (self, load, bulla_load_get_body (load));
    return;
  }
  report (self, load, verdict);
  refuse_by_verdict (self, load, verdict);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Prefetching) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_loader_load_finish (BULLA_LOADER (object), result, &error);

  if (!is_wanted (self))
    return;
  if (load == NULL) {
    refuse (self, NULL, error->message);
    return;
  }
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  bulla_gateway_emit_decided (self->gateway, self->view, load);
  report (self, load, NULL);
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE)
    judge (self, load);
  else
    refuse_by_verdict (self, load, verdict);
}

static void
take_header (gpointer name, gpointer value, gpointer user_data)
{
  bulla_outer_set_header (user_data, name, value);
}

/* An ordinary response is kept as well, where anybody may keep it: credentials had no part in it.
 */
static void
take_plain (Prefetching *self, BullaFetchResult *result)
{
  const char *caching = bulla_outer_get_header (self->outer, "cache-control");
  gboolean keepable = result->status == SOUP_STATUS_OK
                      && !bulla_field_has_directive (caching, "no-store") && has_room (self);

  if (self->whole != NULL) {
    g_autofree char *why = g_strdup_printf ("%s is no signed exchange", self->url);
    refuse (self, NULL, why);
  } else if (is_full (self)) {
    refuse_full (self);
  } else if (keepable) {
    keep (self, NULL, result->stream);
  } else if (self->request != NULL) {
    bulla_gateway_prefetch_tell (self->request, result->status, self->outer, result->stream);
  }
}

/* of a part it is the page's own rule: all of them, or none */
static BullaCause
cause_of (Prefetching *self)
{
  return (BullaCause){self->view_number, self->page, "prefetch",
                      self->whole != NULL ? "alternate.all" : NULL};
}

static void
fetched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Prefetching) self = user_data;
  BullaLoader *loader = self->gateway->loader;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) fetched =
      bulla_fetcher_send_finish (BULLA_FETCHER (object), result, &error);

  if (!is_wanted (self))
    return;
  if (fetched == NULL) {
    refuse (self, NULL, error->message);
    return;
  }
  self->outer = bulla_outer_new (fetched->final_url);
  g_hash_table_foreach (fetched->headers, take_header, self->outer);
  const BullaCause cause = cause_of (self);
  bulla_outer_set_cause (self->outer, &cause);
  bulla_outer_set_status (self->outer, fetched->status);
  bulla_outer_set_server (self->outer, fetched->server_address, fetched->protocol);
  report (self, NULL, NULL);
  if (bulla_loader_recognise (loader, self->outer) != BULLA_PACKAGE_EXCHANGE) {
    take_plain (self, fetched);
    return;
  }
  if (!has_room (self)) {
    refuse_full (self);
    return;
  }
  Prefetching *walking = g_steal_pointer (&self);
  bulla_loader_load_async (loader, walking->outer, fetched->stream, NULL, walking->cancellable,
                           loaded_cb, walking);
}

/* takes @user_data */
static gboolean
send_cb (gpointer user_data)
{
  Prefetching *self = user_data;

  if (!is_wanted (self)) {
    prefetching_free (self);
    return G_SOURCE_REMOVE;
  }
  self->started = g_get_monotonic_time ();
  const char *fields[16] = {"Sec-Purpose", "prefetch"};
  guint n = 2;
  struct {
    const char *name, *value;
  } more[] = {
      {"Referer", self->referrer},
      {"Accept-Language", self->accept_language},
      {"User-Agent", self->user_agent},
  };

  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    if (more[i].value != NULL) {
      fields[n++] = more[i].name;
      fields[n++] = more[i].value;
    }
  BullaFetchOptions options = {
      .url = self->url,
      .accept = ACCEPT,
      .cause = cause_of (self),
      .follow_redirects = TRUE,
      .public_only = !self->may_go_private,
      .headers = fields,
      .insecure = TRUE, /* and then refused, with that reason */
      .max_size = G_MAXSIZE,
  };
  bulla_fetcher_send_async (bulla_loader_get_fetcher (self->gateway->loader), &options,
                            self->cancellable, fetched_cb, self);
  return G_SOURCE_REMOVE;
}

/* @self: (transfer full) */
static void
start (Prefetching *self)
{
  if (is_full (self)) {
    refuse_full (self);
    prefetching_free (self);
    return;
  }
  if (self->whole == NULL) {
    self->begun = TRUE;
    bulla_prefetches_begin (self->into);
  }
  guint wait = bulla_gateway_prefetch_take_turn (self->gateway);
  if (wait > 0)
    g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, wait, send_cb, self, NULL);
  else
    send_cb (self);
}

/* --- who asks */

/* of a page whose request this is */
static Prefetching *
make (BullaGatewayRequest *request, BullaGatewayPage *page, const char *url)
{
  Prefetching *self = g_new0 (Prefetching, 1);

  self->gateway = g_object_ref (request->gateway);
  self->session = bulla_gateway_session_ref (request->session);
  self->view = g_strdup (request->view);
  self->url = g_strdup (url);
  self->page = g_strdup (page->key);
  self->page_host = g_strdup (page->host);
  self->view_number = request->view_number;
  self->accept_language = g_strdup (bulla_gateway_request_get_header (request, "Accept-Language"));
  self->user_agent = g_strdup (bulla_gateway_request_get_header (request, "User-Agent"));
  self->into = g_object_ref (bulla_gateway_prefetch_into (request, page));
  return self;
}

/* what the page allows as exchanges, from where its deliverer has them */
static void
prefetch_parts (Prefetching *self, BullaPrefetch *whole)
{
  BullaLoader *loader = self->gateway->loader;
  const BullaViewport *viewport = g_hash_table_lookup (self->session->viewports, self->view);
  BullaRequestFacts facts;

  fill_request (self, bulla_load_get_url (bulla_prefetch_get_load (whole)), &facts);
  bulla_prefetch_plan (whole, &facts, viewport,
                       bulla_profile_get_settings (bulla_loader_get_profile (loader)));
  for (guint i = 0; i < bulla_prefetch_get_n_parts (whole); i++) {
    const BullaAlternate *plan = bulla_prefetch_get_plan (whole, i);
    if (plan->package_url == NULL)
      continue;
    BullaPrefetch *kept = bulla_prefetches_find_part (self->into, plan);
    if (kept != NULL) { /* judged when it is used, as all of them */
      bulla_prefetch_set_part (whole, i, kept);
      continue;
    }
    Prefetching *part = g_new0 (Prefetching, 1);
    part->gateway = g_object_ref (self->gateway);
    part->session = bulla_gateway_session_ref (self->session);
    part->view = g_strdup (self->view);
    part->page = g_strdup (self->page);
    part->page_host = g_strdup (self->page_host);
    part->view_number = self->view_number;
    part->url = g_strdup (plan->package_url);
    part->accept_language = g_strdup (self->accept_language);
    part->user_agent = g_strdup (self->user_agent);
    part->may_go_private = self->may_go_private;
    part->into = g_object_ref (self->into);
    part->whole = g_object_ref (whole);
    part->part = i;
    part->cancellable = g_object_ref (self->session->cancellable);
    start (part);
  }
}

/**
 * bulla_gateway_prefetch_for_page:
 * @request: the navigation that shows @page
 * @page: a page
 * @url: what it wants
 * @referrer: (nullable): what its server is told of the page
 * @may_go_private: whether that may be a host of this machine or its network
 *
 * As bulla_gateway_prefetch_answer(), for a page that does not ask itself.
 */
void
bulla_gateway_prefetch_for_page (BullaGatewayRequest *request, BullaGatewayPage *page,
                                 const char *url, const char *referrer, gboolean may_go_private)
{
  Prefetching *self = make (request, page, url);

  self->referrer = g_strdup (referrer);
  self->may_go_private = may_go_private;
  self->cancellable = g_object_ref (self->session->cancellable);
  start (self);
}

/**
 * bulla_gateway_prefetch_answer:
 * @request: a prefetch by a known view
 *
 * It is fetched without credentials, and kept for the page that asks, and for no other.
 */
void
bulla_gateway_prefetch_answer (BullaGatewayRequest *request)
{
  BullaGatewayPage *page = bulla_gateway_pages_find (request);
  BullaPrefetch *kept = page != NULL && page->prefetches != NULL
                            ? bulla_prefetches_find (page->prefetches, request->url)
                            : NULL;

  if (!g_str_equal (soup_server_message_get_method (request->message), SOUP_METHOD_GET)
      || page == NULL) {
    bulla_gateway_refuse (request, NULL, "a prefetch without a page");
    return;
  }
  if (page->kept != NULL && bulla_kept_bundle_find (page->kept, request->url) >= 0) {
    bulla_gateway_bundle_answer (request);
    return;
  }
  soup_server_message_pause (request->message);
  if (kept != NULL) {
    tell_kept (request, kept);
    return;
  }
  Prefetching *self = make (request, page, request->url);
  self->request = bulla_gateway_request_ref (request);
  self->referrer = g_strdup (bulla_gateway_request_get_header (request, "Referer"));
  self->may_go_private = bulla_gateway_request_may_go_private (request);
  self->cancellable = g_object_ref (request->cancellable);
  start (self);
}
