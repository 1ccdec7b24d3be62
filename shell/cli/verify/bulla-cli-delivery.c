/* bulla-cli-delivery.c - a package that is read once, for several judges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-delivery.h"

#include "bulla-cli-files.h"
#include "bulla-loader-internal.h"
#include "bulla-package-kind.h"
#include "bulla-spool.h"
#include "bulla-wait.h"

#define SIZE_MAX_KEPT (G_GUINT64_CONSTANT (4) << 30) /* most bytes; few of them are in memory */

static const BullaCause CAUSE = {.purpose = "package"};

struct _BullaCliDelivery {
  BullaFetchResult *response; /* owned; NULL for a file */
  BullaSpool *spool;          /* owned; its bytes */
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
