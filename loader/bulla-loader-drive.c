/* bulla-loader-drive.c - brings bytes and chains to the walk of bulla-load.c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-data-url.h"
#include "bulla-error.h"
#include "bulla-field.h"
#include "bulla-ledger-internal.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-private-address.h"
#include "bulla-settings.h"
#include "bulla-wait.h"

#define HEAD_BUFFER_SIZE 8192
#define OFFLINE "not fetched: offline"

/* one load under way; the buffer is large, and never cleared */
typedef struct {
  BullaLoad *load;     /* owned */
  GInputStream *input; /* owned */
  gsize start, end;    /* of what was read and not used */
  guint8 buffer[HEAD_BUFFER_SIZE];
} Walk;

static void
walk_init (Walk *self, BullaLoader *loader, BullaOuter *outer, GInputStream *stream, GBytes *chain)
{
  self->start = self->end = 0;
  self->load = bulla_load_new (bulla_loader_get_profile (loader), bulla_loader_get_trust (loader),
                               outer, chain, bulla_loader_get_time (loader));
  self->input = g_object_ref (stream);
}

static void
walk_clear (Walk *self)
{
  g_object_unref (self->load);
  g_object_unref (self->input);
}

static void
walk_free (gpointer data)
{
  walk_clear (data);
  g_free (data);
}

/* hands on what was read; FALSE when the head is done with */
static gboolean
take_bytes (Walk *walk, gssize n, const GError *error)
{
  if (n < 0) {
    bulla_load_fail (walk->load, error);
  } else if (n == 0) {
    bulla_load_end (walk->load);
  } else {
    walk->start = bulla_load_push (walk->load, walk->buffer, (gsize)n);
    walk->end = (gsize)n;
  }
  return bulla_load_get_state (walk->load) == BULLA_LOAD_WANTS_BYTES;
}

static void
leave_rest (Walk *walk)
{
  bulla_load_set_rest (walk->load, walk->input, walk->buffer + walk->start,
                       walk->end - walk->start);
}

static void
take_chain (BullaLoader *self, BullaLoad *load, BullaFetchResult *result, const GError *error)
{
  const BullaSettings *settings = bulla_profile_get_settings (bulla_loader_get_profile (self));
  g_autofree char *essence = NULL;
  g_autofree char *detail = NULL;
  BullaReason reason = BULLA_REASON_NONE;
  if (result == NULL) {
    gboolean limit = g_error_matches (error, BULLA_ERROR, BULLA_ERROR_LIMIT);
    bulla_load_give_no_chain (load, limit ? BULLA_REASON_CHAIN_TOO_LARGE : BULLA_REASON_CHAIN_FETCH,
                              error->message);
    return;
  }
  bulla_load_note_chain_server (load, result->server_address);
  if (result->content_type != NULL)
    essence = bulla_field_dup_essence (result->content_type);
  if (result->status / 100 == 3 && settings->fetch_redirects == BULLA_REDIRECT_NONE)
    reason = BULLA_REASON_CHAIN_REDIRECT;
  else if (result->status != 200)
    reason = BULLA_REASON_CHAIN_STATUS;
  else if (g_strcmp0 (essence, BULLA_CERT_CHAIN_TYPE) != 0)
    reason = BULLA_REASON_CHAIN_CONTENT_TYPE;
  if (reason == BULLA_REASON_NONE) {
    BullaCause cause = bulla_outer_get_cause (bulla_load_get_outer (load));
    bulla_chain_cache_put (bulla_loader_get_chains (self), cause.view,
                           bulla_load_get_cert_url (load), result->body, result->server_address,
                           g_hash_table_lookup (result->headers, "cache-control"),
                           bulla_loader_get_time (self));
    bulla_load_give_chain (load, result->body);
    return;
  }
  detail = reason == BULLA_REASON_CHAIN_CONTENT_TYPE
               ? g_strdup (result->content_type != NULL ? result->content_type : "no media type")
               : g_strdup_printf ("status %u", result->status);
  bulla_load_give_no_chain (load, reason, detail);
}

