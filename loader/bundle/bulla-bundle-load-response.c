/* bulla-bundle-load-response.c - loads one response of a bundle: fetches its bytes and judges it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The driver of exchanges brings it, whether the caller waits or not: the start of the response,
 * then the CAA records of its authority, and then, if a profile waits for it, the publisher's
 * answer at the validity URL of the subset that covers it. */
#include "bulla-body-stream.h"
#include "bulla-bundle-private.h"
#include "bulla-error.h"
#include "bulla-field.h"
#include "bulla-load-internal.h"
#include "bulla-mi-sha256.h"
#include "bulla-refresh.h"
#include "bulla-settings.h"
#include "bulla-supplier.h"
#include "bulla-url.h"
#include "bulla-wait.h"

#define BULLA_TYPE_RESPONSE_WALK (bulla_response_walk_get_type ())
G_DECLARE_FINAL_TYPE (BullaResponseWalk, bulla_response_walk, BULLA, RESPONSE_WALK, GObject)

struct _BullaResponseWalk {
  GObject parent_instance;
  BullaBundle *bundle; /* owned */
  guint resource, variant;
  BullaRange range;
  GByteArray *start; /* owned; bytes at the start of the response */
  gint authority;    /* whose CAA records it wants; -1 if it wants none */
  guint n_climbs;    /* names of @authority that were looked up when it listed its wants */
  BullaLoad *load;   /* owned; NULL before the response is judged */
  gboolean asks;     /* the verdict waits for the publisher's answer */
  GError *error;     /* owned; NULL unless reading the bytes failed */
  gboolean there;    /* only what is there counts: no publisher is asked */
};

static void bulla_response_walk_wanter_init (BullaWanterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaResponseWalk, bulla_response_walk, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_WANTER,
                                                      bulla_response_walk_wanter_init))

static void
bulla_response_walk_finalize (GObject *object)
{
  BullaResponseWalk *self = BULLA_RESPONSE_WALK (object);

  g_object_unref (self->bundle);
  g_byte_array_unref (self->start);
  g_clear_object (&self->load);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (bulla_response_walk_parent_class)->finalize (object);
}

static void
bulla_response_walk_class_init (BullaResponseWalkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_response_walk_finalize;
}

static void
bulla_response_walk_init (BullaResponseWalk *self)
{
  self->start = g_byte_array_new ();
  self->authority = -1;
}

/* Returns: (nullable): NULL if the bundle lacks the response */
static BullaResponseWalk *
bulla_response_walk_new (BullaBundle *bundle, guint resource, guint variant, GError **error)
{
  BullaRange range;

  if (!bulla_bundle_get_range (bundle, resource, variant, &range)) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "the bundle has no response for resource %u, variant %u", resource, variant);
    return NULL;
  }
  BullaResponseWalk *self = g_object_new (BULLA_TYPE_RESPONSE_WALK, NULL);
  self->bundle = g_object_ref (bundle);
  self->resource = resource;
  self->variant = variant;
  self->range = range;
  return self;
}

static BullaSpan
get_start (BullaResponseWalk *self)
{
  return (BullaSpan){self->start->data, self->start->len, self->range.offset};
}

/* Returns: how many more bytes of the response are needed, according to its headers */
static gsize
count_missing (BullaResponseWalk *self)
{
  gsize wanted = bulla_bundle_response_want (get_start (self), self->range.length);

  return wanted > self->start->len ? wanted - self->start->len : 0;
}

/* --- judging the bytes of the response */

/* Copies the facts about the bundle, which are part of the facts about each response. */
static BullaFacts *
begin_facts (BullaBundle *self, guint resource, BullaRange range)
{
  const BullaBundleIndex *index = bulla_bundle_get_index (self);
  BullaFacts *facts = bulla_facts_new ();
  size_t length = 0;
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  facts->form = BULLA_FORM_RESPONSE;
  facts->within = bulla_facts_ref (self->facts);
  facts->outer = self->facts->outer;
  facts->bundle = self->facts->bundle;
  facts->url_reading = self->facts->url_reading;
  facts->integrity = self->facts->integrity;
  facts->response.range = range;
  const char *url = bulla_bundle_index_get_url (index, resource, &length);
  g_autofree char *text = g_strndup (url, length);
  facts->request_url = bulla_facts_intern (facts, text);
  facts->request_origin =
      bulla_facts_intern (facts, bulla_bundle_index_get_origin (index, resource));
  g_auto (BullaUrl) parsed = {0};
  if (bulla_url_read (&parsed, text, length, self->facts->url_reading, &reason, &detail))
    facts->request_host = bulla_facts_intern (facts, parsed.host);
  return facts;
}

