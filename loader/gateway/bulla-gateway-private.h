/* bulla-gateway-private.h - what the files of the gateway share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-unix.h>
#include <libsoup/soup.h>

#include "bulla-gateway-certificate.h"
#include "bulla-gateway.h"
#include "bulla-connector.h"
#include "bulla-package.h"
#include "bulla-prefetch.h"
#include "bulla-reporter.h"
#include "bulla-request.h"
#include "bulla-stash.h"

G_BEGIN_DECLS

#define BULLA_GATEWAY_TAG "Bulla-Page"
#define BULLA_GATEWAY_VIEWS_MAX 1024 /* of a session */
#define BULLA_GATEWAY_ONLY_VIEW "*"  /* of a client without tags */

/* a network session of the client's */
typedef struct {
  gatomicrefcount count;
  char *id;                       /* owned; a hash of its token */
  BullaGatewayDelegate *delegate; /* owned; nullable */
  BullaGatewayFlags flags;
  GCancellable *cancellable; /* owned; cancelled when it is removed */
  GHashTable *plain;         /* owned; see bulla-gateway-plain.c */
  GHashTable *pages;         /* owned; view -> what it shows; see bulla-gateway-pages.c */
  GHashTable *network;       /* owned; see bulla-gateway-network.c */
  GHashTable *live;          /* owned; see bulla-gateway-live.c */
  GHashTable *viewports;     /* owned; view -> BullaViewport */
  GQueue scripts;            /* owned; see bulla-gateway-script.c */
  guint64 n_pages;           /* that were shown */
} BullaGatewaySession;

/* one CONNECT that was answered */
typedef struct {
  BullaGatewaySession *session; /* owned */
  GSocket *socket;              /* owned; the client's */
  GIOStream *stream;            /* owned; what is in it; NULL until it stands */
  char *host;                   /* owned; lower case, no brackets */
  guint16 port;
  gboolean tls;
  gulong removed;                       /* handler of the session's cancellable */
  GSource *hangup;                      /* owned; nullable */
  struct _BullaGatewayRequest *request; /* borrowed: it takes itself out; nullable */
} BullaGatewayTunnel;

struct _BullaGateway {
  GObject parent_instance;
  BullaLoader *loader;                  /* owned */
  BullaConnector *connector;            /* borrowed from the loader */
  BullaReporter *reporter;              /* owned */
  BullaGatewayCertificate *certificate; /* owned */
  SoupServer *server;                   /* owned; of the clients, and of what is in their tunnels */
  GInetSocketAddress *address;          /* owned; nullable */
  GHashTable *sessions;                 /* owned; id -> BullaGatewaySession */
  BullaStash *stash;                    /* owned */
  gint64 next_prefetch;                 /* when the next one has its turn: g_get_monotonic_time() */
  GHashTable *allow_private;            /* owned; a set of hosts */
  GHashTable *private_hosts;            /* owned; a set: pages that the user fetched there */
  GHashTable *public_hosts;             /* owned; a set */
};

/* one request of a client's; it goes with its message */
typedef struct _BullaGatewayRequest {
  gatomicrefcount count;
  BullaGateway *gateway;        /* owned */
  BullaGatewaySession *session; /* owned */
  SoupServerMessage *message;   /* owned; NULL when it is over */
  SoupMessageHeaders *headers;  /* owned; what the client sent; they outlive the message */
  const char *method;           /* borrowed from the interned strings, as libsoup has it */
  GSocket *socket;              /* owned; nullable; the client's */
  GIOStream *stream;            /* owned; NULL where it is the socket itself */
  BullaGatewayTunnel *tunnel;   /* borrowed from the message's connection; nullable */
  GSource *hangup;              /* owned; NULL in a tunnel */
  gulong removed;               /* handler of the session's cancellable */
  GUri *uri;                    /* owned; without fragment */
  char *url;                    /* owned; the same as text */
  char *view;                   /* owned; NULL: nobody knows whose it is */
  char *page_host;              /* owned; nullable; whose page asks */
  char *package;                /* owned; nullable; the package ID of a page in its own origin */
  char *source;      /* owned; nullable; the bundle that a script element says it is in */
  char *credentials; /* owned; nullable; what that says of them */
  guint view_number; /* in the ledger; 0: nobody knows whose it is */
  char *page;        /* owned; nullable; who asks, as far as it is known */
  char *rule;        /* owned; nullable; the id of the rule that is behind it */
  BullaDestination destination;
  gboolean frame;            /* a navigation of a part of the page only */
  gboolean typed;            /* the user asks, not a page */
  BullaLoad *load;           /* owned; nullable; the response whose body is on its way */
  GCancellable *cancellable; /* owned; of what is done for it upstream */
  gboolean answered;         /* its status is set */
  gboolean uploads;          /* its body is on its way */
} BullaGatewayRequest;

