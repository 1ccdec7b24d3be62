/* bulla-report-delivery.c - sends one report to one collector
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: Reporting API, "Attempt to deliver reports to endpoint"; Fetch, "CORS-preflight fetch":
 * a preflight asks each host first, so that a host that collects no reports receives none. No
 * credentials are sent. */
#include "bulla-report-delivery.h"

#include <string.h>

#include "bulla-field.h"
#include "bulla-private-address.h"
#include "bulla-sxg-report.h"
#include "bulla-url.h"

#define ANSWER_MAX 65536 /* most bytes of a collector's response */

typedef struct {
  char *collector;      /* owned */
  char *origin;         /* owned; origin that the report is about */
  GBytes *text;         /* owned */
  guint view;           /* number of the view in the ledger */
  gboolean public_only; /* private addresses are refused; see bulla_server_is_public() */
} Delivery;

static void
delivery_free (gpointer data)
{
  Delivery *self = data;

  g_free (self->collector);
  g_free (self->origin);
  g_bytes_unref (self->text);
  g_free (self);
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (BullaFetchResult) answer =
      bulla_fetcher_fetch_finish (BULLA_FETCHER (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, answer->status);
}

/* @task: (transfer full) */
static void
post (GTask *task)
{
  Delivery *self = g_task_get_task_data (task);
  const char *headers[] = {"Origin", self->origin, NULL};
  BullaFetchOptions options = {
      .url = self->collector,
      .method = "POST",
      .cause = {.view = self->view, .purpose = "report"},
      .headers = headers,
      .body = self->text,
      .body_type = BULLA_SXG_REPORT_TYPE,
      .public_only = self->public_only,
      .max_size = ANSWER_MAX,
  };

  bulla_fetcher_fetch_async (g_task_get_source_object (task), &options,
                             g_task_get_cancellable (task), posted_cb, task);
}

static gboolean
lists (const char *field, const char *name)
{
  BullaToken element;

  while (field != NULL && bulla_field_next_element (&field, &element))
    if (bulla_token_equal (element, name, TRUE) || bulla_token_equal (element, "*", FALSE))
      return TRUE;
  return FALSE;
}

static gboolean
is_welcome (const Delivery *self, const BullaFetchResult *answer)
{
  const char *origin = g_hash_table_lookup (answer->headers, "access-control-allow-origin");

  return answer->status / 100 == 2
         && (g_strcmp0 (origin, "*") == 0 || g_strcmp0 (origin, self->origin) == 0)
         && lists (g_hash_table_lookup (answer->headers, "access-control-allow-headers"),
                   "content-type");
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (BullaFetchResult) answer =
      bulla_fetcher_fetch_finish (BULLA_FETCHER (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else if (is_welcome (g_task_get_task_data (task), answer))
    post (g_steal_pointer (&task));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             "%s does not accept reports from %s", answer->final_url,
                             ((Delivery *)g_task_get_task_data (task))->origin);
}

/* Sends the CORS-preflight request. @task: (transfer full) */
static void
ask_first (GTask *task)
{
  Delivery *self = g_task_get_task_data (task);
  const char *headers[] = {"Origin",
                           self->origin,
                           "Access-Control-Request-Method",
                           "POST",
                           "Access-Control-Request-Headers",
                           "content-type",
                           NULL};
  BullaFetchOptions options = {
      .url = self->collector,
      .method = "OPTIONS",
      .cause = {.view = self->view, .purpose = "report"},
      .headers = headers,
      .public_only = self->public_only,
      .max_size = ANSWER_MAX,
  };

  bulla_fetcher_fetch_async (g_task_get_source_object (task), &options,
                             g_task_get_cancellable (task), asked_cb, task);
}

/**
 * bulla_report_deliver_async: (skip)
 * @fetcher: sends the report
 * @collector: an https URL
 * @about: the URL of the response that named the collector
 * @text: the text of the report
 * @view: the number of the view that the report is about; 0 if there is none
 * @cancellable: (nullable): cancels the delivery
 * @callback: called when the collector has responded, or the delivery failed
 * @user_data: for @callback
 */
void
bulla_report_deliver_async (BullaFetcher *fetcher, const char *collector, const char *about,
                            const char *text, guint view, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (fetcher, cancellable, callback, user_data);
  Delivery *self = g_new0 (Delivery, 1);
  g_autofree char *target = bulla_url_dup_origin (collector);

  self->collector = g_strdup (collector);
  self->origin = bulla_url_dup_origin (about);
  self->view = view;
  self->text = g_bytes_new (text, strlen (text));
  self->public_only = bulla_server_is_public (about);
  g_task_set_task_data (task, self, delivery_free);
  if (self->origin == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s has no origin",
                             about);
    g_object_unref (task);
  } else if (g_strcmp0 (self->origin, target) == 0) {
    post (task);
  } else {
    ask_first (task);
  }
}

/**
 * bulla_report_deliver_finish: (skip)
 * @fetcher: the fetcher that sent the report
 * @result: the result passed to the callback
 * @error: why there is no answer
 *
 * Returns: HTTP status of the response; 0 if there is none
 */
guint
bulla_report_deliver_finish (BullaFetcher *fetcher, GAsyncResult *result, GError **error)
{
  gssize status = g_task_propagate_int (G_TASK (result), error);

  return status > 0 ? (guint)status : 0;
}
