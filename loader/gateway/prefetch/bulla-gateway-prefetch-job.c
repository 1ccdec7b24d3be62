/* bulla-gateway-prefetch-job.c - fetches, judges and keeps one response that a page prefetches
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD, "Monkeypatch Link type prefetch"; SUB. A failed prefetch is a network error,
 * without a fallback: no request is sent to the exchange's publisher. */
#include "bulla-gateway-prefetch-job.h"

#include "bulla-fetcher.h"
#include "bulla-field.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-limits.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-prefetch-judge-parts.h"
#include "bulla-gateway-prefetch-start.h"
#include "bulla-gateway-reply.h"
#include "bulla-gateway-report.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-view.h"
#include "bulla-ledger-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"

#define ACCEPT "application/signed-exchange;v=b3;q=0.9,*/*;q=0.8"

void
bulla_gateway_prefetch_job_free (BullaGatewayPrefetchJob *self)
{
  if (self->begun)
    bulla_prefetches_end (self->into);
  g_clear_pointer (&self->turn, bulla_turn_free);
  g_clear_pointer (&self->request, bulla_gateway_request_unref);
  bulla_gateway_session_unref (self->session);
  g_object_unref (self->gateway);
  bulla_gateway_view_unref (self->view);
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

/* Returns: whether the client still waits, or none has to be answered */
static gboolean
is_wanted (BullaGatewayPrefetchJob *self)
{
  return self->request == NULL || !self->request->over;
}

/* Parts are limited by their bytes alone. Pending prefetches count towards the limit although they
 * may still fail. */
static gboolean
is_full (BullaGatewayPrefetchJob *self)
{
  BullaProfile *profile = bulla_loader_get_profile (self->gateway->loader);
  guint n = bulla_prefetches_get_n_entries (self->into)
            + bulla_prefetches_get_n_underway (self->into) - (self->begun ? 1 : 0);

  return bulla_prefetches_get_bytes_left (self->into) == 0
         || (self->whole == NULL && n >= bulla_profile_get_settings (profile)->entries_max);
}

/* Checks the size that the server announces, if it does. */
static gboolean
has_room (BullaGatewayPrefetchJob *self)
{
  const char *field = bulla_outer_get_header (self->outer, "content-length");
  guint64 length = 0;

  return field == NULL || !g_ascii_string_to_unsigned (field, 10, 0, G_MAXUINT64, &length, NULL)
         || length <= bulla_prefetches_get_bytes_left (self->into);
}

/* A prefetch is cancelled with its page or its client, and at its deadline. */
static void
own_cancellable (BullaGatewayPrefetchJob *self)
{
  g_autoptr (GCancellable) parent = g_steal_pointer (&self->cancellable);

  self->cancellable = g_cancellable_new ();
  if (g_cancellable_is_cancelled (parent))
    g_cancellable_cancel (self->cancellable);
  else
    g_signal_connect_object (parent, "cancelled", G_CALLBACK (g_cancellable_cancel),
                             self->cancellable, G_CONNECT_SWAPPED);
}

/* --- end of a prefetch */

static BullaCause cause_of (BullaGatewayPrefetchJob *self);

/* @load, @verdict: (nullable): the package, and the verdict on it or on the request */
static void
refuse_prefetch (BullaGatewayPrefetchJob *self, BullaLoad *load, const char *why,
                 BullaVerdict *verdict)
{
  if (self->whole != NULL) { /* the later request for the part only finds it missing */
    BullaCause cause = cause_of (self);
    cause.rule = bulla_reason_get_nick (verdict != NULL ? bulla_verdict_get_reason (verdict)
                                                        : BULLA_REASON_ALTERNATE_MISSING);
    bulla_ledger_add_unused (bulla_loader_get_ledger (self->gateway->loader), &cause,
                             bulla_prefetch_get_plan (self->whole, self->part)->url, why);
  }
  bulla_gateway_emit_refused (self->gateway, self->view_token, self->url, load, why, verdict);
  if (self->request != NULL)
    bulla_gateway_reply_refuse (self->request, why);
}

static void
refuse_by_error (BullaGatewayPrefetchJob *self, const GError *error)
{
  const GError *expired = bulla_turn_get_error (self->turn);

  refuse_prefetch (self, NULL, expired != NULL ? expired->message : error->message, NULL);
}

static void
refuse_full (BullaGatewayPrefetchJob *self)
{
  g_autofree char *why = bulla_gateway_dup_full ();

  refuse_prefetch (self, NULL, why, NULL);
}

static void
refuse_by_verdict (BullaGatewayPrefetchJob *self, BullaLoad *load, BullaVerdict *verdict)
{
  g_autofree char *why = self->whole != NULL ? bulla_gateway_parts_dup_why (verdict)
                                             : bulla_verdict_describe (verdict, FALSE);

  refuse_prefetch (self, load, why, verdict);
}

static void
add_plain_header (const char *name, const char *value, gpointer user_data)
{
  static const char *const kept[] = {"content-type",
                                     "access-control-allow-origin",
                                     "access-control-allow-credentials",
                                     "cross-origin-resource-policy",
                                     "timing-allow-origin",
                                     NULL};

  if (g_strv_contains (kept, name))
    soup_message_headers_append (user_data, name, value);
}

/* Answers the client, which only needs to know when the prefetch is complete, and its size. */
static void
reply_to_client (BullaGatewayRequest *request, guint status, BullaOuter *outer, GInputStream *body)
{
  SoupMessageHeaders *headers = request->response;

  bulla_gateway_reply_start (request, status, NULL);
  bulla_outer_foreach_header (outer, add_plain_header, headers);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  bulla_gateway_reply_stream (request, body, -1);
}

/* @load, @mismatch: (nullable): the package, and why it does not fit the page */
static void
report_exchange (BullaGatewayPrefetchJob *self, BullaLoad *load, BullaVerdict *mismatch)
{
  BullaGatewayInitiator who = {self->session,    self->view_token, self->page_host,
                               self->user_agent, self->referrer,   self->started};

  bulla_gateway_report_prefetched (self->gateway, &who, self->outer, load, mismatch);
}

void
bulla_gateway_prefetch_job_reply (BullaGatewayRequest *request, BullaPrefetch *prefetch)
{
  g_autoptr (GInputStream) body = bulla_spool_open (bulla_prefetch_get_spool (prefetch));

  reply_to_client (request, SOUP_STATUS_OK, bulla_prefetch_get_outer (prefetch), body);
}

static void
keep_response (BullaGatewayPrefetchJob *self, BullaLoad *load, GInputStream *body)
{
  g_autoptr (BullaSpool) spool = bulla_prefetches_spool (self->into, body);
  g_autoptr (BullaPrefetch) prefetch =
      bulla_prefetch_new (self->outer, load, spool, bulla_loader_get_time (self->gateway->loader));

  if (self->whole != NULL)
    bulla_prefetch_set_part (self->whole, self->part, prefetch);
  else
    bulla_prefetches_put (self->into, self->url, prefetch);
  bulla_turn_follow (g_steal_pointer (&self->turn), spool);
  bulla_gateway_emit_prefetched (self->gateway, self->view_token, self->url, load);
  if (self->request != NULL) {
    bulla_gateway_request_detach (
        self->request); /* the page may be closed before the body is complete */
    bulla_gateway_prefetch_job_reply (self->request, prefetch);
  }
  if (self->whole == NULL && load != NULL)
    bulla_gateway_prefetch_parts (self, prefetch);
}

/* --- judging the response */

/* Returns: (transfer none): what the view asks for, or without a view the engine itself */
BullaClient *
bulla_gateway_prefetch_job_get_client (BullaGatewayPrefetchJob *self)
{
  return self->view != NULL ? bulla_gateway_view_get_client (self->view, self->gateway)
                            : self->gateway->client;
}

/* @facts: (out): facts about the later request for the page or its part */
void
bulla_gateway_prefetch_job_fill (BullaGatewayPrefetchJob *self, const char *url,
                                 BullaRequestFacts *facts)
{
  *facts = (BullaRequestFacts){
      .method = "GET",
      .url = url,
      .accept_language = self->accept_language,
      .accept_encoding = bulla_gateway_prefetch_job_get_client (self)->encoding_https,
      .destination = BULLA_DESTINATION_PREFETCH,
  };
  const char *destination = self->whole != NULL
                                ? bulla_prefetch_get_plan (self->whole, self->part)->destination
                                : "document";
  if (!bulla_client_find_accept (bulla_gateway_prefetch_job_get_client (self), destination,
                                 &facts->accept))
    facts->accept = "*/*";
}

static void
judge_prefetch (BullaGatewayPrefetchJob *self, BullaLoad *load)
{
  BullaRequestFacts facts;
  g_auto (BullaPartFacts) part = {NULL};
  g_autoptr (GInputStream) none = g_memory_input_stream_new ();
  g_autoptr (BullaSpool) empty = bulla_spool_new (none, 0);
  g_autoptr (BullaPrefetch) probe =
      bulla_prefetch_new (self->outer, load, empty, bulla_loader_get_time (self->gateway->loader));
  BullaPrefetchFacts prefetch;

  bulla_gateway_prefetch_job_fill (self, bulla_load_get_url (load), &facts);
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
    keep_response (self, load, bulla_load_get_body (load));
    return;
  }
  report_exchange (self, load, verdict);
  refuse_by_verdict (self, load, verdict);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaGatewayPrefetchJob) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_loader_load_finish (BULLA_LOADER (object), result, &error);

  if (!is_wanted (self))
    return;
  if (load == NULL) {
    refuse_by_error (self, error);
    return;
  }
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  bulla_gateway_emit_decided (self->gateway, self->view_token, load);
  report_exchange (self, load, NULL);
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE)
    judge_prefetch (self, load);
  else
    refuse_by_verdict (self, load, verdict);
}

