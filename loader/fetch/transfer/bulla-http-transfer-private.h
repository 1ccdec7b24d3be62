/* bulla-http-transfer-private.h - struct of a transfer, shared by its files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-chunks.h"
#include "bulla-http-head.h"
#include "bulla-http-origin.h"
#include "bulla-http-transfer.h"

G_BEGIN_DECLS

struct _BullaHttpTransfer {
  int count;
  BullaHttpClient *client;      /* owned */
  BullaHttpMessage *message;    /* owned */
  GTask *task;                  /* owned; NULL once it returned */
  GSource *cancelled;           /* owned; nullable */
  gboolean running;             /* the transfer has not ended */
  char *host, *target;          /* owned; value of Host; request target */
  CURL *easy;                   /* owned; NULL unless curl runs the transfer */
  BullaHttpPool *pool;          /* owned; NULL unless curl runs the transfer */
  struct curl_slist *fields;    /* owned */
  struct curl_slist *addresses; /* owned; nullable */
  GPtrArray *given;             /* owned; nullable; see BullaHttpTransferOptions */
  BullaHttpTls *tls;            /* owned; nullable */
  gboolean allow_private;       /* see BullaHttpTransferOptions */
  guint timeout;                /* see BullaHttpTransferOptions */
  gint64 deadline;              /* see BullaHttpTransferOptions */
  BullaHttpOrigin *origin;      /* borrowed; NULL if only HTTP/1.1 is spoken */
  gboolean opening, waiting;    /* counted by the origin; in the queue of the origin */
  gboolean ready;               /* the transfer need not wait any more */
  gboolean failed, impatient;   /* curl has failed; another one has, so do not wait again */
  BullaHttp2Wire *wire;         /* borrowed; NULL unless curl's connection speaks HTTP/2 */
  int fd;                       /* descriptor of @wire */
  guint opened;                 /* connections that were opened for the transfer */
  gboolean one_of_many;         /* others may open a connection, too: the protocol is unknown */
  gboolean spare;               /* the same, but another connection can be used */
  BullaHttp2Stream *stream;     /* borrowed; NULL unless the transfer is a stream of HTTP/2 */
  gboolean stream_over;         /* the stream has ended as @stream_end says */
  BullaHttp2End stream_end;
  gsize trailer;                  /* bytes of the stream's trailer */
  gboolean kept;                  /* the stream's connection had been opened for another transfer */
  gboolean repeated;              /* the request was sent again on another connection */
  GSource *timer;                 /* owned; nullable; ends the transfer at @deadline */
  guint64 head_sent;              /* bytes of the head, as a stream of HTTP/2 */
  guint64 uploaded;               /* bytes of the request's body that were sent */
  gboolean refused, tried;        /* an address was refused; an address was tried */
  gboolean stale;                 /* the kept connection was unusable; nothing was sent */
  gboolean told;                  /* the transfer is queued in the client's events */
  char text[CURL_ERROR_SIZE];     /* curl's description of an error */
  GError *error;                  /* owned; NULL unless our own code failed */
  BullaHttpHead head;             /* owned */
  GQueue blocks;                  /* owned GByteArray; bytes that were received but not read */
  gsize offset;                   /* read position in the first block */
  gsize ahead;                    /* unread bytes in all blocks */
  gboolean held_back, ended;      /* receiving is paused; the body has ended or failed */
  gboolean resting;               /* receiving is paused until the main loop has run */
  gboolean chunked;               /* the body arrives in chunks */
  BullaChunks chunks;             /* their decoder */
  gsize unseen;                   /* bytes received since the main loop ran */
  guint64 received;               /* bytes of the body received so far, with their framing */
  GInputStream *upload;           /* owned; NULL if there is none; source of the request body */
  GBytes *chunk;                  /* owned; NULL if everything was sent; bytes read from @upload */
  gsize sent;                     /* bytes of @chunk that were sent */
  goffset left;                   /* bytes still to be read from @upload; -1 if unknown */
  gboolean wanted, uploading;     /* curl waits for a chunk; a chunk is being read */
  gboolean drained;               /* the request body is complete */
  goffset announced;              /* bytes of the request body; -1 if unknown */
  GBytes *first;                  /* owned; nullable; the first chunk, if it is the only one */
  gboolean past_first;            /* more of @upload than @first was read */
  GCancellable *upload_cancelled; /* owned; nullable */
};