/* bulla-gateway-session.c */
BullaGatewaySession *bulla_gateway_session_ref (BullaGatewaySession *session);
void bulla_gateway_session_unref (BullaGatewaySession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewaySession, bulla_gateway_session_unref)
BullaGatewaySession *bulla_gateway_session_find (BullaGateway *self, const char *token);
BullaGatewaySession *bulla_gateway_session_authenticate (BullaGateway *self,
                                                         SoupServerMessage *message);

/* bulla-gateway.c */
void bulla_gateway_emit_decided (BullaGateway *self, const char *view, BullaLoad *load);
void bulla_gateway_emit_bundle_decided (BullaGateway *self, const char *view, BullaBundle *bundle);
void bulla_gateway_emit_resource_served (BullaGateway *self, const char *view, BullaLoad *load);
void bulla_gateway_emit_separate (BullaGateway *self, const char *view, BullaBundle *bundle,
                                  const char *url);
void bulla_gateway_emit_truncated (BullaGateway *self, const char *view, BullaLoad *load,
                                   const char *message);
void bulla_gateway_emit_prefetched (BullaGateway *self, const char *view, const char *url,
                                    BullaLoad *load);
void bulla_gateway_emit_served (BullaGateway *self, const char *view, BullaLoad *load);
void bulla_gateway_emit_fell_back (BullaGateway *self, const char *view, BullaLoad *load,
                                   const char *url);
void bulla_gateway_emit_refused (BullaGateway *self, const char *view, const char *url,
                                 BullaLoad *load, const char *message);

/* bulla-gateway-tunnel.c */
void bulla_gateway_tunnel_open (BullaGateway *self, BullaGatewaySession *session,
                                SoupServerMessage *message);
BullaGatewayTunnel *bulla_gateway_tunnel_of (SoupServerMessage *message);
GSource *bulla_gateway_hangup_source (GSocket *socket, GUnixFDSourceFunc func, gpointer user_data);
void bulla_gateway_let_leave (GSocket *socket, gboolean idle);
gboolean bulla_gateway_split_host (const char *authority, guint16 default_port, char **host,
                                   guint16 *port);
void bulla_gateway_close_message (SoupServerMessage *message);

/* bulla-gateway-request.c */
BullaGatewayRequest *bulla_gateway_request_new (BullaGateway *gateway, BullaGatewaySession *session,
                                                SoupServerMessage *message);
void bulla_gateway_request_challenge (SoupServerMessage *message);
BullaGatewayRequest *bulla_gateway_request_ref (BullaGatewayRequest *self);
void bulla_gateway_request_unref (BullaGatewayRequest *self);
const char *bulla_gateway_request_get_header (BullaGatewayRequest *self, const char *name);
void bulla_gateway_request_fill (BullaGatewayRequest *self, BullaRequestFacts *facts);
gboolean bulla_gateway_request_may_go_private (BullaGatewayRequest *self);
void bulla_gateway_request_note_peer (BullaGatewayRequest *self, GSocketAddress *peer);
void bulla_gateway_request_detach (BullaGatewayRequest *self);
GIOStream *bulla_gateway_request_steal (BullaGatewayRequest *self);
void bulla_gateway_request_close (BullaGatewayRequest *self);
void bulla_gateway_request_refuse (BullaGatewayRequest *self, const char *why);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayRequest, bulla_gateway_request_unref)

