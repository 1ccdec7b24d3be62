/* bulla-supplier.c - supplies a wanter with package bytes, chains, DNS records and validity data
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Synchronous and asynchronous callers share one loop. A table has a row for each kind of want. */
#include "bulla-supplier-private.h"

#include "bulla-data-url.h"
#include "bulla-error.h"
#include "bulla-field.h"
#include "bulla-ledger-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-private-address.h"
#include "bulla-settings.h"
#include "bulla-wait.h"

#define OFFLINE "not fetched (--offline)"

/* How each kind of want is fetched, and the reasons for failures. Bytes of the package need no row.
 */
typedef struct {
  const char *type; /* expected media type; NULL if nothing is fetched */
  const char *purpose;
  BullaReason transport, too_large, redirect, status, content_type;
} Row;

static const Row rows[BULLA_N_WANTS] = {
    [BULLA_WANT_CHAIN] = {.type = BULLA_CERT_CHAIN_TYPE,
                          .purpose = "certificate",
                          .transport = BULLA_REASON_CHAIN_FETCH,
                          .too_large = BULLA_REASON_CHAIN_TOO_LARGE,
                          .redirect = BULLA_REASON_CHAIN_REDIRECT,
                          .status = BULLA_REASON_CHAIN_STATUS,
                          .content_type = BULLA_REASON_CHAIN_CONTENT_TYPE},
    [BULLA_WANT_VALIDITY] = {.type = "application/cbor", .purpose = "validity"},
};

/**
 * bulla_supplier_init: (skip)
 * @self: (out caller-allocates): the object to initialise
 * @context: provides network, cache and clock; must outlive @self
 * @wanter: the object whose wants are supplied
 * @input: (nullable): the package's bytes; %NULL if @wanter wants none
 */
void
bulla_supplier_init (BullaSupplier *self, BullaContext *context, BullaWanter *wanter,
                     GInputStream *input)
{
  self->context = context;
  self->wanter = g_object_ref (wanter);
  self->input = input != NULL ? g_object_ref (input) : NULL;
  self->start = self->end = 0;
  self->dns_end = 0;
  self->deadline = NULL;
}

void
bulla_supplier_clear (BullaSupplier *self)
{
  g_object_unref (self->wanter);
  g_clear_object (&self->input);
  g_clear_pointer (&self->deadline, bulla_deadline_free);
}

/**
 * bulla_supplier_free: (skip)
 * @data: (transfer full): a #BullaSupplier made with g_new()
 *
 * A #GDestroyNotify for tasks.
 */
void
bulla_supplier_free (gpointer data)
{
  bulla_supplier_clear (data);
  g_free (data);
}

/* --- bytes of the package */

static void
give_bytes (BullaSupplier *self, gssize n, const GError *error)
{
  const BullaBrought brought = {
      .data = n >= 0 ? self->buffer : NULL, .length = (gsize)MAX (n, 0), .error = error};

  self->end = brought.length;
  self->start = bulla_wanter_take (self->wanter, BULLA_WANT_BYTES, &brought);
}

/* --- resources at a URL */

/* Returns: whether an HTTP server sent the response; otherwise it is a local file */
static gboolean
is_from_server (BullaOuter *outer)
{
  const char *url = bulla_outer_get_url (outer);
  const char *scheme = url != NULL ? g_uri_peek_scheme (url) : NULL;

  return scheme != NULL && (g_str_equal (scheme, "https") || g_str_equal (scheme, "http"));
}

/* The origin of a local file is unknown: it may name a private host, but no public host may
 * redirect there. */
static char *
dup_own_host (BullaOuter *outer, const char *url)
{
  if (!is_from_server (outer))
    return bulla_url_dup_private_host (url);
  return bulla_server_dup_own_host (bulla_outer_get_url (outer),
                                    bulla_outer_get_server_address (outer));
}

static void
begin_fetch (BullaSupplier *self, const BullaWant *want, GCancellable *cancellable,
             GAsyncReadyCallback callback, gpointer user_data)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->context->profile);
  BullaOuter *outer = bulla_wanter_get_outer (self->wanter);
  g_autofree char *own_host = dup_own_host (outer, want->url);
  BullaFetchOptions options = {
      .url = want->url,
      .accept = rows[want->kind].type,
      .cause = bulla_outer_get_cause (outer),
      .follow_redirects = settings->fetch_redirects == BULLA_REDIRECT_FOLLOW,
      .public_only =
          !is_from_server (outer) || bulla_server_is_public (bulla_outer_get_url (outer)),
      .own_host = own_host,
      .bypass_cache = want->fresh,
      .max_size = (gsize)settings->fetch_size_max,
  };

  options.cause.purpose = rows[want->kind].purpose;
  if (want->kind == BULLA_WANT_VALIDITY)
    cancellable = bulla_supplier_prepare_validity (self, &options, cancellable);
  else
    cancellable = bulla_supplier_begin_deadline (self, self->context->question_ms, cancellable);
  bulla_fetcher_fetch_async (self->context->fetcher, &options, cancellable, callback, user_data);
}

