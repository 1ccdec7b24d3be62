/* bulla-view-download.c - where a downloaded file came from
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * As for pages (bulla-view-compare.c): the id in the response names the gateway's answer, but a
 * service worker may have written it. So the bytes of the finished file are compared with those of
 * the answer. A download that no navigation of a page began, such as that of `<a download>`, has no
 * answer, and stays unconfirmed. */
#include "bulla-view-download.h"

#include "bulla-address.h"
#include "bulla-view-private.h"

#define KEY "bulla-download-answer"
#define DIGEST_BYTES 32
#define PIECE_BYTES 65536
#define TRIES_MAX 10
#define TRY_AGAIN_MS 50

/**
 * bulla_view_note_download:
 * @response: the response to a navigation of @self, which becomes a download
 */
void
bulla_view_note_download (BullaView *self, WebKitURIResponse *response)
{
  SoupMessageHeaders *headers = webkit_uri_response_get_http_headers (response);
  const char *id =
      headers != NULL ? soup_message_headers_get_one (headers, BULLA_ANSWER_FIELD) : NULL;
  BullaNavigationAnswer *answer = bulla_engine_find_answer (self->engine, &self->id, id);
  gboolean fresh = answer != NULL && bulla_navigation_answer_is_since (answer, self->allowed);

  g_object_set_data_full (G_OBJECT (self), KEY, fresh ? g_object_ref (answer) : NULL,
                          g_object_unref);
}

/**
 * bulla_view_take_download:
 * @url: URL of a download that has begun
 *
 * Returns: (transfer full) (nullable): the gateway's answer, if bulla_view_note_download() noted
 *   one for @url last
 */
BullaNavigationAnswer *
bulla_view_take_download (BullaView *self, const char *url)
{
  g_autoptr (BullaNavigationAnswer) answer = g_object_steal_data (G_OBJECT (self), KEY);

  return answer != NULL && bulla_address_equal (bulla_navigation_answer_get_url (answer), url)
             ? g_steal_pointer (&answer)
             : NULL;
}

/* a finished file that is compared with the answer */
typedef struct {
  BullaNavigationAnswer *answer; /* owned; nullable */
  char *file;                    /* owned */
  guint64 n_hashed;              /* bytes of the answer that have a digest */
  gboolean read;                 /* whether the file was read, and is not longer than that */
  guint8 digest[DIGEST_BYTES];
  guint tries;
} Comparison;

static void
comparison_free (gpointer data)
{
  Comparison *self = data;

  g_clear_object (&self->answer);
  g_free (self->file);
  g_free (self);
}

static void
hash_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Comparison *self = data;
  g_autoptr (GFile) file = g_file_new_for_path (self->file);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, &error);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *piece = g_malloc (PIECE_BYTES);
  gsize digest_length = sizeof self->digest;
  guint64 total = 0;
  gssize n = stream != NULL ? 1 : -1;

  while (n > 0 && total <= self->n_hashed) {
    n = g_input_stream_read (G_INPUT_STREAM (stream), piece, PIECE_BYTES, cancellable, &error);
    g_checksum_update (sum, piece, MAX (n, 0));
    total += (guint64)MAX (n, 0);
  }
  g_checksum_get_digest (sum, self->digest, &digest_length);
  self->read = n == 0;
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Returns: (transfer full): where the file came from */
static BullaProvenance *
describe (WebKitDownload *download, const Comparison *self, BullaConfirmation confirmation)
{
  const char *url = webkit_uri_request_get_uri (webkit_download_get_request (download));
  BullaStanding standing = bulla_answer_get_standing (self->answer, url);
  gboolean unconfirmed = confirmation != BULLA_CONFIRMED && standing != BULLA_STANDING_INSECURE
                         && standing != BULLA_STANDING_NONE;
  BullaLoad *load = self->answer != NULL ? bulla_navigation_answer_get_load (self->answer) : NULL;

  return unconfirmed ? bulla_provenance_new (BULLA_STANDING_UNKNOWN, url, NULL)
                     : bulla_provenance_new (standing, url, load);
}

static void settle (GTask *task);

static gboolean
settle_cb (gpointer user_data)
{
  settle (user_data);
  return G_SOURCE_REMOVE;
}

/* The gateway may have to note the end of its answer. @task: (transfer full) */
static void
settle (GTask *task)
{
  WebKitDownload *download = g_task_get_source_object (task);
  Comparison *self = g_task_get_task_data (task);
  WebKitURIResponse *response = webkit_download_get_response (download);
  g_autoptr (GHashTable) fields = bulla_response_list_fields (response);
  g_autofree char *difference = NULL;
  const char *url = response != NULL ? webkit_uri_response_get_uri (response) : NULL;
  BullaConfirmation confirmation =
      self->answer != NULL ? bulla_navigation_answer_confirm (
          self->answer, url != NULL ? url : "",
          response != NULL ? webkit_uri_response_get_status_code (response) : 0, fields,
          self->read ? self->digest : NULL, &difference)
                           : BULLA_CONFIRMATION_UNKNOWN;

  if (self->answer != NULL && confirmation == BULLA_CONFIRMATION_UNKNOWN
      && bulla_navigation_answer_get_uncompared (self->answer) == BULLA_UNCOMPARED_OPEN
      && self->tries++ < TRIES_MAX) {
    g_timeout_add (TRY_AGAIN_MS, settle_cb, task);
    return;
  }
  g_task_return_pointer (task, describe (download, self, confirmation), g_object_unref);
  g_object_unref (task);
}

static void
hashed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    settle (g_steal_pointer (&task));
}

/**
 * bulla_download_check_async:
 * @download: a finished download
 * @answer: (nullable): a result of bulla_view_take_download()
 *
 * Compares the file with what the gateway sent. The file is read by a thread, and no further than
 * the answer is long.
 */
void
bulla_download_check_async (WebKitDownload *download, BullaNavigationAnswer *answer,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (download, cancellable, callback, user_data);
  Comparison *self = g_new0 (Comparison, 1);
  g_autoptr (GTask) hashing = g_task_new (download, cancellable, hashed_cb, task);

  g_set_object (&self->answer, answer);
  self->file = g_strdup (webkit_download_get_destination (download));
  self->n_hashed = answer != NULL ? bulla_navigation_answer_get_n_hashed (answer) : 0;
  g_task_set_task_data (task, self, comparison_free);
  g_task_set_task_data (hashing, self, NULL); /* owned by the outer task */
  g_task_run_in_thread (hashing, hash_file);
}

/**
 * bulla_download_check_finish:
 * @error: set if the file could not be read
 *
 * Returns: (transfer full) (nullable): where the file came from
 */
BullaProvenance *
bulla_download_check_finish (WebKitDownload *download, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bulla_view_report_download:
 * @file: (nullable): name of the file
 * @provenance: where it came from
 * @error: (nullable): why it is not complete
 *
 * Writes the end of a download to the decision log.
 */
void
bulla_view_report_download (BullaView *self, const char *file, BullaProvenance *provenance,
                            const char *error)
{
  BullaDecisionLog *log = bulla_view_registry_get_log (self->registry);

  if (log != NULL)
    bulla_decision_log_write_download (log, self->id.number, file, provenance, error);
}
