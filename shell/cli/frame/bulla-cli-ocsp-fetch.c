/* bulla-cli-ocsp-fetch.c - asks an OCSP responder
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 6960 appendix A. */
#include "bulla-cli-ocsp-fetch.h"

#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-fetcher.h"
#include "bulla-loader-internal.h"
#include "bulla-private-address.h"
#include "bulla-wait.h"

#define RESPONSE_SIZE_MAX (1 << 16)
#define REQUEST_TYPE "application/ocsp-request"
#define RESPONSE_TYPE "application/ocsp-response"

/* the request as the last part of the URL: base64, with what has a meaning in URLs escaped */
static char *
dup_get_url (const char *responder, GBytes *request)
{
  g_autofree char *base64 =
      g_base64_encode (g_bytes_get_data (request, NULL), g_bytes_get_size (request));
  g_autofree char *escaped = g_uri_escape_string (base64, NULL, FALSE);

  return g_strconcat (responder, g_str_has_suffix (responder, "/") ? "" : "/", escaped, NULL);
}

/* A certificate may name a private host, as a file may; no public host may lead to one. */
static BullaFetchResult *
fetch (BullaLoader *loader, const char *responder, GBytes *request, gboolean get, GError **error)
{
  BullaFetcher *fetcher = bulla_loader_get_fetcher (loader);
  g_autofree char *own_host = bulla_url_dup_private_host (responder);
  g_autofree char *url = get ? dup_get_url (responder, request) : g_strdup (responder);
  BullaFetchOptions options = {.url = url,
                               .method = get ? "GET" : "POST",
                               .accept = RESPONSE_TYPE,
                               .cause = {.purpose = "revocation"},
                               .body = get ? NULL : request,
                               .body_type = get ? NULL : REQUEST_TYPE,
                               .follow_redirects = get,
                               .public_only = TRUE,
                               .own_host = own_host,
                               .bypass_cache = TRUE,
                               .insecure = TRUE,
                               .max_size = RESPONSE_SIZE_MAX};
  g_autoptr (GAsyncResult) result = NULL;

  bulla_fetcher_fetch_async (fetcher, &options, NULL, bulla_wait_cb, &result);
  return bulla_fetcher_fetch_finish (fetcher, bulla_wait_for (&result), error);
}

/**
 * bulla_cli_ocsp_fetch: (skip)
 * @loader: whose network, deadline and ledger are used
 * @responder: its URL, http or https
 * @request: an OCSPRequest in DER
 * @get: whether to send it with GET; otherwise with POST
 * @error: what went wrong, with the URL
 *
 * Returns: (transfer full) (nullable): the body of a response with status 200
 */
GBytes *
bulla_cli_ocsp_fetch (BullaLoader *loader, const char *responder, GBytes *request, gboolean get,
                      GError **error)
{
  g_autoptr (BullaFetchResult) result = fetch (loader, responder, request, get, error);

  if (result != NULL && result->status == 200)
    return g_bytes_ref (result->body);
  if (result != NULL)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK, _ ("%s: the server answered %u"),
                 responder, result->status);
  else
    g_prefix_error (error, "%s: ", responder);
  return NULL;
}
