/* bulla-gateway-request.h - one request: its initiator, target, permissions and end
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-connection.h"
#include "bulla-gateway-view.h"
#include "bulla-request-facts.h"

G_BEGIN_DECLS

#define BULLA_GATEWAY_TAG "Sec-Bulla-Page"
#define BULLA_GATEWAY_TYPED "Sec-Bulla-Typed"
#define BULLA_GATEWAY_ANSWER "Bulla-Answer"

struct _BullaGatewayDecision;

/* One request of a client. It owns copies of the request data, and its initiator is identified
 * before it is decided, so that asynchronous steps may use both after the client has left. */
typedef struct _BullaGatewayRequest {
  gatomicrefcount count;
  BullaGateway *gateway;        /* owned */
  BullaGatewaySession *session; /* owned */

  char *method;                /* owned */
  GUri *uri;                   /* owned; without a fragment */
  char *url;                   /* owned; the text of @uri */
  char *target;                /* owned; the request target for the server, unchanged */
  SoupMessageHeaders *headers; /* owned; unchanged, but without the fields for the gateway */

  BullaGatewayView *view; /* owned; NULL if the initiator is unknown */
  const char *view_token; /* borrowed from @view; NULL if @view is NULL */
  char *page_host;        /* owned; NULL if unknown; host of the initiating document */
  char *top_host;         /* owned; NULL if unknown; host of the main page around it */
  char *document;         /* owned; NULL if unknown; URL of the main page */
  gboolean private_page;  /* the document and its ancestors are from this machine or its network */
  char *package;          /* owned; NULL unless the page's origin is its package's; package ID */
  char *source;           /* owned; nullable; the bundle that a script element assigns to the URL */
  char *credentials;      /* owned; nullable; credentials mode of the script element */
  char *redirected;       /* owned; NULL unless redirected; URL that redirected here, as sent */
  char *history;          /* owned; nullable; id of the answer that the history entry showed */
  char *entry;            /* owned; nullable; the history entry; for a frame, that of its page */
  char *tag;              /* owned; NULL if not announced; single-use tag of the announcement */
  BullaDestination destination;
  gboolean frame;       /* the request is a navigation of a frame */
  gboolean typed;       /* the request is a navigation that the user started in the shell */
  gboolean follows;     /* follows a redirect to a package's URL, in a client of one view */
  gboolean again;       /* the request is a reload, or a navigation back or forward */
  gboolean moved;       /* the request follows a redirect, or claims to */
  gboolean speculative; /* the request is a prefetch of a browser without announcements */
  gboolean preflight;   /* the request is a CORS preflight that names our header field */
  gboolean identified;  /* the fields above are final */

  guint view_number;     /* number of the view in the ledger; 0 if the view is unknown */
  guint click;           /* id of the ledger's click, for a navigation of the main page */
  char *page;            /* owned; NULL if unknown; the initiator, for the ledger */
  char *rule;            /* owned; NULL if there is none; id of the rule that caused the request */
  BullaVerdict *verdict; /* owned; NULL unless a package was chosen, or set aside, by it */
  char *why;             /* owned; NULL if there is none; what the rule of @verdict has found */
  BullaBundle *aside;    /* owned; NULL unless a bundle was set aside that has no variant for it */

  BullaGatewayStream *stream;         /* owned; the client's side */
  gboolean over;                      /* the response is complete, or there will be none */
  struct _BullaGatewayUpload *upload; /* owned; the body being received; NULL without one */
  void (*free_upload) (struct _BullaGatewayUpload *upload);
  GSource *waiting; /* owned; NULL unless waiting; timeout of the wait for the announcement */
  void (*go) (struct _BullaGatewayRequest *request); /* called once the initiator is identified */
  /* executes a decision; see bulla-gateway-decision.h */
  void (*decided) (struct _BullaGatewayRequest *request,
                   const struct _BullaGatewayDecision *decision);
  guint turn;                    /* index of the next handler */
  gboolean brought;              /* an exchange was stashed for it */
  gboolean trust_read;           /* it has waited for the user's lists */
  BullaLoad *load;               /* owned; NULL unless the body of a package is sent; the package */
  BullaHttpMessage *delivery;    /* owned; nullable; its own server's response, with the package */
  BullaNavigationAnswer *answer; /* owned; NULL unless recorded; the answer to a navigation */
  gboolean private_peer;         /* the server is on this machine or its network */
  GCancellable *cancellable;     /* owned; cancels pending work upstream */
  gboolean answered;             /* the response headers are set, or being set */
  guint status;                  /* HTTP status of the response; 0 before there is one */
  char *reason;                  /* owned; NULL for the default; reason phrase of the response */
  SoupMessageHeaders *response;  /* owned; the response headers */
  gboolean passed;               /* the request was sent to a server */
  gboolean closing;              /* the gateway is closing the connection */
  gboolean abandoned;            /* the client has left */
  gboolean uploads;              /* the request has a body */
} BullaGatewayRequest;

BullaGatewayRequest *bulla_gateway_request_new (BullaGateway *gateway, BullaGatewayStream *stream,
                                                const BullaGatewayHead *head);
void bulla_gateway_request_set_view (BullaGatewayRequest *self, BullaGatewayView *view);
BullaGatewayRequest *bulla_gateway_request_ref (BullaGatewayRequest *self);
void bulla_gateway_request_unref (BullaGatewayRequest *self);
const char *bulla_gateway_request_get_header (BullaGatewayRequest *self, const char *name);
void bulla_gateway_request_fill (BullaGatewayRequest *self, BullaRequestFacts *facts);
void bulla_gateway_request_ask (BullaGatewayRequest *self, BullaStashAsk *ask);
char *bulla_gateway_request_dup_initiator (BullaGatewayRequest *self);
gboolean bulla_gateway_request_is_hard_reload (BullaGatewayRequest *self);
void bulla_gateway_request_take_verdict (BullaGatewayRequest *self, BullaVerdict *verdict,
                                         BullaBundle *aside);
void bulla_gateway_request_begin_answer (BullaGatewayRequest *self, BullaNavigationAnswerKind kind,
                                         BullaLoad *load, BullaBundle *bundle);
const char *bulla_gateway_request_get_answer_id (BullaGatewayRequest *self);
gboolean bulla_gateway_host_is_private (BullaGateway *gateway, const char *host);
gboolean bulla_gateway_request_may_go_private (BullaGatewayRequest *self);
void bulla_gateway_request_note_peer (BullaGatewayRequest *self, GSocketAddress *peer);
void bulla_gateway_request_detach (BullaGatewayRequest *self);
gboolean bulla_gateway_request_switch (BullaGatewayRequest *self);
void bulla_gateway_request_close (BullaGatewayRequest *self);
void bulla_gateway_request_finish (BullaGatewayRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayRequest, bulla_gateway_request_unref)

G_END_DECLS