/* bulla-gateway-reply.c */
void bulla_gateway_reply_start (BullaGatewayRequest *request, guint status, const char *reason);
void bulla_gateway_reply_stream (BullaGatewayRequest *request, GInputStream *body, goffset length);
void bulla_gateway_reply_end (BullaGatewayRequest *request);
void bulla_gateway_reply_leave_open (BullaGatewayRequest *request, const char *start);

/* bulla-gateway-ledger.c */
void bulla_gateway_ledger_arrive (BullaGatewayRequest *request);
void bulla_gateway_ledger_blame (BullaGatewayRequest *request, BullaVerdict *verdict);
BullaCause bulla_gateway_ledger_cause (BullaGatewayRequest *request, const char *purpose);
void bulla_gateway_ledger_answer (BullaGatewayRequest *request);
void bulla_gateway_ledger_reuse (BullaGatewayRequest *request);
void bulla_gateway_ledger_serve (BullaGatewayRequest *request, BullaLoad *load);
void bulla_gateway_ledger_note_package (BullaHttpMessage *message);

/* bulla-gateway-upstream.c */
typedef enum {
  BULLA_GATEWAY_AS_IS,
  BULLA_GATEWAY_OFFER, /* packages are welcome */
  BULLA_GATEWAY_PLAIN, /* they are not */
} BullaGatewayAccept;

/* @message, @body: (nullable): NULL when @error is not */
typedef void (*BullaGatewayAnswerFunc) (BullaGatewayRequest *request, BullaHttpMessage *message,
                                        GInputStream *body, const GError *error,
                                        gpointer user_data);

char *bulla_gateway_accept (const char *accept, gboolean packages);
gboolean bulla_gateway_is_hop_by_hop (SoupMessageHeaders *headers, const char *name);
void bulla_gateway_upstream_send (BullaGatewayRequest *request, BullaGatewayAccept accept,
                                  BullaGatewayAnswerFunc func, gpointer user_data);
void bulla_gateway_upstream_send_message (BullaGatewayRequest *request, BullaHttpMessage *message,
                                          BullaGatewayAnswerFunc func, gpointer user_data);
void bulla_gateway_upstream_pass (BullaGatewayRequest *request, BullaHttpMessage *message,
                                  GInputStream *body);
void bulla_gateway_upstream_forward (BullaGatewayRequest *request);
void bulla_gateway_upstream_upload (BullaGatewayRequest *request);

gboolean bulla_gateway_has_no_body (BullaGatewayRequest *request, guint status);

/* bulla-gateway-plain.c */
void bulla_gateway_plain_remember (BullaGatewaySession *session, const char *view, const char *url,
                                   GPtrArray *chain);
void bulla_gateway_plain_next (BullaGatewaySession *session, const char *view, const char *url);
gboolean bulla_gateway_plain_has (BullaGatewayRequest *request);
GStrv bulla_gateway_plain_take (BullaGatewayRequest *request);

/* bulla-gateway-pages.c */
typedef struct {
  char *key, *host;      /* owned; of its URL */
  BullaKeptBundle *kept; /* owned; what it was served from; nullable: not from a bundle */
  gint subset;           /* its own; -1: it is within the bundle's scope */
  guint64 serial;        /* no two showings have the same */

  BullaPrefetches *prefetches; /* owned; nullable; what it prefetched */
  BullaPrefetches *carried;    /* owned; nullable; what the page that led here prefetched */
  BullaPrefetch *prefetched;   /* owned; nullable; the exchange that it was served from */
  gboolean parts_stand;        /* all that it allows as exchanges are here */
} BullaGatewayPage;