static void
read_digest (BullaBundle *self, BullaFacts *facts)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  const BullaHeader *header = bulla_facts_find_header (facts, "digest");

  if (header != NULL)
    facts->digest = bulla_field_read_digest (header->value, settings->digest == BULLA_DIGEST_PREFIX,
                                             facts->proof);
}

/* A body with signed or declared record proofs is decoded record by record. */
static GInputStream *
open_body (BullaBundle *self, BullaFacts *facts, const BullaBundleResponse *response)
{
  gboolean coded = bulla_load_facts_are_coded (facts);
  g_autoptr (GInputStream) part = bulla_bundle_source_open (self->source, response->payload_offset,
                                                            response->payload_length, facts, coded);

  if (!coded)
    return g_steal_pointer (&part);
  g_autoptr (BullaMiSha256) decoder =
      bulla_mi_sha256_new (facts->proof, response->payload_offset, facts);
  return bulla_body_stream_new (part, NULL, 0, G_CONVERTER (decoder));
}

/* @start: first bytes of the response: as many as bulla_bundle_response_want() asks for, or all
 *   that will arrive
 * @authority: (out): as of bulla_bundle_judge_response()
 * Returns: (transfer full) (nullable): the response, judged; NULL if CAA records have to be looked
 *   up first */
static BullaLoad *
make_load (BullaBundle *self, guint resource, guint variant, BullaRange range, BullaSpan start,
           gint *authority)
{
  g_autoptr (BullaFacts) facts = begin_facts (self, resource, range);
  BullaBundleResponse response = {0};
  GInputStream *body = NULL;
  const GError *transport = bulla_bundle_source_get_error (self->source);
  gboolean cut = start.length < bulla_bundle_response_want (start, range.length);

  if (cut && transport != NULL) {
    GError *fault = NULL;
    bulla_fault_set (&fault, BULLA_REASON_OUTER_TRANSPORT, (BullaRange){0, 0}, "%s",
                     transport->message);
    bulla_facts_take_fault (facts, &facts->outer.read, fault);
  }
  gboolean placed = bulla_bundle_response_read (&response, start, range.length, facts);
  read_digest (self, facts);
  bulla_bundle_fill_scope_facts (self, facts);
  BullaVerdict *verdict =
      bulla_bundle_judge_response (self, facts, variant, response.headers, authority);
  if (verdict == NULL)
    return NULL;
  if (placed)
    body = open_body (self, facts, &response);
  return bulla_load_new_for_response (self, self->outer, self->profile, g_steal_pointer (&facts),
                                      verdict, body);
}

/* Step: judge. Called when the headers are complete or no more bytes will arrive, and again when
 * CAA records or the publisher's answer have arrived. */
static void
judge (BullaResponseWalk *self)
{
  g_clear_object (&self->load);
  self->load = make_load (self->bundle, self->resource, self->variant, self->range,
                          get_start (self), &self->authority);
}

/* Step: judge, and then ask the publisher if the profile waits for the answer. */
static void
judge_and_ask (BullaResponseWalk *self)
{
  judge (self);
  if (self->load != NULL && !self->there)
    self->asks = bulla_bundle_begin_question (self->bundle, self->load);
}

/* --- list of wants */

static guint
count_climbs (const BullaFacts *facts)
{
  return facts->caa.climbs != NULL ? facts->caa.climbs->len : 0;
}

static guint
bulla_response_walk_list_wants (BullaWanter *wanter, BullaWant wants[BULLA_N_WANTS])
{
  BullaResponseWalk *self = BULLA_RESPONSE_WALK (wanter);

  if (self->load != NULL || self->error != NULL)
    return 0;
  if (self->authority >= 0) {
    const BullaFacts *known = self->bundle->caa[self->authority];
    self->n_climbs = count_climbs (known);
    wants[0] = (BullaWant){.kind = BULLA_WANT_CAA, .host = bulla_facts_find_next_caa_host (known)};
  } else {
    wants[0] = (BullaWant){.kind = BULLA_WANT_BYTES};
  }
  return 1;
}