/* of bulla-http-transfer-events.c */
void bulla_http_transfer_note (BullaHttpTransfer *self);
void bulla_http_transfer_finish_head (BullaHttpTransfer *self);

/* of bulla-http-flow-control.c */
size_t bulla_http_transfer_keep (BullaHttpTransfer *self, const char *bytes, size_t length);
void bulla_http_transfer_append (BullaHttpTransfer *self, const guint8 *bytes, gsize length);
void bulla_http_transfer_set_trailer_error (BullaHttpTransfer *self);
void bulla_http_transfer_end_rest (BullaHttpTransfer *self);
void bulla_http_transfer_resume (BullaHttpTransfer *self);

/* of bulla-http-upload.c */
void bulla_http_transfer_prepare_upload (BullaHttpTransfer *self);
void bulla_http_transfer_set_up_upload (BullaHttpTransfer *self);
gssize bulla_http_transfer_take_chunk (BullaHttpTransfer *self, guint8 *buffer, gsize size);
void bulla_http_transfer_feed (BullaHttpTransfer *self);
gboolean bulla_http_transfer_rewind_upload (BullaHttpTransfer *self);

/* of bulla-http-request.c */
GError *bulla_http_transfer_check (BullaHttpTransfer *self);
void bulla_http_transfer_set_up (BullaHttpTransfer *self);
guint bulla_http_transfer_get_time_left (const BullaHttpTransfer *self);
void bulla_http_transfer_limit_time (BullaHttpTransfer *self);
gboolean bulla_http_transfer_may_connect (BullaHttpTransfer *self, GInetAddress *address);
gboolean bulla_http_transfer_may_repeat (BullaHttpTransfer *self);
gboolean bulla_http_transfer_has_body (BullaHttpTransfer *self);
gboolean bulla_http_transfer_sends_field (const char *name, const char *value);
guint64 bulla_http_transfer_watch (BullaHttpTransfer *self, const char *remote, guint64 known);

/* of bulla-http-waiting.c */
void bulla_http_transfer_stop_opening (BullaHttpTransfer *self);
void bulla_http_transfer_leave_route (BullaHttpTransfer *self);

/* of bulla-http-transfer-end.c */
void bulla_http_transfer_detach_easy (BullaHttpTransfer *self);
void bulla_http_transfer_end (BullaHttpTransfer *self, GError *error);
GError *bulla_http_transfer_explain (BullaHttpTransfer *self, const char *why);
GError *bulla_http_transfer_explain_result (BullaHttpTransfer *self, CURLcode result);
void bulla_http_transfer_start_timer (BullaHttpTransfer *self);
void bulla_http_transfer_watch_caller (BullaHttpTransfer *self, GCancellable *cancellable);

/* of bulla-http1-transfer.c */
void bulla_http1_transfer_start (BullaHttpTransfer *self);

/* of bulla-http2-transfer.c */
extern const BullaHttp2Funcs bulla_http2_transfer_funcs;
void bulla_http2_transfer_start (BullaHttpTransfer *self, BullaHttp2Session *session);
void bulla_http2_transfer_end (BullaHttpTransfer *self);

/* of bulla-http-route.c */
void bulla_http_transfer_set_route (BullaHttpTransfer *self);
void bulla_http_transfer_begin (BullaHttpTransfer *self);
gboolean bulla_http_transfer_take_over (BullaHttpTransfer *self);

G_END_DECLS