BullaGatewayPage *bulla_gateway_pages_note (BullaGatewayRequest *request, BullaKeptBundle *kept,
                                            gint subset);
BullaGatewayPage *bulla_gateway_pages_find (BullaGatewayRequest *request);
void bulla_gateway_pages_free (gpointer pages);
BullaPrefetches *bulla_gateway_pages_get_prefetches (BullaGatewayRequest *request,
                                                     BullaGatewayPage *page);
char *bulla_gateway_dup_full (void);

/* bulla-gateway-network.c */
typedef void (*BullaGatewayGoFunc) (BullaGatewayRequest *request);

GHashTable *bulla_gateway_network_new_decisions (void);
void bulla_gateway_network_gate (BullaGatewayRequest *request, BullaGatewayGoFunc go);

/* bulla-gateway-navigation.c */
typedef struct {
  BullaGatewayRequest *request; /* owned */
  BullaHttpMessage *message;    /* owned; nullable; the answer that is looked at */
  BullaKeptBundle *spare;       /* owned; nullable; what to show when the network is gone */
  GPtrArray *chain;             /* owned; keys of the URLs that were asked for without packages */
} BullaGatewayNavigation;

void bulla_gateway_navigation_free (BullaGatewayNavigation *self);
void bulla_gateway_navigation_handle (BullaGatewayRequest *request);
void bulla_gateway_navigation_go_live (BullaGatewayRequest *request, gboolean plainly,
                                       BullaKeptBundle *spare);
void bulla_gateway_redirect (BullaGatewayRequest *request, const char *url, BullaOuter *outer);
void bulla_gateway_navigation_redirect (BullaGatewayNavigation *self, const char *url,
                                        gboolean substituted);
void bulla_gateway_navigation_fall_back (BullaGatewayNavigation *self, BullaLoad *load,
                                         BullaVerdict *verdict, const char *url);
BullaOuter *bulla_gateway_make_outer (const char *url, BullaHttpMessage *message);
gboolean bulla_gateway_same_url (const char *a, const char *b);
void bulla_gateway_refuse (BullaGatewayRequest *request, BullaLoad *load, const char *why);
void bulla_gateway_refuse_by_verdict (BullaGatewayRequest *request, BullaLoad *load,
                                      BullaVerdict *verdict);
void bulla_gateway_serve (BullaGatewayRequest *request, BullaLoad *load, GInputStream *body,
                          goffset length);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayNavigation, bulla_gateway_navigation_free)

/* bulla-gateway-exchange.c */
typedef enum {
  BULLA_GATEWAY_NOT_THERE,
  BULLA_GATEWAY_ANSWERED,
  BULLA_GATEWAY_GO_LIVE,
} BullaGatewayFromStash;

BullaGatewayFromStash bulla_gateway_exchange_answer (BullaGatewayRequest *request);
void bulla_gateway_exchange_decide (BullaGatewayNavigation *navigation, BullaLoad *load);

/* bulla-gateway-report.c */

/* who prefetches */
typedef struct {
  BullaGatewaySession *session; /* all borrowed */
  const char *view, *page_host;
  const char *user_agent, *referrer; /* nullable */
  gint64 started;                    /* g_get_monotonic_time() */
} BullaGatewayAsker;

void bulla_gateway_report_response (BullaGatewayRequest *request, BullaHttpMessage *message);
void bulla_gateway_report_exchange (BullaGatewayRequest *request, BullaHttpMessage *message,
                                    BullaLoad *load);
void bulla_gateway_report_mismatch (BullaGatewayRequest *request, BullaHttpMessage *message,
                                    BullaLoad *load, BullaVerdict *verdict);
void bulla_gateway_report_prefetched (BullaGateway *self, const BullaGatewayAsker *who,
                                      BullaOuter *outer, BullaLoad *load, BullaVerdict *mismatch);