static gsize
take_bytes (BullaResponseWalk *self, const BullaBrought *brought)
{
  if (brought->error != NULL) {
    self->error = g_error_copy (brought->error);
    return 0;
  }
  g_byte_array_append (self->start, brought->data, (guint)brought->length);
  if (brought->length == 0 || count_missing (self) == 0)
    judge_and_ask (self);
  return brought->length;
}

/* Other responses of the bundle may have asked for the same name meanwhile, and were answered. */
static void
take_caa (BullaResponseWalk *self, const BullaBrought *brought)
{
  BullaFacts *known = self->bundle->caa[self->authority];

  if (bulla_facts_find_next_caa_host (known) != NULL && count_climbs (known) == self->n_climbs)
    bulla_facts_take_caa (known, brought->climb, brought->reason,
                          bulla_context_get_time (self->bundle->context));
  judge_and_ask (self);
}

/* Called when the publisher's answer is there. Another subset may cover the response, and have a
 * publisher to ask. */
static void
take_answer (BullaResponseWalk *self)
{
  guint subset = bulla_load_get_facts (self->load)->response.subset;
  BullaRefresh *refresh = bulla_bundle_peek_refresh (self->bundle, subset);

  self->asks = FALSE;
  judge_and_ask (self);
  if (refresh != NULL && self->load != NULL
      && bulla_load_get_facts (self->load)->response.subset == subset)
    bulla_refresh_fill_facts (refresh, bulla_load_get_facts (self->load), g_get_monotonic_time ());
}

static gsize
bulla_response_walk_take (BullaWanter *wanter, BullaWantKind kind, const BullaBrought *brought)
{
  BullaResponseWalk *self = BULLA_RESPONSE_WALK (wanter);

  g_return_val_if_fail (kind == BULLA_WANT_BYTES || kind == BULLA_WANT_CAA, 0);
  if (kind == BULLA_WANT_BYTES)
    return take_bytes (self, brought);
  take_caa (self, brought);
  return 0;
}

static BullaOuter *
bulla_response_walk_get_outer (BullaWanter *wanter)
{
  return BULLA_RESPONSE_WALK (wanter)->bundle->outer;
}

static void
bulla_response_walk_wanter_init (BullaWanterInterface *iface)
{
  iface->list_wants = bulla_response_walk_list_wants;
  iface->take = bulla_response_walk_take;
  iface->get_outer = bulla_response_walk_get_outer;
}

/* --- supplying the bytes */

/* @walk: a response that is not judged; it is kept until @supplier is cleared */
static void
begin (BullaSupplier *supplier, BullaResponseWalk *walk)
{
  BullaBundle *bundle = walk->bundle;
  g_autoptr (GInputStream) start = bulla_bundle_source_open (bundle->source, walk->range.offset,
                                                             walk->range.length, NULL, FALSE);

  bulla_supplier_init (supplier, bundle->context, BULLA_WANTER (walk), start);
}

/**
 * bulla_bundle_load_there:
 * @self: a bundle
 * @resource: a place in its index
 * @variant: which of its locations; 0 where there is one
 * @error: if it could not be read
 *
 * Waits for nothing and fetches nothing: uses only the available bytes and CAA records, and asks no
 * publisher.
 *
 * Returns: (transfer full) (nullable): the response; %NULL without @error if data is missing
 */
BullaLoad *
bulla_bundle_load_there (BullaBundle *self, guint resource, guint variant, GError **error)
{
  g_autoptr (BullaResponseWalk) walk = bulla_response_walk_new (self, resource, variant, error);
  guint8 piece[BULLA_SUPPLY_SIZE];
  BullaWant want;

  if (walk != NULL)
    walk->there = TRUE;
  while (walk != NULL && bulla_wanter_get_next (BULLA_WANTER (walk), &want)) {
    if (want.kind == BULLA_WANT_CAA) {
      if (!bulla_supplier_give_known_climb (self->context, BULLA_WANTER (walk), &want))
        return NULL;
      continue;
    }
    guint64 offset = walk->range.offset + walk->start->len;
    gsize size = MIN (count_missing (walk), sizeof piece);
    if (!bulla_bundle_source_has (self->source, offset + size))
      return NULL;
    gssize n = bulla_bundle_source_read_at (self->source, offset, piece, size, error);
    if (n < 0)
      return NULL;
    const BullaBrought brought = {.data = piece, .length = (gsize)n};
    bulla_wanter_take (BULLA_WANTER (walk), BULLA_WANT_BYTES, &brought);
  }
  return walk != NULL ? g_steal_pointer (&walk->load) : NULL;
}

