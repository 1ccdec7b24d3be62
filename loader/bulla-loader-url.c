/* bulla-loader-url.c - loads a package from a URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-package-kind.h"

#define ACCEPT_PACKAGE                                                                             \
  "application/signed-exchange;v=b3,application/webbundle;v=b2,application/webbundle;v=b1,"        \
  "*/*;q=0.8"

typedef struct {
  GBytes *chain;     /* owned; nullable */
  BullaCause *cause; /* owned */
} UrlOpening;

static void
url_opening_free (gpointer data)
{
  UrlOpening *self = data;

  g_clear_pointer (&self->chain, g_bytes_unref);
  bulla_cause_free (self->cause);
  g_free (self);
}

/**
 * bulla_loader_describe_response: (skip)
 * @response: a response, even if it is not a package
 * @cause: why it was requested
 *
 * Returns: (transfer full): what is judged of the response, besides its body
 */
BullaOuter *
bulla_loader_describe_response (BullaFetchResult *response, const BullaCause *cause)
{
  BullaOuter *outer = bulla_outer_new (response->final_url);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, response->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    bulla_outer_set_header (outer, name, value);
  bulla_outer_set_status (outer, response->status);
  bulla_outer_set_redirected (outer, response->n_redirects > 0);
  bulla_outer_set_server (outer, response->server_address, response->protocol);
  bulla_outer_set_cause (outer, cause);
  return outer;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GObject *package = bulla_loader_open_finish (BULLA_LOADER (source), result, &error);

  if (package != NULL)
    g_task_return_pointer (task, package, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (BullaFetchResult) response =
      bulla_loader_request_package_finish (BULLA_LOADER (source), result, &error);

  if (response == NULL) {
    g_task_return_error (task, error);
    return;
  }
  UrlOpening *opening = g_task_get_task_data (task);
  g_autoptr (BullaOuter) outer = bulla_loader_describe_response (response, opening->cause);
  BullaLoader *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GBytes *chain = opening->chain; /* kept, because the task is passed on */
  bulla_loader_open_stream_async (self, bulla_package_from_content_type (response->content_type),
                                  outer, response->stream, chain, cancellable, opened_cb,
                                  g_steal_pointer (&task));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  BullaFetchResult *response = bulla_fetcher_send_finish (BULLA_FETCHER (source), result, &error);

  if (response != NULL)
    g_task_return_pointer (task, response, (GDestroyNotify)bulla_fetch_result_free);
  else
    g_task_return_error (task, error);
}

/**
 * bulla_loader_request_package_async: (skip)
 * @self: a loader
 * @url: an https or http URL
 * @cause: why it is requested, for the ledger
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the head of the response is there
 * @user_data: for @callback
 *
 * Requests a package, and follows redirects. The loader does not judge the response.
 */
void
bulla_loader_request_package_async (BullaLoader *self, const char *url, const BullaCause *cause,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_loader_request_package_async);
  if (bulla_loader_get_offline (self)) {
    g_task_return_new_error (task, BULLA_ERROR, BULLA_ERROR_OFFLINE, "not fetched (--offline)");
    g_object_unref (task);
    return;
  }
  const char *languages = bulla_loader_get_languages (self);
  const char *fields[] = {languages != NULL ? "Accept-Language" : NULL, languages, NULL};
  BullaFetchOptions options = {
      .url = url,
      .accept = ACCEPT_PACKAGE,
      .headers = fields,
      .cause = *cause,
      .named_headers = bulla_loader_get_request_headers (self),
      .follow_redirects = TRUE,
      .insecure = TRUE,
      .max_size = G_MAXSIZE, /* the body is streamed */
  };
  bulla_fetcher_send_async (bulla_loader_get_fetcher (self), &options, cancellable, sent_cb, task);
}

/**
 * bulla_loader_request_package_finish: (skip)
 * @self: a loader
 * @result: the result of bulla_loader_request_package_async()
 * @error: set if the request failed or was cancelled, or the loader is offline
 *
 * Returns: (transfer full) (nullable): the response, whose body is still to be read from its stream
 */
BullaFetchResult *
bulla_loader_request_package_finish (BullaLoader *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bulla_loader_open_url_async:
 * @self: a loader
 * @url: an https URL; an http URL is loaded too, and fails in the verdict
 * @chain: (nullable): for an exchange: a certificate chain to use instead of the one at cert-url
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the head is judged
 * @user_data: for @callback
 */
void
bulla_loader_open_url_async (BullaLoader *self, const char *url, GBytes *chain,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  bulla_loader_open_url_for_async (self, url, 0, chain, cancellable, callback, user_data);
}

/**
 * bulla_loader_open_url_for_async: (skip)
 * @view: number of the view in the ledger
 *
 * Like bulla_loader_open_url_async(), for a view.
 */
void
bulla_loader_open_url_for_async (BullaLoader *self, const char *url, guint view, GBytes *chain,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  const BullaCause cause = {view, NULL, "package", NULL};
  UrlOpening *opening = g_new (UrlOpening, 1);

  *opening = (UrlOpening){chain != NULL ? g_bytes_ref (chain) : NULL, bulla_cause_copy (&cause)};
  g_task_set_source_tag (task, bulla_loader_open_url_async);
  g_task_set_task_data (task, opening, url_opening_free);
  bulla_loader_request_package_async (self, url, &cause, cancellable, requested_cb, task);
}
