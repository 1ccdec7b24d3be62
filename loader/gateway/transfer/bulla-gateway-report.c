/* bulla-gateway-report.c - passes responses and verdicts on exchanges to the reporter
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-report.h"

#include "bulla-gateway-session.h"
#include "bulla-outer-internal.h"

/* The "network partition key" under which a policy was learnt: the registrable domain of the host.
 */
static char *
dup_partition (BullaGatewaySession *session, const char *host)
{
  const char *site = soup_tld_get_base_domain (host, NULL);

  return g_strdup_printf ("%s %s", session->id, site != NULL ? site : host);
}

/* Returns the partition of the shown page; a navigation of the main page is in the partition of its
 * target. */
static char *
partition_of (BullaGatewayRequest *request)
{
  gboolean top = request->destination == BULLA_DESTINATION_NAVIGATION && !request->frame;

  return dup_partition (request->session, top || request->top_host == NULL
                                              ? g_uri_get_host (request->uri)
                                              : request->top_host);
}

/**
 * bulla_gateway_report_response:
 * @request: the request that the response answers
 * @message: the request to the server, with the response
 *
 * Applies the NEL policy and report collectors in the response's header fields.
 */
void
bulla_gateway_report_response (BullaGatewayRequest *request, BullaHttpMessage *message)
{
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (message);
  BullaNelResponse response = {
      .url = request->url,
      .nel = soup_message_headers_get_list (headers, "NEL"),
      .report_to = soup_message_headers_get_list (headers, "Report-To"),
  };

  if (response.nel == NULL && response.report_to == NULL)
    return;
  g_autofree char *partition = partition_of (request);
  g_autofree char *address = bulla_http_message_dup_address (message);
  response.address = address;
  response.is_suffix = soup_tld_domain_is_public_suffix (g_uri_get_host (request->uri));
  bulla_reporter_note_response (request->gateway->reporter, partition, &response);
}

typedef void (*NoteFunc) (BullaReporter *reporter, const BullaReportOccasion *occasion,
                          BullaLoad *load);

/* The report contains nothing that the server did not learn from the request itself. */
static void
note_exchange (BullaGatewayRequest *request, BullaHttpMessage *message, BullaLoad *load,
               NoteFunc func)
{
  SoupMessageHeaders *headers = bulla_http_message_get_request_headers (message);
  g_autofree char *partition = partition_of (request);
  g_autofree char *address = bulla_http_message_dup_address (message);
  BullaReportOccasion occasion = {
      .partition = partition,
      .view = request->view_token,
      .user_agent = soup_message_headers_get_one (headers, "User-Agent"),
      .started = bulla_http_message_get_started (message),
      .transfer =
          {
              .url = request->url,
              .method = bulla_http_message_get_method (message),
              .referrer = soup_message_headers_get_one (headers, "Referer"),
              .protocol = bulla_http_message_get_protocol (message),
              .server_ip = address,
              .status = bulla_http_message_get_status (message),
          },
  };

  func (request->gateway->reporter, &occasion, load);
}

/**
 * bulla_gateway_report_exchange:
 * @request: a navigation or a prefetch; its client may have left
 * @message: the request to its server, with the response
 * @load: the judged exchange; its body is not read yet
 *
 * Call this once for each exchange that arrives, whether or not it is used.
 */
void
bulla_gateway_report_exchange (BullaGatewayRequest *request, BullaHttpMessage *message,
                               BullaLoad *load)
{
  note_exchange (request, message, load, bulla_reporter_note_exchange);
}

static void
note_variants (BullaReporter *reporter, const BullaReportOccasion *occasion, BullaLoad *load)
{
  bulla_reporter_note_mismatch (reporter, occasion, load, BULLA_REPORT_VARIANT_MISMATCH);
}

/**
 * bulla_gateway_report_mismatch:
 * @request: the request that the exchange was to answer
 * @message: the request to its server, with the response
 * @load: the exchange
 * @verdict: the verdict that the exchange cannot answer that request
 */