static void brought_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaSupplier *supplier = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  if (!bulla_bundle_ask_publisher_finish (BULLA_BUNDLE (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  supplier->dns_end = 0; /* another subset's authority has a time of its own */
  take_answer (BULLA_RESPONSE_WALK (supplier->wanter));
  bulla_supplier_run_async (supplier, cancellable, brought_cb, g_steal_pointer (&task));
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  BullaResponseWalk *walk = BULLA_RESPONSE_WALK (source);
  GError *error = NULL;

  if (!bulla_supplier_run_finish (g_task_get_task_data (task), result, &error)
      || (error = g_steal_pointer (&walk->error)) != NULL)
    g_task_return_error (task, error);
  else if (walk->asks)
    bulla_bundle_ask_publisher_async (walk->bundle, walk->load, cancellable, answered_cb,
                                      g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&walk->load), g_object_unref);
}

/**
 * bulla_bundle_load_async:
 * @self: a bundle
 * @resource: index of the resource
 * @variant: index of its location; 0 if it has only one
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the headers of the response are judged; the body is not
 *   read yet
 * @user_data: for @callback
 *
 * If the bundle is still arriving, waits for the bytes of this response only.
 */
void
bulla_bundle_load_async (BullaBundle *self, guint resource, guint variant,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  g_autoptr (BullaResponseWalk) walk = bulla_response_walk_new (self, resource, variant, &error);

  g_task_set_source_tag (task, bulla_bundle_load_async);
  if (walk == NULL) {
    g_task_return_error (task, error);
    return;
  }
  BullaSupplier *supplier = g_new (BullaSupplier, 1);
  begin (supplier, walk);
  g_task_set_task_data (task, supplier, bulla_supplier_free);
  bulla_supplier_run_async (supplier, cancellable, brought_cb, g_steal_pointer (&task));
}

/**
 * bulla_bundle_load_finish:
 * @self: a bundle
 * @result: the result of bulla_bundle_load_async()
 * @error: set if the bundle lacks the response, reading failed, or the call was cancelled; faults
 *   of the response are in its verdict
 *
 * Returns: (transfer full): the response as a judged load
 */
BullaLoad *
bulla_bundle_load_finish (BullaBundle *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Returns: whether the answer came; FALSE if the call was cancelled */
static gboolean
wait_for_answer (BullaResponseWalk *walk, GCancellable *cancellable)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_bundle_ask_publisher_async (walk->bundle, walk->load, cancellable, bulla_wait_cb, &result);
  if (!bulla_bundle_ask_publisher_finish (walk->bundle, bulla_wait_for (&result), NULL))
    return FALSE;
  take_answer (walk);
  return TRUE;
}

/**
 * bulla_bundle_load:
 * @self: a bundle
 * @resource: index of the resource
 * @variant: index of its location; 0 if it has only one
 * @cancellable: (nullable): cancels the call
 * @error: see bulla_bundle_load_finish()
 *
 * Like bulla_bundle_load_async(), but blocks.
 *
 * Returns: (transfer full): the response as a judged load
 */
BullaLoad *
bulla_bundle_load (BullaBundle *self, guint resource, guint variant, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (BullaResponseWalk) walk = bulla_response_walk_new (self, resource, variant, error);
  BullaSupplier supplier;

  if (walk == NULL)
    return NULL;
  begin (&supplier, walk);
  bulla_supplier_run (&supplier, cancellable);
  while (walk->asks && wait_for_answer (walk, cancellable)) {
    supplier.dns_end = 0;
    bulla_supplier_run (&supplier, cancellable);
  }
  bulla_supplier_clear (&supplier);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (walk->error != NULL)
    g_propagate_error (error, g_steal_pointer (&walk->error));
  return g_steal_pointer (&walk->load);
}