static void
take_header (gpointer name, gpointer value, gpointer user_data)
{
  bulla_outer_set_header (user_data, name, value);
}

/* An ordinary response is kept too if shared caches may store it, because it was requested without
 * credentials. */
static void
take_plain (BullaGatewayPrefetchJob *self, BullaFetchResult *result)
{
  const char *caching = bulla_outer_get_header (self->outer, "cache-control");
  gboolean keepable = result->status == SOUP_STATUS_OK
                      && !bulla_field_has_directive (caching, "no-store") && has_room (self);

  if (self->whole != NULL) {
    g_autofree char *why =
        result->status != SOUP_STATUS_OK
            ? g_strdup_printf ("%s: the server answered with status %u", self->url, result->status)
            : g_strdup_printf ("%s is not a signed exchange", self->url);
    refuse_prefetch (self, NULL, why, NULL);
  } else if (result->n_redirects > 0) { /* the response belongs to another URL */
    g_autofree char *why =
        g_strdup_printf ("%s: after a redirect, only a signed exchange is accepted", self->url);
    refuse_prefetch (self, NULL, why, NULL);
  } else if (is_full (self)) {
    refuse_full (self);
  } else if (keepable) {
    keep_response (self, NULL, result->stream);
  } else if (self->request != NULL) {
    reply_to_client (self->request, result->status, self->outer, result->stream);
  }
}