/* Returns: whether a chain that the same view fetched may be used again, and was */
static gboolean
reuse_chain (BullaLoader *self, BullaLoad *load)
{
  const char *url = bulla_load_get_cert_url (load);
  BullaCause cause = bulla_outer_get_cause (bulla_load_get_outer (load));
  g_autofree char *address = NULL;
  g_autoptr (GBytes) chain =
      bulla_load_wants_fresh_chain (load)
          ? NULL
          : bulla_chain_cache_find (bulla_loader_get_chains (self), cause.view, url,
                                    bulla_loader_get_time (self), &address);
  if (chain == NULL)
    return FALSE;
  cause.purpose = "certificate";
  bulla_ledger_add_cached (bulla_loader_get_ledger (self), &cause, "GET", url, 200);
  bulla_load_note_chain_server (load, address);
  bulla_load_reuse_chain (load, chain);
  return TRUE;
}

/* otherwise it is a file */
static gboolean
is_from_server (BullaOuter *outer)
{
  const char *url = bulla_outer_get_url (outer);
  const char *scheme = url != NULL ? g_uri_peek_scheme (url) : NULL;

  return scheme != NULL && (g_str_equal (scheme, "https") || g_str_equal (scheme, "http"));
}

/* A file says nothing of where it is from: it may name a private host for its chain, but no public
 * host may redirect there. */
static char *
dup_own_host (BullaLoad *load)
{
  BullaOuter *outer = bulla_load_get_outer (load);

  if (!is_from_server (outer))
    return bulla_url_dup_private_host (bulla_load_get_cert_url (load));
  return bulla_server_dup_own_host (bulla_outer_get_url (outer),
                                    bulla_outer_get_server_address (outer));
}

/* @own_host: (nullable): see bulla_server_dup_own_host(); it is borrowed */
static BullaFetchOptions
chain_options (BullaLoader *self, BullaLoad *load, const char *own_host)
{
  const BullaSettings *settings = bulla_profile_get_settings (bulla_loader_get_profile (self));
  BullaOuter *outer = bulla_load_get_outer (load);
  return (BullaFetchOptions){
      .url = bulla_load_get_cert_url (load),
      .accept = BULLA_CERT_CHAIN_TYPE,
      .cause = bulla_outer_get_cause (outer),
      .follow_redirects = settings->fetch_redirects == BULLA_REDIRECT_FOLLOW,
      .public_only =
          !is_from_server (outer) || bulla_server_is_public (bulla_outer_get_url (outer)),
      .own_host = own_host,
      .bypass_cache = bulla_load_wants_fresh_chain (load),
      .max_size = (gsize)settings->fetch_size_max,
  };
}

static void step (GTask *task);

static void
chain_fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) fetched =
      bulla_fetcher_fetch_finish (BULLA_FETCHER (source), result, &error);
  if (fetched == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  Walk *walk = g_task_get_task_data (task);
  take_chain (g_task_get_source_object (task), walk->load, fetched, error);
  step (g_steal_pointer (&task));
}

static void
bytes_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Walk *walk = g_task_get_task_data (task);
  gssize n = g_input_stream_read_finish (walk->input, result, &error);
  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  take_bytes (walk, n, error);
  step (g_steal_pointer (&task));
}

static void
fetch_chain (BullaLoader *self, GTask *task, BullaLoad *load)
{
  g_autofree char *own_host = dup_own_host (load);
  BullaFetchOptions options = chain_options (self, load, own_host);
  bulla_fetcher_fetch_async (bulla_loader_get_fetcher (self), &options,
                             g_task_get_cancellable (task), chain_fetched_cb, task);
}

