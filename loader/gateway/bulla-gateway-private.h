/* bulla-gateway-private.h - what the files of the gateway share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-unix.h>
#include <libsoup/soup.h>

#include "bulla-announcements.h"
#include "bulla-answer.h"
#include "bulla-gateway-certificate.h"
#include "bulla-gateway-connection.h"
#include "bulla-gateway.h"
#include "bulla-connector.h"
#include "bulla-package-kind.h"
#include "bulla-prefetch.h"
#include "bulla-reporter.h"
#include "bulla-request.h"
#include "bulla-stash.h"
#include "bulla-turns.h"

G_BEGIN_DECLS

#define BULLA_GATEWAY_TAG "Sec-Bulla-Page"
#define BULLA_GATEWAY_TYPED "Sec-Bulla-Typed"
#define BULLA_GATEWAY_ANSWER "Bulla-Answer"
#define BULLA_GATEWAY_VIEWS_MAX 1024 /* registered in one session */
#define BULLA_GATEWAY_ONLY_VIEW "*"  /* of a client that announces nothing */

/* what the gateway keeps for one view of a session; no view takes room from another's */
typedef struct _BullaGatewayView {
  gatomicrefcount count;
  BullaGateway *gateway;     /* borrowed; not to be used when it is closed */
  char *token;               /* owned; a secret of the shell's */
  BullaStash *stash;         /* owned */
  GQueue pages;              /* owned; see bulla-gateway-pages.c */
  GQueue plain;              /* owned; see bulla-gateway-plain.c */
  GHashTable *live;          /* owned; see bulla-gateway-live.c */
  GQueue scripts;            /* owned; see bulla-gateway-script.c */
  GQueue answers;            /* owned BullaAnswer, the newest first */
  BullaAnswer *shown_answer; /* owned; nullable; of the page that is shown */
  BullaViewport *viewport;   /* owned; nullable */
  GQueue brought;          /* owned; redirects to what a package is for; of a client of one view */
  GQueue redirects;        /* owned; see bulla-gateway-redirects.c */
  GQueue expected;         /* owned; where the shell lets the view, or frames in it, go next */
  char *typed, *typed_url; /* owned; nullable; the shell's own next navigation */
  guint64 n_pages;         /* the highest serial of one */
  guint64 shown;           /* the serial of the page that is shown; or one that no page has */
  gboolean closed;
  /* set by whoever keeps something in them */
  void (*clear_pages) (struct _BullaGatewayView *view);
  void (*clear_scripts) (struct _BullaGatewayView *view);
  void (*clear_plain) (struct _BullaGatewayView *view);
  void (*clear_redirects) (struct _BullaGatewayView *view);
} BullaGatewayView;

/* a network session of the client's */
typedef struct _BullaGatewaySession {
  gatomicrefcount count;
  char *id;                       /* owned; a hash of its token */
  BullaGatewayDelegate *delegate; /* owned; nullable */
  BullaGatewayFlags flags;
  char *package;                     /* owned; nullable; the package whose session it is */
  char *package_view;                /* owned; nullable; the view that shows the package */
  GCancellable *cancellable;         /* owned; cancelled when it is removed */
  GHashTable *views;                 /* owned; token -> BullaGatewayView */
  BullaAnnouncements *announcements; /* owned */
  GHashTable *awaiting;              /* owned; tag -> the request that carries it, borrowed */
  GHashTable *network;               /* owned; see bulla-gateway-network.c */
  GQueue connections;                /* of BullaGatewayConnection, the one used last at the end */
  guint n_handshakes;                /* that are under way, each in a thread */
  GQueue handshakes;                 /* owned BullaGatewayConnection; whose turn has not come */
  /* set by whoever puts something into @handshakes */
  void (*clear_handshakes) (struct _BullaGatewaySession *session);
  BullaTurns *prefetching;           /* owned; who prefetches now, of each view */
} BullaGatewaySession;