void
bulla_gateway_report_mismatch (BullaGatewayRequest *request, BullaHttpMessage *message,
                               BullaLoad *load, BullaVerdict *verdict)
{
  if (bulla_verdict_get_reason (verdict) == BULLA_REASON_REQUEST_VARIANTS)
    note_exchange (request, message, load, note_variants);
}

static BullaSxgTransfer
transfer_of (BullaOuter *outer)
{
  BullaSxgTransfer transfer;

  bulla_sxg_transfer_of_outer (&transfer, outer);
  return transfer;
}

static void
note_policies (BullaGateway *self, const char *partition, BullaOuter *outer)
{
  const char *url = bulla_outer_get_url (outer);
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  BullaNelResponse response = {
      .url = url,
      .address = bulla_outer_get_server_address (outer),
      .nel = bulla_outer_get_header (outer, "nel"),
      .report_to = bulla_outer_get_header (outer, "report-to"),
      .is_suffix = uri != NULL && soup_tld_domain_is_public_suffix (g_uri_get_host (uri)),
  };

  if (uri != NULL && (response.nel != NULL || response.report_to != NULL))
    bulla_reporter_note_response (self->reporter, partition, &response);
}

/**
 * bulla_gateway_report_prefetched:
 * @self: a gateway
 * @who: the page that prefetched the exchange
 * @outer: the response
 * @load: (nullable): the judged exchange in @outer, with its body not read yet; %NULL if @outer is
 *   not an exchange
 * @mismatch: (nullable): why the page cannot use the exchange as one of its parts
 *
 * Reports the exchange, or @mismatch. If @outer is not an exchange, applies its NEL policy and
 * report collectors.
 */
void
bulla_gateway_report_prefetched (BullaGateway *self, const BullaGatewayInitiator *who,
                                 BullaOuter *outer, BullaLoad *load, BullaVerdict *mismatch)
{
  g_autofree char *partition = dup_partition (who->session, who->page_host);
  BullaReportOccasion occasion = {
      .partition = partition,
      .view = who->view,
      .user_agent = who->user_agent,
      .started = who->started,
      .transfer = transfer_of (outer),
  };

  occasion.transfer.method = "GET";
  occasion.transfer.referrer = who->referrer;
  if (load == NULL)
    note_policies (self, partition, outer);
  else if (mismatch == NULL)
    bulla_reporter_note_exchange (self->reporter, &occasion, load);
  else if (bulla_verdict_get_reason (mismatch) == BULLA_REASON_ALTERNATE_HEADER_INTEGRITY)
    bulla_reporter_note_mismatch (self->reporter, &occasion, load,
                                  BULLA_REPORT_HEADER_INTEGRITY_MISMATCH);
  else if (bulla_verdict_get_reason (mismatch) == BULLA_REASON_REQUEST_VARIANTS)
    bulla_reporter_note_mismatch (self->reporter, &occasion, load, BULLA_REPORT_VARIANT_MISMATCH);
}

/**
 * bulla_gateway_report_opened:
 * @self: a gateway
 * @token: token of a session
 * @view: the view that opened the exchange
 * @load: a judged exchange that was not fetched by the gateway; its body is not read yet
 * @started: g_get_monotonic_time() at the start of the fetch
 *
 * Reports the exchange as the gateway does for exchanges that it fetches.
 */
void
bulla_gateway_report_opened (BullaGateway *self, const char *token, const char *view,
                             BullaLoad *load, gint64 started)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);
  BullaOuter *outer = bulla_load_get_outer (load);
  const char *url = bulla_outer_get_url (outer);
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (session == NULL || uri == NULL || !g_str_equal (g_uri_get_scheme (uri), "https"))
    return;
  g_autofree char *partition = dup_partition (session, g_uri_get_host (uri));
  BullaReportOccasion occasion = {
      .partition = partition,
      .view = view,
      .user_agent = "Bulla/" BULLA_VERSION,
      .started = started,
      .transfer = transfer_of (outer),
  };
  note_policies (self, partition, outer);
  bulla_reporter_note_exchange (self->reporter, &occasion, load);
}
