/* bulla-gateway-request.h - one request: what is asked for, where that may lead, and its end
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway-connection.h"
#include "bulla-gateway-view.h"
#include "bulla-request.h"

G_BEGIN_DECLS

#define BULLA_GATEWAY_TAG "Sec-Bulla-Page"
#define BULLA_GATEWAY_TYPED "Sec-Bulla-Typed"
#define BULLA_GATEWAY_ANSWER "Bulla-Answer"

struct _BullaGatewayDecision;

/* One request of a client's. What was asked is a copy, and who asks is settled before anything is
 * decided: a step that waits may use both when the client has left. */
typedef struct _BullaGatewayRequest {
  gatomicrefcount count;
  BullaGateway *gateway;        /* owned */
  BullaGatewaySession *session; /* owned */

  char *method;                /* owned */
  GUri *uri;                   /* owned; without fragment */
  char *url;                   /* owned; the same as text */
  char *target;                /* owned; what its server is asked for, as it came */
  SoupMessageHeaders *headers; /* owned; as they came, but for those that are for us */

  BullaGatewayView *view; /* owned; NULL: the initiator is unknown */
  const char *view_token; /* its token; NULL with it */
  char *page_host;        /* owned; nullable; the host of the document that asks */
  char *top_host;         /* owned; nullable; that of the whole page around it */
  char *document;         /* owned; nullable; the URL of that page */
  gboolean private_page;  /* that document, and those around it, are of this network */
  char *package;          /* owned; nullable; the package ID of a page in its own origin */
  char *source;           /* owned; nullable; the bundle that a script element names for it */
  char *credentials;      /* owned; nullable; what that says of them */
  char *redirected;       /* owned; nullable; the URL whose response led here, as was sent */
  char *history;          /* owned; nullable; the answer that its history entry showed */
  char *entry;            /* owned; nullable; that entry; of a frame that of the page around it */
  char *tag;              /* owned; nullable; its single-use value */
  BullaDestination destination;
  gboolean frame;   /* a navigation of a part of the page only */
  gboolean typed;   /* the shell itself asks, for its user */
  gboolean follows; /* a redirect to what a package is for, as far as a client of one view tells */
  gboolean again;   /* a reload, or a way back or forward */
  gboolean moved;   /* a redirect leads here, or is said to */
  gboolean speculative; /* a prefetch by a browser that announces nothing */
  gboolean preflight;   /* a CORS preflight that names the field of our own */
  gboolean identified;  /* all of this is settled */

  guint view_number; /* in the ledger; 0: the view is unknown */
  guint click;       /* of a navigation of the whole view: the id of its click in the ledger */
  char *page;        /* owned; nullable; who asks, for the ledger */
  char *rule;        /* owned; nullable; the id of the rule that is behind it */

  BullaGatewayConnection *connection; /* owned */
  gboolean over;                      /* its response is written in full, or will not be */
  struct _BullaGatewayUpload *upload; /* owned; nullable; its body, which is on its way */
  void (*free_upload) (struct _BullaGatewayUpload *upload);
  GSource *waiting; /* owned; nullable; ends the wait for its announcement */
  void (*go) (struct _BullaGatewayRequest *request); /* what follows when it is identified */
  /* carries out what is decided; see bulla-gateway-decision.h */
  void (*decided) (struct _BullaGatewayRequest *request,
                   const struct _BullaGatewayDecision *decision);
  guint turn;                   /* the handler that is asked next */
  gboolean brought;             /* an exchange was put into the stash for it */
  BullaLoad *load;              /* owned; nullable; the response whose body is on its way */
  BullaAnswer *answer;          /* owned; nullable; of a navigation that is being answered */
  gboolean private_peer;        /* its server is of this machine or its network */
  GCancellable *cancellable;    /* owned; of what is done for it upstream */
  gboolean answered;            /* the fields of its response are being set, or are */
  guint status;                 /* of its response; 0 before */
  char *reason;                 /* owned; nullable; the text of that */
  SoupMessageHeaders *response; /* owned; header fields of its response */
  gboolean passed;              /* a server was asked for it */
  gboolean closing;             /* its connection is closed by us */
  gboolean abandoned;           /* the client has left */
  gboolean uploads;             /* it has a body */
} BullaGatewayRequest;

BullaGatewayRequest *bulla_gateway_request_new (BullaGateway *gateway,
                                                BullaGatewayConnection *connection,
                                                const BullaGatewayHead *head);
void bulla_gateway_request_set_view (BullaGatewayRequest *self, BullaGatewayView *view);
BullaGatewayRequest *bulla_gateway_request_ref (BullaGatewayRequest *self);
void bulla_gateway_request_unref (BullaGatewayRequest *self);
const char *bulla_gateway_request_get_header (BullaGatewayRequest *self, const char *name);
void bulla_gateway_request_fill (BullaGatewayRequest *self, BullaRequestFacts *facts);
void bulla_gateway_request_ask (BullaGatewayRequest *self, BullaStashAsk *ask);
char *bulla_gateway_request_dup_initiator (BullaGatewayRequest *self);
gboolean bulla_gateway_request_is_hard_reload (BullaGatewayRequest *self);
void bulla_gateway_request_begin_answer (BullaGatewayRequest *self, BullaAnswerKind kind,
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