/* Returns: the reason why the response is not usable; NONE if it is */
static BullaReason
find_fault (BullaSupplier *self, const Row *row, const BullaFetchResult *result)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->context->profile);
  g_autofree char *essence =
      result->content_type != NULL ? bulla_field_dup_essence (result->content_type) : NULL;

  if (result->status / 100 == 3 && settings->fetch_redirects == BULLA_REDIRECT_NONE)
    return row->redirect;
  if (result->status != 200)
    return row->status;
  return g_strcmp0 (essence, row->type) == 0 ? BULLA_REASON_NONE : row->content_type;
}

static void
cache_chain (BullaSupplier *self, const BullaWant *want, const BullaFetchResult *result)
{
  BullaCause cause = bulla_outer_get_cause (bulla_wanter_get_outer (self->wanter));

  bulla_fetched_chains_put (self->context->chains, cause.view, want->url, result->body,
                            result->server_address,
                            g_hash_table_lookup (result->headers, "cache-control"),
                            bulla_context_get_time (self->context));
}

/* @result: (nullable): the response; NULL if the fetch failed with @error */
static void
give_fetched (BullaSupplier *self, const BullaWant *want, const BullaFetchResult *result,
              const GError *error)
{
  const Row *row = &rows[want->kind];
  BullaBrought brought = {0};
  g_autofree char *detail = NULL;

  if (want->kind == BULLA_WANT_VALIDITY) {
    bulla_supplier_give_validity (self, result, error);
    return;
  }
  if (result == NULL) {
    gboolean limit = g_error_matches (error, BULLA_ERROR, BULLA_ERROR_LIMIT);
    brought.reason = limit ? row->too_large : row->transport;
    brought.detail = error->message;
    bulla_wanter_take (self->wanter, want->kind, &brought);
    return;
  }
  brought.address = result->server_address;
  brought.reason = find_fault (self, row, result);
  if (brought.reason == BULLA_REASON_NONE) {
    cache_chain (self, want, result);
    brought.body = result->body;
  } else if (brought.reason == row->content_type) {
    detail = g_strdup (result->content_type != NULL ? result->content_type : "no media type");
  } else {
    detail = g_strdup_printf ("status %u", result->status);
  }
  brought.detail = detail;
  bulla_wanter_take (self->wanter, want->kind, &brought);
}

/* Returns: whether a resource that the same view fetched before was supplied from the cache */
static gboolean
give_kept (BullaSupplier *self, const BullaWant *want)
{
  BullaCause cause = bulla_outer_get_cause (bulla_wanter_get_outer (self->wanter));
  g_autofree char *address = NULL;
  g_autoptr (GBytes) body =
      want->fresh ? NULL
                  : bulla_fetched_chains_find (self->context->chains, cause.view, want->url,
                                               bulla_context_get_time (self->context), &address);

  if (body == NULL)
    return FALSE;
  cause.purpose = rows[want->kind].purpose;
  bulla_ledger_add_cached (self->context->ledger, &cause, "GET", want->url, 200, -1);
  const BullaBrought brought = {.body = body, .cached = TRUE, .address = address};
  bulla_wanter_take (self->wanter, want->kind, &brought);
  return TRUE;
}

/* Returns: whether the user has given the chain, and it was supplied */
static gboolean
give_given (BullaSupplier *self, const BullaWant *want)
{
  GBytes *chain = want->kind == BULLA_WANT_CHAIN && want->leaf != NULL && !want->fresh
                      ? g_hash_table_lookup (self->context->given_chains, want->leaf)
                      : NULL;
  const BullaBrought brought = {.body = chain, .cached = TRUE};

  if (chain == NULL)
    return FALSE;
  bulla_wanter_take (self->wanter, BULLA_WANT_CHAIN, &brought);
  return TRUE;
}

/* --- what the store knows */

static void
give_memory (BullaSupplier *self, const BullaWant *want)
{
  g_autoptr (GError) error = NULL;
  g_auto (BullaVersionMemory) memory = {0};
  gboolean recalled =
      bulla_version_memory_recall (self->context->store, want->version, &memory, &error);
  const BullaBrought brought = {.memory = recalled ? &memory : NULL,
                                .detail = recalled ? NULL : error->message};

  bulla_wanter_take (self->wanter, BULLA_WANT_MEMORY, &brought);
}

/* --- the loop */

/* Supplies what is cached or needs no network. @want: (out): the next resource to fetch. Returns:
 * whether there is one */
static gboolean
next_to_wait_for (BullaSupplier *self, BullaWant *want)
{
  static const BullaBrought nothing = {.reason = BULLA_REASON_NONE, .detail = OFFLINE};

  while (bulla_wanter_get_next (self->wanter, want)) {
    if (want->kind == BULLA_WANT_BYTES)
      return TRUE;
    if (want->kind == BULLA_WANT_MEMORY) {
      give_memory (self, want);
    } else if (want->kind == BULLA_WANT_CAA) {
      if (!bulla_supplier_give_known_climb (self->context, self->wanter, want))
        return TRUE;
    } else if (give_given (self, want)) {
      continue;
    } else if (self->context->offline) {
      bulla_wanter_take (self->wanter, want->kind, &nothing);
    } else if (want->kind != BULLA_WANT_CHAIN || !give_kept (self, want)) {
      return TRUE;
    }
  }
  return FALSE;
}

