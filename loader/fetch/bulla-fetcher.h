/* bulla-fetcher.h - fetches a URL without credentials, within limits of size and time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-ledger-internal.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

#define BULLA_FETCH_REDIRECTS_MAX 20

/**
 * BullaFetchOptions:
 * @url: the URL to fetch; https
 * @method: (nullable): HTTP method; %NULL for GET
 * @accept: (nullable): the value of the Accept header field
 * @cause: the cause, for the ledger
 * @headers: (nullable): further header fields: names and values in turn, then %NULL
 * @named_headers: (nullable): header fields that the user asked to send, as in @headers; they
 *   replace others of the same name, and are not sent to another origin after a redirect
 * @body: (nullable): the body to send
 * @body_type: (nullable): the media type of @body
 * @follow_redirects: whether to follow them; otherwise one is returned as the result it is
 * @public_only: whether an address of this machine or its network is refused,
 *   for each redirect anew; otherwise a redirect may lead to one only from another one
 * @own_host: (nullable): the host that is not refused then: where the wish comes from
 * @bypass_cache: whether caches on the way are told to ask the server again
 * @insecure: whether http URLs are fetched, too; their response is judged as insecure
 * @max_size: of the body, in bytes; a larger one is a %BULLA_ERROR_LIMIT
 * @keep_status: a larger body does not fail: the result has the status, and no body
 */
typedef struct {
  const char *url;
  const char *method;
  const char *accept;
  BullaCause cause;
  const char *const *headers;
  const char *const *named_headers;
  GBytes *body;
  const char *body_type;
  gboolean follow_redirects;
  gboolean public_only;
  const char *own_host;
  gboolean bypass_cache;
  gboolean insecure;
  gsize max_size;
  gboolean keep_status;
} BullaFetchOptions;

/**
 * BullaFetchResult:
 * @body: (nullable): the body; %NULL when there is a @stream, or where it was larger than allowed
 * @stream: (nullable): the body still to be read
 * @status: the HTTP status
 * @content_type: (nullable): the Content-Type header field
 * @headers: (element-type utf8 utf8): all header fields, with names in lower case and repeated
 *   fields joined
 * @final_url: the URL of the response, after redirects
 * @n_redirects: number of redirects followed
 * @server_address: (nullable): the IP address of the server
 * @protocol: (nullable): the ALPN name of the HTTP version; static
 */
typedef struct {
  GBytes *body;         /* owned */
  GInputStream *stream; /* owned */
  guint status;
  char *content_type;  /* owned */
  GHashTable *headers; /* owned */
  char *final_url;     /* owned */
  guint n_redirects;
  char *server_address; /* owned */
  const char *protocol; /* static */
} BullaFetchResult;

void bulla_fetch_result_free (BullaFetchResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaFetchResult, bulla_fetch_result_free)

#define BULLA_TYPE_FETCHER (bulla_fetcher_get_type ())
G_DECLARE_FINAL_TYPE (BullaFetcher, bulla_fetcher, BULLA, FETCHER, GObject)

typedef struct _BullaConnector BullaConnector;

BullaFetcher *bulla_fetcher_new (BullaTrust *trust, BullaLedger *ledger);
BullaConnector *bulla_fetcher_get_connector (BullaFetcher *self);
gboolean bulla_fetcher_add_resolve (BullaFetcher *self, const char *host_port_address,
                                    GError **error);

void bulla_fetcher_fetch_async (BullaFetcher *self, const BullaFetchOptions *options,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
BullaFetchResult *bulla_fetcher_fetch_finish (BullaFetcher *self, GAsyncResult *result,
                                              GError **error);
void bulla_fetcher_send_async (BullaFetcher *self, const BullaFetchOptions *options,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
BullaFetchResult *bulla_fetcher_send_finish (BullaFetcher *self, GAsyncResult *result,
                                             GError **error);

G_END_DECLS