struct _BullaGateway {
  GObject parent_instance;
  BullaLoader *loader;                  /* owned */
  BullaConnector *connector;            /* borrowed from the loader */
  BullaReporter *reporter;              /* owned */
  BullaGatewayCertificate *certificate; /* owned */
  BullaGatewayListener *listener;       /* owned */
  GInetSocketAddress *address;          /* owned; nullable */
  GHashTable *sessions;                 /* owned; id -> BullaGatewaySession */
  gint64 next_prefetch;                 /* when the next one has its turn: g_get_monotonic_time() */
  GHashTable *allow_private;            /* owned; a set of hosts */
  GHashTable *private_hosts;            /* owned; a set: pages that the user fetched there */
  GHashTable *public_hosts;             /* owned; a set */
};

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

  BullaGatewayView *place; /* owned; NULL: the initiator is unknown */
  const char *view;        /* its token; NULL with it */
  char *page_host;         /* owned; nullable; the host of the document that asks */
  char *top_host;          /* owned; nullable; that of the whole page around it */
  char *document;          /* owned; nullable; the URL of that page */
  gboolean private_page;   /* that document, and those around it, are of this network */
  char *package;           /* owned; nullable; the package ID of a page in its own origin */
  char *source;            /* owned; nullable; the bundle that a script element names for it */
  char *credentials;       /* owned; nullable; what that says of them */
  char *redirected;        /* owned; nullable; the URL whose response led here, as was sent */
  char *history;           /* owned; nullable; the answer that its history entry showed */
  char *entry;             /* owned; nullable; that entry; of a frame that of the page around it */
  char *tag;               /* owned; nullable; its single-use value */
  BullaDestination destination;
  gboolean frame;   /* a navigation of a part of the page only */
  gboolean typed;   /* the shell itself asks, for its user */
  gboolean follows; /* a redirect to what a package is for, as far as a client of one view tells */
  gboolean again;   /* a reload, or a way back or forward */
  gboolean moved;   /* a redirect leads here, or is said to */
  gboolean speculative; /* a prefetch by a browser that announces nothing */
  gboolean preflight;   /* a CORS preflight that names the field of our own */
  gboolean identified;  /* all of this is settled */

  guint view_number; /* in the ledger; 0: nobody knows whose it is */
  guint click;       /* of a navigation of the whole view: the id of its click in the ledger */
  char *page;        /* owned; nullable; who asks, for the ledger */
  char *rule;        /* owned; nullable; the id of the rule that is behind it */

  BullaGatewayConnection *connection; /* owned */
  gboolean over;                      /* it is answered, all of it, or there will be no answer */
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

/* bulla-gateway-session.c */
BullaGatewaySession *bulla_gateway_session_ref (BullaGatewaySession *session);
void bulla_gateway_session_unref (BullaGatewaySession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewaySession, bulla_gateway_session_unref)
BullaGatewaySession *bulla_gateway_session_find (BullaGateway *self, const char *token);
char *bulla_gateway_make_token (void);
BullaGatewaySession *bulla_gateway_session_authenticate (BullaGateway *self,
                                                         const char *authorization);

/* bulla-gateway-view.c */
void bulla_gateway_view_expect (BullaGatewayView *self, const char *url, BullaNavigationKind kind,
                                const char *answer);
BullaGatewayView *bulla_gateway_view_ref (BullaGatewayView *self);
void bulla_gateway_view_unref (BullaGatewayView *self);
void bulla_gateway_view_close (gpointer view);
BullaGatewayView *bulla_gateway_view_find (BullaGatewaySession *session, const char *token);
BullaGatewayView *bulla_gateway_view_register (BullaGateway *gateway, BullaGatewaySession *session,
                                               const char *token);
void bulla_gateway_view_add_answer (BullaGatewayView *self, BullaAnswer *answer);
BullaAnswer *bulla_gateway_view_find_answer (BullaGatewayView *self, const char *id);
const char *bulla_gateway_view_find_frame_answer (BullaGatewayView *self, const char *entry,
                                                  const char *url);