/* Returns the reason for fetching: a part is fetched by a rule of the page, which requires all
 * parts or none. */
static BullaCause
cause_of (BullaGatewayPrefetchJob *self)
{
  return (BullaCause){self->view_number, self->page, "prefetch",
                      self->whole != NULL ? "alternate.all" : NULL, self->page};
}

/* @self: (transfer full): a job with a turn, whose outer response has arrived; @body: the body of
 * an exchange */
static void
load_exchange (BullaGatewayPrefetchJob *self, GInputStream *body)
{
  if (is_full (self) || !has_room (self)) {
    refuse_full (self);
    bulla_gateway_prefetch_job_free (self);
    return;
  }
  bulla_loader_load_async (self->gateway->loader, self->outer, body, NULL, self->cancellable,
                           loaded_cb, self);
}

/**
 * bulla_gateway_prefetch_job_load:
 * @self: (transfer full): a job whose client fetched the response itself
 * @body: the body of the exchange
 */
void
bulla_gateway_prefetch_job_load (BullaGatewayPrefetchJob *self, GInputStream *body)
{
  own_cancellable (self);
  self->turn = bulla_concurrency_try (self->session->prefetching, self->view, self->cancellable);
  if (self->turn != NULL) {
    load_exchange (self, body);
    return;
  }
  refuse_full (self);
  bulla_gateway_prefetch_job_free (self);
}

