/* bulla-http-transfer-private.h - what the files of a transfer share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-head.h"
#include "bulla-http-transfer.h"

G_BEGIN_DECLS

struct _BullaHttpTransfer {
  int count;
  BullaHttpClient *client;      /* owned */
  BullaHttpMessage *message;    /* owned */
  GTask *task;                  /* owned; nullable once it was answered */
  GSource *cancelled;           /* owned; nullable */
  CURL *easy;                   /* owned; NULL when it is over */
  struct curl_slist *fields;    /* owned */
  struct curl_slist *addresses; /* owned; nullable */
  GPtrArray *given;             /* owned; nullable; see BullaHttpTransferOptions */
  BullaHttpTls *tls;            /* owned; nullable */
  gboolean allow_private;       /* see BullaHttpTransferOptions */
  gboolean refused, tried;      /* an address was */
  gboolean stale;               /* the connection was of no use, nothing was sent */
  gboolean told;                /* it is one of the client's news */
  char text[CURL_ERROR_SIZE];   /* what curl says of a failure */
  GError *error;                /* owned; nullable; what we say of it */
  BullaHttpHead head;           /* owned */
  GQueue blocks;                /* owned GByteArray; what came and was not read */
  gsize offset;                 /* into the first of them */
  gsize ahead;                  /* bytes in them */
  gboolean held_back, ended;    /* the server waits for the reader; the body is there, or broken */
  guint64 received;             /* bytes of the body */
  GInputStream *upload;         /* owned; nullable; what is left to send is read from it */
  GBytes *chunk;                /* owned; nullable; what was read, and not sent */
  gsize sent;                   /* bytes of that which were */
  goffset left;                 /* bytes that are still to be read; -1: not known */
  gboolean wanted, uploading;   /* curl waits for the next chunk; it is being read */
  gboolean drained;             /* nothing more is to be sent */
  GCancellable *upload_cancelled; /* owned; nullable */
};

void bulla_http_transfer_note (BullaHttpTransfer *self);
void bulla_http_transfer_resume (BullaHttpTransfer *self);
GError *bulla_http_transfer_set_up (BullaHttpTransfer *self, guint timeout);
void bulla_http_transfer_set_up_upload (BullaHttpTransfer *self);

G_END_DECLS