static void
ask_dns_and_wait (BullaSupplier *self, const BullaWant *want, GCancellable *cancellable)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_supplier_ask_dns (self, want, G_MAXINT64, cancellable, bulla_wait_cb, &result);
  g_autoptr (BullaCaaClimb) climb =
      bulla_caa_finder_ask_finish (self->context->caa, bulla_wait_for (&result), NULL);
  if (climb != NULL) /* NULL if the look-up was cancelled */
    bulla_supplier_give_climb (self->wanter, climb);
}

static void
fetch_and_wait (BullaSupplier *self, const BullaWant *want, GCancellable *cancellable)
{
  BullaFetcher *fetcher = self->context->fetcher;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  begin_fetch (self, want, cancellable, bulla_wait_cb, &result);
  g_autoptr (BullaFetchResult) fetched =
      bulla_fetcher_fetch_finish (fetcher, bulla_wait_for (&result), &error);
  bulla_supplier_end_deadline (self, &error);
  give_fetched (self, want, fetched, error);
}

/**
 * bulla_supplier_run: (skip)
 * @self: what was begun
 * @cancellable: (nullable): cancels the call
 *
 * Supplies all wants and blocks until then, running the fetcher's main context.
 */
void
bulla_supplier_run (BullaSupplier *self, GCancellable *cancellable)
{
  BullaWant want;

  bulla_context_update_trust (self->context);
  while (!g_cancellable_is_cancelled (cancellable) && next_to_wait_for (self, &want)) {
    g_autoptr (GError) error = NULL;
    if (want.kind == BULLA_WANT_CAA) {
      ask_dns_and_wait (self, &want, cancellable);
    } else if (want.kind != BULLA_WANT_BYTES) {
      fetch_and_wait (self, &want, cancellable);
    } else {
      gssize n =
          g_input_stream_read (self->input, self->buffer, sizeof self->buffer, cancellable, &error);
      give_bytes (self, n, error);
    }
  }
}

static void serve_next_want (GTask *task);

/* Returns: whether the task has ended, because it was cancelled */
static gboolean
end_if_cancelled (GTask *task, GError **error)
{
  if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  g_task_return_error (task, g_steal_pointer (error));
  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (end_if_cancelled (task, &error))
    return;
  give_bytes (g_task_get_task_data (task), n, error);
  serve_next_want (g_steal_pointer (&task));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) fetched =
      bulla_fetcher_fetch_finish (BULLA_FETCHER (source), result, &error);
  BullaSupplier *self = g_task_get_task_data (task);
  BullaWant want;

  bulla_supplier_end_deadline (self, &error);
  if (end_if_cancelled (task, &error))
    return;
  if (bulla_wanter_get_next (self->wanter, &want)) /* the same want again: nothing was supplied */
    give_fetched (self, &want, fetched, error);
  serve_next_want (g_steal_pointer (&task));
}

static void
climbed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCaaClimb) climb =
      bulla_caa_finder_ask_finish (BULLA_CAA_FINDER (source), result, &error);

  if (end_if_cancelled (task, &error))
    return;
  BullaSupplier *self = g_task_get_task_data (task);
  bulla_supplier_give_climb (self->wanter, climb);
  serve_next_want (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
serve_next_want (GTask *task)
{
  BullaSupplier *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  BullaWant want;

  if (!next_to_wait_for (self, &want)) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  } else if (want.kind == BULLA_WANT_CAA) {
    bulla_supplier_ask_dns (self, &want, 0, cancellable, climbed_cb, task);
  } else if (want.kind != BULLA_WANT_BYTES) {
    begin_fetch (self, &want, cancellable, fetched_cb, task);
  } else {
    g_input_stream_read_async (self->input, self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT,
                               cancellable, read_cb, task);
  }
}

/**
 * bulla_supplier_run_async: (skip)
 * @self: stays valid until @callback is called
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when @wanter wants nothing more
 * @user_data: for @callback
 *
 * Like bulla_supplier_run(), without blocking. If the user has changed the revocation list or the
 * log list, it is read first.
 */
void
bulla_supplier_run_async (BullaSupplier *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self->wanter, cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_supplier_run_async);
  g_task_set_task_data (task, self, NULL);
  bulla_context_run_with_current_trust (self->context, task, serve_next_want);
}

/**
 * bulla_supplier_run_finish: (skip)
 * @self: what was begun
 * @result: the result of bulla_supplier_run_async()
 * @error: only %G_IO_ERROR_CANCELLED
 *
 * Returns: whether all wants were supplied
 */
gboolean
bulla_supplier_run_finish (BullaSupplier *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