static void
fetched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaGatewayPrefetchJob) self = user_data;
  BullaLoader *loader = self->gateway->loader;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) fetched =
      bulla_fetcher_send_finish (BULLA_FETCHER (object), result, &error);

  if (!is_wanted (self))
    return;
  if (fetched == NULL) {
    refuse_by_error (self, error);
    return;
  }
  self->outer = bulla_outer_new (fetched->final_url);
  g_hash_table_foreach (fetched->headers, take_header, self->outer);
  const BullaCause cause = cause_of (self);
  bulla_outer_set_cause (self->outer, &cause);
  bulla_outer_set_status (self->outer, fetched->status);
  bulla_outer_set_server (self->outer, fetched->server_address, fetched->protocol);
  report_exchange (self, NULL, NULL);
  if (bulla_loader_recognise (loader, self->outer) != BULLA_PACKAGE_EXCHANGE) {
    take_plain (self, fetched);
    return;
  }
  load_exchange (g_steal_pointer (&self), fetched->stream);
}

static gboolean
is_named (BullaGatewayPrefetchJob *self, const char *host)
{
  return host != NULL && g_hash_table_contains (self->gateway->allow_private, host);
}

/* Returns: whether a private page prefetches from its own network. A server elsewhere could
 * redirect there, so its prefetches may only reach public addresses. */
static gboolean
is_within_network (BullaGatewayPrefetchJob *self, const char *host)
{
  return self->from_private && host != NULL && bulla_gateway_host_is_private (self->gateway, host);
}

/* @user_data: (transfer full): the job */
static gboolean
send_cb (gpointer user_data)
{
  BullaGatewayPrefetchJob *self = user_data;

  if (!is_wanted (self)) {
    bulla_gateway_prefetch_job_free (self);
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
  /* A permission covers the host that it names, but not the targets of redirects; and parts must
   * come from the URL that the page names. */
  g_autoptr (GUri) uri = g_uri_parse (self->url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  gboolean named = is_named (self, host), within = is_within_network (self, host);
  BullaFetchOptions options = {
      .url = self->url,
      .accept = ACCEPT,
      .cause = cause_of (self),
      .follow_redirects = self->whole == NULL && (within || !named),
      .public_only = !within && !named,
      .headers = fields,
      .insecure = g_str_has_prefix (self->url, "http:"), /* so that http: is refused */
      .max_size = G_MAXSIZE,
  };
  bulla_fetcher_send_async (bulla_loader_get_fetcher (self->gateway->loader), &options,
                            self->cancellable, fetched_cb, self);
  return G_SOURCE_REMOVE;
}

/* Returns: the milliseconds until the prefetch may be sent */
static guint
keep_pace (BullaGateway *gateway)
{
  gint64 now = g_get_monotonic_time (), turn = MAX (now, gateway->next_prefetch);

  gateway->next_prefetch = turn + BULLA_GATEWAY_PREFETCH_PACE_MS * 1000;
  return (guint)MAX (0, (turn - now) / 1000
                            - BULLA_GATEWAY_PREFETCH_AT_ONCE * BULLA_GATEWAY_PREFETCH_PACE_MS);
}

/* @user_data: (transfer full): the job */
static void
turn_cb (BullaTurn *turn, gpointer user_data)
{
  BullaGatewayPrefetchJob *self = user_data;
  guint wait = keep_pace (self->gateway);

  self->turn = turn;
  if (wait > 0)
    g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, wait, send_cb, self, NULL);
  else
    send_cb (self);
}

/* @self: (transfer full): a job that has not started */
void
bulla_gateway_prefetch_job_start (BullaGatewayPrefetchJob *self)
{
  if (is_full (self)) {
    refuse_full (self);
    bulla_gateway_prefetch_job_free (self);
    return;
  }
  if (self->whole == NULL) {
    self->begun = TRUE;
    bulla_prefetches_begin (self->into);
  }
  own_cancellable (self);
  if (bulla_concurrency_ask (self->session->prefetching, self->view, self->cancellable, turn_cb,
                             self))
    return;
  refuse_full (self);
  bulla_gateway_prefetch_job_free (self);
}