void bulla_gateway_view_note_shown (BullaGatewayView *self, const char *answer);
void bulla_gateway_view_note_brought (BullaGatewayView *self, const char *url, const char *asker);
gboolean bulla_gateway_view_was_brought (BullaGatewayView *self, const char *url,
                                         const char *asker);
gboolean bulla_gateway_view_take_expected (BullaGatewayView *self, const char *url,
                                           BullaNavigationKind *kind, char **answer);
void bulla_gateway_view_end_page (BullaGatewayView *self);
gboolean bulla_gateway_view_take_typed (BullaGatewayView *self, const char *value, const char *url);

/* bulla-gateway-redirects.c */
void bulla_gateway_redirects_note (BullaGatewayRequest *request);
gboolean bulla_gateway_redirects_follow (BullaGatewayRequest *request, const char *from,
                                         gboolean *from_private);

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

/* bulla-gateway-target.c */
gboolean bulla_gateway_split_host (const char *authority, guint16 default_port, char **host,
                                   guint16 *port);
GUri *bulla_gateway_target_find (BullaGateway *gateway, BullaGatewayConnection *connection,
                                 const BullaGatewayHead *head, char **target);

/* bulla-gateway-request.c */
BullaGatewayRequest *bulla_gateway_request_new (BullaGateway *gateway,
                                                BullaGatewayConnection *connection,
                                                const BullaGatewayHead *head);
void bulla_gateway_request_set_view (BullaGatewayRequest *self, BullaGatewayView *view);
BullaGatewayRequest *bulla_gateway_request_ref (BullaGatewayRequest *self);
void bulla_gateway_request_unref (BullaGatewayRequest *self);
const char *bulla_gateway_request_get_header (BullaGatewayRequest *self, const char *name);
void bulla_gateway_request_fill (BullaGatewayRequest *self, BullaRequestFacts *facts);
void bulla_gateway_request_ask (BullaGatewayRequest *self, BullaStashAsk *ask);
char *bulla_gateway_request_dup_asker (BullaGatewayRequest *self);
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
void bulla_gateway_reply_refuse (BullaGatewayRequest *self, const char *why);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayRequest, bulla_gateway_request_unref)

/* bulla-gateway-identify.c */
void bulla_gateway_identify (BullaGatewayRequest *request,
                             void (*go) (BullaGatewayRequest *request));

/* bulla-gateway-reply.c */
gboolean bulla_gateway_reply_append_head (BullaGatewayRequest *request, goffset length,
                                          GByteArray *out);
void bulla_gateway_reply_start (BullaGatewayRequest *request, guint status, const char *reason);
void bulla_gateway_reply_stream (BullaGatewayRequest *request, GInputStream *body, goffset length);
void bulla_gateway_reply_end (BullaGatewayRequest *request, const char *body);
void bulla_gateway_reply_interim (BullaGatewayRequest *request, BullaHttpMessage *message);
void bulla_gateway_reply_begin_only (BullaGatewayRequest *request);

/* bulla-gateway-ledger.c */
void bulla_gateway_ledger_arrive (BullaGatewayRequest *request);
void bulla_gateway_ledger_blame (BullaGatewayRequest *request, BullaVerdict *verdict);
BullaCause bulla_gateway_ledger_cause (BullaGatewayRequest *request, const char *purpose);
void bulla_gateway_ledger_answer (BullaGatewayRequest *request);
void bulla_gateway_ledger_reuse (BullaGatewayRequest *request);
void bulla_gateway_ledger_serve (BullaGatewayRequest *request, BullaLoad *load);
void bulla_gateway_ledger_note_package (BullaHttpMessage *message);

/* bulla-gateway-framing.c */
GHashTable *bulla_gateway_read_options (SoupMessageHeaders *headers);
gboolean bulla_gateway_is_hop_by_hop (GHashTable *options, const char *name);
gboolean bulla_gateway_has_no_body (BullaGatewayRequest *request, guint status);

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
void bulla_gateway_upstream_send (BullaGatewayRequest *request, BullaGatewayAccept accept,
                                  BullaGatewayAnswerFunc func, gpointer user_data);
