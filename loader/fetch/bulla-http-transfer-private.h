/* bulla-http-transfer-private.h - what the files of a transfer share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-head.h"
#include "bulla-http-transfer.h"

G_BEGIN_DECLS

struct _BullaHttpTransfer {
  int count;
  BullaHttpClient *client;        /* owned */
  BullaHttpMessage *message;      /* owned */
  GTask *task;                    /* owned; NULL once it has returned */
  GSource *cancelled;             /* owned; nullable */
  CURL *easy;                     /* owned; NULL once the transfer is over */
  struct curl_slist *fields;      /* owned */
  struct curl_slist *addresses;   /* owned; nullable */
  GPtrArray *given;               /* owned; nullable; see BullaHttpTransferOptions */
  BullaHttpTls *tls;              /* owned; nullable */
  gboolean allow_private;         /* see BullaHttpTransferOptions */
  gboolean refused, tried;        /* some address was refused; some was tried */
  gboolean stale;                 /* the kept connection was unusable, and nothing was sent */
  gboolean told;                  /* queued in the client's events */
  char text[CURL_ERROR_SIZE];     /* curl's description of an error */
  GError *error;                  /* owned; nullable; our own error */
  BullaHttpHead head;             /* owned */
  GQueue blocks;                  /* owned GByteArray; received but not read */
  gsize offset;                   /* read position in the first block */
  gsize ahead;                    /* unread bytes in all blocks */
  gboolean held_back, ended;      /* receiving is paused; the body has ended or failed */
  guint64 received;               /* bytes of the body received so far */
  GInputStream *upload;           /* owned; nullable; source of the request body */
  GBytes *chunk;                  /* owned; nullable; read from @upload, not sent completely */
  gsize sent;                     /* bytes of @chunk that were sent */
  goffset left;                   /* bytes still to be read from @upload; -1: unknown */
  gboolean wanted, uploading;     /* curl waits for a chunk; a chunk is being read */
  gboolean drained;               /* the request body is complete */
  GCancellable *upload_cancelled; /* owned; nullable */
};

void bulla_http_transfer_note (BullaHttpTransfer *self);
void bulla_http_transfer_resume (BullaHttpTransfer *self);
GError *bulla_http_transfer_set_up (BullaHttpTransfer *self, guint timeout);
void bulla_http_transfer_set_up_upload (BullaHttpTransfer *self);

G_END_DECLS
