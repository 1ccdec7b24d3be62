/* bulla-cli-download.c - fetches a package into memory for inspection
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-cli-inspect.h"
#include "bulla-cli-loader.h"
#include "bulla-fetcher.h"
#include "bulla-loader-internal.h"
#include "bulla-wait.h"

#define MAX_SIZE (256 << 20)
#define MAX_FILE_SIZE (G_GUINT64_CONSTANT (4) << 30)

/* Returns the body of the response. */
static GBytes *
download (const char *url, GError **error)
{
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  g_autoptr (BullaLoader) loader = trust != NULL ? bulla_cli_new_timed_loader (trust, error) : NULL;

  if (loader == NULL)
    return NULL;
  BullaFetcher *fetcher = bulla_loader_get_fetcher (loader);
  BullaFetchOptions options = {.url = url,
                               .accept =
                                   "application/signed-exchange;v=b3,application/webbundle;v=b2,"
                                   "application/webbundle;v=b1,*/*;q=0.8",
                               .cause = {.purpose = "package"},
                               .follow_redirects = TRUE,
                               .insecure = TRUE,
                               .named_headers = bulla_loader_get_request_headers (loader),
                               .max_size = MAX_SIZE};
  g_autoptr (GAsyncResult) result = NULL;
  bulla_fetcher_fetch_async (fetcher, &options, NULL, bulla_wait_cb, &result);
  g_autoptr (BullaFetchResult) fetched =
      bulla_fetcher_fetch_finish (fetcher, bulla_wait_for (&result), error);
  if (fetched == NULL)
    return NULL;
  if (fetched->status != 200) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK,
                 _ ("%s: the server answered with status %u"), url, fetched->status);
    return NULL;
  }
  return g_bytes_ref (fetched->body);
}

/**
 * bulla_cli_read_package: (skip)
 * @name: a file or a URL; "-" is standard input
 * @error: if it could not be fetched
 *
 * Returns: (transfer full) (nullable): all of its bytes; a regular file is mapped into memory, not
 *   read
 */
GBytes *
bulla_cli_read_package (const char *name, GError **error)
{
  return bulla_cli_is_url (name) ? download (name, error)
                                 : bulla_cli_read_file (name, MAX_FILE_SIZE, error);
}