void bulla_gateway_upstream_send_message (BullaGatewayRequest *request, BullaHttpMessage *message,
                                          BullaGatewayAnswerFunc func, gpointer user_data);
BullaHttpMessage *bulla_gateway_upstream_make_message (BullaGatewayRequest *request,
                                                       BullaGatewayAccept accept);
BullaOuter *bulla_gateway_make_outer (const char *url, BullaHttpMessage *message);

/* bulla-gateway-upload.c */
void bulla_gateway_upload_begin (BullaGatewayRequest *request, const BullaGatewayHead *head);
void bulla_gateway_upload_send (BullaGatewayRequest *request, BullaGatewayAnswerFunc func);

/* bulla-gateway-plain.c */
gboolean bulla_gateway_plain_contains (GPtrArray *chain, const char *url);
void bulla_gateway_plain_remember (BullaGatewayView *view, const char *url, const char *from,
                                   gboolean frame, GPtrArray *chain, BullaLoad *load);
gboolean bulla_gateway_plain_has (BullaGatewayRequest *request);
GStrv bulla_gateway_plain_take (BullaGatewayRequest *request, BullaLoad **load);

/* bulla-gateway-pages.c */
typedef struct {
  char *key, *host;      /* owned; of its URL */
  char *origin;          /* owned; of its URL; nullable: an opaque one */
  char *answer;          /* owned; nullable; the id of what was sent for it */
  BullaKeptBundle *kept; /* owned; what it was served from; nullable: not from a bundle */
  gint subset;           /* its own; -1: it is within the bundle's scope */
  guint64 serial;        /* no two showings have the same */
  guint64 top;           /* the serial of the page that it is in a frame of; else its own */
  gboolean frame;        /* it is in one, or was only prefetched */

  BullaPrefetches *prefetches; /* owned; nullable; what it prefetched */
  BullaPrefetches *carried;    /* owned; nullable; what the page that led here prefetched */
  BullaPrefetch *prefetched;   /* owned; nullable; the exchange that it was served from */
  gboolean parts_stand;        /* all that it allows as exchanges are here */
} BullaGatewayPage;

BullaGatewayPage *bulla_gateway_pages_note (BullaGatewayRequest *request, BullaKeptBundle *kept,
                                            gint subset);
void bulla_gateway_pages_note_shown (BullaGatewayView *view, const char *answer);
gboolean bulla_gateway_pages_cover (BullaGatewayRequest *request);
BullaGatewayPage *bulla_gateway_pages_find (BullaGatewayRequest *request);
BullaPrefetches *bulla_gateway_pages_get_prefetches (BullaGatewayRequest *request,
                                                     BullaGatewayPage *page);
char *bulla_gateway_dup_full (void);

/* bulla-gateway-network.c */
gboolean bulla_gateway_network_handle (BullaGatewayRequest *request);

/* bulla-gateway-preflight.c */
void bulla_gateway_preflight_strip (BullaGatewayRequest *request);
gboolean bulla_gateway_preflight_handle (BullaGatewayRequest *request);
void bulla_gateway_preflight_send (BullaGatewayRequest *request);
void bulla_gateway_preflight_allow (BullaGatewayRequest *request, SoupMessageHeaders *headers);

/* bulla-gateway-navigation.c */
void bulla_gateway_navigation_speculate (BullaGatewayRequest *request);
void bulla_gateway_navigation_go_live (BullaGatewayRequest *request, gboolean plainly,
                                       BullaKeptBundle *spare);
void bulla_gateway_navigation_go_again (BullaGatewayRequest *request, GPtrArray *chain,
                                        BullaLoad *load);

/* bulla-gateway-exchange.c */
gboolean bulla_gateway_exchange_handle (BullaGatewayRequest *request);
void bulla_gateway_exchange_judge (BullaGatewayRequest *request, BullaHttpMessage *message,
                                   GPtrArray *chain, BullaLoad *load);

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
gboolean bulla_gateway_bundle_handle_covered (BullaGatewayRequest *request);
gboolean bulla_gateway_bundle_handle (BullaGatewayRequest *request);
void bulla_gateway_bundle_judge (BullaGatewayRequest *request, BullaHttpMessage *message,
                                 GPtrArray *chain, BullaBundle *bundle);