/* takes the task: brings what the load wants until it is judged */
static void
step (GTask *task)
{
  BullaLoader *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  BullaLoadState state = bulla_load_get_state (walk->load);
  if (state == BULLA_LOAD_WANTS_CHAIN && bulla_loader_get_offline (self)) {
    bulla_load_give_no_chain (walk->load, BULLA_REASON_NONE, OFFLINE);
    state = bulla_load_get_state (walk->load);
  }
  while (state == BULLA_LOAD_WANTS_CHAIN) {
    if (!reuse_chain (self, walk->load)) {
      fetch_chain (self, task, walk->load);
      return;
    }
    state = bulla_load_get_state (walk->load);
  }
  if (state == BULLA_LOAD_WANTS_BYTES) {
    g_input_stream_read_async (walk->input, walk->buffer, sizeof walk->buffer, G_PRIORITY_DEFAULT,
                               g_task_get_cancellable (task), bytes_read_cb, task);
    return;
  }
  leave_rest (walk);
  g_task_return_pointer (task, g_object_ref (walk->load), g_object_unref);
  g_object_unref (task);
}

/**
 * bulla_loader_load_async:
 * @self: a loader
 * @outer: the response, or the file
 * @stream: its body
 * @chain: (nullable): a certificate chain that stands in for the one at cert-url
 * @cancellable: (nullable): to stop it
 * @callback: (scope async): called when the head is judged; the body is not read yet
 * @user_data: for @callback
 */
void
bulla_loader_load_async (BullaLoader *self, BullaOuter *outer, GInputStream *stream, GBytes *chain,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, bulla_loader_load_async);
  Walk *walk = g_new (Walk, 1);
  walk_init (walk, self, outer, stream, chain);
  g_task_set_task_data (task, walk, walk_free);
  step (task);
}

/**
 * bulla_loader_load_finish:
 * @self: a loader
 * @result: of bulla_loader_load_async()
 * @error: only %G_IO_ERROR_CANCELLED: whatever is wrong with the package is in its verdict
 *
 * Returns: (transfer full): the load
 */
BullaLoad *
bulla_loader_load_finish (BullaLoader *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* fetches the chain while the caller waits, in the context that the loader belongs to */
static void
fetch_chain_and_wait (BullaLoader *self, BullaLoad *load, GCancellable *cancellable)
{
  g_autofree char *own_host = dup_own_host (load);
  BullaFetchOptions options = chain_options (self, load, own_host);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  bulla_fetcher_fetch_async (bulla_loader_get_fetcher (self), &options, cancellable, bulla_wait_cb,
                             &result);
  g_autoptr (BullaFetchResult) fetched = bulla_fetcher_fetch_finish (
      bulla_loader_get_fetcher (self), bulla_wait_for (&result), &error);
  take_chain (self, load, fetched, error);
}

/**
 * bulla_loader_load:
 * @self: a loader
 * @outer: the response, or the file
 * @stream: its body
 * @chain: (nullable): a certificate chain that stands in for the one at cert-url
 * @cancellable: (nullable): to stop it
 * @error: only %G_IO_ERROR_CANCELLED: whatever is wrong with the package is in its verdict
 *
 * As bulla_loader_load_async(), but waits.
 *
 * Returns: (transfer full): the load
 */
BullaLoad *
bulla_loader_load (BullaLoader *self, BullaOuter *outer, GInputStream *stream, GBytes *chain,
                   GCancellable *cancellable, GError **error)
{
  Walk walk;
  walk_init (&walk, self, outer, stream, chain);
  BullaLoad *load = g_object_ref (walk.load);
  while (bulla_load_get_state (load) != BULLA_LOAD_JUDGED
         && !g_cancellable_is_cancelled (cancellable)) {
    g_autoptr (GError) failure = NULL;
    if (bulla_load_get_state (load) == BULLA_LOAD_WANTS_BYTES) {
      gssize n =
          g_input_stream_read (walk.input, walk.buffer, sizeof walk.buffer, cancellable, &failure);
      take_bytes (&walk, n, failure);
    } else if (bulla_loader_get_offline (self)) {
      bulla_load_give_no_chain (load, BULLA_REASON_NONE, OFFLINE);
    } else if (!reuse_chain (self, load)) {
      fetch_chain_and_wait (self, load, cancellable);
    }
  }
  leave_rest (&walk);
  walk_clear (&walk);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    g_clear_object (&load);
  return load;
}
