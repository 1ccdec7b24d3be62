/* bulla-live-comparison.c - compares the shown page with what its publisher sends a client now
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The publisher is asked only here, after the user has chosen to; the request has no cookies. */
#include "bulla-live-comparison.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-content-converter.h"
#include "bulla-error.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-panel-row.h"
#include "bulla-printable.h"

#define BODY_MAX (16 << 20) /* most bytes that are fetched, and most that are compared */

/* a comparison that waits for the page's bytes, and then for the publisher */
typedef struct {
  BullaProvenance *provenance; /* owned; of the shown page */
  BullaClient *client;         /* owned */
  char *url;                   /* owned */
  guint8 *shown;               /* owned; bytes of the page; NULL if WebKit does not have them */
  gsize n_shown;
} Comparison;

static void
comparison_free (Comparison *self)
{
  g_object_unref (self->provenance);
  bulla_client_unref (self->client);
  g_free (self->url);
  g_free (self->shown);
  g_free (self);
}

static void
add (GListStore *store, const char *title, const char *value)
{
  g_autofree char *printable = bulla_printable_dup (value);
  g_autoptr (BullaPanelRow) row = bulla_panel_row_new (title, printable);

  g_list_store_append (store, row);
}

/* Compares a header field of the package with that of the publisher's response. */
static void
add_field (GListStore *store, const Comparison *self, const BullaFetchResult *live,
           const char *name)
{
  BullaLoad *load = bulla_provenance_get_load (self->provenance);
  const BullaHeader *header =
      load != NULL ? bulla_facts_find_header (bulla_load_get_facts (load), name) : NULL;
  const char *signed_value = header != NULL ? header->value : NULL;
  const char *live_value = g_hash_table_lookup (live->headers, name);

  if (signed_value == NULL && live_value == NULL)
    return;
  g_autofree char *text = g_strcmp0 (signed_value, live_value) == 0
                              ? g_strdup_printf (_ ("the same: %s"), live_value)
                              : g_strdup_printf (_ ("package: %s; publisher: %s"),
                                                 signed_value != NULL ? signed_value : _ ("none"),
                                                 live_value != NULL ? live_value : _ ("none"));
  add (store, name, text);
}

/* Returns: (transfer full) (nullable): the body without its content coding; %NULL if it does not
 * decode, or is too large */
static GByteArray *
decode_body (const BullaFetchResult *live)
{
  g_auto (GStrv) codings =
      bulla_content_codings_split (g_hash_table_lookup (live->headers, "content-encoding"));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (live->body);
  guint8 piece[8192];
  gssize n = codings != NULL ? 0 : -1;

  for (guint i = 0; codings != NULL && codings[i] != NULL; i++) {
    g_autoptr (GConverter) converter = bulla_content_converter_new (codings[i]);
    GInputStream *decoded = g_converter_input_stream_new (stream, converter);
    g_object_unref (stream);
    stream = decoded;
  }
  while (n >= 0 && bytes->len <= BODY_MAX
         && (n = g_input_stream_read (stream, piece, sizeof piece, NULL, NULL)) > 0)
    g_byte_array_append (bytes, piece, (guint)n);
  return n == 0 ? g_steal_pointer (&bytes) : NULL;
}

static void
add_body (GListStore *store, const Comparison *self, const BullaFetchResult *live)
{
  g_autoptr (GByteArray) bytes = live->body != NULL ? decode_body (live) : NULL;

  if (bytes == NULL || self->shown == NULL) {
    add (store, _ ("Body"), _ ("not compared: it is too large, or does not decode"));
    return;
  }
  gsize n = MIN (bytes->len, self->n_shown), same = 0;
  while (same < n && bytes->data[same] == self->shown[same])
    same++;
  g_autofree char *text =
      same == bytes->len && same == self->n_shown
          ? g_strdup_printf (_ ("the same %lu bytes"), (gulong)same)
          : g_strdup_printf (_ ("the page: %lu bytes; publisher: %u bytes; they differ from byte "
                                "%lu on"),
                             (gulong)self->n_shown, bytes->len, (gulong)same);
  add (store, _ ("Body"), text);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const char *const fields[] = {"content-type", "content-language", "content-encoding",
                                       "vary",         "variants-04",      "variant-key-04",
                                       "etag",         "last-modified"};
  g_autoptr (GTask) task = user_data;
  Comparison *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (BullaFetchResult) live =
      bulla_fetcher_fetch_finish (BULLA_FETCHER (source), result, &error);

  if (live == NULL) {
    g_task_return_error (task, error);
    return;
  }
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  g_autofree char *status = g_strdup_printf (_ ("%u from %s"), live->status, live->final_url);
  add (store, _ ("Publisher’s response"), status);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    add_field (store, self, live, fields[i]);
  add_body (store, self, live);
  g_task_return_pointer (task, store, g_object_unref);
}