/* bulla-gateway-bundle.c */
void bulla_gateway_bundle_navigate (BullaGatewayRequest *request);
void bulla_gateway_bundle_decide (BullaGatewayNavigation *navigation, BullaBundle *bundle);
void bulla_gateway_bundle_separate (BullaGatewayRequest *request, BullaBundle *bundle,
                                    const char *url);

/* bulla-gateway-resource.c */
void bulla_gateway_serve_response (BullaGatewayRequest *request, BullaLoad *load);
void bulla_gateway_bundle_answer (BullaGatewayRequest *request);

/* bulla-gateway-script.c */
void bulla_gateway_script_answer (BullaGatewayRequest *request);
void bulla_gateway_script_clear (BullaGatewaySession *session);

/* bulla-gateway-prefetching.c */
typedef struct {
  BullaGateway *gateway;                /* owned */
  BullaGatewaySession *session;         /* owned */
  struct _BullaGatewayRequest *request; /* owned; NULL: a header asked for it, or it is a part */
  char *view;                           /* owned */
  char *url;                            /* owned */
  char *accept_language;                /* owned; nullable */
  char *user_agent;                     /* owned; nullable */
  char *referrer;                       /* owned; nullable */
  char *page, *page_host;               /* owned; the page's URL, and its host */
  guint view_number;                    /* in the ledger */
  gint64 started;                       /* g_get_monotonic_time() */
  gboolean from_private;                /* the page is of this machine or its network */
  gboolean begun;                       /* it is one of those that @into counts */
  BullaPrefetches *into;                /* owned; of the page that asks */
  BullaPrefetch *whole;                 /* owned; nullable: the exchange that this is a part of */
  guint part;                           /* which one */
  BullaOuter *outer;                    /* owned; nullable until it comes */
  GCancellable *cancellable;            /* owned */
} BullaGatewayPrefetching;

void bulla_gateway_prefetching_free (BullaGatewayPrefetching *self);
void bulla_gateway_prefetching_start (BullaGatewayPrefetching *self);
void bulla_gateway_prefetching_fill (BullaGatewayPrefetching *self, const char *url,
                                     BullaRequestFacts *facts);
void bulla_gateway_prefetching_tell (BullaGatewayRequest *request, BullaPrefetch *prefetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayPrefetching, bulla_gateway_prefetching_free)

/* bulla-gateway-prefetch.c */
void bulla_gateway_prefetch_parts (BullaGatewayPrefetching *self, BullaPrefetch *whole);
void bulla_gateway_prefetch_answer (BullaGatewayRequest *request);
void bulla_gateway_prefetch_for_page (BullaGatewayRequest *request, BullaGatewayPage *page,
                                      const char *url, const char *referrer);

/* bulla-gateway-prefetch-links.c */
void bulla_gateway_prefetch_links (BullaGatewayRequest *request, BullaGatewayPage *page,
                                   const char *link);

/* bulla-gateway-prefetched.c */
void bulla_gateway_serve_kept (BullaGatewayRequest *request, BullaPrefetch *prefetch,
                               gboolean decoded);
gboolean bulla_gateway_prefetched_navigate (BullaGatewayRequest *request);
gboolean bulla_gateway_prefetched_answer (BullaGatewayRequest *request);
void bulla_gateway_prefetched_show (BullaGatewayRequest *request, BullaGatewayPage *page,
                                    BullaPrefetch *prefetched);

/* bulla-gateway-live.c */
GInputStream *bulla_gateway_live_keep (BullaGatewayRequest *request, BullaHttpMessage *message,
                                       GInputStream *body);
gboolean bulla_gateway_live_answer (BullaGatewayRequest *request);
void bulla_gateway_live_fill (BullaGatewayRequest *request, const char *url,
                              BullaRequestFacts *facts);

/* bulla-gateway-websocket.c */
gboolean bulla_gateway_websocket_is (BullaGatewayRequest *request);
void bulla_gateway_websocket_pass (BullaGatewayRequest *request);

G_END_DECLS
