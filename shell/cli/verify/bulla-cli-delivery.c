/* bulla-cli-delivery.c - a package that is read once, for several judges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-delivery.h"

#include "bulla-body-stream.h"
#include "bulla-cli-files.h"
#include "bulla-cli-guess-content.h"
#include "bulla-loader-internal.h"
#include "bulla-package-kind.h"
#include "bulla-spool.h"
#include "bulla-wait.h"

#define START_SIZE 4096 /* most bytes from which the content is guessed */
#define SIZE_MAX_KEPT (G_GUINT64_CONSTANT (4) << 30) /* most bytes; few of them are in memory */

static const BullaCause CAUSE = {.purpose = "package"};

struct _BullaCliDelivery {
  BullaFetchResult *response; /* owned; NULL for a file */
  BullaSpool *spool;          /* owned; its bytes; NULL for a response that one judge reads */
};

/**
 * bulla_cli_delivery_is_needed: (skip)
 * @name: a file or a URL
 *
 * Returns: whether reading it a second time may give other bytes: it is a URL or a pipe
 */
gboolean
bulla_cli_delivery_is_needed (const char *name)
{
  return bulla_cli_is_url (name)
         || (g_file_test (name, G_FILE_TEST_EXISTS) && !g_file_test (name, G_FILE_TEST_IS_REGULAR)
             && !g_file_test (name, G_FILE_TEST_IS_DIR));
}

/* Returns: (transfer full) (nullable): the response, whose body is still to be read */
static BullaFetchResult *
request_url (BullaLoader *loader, const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_loader_request_package_async (loader, url, &CAUSE, NULL, bulla_wait_cb, &result);
  return bulla_loader_request_package_finish (loader, bulla_wait_for (&result), error);
}

/**
 * bulla_cli_delivery_new: (skip)
 * @loader: a loader, which requests a URL
 * @name: a file or a URL
 * @error: set if the file cannot be opened or the server did not answer
 *
 * Reads to the end. If that fails, or more than 4 GiB come, readers get the bytes before, and then
 * the error. Runs the calling thread's main context.
 *
 * Returns: (transfer full) (nullable): the bytes, and the response that delivered them
 */
BullaCliDelivery *
bulla_cli_delivery_new (BullaLoader *loader, const char *name, GError **error)
{
  g_autoptr (BullaCliDelivery) self = g_new0 (BullaCliDelivery, 1);
  g_autoptr (GInputStream) file = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  if (bulla_cli_is_url (name))
    self->response = request_url (loader, name, error);
  else
    file = bulla_cli_open_file (name, error);
  if (self->response == NULL && file == NULL)
    return NULL;
  self->spool = bulla_spool_new (file != NULL ? file : self->response->stream, SIZE_MAX_KEPT);
  bulla_spool_wait_async (self->spool, G_MAXUINT64, NULL, bulla_wait_cb, &result);
  return bulla_spool_wait_finish (self->spool, bulla_wait_for (&result), error)
             ? g_steal_pointer (&self)
             : NULL;
}

/**
 * bulla_cli_delivery_request: (skip)
 * @loader: requests the URL
 * @url: an http or https URL
 * @error: set if the server did not answer
 *
 * Like bulla_cli_delivery_new(), for one judge, which reads the body while it arrives. Runs the
 * calling thread's main context.
 *
 * Returns: (transfer full) (nullable): the response
 */
BullaCliDelivery *
bulla_cli_delivery_request (BullaLoader *loader, const char *url, GError **error)
{
  BullaFetchResult *response = request_url (loader, url, error);
  BullaCliDelivery *self = response != NULL ? g_new0 (BullaCliDelivery, 1) : NULL;

  if (self != NULL)
    self->response = response;
  return self;
}

/* Reads what comes first, without losing it. After an error the next reader gets the error again.
 * Returns: (transfer full): a stream of all bytes */
static GInputStream *
read_start (GInputStream *body, const char **guess)
{
  g_autofree guint8 *start = g_malloc (START_SIZE);
  gsize length = 0;
  gssize n = 1;

  while (n > 0 && length < BULLA_PACKAGE_SNIFF_SIZE) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_async (body, start + length, START_SIZE - length, G_PRIORITY_DEFAULT, NULL,
                               bulla_wait_cb, &result);
    n = g_input_stream_read_finish (body, bulla_wait_for (&result), NULL);
    length += (gsize)MAX (n, 0);
  }
  if (n >= 0 && bulla_package_sniff (start, length) == BULLA_PACKAGE_UNKNOWN)
    *guess = bulla_cli_guess_content (start, length);
  return bulla_body_stream_new (body, start, length, NULL);
}

/**
 * bulla_cli_delivery_open_answer: (skip)
 * @self: the answer of a server
 * @guess: (out) (nullable): a description of a body that is not a package, for gettext
 *
 * Runs the calling thread's main context until the first bytes are there.
 *
 * Returns: (transfer full): a stream of all bytes, to be read asynchronously
 */
GInputStream *
bulla_cli_delivery_open_answer (const BullaCliDelivery *self, const char **guess)
{
  g_autoptr (GInputStream) body =
      self->spool != NULL ? bulla_spool_open (self->spool) : g_object_ref (self->response->stream);

  *guess = NULL;
  return read_start (body, guess);
}

void
bulla_cli_delivery_free (BullaCliDelivery *self)
{
  g_clear_object (&self->spool);
  g_clear_pointer (&self->response, bulla_fetch_result_free);
  g_free (self);
}

/* Returns: (transfer full): a stream of all bytes, which does not block */
GInputStream *
bulla_cli_delivery_open (const BullaCliDelivery *self)
{
  return bulla_spool_open (self->spool);
}

/* Returns: (transfer full) (nullable): the response; NULL for a file */
BullaOuter *
bulla_cli_delivery_dup_outer (const BullaCliDelivery *self)
{
  return self->response != NULL ? bulla_loader_describe_response (self->response, &CAUSE) : NULL;
}

/* Returns: the kind of package that the server named; UNKNOWN for a file */
BullaPackageKind
bulla_cli_delivery_get_kind (const BullaCliDelivery *self)
{
  return self->response != NULL ? bulla_package_from_content_type (self->response->content_type)
                                : BULLA_PACKAGE_UNKNOWN;
}