/* Returns: (transfer full): the fields of the client, names and values in turn. Only codings that
 * can be removed here are asked for. */
static GStrv
list_headers (const Comparison *self)
{
  g_autoptr (GStrvBuilder) headers = g_strv_builder_new ();

  g_strv_builder_add_many (headers, "Accept-Encoding", BULLA_CONTENT_CODINGS, NULL);
  if (self->client->languages != NULL)
    g_strv_builder_add_many (headers, "Accept-Language", self->client->languages, NULL);
  for (guint i = 0; self->client->fields[i] != NULL; i++)
    g_strv_builder_add (headers, self->client->fields[i]);
  return g_strv_builder_end (headers);
}

/* @task: (transfer full) */
static void
ask_publisher (GTask *task)
{
  Comparison *self = g_task_get_task_data (task);
  BullaView *view = g_task_get_source_object (task);
  BullaLoader *loader = bulla_engine_get_loader (bulla_view_get_engine (view));
  g_auto (GStrv) headers = list_headers (self);
  BullaFetchOptions options = {
      .url = self->url,
      .cause = {.view = bulla_view_get_number (view), .purpose = "comparison"},
      .headers = (const char *const *)headers,
      .follow_redirects = TRUE,
      .max_size = BODY_MAX,
  };

  if (!bulla_client_find_accept (self->client, "document", &options.accept))
    options.accept = "*/*";
  bulla_fetcher_fetch_async (bulla_loader_get_fetcher (loader), &options,
                             g_task_get_cancellable (task), fetched_cb, task);
}

static void
data_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Comparison *self = g_task_get_task_data (task);

  /* without the bytes, the comparison says that the body is not compared */
  self->shown = webkit_web_resource_get_data_finish (WEBKIT_WEB_RESOURCE (source), result,
                                                     &self->n_shown, NULL);
  if (!g_task_return_error_if_cancelled (task))
    ask_publisher (g_steal_pointer (&task));
}

/**
 * bulla_live_compare_async:
 * @view: a view that shows a page
 * @client: the client as which the publisher is asked
 * @cancellable: (nullable): to be cancelled when the page is left
 * @callback: called when the response has come
 * @user_data: for @callback
 *
 * Sends one request to the publisher, without cookies, and lists it in the ledger.
 */
void
bulla_live_compare_async (BullaView *view, BullaClient *client, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (view, cancellable, callback, user_data);
  BullaProvenance *provenance = bulla_view_get_provenance (view);
  const char *live = bulla_provenance_get_live_url (provenance);
  const char *url = live != NULL ? live : bulla_provenance_get_url (provenance);
  WebKitWebResource *resource = webkit_web_view_get_main_resource (WEBKIT_WEB_VIEW (view));
  Comparison *self = g_new0 (Comparison, 1);

  *self = (Comparison){g_object_ref (provenance), bulla_client_ref (client), g_strdup (url)};
  g_task_set_task_data (task, self, (GDestroyNotify)comparison_free);
  if (url == NULL || !g_str_has_prefix (url, "https://"))
    g_task_return_new_error (task, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                             _ ("This page has no publisher that could be asked"));
  else if (resource != NULL)
    webkit_web_resource_get_data (resource, cancellable, data_cb, g_steal_pointer (&task));
  else
    ask_publisher (g_steal_pointer (&task));
}

/**
 * bulla_live_compare_finish:
 * @view: the view
 * @result: the result passed to the callback
 * @error: why the publisher did not answer
 *
 * Returns: (transfer full) (nullable): of #BullaPanelRow: status, header fields and body, each with
 *   what the package has and what the publisher sends
 */
GListModel *
bulla_live_compare_finish (BullaView *view, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