/* bulla-gateway-resource.c */
gboolean bulla_gateway_resource_handle (BullaGatewayRequest *request);

/* bulla-gateway-script.c */
gboolean bulla_gateway_script_handle (BullaGatewayRequest *request);

/* bulla-gateway-prefetching.c */
typedef struct {
  BullaGateway *gateway;                /* owned */
  BullaGatewaySession *session;         /* owned */
  struct _BullaGatewayRequest *request; /* owned; NULL: a header asked for it, or it is a part */
  BullaGatewayView *place;              /* owned */
  const char *view;                     /* its token */
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
  BullaTurn *turn;                      /* owned; nullable: it waits, or its body is coming */
  GCancellable *cancellable;            /* owned; its own */
} BullaGatewayPrefetching;

void bulla_gateway_prefetching_free (BullaGatewayPrefetching *self);
void bulla_gateway_prefetching_start (BullaGatewayPrefetching *self);
void bulla_gateway_prefetching_fill (BullaGatewayPrefetching *self, const char *url,
                                     BullaRequestFacts *facts);
void bulla_gateway_prefetching_load (BullaGatewayPrefetching *self, GInputStream *body);
void bulla_gateway_prefetching_tell (BullaGatewayRequest *request, BullaPrefetch *prefetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayPrefetching, bulla_gateway_prefetching_free)

/* bulla-gateway-prefetch.c */
BullaGatewayPrefetching *bulla_gateway_prefetch_new (BullaGatewayRequest *request,
                                                     BullaGatewayPage *page, const char *url,
                                                     const char *referrer);
BullaPrefetch *bulla_gateway_prefetch_find (BullaGatewayRequest *request, BullaGatewayPage *page,
                                            const char *url);
void bulla_gateway_prefetch_parts (BullaGatewayPrefetching *self, BullaPrefetch *whole);
void bulla_gateway_prefetch_for_page (BullaGatewayRequest *request, BullaGatewayPage *page,
                                      const char *url, const char *referrer);

/* bulla-gateway-prefetch-request.c */
gboolean bulla_gateway_prefetch_handle (BullaGatewayRequest *request);
gboolean bulla_gateway_prefetch_take (BullaGatewayRequest *request, BullaHttpMessage *message,
                                      GInputStream *body);

/* bulla-gateway-prefetch-links.c */
void bulla_gateway_prefetch_links (BullaGatewayRequest *request, BullaGatewayPage *page,
                                   const char *link);

/* bulla-gateway-parts.c */
BullaVerdict *bulla_gateway_parts_judge (BullaGatewayRequest *request, BullaPrefetch *whole,
                                         guint part, BullaRequestFacts *facts);
void bulla_gateway_parts_show (BullaGatewayRequest *request, BullaGatewayPage *page,
                               BullaPrefetch *prefetched);

/* bulla-gateway-prefetched.c */
gboolean bulla_gateway_prefetched_handle_navigation (BullaGatewayRequest *request);
gboolean bulla_gateway_prefetched_handle_part (BullaGatewayRequest *request);

/* bulla-gateway-live.c */
GInputStream *bulla_gateway_live_keep (BullaGatewayRequest *request, BullaHttpMessage *message,
                                       GInputStream *body);
gboolean bulla_gateway_live_handle (BullaGatewayRequest *request, BullaLoad *load,
                                    BullaVerdict *verdict);
void bulla_gateway_live_fill (BullaGatewayRequest *request, const char *url,
                              BullaRequestFacts *facts);

/* bulla-gateway-websocket.c */
gboolean bulla_gateway_request_wants_websocket (BullaGatewayRequest *request);
gboolean bulla_gateway_websocket_handle (BullaGatewayRequest *request);

G_END_DECLS
